"""Putting aside what could not be read or decided: nothing that reached us is ever lost."""

import json
from functools import cache, partial
from typing import Any, Final

import structlog
from pydantic import TypeAdapter

from core.clock import Clock
from core.domain.events import AgentEvent, Event, TimerRang
from core.ids import Ids
from core.store import journal, timers
from core.store.db import Db
from core.store.engine import Store
from core.store.journal import Quarantined
from core.store.rows import to_ms

log = structlog.get_logger("desk")

_SAID: Final = ("conversation_id", "text", "recap", "motive", "next_step")
"""What an agent's act says, and about whom; the rest is how it came about."""


def as_json(event: Event) -> str:
    """An event as it is kept: what is as it mostly is, is left out."""
    kind: Any = type(event)
    return _written(kind).dump_json(event, exclude_defaults=True).decode()


def says_the_same(event: Event, kept: str) -> bool:
    """Whether an event says what a kept one said, to the letter."""
    now, before = json.loads(as_json(event)), json.loads(kept)
    return all(now.get(name) == before.get(name) for name in _SAID)


@cache
def _written(kind: type[Any]) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


class Aside:
    """The quarantine's way in."""

    def __init__(self, *, store: Store, clock: Clock, ids: Ids) -> None:
        self._store = store
        self._clock = clock
        self._ids = ids

    async def undecided(
        self, event: Event, *, key: str, source: str, body: bytes | None, error: Exception
    ) -> None:
        """Deciding failed: our bug. A timer stays awaited, but silent, so that it does not ring for ever.

        Raises:
            StoreError: it could not be kept; the sender must come again.
        """
        name = type(error).__name__
        log.error("event_undecided", kind=type(event).__name__, error=name, exc_info=error)
        kind = "agent_act" if isinstance(event, AgentEvent) else "undecided"
        item = self._item(source or type(event).__name__, key, kind, name, body or as_json(event).encode())

        async def put_aside(db: Db) -> None:
            await journal.quarantine(db, item)
            if isinstance(event, TimerRang):
                await timers.park(db, event.conversation_id, event.kind, event.generation)

        await self._store.write(put_aside)

    async def malformed(self, *, source: str, key: str, body: bytes, error: str) -> None:
        """A verified sender sent what cannot be read.

        Raises:
            StoreError: it could not be kept; the sender must come again.
        """
        log.error("request_malformed", source=source, error=error)
        item = self._item(source, key, "malformed", error, body)
        await self._store.write(partial(journal.quarantine, item=item))

    def _item(self, source: str, key: str, kind: str, error: str, raw: bytes) -> Quarantined:
        now = self._clock.now()
        return Quarantined(self._ids.new(to_ms(now) or 0), now, source, key, kind, error, raw)
