"""The outbox: rows that wait to be carried, and how each of them ends."""

import json
import sqlite3
from dataclasses import replace
from typing import Any

from pydantic_core import to_json

from core.domain.situation import SentEffect
from core.jobs import Doubt, Job, JobState
from core.store.db import Db
from core.store.rows import from_ms

BLOCKS_FOR_MS = 90_000
"""How long a row of unknown outcome holds its lane; without its thread a lane cannot go on at all, and what
is for a customer holds it until a platform or a human is asked no more.

Long enough for the most hesitant platform to prove that it has nothing: what leaves again keeps its place."""
NEVER = 1 << 62
"""A date that does not come: the row waits for a human."""

_ENQUEUE = """
INSERT INTO outbox (id, conversation_id, lane, seq, destination, kind, place, is_for_customer, agent,
    payload, state, urgent, created_at, due_at, attempts, looks, resends, reference, report, error, about,
    condition)
SELECT $1, $2, $3, coalesce(max(seq), 0) + 1, $4, $5, $6, $7, $8, $9, 'ready', $10, $11, $12, 0, 0, $13,
    '', '', '', $14, $15 FROM outbox WHERE lane = $3
"""
_ENQUEUE_AGAIN = """
INSERT INTO outbox (id, conversation_id, lane, seq, destination, kind, place, is_for_customer, agent,
    payload, state, urgent, created_at, due_at, attempts, looks, resends, reference, report, error, about,
    condition)
SELECT $2, conversation_id, lane, (SELECT max(seq) + 1 FROM outbox p WHERE p.lane = o.lane), destination,
    kind, place, is_for_customer, agent, json_remove(payload, $4), 'ready', urgent, $3, $3, 0, 0, 0, '', '',
    '', about, condition
FROM outbox o WHERE id = $1
"""
_LET_GO = "UPDATE outbox SET about = '' WHERE id = $1"
_ROW = """
SELECT o.*, c.thread_place, c.thread_reference, c.status AS talk_status
FROM outbox o JOIN conversations c ON c.id = o.conversation_id
"""
_START = """
UPDATE outbox SET state = 'sending', attempts = attempts + 1, attempted_at = $2
WHERE id = $1 AND state = 'ready'
"""
_TO_LOOK_UP = f"""{_ROW}
WHERE o.state = 'unknown' AND o.destination = $1 AND o.due_at <= $2 ORDER BY o.due_at LIMIT $3
"""
_NEXT = """
SELECT min(due_at) FROM (
    SELECT min(due_at) AS due_at FROM outbox
    WHERE state = 'ready' AND destination = $1 AND urgent = 1 AND due_at > $2
    UNION ALL
    SELECT min(due_at) FROM outbox
    WHERE state = 'ready' AND destination = $1 AND urgent = 0 AND due_at > $2
    UNION ALL
    SELECT min(due_at) FROM outbox WHERE state = 'unknown' AND destination = $1
    UNION ALL
    SELECT min(unknown_since) + $3 FROM outbox
    WHERE state = 'unknown' AND destination = $1 AND unknown_since + $3 > $2)
"""
_ASK_ANEW = """
UPDATE outbox SET unknown_since = $1, due_at = min(due_at, $2) WHERE state = 'unknown' AND due_at < $3
"""
_TAKEN = """
SELECT 1 FROM outbox WHERE reference = $1 AND reference <> '' AND id <> $2
    AND conversation_id = $3 AND destination = $4
"""
_SETTLE = """
UPDATE outbox SET state = $2, reference = $3, error = $4, settled_at = $5, unknown_since = NULL,
    report_due_at = $6
WHERE id = $1 AND state IN ('ready', 'sending', 'unknown', 'held')
"""
_END_CALL = """
UPDATE outbox SET state = $3, due_at = $4, unknown_since = $5, looks = 0, resends = $6, error = $7
WHERE id = $1 AND state = 'sending' AND attempts = $2
"""
_END_LOOK = """
UPDATE outbox SET state = $4, due_at = $5, looks = $6, resends = $7, doubt = iif($4 = 'ready', '', doubt)
WHERE id = $1 AND state = 'unknown' AND attempts = $2 AND looks = $3
"""
_ASK_AT = "UPDATE outbox SET due_at = $2 WHERE id = $1 AND state = 'unknown' AND due_at < $3"
_WITHDRAW = """
UPDATE outbox SET state = 'cancelled', error = 'the customer wants no more messages', settled_at = $2
WHERE lane = $1 AND state IN ('ready', 'held') AND agent = ''
"""


