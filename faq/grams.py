"""Runs of letters inside words, and pairs of neighbouring words, as numbers: what single words do not hold.

Numbers are hashes; two runs, or two pairs, of one number are rare and harmless.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import pairwise
from zlib import crc32

import numpy as np

from faq.columns import Ints
from faq.words import Word

SPACE = 1 << 16
"""Numbers of runs of letters lie below."""
PAIR_SPACE = 1 << 24
"""Numbers of pairs of words lie below."""
RUNS_FROM = 1 << 28
PAIRS_FROM = RUNS_FROM + SPACE
UNKNOWN_FROM = PAIRS_FROM + PAIR_SPACE
"""Where the numbers of each part of a vector begin; those of terms begin at 0."""
_SIZES = (3, 4)
_BEGIN, _END, _SPREAD = -1, -2, 1_000_003
_SAYS_SOMETHING = 0.2
_NONE = np.zeros(0, np.int32)


@lru_cache(maxsize=50_000)
def runs_of(surface: str) -> Ints:
    """The runs of three and four letters of a word, its ends marked; each once."""
    padded = f"_{surface}_"
    found = {padded[at : at + size] for size in _SIZES for at in range(len(padded) - size + 1)}
    return np.array(sorted({crc32(run.encode()) % SPACE for run in found}), np.int32)


def runs(words: Iterable[Word]) -> Ints:
    """The runs of letters of the words that say something; one of two words stands twice."""
    found = [runs_of(word.surface) for word in words if word.weight > _SAYS_SOMETHING]
    return np.concatenate(found) if found else _NONE


def pairs(terms: Sequence[int]) -> Ints:
    """Neighbouring terms, in their order, each once; the ends of the text are neighbours, too."""
    found = {(one * _SPREAD + two) % PAIR_SPACE for one, two in pairwise((_BEGIN, *terms, _END))}
    return np.array(sorted(found), np.int32)


def vector(terms: Ints, runs: Ints, pairs: Ints, others: Ints | None = None) -> Ints:
    """The numbers of all parts of a text, each once."""
    parts = [terms, runs + RUNS_FROM, pairs + PAIRS_FROM]
    return np.concatenate(parts if others is None else [*parts, others]).astype(np.int32)
