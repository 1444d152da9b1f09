"""Reading letters before reading words: folding, cutting, and how far a word is from another (B26, R065)."""

import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Sequence
from functools import lru_cache
from itertools import count
from typing import NamedTuple

LONGEST_READ = 4_000
"""Characters of a message that are read; what comes after them is not looked at."""

_MARKS = re.compile("[\u0300-\u036f\u200b-\u200f\u2060\u20d0-\u20ff\ufe00-\ufe0f\ufeff]")
_APOSTROPHES = re.compile("[\u2018\u2019\u02bc\u0060\u2032]")
_SPACES = re.compile(r"\s+")
_WORD = re.compile(r"[^\W_]+")
_CLAUSE = re.compile(r"[^.,;:!?\n()]+[.,;:!?\n()]*")
_RUN = re.compile(r"(.)\1+")


def fold(text: str) -> str:
    """The text in small letters, without accents, ligatures, fancy apostrophes or doubled spaces.

    Punctuation, emoji and letters of other scripts are kept.
    """
    return _SPACES.sub(" ", _fold_letters(text)).strip()


def tokens(text: str) -> list[str]:
    """The folded words of a text; an apostrophe or a hyphen separates ("j'ai" is two words)."""
    return list(_tokens(text))


def without_words(text: str, places: Collection[int]) -> str:
    """The text in small letters and without accents, less the words at these places among its `tokens`."""
    numbers = count()
    return _WORD.sub(lambda word: "" if next(numbers) in places else word[0], _fold_letters(text))


def clauses(text: str) -> list[str]:
    """The text folded and cut after each mark of punctuation or line, the mark kept at the end."""
    return list(_clauses(text))


# A dozen readings look at one message one after the other: it is folded and cut for the first of them. A few
# messages are enough, since no reading outlives its decision.
@lru_cache(maxsize=64)
def _tokens(text: str) -> tuple[str, ...]:
    return tuple(_WORD.findall(_fold_letters(text)))


@lru_cache(maxsize=16)
def _clauses(text: str) -> tuple[str, ...]:
    return tuple(clause.strip() for clause in _CLAUSE.findall(_fold_letters(text)) if _WORD.search(clause))


@lru_cache(maxsize=16)
def _fold_letters(text: str) -> str:
    text = text[:LONGEST_READ]
    if text.isascii():
        return text.lower().replace("`", "'")
    # An acute accent standing alone is meant as an apostrophe; decomposed, it would become a space.
    text = unicodedata.normalize("NFKD", text.replace("\u00b4", "'")).casefold()
    text = _MARKS.sub("", unicodedata.normalize("NFKD", text))
    text = _APOSTROPHES.sub("'", text).replace("œ", "oe").replace("æ", "ae").replace("ø", "o")
    return text[:LONGEST_READ]


def squeezed(word: str) -> str:
    """The word with each run of a letter written once: "ouiii" and "oui" are the same."""
    return _RUN.sub(r"\1", word)


def osa_distance(a: str, b: str, limit: int) -> int:
    """How many letters are added, left out, replaced or swapped with their neighbour; `limit` + 1 when more.

    Optimal string alignment: no part of a word is edited twice. Bounded: it gives up as soon as no way of
    writing one word as the other stays within `limit`.
    """
    if abs(len(a) - len(b)) > limit:
        return limit + 1
    same = next((at for at, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
    a, b = a[same:], b[same:]
    before: list[int] = []
    row = list(range(len(b) + 1))
    for i, letter in enumerate(a, start=1):
        two_before, before = before, row
        row = _next_row(i, letter, a, b, two_before, before)
        if min(row) > limit and min(before) > limit:
            return limit + 1
    return min(row[-1], limit + 1)


def _next_row(i: int, letter: str, a: str, b: str, two_before: list[int], before: list[int]) -> list[int]:
    row = [i]
    for j, other in enumerate(b, start=1):
        cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != other))
        if i > 1 and j > 1 and letter == b[j - 2] and a[i - 2] == other:
            cost = min(cost, two_before[j - 2] + 1)
        row.append(cost)
    return row


def tolerance(target: str) -> int:
    """How many slips are forgiven: none up to three letters, one up to seven, two from eight on."""
    if len(target) <= 3:
        return 0
    return 1 if len(target) <= 7 else 2


def near(word: str, target: str) -> bool:
    """Whether a folded word may be meant as the folded target: within its tolerance, or letters repeated."""
    if word == target:
        return True
    limit = tolerance(target)
    if limit and osa_distance(word, target, limit) <= limit:
        return True
    return len(word) > len(target) and squeezed(word) == squeezed(target)


_SHORTEST_TYPO = 3
"""Letters below which a word is itself or nothing."""
_REMEMBERED = 4096
"""Words whose reading each vocabulary remembers: people write mostly the same few thousand."""


class Lookout:
    """Tells a message that holds none of the words somebody looks for, in one look at all of its words.

    Most messages are of that kind: words that were found to matter to nobody are remembered, and passed.
    """

    def __init__(self, matters: Callable[[str], bool]) -> None:
        self._matters = matters
        self._passed: set[str] = set()

    def any_of(self, said: Sequence[str]) -> bool:
        """Whether one of the words matters."""
        if self._passed.issuperset(said):
            return False
        if len(self._passed) > _REMEMBERED:
            self._passed.clear()
        others = {word for word in said if not self._matters(word)}
        self._passed |= others
        return not others.issuperset(said)


