"""What an update of Telegram says, as an event. Pure: the body comes in, an event or nothing goes out.

Only private chats are customers' (G21). Kinds that we do not read are told by name, so that they are counted.
"""

import json
from dataclasses import dataclass
from operator import index
from typing import Any

from telegram import (
    CallbackQuery,
    Chat,
    ChatMember,
    ChatMemberUpdated,
    Message,
    MessageReactionUpdated,
    Update,
)

from bots.telegram_media import is_gesture
from bots.telegram_messages import address_of, language_of, read_message, read_tap
from core.domain.events import (
    CustomerEdited,
    CustomerGesture,
    CustomerLeft,
    CustomerReacted,
    CustomerReturned,
    CustomerWrote,
)

IS_IN = {ChatMember.MEMBER, ChatMember.ADMINISTRATOR, ChatMember.RESTRICTED}
"""How the bot may stand in a group that it must leave."""


class MalformedUpdate(ValueError):
    """A genuine update that cannot be read."""


@dataclass(frozen=True)
class Pressed:
    """A button that turns until it is answered (G17). `message_id` is 0 when its message is gone (G16)."""

    query_id: str
    chat_id: int
    message_id: int = 0


@dataclass(frozen=True)
class Said:
    """A customer said or did something. `occasion` is unique within the bot."""

    event: CustomerWrote | CustomerGesture
    occasion: str
    pressed: Pressed | None = None


@dataclass(frozen=True)
class InGroup:
    """Somebody spoke in a group, or put the bot into one, where it has no business (G21)."""

    chat_id: int
    kind: str
    language: str = ""
    is_added: bool = False
    """The bot was put there just now, perhaps after it had left."""


@dataclass(frozen=True)
class Passed:
    """Nothing for us to hear: an update of this kind."""

    kind: str


Told = Said | InGroup | Passed


def read_update(body: bytes) -> Told:
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
        return _edited(update.edited_message, update.update_id)
    if update.callback_query:
        return _pressed(update.callback_query, update.update_id)
    if update.my_chat_member:
        return _membership(update.my_chat_member, update.update_id)
    if update.message_reaction:
        return _reacted(update.message_reaction, update.update_id)
    return Passed(_kind(document))


def _message(message: Message, update_id: int) -> Told:
    if message.chat.type != Chat.PRIVATE:
        return _in_group(message)
    if message.business_connection_id:
        return Passed("message.business")  # another's chat that bears the same number (G24)
    if is_gesture(message):
        return Passed("message.gesture")
    return Said(read_message(message), f"{message.chat.id}:{update_id}")


def _in_group(message: Message) -> Told:
    kind = f"message.{message.chat.type}"
    if message.migrate_to_chat_id or message.migrate_from_chat_id:
        return Passed(f"{kind}.migrated")
    if message.left_chat_member:
        return Passed(kind)
    return InGroup(message.chat.id, kind, language_of(message.from_user))


def _edited(message: Message, update_id: int) -> Told:
    """Changed words replace nothing: they are a later version (G14). A live place only moves on."""
    if message.chat.type != Chat.PRIVATE:
        return Passed(f"edited_message.{message.chat.type}")
    if message.location:
        return Passed("edited_message.location")
    edited_at = int(message.edit_date.timestamp()) if message.edit_date else 0
    event = CustomerEdited(
        address_of(message.chat.id),
        reference=str(message.message_id),
        text=message.text or message.caption or "",
        # The date counts seconds; two changes within one are told apart by their order of arrival.
        version=edited_at * 1000 + update_id % 1000,
    )
    return Said(event, f"{message.chat.id}:{update_id}")


def _pressed(query: CallbackQuery, update_id: int) -> Told:
    """Who pressed counts, and an old message may be gone (G16)."""
    message = query.message
    if message is None or message.chat.type != Chat.PRIVATE:
        return Passed("callback_query.elsewhere")
    person = query.from_user
    event = CustomerWrote(
        address=address_of(person.id),
        name=person.full_name,
        tap=read_tap(query.data or ""),
        language_hint=language_of(person),
    )
    shown = index(message.message_id) if message.is_accessible else 0
    return Said(event, f"{person.id}:{update_id}", Pressed(query.id, index(message.chat.id), shown))


def _membership(change: ChatMemberUpdated, update_id: int) -> Told:
    """The person shut the door, or opened it again (G23); or somebody put the bot into a group."""
    status, chat = change.new_chat_member.status, change.chat
    kind = f"my_chat_member.{status}"
    if chat.type != Chat.PRIVATE:
        language = language_of(change.from_user)
        return InGroup(chat.id, kind, language, is_added=True) if status in IS_IN else Passed(kind)
    address = address_of(chat.id)
    occasion = f"{chat.id}:{update_id}"
    if status in {ChatMember.BANNED, ChatMember.LEFT}:
        return Said(CustomerLeft(address), occasion)
    return Said(CustomerReturned(address), occasion) if status == ChatMember.MEMBER else Passed(kind)


def _reacted(change: MessageReactionUpdated, update_id: int) -> Told:
    """The sign that was put there now (G25). One that is a picture of its own says nothing in words."""
    chat = change.chat
    if chat.type != Chat.PRIVATE or change.user is None:
        return Passed(f"message_reaction.{chat.type}")
    before = {_sign(one) for one in change.old_reaction}
    added = [sign for sign in map(_sign, change.new_reaction) if sign not in before]
    if change.new_reaction and not any(added):
        return Passed("message_reaction.unseen")
    sign = next((sign for sign in added if sign), "")
    event = CustomerReacted(address_of(chat.id), str(change.message_id), sign)
    return Said(event, f"{chat.id}:{update_id}")


def _sign(reaction: object) -> str:
    return str(getattr(reaction, "emoji", ""))


def _kind(document: dict[str, Any]) -> str:
    """The one name beside the id: new kinds come with every version (G13)."""
    return next((name for name in document if name != "update_id"), "empty")


def _is_number(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
