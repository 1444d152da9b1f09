"""The words a base knows, and what an unknown, misspelt or related word of a message stands for.

Every word form has a number, and every stem ("term") another. Expansion never invents: it only leads to
terms that the articles hold, with a similarity from 0 to 1.
"""

from collections.abc import Collection, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from faq.columns import Column, Floats, Ints, Lists
from faq.grams import runs_of
from faq.languages import lexicon_of
from faq.lexicon import Lexicon
from faq.spelling import Spelling
from faq.stems import stem
from faq.words import COMMON_WEIGHT, Word

FAMILY_BASE = 0.55
FAMILY_SHARE = 0.4
_PREFIX = 5
_LEAST_PREFIX = 4
_CACHED = 20_000


class Meaning(NamedTuple):
    """A term that a word may stand for. `how`: exact, family, typo, sound, synonym."""

    term: int
    similarity: float
    how: str


class Expansion(NamedTuple):
    """All that a word may stand for, the likeliest first; the same again as columns."""

    meanings: tuple[Meaning, ...]
    terms: Ints
    similarities: Floats


class Vocabulary:
    """The words of one language's articles, kept up to date word by word."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self.surfaces: list[str] = []
        self.term_of = Column(np.int32)
        """The term of each word form."""
        self.weight_of = Column(np.float32)
        """What each word form says in general, from 0 to 1."""
        self.runs = Lists(np.uint16)
        """The runs of letters of each word form."""
        self.stems: list[str] = []
        self.background = Column(np.float32)
        """What each term says in general, from 0 to 1."""
        self._term_of: list[int] = []
        self._forms_of: list[list[int]] = []
        self._surface_number: dict[str, int] = {}
        self._term_number: dict[str, int] = {}
        self._count: list[int] = []
        self._forms_held: list[int] = []
        """How many forms of each term occur."""
        self._by_prefix: dict[str, dict[int, None]] = {}
        self._spelling = Spelling(elides=bool(lexicon.elided))
        self._related = _relations(lexicon.code)
        self._cache: dict[tuple[str, str], Expansion] = {}

    def add(self, words: Sequence[Word]) -> tuple[list[int], list[int], list[int]]:
        """One more occurrence of each word: their forms, their terms, and the forms that no row held."""
        numbers, count, term_of = self._surface_number, self._count, self._term_of
        forms, new = [], []
        for word in words:
            form = numbers.get(word.surface)
            if form is None or not count[form]:
                form = self._first(word)
                new.append(form)
            count[form] += 1
            forms.append(form)
        return forms, [term_of[form] for form in forms], new

    def _first(self, word: Word) -> int:
        """The number of a form that no row held, known from now on; its occurrence is not counted here."""
        form = self._surface_number.get(word.surface)
        if form is None:
            form = self._new_surface(word)
        term = self._term_of[form]
        self._forms_held[term] += 1
        self.background[term] = max(self.background[term], word.weight)
        self._cache.clear()
        if word.weight >= COMMON_WEIGHT:
            self._spelling.add(word.surface)
        if self._forms_held[term] == 1:
            self._by_prefix.setdefault(self.stems[term][:_PREFIX], {})[term] = None
        return form

    def _new_surface(self, word: Word) -> int:
        number = self._surface_number[word.surface] = len(self.surfaces)
        self.surfaces.append(word.surface)
        self.runs.append(sorted(runs_of(word.surface)))
        self._count.append(0)
        term = self._term_number.get(word.stem)
        if term is None:
            term = self._term_number[word.stem] = len(self.stems)
            self.stems.append(word.stem)
            self.background.append(0.0)
            self._forms_held.append(0)
            self._forms_of.append([])
        self.term_of.append(term)
        self._term_of.append(term)
        self.weight_of.append(word.weight)
        self._forms_of[term].append(number)
        return number

    def runs_of(self, form: int) -> Collection[int]:
        """The runs of letters of a word form."""
        return runs_of(self.surfaces[form])

    def runs_in(self, surface: str) -> Ints:
        """The same of any word, known here or not, in their order."""
        form = self._surface_number.get(surface)
        return np.array(sorted(runs_of(surface)), np.int32) if form is None else self.runs[form]

    def times(self, number: int) -> int:
        """How often a word form occurs."""
        return self._count[number]

    def remove(self, number: int) -> None:
        """One occurrence of a word form less; a word without any is meant by nobody."""
        self._count[number] -= 1
        if self._count[number]:
            return
        term = self._term_of[number]
        self._forms_held[term] -= 1
        # A term says what the fullest of its words says that occur.
        said = [self.weight_of[form] for form in self._forms_of[term] if self._count[form]]
        self.background[term] = max(said, default=0.0)
        self._spelling.remove(self.surfaces[number])
        self._cache.clear()
        if not said:
            del self._by_prefix[self.stems[term][:_PREFIX]][term]

    def __len__(self) -> int:
        return len(self.stems)

    def term(self, stem_: str) -> int | None:
        """The number of a stem that some article holds."""
        term = self._term_number.get(stem_)
        return term if term is not None and self._forms_held[term] else None

    def expand(self, word: Word) -> Expansion:
        """The terms of the base that a word may stand for, the likeliest first."""
        key = (word.surface, word.stem)
        known = self._cache.get(key)
        if known is None:
            if len(self._cache) >= _CACHED:
                self._cache.clear()
            known = self._cache[key] = self._expanded(word)
        return known

    def _expanded(self, word: Word) -> Expansion:
        best: dict[int, Meaning] = {}
        for meaning in self._candidates(word):
            if meaning.term not in best or meaning.similarity > best[meaning.term].similarity:
                best[meaning.term] = meaning
        meanings = tuple(sorted(best.values(), key=lambda one: (-one.similarity, self.stems[one.term])))
        return Expansion(
            meanings,
            np.array([one.term for one in meanings], np.int32),
            np.array([one.similarity for one in meanings], np.float32),
        )

    def _candidates(self, word: Word) -> Iterator[Meaning]:
        exact = self.term(word.stem)
        if exact is not None:
            yield Meaning(exact, 1.0, "exact")
        if word.weight < COMMON_WEIGHT:
            return
        yield from self._akin(word.stem, 1.0, "family")
        if exact is None and word.weight > COMMON_WEIGHT and word.surface.isalpha():
            yield from self._misspelt(word.surface)

    def _akin(self, stem_: str, certainty: float, family: str) -> Iterator[Meaning]:
        """Synonyms, and words that begin alike."""
        for other, weight in self._related.synonyms.get(stem_, {}).items():
            term = self.term(other)
            if term is not None:
                yield Meaning(term, weight * certainty, "synonym")
        if len(stem_) < _LEAST_PREFIX:
            return
        for term in self._by_prefix.get(stem_[:_PREFIX], ()):
            other = self.stems[term]
            longest, shared = max(len(stem_), len(other)), _shared_prefix(stem_, other)
            if shared < longest and not {stem_, other} & self._related.joined:
                yield Meaning(term, (FAMILY_BASE + FAMILY_SHARE * shared / longest) * certainty, family)

    def _misspelt(self, surface: str) -> Iterator[Meaning]:
        language = self._lexicon.code
        real = self._is_real(surface)
        for near in self._spelling.near(surface, is_real=real):
            term = self.term(stem(near.surface, language))
            if term is not None:
                yield Meaning(term, near.similarity, near.how)
        if real:
            return
        for near in self._related.spelling.near(surface, is_real=False):
            # A slip in a word that the base does not hold, but a synonym of it, or another form.
            yield from self._akin(stem(near.surface, language), near.similarity, near.how)

    def _is_real(self, surface: str) -> bool:
        """A word of the language, or its plural: hardly a slip of another one."""
        known = self._lexicon.dictionary
        return surface in known or surface in self._lexicon.forms or surface.removesuffix("s") in known


class _Relations(NamedTuple):
    synonyms: dict[str, dict[str, float]]
    spelling: Spelling
    joined: frozenset[str]
    """Words that stand for several: to begin alike (« cartecadeau », « cartebancaire ») makes no family."""


@lru_cache(maxsize=4)
def _relations(language: str) -> _Relations:
    """What the words of a lexicon have to do with one another, by stem."""
    lexicon = lexicon_of(language)
    related: dict[str, dict[str, float]] = {}
    for group in lexicon.synonyms:
        for one in (stem(word, language) for word in group.words):
            into = related.setdefault(one, {})
            for other in (stem(word, language) for word in group.words):
                if other != one:
                    into[other] = max(group.weight, into.get(other, 0.0))
    words = sorted({word for group in lexicon.synonyms for word in group.words})
    runs = (replaced for found in lexicon.phrases.values() for _, replaced in found if len(replaced) == 1)
    joined = frozenset(stem(one, language) for (one,) in runs if one not in lexicon.dictionary)
    return _Relations(related, Spelling(elides=bool(lexicon.elided), words=words), joined)


def _shared_prefix(one: str, other: str) -> int:
    length = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        length += 1
    return length
