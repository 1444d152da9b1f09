"""What should have left long ago."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from core.store.db import Db
from core.store.jobs import BLOCKS_FOR_MS, NEVER
from core.store.rows import to_ms

# What was never tried counts from its date: an undo, a card that waits for the next change. What is held
# waits for something else, and so does all behind it. A dead letter is told as one.
_STUCK = f"""
SELECT o.destination, count(*) AS count FROM outbox o JOIN conversations c ON c.id = o.conversation_id
WHERE o.state IN ('held', 'ready', 'sending', 'unknown') AND o.state <> 'held' AND o.is_dead IS NULL
    AND CASE WHEN o.state = 'unknown' THEN o.due_at < {NEVER} AND o.unknown_since <= $2
        WHEN o.attempts = 0 THEN o.due_at <= $1 ELSE o.created_at <= $1 END
    AND (o.kind <> 'update_card' OR c.thread_reference <> '')
    AND NOT EXISTS (SELECT 1 FROM outbox p WHERE p.lane = o.lane AND p.seq < o.seq AND p.state = 'held')
GROUP BY o.destination
"""  # noqa: S608 - our own words


@dataclass(frozen=True)
class Stuck:
    """How much waits for one destination."""

    destination: str
    count: int


async def stuck(db: Db, now: datetime, after: timedelta) -> list[Stuck]:
    """Destinations with something that has waited for so long, not counting what waits for a date.

    What nobody knows the outcome of has the time that its platform needs to tell.
    """
    unsure = now - timedelta(milliseconds=BLOCKS_FOR_MS)
    rows = await db.all(_STUCK, to_ms(now - after), to_ms(unsure))
    return [Stuck(row["destination"], row["count"]) for row in rows]
