"""The Bot API's methods on messages: sending, editing, deleting, answering presses, finding files."""

import math
from typing import Any

from sandbox.telegram_arguments import Arguments, Method
from sandbox.telegram_markup import read_markup, read_text
from sandbox.telegram_memory import (
    Chat,
    Json,
    Memory,
    Message,
    RefusedError,
    Upload,
    bad_request,
    utf16_length,
)

LONGEST_TEXT, LONGEST_CAPTION, LONGEST_ANSWER = 4096, 1024, 200
LARGEST_DOWNLOAD, LARGEST_UPLOAD, LARGEST_PHOTO = 20 * 2**20, 50 * 2**20, 10 * 2**20
QUERY_LIFETIME = 15.0
"""Seconds in which a press may be answered; the real figure is unpublished (G17)."""
BURST = 3
_ACTIONS = {"typing", "upload_photo", "upload_document", "record_voice", "upload_voice", "find_location"}
_NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup "
    "are exactly the same as a current content and reply markup of the message"
)


class MessageMethods:
    """Methods on the messages of one memory; each returns the `result` or raises `RefusedError`."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self.table: dict[str, Method] = {
            "sendMessage": self.send_message,
            "sendPhoto": self.send_photo,
            "sendDocument": self.send_document,
            "leaveChat": self.leave_chat,
            "sendChatAction": self.send_chat_action,
            "editMessageText": self.edit_message_text,
            "editMessageReplyMarkup": self.edit_message_reply_markup,
            "deleteMessage": self.delete_message,
            "answerCallbackQuery": self.answer_callback_query,
            "getFile": self.get_file,
        }

    async def send_message(self, arguments: Arguments) -> Json:
        chat = self._reachable(arguments)
        body = _text_of(arguments)
        return self._send(chat, arguments, body)

    async def send_photo(self, arguments: Arguments) -> Json:
        chat = self._reachable(arguments)
        stored, source = self._file_of(arguments, "photo", LARGEST_PHOTO)
        sizes = [stored | {"width": 90, "height": 67}, stored | {"width": 1280, "height": 960}]
        return self._send(chat, arguments, {"photo": sizes} | _caption_of(arguments), source)

    async def send_document(self, arguments: Arguments) -> Json:
        chat = self._reachable(arguments)
        stored, source = self._file_of(arguments, "document", LARGEST_UPLOAD)
        return self._send(chat, arguments, {"document": stored} | _caption_of(arguments), source)

    async def leave_chat(self, arguments: Arguments) -> bool:
        chat = self._reachable(arguments)
        if not chat.title:
            raise bad_request("chat member status can't be changed in private chats")
        chat.left = True
        return True

    async def send_chat_action(self, arguments: Arguments) -> bool:
        chat = self._reachable(arguments)
        if arguments.get("action") not in _ACTIONS:
            raise bad_request("wrong parameter action in request")
        chat.actions.append(arguments["action"])
        return True

    async def edit_message_text(self, arguments: Arguments) -> Json:
        message = self._editable(arguments)
        if "text" not in message.document:
            raise bad_request("there is no text in the message to edit")
        kept = {k: v for k, v in message.document.items() if k not in {"text", "entities", "reply_markup"}}
        return self._edit(message, kept | _text_of(arguments) | _inline_of(arguments))

    async def edit_message_reply_markup(self, arguments: Arguments) -> Json:
        message = self._editable(arguments)
        kept = {name: value for name, value in message.document.items() if name != "reply_markup"}
        return self._edit(message, kept | _inline_of(arguments))

    async def delete_message(self, arguments: Arguments) -> bool:
        message = self._chat(arguments).find(arguments.get("message_id", 0))
        if message is None:
            raise bad_request("message to delete not found")
        message.deleted = True
        return True

    async def answer_callback_query(self, arguments: Arguments) -> bool:
        press = self._memory.presses.get(arguments.get("callback_query_id", ""))
        if press is None or self._memory.clock() - press.at > QUERY_LIFETIME:
            raise bad_request("query is too old and response timeout expired or query ID is invalid")
        if len(arguments.get("text", "")) > LONGEST_ANSWER:
            raise bad_request("MESSAGE_TOO_LONG")
        press.answers.append({k: v for k, v in arguments.items() if k != "callback_query_id"})
        return True

    async def get_file(self, arguments: Arguments) -> Json:
        stored = self._memory.files.get(arguments.get("file_id", ""))
        if stored is None:
            raise bad_request("invalid file_id")
        if stored.size > LARGEST_DOWNLOAD:
            raise bad_request("file is too big")
        ids = {"file_id": stored.file_id, "file_unique_id": stored.unique_id}
        return ids | {"file_size": stored.size, "file_path": stored.path}

    def _chat(self, arguments: Arguments) -> Chat:
        if "chat_id" not in arguments:
            raise bad_request("chat_id is empty")
        chat = self._memory.chats.get(arguments["chat_id"])
        if chat is None:
            raise bad_request("chat not found")
        return chat

    def _reachable(self, arguments: Arguments) -> Chat:
        chat = self._chat(arguments)
        if chat.blocked:
            raise RefusedError(403, "Forbidden: bot was blocked by the user")
        if chat.left:
            raise RefusedError(403, "Forbidden: bot is not a member of the group chat")
        return chat

    def _send(self, chat: Chat, arguments: Arguments, body: Json, source: Upload | str | None = None) -> Json:
        markup = read_markup(arguments["reply_markup"]) if "reply_markup" in arguments else {}
        quoted = self._quoted(chat, arguments.get("reply_parameters"))
        if self._memory.rate_limits:
            _spare(chat, self._memory.clock())
        head = {
            "message_id": chat.next_message_id(),
            "from": self._memory.bot,
            "chat": chat.address,
            "date": int(self._memory.clock()),
        }
        inline = {"reply_markup": markup} if "inline_keyboard" in markup else {}
        message = Message(head | quoted | body | inline, outgoing=True)
        message.upload = source if isinstance(source, Upload) else None
        message.source = source if isinstance(source, str) else None
        _show_keyboard(chat, message, markup)
        chat.messages.append(message)
        return message.document

    def _quoted(self, chat: Chat, reply: Json | None) -> Json:
        if not reply:
            return {}
        quoted = chat.find(int(reply.get("message_id", 0)))
        if quoted is not None:
            return {"reply_to_message": quoted.document}
        if reply.get("allow_sending_without_reply"):
            return {}
        raise bad_request("message to be replied not found")

    def _editable(self, arguments: Arguments) -> Message:
        message = self._chat(arguments).find(arguments.get("message_id", 0))
        if message is None:
            raise bad_request("message to edit not found")
        if not message.outgoing or "keyboard" in (message.keyboard or {}):
            raise bad_request("message can't be edited")
        return message

    def _edit(self, message: Message, changed: Json) -> Json:
        before = {name: value for name, value in message.document.items() if name != "edit_date"}
        if before == {name: value for name, value in changed.items() if name != "edit_date"}:
            raise bad_request(_NOT_MODIFIED)
        message.earlier.append(message.document)
        message.document = changed | {"edit_date": int(self._memory.clock())}
        return message.document

    def _file_of(self, arguments: Arguments, kind: str, largest: int) -> tuple[Json, Upload | str]:
        source: Upload | str = arguments.get(kind, "")
        if isinstance(source, str):
            return self._file_by_name(source, kind), source
        if not source.content:
            raise bad_request("file must be non-empty")
        if len(source.content) > largest:
            raise RefusedError(413, "Request Entity Too Large")
        return self._stored(kind, source.name, source.content, source.media_type), source

    def _file_by_name(self, source: str, kind: str) -> Json:
        if source.startswith(("http://", "https://")):
            name = source.partition("?")[0].rpartition("/")[2]
            return self._stored(kind, name, b"", "application/octet-stream")
        known = self._memory.files.get(source)
        if known is None:
            missing = f"there is no {kind} in the request"
            raise bad_request(
                "wrong remote file identifier specified: Wrong string length" if source else missing
            )
        return {"file_id": known.file_id, "file_unique_id": known.unique_id, "file_size": known.size}

    def _stored(self, kind: str, name: str, content: bytes, media_type: str) -> Json:
        stored = self._memory.keep_file(kind, name, content, media_type, len(content))
        ids = {"file_id": stored.file_id, "file_unique_id": stored.unique_id, "file_size": stored.size}
        return ids | ({"file_name": name, "mime_type": media_type} if kind == "document" else {})


def _text_of(arguments: Arguments) -> Json:
    text, entities = read_text(str(arguments.get("text", "")), arguments.get("parse_mode"))
    if not text:
        raise bad_request("message text is empty")
    if utf16_length(text) > LONGEST_TEXT:
        raise bad_request("message is too long")
    shown: list[Any] = entities or arguments.get("entities", [])
    return {"text": text} | ({"entities": shown} if shown else {})


def _caption_of(arguments: Arguments) -> Json:
    caption, entities = read_text(str(arguments.get("caption", "")), arguments.get("parse_mode"))
    if utf16_length(caption) > LONGEST_CAPTION:
        raise bad_request("message caption is too long")
    shown = {"caption": caption} if caption else {}
    return shown | ({"caption_entities": entities} if entities else {})


def _inline_of(arguments: Arguments) -> Json:
    markup = read_markup(arguments["reply_markup"]) if "reply_markup" in arguments else {}
    if markup and "inline_keyboard" not in markup:
        raise bad_request("inline keyboard expected")
    return {"reply_markup": markup} if markup.get("inline_keyboard") else {}


def _show_keyboard(chat: Chat, message: Message, markup: Json) -> None:
    if "keyboard" in markup:
        chat.keyboard = message.keyboard = markup
    elif "remove_keyboard" in markup:
        chat.keyboard, message.keyboard = None, markup


def _spare(chat: Chat, now: float) -> None:
    """One message a second in the long run, three at once: the fourth is told to wait."""
    chat.sent_at = [at for at in chat.sent_at if now - at < BURST]
    if len(chat.sent_at) >= BURST:
        wait = max(1, math.ceil(chat.sent_at[0] + BURST - now))
        raise RefusedError(429, f"Too Many Requests: retry after {wait}", {"retry_after": wait})
    chat.sent_at.append(now)
