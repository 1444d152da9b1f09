"""The only reader of the wall clock. Everything else receives `now`, aware, UTC."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Protocol


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
