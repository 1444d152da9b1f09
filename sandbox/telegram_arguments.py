"""Reads the arguments of a Bot API call: query, form, multipart or JSON, strictly typed per method."""

import json
from collections.abc import Awaitable, Callable, Mapping
from email import policy
from email.parser import BytesParser
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import Request

from sandbox.telegram_memory import RefusedError, Upload, bad_request

_SEND = {
    "chat_id": "chat",
    "message_thread_id": "integer",
    "parse_mode": "text",
    "disable_notification": "boolean",
    "protect_content": "boolean",
    "allow_paid_broadcast": "boolean",
    "message_effect_id": "text",
    "reply_parameters": "object",
    "reply_markup": "object",
}
_FILE = {"caption": "text", "caption_entities": "list"}
_PLACE = {"chat_id": "chat", "message_id": "integer", "inline_message_id": "text"}

KNOWN: Mapping[str, Mapping[str, str]] = {
    "getMe": {},
    "setWebhook": {
        "url": "text",
        "certificate": "file",
        "ip_address": "text",
        "max_connections": "integer",
        "allowed_updates": "list",
        "drop_pending_updates": "boolean",
        "secret_token": "text",
    },
    "deleteWebhook": {"drop_pending_updates": "boolean"},
    "getWebhookInfo": {},
    "getUpdates": {"offset": "integer", "limit": "integer", "timeout": "integer", "allowed_updates": "list"},
    "sendMessage": _SEND | {"text": "text", "entities": "list", "link_preview_options": "object"},
    "sendPhoto": _SEND
    | _FILE
    | {"photo": "file", "show_caption_above_media": "boolean", "has_spoiler": "boolean"},
    "sendDocument": _SEND
    | _FILE
    | {"document": "file", "thumbnail": "file", "disable_content_type_detection": "boolean"},
    "leaveChat": {"chat_id": "chat"},
    "sendChatAction": {"chat_id": "chat", "message_thread_id": "integer", "action": "text"},
    "editMessageText": _PLACE
    | {
        "text": "text",
        "parse_mode": "text",
        "entities": "list",
        "link_preview_options": "object",
        "reply_markup": "object",
    },
    "editMessageReplyMarkup": _PLACE | {"reply_markup": "object"},
    "deleteMessage": {"chat_id": "chat", "message_id": "integer"},
    "answerCallbackQuery": {
        "callback_query_id": "text",
        "text": "text",
        "show_alert": "boolean",
        "url": "text",
        "cache_time": "integer",
    },
    "setMyCommands": {"commands": "list", "scope": "object", "language_code": "text"},
    "getMyCommands": {"scope": "object", "language_code": "text"},
    "getFile": {"file_id": "text"},
    "setMyDescription": {"description": "text", "language_code": "text"},
    "setMyShortDescription": {"short_description": "text", "language_code": "text"},
}

Arguments = dict[str, Any]
Method = Callable[[Arguments], Awaitable[object]]


async def read_arguments(request: Request) -> Arguments:
    """All arguments as they came, untyped: a later source (body) wins over the query.

    A body that cannot be read is an argument of its own, so that the call is recorded and refused.
    """
    arguments: Arguments = dict(request.query_params)
    body = await request.body()
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "application/json":
        arguments |= _json_body(body)
    elif kind == "application/x-www-form-urlencoded":
        arguments |= dict(parse_qsl(body.decode(), keep_blank_values=True))
    elif kind == "multipart/form-data":
        arguments |= _multipart(request.headers["content-type"], body)
    elif body:
        arguments["strict: body of type"] = kind
    return arguments


def _json_body(body: bytes) -> Arguments:
    try:
        document = json.loads(body or b"{}")
    except ValueError:
        document = None
    return document if isinstance(document, dict) else {"strict: body is no JSON object": True}


def _multipart(content_type: str, body: bytes) -> Arguments:
    head = f"Content-Type: {content_type}\r\nMIME-Version: 1.0\r\n\r\n".encode()
    document = BytesParser(policy=policy.HTTP).parsebytes(head + body)
    arguments: Arguments = {}
    for part in document.iter_parts():
        name = part.get_param("name", header="content-disposition")
        content = part.get_payload(decode=True)
        if not isinstance(name, str) or not isinstance(content, bytes):
            continue
        file_name = part.get_filename()
        if file_name is None:
            arguments[name] = content.decode()
        else:
            arguments[name] = Upload(file_name, part.get_content_type(), content)
    return arguments


def typed(method: str, raw: Arguments) -> Arguments:
    """The arguments of `method` in their types; unknown names are refused, unlike the real one does."""
    known = KNOWN[method]
    attached = {value for value in raw.values() if isinstance(value, str) and value.startswith("attach://")}
    for name, value in raw.items():
        if name not in known and not (isinstance(value, Upload) and f"attach://{name}" in attached):
            raise RefusedError(400, f"Bad Request: strict: unknown argument {name}")
    return {name: _typed(kind, name, raw) for name, kind in known.items() if name in raw}


def _typed(kind: str, name: str, raw: Arguments) -> object:
    value = raw[name]
    if kind == "file" and isinstance(value, str) and value.startswith("attach://"):
        return raw.get(value.removeprefix("attach://"), value)
    if kind in {"text", "file"}:
        return value
    if kind == "boolean":
        return value if isinstance(value, bool) else str(value).lower() in {"true", "yes", "1"}
    if kind in {"integer", "chat"}:
        return _integer(kind, name, value)
    return _structure(kind, name, value)


def _integer(kind: str, name: str, value: str) -> int:
    try:
        return int(value)
    except (TypeError, ValueError):
        if kind == "chat":
            raise bad_request("chat_id is empty" if value == "" else "chat not found") from None
        raise bad_request(f"strict: {name} is not an integer") from None


def _structure(kind: str, name: str, value: object) -> object:
    expected = dict if kind == "object" else list
    try:
        decoded = json.loads(value) if isinstance(value, str) else value
    except ValueError:
        raise bad_request(f"can't parse {name} JSON object") from None
    if not isinstance(decoded, expected):
        raise bad_request(f"strict: {name} is not {'an object' if kind == 'object' else 'an array'}")
    return decoded
