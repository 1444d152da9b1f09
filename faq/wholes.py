"""Articles as a whole, computed when they are first asked for, and kept while the base does not change."""

from collections import Counter
from dataclasses import dataclass

import numpy as np

from faq.columns import Floats, Ints
from faq.grams import SPACE, pairs, runs_of, vector
from faq.index import COUNTER, Index

_KEPT = 4_096
_ROWS_KEPT = 20_000
_SAYS_SOMETHING = 0.2


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
        self._row_runs: dict[int, Ints] = {}
        self._row_pairs: dict[int, Ints] = {}
        self._row_vectors: dict[int, Ints] = {}
        self._marks = np.zeros(SPACE, np.float32)

    @property
    def average_length(self) -> float:
        """Words an article holds on average, counter-examples among them."""
        return max(1.0, self._index.length / max(1, len(self._index)))

    def forget(self, article: int) -> None:
        """An article was taken out."""
        self._wholes.pop(article, None)

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
        terms: Counter[int] = Counter()
        runs: Counter[int] = Counter()
        beside: set[int] = set()
        for row in rows:
            terms.update(index.terms_in[row].tolist())
            runs.update(self._runs(row).tolist())
            beside.update(self.pairs_of_row(row).tolist())
        return Whole(
            np.array(list(terms), np.int32),
            np.array(list(terms.values()), np.float32),
            np.array(list(runs), np.int32),
            1.0 + np.log(np.array(list(runs.values()), np.float32)),
            frozenset(beside),
        )

    def _runs(self, row: int) -> Ints:
        index = self._index
        said = index.vocabulary.background.all
        forms = index.words_in[row].tolist()
        of_form = index.vocabulary.term_of.all
        found = [runs_of(index.vocabulary.surfaces[f]) for f in forms if said[of_form[f]] > _SAYS_SOMETHING]
        return np.concatenate(found) if found else np.zeros(0, np.int32)

    def runs_of_row(self, row: int) -> Ints:
        """The runs of letters of a row, each once."""
        known = self._row_runs.get(row)
        if known is None:
            if len(self._row_runs) >= _ROWS_KEPT:
                self._row_runs.clear()
            known = self._row_runs[row] = np.unique(self._runs(row))
        return known

    def pairs_of_row(self, row: int) -> Ints:
        """The neighbouring words of a row."""
        known = self._row_pairs.get(row)
        if known is None:
            if len(self._row_pairs) >= _ROWS_KEPT:
                self._row_pairs.clear()
            index = self._index
            stems = [
                index.vocabulary.stems[term]
                for term in index.vocabulary.term_of.all[index.words_in[row]].tolist()
            ]
            known = self._row_pairs[row] = pairs(stems)
        return known

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