def job_from(row: sqlite3.Row) -> Job:
    """A row of the outbox with its conversation's thread."""
    return Job(
        id=row["id"],
        conversation_id=row["conversation_id"],
        destination=row["destination"],
        kind=row["kind"],
        place=row["place"],
        payload=json.loads(row["payload"]),
        thread_place=row["thread_place"],
        thread_reference=row["thread_reference"],
        is_for_customer=bool(row["is_for_customer"]),
        agent=row["agent"],
        state=JobState(row["state"]),
        attempts=row["attempts"],
        attempted_at=row["attempted_at"],
        created_at=row["created_at"],
        unknown_since=row["unknown_since"],
        looks=row["looks"],
        resends=row["resends"],
        reference=row["reference"],
        condition=row["condition"],
        talk_status=row["talk_status"],
        doubt=Doubt(**json.loads(row["doubt"])) if row["doubt"] else None,
    )


async def enqueue(
    db: Db,
    job_id: str,
    *,
    conversation_id: str,
    lane: str,
    destination: str,
    kind: str,
    payload: dict[str, Any],
    now_ms: int,
    place: str = "",
    is_for_customer: bool = False,
    agent: str = "",
    urgent: bool = False,
    resends: int = 0,
    about: str = "",
    condition: str = "",
    due_ms: int = 0,
) -> None:
    """Add an effect at the end of its lane, due at once unless a later date is given."""
    words = to_json(payload).decode()
    flags = int(is_for_customer), agent, words, int(urgent), now_ms, max(now_ms, due_ms), resends
    await db.run(_ENQUEUE, job_id, conversation_id, lane, destination, kind, place, *flags, about, condition)


async def enqueue_again(db: Db, job_id: str, new_id: str, now_ms: int, *, in_words: bool = False) -> None:
    """The same effect once more, as a new row at the end of its lane; the old one counts no more.

    `in_words`: without the menu it showed, whose choices its words number.
    """
    without = "$.menu" if in_words else "$.nothing"
    await db.run(_ENQUEUE_AGAIN, job_id, new_id, now_ms, without)
    await db.run(_LET_GO, job_id)


async def start(db: Db, job: Job, now_ms: int) -> Job | None:
    """Put the attempt on disk before the call; the job as it is now, None when somebody else has it."""
    if await db.run(_START, job.id, now_ms) != 1:
        return None
    return replace(job, state=JobState.SENDING, attempts=job.attempts + 1, attempted_at=now_ms)


async def to_look_up(db: Db, destination: str, now_ms: int, limit: int) -> list[Job]:
    """Effects of unknown outcome whose platform should be asked now."""
    return [job_from(row) for row in await db.all(_TO_LOOK_UP, destination, now_ms, limit)]


async def next_due(db: Db, destination: str, now_ms: int) -> int | None:
    """When something of this destination may be due next, milliseconds; None: nothing waits."""
    due = await db.value(_NEXT, destination, now_ms, BLOCKS_FOR_MS)
    return None if due is None or due >= NEVER else int(due)


async def place_of_thread(db: Db, conversation_id: str) -> str:
    """Where the conversation's thread opened, or is about to."""
    sql = """
    SELECT place FROM outbox WHERE conversation_id = $1 AND kind = 'open_thread' ORDER BY seq DESC LIMIT 1
    """
    return await db.value(sql, conversation_id) or ""


