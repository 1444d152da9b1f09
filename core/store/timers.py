"""Timers and promises: dates that are rows."""

from dataclasses import dataclass
from datetime import datetime

from core.store.db import Db
from core.store.rows import moment, to_ms

_START = """
INSERT INTO timers (conversation_id, kind, due_at, generation) VALUES ($1, $2, $3, $4)
ON CONFLICT (conversation_id, kind)
DO UPDATE SET due_at = excluded.due_at, generation = excluded.generation
"""
_TAKE = """
DELETE FROM timers WHERE conversation_id = $1 AND kind = $2 AND generation = $3 AND due_at <= $4
"""
_PARK = "UPDATE timers SET due_at = $4 WHERE conversation_id = $1 AND kind = $2 AND generation = $3"
_UNPARK = f"{_PARK} AND due_at = $5"
_DUE = "SELECT * FROM timers WHERE due_at <= $1 ORDER BY due_at, conversation_id, kind LIMIT $2"
_NEVER = 1 << 62
"""A date that does not come."""
_REVIVE_PROMISE = """
UPDATE promises SET outcome = 'live', settled_at = NULL
WHERE conversation_id = $1 AND due_at = $2
    AND seq = (SELECT max(seq) FROM promises WHERE conversation_id = $1)
"""
_SETTLE_PROMISE = """
UPDATE promises SET outcome = $2, settled_at = $3 WHERE conversation_id = $1 AND outcome = 'live'
"""
_PROMISE = """
INSERT INTO promises (conversation_id, seq, told_at, due_at, outcome)
SELECT $1, coalesce(max(seq), 0) + 1, $2, $3, 'live' FROM promises WHERE conversation_id = $1
"""


@dataclass(frozen=True)
class Timer:
    """An awaited moment."""

    conversation_id: str
    kind: str
    due: datetime
    generation: int


async def start(db: Db, conversation_id: str, kind: str, due: datetime, generation: int) -> None:
    """Await a moment; it replaces an earlier one of the same kind."""
    await db.run(_START, conversation_id, kind, to_ms(due), generation)


async def stop(db: Db, conversation_id: str, kind: str) -> None:
    """Await it no more."""
    await db.run("DELETE FROM timers WHERE conversation_id = $1 AND kind = $2", conversation_id, kind)


async def take(db: Db, conversation_id: str, kind: str, generation: int, now: datetime) -> bool:
    """Whether this very timer was still awaited and due; it is no more."""
    return await db.run(_TAKE, conversation_id, kind, generation, to_ms(now)) == 1


async def park(db: Db, conversation_id: str, kind: str, generation: int) -> None:
    """What follows cannot be decided: silent from now on, yet still stopped or replaced like any other."""
    await db.run(_PARK, conversation_id, kind, generation, _NEVER)


async def unpark(db: Db, conversation_id: str, kind: str, generation: int, now: datetime) -> bool:
    """Let a parked timer ring now; False when it is awaited no more."""
    return await db.run(_UNPARK, conversation_id, kind, generation, to_ms(now), _NEVER) == 1


async def due(db: Db, now: datetime, limit: int) -> list[Timer]:
    """Timers whose moment has come, the earliest first."""
    rows = await db.all(_DUE, to_ms(now), limit)
    return [Timer(r["conversation_id"], r["kind"], moment(r["due_at"]), r["generation"]) for r in rows]


async def next_due(db: Db) -> datetime | None:
    """When the next timer is due."""
    at = await db.value("SELECT min(due_at) FROM timers WHERE due_at < $1", _NEVER)
    return None if at is None else moment(at)


async def make_promise(db: Db, conversation_id: str, told: datetime, promised: datetime) -> None:
    """A time is told to the customer (P20). The one before must have been settled."""
    await db.run(_PROMISE, conversation_id, to_ms(told), to_ms(promised))


async def settle_promise(db: Db, conversation_id: str, outcome: str, now: datetime) -> None:
    """The live promise ends."""
    await db.run(_SETTLE_PROMISE, conversation_id, outcome, to_ms(now))


async def revive_promise(db: Db, conversation_id: str, promised: datetime) -> None:
    """The latest promise lives again: what had settled it did not arrive."""
    await db.run(_REVIVE_PROMISE, conversation_id, to_ms(promised))
