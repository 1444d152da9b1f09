"""Questions to the knowledge base grow old: what they taught is in the articles by then."""

from datetime import timedelta
from functools import partial

from core.clock import Clock
from core.daily import Daily
from core.store import questions
from core.store.engine import Store


class OldQuestions:
    """Drops them, once a day; what is too much for one transaction waits for the next pulse."""

    def __init__(self, store: Store, clock: Clock, kept_for: timedelta = questions.KEPT_FOR) -> None:
        self._store = store
        self._clock = clock
        self._kept_for = kept_for
        self._daily = Daily()

    async def sweep(self) -> None:
        """Drop what is older than it is kept, where it is time to look.

        Raises:
            StoreError: nothing was dropped; the next pulse tries again.
        """
        now = self._clock.now()
        if not self._daily.is_due(now):
            return
        before = now - self._kept_for
        if await self._store.read(partial(questions.holds_older, before=before)):
            dropped = await self._store.write(partial(questions.sweep, before=before))
            if dropped == questions.SWEPT_AT_ONCE:
                return
        self._daily.done(now)
