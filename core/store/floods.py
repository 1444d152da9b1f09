"""The line of a flood in the outbox: it grows while it waits, and is changed in place once it stands."""

from collections.abc import Mapping
from typing import Any, Final

from core import flooding, merging
from core.store import showing
from core.store.db import Db
from core.store.showing import Row

RETELL: Final = "retell"
"""A line that stands, told anew."""
LANE: Final = "flood:"
"""How the lanes of such changes begin, behind the conversation."""
FOLDED: Final = 8
"""Waiting lines that are taken up when a flood is noticed; those before them leave as they are."""

_ROW = "SELECT id, lane, seq, kind, state, attempts, payload, due_at, place, reference FROM outbox"
_BEFORE = f"{_ROW} WHERE lane = $1 AND seq < $2 ORDER BY seq DESC LIMIT {FOLDED}"
_BY_ID = f"{_ROW} WHERE id = $1"
_NEXT = f"""
{_ROW} WHERE lane = $1 AND seq > $2 AND (state <> 'cancelled' OR attempts > 0) ORDER BY seq LIMIT 1
"""
_WRITTEN_WITHIN = f"""
SELECT CASE WHEN count(*) = {flooding.MESSAGES} THEN max(at) - min(at) END FROM (
    SELECT at FROM messages WHERE conversation_id = $1 AND author = 'customer'
    ORDER BY seq DESC LIMIT {flooding.MESSAGES}
)
"""  # noqa: S608 - our own number
_SAID_BETWEEN = """
SELECT 1 FROM messages WHERE conversation_id = $1 AND seq > $2 AND seq < $3 AND author <> 'customer' LIMIT 1
"""
_FOLD = """
UPDATE outbox SET state = 'cancelled', error = 'told by the line behind it', settled_at = $2
WHERE id = $1 AND state = 'ready' AND attempts = 0
"""
_RETELL = """
UPDATE outbox SET kind = $2, lane = $3, payload = $4, place = $5, due_at = $6
WHERE id = $1 AND state = 'ready' AND attempts = 0
"""
_TELL_ANEW = """
UPDATE outbox SET kind = 'line', lane = $2, payload = json_remove(payload, '$.reference'), state = 'ready',
    seq = (SELECT coalesce(max(seq), 0) + 1 FROM outbox WHERE lane = $2), due_at = $3, looks = 0,
    unknown_since = NULL
WHERE id = $1 AND kind = 'retell' AND state IN ('sending', 'unknown')
"""


async def is_flooding(db: Db, conversation_id: str) -> bool:
    """Whether the customer's latest messages are more than anybody types, be they found late."""
    within_ms = await db.value(_WRITTEN_WITHIN, conversation_id)
    return within_ms is not None and within_ms <= flooding.WITHIN_MS


async def take_up(db: Db, last: Row, payload: Mapping[str, Any], conversation_id: str, now_ms: int) -> None:
    """Let the waiting lines of a customer be one that counts them all: the last, for it stays the last."""
    before = [] if flooding.is_flood(last.payload) else await _waiting(db, last)
    lines = [row.payload for row in (*before, last)]
    await showing.rewrite(db, last, flooding.flooded([*lines, dict(payload)], conversation_id))
    for other in before:
        await db.run(_FOLD, other.id, now_ms)


async def _waiting(db: Db, last: Row) -> list[Row]:
    """The customer's lines that wait one behind the other, directly before the last of the lane."""
    found = [last]
    for row in await db.all(_BEFORE, last.lane, last.seq):
        before = showing.row_from(row, "line")
        if before is None or not before.is_waiting or flooding.is_flood(before.payload):
            break
        if not merging.go_together(before.payload, found[0].payload):
            break
        found.insert(0, before)
    return found[:-1]


async def last_told(db: Db, standing: Row) -> Row:
    """The latest change of a line that stands; the line itself when it was never changed."""
    return await showing.last_of(db, lane_of(standing), RETELL) or standing


async def is_passed(db: Db, line: Mapping[str, Any], seq: int) -> bool:
    """Whether somebody said something between what the line tells of and that message.

    A note typed in the thread stands below the line, though nothing of it ever was in the outbox.
    """
    told = line[flooding.NAME]
    return await db.value(_SAID_BETWEEN, told["conversation"], told["to"], seq) is not None


async def retold(
    db: Db, standing: Row, told: Row, payload: Mapping[str, Any], now_ms: int
) -> dict[str, Any] | None:
    """What a line that stands is to say now, to be enqueued in `lane_of(standing)`.

    None: a change that waits there says it. What was tried and did not succeed says no more than what comes.
    """
    conversation = str(standing.payload[flooding.NAME]["conversation"])
    anew = flooding.flooded([told.payload, dict(payload)], conversation)
    if told.is_waiting:
        await showing.rewrite(db, told, anew)
        return None
    await showing.supersede(db, lane_of(standing), now_ms)
    return anew | {"reference": standing.reference}


def lane_of(standing: Row) -> str:
    """Where the changes of a line wait: they hold up nothing else of the thread."""
    return f"{standing.lane.rpartition(':')[0]}:{LANE}{standing.id}"


async def stands(db: Db, outbox_id: str, due_ms: int) -> None:
    """A line was just posted: where it tells of a flood, what waits behind it of the same flood joins it."""
    row = await db.one(_BY_ID, outbox_id)
    line = showing.row_from(row, "line") if row else None
    if line is None or not flooding.is_flood(line.payload):
        return
    behind = await db.one(_NEXT, line.lane, line.seq)
    more = showing.row_from(behind, "line") if behind else None
    if more is None or not (more.is_waiting and flooding.continues(line.payload, more.payload)):
        return
    if await is_passed(db, line.payload, int(more.payload["seq"])):
        return
    conversation = str(line.payload[flooding.NAME]["conversation"])
    told = flooding.flooded([line.payload, more.payload], conversation) | {"reference": line.reference}
    await db.run(_RETELL, more.id, RETELL, lane_of(line), showing.words(told), line.place, due_ms)


async def tell_anew(db: Db, outbox_id: str, lane: str, now_ms: int) -> bool:
    """The line that stood can be changed no more: what it was to say becomes a line of its own."""
    return await db.run(_TELL_ANEW, outbox_id, lane, now_ms) == 1
