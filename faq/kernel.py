"""What tells the nearest rows apart: a ridge classifier over them, made for this one message.

Words, pairs of words and runs of letters make a vector of every row. To weigh what distinguishes the
articles, a regularised least-squares classifier is solved over the rows that are nearest, which is as good as
one trained on the whole base (measured), costs no training, and follows every edit at once.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
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
        shared, squares = _vectors(query, [_own(query), *rows])
        texts = len(rows) + 1
        products = np.empty((3, texts, texts), np.float32)
        for block, product in zip(shared, products, strict=True):
            np.matmul(block, block.T, out=product)
        products.reshape(3, -1)[:, :: texts + 1] = squares
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


class _Vectors(NamedTuple):
    """Texts as vectors, each part by itself: runs of letters, pairs of words, words."""

    shared: tuple[Floats, Floats, Floats]
    """A text a row. A column for what two texts share: what stands in one alone only makes it longer."""
    squares: Floats
    """Of the lengths of each text's three parts."""


def _vectors(query: Query, lists: Sequence[Ints]) -> _Vectors:
    total = len(lists)
    keys = np.concatenate(lists, dtype=np.int64)
    keys <<= _TEXT_BITS
    keys += np.arange(total).repeat([len(one) for one in lists])
    # A sort of numbers that hold both, the kind and the text, takes half of what `unique` does.
    keys.sort()
    kinds, texts = keys >> _TEXT_BITS, keys & _TEXT
    runs, pairs = kinds.searchsorted((RUNS_FROM, PAIRS_FROM)).tolist()
    weights = np.full(len(kinds), PAIRS, np.float32)
    np.multiply(query.index.weights(kinds[:runs]), WORDS, out=weights[:runs])
    np.multiply(query.index.run_weights(kinds[runs:pairs] - RUNS_FROM), RUNS, out=weights[runs:pairs])
    shared, begins = _shared(kinds, texts, weights, total)
    first, second = int(begins[:runs].sum()), int(begins[:pairs].sum())
    texts[:runs] += 2 * total
    texts[pairs:] += total
    squares = np.bincount(texts, weights * weights, 3 * total).astype(np.float32).reshape(3, total)
    return _Vectors((shared[:, first:second], shared[:, second:], shared[:, :first]), squares)


def _shared(
    kinds: NDArray[np.int64], texts: NDArray[np.int64], weights: Floats, total: int
) -> tuple[Floats, NDArray[np.bool_]]:
    """The weights of what several of `total` texts hold, a kind a column; and at which key each begins."""
    new = are_new(kinds)
    again = ~new
    again[:-1] |= again[1:]
    kept = again.nonzero()[0]
    columns = new.take(kept).cumsum() - 1
    shared = np.zeros((total, columns[-1] + 1 if len(columns) else 0), np.float32)
    shared[texts.take(kept), columns] = weights.take(kept)
    return shared, new & again
