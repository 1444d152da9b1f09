"""What the operator does: see what was put aside, hear it again, see how the house stands."""

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial

from core.clock import Clock
from core.desk import Heard, Outcome
from core.store import journal, screens, timers
from core.store.db import Db
from core.store.engine import Store
from core.store.errors import StoreError
from core.store.journal import Quarantined

Replay = Callable[[bytes], Awaitable[Heard | None]]


@dataclass(frozen=True)
class Replayed:
    """What became of one quarantined request."""

    id: str
    kind: str
    result: str


class Operations:
    """Reads and writes on the operator's behalf. `replays`: how each source hears a body again."""

    def __init__(self, *, store: Store, clock: Clock, replays: Mapping[str, Replay]) -> None:
        self._store = store
        self._clock = clock
        self._replays = replays

    async def quarantined(self) -> list[Quarantined]:
        """Everything put aside and not yet heard, oldest first."""
        return await self._store.read(journal.quarantined)

    async def replay(self, wanted: str = "") -> list[Replayed]:
        """Hear what was put aside again, all of it or one id. Agents' acts are never replayed: their
        author got the text back and has decided since."""
        items = [item for item in await self.quarantined() if wanted in {"", item.id}]
        return [await self._replay_one(item) for item in items]

    async def _replay_one(self, item: Quarantined) -> Replayed:
        if item.kind == "agent_act":
            return Replayed(item.id, item.source, "listed only: the agent got the text back")
        if item.source == "TimerRang":
            return await self._restart_timer(item)
        hear = self._replays.get(item.source)
        if hear is None:
            return Replayed(item.id, item.source, "cannot be heard again from here")
        try:
            heard = await hear(item.raw)
        except StoreError:
            raise
        except Exception as error:  # noqa: BLE001 - it failed before, and may again
            return Replayed(item.id, item.source, f"fails again: {type(error).__name__}")
        if heard is None:
            return Replayed(item.id, item.source, "still cannot be read, or says nothing: it is kept")
        if heard.outcome is Outcome.QUARANTINED:
            return Replayed(item.id, item.source, "fails again")
        await self._store.write(partial(self._done, item))
        return Replayed(item.id, item.source, heard.outcome.value)

    async def _restart_timer(self, item: Quarantined) -> Replayed:
        """Let it ring again, unless it was stopped or replaced since."""
        event = json.loads(item.raw)
        now = self._clock.now()

        async def restart(db: Db) -> bool:
            await journal.mark_replayed(db, item.id, now)
            this = event["conversation_id"], event["kind"], event["generation"]
            return await timers.unpark(db, *this, now)

        rings = await self._store.write(restart)
        return Replayed(item.id, item.source, "the timer rings again" if rings else "awaited no more")

    async def _done(self, item: Quarantined, db: Db) -> None:
        await journal.mark_replayed(db, item.id, self._clock.now())

    async def standing(self) -> tuple[screens.Counts, screens.OutboxHealth, int]:
        """Open conversations, lanes, and how much is quarantined."""
        counts = await self._store.read(partial(screens.counts, now=self._clock.now()))
        lanes = await self._store.read(screens.outbox_health)
        return counts, lanes, len(await self.quarantined())
