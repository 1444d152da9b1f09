"""Articles as a whole, computed when they are first asked for, and kept while the base does not change."""

from dataclasses import dataclass

import numpy as np

from faq.columns import Floats, Ints
from faq.grams import SPACE, pairs, runs_of, vector
from faq.index import COUNTER, Index

_KEPT = 4_096
_ROWS_KEPT = 20_000
_NONE = np.zeros(0, np.int32)


@dataclass(frozen=True, slots=True)
class Whole:
    """All rows of an article as one text."""

    terms: Ints
    counts: Floats
    runs: Ints
    run_counts: Floats
    """Sublinear."""
    pairs: frozenset[int]

    def share_of(self, some: Ints) -> float:
        """The share of pairs of words that the article holds."""
        return len(self.pairs.intersection(some.tolist())) / max(1, len(some))


class Wholes:
    """What is remembered of rows and articles between two messages."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._wholes: dict[int, Whole] = {}
        self._row_vectors: dict[int, Ints] = {}
        self._marks = np.zeros(SPACE, np.float32)

    @property
    def average_length(self) -> float:
        """Words an article holds on average, counter-examples among them."""
        return max(1.0, self._index.length / max(1, len(self._index)))

    def whole(self, article: int) -> Whole:
        """An article as one text, counter-examples aside."""
        known = self._wholes.get(article)
        if known is None:
            if len(self._wholes) >= _KEPT:
                self._wholes.clear()
            known = self._wholes[article] = self._read(article)
        return known

    def _read(self, article: int) -> Whole:
        index = self._index
        rows = [row for row in index.rows_of[article] if index.kind_of.all[row] != COUNTER]
        terms, counts = np.unique(np.concatenate([index.terms_in[row] for row in rows]), return_counts=True)
        runs, run_counts = np.unique(np.concatenate([self._runs(row) for row in rows]), return_counts=True)
        beside = np.unique(np.concatenate([self.pairs_of_row(row) for row in rows]))
        return Whole(
            terms,
            counts.astype(np.float32),
            runs,
            (1.0 + np.log(run_counts)).astype(np.float32),
            frozenset(beside.tolist()),
        )

    def _runs(self, row: int) -> Ints:
        """The runs of letters of a row's words; one of two words stands twice."""
        vocabulary = self._index.vocabulary
        found = [runs_of(vocabulary.surfaces[form]) for form in self._index.full_forms(row)]
        return np.concatenate(found) if found else _NONE

    def runs_of_row(self, row: int) -> Ints:
        """The runs of letters of a row, each once."""
        return np.unique(self._runs(row))

    def pairs_of_row(self, row: int) -> Ints:
        """The neighbouring words of a row."""
        index = self._index
        return pairs([index.vocabulary.term_of[form] for form in index.words_in[row].tolist()])

    def vector_of_row(self, row: int) -> Ints:
        """The numbers of all parts of a row."""
        known = self._row_vectors.get(row)
        if known is None:
            if len(self._row_vectors) >= _ROWS_KEPT:
                self._row_vectors.clear()
            known = vector(self._index.terms_in[row], self.runs_of_row(row), self.pairs_of_row(row))
            self._row_vectors[row] = known
        return known

    def marked(self, runs: Ints) -> Floats:
        """1 at the number of each of some runs of letters, 0 elsewhere; to be unmarked after use."""
        self._marks[runs] = 1.0
        return self._marks

    def unmark(self, runs: Ints) -> None:
        """Takes the marks away."""
        self._marks[runs] = 0.0
