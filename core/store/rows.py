"""How values of the trade become rows, and rows values again."""

import sqlite3
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from pydantic import TypeAdapter

from core.domain.channel import Address, Media
from core.domain.conversation import (
    Conversation,
    Ending,
    Mode,
    Priority,
    Status,
    Talk,
    Thread,
    WaitingFor,
)
from core.domain.customer import Customer
from core.domain.triage import Criterion

TALK = TypeAdapter(Talk)
CRITERION = TypeAdapter(Criterion)
MEDIA = TypeAdapter(tuple[Media, ...])

MOMENTS = (
    "waiting_since",
    "opened_at",
    "handed_off_at",
    "claimed_at",
    "first_reply_at",
    "resolved_at",
    "closed_at",
    "last_customer_at",
    "last_agent_at",
    "promised_for",
    "duty_called_at",
    "lost_at",
)
TEXTS = (
    "id",
    "customer_id",
    "handle",
    "motive",
    "owner",
    "team",
    "recap",
    "previous_id",
    "origin",
    "lost_by",
)


def to_ms(moment: datetime | None) -> int | None:
    """Milliseconds since 1970, UTC, cut down."""
    if moment is None:
        return None
    return int(moment.timestamp() * 1000)


def from_ms(milliseconds: int | None) -> datetime | None:
    """An aware moment, UTC."""
    return None if milliseconds is None else moment(milliseconds)


def moment(milliseconds: int) -> datetime:
    """An aware moment, UTC."""
    return datetime.fromtimestamp(milliseconds / 1000, UTC)


def customer_from(row: Mapping[str, Any], prefix: str = "") -> Customer:
    """A row of `customers`, as a mapping; `prefix` is what its columns are called with in a joined row."""
    return Customer(
        id=row[f"{prefix}id"],
        name=row[f"{prefix}name"],
        language=row[f"{prefix}language"],
        phone=row[f"{prefix}phone"],
        company=row[f"{prefix}company"],
        vip=bool(row[f"{prefix}vip"]),
        greeted_at=from_ms(row[f"{prefix}greeted_at"]),
        asked_phone_at=from_ms(row[f"{prefix}asked_phone_at"]),
    )


def mapped(row: sqlite3.Row) -> dict[str, Any]:
    """A row whose columns are found at once: `sqlite3.Row` compares a name with all of them, one by one."""
    return dict(zip(row.keys(), row, strict=True))


def conversation_from(row: sqlite3.Row | Mapping[str, Any]) -> Conversation:
    """A row of `conversations`."""
    held = mapped(row) if isinstance(row, sqlite3.Row) else row
    fields: dict[str, Any] = {name: held[name] for name in TEXTS}
    fields |= {name: from_ms(held[name]) for name in MOMENTS}
    thread = Thread(held["thread_place"], held["thread_reference"]) if held["thread_reference"] else None
    return Conversation(
        **fields,
        status=Status(held["status"]),
        mode=Mode(held["mode"]),
        priority=Priority(held["priority"]),
        address=Address(held["channel"], held["external_id"]),
        entry_address=Address(held["entry_channel"], held["entry_external_id"]),
        criterion=CRITERION.validate_json(held["criterion"]) if held["criterion"] else None,
        waiting_for=WaitingFor(held["waiting_for"]) if held["waiting_for"] else None,
        ending=Ending(held["ending"]) if held["ending"] else None,
        thread=thread,
        reopened=held["reopened"],
        talk=_talk_from(held["talk"]),
        version=held["version"],
    )


@lru_cache(maxsize=1024)
def _talk_from(text: str) -> Talk:
    """After the hand-off a talk hardly changes any more, and is read again with every message."""
    return TALK.validate_json(text)


def conversation_columns(conversation: Conversation, before: Conversation | None = None) -> dict[str, Any]:
    """The columns of a conversation, `messages` and `version` left out: they are the statement's own.

    With `before`, only those that differ: an index or a foreign key costs nothing where its column is not
    written.
    """
    now, then = vars(conversation), vars(before) if before is not None else {}
    columns: dict[str, Any] = {}
    for name, spread in _SPREAD.items():
        if name not in then or now[name] != then[name]:
            columns |= spread(name, now[name])
    return columns


def _as_it_is(name: str, value: object) -> dict[str, Any]:
    return {name: value}


def _as_moment(name: str, value: datetime | None) -> dict[str, Any]:
    return {name: to_ms(value)}


def _as_address(name: str, value: Address) -> dict[str, Any]:
    prefix = name.removesuffix("address")
    return {f"{prefix}channel": value.channel, f"{prefix}external_id": value.external_id}


def _as_criterion(name: str, value: Criterion | None) -> dict[str, Any]:
    return {name: CRITERION.dump_json(value).decode() if value else ""}


def _as_thread(_name: str, value: Thread | None) -> dict[str, Any]:
    thread = value or Thread("", "")
    return {"thread_place": thread.place, "thread_reference": thread.reference}


def _as_talk(name: str, value: Talk) -> dict[str, Any]:
    return {name: TALK.dump_json(value, exclude_defaults=True).decode()}


_PLAIN = ("status", "mode", "priority", "waiting_for", "ending", "reopened")
_SPREAD: dict[str, Callable[[str, Any], dict[str, Any]]] = {
    **dict.fromkeys((*TEXTS, *_PLAIN), _as_it_is),
    **dict.fromkeys(MOMENTS, _as_moment),
    "address": _as_address,
    "entry_address": _as_address,
    "criterion": _as_criterion,
    "thread": _as_thread,
    "talk": _as_talk,
}
"""How each field of a conversation becomes columns."""


def media_json(media: tuple[Media, ...]) -> str:
    """Media as they are stored beside a message."""
    return MEDIA.dump_json(media, exclude_defaults=True).decode() if media else "[]"


def media_from(text: str) -> tuple[Media, ...]:
    """Media as they were stored."""
    return MEDIA.validate_json(text)
