"""A message as one language's index sees it, and the rows that share most with it."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from faq.columns import Floats, Ints
from faq.grams import pairs, runs
from faq.index import Index
from faq.polarity import negated_stems
from faq.vocabulary import Expansion
from faq.words import COMMON_WEIGHT, Word, words_of

ROWS_LOOKED_AT = 200
"""Rows kept of those that share a word with the message."""
CROWDED = 20_000
CROWDED_SHARE = 8
"""From so many rows on, a word that stands in more than one of so many finds nothing: it only ranks."""
SMALL = 5_000
"""Up to so many rows, empty words count in the first glance as well: some questions hold no others."""
FEW_WORDS = 3
_UNKNOWN = -3
_LIKENESS_KEPT = 0.85


@dataclass(frozen=True, slots=True)
class Term:
    """One word of the message against the base: its weight, and the terms it may stand for."""

    word: Word
    weight: float
    expansion: Expansion


class Query:
    """What a message says."""

    def __init__(self, index: Index, words: Sequence[Word]) -> None:
        self.index = index
        self.words = words
        self.terms = _terms(index, words)
        self.weights: Floats = np.array([term.weight for term in self.terms], np.float32)
        self.mass = float(self.weights.sum()) or 1.0
        self.norm = float(np.sqrt(self.weights @ self.weights)) or 1.0

    @classmethod
    def of(cls, index: Index, text: str) -> "Query":
        """A text, read in the index's language."""
        return cls(index, words_of(text, index.lexicon.code))

    @property
    def says_something(self) -> bool:
        """Whether enough words remain that it could be about anything."""
        full = any(term.word.weight >= COMMON_WEIGHT and not term.word.stem.isdigit() for term in self.terms)
        return full or len(self.terms) >= FEW_WORDS

    @cached_property
    def ordered(self) -> str:
        """The stems in alphabetic order, as one text."""
        return " ".join(sorted(word.stem for word in self.words))

    @cached_property
    def negated(self) -> frozenset[str]:
        """The stems that the message denies."""
        return negated_stems(self.words, self.index.lexicon)

    @cached_property
    def runs(self) -> Ints:
        """Its runs of letters."""
        return np.unique(runs(self.words))

    @cached_property
    def pairs(self) -> Ints:
        """Its neighbouring words."""
        return pairs([self._number_of(word) for word in self.words])

    def _number_of(self, word: Word) -> int:
        """The term of a word, as far as the base has it, or of what it was taken for first."""
        meanings = self.index.vocabulary.expand(word).meanings
        return meanings[0].term if meanings else _UNKNOWN

    def rows(self) -> Ints:
        """The rows that may answer, the best of a first glance first; none of them gone."""
        glance = self._glance()
        if glance is None:
            return np.zeros(0, np.int32)
        best = float(glance.max(initial=0.0))
        if best <= 0.0:
            return np.zeros(0, np.int32)
        floor, found = best, np.zeros(0, np.intp)
        while len(found) < ROWS_LOOKED_AT and floor > 0.05 * best:
            floor *= 0.6
            found = np.flatnonzero(glance >= floor)
        if len(found) > ROWS_LOOKED_AT:
            kept = np.argpartition(-glance[found], ROWS_LOOKED_AT)[:ROWS_LOOKED_AT]
            found = np.sort(found[kept])
        found = found[self.index.article_of.all[found] >= 0]
        ranked: Ints = found[np.argsort(-glance[found], kind="stable")].astype(np.int32)
        return ranked

    def _glance(self) -> Floats | None:
        """For every row: what the message's words bring to it, by their best likeness there."""
        total = len(self.index.article_of)
        gains = np.zeros(total, np.float32)
        once = np.empty(total, np.float32)
        found = False
        for term in self.terms:
            is_empty = term.word.weight < COMMON_WEIGHT and total > SMALL
            if is_empty or not len(term.expansion.terms):
                continue
            weights = self.index.weights(term.expansion.terms) * term.expansion.similarities
            touched = []
            for place in np.argsort(weights, kind="stable").tolist():
                rows = self.index.rows_with(int(term.expansion.terms[place]))
                if total > CROWDED and len(rows) > total // CROWDED_SHARE:
                    continue
                once[rows] = term.weight * weights[place]
                touched.append(rows)
            if touched:
                found = True
                rows = np.concatenate(touched) if len(touched) > 1 else touched[0]
                gains[rows] += once[rows]
        return gains * self.index.inverse_norm.all if found else None


def _terms(index: Index, words: Sequence[Word]) -> tuple[Term, ...]:
    once = {word.stem: word for word in words}
    return tuple(
        Term(word, _weight(index, word, expansion), expansion)
        for word in once.values()
        for expansion in (index.vocabulary.expand(word),)
    )


def _weight(index: Index, word: Word, expansion: Expansion) -> float:
    """A word that the base does not know keeps its whole weight: it tells what nobody has written about."""
    if not expansion.meanings:
        return word.weight
    first = expansion.meanings[0]
    if first.similarity < _LIKENESS_KEPT or first.how == "synonym":
        return word.weight
    said = float(index.vocabulary.background.all[first.term])
    return word.weight * float(index.weights(expansion.terms[:1])[0]) / max(said, 0.01)
