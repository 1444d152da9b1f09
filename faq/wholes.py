"""Rows and articles as numbers: computed when they are first asked for, all that are missing in one go."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from faq.columns import Floats, Ints, are_new
from faq.grams import PAIRS_FROM, RUNS_FROM, SAYS_SOMETHING, SPACE, VECTOR_BITS, pairs_of_texts
from faq.index import Index

_KEPT = 4_096
_ROWS_KEPT = 20_000
_PARTS = (0, RUNS_FROM, PAIRS_FROM)
"""Where the numbers of terms, runs of letters and pairs of words begin."""
_NUMBER = (1 << VECTOR_BITS) - 1
_NO_RUN, _NEVER = np.zeros(1, np.int32), np.zeros(1, np.float32)
"""An article of empty words: any run, which it holds nought times."""


class Whole(NamedTuple):
    """All rows of an article as one text."""

    terms: Ints
    counts: Floats
    runs: Ints
    run_counts: Floats
    """Sublinear."""
    pairs: frozenset[int]


class _Counted(NamedTuple):
    """The numbers of several texts, text after text and each once a text; and how often each stands there."""

    numbers: Ints
    times: Ints
    bounds: list[list[int]]
    """Of each text: where its terms, its runs and its pairs begin, and where it ends."""


class Wholes:
    """What is remembered of rows and articles between two messages."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._wholes: dict[int, Whole] = {}
        self._vectors: dict[int, Ints] = {}
        self._marks = np.zeros(SPACE, np.float32)
        self._slots = np.zeros(0, np.int32)

    @property
    def average_length(self) -> float:
        """Words an article holds on average, counter-examples among them."""
        return max(1.0, self._index.length / max(1, len(self._index)))

    def of(self, articles: Sequence[int]) -> list[Whole]:
        """Articles as one text each, counter-examples aside."""
        known = self._wholes
        missing = [one for one in articles if one not in known]
        if len(known) + len(missing) > _KEPT:
            known.clear()
            missing = list(articles)
        if missing:
            known.update(zip(missing, self._read(missing), strict=True))
        return [known[one] for one in articles]

    def vectors(self, rows: Sequence[int]) -> list[Ints]:
        """The numbers of all parts of each row."""
        known = self._vectors
        missing = [row for row in rows if row not in known]
        if len(known) + len(missing) > _ROWS_KEPT:
            known.clear()
            missing = list(rows)
        if missing:
            read = self._counted(np.array(missing, np.int32), np.arange(len(missing)), len(missing))
            vectors = [read.numbers[begin:end] for begin, _, _, end in read.bounds]
            known.update(zip(missing, vectors, strict=True))
        return [known[row] for row in rows]

    def _read(self, articles: Sequence[int]) -> list[Whole]:
        lists = [self._index.own_rows_of[article] for article in articles]
        rows = np.array([row for of_one in lists for row in of_one], np.int32)
        owner = np.arange(len(lists)).repeat([len(of_one) for of_one in lists])
        numbers, times, bounds = self._counted(rows, owner, len(lists))
        counts, sublinear = times.astype(np.float32), (1.0 + np.log(times)).astype(np.float32)
        return [
            Whole(
                numbers[begin:runs],
                counts[begin:runs],
                numbers[runs:pairs] - RUNS_FROM if runs < pairs else _NO_RUN,
                sublinear[runs:pairs] if runs < pairs else _NEVER,
                frozenset((numbers[pairs:end] - PAIRS_FROM).tolist()),
            )
            for begin, runs, pairs, end in bounds
        ]

    def _counted(self, rows: Ints, owner: NDArray[np.int64], owners: int) -> _Counted:
        """What rows hold, row or article by row or article; `owner`: whose each row is."""
        keys = np.concatenate(self._keys(rows, owner << VECTOR_BITS))
        keys.sort()
        firsts = are_new(keys).nonzero()[0]
        once = keys[firsts]
        times = np.diff(firsts, append=len(keys))
        starts = (np.arange(owners)[:, None] << VECTOR_BITS) + np.array(_PARTS)
        begins = once.searchsorted(starts)
        ends = np.append(begins[1:, 0], len(once))
        return _Counted(
            (once & _NUMBER).astype(np.int32), times, np.column_stack([begins, ends]).tolist()
        )

    def _keys(self, rows: Ints, owner: NDArray[np.int64]) -> list[NDArray[np.int64]]:
        """Terms, runs of letters and pairs of words of rows, each added to its owner's number."""
        index, vocabulary = self._index, self._index.vocabulary
        terms, sizes = index.terms_in.many(rows)
        forms, lengths = index.words_in.many(rows)
        row_of = np.arange(len(rows)).repeat(lengths)
        of_forms = vocabulary.term_of.all.take(forms)
        full = vocabulary.background.all.take(of_forms) > SAYS_SOMETHING
        runs, run_sizes = vocabulary.runs.many(forms[full])
        pairs = pairs_of_texts(of_forms, row_of, len(rows))
        return [
            terms + owner.repeat(sizes),
            runs + (owner.take(row_of[full]) + RUNS_FROM).repeat(run_sizes),
            pairs + (owner + PAIRS_FROM).repeat(lengths + 1),
        ]

    @property
    def slots(self) -> Ints:
        """Room for a number beside each term: what it held before means nothing."""
        if len(self._slots) < len(self._index.vocabulary):
            self._slots = np.zeros(2 * len(self._index.vocabulary), np.int32)
        return self._slots

    def at_runs(self, runs: Ints, weights: Floats, asked: Ints) -> Floats:
        """The weights of runs of letters at the places where they are asked for, and 0 at other runs."""
        self._marks[runs] = weights
        found = self._marks.take(asked)
        self._marks[runs] = 0.0
        return found
