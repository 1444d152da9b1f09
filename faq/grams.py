"""Runs of letters inside words, and pairs of neighbouring words, as numbers: what single words do not hold.

Numbers are hashes; two runs, or two pairs, of one number are rare and harmless.
"""

from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from faq.columns import Ints

SPACE = 1 << 16
"""Numbers of runs of letters lie below."""
PAIR_SPACE = 1 << 24
"""Numbers of pairs of words lie below."""
RUNS_FROM = 1 << 28
PAIRS_FROM = RUNS_FROM + SPACE
"""Where the numbers of each part of a vector begin; those of terms begin at 0."""
VECTOR_BITS = 29
"""What a number of a vector takes."""
SAYS_SOMETHING = 0.2
"""Above it a word is no empty one."""
_SIZES = (3, 4)
_BEGIN, _END, _SPREAD = -1, -2, 1_000_003


@lru_cache(maxsize=4_000)
def runs_of(surface: str) -> frozenset[int]:
    """The runs of three and four letters of a word, its ends marked; each once."""
    padded = f"_{surface}_"
    if padded.isascii():  # a byte a letter: as nearly all words are in plain form
        letters = padded.encode()
        found = [letters[at : at + size] for size in _SIZES for at in range(len(letters) - size + 1)]
        return frozenset([crc32(run) % SPACE for run in found])
    runs = [padded[at : at + size] for size in _SIZES for at in range(len(padded) - size + 1)]
    return frozenset([crc32(run.encode()) % SPACE for run in runs])


def pairs(terms: Sequence[int]) -> Ints:
    """Neighbouring terms, in their order, each once; the ends of the text are neighbours, too."""
    found = {(one * _SPREAD + two) % PAIR_SPACE for one, two in pairwise((_BEGIN, *terms, _END))}
    return np.array(sorted(found), np.int32)


def pairs_of_texts(terms: Ints, text_of: NDArray[np.int64], texts: int) -> NDArray[np.int64]:
    """The same of texts laid end to end, one pair more than words in each; `text_of` each term."""
    before = np.full(len(terms) + texts, _BEGIN, np.int64)
    after = np.full(len(terms) + texts, _END, np.int64)
    places = np.arange(len(terms)) + text_of
    before[places + 1] = terms
    after[places] = terms
    numbers: NDArray[np.int64] = (before * _SPREAD + after) & (PAIR_SPACE - 1)
    return numbers
