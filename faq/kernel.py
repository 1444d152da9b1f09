"""What tells the nearest rows apart: a ridge classifier over them, made for this one message.

Words, pairs of words and runs of letters make a vector of every row. To weigh what distinguishes the
articles, a regularised least-squares classifier is solved over the rows that are nearest, which is as good as
one trained on the whole base (measured), costs no training, and follows every edit at once.
"""

from collections.abc import Sequence

import numpy as np
from threadpoolctl import threadpool_limits

from faq.columns import Floats, Ints
from faq.grams import PAIRS_FROM, RUNS_FROM, UNKNOWN_FROM, vector
from faq.query import Query
from faq.wholes import Wholes

# The matrices are small: with more threads than one, waiting for one another costs ten times the work.
threadpool_limits(limits=1, user_api="blas")

RIDGE = 0.3
WORDS, RUNS, PAIRS = 1.0, 0.5, 0.6
"""Shares of the three parts in a vector."""
_TEXT_BITS = 8
"""Texts are fewer than 256: the message, and two times 32 rows."""
_TEXT = (1 << _TEXT_BITS) - 1
_TINY = 1e-6


class Kernel:
    """The message and the rows nearest to it, as vectors of length one."""

    def __init__(self, query: Query, wholes: Wholes, rows: Sequence[int]) -> None:
        lists = [_own(query), *wholes.vectors(rows)]
        text_of = np.repeat(np.arange(len(lists)), [len(one) for one in lists])
        # A sort of numbers that hold both, the kind and the text, takes half of what `unique` does.
        keys = np.sort((np.concatenate(lists).astype(np.int64) << _TEXT_BITS) + text_of)
        numbers = keys >> _TEXT_BITS
        is_first = np.ones(len(keys), bool)
        np.not_equal(numbers[1:], numbers[:-1], out=is_first[1:])
        places = np.cumsum(is_first) - 1
        kinds = numbers[is_first]
        runs, pairs, unknown = np.searchsorted(kinds, (RUNS_FROM, PAIRS_FROM, UNKNOWN_FROM)).tolist()
        weights = np.ones(len(kinds), np.float32)
        weights[:runs] = WORDS * query.index.weights(kinds[:runs])
        weights[runs:pairs] = RUNS * query.index.run_weights(kinds[runs:pairs] - RUNS_FROM)
        weights[pairs:unknown] = PAIRS
        matrix = np.zeros((len(lists), len(kinds)), np.float32)
        matrix[keys & _TEXT, places] = weights[places]
        self.runs, of_runs = _cosines(matrix[:, runs:pairs])
        self.pairs, of_pairs = _cosines(matrix[:, pairs:unknown])
        rest = _squares(matrix[:, :runs]) + _squares(matrix[:, unknown:])
        matrix /= np.maximum(np.sqrt(of_runs + of_pairs + rest), _TINY)[:, None]
        products = matrix @ matrix.T
        self.likeness: Floats = products[0, 1:]
        self._system = products[1:, 1:] + RIDGE * np.eye(len(rows), dtype=np.float32)

    def apart(self, article_of: Ints, articles: Sequence[int]) -> Floats:
        """For each article: what the classifier says, about 0 (not it) to 1; -1 rows are of none."""
        shares = np.linalg.solve(self._system, self.likeness)
        found: Floats = shares @ (article_of[:, None] == np.array(articles)).astype(np.float32)
        return found


def _own(query: Query) -> Ints:
    """The message's own vector; words that the base does not hold are unlike anything."""
    known = [term.expansion.meanings[0].term for term in query.terms if term.expansion.meanings]
    unknown = len(query.terms) - len(known)
    return vector(
        np.array(sorted(set(known)), np.int32),
        query.runs,
        query.pairs,
        np.arange(UNKNOWN_FROM, UNKNOWN_FROM + unknown, dtype=np.int32),
    )


def _squares(block: Floats) -> Floats:
    """The squares of each row, summed."""
    summed: Floats = np.einsum("ij,ij->i", block, block)
    return summed


def _cosines(block: Floats) -> tuple[Floats, Floats]:
    """Of the first row and each of the others; and the sums of squares."""
    squares = _squares(block)
    norms = np.sqrt(squares)
    return (block[1:] @ block[0]) / np.maximum(norms[1:] * norms[0], _TINY), squares
