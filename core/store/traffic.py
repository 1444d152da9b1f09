"""When customers write: the last time on each channel, and how many did in a stretch of time."""

from datetime import datetime

from core.ids import first_of
from core.store.db import Db
from core.store.rows import moment, to_ms

_LAST = """
SELECT DISTINCT a.channel, (
    SELECT max(m.at) FROM messages m WHERE m.channel = a.channel AND m.author = 'customer') AS at
FROM addresses a
"""
_LAST_ON = "SELECT max(at) FROM messages WHERE channel = $1 AND author = 'customer'"
_TALKS = """
SELECT count(DISTINCT conversation_id) FROM messages
WHERE channel = $1 AND author = 'customer' AND at > $2 AND at <= $3
"""

_POSTED = """
SELECT settled_at FROM outbox
WHERE id > $1 AND destination = $2 AND kind IN ('open_thread', 'transcript', 'line') AND state = 'sent'
    AND settled_at > $3 AND settled_at <= $4
ORDER BY settled_at LIMIT 8
"""
"""By id, which begins with the date: what is older is not gone through."""


async def last_written(db: Db) -> dict[str, datetime]:
    """When somebody last wrote, by channel."""
    rows = await db.all(_LAST)
    return {row["channel"]: moment(row["at"]) for row in rows if row["at"] is not None}


async def last_written_on(db: Db, channel: str) -> datetime | None:
    """When somebody last wrote on a channel."""
    at = await db.value(_LAST_ON, channel)
    return None if at is None else moment(at)


async def talks_between(db: Db, channel: str, start: datetime, end: datetime) -> int:
    """In how many conversations a customer wrote on a channel, in a stretch of time."""
    return int(await db.value(_TALKS, channel, to_ms(start), to_ms(end)))


async def posted_between(db: Db, destination: str, start: datetime, end: datetime) -> list[datetime]:
    """When the first posts in threads were taken, of those decided and taken in between."""
    begin = to_ms(start) or 0
    rows = await db.all(_POSTED, first_of(begin), destination, begin, to_ms(end))
    return [moment(row["settled_at"]) for row in rows]
