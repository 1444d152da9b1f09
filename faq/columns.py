"""Columns of numbers that grow at the end, and lists of numbers of unequal length laid end to end."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

Ints = NDArray[np.int32]
Floats = NDArray[np.float32]

_FEWEST = 64


class Column:
    """One number a row; room is doubled when it is full, so that adding costs the same for ever."""

    def __init__(self, dtype: DTypeLike) -> None:
        self._room = np.zeros(_FEWEST, dtype)
        self._used = 0

    def __len__(self) -> int:
        return self._used

    def append(self, value: float) -> None:
        """One more at the end."""
        self._make_room(1)
        self._room[self._used] = value
        self._used += 1

    def extend(self, values: Sequence[float]) -> None:
        """Some more at the end."""
        self._make_room(len(values))
        self._room[self._used : self._used + len(values)] = values
        self._used += len(values)

    def _make_room(self, more: int) -> None:
        if self._used + more > len(self._room):
            size = max(self._used + more, 2 * len(self._room))
            self._room = np.concatenate([self._room, np.zeros(size - len(self._room), self._room.dtype)])

    @property
    def all(self) -> NDArray[Any]:
        """What is held, without a copy: not to be kept over a change."""
        return self._room[: self._used]


class Lists:
    """Lists of whole numbers, by their number; each is written once."""

    def __init__(self) -> None:
        self._flat = Column(np.int32)
        self._ends = Column(np.int32)

    def __len__(self) -> int:
        return len(self._ends)

    @property
    def total(self) -> int:
        """How many numbers all lists hold."""
        return len(self._flat)

    def append(self, numbers: Sequence[int]) -> None:
        """One more list."""
        self._flat.extend(numbers)
        self._ends.append(len(self._flat))

    def __getitem__(self, at: int) -> Ints:
        ends = self._ends.all
        begin = int(ends[at - 1]) if at else 0
        found: Ints = self._flat.all[begin : int(ends[at])]
        return found


def end_to_end(lists: Iterable[Ints]) -> tuple[Ints, Ints]:
    """Lists laid end to end, none of them empty, and where each begins (as `ufunc.reduceat` wants it)."""
    kept = list(lists)
    begins = np.zeros(len(kept), np.int32)
    np.cumsum([len(one) for one in kept[:-1]], out=begins[1:])
    return np.concatenate(kept), begins
