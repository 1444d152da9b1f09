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


class Kernel:
    """The message and the rows nearest to it, as vectors of length one."""

    def __init__(self, query: Query, wholes: Wholes, rows: Sequence[int]) -> None:
        lists = [_own(query), *(wholes.vector_of_row(row) for row in rows)]
        flat = np.concatenate(lists)
        kinds, places = np.unique(flat, return_inverse=True)
        at = np.repeat(np.arange(len(lists)), [len(one) for one in lists])
        words, pairs = np.searchsorted(kinds, (RUNS_FROM, PAIRS_FROM))
        unknown = int(np.searchsorted(kinds, UNKNOWN_FROM))
        weights = np.ones(len(kinds), np.float32)
        weights[:words] = WORDS * query.index.weights(kinds[:words])
        weights[words:pairs] = RUNS * query.index.run_weights(kinds[words:pairs] - RUNS_FROM)
        weights[pairs:unknown] = PAIRS
        matrix = np.zeros((len(lists), len(kinds)), np.float32)
        matrix[at, places] = weights[places]
        self.runs = _cosines(matrix[:, words:pairs])
        self.pairs = _cosines(matrix[:, pairs:unknown])
        norms = np.sqrt(np.einsum("ij,ij->i", matrix, matrix))
        matrix /= np.maximum(norms, 1e-6)[:, None]
        products = matrix @ matrix.T
        self.likeness: Floats = products[0, 1:]
        self._among = products[1:, 1:]

    def apart(self, article_of: Ints, articles: Sequence[int]) -> Floats:
        """For each article: what the classifier says, about 0 (not it) to 1; -1 rows are of none."""
        wanted = (article_of[:, None] == np.array(articles)[None, :]).astype(np.float32)
        system = self._among + RIDGE * np.eye(len(article_of), dtype=np.float32)
        found: Floats = self.likeness @ np.linalg.solve(system, wanted)
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


def _cosines(block: Floats) -> Floats:
    """Of the first row and each of the others."""
    norms = np.sqrt(np.einsum("ij,ij->i", block, block))
    found: Floats = (block[1:] @ block[0]) / np.maximum(norms[1:] * norms[0], 1e-6)
    return found
