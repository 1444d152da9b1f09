"""The words a base knows, and what an unknown, misspelt or related word of a message stands for.

Expansion never invents: it only leads to words the articles hold, with a similarity from 0 to 1.
"""

from collections.abc import Iterator
from itertools import permutations

from rapidfuzz import process
from rapidfuzz.distance import OSA

from faq.lexicon import Lexicon
from faq.sounds import sound_of
from faq.words import COMMON_WEIGHT, CONTENT_WEIGHT, Word, stem

SOUND = 0.88
TYPO = 0.97
_PREFIX = 5
_CACHED = 20_000
_GLUED = frozenset("ldjnsmtc")
_VOWELS = frozenset("aeiouyh")

Expansion = tuple[tuple[str, float], ...]


def typo_limit(length: int) -> int:
    """Edits allowed in a word of that length: 0 to 3 letters none, 4-5 one, 6-9 two, more three."""
    if length <= 3:
        return 0
    return 1 if length <= 5 else 2 if length <= 9 else 3


class Vocabulary:
    """The words of one language's articles, kept up to date word by word."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._count: dict[str, int] = {}
        self._stem_count: dict[str, int] = {}
        self._background: dict[str, float] = {}
        self._by_length: dict[int, dict[str, None]] = {}
        self._by_sound: dict[str, dict[str, None]] = {}
        self._by_prefix: dict[str, dict[str, None]] = {}
        self._synonyms = _synonyms_by_stem(lexicon)
        self._cache: dict[str, Expansion] = {}

    def add(self, word: Word) -> None:
        """One more occurrence of a word."""
        self._cache.clear()
        self._background[word.stem] = max(word.weight, self._background.get(word.stem, 0.0))
        self._stem_count[word.stem] = self._stem_count.get(word.stem, 0) + 1
        self._by_prefix.setdefault(word.stem[:_PREFIX], {})[word.stem] = None
        self._count[word.surface] = self._count.get(word.surface, 0) + 1
        if word.weight >= COMMON_WEIGHT:
            self._by_length.setdefault(len(word.surface), {})[word.surface] = None
            self._by_sound.setdefault(sound_of(word.surface), {})[word.surface] = None

    def remove(self, word: Word) -> None:
        """One occurrence less; a word without any is forgotten."""
        self._cache.clear()
        if _decrement(self._stem_count, word.stem):
            del self._background[word.stem]
            self._by_prefix[word.stem[:_PREFIX]].pop(word.stem, None)
        if _decrement(self._count, word.surface):
            self._by_length.get(len(word.surface), {}).pop(word.surface, None)
            self._by_sound.get(sound_of(word.surface), {}).pop(word.surface, None)

    def background(self, stem_: str) -> float:
        """How much a stem of the base says in general."""
        return self._background.get(stem_, CONTENT_WEIGHT)

    def __contains__(self, stem_: object) -> bool:
        return stem_ in self._stem_count

    def expand(self, word: Word) -> Expansion:
        """The stems of the base that a word may stand for, the likeliest first."""
        known = self._cache.get(word.surface)
        if known is None:
            if len(self._cache) >= _CACHED:
                self._cache.clear()
            known = self._cache[word.surface] = self._expanded(word)
        return known

    def _expanded(self, word: Word) -> Expansion:
        best: dict[str, float] = {}
        for found, similarity in self._candidates(word):
            best[found] = max(similarity, best.get(found, 0.0))
        return tuple(sorted(best.items(), key=lambda item: (-item[1], item[0])))

    def _candidates(self, word: Word) -> Iterator[tuple[str, float]]:
        if word.stem in self._stem_count:
            yield word.stem, 1.0
        if word.weight < COMMON_WEIGHT:
            return
        yield from self._related(word.stem, 1.0)
        if word.stem not in self._stem_count and word.weight == CONTENT_WEIGHT and word.surface.isalpha():
            yield from self._misspelt(word.surface)

    def _related(self, stem_: str, certainty: float) -> Iterator[tuple[str, float]]:
        for other, weight in self._synonyms.get(stem_, {}).items():
            if other in self._stem_count:
                yield other, weight * certainty
        if len(stem_) < 4:
            return
        for other in self._by_prefix.get(stem_[:_PREFIX], ()):
            shared = _shared_prefix(stem_, other)
            if shared < max(len(stem_), len(other)):
                yield other, (0.55 + 0.4 * shared / max(len(stem_), len(other))) * certainty

    def _misspelt(self, surface: str) -> Iterator[tuple[str, float]]:
        yield from self._unglued(surface)
        yield from self._sounding_like(surface)
        yield from self._mistyped(surface)

    def _stem_of(self, surface: str) -> str:
        return stem(surface, self._lexicon.code)

    def _unglued(self, surface: str) -> Iterator[tuple[str, float]]:
        """« dadresse » for « d'adresse »: only in French, only when the rest is a known word."""
        rest = surface[1:]
        if self._lexicon.elided and surface[0] in _GLUED and rest[:1] in _VOWELS and rest in self._count:
            yield self._stem_of(rest), TYPO

    def _sounding_like(self, surface: str) -> Iterator[tuple[str, float]]:
        key = sound_of(surface)
        if len(key) >= 3 and self._lexicon.elided:
            for other in self._by_sound.get(key, ()):
                yield self._stem_of(other), SOUND

    def _mistyped(self, surface: str) -> Iterator[tuple[str, float]]:
        limit = typo_limit(len(surface))
        if limit == 0:
            return
        choices = self._of_length(len(surface), limit)
        near = process.extract(
            surface, choices, scorer=OSA.distance, processor=None, score_cutoff=limit, limit=8
        )
        for other, distance, _ in near:
            # The first letter is rarely mistyped, and one of few letters makes another word of it.
            if other[0] == surface[0] or (distance <= 1 and len(surface) >= 6):
                yield self._stem_of(other), TYPO * (1.0 - distance / max(len(surface), len(other)))

    def _of_length(self, length: int, limit: int) -> list[str]:
        return [
            surface
            for size in range(max(4, length - limit), length + limit + 1)
            for surface in self._by_length.get(size, ())
        ]


def _decrement(counts: dict[str, int], key: str) -> bool:
    counts[key] -= 1
    if counts[key]:
        return False
    del counts[key]
    return True


def _shared_prefix(one: str, other: str) -> int:
    length = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        length += 1
    return length


def _synonyms_by_stem(lexicon: Lexicon) -> dict[str, dict[str, float]]:
    """Of each stem, the stems of its groups, with the greatest weight of those that hold both."""
    related: dict[str, dict[str, float]] = {}
    for group in lexicon.synonyms:
        stems = [stem(word, lexicon.code) for word in group.words]
        for one, other in permutations(dict.fromkeys(stems), 2):
            known = related.setdefault(one, {})
            known[other] = max(group.weight, known.get(other, 0.0))
    return related
