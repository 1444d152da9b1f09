"""What a message of a private chat says, and what a button of ours sends back."""

import re
from operator import index

from telegram import Message, User

from bots.telegram_media import media_of
from core.domain.channel import Address
from core.domain.events import CustomerWrote, Quoted, Tap

CHANNEL = "telegram"
TAP_VERSION = "v1"
_E164 = re.compile(r"\+[1-9]\d{6,14}", re.ASCII)
_START = re.compile(r"(/start)(?:@\w+)? ([A-Za-z0-9_-]{1,64})", re.ASCII)
"""The start by a link, and what the link says (G27)."""


def address_of(chat_id: int) -> Address:
    """A customer's address. The library hands on whatever stands in a chat's `id`.

    Raises:
        TypeError: it is no number, and could not be written to.
    """
    return Address(CHANNEL, str(index(chat_id)))


def read_message(message: Message) -> CustomerWrote:
    """The words and media of a message, and what they belong to."""
    phone = _own_phone(message)
    text, link = _without_link(message.text or message.caption or "")
    return CustomerWrote(
        address=address_of(message.chat.id),
        name=message.from_user.full_name if message.from_user else "",
        text=text,
        media=() if phone else media_of(message),
        language_hint=language_of(message.from_user),
        phone=phone,
        shared_phone=bool(phone),
        reference=str(message.message_id),
        quoted=None if phone else _quoted(message),
        album=message.media_group_id or "",
        link=link,
    )


def _without_link(text: str) -> tuple[str, str]:
    """A start by a link reads as a plain start; anything but a link's own characters stays a text (G27)."""
    found = _START.fullmatch(text)
    return (found[1], found[2]) if found else (text, "")


def _quoted(message: Message) -> Quoted | None:
    """The message that is answered: the part the customer chose of it, else all of its words."""
    answered, part = message.reply_to_message, message.quote
    if answered is None and part is None:
        return None
    reference = str(answered.message_id) if answered else ""
    whole = (answered.text or answered.caption or "") if answered else ""
    return Quoted(reference, part.text if part else whole)


def _own_phone(message: Message) -> str:
    """The sender's own number, proven by the contact button; empty for anybody else's contact (G29)."""
    contact, sender = message.contact, message.from_user
    if contact is None or sender is None or message.forward_origin is not None:
        return ""
    # With or without a plus, depending on the client (G30).
    phone = "+" + re.sub(r"[\s().+-]", "", contact.phone_number)
    return phone if contact.user_id == sender.id and _E164.fullmatch(phone) else ""


def language_of(person: User | None) -> str:
    """The language of the person's own Telegram: an IETF tag, or nothing (G26)."""
    return (person.language_code if person else None) or ""


def tap_data(prompt: str, choice: str) -> str:
    """What a button of ours sends back when it is pressed."""
    return f"{TAP_VERSION}:{prompt}:{choice}"


def read_tap(data: str) -> Tap:
    """The reverse. Data that is not ours is a tap on no prompt of ours: outdated, like any old one."""
    version, _, rest = data.partition(":")
    prompt, _, choice = rest.partition(":")
    return Tap(prompt, choice) if version == TAP_VERSION and choice else Tap("", data)
