"""Rows and articles as numbers: computed ahead in a base of few, else all that are missing in one go."""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from faq.columns import Floats, Ints, are_new
from faq.grams import PAIRS_FROM, RUNS_FROM, SAYS_SOMETHING, SPACE, VECTOR_BITS, pairs_of_texts
from faq.index import Index

_KEPT = 8_192
_ROWS_KEPT = 40_000
_AHEAD = 64
"""Articles read in one go before anybody asks: some two milliseconds."""
_PARTS = np.array((0, RUNS_FROM, PAIRS_FROM))
"""Where the numbers of terms, runs of letters and pairs of words begin."""
_NUMBER = (1 << VECTOR_BITS) - 1
_NO_RUN, _NEVER = np.zeros(1, np.int32), np.zeros(1, np.float32)
"""An article of empty words: any run, which it holds nought times."""


class Whole(NamedTuple):
    """All rows of an article as one text, counter-examples aside."""

    terms: Ints
    counts: Floats
    runs: Ints
    run_counts: Floats
    """Sublinear."""
    pairs: frozenset[int]


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

    def of(self, articles: Sequence[int], rows: Sequence[int]) -> tuple[list[Whole], list[Ints]]:
        """Articles as one text each, and the numbers of all parts of rows."""
        if len(self._wholes) > _KEPT:
            self._wholes.clear()
        if len(self._vectors) > _ROWS_KEPT:
            self._vectors.clear()
        new_articles = [one for one in articles if one not in self._wholes]
        new_rows = [row for row in rows if row not in self._vectors]
        if new_articles or new_rows:
            self._read(new_articles, new_rows)
        return [self._wholes[one] for one in articles], [self._vectors[row] for row in rows]

    def read_ahead(self) -> Iterator[int]:
        """Reads what nobody asked for yet, some articles at a time (how many); none of a base of too many."""
        index, of_rows = self._index, self._index.own_rows_of
        # Of what is kept, half: what is replaced stays until all is dropped.
        while len(of_rows) <= _KEPT // 2 and len(index.article_of) - index.gone <= _ROWS_KEPT // 2:
            some = list(
                islice((one for one, rows in of_rows.items() if rows and one not in self._wholes), _AHEAD)
            )
            if not some:
                return
            self._read(some, [row for one in some for row in index.rows_of[one]])
            yield len(some)

    def _read(self, articles: list[int], rows: list[int]) -> None:
        lists = [*map(self._index.own_rows_of.__getitem__, articles), *[(row,) for row in rows]]
        read = np.array([row for of_one in lists for row in of_one], np.int32)
        owner = np.arange(len(lists)).repeat([len(of_one) for of_one in lists])
        numbers, times, bounds = self._counted(read, owner, len(lists))
        of_runs = numbers - RUNS_FROM
        counts = times.astype(np.float32)
        sublinear = np.log(counts) + np.float32(1.0)
        for article, (begin, runs, pairs, end) in zip(articles, bounds, strict=False):
            self._wholes[article] = Whole(
                numbers[begin:runs],
                counts[begin:runs],
                of_runs[runs:pairs] if runs < pairs else _NO_RUN,
                sublinear[runs:pairs] if runs < pairs else _NEVER,
                frozenset(numbers[pairs:end].tolist()),
            )
        vectors = [numbers[begin:end] for begin, _, _, end in bounds[len(articles) :]]
        self._vectors.update(zip(rows, vectors, strict=True))

    def _counted(
        self, rows: Ints, owner: NDArray[np.int64], owners: int
    ) -> tuple[Ints, NDArray[np.int64], list[list[int]]]:
        """What rows hold, owner by owner and each number once an owner, and how often it stands there.

        `owner`: whose each row is. Third: where each owner's terms, runs and pairs begin, and where they end.
        """
        keys = np.concatenate(self._keys(rows, owner << VECTOR_BITS))
        keys.sort()
        firsts = are_new(keys).nonzero()[0]
        once = keys.take(firsts)
        times = np.empty_like(firsts)
        np.subtract(firsts[1:], firsts[:-1], out=times[:-1])
        times[-1] = len(keys) - firsts[-1]
        begins = once.searchsorted(
            ((np.arange(owners + 1) << VECTOR_BITS)[:, None] + _PARTS).ravel()
        ).tolist()
        bounds = [begins[at : at + 4] for at in range(0, 3 * owners, 3)]
        return (once & _NUMBER).astype(np.int32), times, bounds

    def _keys(self, rows: Ints, owner: NDArray[np.int64]) -> list[NDArray[np.int64]]:
        """Terms, runs of letters and pairs of words of rows, each added to its owner's number."""
        index, vocabulary = self._index, self._index.vocabulary
        terms, sizes = index.terms_in.many(rows)
        forms, lengths = index.words_in.many(rows)
        row_of: NDArray[np.int64] = np.arange(len(rows)).repeat(lengths)
        of_forms = vocabulary.term_of.all.take(forms)
        # By the word, not its stem, which says more or less as its other words come and go.
        full = vocabulary.weight_of.all.take(forms) > SAYS_SOMETHING
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
