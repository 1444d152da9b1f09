"""Lines for the operators' place: rows in their final words, and how each of them left."""

from dataclasses import dataclass
from datetime import datetime

from core.store.db import Db
from core.store.rows import from_ms, moment, to_ms

_ADD = """
INSERT INTO alerts (id, at, subject, text, state, due_at, attempted_at, reference, lasts)
VALUES ($1, $2, $3, $4, 'ready', $2, NULL, '', $5)
"""
_WAITING = "SELECT * FROM alerts WHERE state IN ('ready', 'sending') ORDER BY at, id LIMIT 1"
_WITHDRAW = "UPDATE alerts SET state = 'cancelled' WHERE subject = $1 AND lasts = 1 AND state = 'ready'"
_ATTEMPT = """
UPDATE alerts SET state = 'sending', attempted_at = $2 WHERE id = $1 AND state IN ('ready', 'sending')
"""
_LASTING = "SELECT subject, at FROM alerts WHERE lasts = 1"
_LATEST = "SELECT max(at) FROM alerts WHERE subject = $1"


@dataclass(frozen=True)
class Alert:
    """One line on its way. `attempted`: when it was last posted, if nobody knows what became of that."""

    id: str
    text: str
    due: datetime
    attempted: datetime | None


async def add(db: Db, alert_id: str, subject: str, text: str, now: datetime, *, lasts: bool = False) -> None:
    """Tell a line. `lasts`: what it tells of goes on until it is `over`."""
    await db.run(_ADD, alert_id, to_ms(now), subject, text, int(lasts))


async def lasting(db: Db) -> dict[str, datetime]:
    """What was told and is not over, with when it was told."""
    return {row["subject"]: moment(row["at"]) for row in await db.all(_LASTING)}


async def over(db: Db, subject: str) -> bool:
    """It lasts no more. False: nobody read of it yet, and nobody need."""
    withdrawn = await db.run(_WITHDRAW, subject)
    await db.run("UPDATE alerts SET lasts = 0 WHERE subject = $1 AND lasts = 1", subject)
    return not withdrawn


async def latest(db: Db, subject: str) -> datetime | None:
    """When something of that subject was last told."""
    return from_ms(await db.value(_LATEST, subject))


async def next_waiting(db: Db) -> Alert | None:
    """The line whose turn it is."""
    row = await db.one(_WAITING)
    if row is None:
        return None
    attempted = from_ms(row["attempted_at"]) if row["state"] == "sending" else None
    return Alert(row["id"], row["text"], moment(row["due_at"]), attempted)


async def attempt(db: Db, alert_id: str, now: datetime) -> bool:
    """Put the attempt on disk before the call; False when the line is needed no more."""
    return await db.run(_ATTEMPT, alert_id, to_ms(now)) == 1


async def postpone(db: Db, alert_id: str, due: datetime) -> None:
    """It surely was not posted: again, then."""
    await db.run("UPDATE alerts SET state = 'ready', due_at = $2 WHERE id = $1", alert_id, to_ms(due))


async def ask_at(db: Db, alert_id: str, due: datetime) -> None:
    """Nobody knows whether it was posted: look then."""
    await db.run("UPDATE alerts SET due_at = $2 WHERE id = $1", alert_id, to_ms(due))


async def sent(db: Db, alert_id: str, reference: str) -> None:
    """It stands there."""
    await db.run("UPDATE alerts SET state = 'sent', reference = $2 WHERE id = $1", alert_id, reference)
