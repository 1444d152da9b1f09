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
_FLOORS = tuple(0.6**step for step in range(1, 7))
"""Shares of the best row's gain, down to which rows are looked at until there are enough."""
_UNKNOWN = -3
_NONE = np.zeros(0, np.int32)
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
        found, gains = self._glance()
        best = float(gains.max(initial=0.0))
        if best <= 0.0:
            return found[:0]
        floors = np.array([best * share for share in _FLOORS], np.float32)
        above = (len(gains) - np.sort(gains).searchsorted(floors)).tolist()
        floor = next((at for at, count in enumerate(above) if count >= ROWS_LOOKED_AT), -1)
        kept = (gains >= floors[floor]).nonzero()[0]
        if len(kept) > ROWS_LOOKED_AT:
            first = np.argpartition(-gains[kept], ROWS_LOOKED_AT)[:ROWS_LOOKED_AT]
            kept = np.sort(kept[first])
        found, gains = found[kept], gains[kept]
        there = self.index.article_of.all[found] >= 0
        ranked: Ints = found[there][np.argsort(-gains[there], kind="stable")]
        return ranked

    def _glance(self) -> tuple[Ints, Floats]:
        """The rows that hold a word of the message or its like, in their order, and what these bring."""
        gains, once = self.index.room()
        touched: list[Ints] = []
        for term in self.terms:
            rows = self._brought_by(term, once)
            gains[rows] += once[rows]
            touched.append(rows)
        found = np.unique(np.concatenate(touched)) if touched else _NONE
        summed: Floats = gains[found] * self.index.inverse_norm.all[found]
        gains[found] = 0.0
        return found, summed

    def _brought_by(self, term: Term, once: Floats) -> Ints:
        """The rows of all that a word may stand for; `once` gets what the likeliest brings to each."""
        index, total = self.index, len(self.index.article_of)
        if (term.word.weight < COMMON_WEIGHT and total > SMALL) or not term.expansion.meanings:
            return _NONE
        weights = index.weights(term.expansion.terms) * term.expansion.similarities
        brings, terms = (term.weight * weights).tolist(), term.expansion.terms.tolist()
        most = total // CROWDED_SHARE if total > CROWDED else total
        touched = []
        for place in np.argsort(weights, kind="stable").tolist():
            rows = index.rows_with(terms[place])
            if len(rows) <= most:
                once[rows] = brings[place]
                touched.append(rows)
        return np.concatenate(touched) if touched else _NONE


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
