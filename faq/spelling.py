"""Words that a misspelt one may be: by its letters, by its sound, by what was glued to it."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from rapidfuzz import process
from rapidfuzz.distance import OSA

from faq.sounds import sound_of

SOUND = 0.88
TYPO = 0.97
REAL_WORD = 1.6
"""How many times more a slip costs that would have made another real word."""
REAL_WORD_LENGTH = 7
"""Letters from which a real word may be a slip at all: « pele » is not « pelle »."""
FIRST_LETTER_LENGTH = 6
"""Letters from which the first one may be wrong: one of few makes another word of it."""
MOST_NEAR = 8
_GLUED = frozenset("ldjnsmtc")
_VOWELS = frozenset("aeiouyh")


class Near(NamedTuple):
    """A word that may have been meant. `how`: "typo" or "sound"; `similarity` from 0 to 1."""

    surface: str
    similarity: float
    how: str


def typo_limit(length: int) -> int:
    """Edits allowed in a word of that length: 0 to 3 letters none, 4-5 one, 6-9 two, more three."""
    if length <= 3:
        return 0
    return 1 if length <= 5 else 2 if length <= 9 else 3


class Spelling:
    """The words of a base, or of a lexicon. `elides`: French, where words are glued and sounds written."""

    def __init__(self, *, elides: bool, words: Iterable[str] = ()) -> None:
        self._elides = elides
        self._words: set[str] = set()
        self._by_start: dict[tuple[str, int], dict[str, None]] = {}
        self._lists: dict[tuple[str, int], list[str]] = {}
        """The same as lists, made when they are first asked for after a change."""
        self._by_tail: dict[str, tuple[str, ...]] = {}
        self._by_sound: dict[str, tuple[str, ...]] = {}
        for word in words:
            self.add(word)

    def add(self, surface: str) -> None:
        """One word more; one that is here already changes nothing."""
        if surface in self._words:
            return
        self._words.add(surface)
        start = surface[0], len(surface)
        self._by_start.setdefault(start, {})[surface] = None
        self._lists.pop(start, None)
        tail = surface[1:]
        self._by_tail[tail] = (*self._by_tail.get(tail, ()), surface)
        if self._elides:
            sound = sound_of(surface)
            self._by_sound[sound] = (*self._by_sound.get(sound, ()), surface)

    def remove(self, surface: str) -> None:
        """One word less; one that is not here changes nothing."""
        if surface not in self._words:
            return
        self._words.remove(surface)
        start = surface[0], len(surface)
        del self._by_start[start][surface]
        self._lists.pop(start, None)
        _take_out(self._by_tail, surface[1:], surface)
        if self._elides:
            _take_out(self._by_sound, sound_of(surface), surface)

    def near(self, surface: str, *, is_real: bool) -> Iterator[Near]:
        """What a word that is not here may have been meant for. `is_real`: it is a word of the language."""
        if is_real:
            if len(surface) >= REAL_WORD_LENGTH:
                yield from self._mistyped(surface, 1, REAL_WORD)
            return
        yield from self._unglued(surface)
        yield from self._sounding_like(surface)
        yield from self._mistyped(surface, typo_limit(len(surface)), 1.0)

    def _unglued(self, surface: str) -> Iterator[Near]:
        """« dadresse » for « d'adresse »: only in French, only when the rest is a known word."""
        rest = surface[1:]
        if self._elides and surface[0] in _GLUED and rest[:1] in _VOWELS and rest in self._words:
            yield Near(rest, TYPO, "typo")

    def _sounding_like(self, surface: str) -> Iterator[Near]:
        key = sound_of(surface)
        if self._elides and len(key) >= 3:
            for other in self._by_sound.get(key, ()):
                yield Near(other, SOUND, "sound")

    def _mistyped(self, surface: str, limit: int, cost: float) -> Iterator[Near]:
        if limit == 0:
            return
        for other, distance in self._within(surface, limit):
            share = cost * distance / max(len(surface), len(other))
            yield Near(other, TYPO * (1.0 - share), "typo")

    def _within(self, surface: str, limit: int) -> Iterator[tuple[str, int]]:
        sizes = range(max(4, len(surface) - limit), len(surface) + limit + 1)
        alike: list[str] = []
        for size in sizes:
            alike += self._starting(surface[0], size)
        for word, distance, _ in process.extract(
            surface, alike, scorer=OSA.distance, processor=None, score_cutoff=limit, limit=MOST_NEAR
        ):
            yield word, int(distance)
        if len(surface) >= FIRST_LETTER_LENGTH:
            yield from ((word, 1) for word in self._wrong_at_the_start(surface))

    def _starting(self, letter: str, size: int) -> list[str]:
        start = letter, size
        found = self._lists.get(start)
        if found is None:
            found = self._lists[start] = list(self._by_start.get(start, ()))
        return found

    def _wrong_at_the_start(self, surface: str) -> Iterator[str]:
        """The first letter is another one, too many, missing, or in the place of the second."""
        tail = surface[1:]
        yield from (word for word in self._by_tail.get(tail, ()) if word[0] != surface[0])
        yield from (word for word in self._by_tail.get(surface, ()) if word[0] != surface[0])
        for word in (tail, surface[1] + surface[0] + surface[2:]):
            if word in self._words and word[0] != surface[0]:
                yield word


def _take_out(words_by: dict[str, tuple[str, ...]], key: str, surface: str) -> None:
    left = tuple(word for word in words_by.pop(key) if word != surface)
    if left:
        words_by[key] = left
