"""What is done once a day, by a pulse that comes more often."""

from abc import ABC, abstractmethod
from datetime import datetime, timedelta
from typing import Final

from core.clock import Clock

EVERY: Final = timedelta(hours=24)


class Daily(ABC):
    """Work of once a day; a start counts as the first time."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._next_at: datetime | None = None

    async def sweep(self) -> None:
        """Do it, where it is time to; what failed or was not finished goes on at the next pulse.

        Raises:
            StoreError: nothing was changed.
        """
        now = self._clock.now()
        if self._is_due(now) and await self._finish(now):
            self._next_at = now + EVERY

    @abstractmethod
    async def _finish(self, now: datetime) -> bool:
        """The work; whether nothing of it is left."""

    def _is_due(self, now: datetime) -> bool:
        # A date farther off than any that is set was set before the clock was put back: it has come.
        return self._next_at is None or not now < self._next_at <= now + EVERY
