"""Whose turn it is to leave: the heads of lanes, and when each lane was served last."""

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from core.jobs import Job
from core.store.db import Db
from core.store.jobs import BLOCKS_FOR_MS, NEVER, job_from

LOOKED_BACK: Final = 8
"""Rows of a lane that tell when it was served last; those that never left tell nothing."""

_HEADS = f"""
SELECT o.*, c.thread_place, c.thread_reference, c.status AS talk_status,
    max(coalesce(o.attempted_at, 0), coalesce((
        SELECT max(p.attempted_at) FROM outbox p
        WHERE p.lane = o.lane AND p.seq < o.seq AND p.seq >= o.seq - {LOOKED_BACK}), 0)) AS served
FROM outbox o JOIN conversations c ON c.id = o.conversation_id
WHERE o.state = 'ready' AND o.destination = $1 AND o.due_at <= $2
  AND o.id NOT IN (SELECT value FROM json_each($4))
  AND o.place || ' ' || o.kind NOT IN (SELECT value FROM json_each($4))
  AND (o.kind <> 'update_card' OR c.thread_reference <> '')
  AND NOT EXISTS (
    SELECT 1 FROM outbox p WHERE p.lane = o.lane AND p.seq < o.seq
      AND p.state IN ('held', 'ready', 'sending', 'unknown')
      AND (p.state <> 'unknown' OR p.kind = 'open_thread' OR p.unknown_since > $2 - $5
        OR (p.is_for_customer = 1 AND p.due_at < {NEVER})))
ORDER BY o.urgent DESC, o.due_at, o.id LIMIT $3
"""  # noqa: S608 - our own words


async def heads(db: Db, destination: str, now_ms: int, limit: int, without: Sequence[str]) -> list[Job]:
    """Effects whose turn it may be, in their order: the urgent, then the lanes that were served longest ago.

    Of more than `limit` those that have waited longest. `without` holds ids and "place kind" pairs to leave
    out.
    """
    skipped = json.dumps(list(without))
    rows = await db.all(_HEADS, destination, now_ms, limit, skipped, BLOCKS_FOR_MS)
    found = [replace(job_from(row), urgent=bool(row["urgent"]), served_at=row["served"]) for row in rows]
    return sorted(found, key=lambda job: (not job.urgent, job.served_at))
