"""What the team sees and is changed in place: the latest wins, and what changes nothing is left out.

Also lines that still wait: they take up the words that follow them, or follow a thread that opened anew.
"""

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic_core import from_json, to_json

from core.store.db import Db

_LATEST_TRIED = """
SELECT state, payload, reference FROM outbox WHERE lane = $1 AND attempts > 0 ORDER BY seq DESC LIMIT 1
"""
_WAITING = "SELECT due_at FROM outbox WHERE lane = $1 AND state = 'ready' AND attempts = 0"
_SUPERSEDE = """
UPDATE outbox
SET state = 'cancelled', error = 'superseded by what is newer', settled_at = $2, unknown_since = NULL
WHERE lane = $1 AND state IN ('ready', 'unknown')
"""
_SUPERSEDE_KIND = """
UPDATE outbox
SET state = 'cancelled', error = 'superseded by what is newer', settled_at = $3, unknown_since = NULL
WHERE lane = $1 AND kind = $2 AND state IN ('ready', 'held', 'sending', 'unknown')
"""
# All lanes that begin so: the last of all characters ends the range, which the index of lanes serves.
_SUPERSEDE_CHANGES = """
UPDATE outbox
SET state = 'cancelled', error = 'superseded by what is newer', settled_at = $3, unknown_since = NULL
WHERE lane >= $1 AND lane < $1 || char(1114111) AND kind = $2 AND state IN ('ready', 'sending', 'unknown')
"""
_UNTOLD = """
SELECT id, payload FROM outbox
WHERE lane = $1 AND kind = 'line' AND state IN ('held', 'ready', 'sending', 'unknown')
"""
_RETELL = """
UPDATE outbox
SET state = 'cancelled', error = 'the transcript under the new card tells it', settled_at = $2,
    unknown_since = NULL
WHERE id = $1
"""
_OPENED = """
SELECT payload, reference FROM outbox WHERE conversation_id = $1 AND kind = 'open_thread'
ORDER BY seq DESC LIMIT 1
"""
_LAST = """
SELECT id, lane, seq, kind, state, attempts, payload, due_at, place, reference FROM outbox
WHERE lane = $1 ORDER BY seq DESC LIMIT 1
"""
_REWRITE = "UPDATE outbox SET payload = $2 WHERE id = $1 AND state = 'ready' AND attempts = 0"
_PUT_OFF = "UPDATE outbox SET due_at = $2 WHERE id = $1 AND state = 'ready' AND attempts = 0"
_FOLLOW = """
UPDATE outbox SET seq = seq + (SELECT max(seq) FROM outbox WHERE lane = $1)
WHERE lane = $1 AND state IN ('held', 'ready', 'sending', 'unknown') AND seq < (
    SELECT max(seq) FROM outbox WHERE lane = $1 AND kind = 'open_thread')
"""
_STANDING = """
SELECT payload, place, reference FROM outbox
WHERE about = $1 AND about <> '' AND kind = 'line' AND state = 'sent'
"""


@dataclass(frozen=True)
class Row:
    """A line of the thread, or a change of one, whatever has become of it."""

    id: str
    lane: str
    seq: int
    payload: dict[str, Any]
    due_ms: int
    is_waiting: bool
    """It was never tried: it may say more."""
    place: str
    reference: str
    """Where it stands; empty while it does not, or nobody knows."""


def words(payload: Mapping[str, Any]) -> str:
    """A payload as it is stored."""
    return to_json(payload).decode()


async def due_for(
    db: Db, lane: str, payload: Mapping[str, Any], now_ms: int, wait_ms: int, *, card_of: str = ""
) -> int | None:
    """When this should be shown, what waited being superseded; None: it is what was shown last.

    A change waits a little for the next one, counted from the first of them. `card_of`: the conversation
    whose card this is; the card that opened its thread was shown too.
    """
    waiting = await db.value(_WAITING, lane)
    unsure = await db.value("SELECT 1 FROM outbox WHERE lane = $1 AND state = 'unknown'", lane)
    shown = await _shown_last(db, lane, card_of)
    await db.run(_SUPERSEDE, lane, now_ms)
    if shown == words(payload) and not unsure:
        return None
    return now_ms + wait_ms if waiting is None else min(waiting, now_ms + wait_ms)


async def _shown_last(db: Db, lane: str, card_of: str) -> str | None:
    """What surely stands there; None when nothing does, or nobody can tell.

    A change of an earlier card is told by the card it was made to: dates do not tell, clocks are set back.
    """
    tried = await db.one(_LATEST_TRIED, lane)
    opened = await db.one(_OPENED, card_of) if card_of else None
    is_shown = tried is not None and tried["state"] == "sent"
    if opened is not None and (tried is None or (is_shown and tried["reference"] != opened["reference"])):
        return str(opened["payload"])
    return str(tried["payload"]) if tried is not None and is_shown else None


async def supersede(db: Db, lane: str, now_ms: int) -> None:
    """Nothing of what waits there is to be shown any more."""
    await db.run(_SUPERSEDE, lane, now_ms)


async def last_of(db: Db, lane: str, *kinds: str) -> Row | None:
    """The last row of a lane, if it is of one of the kinds."""
    row = await db.one(_LAST, lane)
    return row_from(row, *kinds) if row is not None else None


def row_from(row: sqlite3.Row, *kinds: str) -> Row | None:
    """A row as it is read for this; None for one of another kind."""
    if row["kind"] not in kinds:
        return None
    return Row(
        id=row["id"],
        lane=row["lane"],
        seq=row["seq"],
        payload=from_json(row["payload"]),
        due_ms=row["due_at"],
        is_waiting=(row["state"], row["attempts"]) == ("ready", 0),
        place=row["place"],
        reference=row["reference"] if row["state"] == "sent" else "",
    )


async def rewrite(db: Db, waiting: Row, payload: Mapping[str, Any], due_ms: int = 0) -> None:
    """Let a row that was never tried say more, and leave no sooner than then."""
    await db.run(_REWRITE, waiting.id, words(payload))
    if due_ms > waiting.due_ms:  # few are: an index costs what is written, whether it changes or not
        await db.run(_PUT_OFF, waiting.id, due_ms)


async def follow(db: Db, lane: str) -> None:
    """What waited for a thread that is gone comes behind the one that opens now, in its order."""
    await db.run(_FOLLOW, lane)


async def standing_line(db: Db, about: str) -> tuple[dict[str, Any], str, str] | None:
    """The thread line about a reply: its payload, place and reference; None while it does not stand."""
    row = await db.one(_STANDING, about)
    return (from_json(row["payload"]), row["place"], row["reference"]) if row else None


async def supersede_kind(db: Db, lane: str, kind: str, now_ms: int) -> None:
    """What of this kind has not left, or perhaps not, says no more than what is about to be enqueued."""
    await db.run(_SUPERSEDE_KIND, lane, kind, now_ms)


async def supersede_changes(db: Db, lanes: str, kind: str, now_ms: int) -> None:
    """What was to be changed under a card that is gone is told under the next. `lanes`: how theirs begin."""
    await db.run(_SUPERSEDE_CHANGES, lanes, kind, now_ms)


async def untold_lines(db: Db, lane: str) -> dict[str, dict[str, Any]]:
    """The lines that do not surely stand, by id."""
    return {row["id"]: from_json(row["payload"]) for row in await db.all(_UNTOLD, lane)}


async def retell(db: Db, line_id: str, now_ms: int) -> None:
    """A line is told otherwise; it may stand where nobody looks any more."""
    await db.run(_RETELL, line_id, now_ms)
