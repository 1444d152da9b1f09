"""Conversations and their messages."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.domain.channel import Media
from core.domain.conversation import Conversation, Thread
from core.domain.effects import DECIDED, MOOT
from core.store.db import Db
from core.store.rows import (
    conversation_columns,
    conversation_from,
    media_from,
    media_json,
    moment,
    to_ms,
)

_ACTIVE = "SELECT * FROM conversations WHERE customer_id = $1 AND status <> 'closed'"
_LAST = """
SELECT * FROM conversations WHERE customer_id = $1 AND status = 'closed'
ORDER BY opened_at DESC LIMIT 1
"""
_IN_THREAD = """
SELECT id, 1 AS stands FROM conversations
WHERE thread_place = $1 AND thread_reference = $2 AND thread_reference <> ''
UNION ALL
SELECT conversation_id, 0 FROM former_threads WHERE place = $1 AND reference = $2
LIMIT 1
"""
_OPENING = """
SELECT 1 FROM outbox WHERE state = 'sending' AND kind = 'open_thread' AND place = $1
UNION ALL
SELECT 1 FROM outbox WHERE state = 'unknown' AND kind = 'open_thread' AND place = $1
"""
_LEAVE_THREAD = """
INSERT INTO former_threads (place, reference, conversation_id, left_at) VALUES ($1, $2, $3, $4)
ON CONFLICT DO NOTHING
"""
_LEFT = "SELECT place, reference FROM former_threads WHERE conversation_id = $1 ORDER BY reference"
_HANDLES = """
SELECT handle FROM conversations WHERE handle <> '' AND status IN ('open', 'in_progress', 'resolved')
UNION
SELECT handle FROM conversations WHERE handle <> '' AND closed_at IS NOT NULL AND closed_at > $1
"""
_COMPLAINED = """
SELECT 1 FROM conversations
WHERE customer_id = $1 AND motive = 'complaint' AND opened_at > $2 AND id <> $3 LIMIT 1
"""
_NEXT_MESSAGE = "SELECT coalesce(max(seq), 0) + 1 FROM messages WHERE conversation_id = $1"
_ADD_MESSAGE = """
INSERT INTO messages (conversation_id, seq, at, author, who, channel, text, media, reference, quoted,
    is_late)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
"""
_LOST = f"""(o.state = 'failed' OR o.report = 'failed'
    OR (o.state = 'cancelled' AND o.error NOT IN ('{DECIDED}', '{MOOT}'))
    OR (o.state IN ('ready', 'held') AND o.condition = 'with_bot' AND o.resends = 0))"""
"""What never reached the customer, seen from the team: what the bot had still to say leaves no more."""
_TRANSCRIPT = f"""
SELECT m.*, v.kind AS change, v.text AS changed, (
    SELECT CASE WHEN max({_LOST}) THEN 'failed'
        WHEN max(o.state IN ('unknown', 'cancelled') OR o.resends > 0 AND o.state = 'ready') THEN 'unknown'
        END
    FROM outbox o
    WHERE o.about = m.conversation_id || ':' || m.seq AND o.about <> '' AND o.is_for_customer = 1) AS trouble
FROM messages m
LEFT JOIN versions v ON m.reference <> '' AND v.conversation_id = m.conversation_id
    AND v.reference = m.reference AND v.version = (
        SELECT max(version) FROM versions
        WHERE conversation_id = m.conversation_id AND reference = m.reference)
WHERE m.conversation_id = $1 AND
"""  # noqa: S608 - our own words
_SAID_FROM = f"{_TRANSCRIPT} m.seq >= $2 ORDER BY m.seq LIMIT $3"
_SAID_BEFORE = f"{_TRANSCRIPT} m.seq < $2 ORDER BY m.seq DESC LIMIT $3"
_LAST_SEQ = 1 << 62
_ARTICLES_LOST = f"""
SELECT DISTINCT json_extract(o.payload, '$.article') AS article FROM outbox o
WHERE o.lane = $1 AND json_extract(o.payload, '$.article') IS NOT NULL
    AND json_extract(o.payload, '$.menu') IS NULL AND {_LOST}
