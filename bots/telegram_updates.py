"""What an update of Telegram says, as an event. Pure: the body comes in, an event or nothing goes out.

Only private chats are customers' (G21). Kinds that we do not read are told by name, so that they are counted.
"""

import json
import re
from dataclasses import dataclass
from typing import Any

from telegram import CallbackQuery, Chat, Message, Update, User

from bots.telegram_media import is_gesture, media_of
from core.domain.channel import Address
from core.domain.events import CustomerWrote, Tap

CHANNEL = "telegram"
TAP_VERSION = "v1"
_E164 = re.compile(r"\+[1-9]\d{6,14}", re.ASCII)


class MalformedUpdate(ValueError):
    """A genuine update that cannot be read."""


@dataclass(frozen=True)
class Said:
    """A customer said something. `occasion` is unique within the bot; `query_id` awaits a courtesy (G17)."""

    event: CustomerWrote
    occasion: str
    query_id: str = ""


@dataclass(frozen=True)
class Passed:
    """Nothing for us to hear: an update of this kind."""

    kind: str


def read_update(body: bytes) -> Said | Passed:
    """What the update says.

    Raises:
        Exception: it cannot be read; the library's own errors have no common kind (G7).
    """
    document = json.loads(body)
    if not isinstance(document, dict) or not _is_number(document.get("update_id")):
        raise MalformedUpdate("no update")
    update = Update.de_json(document, None)
    if update.message:
        return _message(update.message, update.update_id)
    if update.edited_message:
        return _edited(update.edited_message)
    if update.callback_query:
        return _pressed(update.callback_query, update.update_id)
    if update.my_chat_member:
        return Passed(f"my_chat_member.{update.my_chat_member.new_chat_member.status}")
    return Passed(_kind(document))


def _message(message: Message, update_id: int) -> Said | Passed:
    if message.chat.type != Chat.PRIVATE:
        return Passed(f"message.{message.chat.type}")
    if is_gesture(message):
        return Passed("message.gesture")
    return Said(_written(message), f"{message.chat.id}:{update_id}")


def _edited(message: Message) -> Said | Passed:
    """Changed words are heard anew, as they may matter; the earlier ones stay. A live place only moves on."""
    if message.chat.type != Chat.PRIVATE:
        return Passed(f"edited_message.{message.chat.type}")
    if message.location:
        return Passed("edited_message.location")
    edited_at = int(message.edit_date.timestamp()) if message.edit_date else 0
    return Said(_written(message), f"{message.chat.id}:edit:{message.message_id}:{edited_at}")


def _written(message: Message) -> CustomerWrote:
    phone = _own_phone(message)
    return CustomerWrote(
        address=Address(CHANNEL, str(message.chat.id)),
        name=message.from_user.full_name if message.from_user else "",
        text=message.text or message.caption or "",
        media=() if phone else media_of(message),
        language_hint=_language(message.from_user),
        phone=phone,
        shared_phone=bool(phone),
    )


def _own_phone(message: Message) -> str:
    """The sender's own number, proven by the contact button; empty for anybody else's contact (G29)."""
    contact, sender = message.contact, message.from_user
    if contact is None or sender is None or message.forward_origin is not None:
        return ""
    # With or without a plus, depending on the client (G30).
    phone = "+" + re.sub(r"[\s().+-]", "", contact.phone_number)
    return phone if contact.user_id == sender.id and _E164.fullmatch(phone) else ""


def _pressed(query: CallbackQuery, update_id: int) -> Said | Passed:
    """Who pressed counts, and an old message may be gone (G16)."""
    if query.message is None or query.message.chat.type != Chat.PRIVATE:
        return Passed("callback_query.elsewhere")
    person = query.from_user
    event = CustomerWrote(
        address=Address(CHANNEL, str(person.id)),
        name=person.full_name,
        tap=read_tap(query.data or ""),
        language_hint=_language(person),
    )
    return Said(event, f"{person.id}:{update_id}", query.id)


def tap_data(prompt: str, choice: str) -> str:
    """What a button of ours sends back when it is pressed."""
    return f"{TAP_VERSION}:{prompt}:{choice}"


def read_tap(data: str) -> Tap:
    """The reverse. Data that is not ours is a tap on no prompt of ours: outdated, like any old one."""
    version, _, rest = data.partition(":")
    prompt, _, choice = rest.partition(":")
    return Tap(prompt, choice) if version == TAP_VERSION and choice else Tap("", data)


def _language(person: User | None) -> str:
    return (person.language_code if person else None) or ""


def _kind(document: dict[str, Any]) -> str:
    return next((name for name in document if name != "update_id"), "empty")


def _is_number(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
