"""How values of the trade become rows, and rows values again."""

import sqlite3
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any, TypeVar

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

T = TypeVar("T")

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
_ABOUT_CUSTOMERS = ("id", "name", "language", "phone", "company")
_NUMBERS = ("reopened", "version")
_CHOICES: Mapping[str, Mapping[str | None, StrEnum | None]] = {
    name: {None: None} | {member.value: member for member in kind}
    for name, kind in {
        "status": Status,
        "mode": Mode,
        "priority": Priority,
        "waiting_for": WaitingFor,
        "ending": Ending,
    }.items()
}
"""What each closed list may hold, by what is stored."""


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
    fields = {name: row[prefix + name] for name in _ABOUT_CUSTOMERS}
    fields["vip"] = bool(row[f"{prefix}vip"])
    fields["greeted_at"] = from_ms(row[f"{prefix}greeted_at"])
    fields["asked_phone_at"] = from_ms(row[f"{prefix}asked_phone_at"])
    return _holding(Customer, fields)


def mapped(row: sqlite3.Row) -> dict[str, Any]:
    """A row whose columns are found at once: `sqlite3.Row` compares a name with all of them, one by one."""
    return dict(zip(row.keys(), row, strict=True))


def conversation_from(row: sqlite3.Row | Mapping[str, Any]) -> Conversation:
    """A row of `conversations`."""
    held = mapped(row) if isinstance(row, sqlite3.Row) else row
    fields: dict[str, Any] = {name: held[name] for name in (*TEXTS, *_NUMBERS)}
    for name in MOMENTS:
        at = held[name]
        fields[name] = None if at is None else moment(at)
    for name, members in _CHOICES.items():
        fields[name] = members[held[name]]
    criterion, reference = held["criterion"], held["thread_reference"]
    fields["address"] = Address(held["channel"], held["external_id"])
    fields["entry_address"] = Address(held["entry_channel"], held["entry_external_id"])
    fields["criterion"] = CRITERION.validate_json(criterion) if criterion else None
    fields["thread"] = Thread(held["thread_place"], reference) if reference else None
    fields["talk"] = _talk_from(held["talk"])
    return _holding(Conversation, fields)


def _holding(kind: type[T], fields: dict[str, Any]) -> T:
    """An object with all of its fields, which a frozen class would set one by one, several times as slow."""
    one = object.__new__(kind)
    vars(one).update(fields)
    return one


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
        value, was = now[name], then.get(name, _UNKNOWN)
        if value is not was and value != was:
            columns |= spread(name, value)
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


_UNKNOWN = object()
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
