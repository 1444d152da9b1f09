"""What articles were long ago: whoever takes a change back, or reads how an article came about, needs the
latest ones."""

from functools import partial

from core.clock import Clock
from core.daily import Daily
from core.store import articles
from core.store.engine import Store


class OldChanges:
    """Drops the older ones, once a day; what is too much for one transaction waits for the next pulse."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._daily = Daily()

    async def sweep(self) -> None:
        """Drop what need not be kept, where it is time to look.

        Raises:
            StoreError: nothing was dropped; the next pulse tries again.
        """
        now = self._clock.now()
        if not self._daily.is_due(now):
            return
        before = now - articles.CHANGES_KEPT_FOR
        if old := await self._store.read(partial(articles.old_changes, before=before)):
            await self._store.write(partial(articles.drop_changes, numbers=old))
            if len(old) == articles.SWEPT_AT_ONCE:
                return
        self._daily.done(now)
