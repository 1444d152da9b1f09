"""What a person does in Telegram, as the updates the Bot API makes of it."""

import re

from sandbox.telegram_memory import Chat, Json, Memory, utf16_length

_COMMAND = re.compile(r"(?<!\S)/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]+)?")
_PHONE_BUTTON = "request_contact"
_FILE_NAMES = {
    "photo": ("photo.jpg", "image/jpeg"),
    "document": ("document.pdf", "application/pdf"),
    "voice": ("voice.oga", "audio/ogg"),
    "video": ("video.mp4", "video/mp4"),
    "sticker": ("sticker.webp", "image/webp"),
}


def message(memory: Memory, chat: Chat, content: Json) -> Json:
    """An incoming message with everything that surrounds its content."""
    head = {"message_id": chat.next_message_id(), "from": chat.user, "chat": chat.address}
    return head | {"date": int(memory.clock())} | content


def text(words: str) -> Json:
    """The content of a typed message: commands are marked."""
    commands = [
        {
            "type": "bot_command",
            "offset": utf16_length(words[: found.start()]),
            "length": len(found.group()),
        }
        for found in _COMMAND.finditer(words)
    ]
    return {"text": words} | ({"entities": commands} if commands else {})


def reply(answered: Json, part: str) -> Json:
    """What an answer to a message brings along: the message, and the part of it that was chosen."""
    chosen = {"quote": {"text": part, "position": 0, "is_manual": True}} if part else {}
    return {"reply_to_message": answered} | chosen


def contact(memory: Memory, chat: Chat, phone: str | None, user_id: int | None, forwarded: bool) -> Json:
    """A shared contact. `user_id` None: the person's own; 0: a contact without Telegram account (G30)."""
    number = phone or chat.phone
    if number is None:
        raise ValueError("this person has no phone number to share")
    shared: Json = {"phone_number": number.removeprefix("+"), "first_name": chat.first_name}
    if user_id != 0:
        shared["user_id"] = chat.id if user_id is None else user_id
    content: Json = {"contact": shared}
    asked = next((m for m in reversed(chat.messages) if _PHONE_BUTTON in str(m.keyboard)), None)
    if asked is not None and not forwarded:
        content["reply_to_message"] = asked.document
    if forwarded:
        content["forward_origin"] = {
            "type": "user",
            "date": int(memory.clock()) - 60,
            "sender_user": chat.user,
        }
    return content


def media(memory: Memory, kind: str, content: bytes, caption: str | None, fields: Json) -> Json:
    """A photo, document, voice, video, sticker or location; `fields` replace what is made up here."""
    words = {"caption": caption} if caption else {}
    if kind == "location":
        return {"location": {"latitude": 48.8566, "longitude": 2.3522} | fields}
    name, media_type = _FILE_NAMES[kind]
    name = str(fields.get("file_name", name))
    size = int(fields.get("file_size", len(content)))
    stored = memory.keep_file(kind, name, content, str(fields.get("mime_type", media_type)), size)
    known: Json = {"file_id": stored.file_id, "file_unique_id": stored.unique_id, "file_size": size}
    if kind == "photo":
        # The sizes are ascending, the last one is the picture (G20).
        small = memory.keep_file(kind, f"small-{name}", content[:100], media_type, min(size, 100))
        thumb = {"file_id": small.file_id, "file_unique_id": small.unique_id, "width": 90, "height": 67}
        return {"photo": [thumb, known | {"width": 1280, "height": 960} | fields]} | words
    shape: dict[str, Json] = {
        "document": {"file_name": name, "mime_type": media_type},
        "voice": {"duration": 5, "mime_type": media_type},
        "video": {"width": 640, "height": 360, "duration": 5, "mime_type": media_type},
        "sticker": {
            "type": "regular",
            "width": 512,
            "height": 512,
            "is_animated": False,
            "is_video": False,
            "emoji": "👍",
        },
    }
    return {kind: known | shape[kind] | fields} | words


def callback(chat: Chat, query_id: str, message_id: int, data: str) -> Json:
    """A press; a message that is gone comes as an inaccessible one, dated 0 (G16)."""
    pressed = chat.find(message_id)
    gone = {"chat": chat.address, "message_id": message_id, "date": 0}
    return {
        "id": query_id,
        "from": chat.user,
        "message": pressed.document if pressed else gone,
        "chat_instance": str(-chat.id),
        "data": data,
    }


def reaction(memory: Memory, chat: Chat, message_id: int, before: str, after: str) -> Json:
    """A sign put under a message, changed or taken away; an empty one is none (G25)."""
    head = {"chat": chat.address, "message_id": message_id, "user": chat.user, "date": int(memory.clock())}
    old, new = ([{"type": "emoji", "emoji": sign}] if sign else [] for sign in (before, after))
    return head | {"old_reaction": old, "new_reaction": new}


def membership(memory: Memory, chat: Chat, before: str, after: str, by: Chat | None = None) -> Json:
    """The bot blocked ("kicked") or let in again ("member") (G23); or put into a group by somebody."""
    limits = {"until_date": 0}
    states = {
        name: {"user": memory.bot, "status": status} | (limits if status == "kicked" else {})
        for name, status in (("old_chat_member", before), ("new_chat_member", after))
    }
    head = {"chat": chat.address, "from": (by or chat).user, "date": int(memory.clock())}
    return head | states
