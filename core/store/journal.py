"""What happened, once each; and what reached us but could not be read or decided."""

from dataclasses import dataclass
from datetime import datetime

from core.store.db import Db
from core.store.rows import moment, to_ms

_RECORD = """
INSERT INTO journal (key, at, kind, conversation_id, event, raw) VALUES ($1, $2, $3, $4, $5, $6)
"""
_QUARANTINE = """
INSERT INTO quarantine (id, at, source, key, kind, error, raw) VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (source, key) WHERE key <> '' DO UPDATE SET replayed_at = NULL, error = excluded.error
"""
_WAITING = """
SELECT id, at, source, key, kind, error, raw FROM quarantine
WHERE replayed_at IS NULL AND abandoned_at IS NULL ORDER BY at, id
"""
_LATEST_UNDER = """
SELECT event FROM journal WHERE key > $1 || ':' AND key < $1 || ';' ORDER BY key DESC LIMIT 1
"""


@dataclass(frozen=True)
class Quarantined:
    """A verified request that could not be read or decided. `raw` is its body; never logged."""

    id: str
    at: datetime
    source: str
    key: str
    kind: str
    error: str
    raw: bytes


async def is_heard(db: Db, key: str) -> bool:
    """Whether this happening is known already."""
    return await db.value("SELECT 1 FROM journal WHERE key = $1", key) is not None


async def event_of(db: Db, key: str) -> str | None:
    """The event that was heard under a key, as it was kept."""
    found = await db.value("SELECT event FROM journal WHERE key = $1", key)
    return None if found is None else str(found)


async def record(
    db: Db, key: str, *, at: datetime, kind: str, conversation_id: str, event: str, raw: bytes | None
) -> None:
    """Remember that it happened. A key heard twice is an `sqlite3.IntegrityError`."""
    await db.run(_RECORD, key, to_ms(at), kind, conversation_id, event, raw)


async def quarantine(db: Db, item: Quarantined) -> None:
    """Keep what could not be handled, once a key; what fails again after a replay waits again."""
    at = to_ms(item.at)
    await db.run(_QUARANTINE, item.id, at, item.source, item.key, item.kind, item.error, item.raw)


async def quarantined(db: Db) -> list[Quarantined]:
    """What still waits for a human, oldest first."""
    rows = await db.all(_WAITING)
    return [
        Quarantined(r["id"], moment(r["at"]), r["source"], r["key"], r["kind"], r["error"], r["raw"])
        for r in rows
    ]


async def mark_replayed(db: Db, quarantine_id: str, now: datetime) -> None:
    """It was heard again and handled."""
    await db.run("UPDATE quarantine SET replayed_at = $2 WHERE id = $1", quarantine_id, to_ms(now))


async def is_aside(db: Db, quarantine_id: str) -> bool:
    """Whether it still waits for a human."""
    sql = "SELECT 1 FROM quarantine WHERE id = $1 AND replayed_at IS NULL AND abandoned_at IS NULL"
    return await db.value(sql, quarantine_id) is not None


async def record_refusal(db: Db, key: str, at: datetime) -> bool:
    """A gesture that may come again was refused: its key alone is kept. False when it was heard before."""
    if await is_heard(db, key):
        return False
    await record(db, key, at=at, kind="Refused", conversation_id="", event="{}", raw=None)
    return True


async def heard_ahead(db: Db, key: str, *, gone: str, changes: str) -> tuple[bool, str]:
    """What was heard of a message before the message itself: whether it is gone, and its latest change.

    `changes`: how the keys of its changes begin. The change is the event as it is kept, empty for none.
    """
    if await is_heard(db, key):
        return False, ""
    return await is_heard(db, gone), await db.value(_LATEST_UNDER, changes) or ""
