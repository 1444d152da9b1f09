"""How values of the trade become rows, and rows values again."""

import sqlite3
from datetime import UTC, datetime
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


def customer_from(row: sqlite3.Row) -> Customer:
    """A row of `customers`."""
    return Customer(
        id=row["id"],
        name=row["name"],
        language=row["language"],
        phone=row["phone"],
        company=row["company"],
        vip=bool(row["vip"]),
        greeted_at=from_ms(row["greeted_at"]),
        asked_phone_at=from_ms(row["asked_phone_at"]),
    )


def conversation_from(row: sqlite3.Row) -> Conversation:
    """A row of `conversations`."""
    fields: dict[str, Any] = {name: row[name] for name in TEXTS}
    fields |= {name: from_ms(row[name]) for name in MOMENTS}
    thread = Thread(row["thread_place"], row["thread_reference"]) if row["thread_reference"] else None
    return Conversation(
        **fields,
        status=Status(row["status"]),
        mode=Mode(row["mode"]),
        priority=Priority(row["priority"]),
        address=Address(row["channel"], row["external_id"]),
        entry_address=Address(row["entry_channel"], row["entry_external_id"]),
        criterion=CRITERION.validate_json(row["criterion"]) if row["criterion"] else None,
        waiting_for=WaitingFor(row["waiting_for"]) if row["waiting_for"] else None,
        ending=Ending(row["ending"]) if row["ending"] else None,
        thread=thread,
        reopened=row["reopened"],
        talk=TALK.validate_json(row["talk"]),
        version=row["version"],
    )


def conversation_columns(conversation: Conversation) -> dict[str, Any]:
    """The columns of a conversation, in a fixed order; `messages` and `version` are the statement's own."""
    columns: dict[str, Any] = {name: getattr(conversation, name) for name in TEXTS}
    columns |= {name: to_ms(getattr(conversation, name)) for name in MOMENTS}
    criterion = conversation.criterion
    thread = conversation.thread or Thread("", "")
    return columns | {
        "status": conversation.status,
        "mode": conversation.mode,
        "priority": conversation.priority,
        "channel": conversation.address.channel,
        "external_id": conversation.address.external_id,
        "entry_channel": conversation.entry_address.channel,
        "entry_external_id": conversation.entry_address.external_id,
        "criterion": CRITERION.dump_json(criterion).decode() if criterion else "",
        "waiting_for": conversation.waiting_for,
        "ending": conversation.ending,
        "thread_place": thread.place,
        "thread_reference": thread.reference,
        "reopened": conversation.reopened,
        "talk": TALK.dump_json(conversation.talk, exclude_defaults=True).decode(),
    }


def media_json(media: tuple[Media, ...]) -> str:
    """Media as they are stored beside a message."""
    return MEDIA.dump_json(media, exclude_defaults=True).decode() if media else "[]"


def media_from(text: str) -> tuple[Media, ...]:
    """Media as they were stored."""
    return MEDIA.validate_json(text)
