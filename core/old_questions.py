"""Questions to the knowledge base grow old: what they taught is in the articles by then."""

from datetime import datetime, timedelta
from functools import partial

from core.clock import Clock
from core.daily import Daily
from core.store import questions
from core.store.engine import Store


class OldQuestions(Daily):
    """Drops them; what is too much for one transaction waits for the next pulse."""

    def __init__(self, store: Store, clock: Clock, kept_for: timedelta = questions.KEPT_FOR) -> None:
        super().__init__(clock)
        self._store = store
        self._kept_for = kept_for

    async def _finish(self, now: datetime) -> bool:
        before = now - self._kept_for
        if not await self._store.read(partial(questions.holds_older, before=before)):
            return True
        dropped = await self._store.write(partial(questions.sweep, before=before))
        return dropped < questions.SWEPT_AT_ONCE
