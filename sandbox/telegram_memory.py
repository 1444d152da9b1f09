"""What the Telegram stand-in remembers: chats, messages, presses, files, and the refusals it gives."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import urlsplit

FIRST_PERSON = 2**51 + 1
"""Ids of persons start here: above 32 bits, below the 52 that the platform promises (G22)."""

Json = dict[str, Any]


class RefusedError(Exception):
    """The call is answered `status` with `description`, in Telegram's shape."""

    def __init__(self, status: int, description: str, parameters: Json | None = None) -> None:
        super().__init__(description)
        self.status = status
        self.description = description
        self.parameters = parameters

    @property
    def document(self) -> Json:
        """The body of the answer."""
        answer: Json = {"ok": False, "error_code": self.status, "description": self.description}
        return answer | ({"parameters": self.parameters} if self.parameters else {})


def bad_request(why: str) -> RefusedError:
    """A 400 with Telegram's prefix."""
    return RefusedError(400, f"Bad Request: {why}")


def utf16_length(text: str) -> int:
    """Telegram measures text and places entities in UTF-16 units (G36)."""
    return len(text.encode("utf-16-le")) // 2


@dataclass(frozen=True)
class Upload:
    """A file sent to the Bot API within a call."""

    name: str
    media_type: str
    content: bytes


@dataclass
class Message:
    """One message of a chat; `document` is the Bot API's own form of it, kept up to date by edits."""

    document: Json
    outgoing: bool
    """The bot wrote it."""
    keyboard: Json | None = None
    """The reply keyboard (or its removal) that came with it; inline buttons are in `document`."""
    upload: Upload | None = None
    source: str | None = None
    """The address or file id an outgoing file was sent by, when it was not uploaded."""
    earlier: list[Json] = field(default_factory=list)
    """The forms it had before its edits."""
    deleted: bool = False

    @property
    def message_id(self) -> int:
        return int(self.document["message_id"])

    @property
    def text(self) -> str:
        """What is read: the text, or the caption of a file."""
        return str(self.document.get("text", self.document.get("caption", "")))

    @property
    def buttons(self) -> list[Json]:
        """The inline buttons, row after row."""
        return _buttons(self.document)

    @property
    def ever_offered(self) -> list[Json]:
        """The buttons it has or had: a screen that has not caught up still shows them."""
        return [button for document in (self.document, *self.earlier) for button in _buttons(document)]


def _buttons(document: Json) -> list[Json]:
    rows = document.get("reply_markup", {}).get("inline_keyboard", [])
    return [button for row in rows for button in row]


@dataclass
class Press:
    """A press of an inline button. `offered`: the message really held a button with this data (G16)."""

    query_id: str
    message_id: int
    data: str
    offered: bool
    at: float
    answers: list[Json] = field(default_factory=list)
    """What `answerCallbackQuery` said, one for each call."""


@dataclass
class Chat:
    """A private chat, whose person has pressed Start, so that the bot may write; or a group."""

    id: int
    first_name: str
    last_name: str | None = None
    username: str | None = None
    language_code: str | None = "fr"
    phone: str | None = None
    messages: list[Message] = field(default_factory=list)
    keyboard: Json | None = None
    """The reply keyboard now shown under the text field."""
    blocked: bool = False
    presses: list[Press] = field(default_factory=list)
    actions: list[str] = field(default_factory=list)
    """The chat actions received ("typing"), in order."""
    last_message_id: int = 0
    title: str = ""
    """Of a group; empty for a private chat."""
    left: bool = False
    """The bot has left this group."""
    sent_at: list[float] = field(default_factory=list)

    @property
    def names(self) -> Json:
        names = {"first_name": self.first_name, "last_name": self.last_name, "username": self.username}
        return {name: value for name, value in names.items() if value}

    @property
    def address(self) -> Json:
        """The chat in the Bot API's form."""
        if self.title:
            return {"id": self.id, "type": "group", "title": self.title}
        return {"id": self.id, "type": "private"} | self.names

    @property
    def user(self) -> Json:
        """The person in the Bot API's form."""
        language = {"language_code": self.language_code} if self.language_code else {}
        return {"id": self.id, "is_bot": False} | self.names | language

    def next_message_id(self) -> int:
        self.last_message_id += 1
        return self.last_message_id

    def find(self, message_id: int) -> Message | None:
        """The message with this id, deleted ones left out."""
        kept = (message for message in self.messages if not message.deleted)
        return next((message for message in kept if message.message_id == message_id), None)