class _Filed(NamedTuple):
    """A word, and what two comparisons need to tell that another cannot be near it."""

    word: str
    letters: int
    most_apart: int
    head: str
    tail: str


class Vocabulary:
    """Folded words that are recognised even when misspelt, in a time that hardly grows with their number.

    `not_typos` are words of their own: they are never read as a misspelling of another ("argent" is not
    "urgent"). Two words can only be near when few letters occur in one alone and one half is the same, which
    is quickly told: the distance itself is reckoned for the rare ones left.
    """

    def __init__(self, words: Iterable[str], not_typos: frozenset[str] = frozenset()) -> None:
        self._words = frozenset(words)
        self._not_typos = not_typos - self._words
        self._by_squeezed: dict[str, list[str]] = {}
        self._by_length: dict[int, list[_Filed]] = {}
        self.find = lru_cache(_REMEMBERED)(self._find)
        """The word that a folded token is, or is nearest to; None when it is none of them."""
        for word in sorted(self._words):
            self._by_squeezed.setdefault(squeezed(word), []).append(word)
            self._file(word)

    def _file(self, word: str) -> None:
        """Put a word under each length that a misspelling of it may have."""
        slips = tolerance(word)
        if not slips:
            return
        # One slip touches two neighbours at most: the letters before the middle, or those after, are intact.
        half = (len(word) - 1) // 2 if slips == 1 else 0
        filed = _Filed(word, _letters(word), 2 * slips, word[:half], word[len(word) - half :])
        for length in range(len(word) - slips, len(word) + slips + 1):
            self._by_length.setdefault(length, []).append(filed)

    def __contains__(self, token: object) -> bool:
        return isinstance(token, str) and self.find(token) is not None

    def _find(self, token: str) -> str | None:
        return next(iter(self.all_near(token)), None)

    def all_near(self, token: str) -> list[str]:
        """The words that a folded token may be meant as, the nearest first: itself alone when it is one."""
        if token in self._words:
            return [token]
        if len(token) < _SHORTEST_TYPO or token in self._not_typos:
            return []
        return self._misspelt(token) or self._drawn_out(token)

    def _misspelt(self, token: str) -> list[str]:
        filed = self._by_length.get(len(token))
        if filed is None:
            return []
        letters = _letters(token)
        likely = (
            word
            for word, mask, most, head, tail in filed
            if (letters ^ mask).bit_count() <= most and (token.startswith(head) or token.endswith(tail))
        )
        close = [word for word in likely if near(token, word)]
        return sorted(close, key=lambda word: (osa_distance(token, word, 2), len(word)))

    def _drawn_out(self, token: str) -> list[str]:
        """The words of which a token repeats letters: "ouiiii"."""
        once = squeezed(token)
        if len(once) == len(token):
            return []
        return [word for word in self._by_squeezed.get(once, ()) if near(token, word)]


def _letters(word: str) -> int:
    """One bit for each letter or digit that occurs, whatever its place."""
    mask = 0
    for letter in word:
        mask |= 1 << (ord(letter) & 63)
    return mask


def listed(phrases: str) -> list[str]:
    """The phrases of a text that separates them by bars."""
    return [phrase.strip() for phrase in phrases.split("|")]


class Phrasebook:
    """Phrases that together make up a whole message, in any order and number: "ok", "merci", "bonne journee".

    Single words of five letters or more may be misspelt; phrases of several words may not.
    """

    def __init__(self, phrases: Iterable[str], not_typos: frozenset[str] = frozenset()) -> None:
        every = {tuple(tokens(phrase)) for phrase in phrases}
        self._words = Vocabulary((phrase[0] for phrase in every if len(phrase) == 1), not_typos)
        self._longer: dict[str, list[tuple[str, ...]]] = {}
        self.begins = lru_cache(_REMEMBERED)(self._begins)
        """Whether a phrase may begin with a word."""
        for phrase in sorted(every, key=len, reverse=True):
            if len(phrase) > 1:
                self._longer.setdefault(phrase[0], []).append(phrase)

    def _begins(self, word: str) -> bool:
        return word in self._longer or word in self._words

    def cover(self, said: Sequence[str]) -> list[str] | None:
        """The phrases said one after the other, the longest first; None when a word is left over."""
        covered, at = [], 0
        while at < len(said):
            phrase = self.at(said, at)
            if phrase is None:
                return None
            covered.append(phrase)
            at += phrase.count(" ") + 1
        return covered

    def at(self, said: Sequence[str], at: int) -> str | None:
        """The longest phrase that begins at a place among the words said."""
        for phrase in self._longer.get(said[at], ()):
            if tuple(said[at : at + len(phrase)]) == phrase:
                return " ".join(phrase)
        return self._words.find(said[at])

    def inside(self, said: Sequence[str]) -> str | None:
        """The first phrase that occurs anywhere among the words said."""
        begins = self.begins
        places = [at for at, word in enumerate(said) if begins(word)]
        return next((found for at in places if (found := self.at(said, at))), None)
