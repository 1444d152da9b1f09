"""Up to when everything said in a place is known here, and what of a list of messages is not yet.

A `channel` is one of the customers', or a place of the team's.
"""

import json
from collections.abc import Sequence
from datetime import datetime

from core.domain.channel import Address
from core.store.db import Db
from core.store.rows import moment, to_ms

_KNOWN = "SELECT begun_at, known_until FROM sweeps WHERE channel = $1"
_REACHED = """
INSERT INTO sweeps (channel, begun_at, known_until) VALUES ($1, $2, $2)
ON CONFLICT (channel) DO UPDATE SET known_until = excluded.known_until
"""
_BEGUN_BY = "UPDATE sweeps SET begun_at = min(begun_at, $2) WHERE channel = $1"
_HEARD = """
SELECT key FROM journal WHERE key IN (SELECT value FROM json_each($1))
UNION ALL
SELECT key FROM quarantine
WHERE source IN (SELECT value FROM json_each($2)) AND key IN (SELECT value FROM json_each($1)) AND key <> ''
"""
_LIVE_THREADS = """
SELECT thread_reference AS reference FROM conversations INDEXED BY one_open_handle
WHERE handle <> '' AND status IN ('open', 'in_progress', 'resolved')
    AND thread_place = $1 AND thread_reference <> ''
ORDER BY thread_reference
"""
_NOTES = """
SELECT m.reference FROM messages m
WHERE m.conversation_id = $1 AND m.author = 'note' AND m.reference <> '' AND NOT EXISTS (
    SELECT 1 FROM versions v
    WHERE v.conversation_id = $1 AND v.reference = m.reference AND v.kind = 'deleted')
"""
_ALSO_AT = """
SELECT other.external_id FROM addresses here
JOIN addresses other ON other.customer_id = here.customer_id AND other.channel = here.channel
WHERE here.channel = $1 AND here.external_id = $2
"""


async def known_until(db: Db, channel: str) -> tuple[datetime, datetime] | None:
    """Since when we listen on a channel, and up to when all is known; None before the very first sweep."""
    row = await db.one(_KNOWN, channel)
    return (moment(row["begun_at"]), moment(row["known_until"])) if row else None


async def reached(db: Db, channel: str, until: datetime) -> None:
    """All that was said on a channel until then is known here.

    A later date that stands there is of before the clock was set back: it says nothing of what comes now.
    """
    await db.run(_REACHED, channel, to_ms(until))


async def begun_by(db: Db, channel: str, at: datetime) -> None:
    """We listen on a channel since then, or for longer."""
    await db.run(_BEGUN_BY, channel, to_ms(at))


async def heard(db: Db, keys: Sequence[str], *sources: str) -> frozenset[str]:
    """Which of these are known: heard, or put aside by us and not to be put aside again."""
    rows = await db.all(_HEARD, json.dumps(list(keys)), json.dumps(sources))
    return frozenset(row["key"] for row in rows)


async def also_at(db: Db, address: Address) -> list[str]:
    """Every address on the channel of whoever is reached at this one."""
    return [row["external_id"] for row in await db.all(_ALSO_AT, address.channel, address.external_id)]


async def live_threads(db: Db, place: str) -> list[str]:
    """Where the conversations stand, in a place of the team's, that may still go on: oldest first."""
    return [row["reference"] for row in await db.all(_LIVE_THREADS, place)]


async def notes_of(db: Db, conversation_id: str) -> list[str]:
    """The notes that were typed in a conversation's thread and not taken away, by their references."""
    return [row["reference"] for row in await db.all(_NOTES, conversation_id)]
