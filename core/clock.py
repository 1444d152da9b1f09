"""The only reader of the wall clock. Everything else receives `now`, aware, UTC."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Protocol

JUMP = 300.0
"""Seconds; a clock that is put right moves by less."""


class Clock(Protocol):
    """What time it is."""

    def now(self) -> datetime:
        """An aware moment, UTC."""
        ...


class WallClock:
    """The machine's own clock, shifted by an offset that only the demo ever sets."""

    def __init__(self, offset: Callable[[], timedelta] = timedelta) -> None:
        self._offset = offset

    def now(self) -> datetime:
        """An aware moment, UTC."""
        return datetime.now(UTC) + self._offset()


class HandClock:
    """A clock that stands still until it is moved: for tests and simulations."""

    def __init__(self, start: datetime) -> None:
        self._now = start

    def now(self) -> datetime:
        """The moment it was set to."""
        return self._now

    def move(self, by: timedelta) -> None:
        """Let time pass."""
        self._now += by

    def set(self, to: datetime) -> None:
        """Jump, also backwards."""
        self._now = to


class Jumps:
    """Tells that the wall clock was set, or the machine slept: it moved by more than the time that passed.

    `passed` counts seconds that never jump. A jump is told until it is `noted`.
    """

    def __init__(self, clock: Clock, passed: Callable[[], float]) -> None:
        self._clock = clock
        self._passed = passed
        self._offset: float | None = None
        self._is_told = False

    def seen(self) -> bool:
        """Whether there was a jump that nobody noted yet."""
        offset = self._clock.now().timestamp() - self._passed()
        if self._offset is not None and abs(offset - self._offset) > JUMP:
            self._is_told = True
        self._offset = offset
        return self._is_told

    def noted(self) -> None:
        """What depends on the clock was looked at anew."""
        self._is_told = False
