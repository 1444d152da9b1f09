"""That a database is a copy put back: what it does not know of happened between its end and then.

A service that was served from another file lived on after the copy was made, and may have said what this one
is about to say. Platforms that can be asked are asked first.
"""

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Final

from pydantic_core import to_json

from core.jobs import Doubt, Job
from core.store.db import Db
from core.store.rows import moment

PUT_BACK: Final = "restored_at"
ENDS: Final = "restored_copy_ends_at"
_HEEDED: Final = "restored_heeded_at"
WRITE: Final = """
INSERT INTO meta (key, value) VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET value = excluded.value
"""
# Of a copy in which nothing had happened yet: when it was made ready.
_LATEST = """
SELECT max(at) FROM (SELECT max(at) AS at FROM journal UNION ALL SELECT max(applied_at) FROM schema_version)
"""
_MARK = "SELECT key, value FROM meta WHERE key IN ($1, $2, $3)"
_NOTE = WRITE.replace("?", "$")
_ALERTS = "UPDATE alerts SET state = 'sending', attempted_at = at WHERE state = 'ready'"
_DOUBT = """
UPDATE outbox SET doubt = json_object('since', min($1, coalesce(attempted_at, created_at)), 'until', $2)
WHERE state IN ('sending', 'unknown')
"""

_FREE = """
SELECT value FROM json_each($1) WHERE NOT EXISTS (
    SELECT 1 FROM outbox WHERE reference = value AND id <> $2 AND destination = $3)
ORDER BY key LIMIT 1
"""
_ASK_FIRST = """
UPDATE outbox SET state = 'unknown', unknown_since = $2, attempted_at = $3, doubt = $4
WHERE id = $1 AND state = 'ready'
"""


@dataclass(frozen=True)
class Mark:
    """When the copy was put back, and its last event: what came between is not known here. Milliseconds."""

    at_ms: int
    ends_ms: int

    @property
    def at(self) -> datetime:
        """When it was put back."""
        return moment(self.at_ms)

    @property
    def ends(self) -> datetime:
        """When it ends."""
        return moment(self.ends_ms)


def put_mark(connection: sqlite3.Connection, now_ms: int) -> None:
    """Write on a copy, of whatever schema, that it was put back now."""
    ends = connection.execute(_LATEST).fetchone()[0]
    for key, value in ((PUT_BACK, now_ms), (ENDS, min(ends, now_ms))):
        connection.execute(WRITE, (key, str(value))).close()


async def mark(db: Db) -> Mark | None:
    """The latest time that a copy was put back; None: never."""
    found = await _found(db)
    return Mark(found[PUT_BACK], found[ENDS]) if PUT_BACK in found and ENDS in found else None


async def heed(db: Db) -> None:
    """At the first start after it: whatever had not left may have left since, lines to operators too."""
    found = await _found(db)
    if PUT_BACK not in found or ENDS not in found or found.get(_HEEDED) == found[PUT_BACK]:
        return
    await db.run(_DOUBT, found[ENDS], found[PUT_BACK])
    await db.run(_ALERTS)
    await db.run(_NOTE, _HEEDED, str(found[PUT_BACK]))


async def first_free(db: Db, job: Job, references: Sequence[str]) -> str:
    """The first of these that no other row of the destination holds; empty when there is none."""
    return await db.value(_FREE, json.dumps(list(references)), job.id, job.destination) or ""


async def ask_first(db: Db, job_id: str, now_ms: int, doubt: Doubt) -> None:
    """What was enqueued just now may have left in a life that this database knows nothing of."""
    await db.run(_ASK_FIRST, job_id, now_ms, doubt.since, to_json(asdict(doubt)).decode())


async def _found(db: Db) -> dict[str, int]:
    rows = await db.all(_MARK, PUT_BACK, ENDS, _HEEDED)
    return {row["key"]: int(row["value"]) for row in rows}
