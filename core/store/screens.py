"""What people look at: reads that change nothing, each served by an index so that history costs nothing."""

import sqlite3
from dataclasses import dataclass
from datetime import datetime

from core.masks import mask_text
from core.store.db import Db
from core.store.rows import from_ms, to_ms

_COLUMNS = """
SELECT v.id, v.handle, v.status, v.channel, v.motive, v.priority, v.criterion, v.owner, v.team,
    v.waiting_for, v.waiting_since, v.promised_for, v.thread_place, v.thread_reference,
    c.name, c.vip,
    (SELECT coalesce((
        SELECT e.text FROM versions e
        WHERE m.reference <> '' AND e.conversation_id = m.conversation_id AND e.reference = m.reference
        ORDER BY e.version DESC LIMIT 1), m.text)
     FROM messages m WHERE m.conversation_id = v.id AND m.author = 'customer'
     ORDER BY m.seq DESC LIMIT 1) AS last_words
FROM conversations v JOIN customers c ON c.id = v.customer_id
"""
_NEED = """
ORDER BY v.waiting_for IS NOT 'us', v.priority <> 'urgent', v.promised_for IS NULL OR v.promised_for > $1,
    v.promised_for IS NULL, v.promised_for, c.vip DESC, v.waiting_since, v.id
"""
# The first condition of each names its partial index: SQLite does not see that one state is one of two.
_OPEN = f"{_COLUMNS} WHERE v.status IN ('open', 'in_progress')"
_UNCLAIMED = f"{_OPEN} AND v.status = 'open' {_NEED} LIMIT $2"
_OWN = f"{_COLUMNS} WHERE v.status IN ('in_progress', 'resolved') AND v.owner = $2"
_OWNED = f"{_OWN} AND v.status = 'in_progress' {_NEED}"
_OWNED_RESOLVED = f"{_OWN} {_NEED}"
_LOST = f"""
{_COLUMNS}
WHERE v.lost_by = $1 AND v.lost_by <> '' AND v.lost_at > max($2, coalesce(
    (SELECT max(last_agent_at) FROM conversations WHERE owner = $1 AND status = 'in_progress'), 0))
ORDER BY v.lost_at DESC LIMIT 1
"""  # noqa: S608 - our own words
_IN_PROGRESS = (
    f"{_COLUMNS} WHERE v.status IN ('open', 'in_progress') AND v.status = 'in_progress' {_NEED} LIMIT $2"
)
_ONE = f"{_COLUMNS} WHERE v.id = $1"
_BY_HANDLE = f"""{_COLUMNS} WHERE v.handle <> '' AND v.status IN ('open', 'in_progress', 'resolved')
    AND v.handle = $1 AND v.status <> 'resolved'
"""
_NEEDIEST = f"{_OPEN} AND ($3 = '' OR v.team = $3) {_NEED} LIMIT $2"
_COUNTS = """
SELECT count(*) AS total,
    count(*) FILTER (WHERE status = 'open') AS unowned,
    count(*) FILTER (WHERE priority = 'urgent') AS urgent,
    count(*) FILTER (WHERE promised_for IS NOT NULL AND promised_for < $1) AS late,
    count(*) FILTER (WHERE waiting_for = 'us') AS ours
FROM conversations WHERE status IN ('open', 'in_progress') AND ($2 = '' OR team = $2)
"""
_HEALTH = """
SELECT count(*) FILTER (WHERE state = 'unknown') AS unknown,
    count(*) FILTER (WHERE state = 'ready') AS ready,
    min(created_at) FILTER (WHERE state = 'ready') AS oldest
FROM outbox WHERE state IN ('held', 'ready', 'sending', 'unknown')
"""


@dataclass(frozen=True)
class Entry:
    """A conversation in a list."""

    id: str
    handle: str
    customer: str
    status: str
    channel: str
    motive: str
    urgent: bool
    owner: str
    team: str
    waiting_for: str
    waiting_since: datetime | None
    promised_for: datetime | None
    place: str
    thread: str
    vip: bool
    last_words: str


@dataclass(frozen=True)
class Counts:
    """The open conversations, counted."""

    total: int
    unowned: int
    urgent: int
    late: int
    ours: int


@dataclass(frozen=True)
class OutboxHealth:
    """How the lanes stand."""

    unknown: int
    ready: int
    oldest: datetime | None


def _entry(row: sqlite3.Row) -> Entry:
    get = row.__getitem__
    return Entry(
        id=get("id"),
        handle=get("handle"),
        customer=mask_text(get("name")) or get("handle"),
        status=get("status"),
        channel=get("channel"),
        motive=get("motive"),
        urgent=get("priority") == "urgent",
        owner=get("owner"),
        team=get("team"),
        waiting_for=get("waiting_for") or "",
        waiting_since=from_ms(get("waiting_since")),
        promised_for=from_ms(get("promised_for")),
        place=get("thread_place"),
        thread=get("thread_reference"),
        vip=bool(get("vip")),
        last_words=get("last_words") or "",
    )


async def unclaimed(db: Db, now: datetime, limit: int) -> list[Entry]:
    """Nobody's conversations, who needs someone most first (R012)."""
    return [_entry(row) for row in await db.all(_UNCLAIMED, to_ms(now), limit)]


async def owned_by(db: Db, agent: str, now: datetime, *, with_resolved: bool = False) -> list[Entry]:
    """The agent's own conversations, who needs them most first."""
    sql = _OWNED_RESOLVED if with_resolved else _OWNED
    return [_entry(row) for row in await db.all(sql, to_ms(now), agent)]


async def lost_lately(db: Db, agent: str, since: datetime) -> Entry | None:
    """What left an agent's hands last by somebody else's act, after `since` and their own last word."""
    row = await db.one(_LOST, agent, to_ms(since))
    return _entry(row) if row else None


async def in_progress(db: Db, now: datetime, limit: int) -> list[Entry]:
    """Everybody's claimed conversations, who needs someone most first."""
    return [_entry(row) for row in await db.all(_IN_PROGRESS, to_ms(now), limit)]


async def open_ones(db: Db) -> list[Entry]:
    """Every conversation that may be claimed or taken over."""
    return [_entry(row) for row in await db.all(_OPEN)]


async def entry(db: Db, conversation_id: str) -> Entry | None:
    """One conversation."""
    row = await db.one(_ONE, conversation_id)
    return _entry(row) if row else None


async def by_handle(db: Db, handle: str) -> Entry | None:
    """The conversation that may be claimed or taken over under a handle."""
    row = await db.one(_BY_HANDLE, handle)
    return _entry(row) if row else None


async def neediest(db: Db, now: datetime, limit: int, team: str = "") -> list[Entry]:
    """Open conversations, who needs someone most first."""
    return [_entry(row) for row in await db.all(_NEEDIEST, to_ms(now), limit, team)]


async def counts(db: Db, now: datetime, team: str = "") -> Counts:
    """How many are open, unowned, urgent, late."""
    row = await db.one(_COUNTS, to_ms(now), team)
    if row is None:
        return Counts(0, 0, 0, 0, 0)
    return Counts(row["total"], row["unowned"], row["urgent"], row["late"], row["ours"])


async def outbox_health(db: Db) -> OutboxHealth:
    """How the lanes stand."""
    row = await db.one(_HEALTH)
    if row is None:
        return OutboxHealth(0, 0, None)
    return OutboxHealth(row["unknown"], row["ready"], from_ms(row["oldest"]))