@dataclass(frozen=True)
class StoredFile:
    """A file that `getFile` can find. `size` may be declared larger than `content` is."""

    file_id: str
    unique_id: str
    path: str
    size: int
    content: bytes
    media_type: str = "application/octet-stream"


@dataclass(frozen=True)
class Webhook:
    """What setWebhook asked for. `allowed_updates` None: never given, so the default kinds (G10)."""

    url: str
    secret_token: str | None = None
    allowed_updates: tuple[str, ...] | None = None
    max_connections: int = 40

    def check(self) -> None:
        """Refuse the addresses the platform refuses (G3)."""
        parts = urlsplit(self.url)
        if parts.scheme != "https":
            raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
        try:
            port = parts.port or 443
        except ValueError:
            raise bad_request("invalid webhook URL specified") from None
        if not parts.hostname:
            raise bad_request("invalid webhook URL specified")
        if port not in {443, 80, 88, 8443}:
            raise bad_request("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")


@dataclass
class Memory:
    """Everything the stand-in knows beside the updates under way."""

    bot: Json
    clock: Callable[[], float]
    rate_limits: bool = False
    chats: dict[int, Chat] = field(default_factory=dict)
    presses: dict[str, Press] = field(default_factory=dict)
    files: dict[str, StoredFile] = field(default_factory=dict)
    ids: Iterator[int] = field(default_factory=lambda: count(1))

    def keep_file(self, kind: str, name: str, content: bytes, media_type: str, size: int) -> StoredFile:
        """Remember a file under a new id and path."""
        number = next(self.ids)
        stored = StoredFile(
            f"file-{kind}-{number:08d}",
            f"unique-{number:08d}",
            f"{kind}s/file_{number}{PurePosixPath(name).suffix}",
            size,
            content,
            media_type,
        )
        self.files[stored.file_id] = stored
        return stored

    def remember(self, update: Json) -> None:
        """Note what an update tells: its message, and the chat if the person is new."""
        document = update.get("message")
        if isinstance(document, dict) and document.get("chat", {}).get("type") == "private":
            chat = self._chat_of(document)
            document.setdefault("message_id", chat.last_message_id + 1)
            document.setdefault("date", int(self.clock()))
            chat.last_message_id = max(chat.last_message_id, int(document["message_id"]))
            if chat.find(int(document["message_id"])) is None:
                chat.messages.append(Message(document, outgoing=False))
        query = update.get("callback_query")
        if isinstance(query, dict) and query.get("id") not in self.presses:
            self._remember_press(query)

    def _chat_of(self, document: Json) -> Chat:
        number = int(document["chat"]["id"])
        if number not in self.chats:
            person = document.get("from", {})
            names = [person.get(name) for name in ("last_name", "username", "language_code")]
            self.chats[number] = Chat(number, str(person.get("first_name", "")), *names)
        return self.chats[number]

    def _remember_press(self, query: Json) -> None:
        chat = self.chats.get(int(query.get("message", {}).get("chat", {}).get("id", 0)))
        message_id, data = int(query.get("message", {}).get("message_id", 0)), str(query.get("data", ""))
        shown = chat.find(message_id) if chat else None
        offered = shown is not None and any(b.get("callback_data") == data for b in shown.buttons)
        press = Press(str(query.get("id", "")), message_id, data, offered, self.clock())
        self.presses[press.query_id] = press
        if chat is not None:
            chat.presses.append(press)