async def find_effect(db: Db, job_id: str, reference: str = "") -> SentEffect | None:
    """The row of that id or, failing that, of the platform's own reference."""
    row = await db.one("SELECT * FROM outbox WHERE id = $1", job_id) if job_id else None
    if row is None and reference:
        sql = "SELECT * FROM outbox WHERE reference = $1 AND reference <> ''"
        row = await db.one(sql, reference)
    return effect_from(row) if row else None


def effect_from(row: sqlite3.Row) -> SentEffect:
    """A row of the outbox, as far as a decision needs it."""
    payload = json.loads(row["payload"])
    return SentEffect(
        id=row["id"],
        conversation_id=row["conversation_id"],
        destination=row["destination"],
        kind=row["kind"],
        place=row["place"],
        agent=row["agent"],
        text=str(payload.get("text", "")),
        to=str(payload.get("to", "")),
        has_menu="menu" in payload,
        is_for_customer=bool(row["is_for_customer"]),
        reported=row["report"],
        reference=row["reference"],
        state=row["state"],
        created_at=from_ms(row["created_at"]),
        about=row["about"],
        condition=row["condition"],
        error=row["error"],
    )


async def settle(
    db: Db,
    job_id: str,
    state: JobState,
    now_ms: int,
    *,
    reference: str = "",
    error: str = "",
    ask_ms: int | None = None,
) -> bool:
    """End a row: sent, failed or cancelled. False when it had ended before.

    `ask_ms`: when the platform is asked how far it got, if it has not told by then.
    """
    return await db.run(_SETTLE, job_id, state, reference, error, now_ms, ask_ms) == 1


async def withdraw(db: Db, lane: str, now_ms: int) -> None:
    """Let nothing more leave of our own words that wait in a lane; what is out already is out.

    What an agent typed is held back when its turn comes: the agent must be told, and gets it back.
    """
    await db.run(_WITHDRAW, lane, now_ms)


async def postpone(db: Db, job: Job, due_ms: int, error: str) -> None:
    """The call surely did not happen: try again later."""
    await db.run(_END_CALL, job.id, job.attempts, JobState.READY, due_ms, None, job.resends, error)


async def hold_as_unknown(db: Db, job: Job, now_ms: int, ask_ms: int, error: str) -> None:
    """The call may have happened: ask then; nothing is sent again blindly."""
    await db.run(_END_CALL, job.id, job.attempts, JobState.UNKNOWN, ask_ms, now_ms, job.resends, error)


async def resend(db: Db, job: Job, due_ms: int, error: str) -> None:
    """The call may have happened, and a second copy does no harm: once more, then."""
    await db.run(_END_CALL, job.id, job.attempts, JobState.READY, due_ms, None, job.resends + 1, error)


async def ask_anew(db: Db, now_ms: int, ask_ms: int) -> None:
    """Rows of unknown outcome that are still asked about: their wait begins now."""
    await db.run(_ASK_ANEW, now_ms, ask_ms, NEVER)


async def is_taken(db: Db, job: Job, reference: str) -> bool:
    """Whether another row of the same conversation and destination holds this reference."""
    return await db.value(_TAKEN, reference, job.id, job.conversation_id, job.destination) is not None


async def found_nothing(db: Db, job: Job, looks: int, ask_ms: int) -> None:
    """A look-up did not settle it; ask again then. A look that another one has overtaken changes nothing."""
    state = JobState.UNKNOWN
    await db.run(_END_LOOK, job.id, job.attempts, job.looks, state, ask_ms, looks, job.resends)


async def send_again(db: Db, job: Job, now_ms: int) -> None:
    """It surely did not happen: ready once more. A look that another one has overtaken changes nothing."""
    await db.run(_END_LOOK, job.id, job.attempts, job.looks, JobState.READY, now_ms, 0, job.resends + 1)


async def ask_at(db: Db, job_id: str, due_ms: int) -> bool:
    """Ask about it then, at the earliest; False when it is unknown no more, or waits for a human."""
    return await db.run(_ASK_AT, job_id, due_ms, NEVER) == 1


async def in_flight(db: Db) -> list[Job]:
    """Rows whose call was out when the process died."""
    return [job_from(row) for row in await db.all(_ROW + " WHERE o.state = 'sending'")]