"""  # noqa: S608 - our own words
"""Whether it helped, asked by itself under an answer that arrived, is no part of the answer."""
_REVISE = """
INSERT INTO versions (conversation_id, reference, version, at, kind, text) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT DO NOTHING
"""
_SAID_AT = """
SELECT text FROM (
    SELECT text, 0 AS age, -version AS rank FROM versions WHERE conversation_id = $1 AND reference = $2
    UNION ALL
    SELECT text, 1, 0 FROM messages WHERE conversation_id = $1 AND reference = $2 AND reference <> ''
    UNION ALL
    SELECT json_extract(payload, '$.text'), 2, 0 FROM outbox
    WHERE reference = $2 AND reference <> '' AND conversation_id = $1 AND is_for_customer = 1)
ORDER BY age, rank LIMIT 1
"""
_SENT_BEFORE = """
SELECT max(at) FROM messages
WHERE conversation_id = $1 AND seq > (SELECT messages - 50 FROM conversations WHERE id = $1)
  AND author = 'agent' AND who = $2 AND text = $3 AND at > $4
"""


@dataclass(frozen=True)
class Message:
    """One message of a conversation, in its order."""

    seq: int
    at: datetime
    author: str
    who: str
    text: str
    """The latest version of the words."""
    media: tuple[Media, ...]
    quoted: str = ""
    change: str = ""
    """"edited" or "deleted" when it was changed after it was written."""
    trouble: str = ""
    """Of what we sent: "failed" when it did not arrive, "unknown" when nobody can tell; of what the customer
    wrote: "late" when it was found afterwards."""
    channel: str = ""


async def conversation(db: Db, conversation_id: str) -> Conversation | None:
    """The conversation of that id."""
    row = await db.one("SELECT * FROM conversations WHERE id = $1", conversation_id)
    return conversation_from(row) if row else None


async def active_of(db: Db, customer_id: str) -> Conversation | None:
    """The customer's one active conversation (R003: the database allows no second)."""
    row = await db.one(_ACTIVE, customer_id)
    return conversation_from(row) if row else None


async def last_of(db: Db, customer_id: str) -> Conversation | None:
    """The customer's latest closed conversation."""
    row = await db.one(_LAST, customer_id)
    return conversation_from(row) if row else None


async def in_thread(db: Db, place: str, reference: str) -> tuple[str, bool]:
    """The conversation of a thread: its id, empty for none; and whether it stands there still."""
    row = await db.one(_IN_THREAD, place, reference)
    return (row["id"], bool(row["stands"])) if row else ("", False)


async def is_opening(db: Db, place: str) -> bool:
    """Whether a thread is being opened there, or may have been and nobody has told yet."""
    return await db.value(_OPENING, place) is not None


async def leave_thread(db: Db, conversation_id: str, thread: Thread, now: datetime) -> None:
    """The conversation stands there no more; what is typed there still belongs to it."""
    await db.run(_LEAVE_THREAD, thread.place, thread.reference, conversation_id, to_ms(now))


async def left_threads(db: Db, conversation_id: str) -> tuple[tuple[str, str], ...]:
    """Where the conversation stood before: places and references."""
    rows = await db.all(_LEFT, conversation_id)
    return tuple((row["place"], row["reference"]) for row in rows)


async def handles_in_use(db: Db, now: datetime) -> frozenset[str]:
    """Handles of open conversations, and those closed within a day (P2)."""
    rows = await db.all(_HANDLES, to_ms(now - timedelta(hours=24)))
    return frozenset(row["handle"] for row in rows)


async def complained_lately(db: Db, found: Conversation, now: datetime) -> bool:
    """Whether another conversation of the customer, within 30 days, was a complaint."""
    since = to_ms(now - timedelta(days=30))
    return bool(await db.value(_COMPLAINED, found.customer_id, since, found.id))


async def save(
    db: Db, state: Conversation, before: Conversation | None = None, *, said: int = 0
) -> Conversation:
    """Write the state as its next version; `before` is the state it was loaded as, when that is known.

    `said`: how many messages are about to be added.

    Raises:
        sqlite3.IntegrityError: the state breaks a law of the database (a second active conversation, an
            owner missing, …).
        LookupError: another decision was saved since this one was loaded.
    """
    if state.version == 0:
        await _insert(db, conversation_columns(state), said)
    else:
        await _update(db, state, conversation_columns(state, before), said)
    return state.but(version=state.version + 1)


