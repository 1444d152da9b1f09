"""Up to when everything that customers wrote is known here, and what of a list of messages is not yet."""

import json
from collections.abc import Sequence
from datetime import datetime

from core.domain.channel import Address
from core.store.db import Db
from core.store.rows import moment, to_ms

_KNOWN = "SELECT begun_at, known_until FROM sweeps WHERE channel = $1"
_REACHED = """
INSERT INTO sweeps (channel, begun_at, known_until) VALUES ($1, $2, $2)
ON CONFLICT (channel) DO UPDATE SET known_until = max(known_until, excluded.known_until)
"""
_HEARD = """
SELECT key FROM journal WHERE key IN (SELECT value FROM json_each($1))
UNION ALL
SELECT key FROM quarantine WHERE source = $2 AND key IN (SELECT value FROM json_each($1))
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
    """All that customers wrote on a channel until then is known here."""
    await db.run(_REACHED, channel, to_ms(until))


async def heard(db: Db, keys: Sequence[str], source: str) -> frozenset[str]:
    """Which of these are known: heard, or put aside by us and not to be put aside again."""
    rows = await db.all(_HEARD, json.dumps(list(keys)), source)
    return frozenset(row["key"] for row in rows)


async def also_at(db: Db, address: Address) -> list[str]:
    """Every address on the channel of whoever is reached at this one."""
    return [row["external_id"] for row in await db.all(_ALSO_AT, address.channel, address.external_id)]
