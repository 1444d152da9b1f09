"""Columns of numbers that grow at the end, and lists of numbers of unequal length laid end to end."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

Ints = NDArray[np.int32]
Floats = NDArray[np.float32]

_FEWEST = 64
_MOST_LATE = 4_096


class Column:
    """One number a row; room is doubled when it is full, so that adding costs the same for ever.

    What was added waits in a list until somebody reads: a number at a time is dear in an array.
    """

    def __init__(self, dtype: DTypeLike) -> None:
        self._room = np.zeros(_FEWEST, dtype)
        self._used = 0
        self._late: list[float] = []

    def __len__(self) -> int:
        return self._used + len(self._late)

    def append(self, value: float) -> None:
        """One more at the end."""
        self._late.append(value)
        if len(self._late) > _MOST_LATE:
            self._settle()

    def extend(self, values: Sequence[float]) -> None:
        """Some more at the end."""
        self._late.extend(values)
        if len(self._late) > _MOST_LATE:
            self._settle()

    def __getitem__(self, at: int) -> float:
        return float(self._late[at - self._used] if at >= self._used else self._room[at])

    def __setitem__(self, at: int, value: float) -> None:
        if at >= self._used:
            self._late[at - self._used] = value
        else:
            self._room[at] = value

    def _settle(self) -> None:
        used = len(self)
        if used > len(self._room):
            size = max(used, 2 * len(self._room))
            self._room = np.concatenate([self._room, np.zeros(size - len(self._room), self._room.dtype)])
        self._room[self._used : used] = self._late
        self._used = used
        self._late.clear()

    @property
    def all(self) -> NDArray[Any]:
        """What is held, without a copy: not to be kept over a change."""
        if self._late:
            self._settle()
        return self._room[: self._used]


class Lists:
    """Lists of whole numbers, by their number; each is written once."""

    def __init__(self, dtype: DTypeLike = np.int32) -> None:
        self._flat = Column(dtype)
        self._ends = Column(np.int32)
        self._ends.append(0)
        self._total = 0

    def __len__(self) -> int:
        return len(self._ends) - 1

    def append(self, numbers: Sequence[int]) -> None:
        """One more list."""
        self._flat.extend(numbers)
        self._total += len(numbers)
        self._ends.append(self._total)

    def __getitem__(self, at: int) -> Ints:
        return self.between(range(at, at + 1))

    def between(self, some: range) -> Ints:
        """Neighbouring lists laid end to end."""
        ends = self._ends.all
        found: Ints = self._flat.all[int(ends[some.start]) : int(ends[some.stop])]
        return found

    def many(self, numbers: Ints) -> tuple[Ints, Ints]:
        """Several lists laid end to end, and how long each of them is."""
        ends = self._ends.all
        begins = ends.take(numbers)
        sizes = ends.take(numbers + 1) - begins
        moved = (begins - sizes.cumsum() + sizes).repeat(sizes)
        return self._flat.all.take(moved + np.arange(len(moved))), sizes


def are_new(ordered: NDArray[Any]) -> NDArray[np.bool_]:
    """Of numbers in their order, none missing: which differ from the one before."""
    new = np.ones(len(ordered), bool)
    np.not_equal(ordered[1:], ordered[:-1], out=new[1:])
    return new
