"""Questions to the knowledge base grow old: what they taught is in the articles by then."""

from datetime import datetime, timedelta
from functools import partial
from typing import Final

from core.clock import Clock
from core.store import questions
from core.store.engine import Store

EVERY: Final = timedelta(hours=24)


class OldQuestions:
    """Drops them, once a day; what is too much for one transaction waits for the next pulse."""

    def __init__(self, store: Store, clock: Clock, kept_for: timedelta = questions.KEPT_FOR) -> None:
        self._store = store
        self._clock = clock
        self._kept_for = kept_for
        self._next_at: datetime | None = None

    async def sweep(self) -> None:
        """Drop what is older than it is kept, where it is time to look.

        Raises:
            StoreError: nothing was dropped; the next pulse tries again.
        """
        now = self._clock.now()
        # A date farther off than any that is set was set before the clock was put back: it has come.
        if self._next_at is not None and now < self._next_at <= now + EVERY:
            return
        before = now - self._kept_for
        if await self._store.read(partial(questions.holds_older, before=before)):
            dropped = await self._store.write(partial(questions.sweep, before=before))
            if dropped == questions.SWEPT_AT_ONCE:
                return
        self._next_at = now + EVERY
