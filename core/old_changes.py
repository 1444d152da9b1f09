"""What articles were long ago: whoever takes a change back, or reads how an article came about, needs the
latest ones."""

from datetime import datetime
from functools import partial

from core.clock import Clock
from core.daily import Daily
from core.store import articles
from core.store.engine import Store


class OldChanges(Daily):
    """Drops the older ones; what is too much for one transaction waits for the next pulse."""

    def __init__(self, store: Store, clock: Clock) -> None:
        super().__init__(clock)
        self._store = store

    async def _finish(self, now: datetime) -> bool:
        before = now - articles.CHANGES_KEPT_FOR
        old = await self._store.read(partial(articles.old_changes, before=before))
        if old:
            await self._store.write(partial(articles.drop_changes, numbers=old))
        return len(old) < articles.SWEPT_AT_ONCE
