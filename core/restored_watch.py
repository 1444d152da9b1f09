"""A copy that was put back, told to the operators' place once: people look after what it does not hold."""

from core.clock import Clock
from core.ids import Ids
from core.store import alerts
from core.store.db import Db
from core.store.engine import Store
from core.store.restored import Mark
from core.store.rows import to_ms
from core.texts import Texts


class RestoredWatch:
    """Tells it after the start that followed."""

    def __init__(
        self, *, store: Store, mark: Mark | None, clock: Clock, ids: Ids, texts: Texts, language: str
    ) -> None:
        self._store = store
        self._mark = mark
        self._clock = clock
        self._ids = ids
        self._texts = texts
        self._language = language

    async def look(self) -> None:
        """One look; there is nothing to see after the first."""
        if self._mark is not None:
            await self._store.write(self._look)
            self._mark = None

    async def _look(self, db: Db) -> None:
        mark = self._mark
        if mark is None or await alerts.latest(db, subject := f"restored:{mark.at_ms}") is not None:
            return
        now = self._clock.now()
        when = self._texts.moment(mark.at, self._language, now)
        ends = self._texts.moment(mark.ends, self._language, now)
        text = self._texts.said("ops.restored", self._language, when=when, ends=ends)
        await alerts.add(db, self._ids.new(to_ms(now) or 0), subject, text, now)
