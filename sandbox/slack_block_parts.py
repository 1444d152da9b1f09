"""The small parts blocks are made of, and their limits: texts, options, confirmations."""

from collections.abc import Iterator
from typing import Any

Document = dict[str, Any]

_TEXT_KEYS = {"plain_text": {"type", "text", "emoji"}, "mrkdwn": {"type", "text", "verbatim"}}
_CONFIRM_SIZES = {"title": 100, "text": 300, "confirm": 30, "deny": 30}


def unknown_keys(where: str, document: Document, known: set[str]) -> Iterator[str]:
    """Properties Slack does not know: it refuses them."""
    yield from (f"{where}: invalid additional property: {name}" for name in document.keys() - known)


def texts(where: str, value: object, most: int, only: str | None = None) -> Iterator[str]:
    """A text object of 1 to `most` characters; `only` fixes its type."""
    if not isinstance(value, dict) or value.get("type") not in _TEXT_KEYS:
        yield f"{where}: must be a text object"
        return
    if only is not None and value["type"] != only:
        yield f"{where}: must be {only}"
    yield from unknown_keys(where, value, _TEXT_KEYS[value["type"]])
    text = value.get("text")
    if not isinstance(text, str) or not text:
        yield f"{where}: must be more than 0 characters"
    elif len(text) > most:
        yield f"{where}: must be less than {most + 1} characters"


def confirmation(value: object) -> Iterator[str]:
    """A confirmation dialog: title 100, text 300, its two answers 30 characters each."""
    if not isinstance(value, dict):
        yield "confirm: must be an object"
        return
    yield from unknown_keys("confirm", value, {*_CONFIRM_SIZES, "style"})
    for name, most in _CONFIRM_SIZES.items():
        yield from texts(f"confirm {name}", value.get(name), most)


def choices(kind: str, element: Document) -> Iterator[str]:
    """The options of a menu: 5 in an overflow, 10 beside a box to tick, else 100; groups 100."""
    groups = element.get("option_groups")
    if groups is None:
        most = {"overflow": 5, "radio_buttons": 10, "checkboxes": 10}.get(kind, 100)
        yield from _options(kind, element.get("options"), most)
        return
    if not 1 <= len(groups) <= 100:
        yield f"{kind}: 1 to 100 option_groups required"
    for group in groups:
        yield from texts(f"{kind} group", group.get("label"), 75, "plain_text")
        yield from _options(kind, group.get("options"), 100)


def _options(kind: str, options: object, most: int) -> Iterator[str]:
    if not isinstance(options, list) or not 1 <= len(options) <= most:
        yield f"{kind}: 1 to {most} options required"
        return
    for option in options:
        yield from unknown_keys(f"{kind} option", option, {"text", "value", "description", "url"})
        yield from texts(f"{kind} option", option.get("text"), 75)
        if not 1 <= len(str(option.get("value", ""))) <= 75:
            yield f"{kind} option: value must be 1 to 75 characters"
