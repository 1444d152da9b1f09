"""What is done once a day, by a pulse that comes more often."""

from datetime import datetime, timedelta
from typing import Final

EVERY: Final = timedelta(hours=24)


class Daily:
    """Remembers when it is time again; a start counts as the first time."""

    def __init__(self) -> None:
        self._next_at: datetime | None = None

    def is_due(self, now: datetime) -> bool:
        """Whether it is time."""
        # A date farther off than any that is set was set before the clock was put back: it has come.
        return self._next_at is None or not now < self._next_at <= now + EVERY

    def done(self, now: datetime) -> None:
        """It was done; the next time is in a day."""
        self._next_at = now + EVERY
