"""What Slack refuses in the blocks of a message, a modal or a Home tab, and the buttons they show.

Every function yields complaints; a message or view with a single one is refused whole.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sandbox.slack_block_parts import choices, confirmation, texts, unknown_keys

Document = dict[str, Any]

MESSAGE_BLOCKS = 50
VIEW_BLOCKS = 100
MARKDOWN_CHARACTERS = 12_000
VIEW_BYTES = 250_000

_BLOCK_KEYS: dict[str, set[str]] = {
    "section": {"text", "fields", "accessory", "expand"},
    "header": {"text"},
    "divider": set(),
    "context": {"elements"},
    "actions": {"elements"},
    "image": {"image_url", "slack_file", "alt_text", "title"},
    "input": {"label", "element", "hint", "optional", "dispatch_action"},
    "rich_text": {"elements"},
    "markdown": {"text"},
    "table": {"rows", "column_settings"},
}
_INTERACTIVE = {"action_id", "confirm", "focus_on_load"}
_CHOICE = {*_INTERACTIVE, "placeholder", "options", "initial_option"}
_ELEMENT_KEYS: dict[str, set[str]] = {
    "button": {"action_id", "confirm", "text", "value", "url", "style", "accessibility_label"},
    "overflow": {"action_id", "confirm", "options"},
    "static_select": {*_CHOICE, "option_groups"},
    "external_select": {*_INTERACTIVE, "placeholder", "initial_option", "min_query_length"},
    "users_select": {*_INTERACTIVE, "placeholder", "initial_user"},
    "multi_users_select": {*_INTERACTIVE, "placeholder", "initial_users", "max_selected_items"},
    "radio_buttons": _CHOICE - {"placeholder"},
    "checkboxes": {*_INTERACTIVE, "options", "initial_options"},
    "datepicker": {*_INTERACTIVE, "placeholder", "initial_date"},
    "timepicker": {*_INTERACTIVE, "placeholder", "initial_time", "timezone"},
    "plain_text_input": {
        *("action_id", "placeholder", "initial_value", "multiline", "min_length", "max_length"),
        *("focus_on_load", "dispatch_action_config"),
    },
    "file_input": {"action_id", "filetypes", "max_files"},
    "image": {"image_url", "slack_file", "alt_text"},
}
_VIEW_KEYS = {
    *("type", "title", "blocks", "close", "submit", "private_metadata", "callback_id"),
    *("clear_on_close", "notify_on_close", "external_id", "submit_disabled"),
}


@dataclass(frozen=True)
class Button:
    """A button somebody can press."""

    action_id: str
    value: str | None
    label: str
    style: str | None
    block_id: str


def buttons_of(blocks: Iterable[Document]) -> list[Button]:
    """The buttons of blocks, in the order they are read."""
    found = []
    for index, block in enumerate(blocks):
        block_id = block.get("block_id") or f"b{index}"
        elements = block["elements"] if block["type"] == "actions" else [block.get("accessory", {})]
        found += [_button(each, block_id) for each in elements if each.get("type") == "button"]
    return found


def _button(element: Document, block_id: str) -> Button:
    label = element["text"]["text"]
    return Button(element["action_id"], element.get("value"), label, element.get("style"), block_id)


def complaints_about_blocks(blocks: object, most: int = MESSAGE_BLOCKS) -> Iterator[str]:
    """Everything Slack would refuse in these blocks (facts of Block Kit, one limit a complaint)."""
    if not isinstance(blocks, list) or not all(isinstance(block, dict) for block in blocks):
        yield "blocks: must be an array of objects"
        return
    if len(blocks) > most:
        yield f"blocks: no more than {most} items allowed"
    yield from _repeated("block_id", [block.get("block_id") for block in blocks])
    yield from _markdown(blocks)
    for index, block in enumerate(blocks):
        yield from (f"{complaint} [json-pointer:/blocks/{index}]" for complaint in _block(block))


def _repeated(name: str, values: list[Any]) -> Iterator[str]:
    given = [value for value in values if value is not None]
    names = [value for value in given if isinstance(value, str)]
    yield from (f"{name}: {value!r} already exists" for value in set(names) if names.count(value) > 1)
    yield from (
        f"{name}: must be 1 to 255 characters"
        for value in given
        if not isinstance(value, str) or not 1 <= len(value) <= 255
    )


def _markdown(blocks: list[Document]) -> Iterator[str]:
    spent = sum(len(str(block.get("text", ""))) for block in blocks if block.get("type") == "markdown")
    if spent > MARKDOWN_CHARACTERS:
        yield f"markdown blocks: no more than {MARKDOWN_CHARACTERS} characters in all"


def _block(block: Document) -> Iterator[str]:
    kind = str(block.get("type"))
    if kind not in _BLOCK_KEYS:
        yield f"unsupported type: {kind}"
        return
    yield from unknown_keys(kind, block, {"type", "block_id", *_BLOCK_KEYS[kind]})
    check = _CHECKS.get(kind)
    if check is not None:
        yield from check(block)


def _header(block: Document) -> Iterator[str]:
    yield from texts("header", block.get("text"), 150, "plain_text")


def _section(block: Document) -> Iterator[str]:
    if "text" not in block and "fields" not in block:
        yield "section: text or fields is required"
    if "text" in block:
        yield from texts("section text", block["text"], 3000)
    if "fields" in block:
        yield from _listed("section fields", block["fields"], 10)
        for each in _objects(block["fields"]):
            yield from texts("section field", each, 2000)
    if "accessory" in block:
        yield from _element(block["accessory"], inside="section")


def _listed(where: str, items: object, most: int) -> Iterator[str]:
    if not isinstance(items, list) or not 1 <= len(items) <= most:
        yield f"{where}: 1 to {most} items required"


def _objects(items: object) -> list[Document]:
    return [each for each in items if isinstance(each, dict)] if isinstance(items, list) else []


def _context(block: Document) -> Iterator[str]:
    elements = _objects(block.get("elements"))
    yield from _listed("context elements", elements, 10)
    for each in elements:
        if each.get("type") == "image":
            yield from _image(each)
        else:
            yield from texts("context text", each, 3000)


def _actions(block: Document) -> Iterator[str]:
    elements = _objects(block.get("elements"))
    yield from _listed("actions elements", elements, 25)
    yield from _repeated("action_id", [each.get("action_id") for each in elements])
    for each in elements:
        yield from _element(each, inside="actions")


def _image(block: Document) -> Iterator[str]:
    if not block.get("image_url") and not block.get("slack_file"):
        yield "image: image_url or slack_file is required"
    if not 1 <= len(str(block.get("alt_text", ""))) <= 2000:
        yield "image: alt_text must be 1 to 2000 characters"


def _input(block: Document) -> Iterator[str]:
    yield from texts("input label", block.get("label"), 2000, "plain_text")
    if "hint" in block:
        yield from texts("input hint", block["hint"], 2000, "plain_text")
    yield from _element(block.get("element"), inside="input")


def _table(block: Document) -> Iterator[str]:
    rows = block.get("rows")
    yield from _listed("table rows", rows, 100)
    for row in rows if isinstance(rows, list) else []:
        yield from _listed("table row", row, 20)


_CHECKS: dict[str, Callable[[Document], Iterator[str]]] = {
    "section": _section,
    "header": _header,
    "context": _context,
    "actions": _actions,
    "image": _image,
    "input": _input,
    "table": _table,
}


def _element(element: object, *, inside: str) -> Iterator[str]:
    kind = element.get("type") if isinstance(element, dict) else None
    if not isinstance(element, dict) or kind not in _ELEMENT_KEYS or inside not in _places(kind):
        yield f"{inside}: unsupported element {kind}"
        return
    if kind == "image":
        yield from _image(element)
        return
    yield from unknown_keys(kind, element, {"type", *_ELEMENT_KEYS[kind]})
    yield from _repeated("action_id", [element.get("action_id")])
    yield from _sizes(kind, element)


def _places(kind: str) -> set[str]:
    only = {"image": {"section"}, "plain_text_input": {"input"}, "file_input": {"input"}}
    only |= {"button": {"section", "actions"}, "overflow": {"section", "actions"}}
    return only.get(kind, {"section", "actions", "input"})


def _sizes(kind: str, element: Document) -> Iterator[str]:
    if kind == "button":
        yield from _button_sizes(element)
    if "placeholder" in element:
        yield from texts(f"{kind} placeholder", element["placeholder"], 150, "plain_text")
    if "confirm" in element:
        yield from confirmation(element["confirm"])
    if kind in {"overflow", "static_select", "radio_buttons", "checkboxes"}:
        yield from choices(kind, element)
    if len(str(element.get("initial_value", ""))) > 3000 or element.get("max_length", 1) > 3000:
        yield f"{kind}: no more than 3000 characters"
    if not 1 <= element.get("max_files", 1) <= 10:
        yield f"{kind}: max_files must be 1 to 10"


def _button_sizes(element: Document) -> Iterator[str]:
    yield from texts("button text", element.get("text"), 75, "plain_text")
    if "action_id" not in element:
        yield "button: action_id is required"
    if not isinstance(element.get("value", ""), str) or len(element.get("value", "")) > 2000:
        yield "button: value must be less than 2001 characters"
    if len(element.get("url", "")) > 3000:
        yield "button: url must be less than 3001 characters"
    if element.get("style") not in {None, "primary", "danger"}:
        yield "button: style must be primary or danger"


def complaints_about_view(view: object, kind: str) -> Iterator[str]:
    """Everything Slack would refuse in a view of this kind ("modal", "home")."""
    if not isinstance(view, dict) or view.get("type") != kind:
        yield f"view: must be an object of type {kind}"
        return
    yield from unknown_keys("view", view, _VIEW_KEYS)
    yield from complaints_about_blocks(view.get("blocks"), VIEW_BLOCKS)
    yield from _view_texts(view, kind)
    for name, most in (("private_metadata", 3000), ("callback_id", 255), ("external_id", 255)):
        if len(str(view.get(name, ""))) > most:
            yield f"{name}: must be less than {most + 1} characters"


def _view_texts(view: Document, kind: str) -> Iterator[str]:
    if kind == "modal":
        yield from texts("view title", view.get("title"), 24, "plain_text")
    for name in ("submit", "close"):
        if view.get(name) is not None:
            yield from texts(f"view {name}", view[name], 24, "plain_text")
    inputs = any(block.get("type") == "input" for block in view.get("blocks") or [])
    if kind == "modal" and inputs and not view.get("submit"):
        yield "view: a submit is required when there are inputs"


def view_too_large(view: Document) -> bool:
    """Whether a view outweighs what Slack stores (250 KB)."""
    return len(json.dumps(view).encode()) > VIEW_BYTES
