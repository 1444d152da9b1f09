"""Dead letters told to the operators' place: each once, many as one line."""

from datetime import timedelta
from typing import Final

from core.clock import Clock
from core.dead import DeadLetters
from core.domain.lines import line
from core.ids import Ids
from core.store import alerts, letters
from core.store.db import Db
from core.store.engine import Store
from core.store.rows import to_ms
from core.texts import Texts

SUBJECT: Final = "dead"
MERGED_FOR: Final = timedelta(minutes=10)
"""What comes so soon after a line waits for the next one: a flood is a few lines."""


class DeadWatch:
    """Tells what nobody was told of yet."""

    def __init__(
        self, *, store: Store, dead: DeadLetters, clock: Clock, ids: Ids, texts: Texts, language: str
    ) -> None:
        self._store = store
        self._dead = dead
        self._clock = clock
        self._ids = ids
        self._texts = texts
        self._language = language

    async def look(self) -> None:
        """One look."""
        await self._store.write(self._look)

    async def _look(self, db: Db) -> None:
        now = self._clock.now()
        await self._dead.judge(db)
        latest = await alerts.latest(db, SUBJECT)
        if latest is not None and latest <= now < latest + MERGED_FOR:
            return
        effects, requests = await letters.untold(db)
        if effects or requests:
            text = self._told(effects, requests)
            await alerts.add(db, self._ids.new(to_ms(now) or 0), SUBJECT, text, now)
            await letters.mark_told(db, now)

    def _told(self, effects: int, requests: int) -> str:
        counted = [line("ops.effects", count=effects)] if effects else []
        counted += [line("ops.requests", count=requests)] if requests else []
        parts = [self._texts.said(each.key, self._language, **each.values) for each in counted]
        return self._texts.said("ops.dead", self._language, what=" · ".join(parts))
