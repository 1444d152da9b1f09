"""The least of a run that still fails: acts of a day, deaths of a pair; and how acts are written in a line.

Deaths and faults come by chance at points, and what is left out moves the points: nothing is known of a
smaller day before it is lived, so each is tried.
"""

import time
from collections.abc import Callable, Iterable, Sequence

from tests.sim.runs import ACTS_A_DAY, at_point, by_chance

TRIES = 60
"""Days lived for one that failed."""
PATIENCE = 120.0
"""Seconds; what was found by then is told, and fails as well, but may not be the least."""


class Acts(tuple[int, ...]):
    """Which acts of a day, by their numbers: "0,3,7-9", or "12" for the first twelve."""

    __slots__ = ()

    @classmethod
    def read(cls, line: str) -> "Acts":
        """As the command line has them.

        Raises:
            ValueError: it is neither.
        """
        if line.isdecimal():
            return cls(range(int(line)))
        return cls(number for part in line.split(",") for number in _span(part))

    def __str__(self) -> str:
        if self == tuple(range(len(self))):
            return str(len(self))
        spans: list[list[int]] = []
        for number in self:
            if spans and spans[-1][-1] == number - 1:
                spans[-1].append(number)
            else:
                spans.append([number])
        written = ",".join(f"{span[0]}-{span[-1]}" if span[1:] else f"{span[0]}" for span in spans)
        return written if len(self) > 1 else f"{self[0]}-{self[0]}"


def _span(part: str) -> Iterable[int]:
    first, dash, last = part.partition("-")
    return range(int(first), int(last if dash else first) + 1)


class Trials:
    """What was tried, as far as it is worth it."""

    def __init__(self, fails: Callable[[Acts], bool], say: Callable[[str], None]) -> None:
        self._fails, self._say = fails, say
        self._tried: dict[Acts, bool] = {}
        self._until = time.monotonic() + PATIENCE

    @property
    def is_over(self) -> bool:
        """Enough was tried."""
        return len(self._tried) >= TRIES or time.monotonic() > self._until

    def fail(self, acts: Acts) -> bool:
        """Whether these acts alone fail, tried once; nothing does when it is over."""
        if acts not in self._tried:
            if not acts or self.is_over:
                return False
            self._tried[acts] = self._fails(acts)
            if self._tried[acts]:
                self._say(f"  shrinking: {len(acts)} acts after {len(self._tried)} days")
        return self._tried[acts]


def least(acts: Acts, trials: Trials) -> Acts:
    """Of acts that fail: what still fails, and no longer when any one of them is left out.

    Halves are left out first, then quarters, and so on: an early failure needs none of what came later.
    """
    size, before = len(acts), acts
    while not trials.is_over and (size > 1 or acts != before):
        size, before = (size + 1) // 2, acts
        for end in range(len(acts), 0, -size):
            fewer = Acts(acts[: max(0, end - size)] + acts[end:])
            acts = fewer if trials.fail(fewer) else acts
    return acts


def shrunk_day(seed: int, say: Callable[[str], None]) -> Acts:
    """The acts that a failing day needs."""
    return least(Acts(ACTS_A_DAY), Trials(lambda acts: bool(by_chance(seed, acts=acts).wrong), say))


def shrunk_deaths(run: str) -> str:
    """`name:number+number` with one death, where that fails too."""
    name, _, numbers = run.partition(":")
    points: Sequence[int] = [int(number) for number in numbers.split("+")]
    if len(points) > 1:
        for point in points:
            if (alone := at_point(name, point)).wrong:
                return alone.name
    return run
