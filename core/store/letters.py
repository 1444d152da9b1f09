"""Dead letters: what ended badly and nobody was told of, and what was put aside; each of them told once."""

import json
import sqlite3
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.domain.decide.letters import CARD_GONE
from core.store.db import Db
from core.store.jobs import NEVER
from core.store.rows import moment, to_ms

UNSURE_FOR = timedelta(minutes=10)
"""What the team is to see and nobody knows the outcome of for so long is a human's matter."""

# Told already: an agent's or the bot's words in the conversation's thread, once there is one. A mark tells
# nothing that the thread does not say. `about` is empty once the same words went out again.
_NOBODY_WAS_TOLD = """
o.about <> '' AND (SELECT c.handed_off_at IS NULL FROM conversations c WHERE c.id = o.conversation_id)
    AND substr(o.error, 1, instr(o.error || ' ', ' ') - 1) NOT IN (SELECT value FROM json_each($1))
"""
_JUDGE_FAILED = f"""
UPDATE outbox AS o SET is_dead = CASE
    WHEN o.kind = 'mark' THEN 0
    WHEN o.is_for_customer = 1 THEN {_NOBODY_WAS_TOLD}
    WHEN o.kind = 'update_card' THEN o.error <> $2
        AND NOT EXISTS (SELECT 1 FROM outbox p WHERE p.lane = o.lane AND p.seq > o.seq)
    ELSE 1 END
WHERE o.state = 'failed' AND o.is_dead IS NULL
"""  # noqa: S608 - our own words
_JUDGE_LOST = f"""
UPDATE outbox AS o SET is_dead = {_NOBODY_WAS_TOLD}
WHERE o.state = 'sent' AND o.report = 'failed' AND o.is_dead IS NULL AND o.is_for_customer = 1
"""  # noqa: S608 - our own words
_JUDGE_UNKNOWN = f"""
UPDATE outbox AS o SET is_dead = 1
WHERE o.state = 'unknown' AND o.is_dead IS NULL AND (
    (o.is_for_customer = 0 AND o.unknown_since <= $1)
    OR (o.is_for_customer = 1 AND o.due_at >= {NEVER}
        AND (SELECT c.handed_off_at IS NULL FROM conversations c WHERE c.id = o.conversation_id)))
"""  # noqa: S608 - our own words
_STANDS = "(state IN ('failed', 'unknown') OR state = 'sent' AND report = 'failed')"
"""Of a dead letter: nothing has ended it since."""
_DEAD = f"FROM outbox o WHERE o.is_dead = 1 AND {_STANDS}"
_ASIDE = "FROM quarantine q WHERE q.replayed_at IS NULL AND q.abandoned_at IS NULL"
_LISTED = f"""
SELECT 'effect' AS kind, o.id, coalesce(o.settled_at, o.unknown_since) AS at, o.destination AS source,
    o.kind AS what, o.error, o.conversation_id, o.payload, o.is_for_customer, c.handle, k.name,
    c.thread_place AS place, c.thread_reference AS thread, o.state
FROM outbox o JOIN conversations c ON c.id = o.conversation_id JOIN customers k ON k.id = c.customer_id
WHERE o.is_dead = 1 AND (o.state IN ('failed', 'unknown') OR o.state = 'sent' AND o.report = 'failed')
UNION ALL
SELECT 'request', q.id, q.at, q.source, q.kind, q.error, '', '{{}}', 0, '', '', '', '', '' {_ASIDE}
ORDER BY at DESC, id DESC LIMIT $1
"""  # noqa: S608 - our own words
_COUNT = f"SELECT (SELECT count(*) {_DEAD}) + (SELECT count(*) {_ASIDE})"
_UNTOLD = f"""
SELECT (SELECT count(*) {_DEAD} AND o.told_at IS NULL) AS effects,
    (SELECT count(*) {_ASIDE} AND q.told_at IS NULL) AS requests
"""
_TELL_EFFECTS = f"UPDATE outbox SET told_at = $1 WHERE is_dead = 1 AND {_STANDS} AND told_at IS NULL"  # noqa: S608
_TELL_REQUESTS = """
UPDATE quarantine SET told_at = $1
WHERE replayed_at IS NULL AND abandoned_at IS NULL AND told_at IS NULL
"""
# What the platform took stays taken.
_DECIDE = f"""
UPDATE outbox SET state = iif(state = 'sent', state, 'cancelled'), error = $3, settled_at = $2,
    unknown_since = NULL, is_dead = iif(state = 'sent', 0, is_dead)
WHERE id = $1 AND {_STANDS}
"""  # noqa: S608 - our own words
_ABANDON = f"UPDATE quarantine AS q SET abandoned_at = $2 WHERE q.id = $1 AND q.id IN (SELECT q.id {_ASIDE})"  # noqa: S608


@dataclass(frozen=True)
class Letter:
    """One dead letter. `kind`: an "effect" of ours, or a "request" that was put aside."""

    kind: str
    id: str
    at: datetime
    source: str
    """Where an effect was to go, or where a request came from."""
    what: str
    """The kind of effect, or why a request was put aside."""
    error: str
    conversation_id: str
    name: str
    """The customer's name, or the handle; not masked yet."""
    place: str
    thread: str
    text: str
    """Of an effect for a customer: the words that did not arrive."""
    is_unsure: bool
    """Nobody knows whether it happened."""


async def judge(db: Db, now: datetime, theirs: Collection[str]) -> None:
    """Look at what ended badly since the last time. `theirs`: refusals that are the customer's own doing."""
    await db.run(_JUDGE_FAILED, json.dumps(sorted(theirs)), CARD_GONE)
    await db.run(_JUDGE_LOST, json.dumps(sorted(theirs)))
    await db.run(_JUDGE_UNKNOWN, to_ms(now - UNSURE_FOR))


async def untold(db: Db) -> tuple[int, int]:
    """How many effects and requests nobody was told of."""
    row = await db.one(_UNTOLD)
    return (row["effects"], row["requests"]) if row else (0, 0)


async def mark_told(db: Db, now: datetime) -> None:
    """All of these are told now."""
    await db.run(_TELL_EFFECTS, to_ms(now))
    await db.run(_TELL_REQUESTS, to_ms(now))


async def listed(db: Db, limit: int) -> tuple[list[Letter], int]:
    """The newest dead letters, and how many there are in all."""
    found = [_letter(row) for row in await db.all(_LISTED, limit)]
    return found, int(await db.value(_COUNT))


async def decide(db: Db, outbox_id: str, now_ms: int, why: str) -> None:
    """It was decided about an effect that failed, or of which nobody knows: it is over."""
    await db.run(_DECIDE, outbox_id, now_ms, why)


async def abandon_request(db: Db, quarantine_id: str, now: datetime) -> bool:
    """Let go of what was put aside; False when it waits no more."""
    return await db.run(_ABANDON, quarantine_id, to_ms(now)) == 1


def _letter(row: sqlite3.Row) -> Letter:
    words = json.loads(row["payload"]).get("text", "") if row["is_for_customer"] else ""
    return Letter(
        kind=row["kind"],
        id=row["id"],
        at=moment(row["at"]),
        source=row["source"],
        what=row["what"],
        error=row["error"],
        conversation_id=row["conversation_id"],
        name=row["name"] or row["handle"],
        place=row["place"],
        thread=row["thread"],
        text=str(words),
        is_unsure=row["state"] == "unknown",
    )
