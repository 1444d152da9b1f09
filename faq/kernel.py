"""What tells the nearest rows apart: a ridge classifier over them, made for this one message.

Words, pairs of words and runs of letters make a vector of every row. To weigh what distinguishes the
articles, a regularised least-squares classifier is solved over the rows that are nearest, which is as good as
one trained on the whole base (measured), costs no training, and follows every edit at once.
"""

from collections.abc import Sequence

import numpy as np
from threadpoolctl import threadpool_limits

from faq.columns import Floats, Ints, are_new
from faq.grams import PAIRS_FROM, RUNS_FROM
from faq.query import Query

# The matrices are small: with more threads than one, waiting for one another costs ten times the work.
threadpool_limits(limits=1, user_api="blas")

RIDGE = 0.3
WORDS, RUNS, PAIRS = 1.0, 0.5, 0.6
"""Shares of the three parts in a vector."""
_TEXT_BITS = 8
"""Texts are fewer than 256: the message, and two times 32 rows."""
_TEXT = (1 << _TEXT_BITS) - 1
_TINY = 1e-12


class Kernel:
    """The message and the rows nearest to it, as vectors of length one."""

    def __init__(self, query: Query, rows: Sequence[Ints]) -> None:
        matrix, runs, pairs = _matrix(query, [_own(query), *rows])
        products = np.empty((3, len(matrix), len(matrix)), np.float32)
        for block, product in zip(
            (matrix[:, runs:pairs], matrix[:, pairs:], matrix[:, :runs]), products, strict=True
        ):
            np.matmul(block, block.T, out=product)
        of_runs, of_pairs, whole = products
        whole += of_runs
        whole += of_pairs
        # A word that the base does not hold is unlike anything.
        whole[0, 0] += sum(not term.expansion.meanings for term in query.terms)
        lengths = np.sqrt(np.maximum(products.diagonal(axis1=1, axis2=2), _TINY))
        self.measures: Floats = products[:, 0, 1:] / (lengths[:, 1:] * lengths[:, :1])
        """How like the message each row is: by runs of letters, by pairs of words, by everything."""
        whole /= lengths[2]
        whole /= lengths[2][:, None]
        whole.flat[:: len(whole) + 1] += RIDGE
        self._system = whole[1:, 1:]

    def apart(self, article_of: Sequence[int], articles: Sequence[int]) -> list[float]:
        """For each article: what the classifier says, about 0 (not it) to 1; `article_of` each row."""
        found = dict.fromkeys(articles, 0.0)
        shares = np.linalg.solve(self._system, self.measures[-1]).tolist()
        for article, share in zip(article_of, shares, strict=True):
            if article in found:
                found[article] += share
        return list(found.values())


def _own(query: Query) -> Ints:
    """The message's own vector."""
    meant = {term.expansion.meanings[0].term for term in query.terms if term.expansion.meanings}
    return np.concatenate([np.array(list(meant), np.int32), query.runs + RUNS_FROM, query.pairs + PAIRS_FROM])


def _matrix(query: Query, lists: Sequence[Ints]) -> tuple[Floats, int, int]:
    """A text a row, a kind of number a column; and where the runs of letters and the pairs begin."""
    keys = np.concatenate(lists, dtype=np.int64)
    keys <<= _TEXT_BITS
    keys += np.arange(len(lists)).repeat([len(one) for one in lists])
    # A sort of numbers that hold both, the kind and the text, takes half of what `unique` does.
    keys.sort()
    numbers = keys >> _TEXT_BITS
    new = are_new(numbers)
    kinds = numbers[new]
    runs, pairs = kinds.searchsorted((RUNS_FROM, PAIRS_FROM)).tolist()
    weights = np.full(len(kinds), PAIRS, np.float32)
    np.multiply(query.index.weights(kinds[:runs]), WORDS, out=weights[:runs])
    np.multiply(query.index.run_weights(kinds[runs:pairs] - RUNS_FROM), RUNS, out=weights[runs:pairs])
    new[0] = False
    places = new.cumsum()
    matrix = np.zeros((len(lists), len(kinds)), np.float32)
    matrix[keys & _TEXT, places] = weights.take(places)
    return matrix, runs, pairs
