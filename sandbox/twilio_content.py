"""The Content API: what a template may hold (T31), and what becomes of it in a message."""

import re
from collections.abc import Callable
from typing import Any

from sandbox.twilio_memory import Content, Json, Memory, RefusedError, not_found, strict

_VARIABLE = re.compile(r"\{\{\s*(\w+)\s*\}\}")
_KNOWN = {"friendly_name", "language", "variables", "types"}
LONGEST_BODY, LONGEST_TEXT = 1024, 1600
MOST_VARIABLES = 100


class Contents:
    """Create, read and render Content resources."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory

    def create(self, document: Json) -> Content:
        """Check a content and keep it; not approved, so it can be used within the window only."""
        unknown = set(document) - _KNOWN
        if unknown:
            raise strict(f"unknown field {min(unknown)}")
        language, types = document.get("language"), document.get("types")
        if not isinstance(language, str) or not re.fullmatch(r"[a-z]{2,3}(_[A-Z]{2})?", language):
            raise _invalid("language is required")
        if not isinstance(types, dict) or not types:
            raise _invalid("types is required")
        for kind, body in types.items():
            _check_type(kind, body)
        content = Content(
            sid=self._memory.sid("HX"),
            friendly_name=document.get("friendly_name"),
            language=language,
            variables=_variables(document.get("variables") or {}),
            types=types,
            date_created=self._memory.clock(),
        )
        self._memory.contents[content.sid] = content
        return content

    def fetch(self, sid: str) -> Content:
        content = self._memory.contents.get(sid)
        if content is None:
            raise not_found(f"/v1/Content/{sid}")
        return content

    def listing(self, page_size: int) -> Json:
        """One page: the stand-in never needs a second."""
        kept = list(self._memory.contents.values())[:page_size]
        url = f"https://content.twilio.com/v1/Content?PageSize={page_size}&Page=0"
        meta = {"key": "contents", "page": 0, "page_size": page_size, "url": url, "first_page_url": url}
        meta |= {"next_page_url": None, "previous_page_url": None}
        return {"contents": [one.document(self._memory.account_sid) for one in kept], "meta": meta}


def _invalid(why: str) -> RefusedError:
    return RefusedError(400, 20001, f"Invalid parameter: {why}")


def _variables(variables: object) -> dict[str, str]:
    fine = isinstance(variables, dict) and all(isinstance(value, str) for value in variables.values())
    if not isinstance(variables, dict) or not fine or len(variables) > MOST_VARIABLES:
        raise _invalid(f"variables is an object of at most {MOST_VARIABLES} strings")
    return variables


def _check_type(kind: str, body: object) -> None:
    check = _CHECKS.get(kind)
    if check is None:
        raise strict(f"this stand-in does not know the content type {kind}")
    if not isinstance(body, dict):
        raise _invalid(f"{kind} is an object")
    check(body)


def _fields(kind: str, found: Json, known: set[str]) -> None:
    unknown = set(found) - known
    if unknown:
        raise strict(f"unknown field {kind}.{min(unknown)}")


def _length(name: str, value: object, longest: int, shortest: int = 1) -> None:
    if not isinstance(value, str) or not shortest <= len(value) <= longest:
        raise _invalid(f"{name} has {shortest} to {longest} characters")


def _items(name: str, items: object, most: int) -> list[Any]:
    if not isinstance(items, list) or not 1 <= len(items) <= most:
        raise _invalid(f"1 to {most} {name}")
    if not all(isinstance(item, dict) for item in items):
        raise _invalid(f"{name} are objects")
    return items


def _unique(name: str, values: list[object]) -> None:
    if len(set(values)) < len(values):
        raise _invalid(f"every {name} is different")


def _check_text(body: Json) -> None:
    _fields("twilio/text", body, {"body"})
    _length("body", body.get("body"), LONGEST_TEXT)


def _check_quick_reply(body: Json) -> None:
    _fields("twilio/quick-reply", body, {"body", "actions"})
    _length("body", body.get("body"), LONGEST_BODY)
    actions = _items("actions", body.get("actions"), 10)
    for action in actions:
        _fields("action", action, {"type", "title", "id"})
        if action.get("type", "QUICK_REPLY") != "QUICK_REPLY":
            raise _invalid("type is QUICK_REPLY")
        _length("title", action.get("title"), 20)
        _length("id", action.get("id", ""), 200, shortest=0)
    _unique("title", [action["title"] for action in actions])


def _check_list_picker(body: Json) -> None:
    _fields("twilio/list-picker", body, {"body", "button", "items"})
    _length("body", body.get("body"), LONGEST_BODY)
    _length("button", body.get("button"), 20)
    items = _items("items", body.get("items"), 10)
    for item in items:
        _fields("item", item, {"id", "item", "description"})
        _length("item", item.get("item"), 24)
        _length("id", item.get("id"), 200)
        _length("description", item.get("description", ""), 72, shortest=0)
    _unique("item", [item["item"] for item in items])
    _unique("id", [item["id"] for item in items])


def _check_media(body: Json) -> None:
    _fields("twilio/media", body, {"body", "media"})
    _length("body", body.get("body", ""), LONGEST_BODY, shortest=0)
    media = body.get("media")
    if not isinstance(media, list) or len(media) != 1 or not isinstance(media[0], str):
        raise _invalid("WhatsApp carries one media")


_CHECKS: dict[str, Callable[[Json], None]] = {
    "twilio/text": _check_text,
    "twilio/quick-reply": _check_quick_reply,
    "twilio/list-picker": _check_list_picker,
    "twilio/media": _check_media,
}
_RICHEST = ("twilio/list-picker", "twilio/quick-reply", "twilio/media", "twilio/text")


def shown_kind(content: Content) -> str:
    """The type WhatsApp gets of a content: the richest it holds (T32)."""
    return next(kind for kind in _RICHEST if kind in content.types)


def render(content: Content, variables: dict[str, str]) -> tuple[str, list[Json]]:
    """What the customer sees of a content: its words, and what can be pressed.

    Raises:
        RefusedError: 21656, a variable has neither a value nor a sample.
    """
    values = content.variables | variables
    body: Json = content.types[shown_kind(content)]
    actions = [("button", a.get("id", ""), a["title"], "") for a in body.get("actions", [])]
    rows = [("row", i["id"], i["item"], i.get("description", "")) for i in body.get("items", [])]
    buttons = [
        {
            "kind": kind,
            "id": _filled(key, values),
            "title": _filled(title, values),
            "description": _filled(text, values),
        }
        for kind, key, title, text in actions + rows
    ]
    return _filled(body.get("body", ""), values), buttons


def _filled(text: str, values: dict[str, str]) -> str:
    missing = [name for name in _VARIABLE.findall(text) if name not in values]
    if missing:
        raise RefusedError(400, 21656, "The Content Variables parameter is invalid.")
    return _VARIABLE.sub(lambda found: values[found[1]], text)