async def _insert(db: Db, columns: dict[str, object], said: int) -> None:
    names = ", ".join([*columns, "messages", "version"])
    marks = ", ".join(f"${n}" for n in range(1, len(columns) + 2))
    sql = f"INSERT INTO conversations ({names}) VALUES ({marks}, 1)"  # noqa: S608 - our own names
    await db.run(sql, *columns.values(), said)


async def _update(db: Db, state: Conversation, columns: dict[str, object], said: int) -> None:
    sets = "".join([f"{name} = ${n}, " for n, name in enumerate(columns, start=4)])
    sql = f"""
    UPDATE conversations SET {sets} messages = messages + $3, version = version + 1
    WHERE id = $1 AND version = $2
    """  # noqa: S608 - our own names
    if await db.run(sql, state.id, state.version, said, *columns.values()) != 1:
        raise LookupError("the conversation was saved by another decision meanwhile")


async def add_message(
    db: Db,
    conversation_id: str,
    *,
    at: datetime,
    author: str,
    text: str,
    who: str = "",
    channel: str = "",
    media: Sequence[Media] = (),
    reference: str = "",
    quoted: str = "",
    is_late: bool = False,
) -> int:
    """Append a message; returns its number, the next of the conversation, which counts it when saved."""
    words = text, media_json(tuple(media)), reference, quoted, int(is_late)
    # Asked first: RETURNING would make SQLite keep a table of its own for the one number.
    seq: int = await db.value(_NEXT_MESSAGE, conversation_id)
    await db.run(_ADD_MESSAGE, conversation_id, seq, to_ms(at), author, who, channel, *words)
    return seq


async def revise(
    db: Db, conversation_id: str, reference: str, version: int, *, at: datetime, kind: str, text: str
) -> None:
    """Keep a later version of a message; one that is known already changes nothing."""
    await db.run(_REVISE, conversation_id, reference, version, to_ms(at), kind, text)


async def said_at(db: Db, conversation_id: str, reference: str) -> str | None:
    """The words of a message as they stand now, whoever said them; None when it is not known here."""
    said: str | None = await db.value(_SAID_AT, conversation_id, reference)
    return said


async def said_from(db: Db, conversation_id: str, seq: int, limit: int) -> list[Message]:
    """What was said from that message on, in order."""
    return [_message(row) for row in await db.all(_SAID_FROM, conversation_id, seq, limit)]


async def said_before(db: Db, conversation_id: str, seq: int | None, limit: int) -> list[Message]:
    """The latest that was said before that message, or at all, in order."""
    until = _LAST_SEQ if seq is None else seq
    return [_message(row) for row in await db.all(_SAID_BEFORE, conversation_id, until, limit)][::-1]


async def said_in_all(db: Db, conversation_id: str) -> int:
    """How many messages the conversation holds."""
    return int(await db.value("SELECT messages FROM conversations WHERE id = $1", conversation_id) or 0)


def _message(row: sqlite3.Row) -> Message:
    return Message(
        row["seq"],
        moment(row["at"]),
        row["author"],
        row["who"],
        row["text"] if row["change"] is None else row["changed"],
        media_from(row["media"]),
        row["quoted"],
        row["change"] or "",
        row["trouble"] or ("late" if row["is_late"] else ""),
        row["channel"],
    )


async def articles_lost(db: Db, lane: str) -> frozenset[str]:
    """The articles that a customer was to be shown, and that never arrived."""
    return frozenset(row["article"] for row in await db.all(_ARTICLES_LOST, lane))


async def sent_before(db: Db, conversation_id: str, agent: str, text: str, now: datetime) -> datetime | None:
    """When the agent sent the same words here, if within the last minute."""
    since = to_ms(now - timedelta(seconds=60))
    at = await db.value(_SENT_BEFORE, conversation_id, agent, text, since)
    return moment(at) if at else None
