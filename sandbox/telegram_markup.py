"""Formatted text and keyboards as Telegram reads them: what it would refuse is refused, in its words.

HTML and MarkdownV2 are read to the plain text and the entities a customer sees. MarkdownV2 links and
quotes are outside this reader: they are refused as reserved characters.
"""

import html
import re
from dataclasses import dataclass, field

from sandbox.telegram_memory import Json, bad_request, utf16_length

_TAGS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "a": "text_link",
}
_MARKS = {
    "```": "pre",
    "__": "underline",
    "||": "spoiler",
    "*": "bold",
    "_": "italic",
    "~": "strikethrough",
    "`": "code",
}
_HTML = re.compile(r"<(/?)([a-zA-Z-]*)([^<>]*)>|(<)|([^<]+)", re.DOTALL)
_MARKDOWN = re.compile(r"\\(.)|(```|__|\|\||[*_~`])|(.)", re.DOTALL)
_RESERVED = set("[]()>#+-=|{}.!")


@dataclass
class _Reading:
    text: str = ""
    entities: list[Json] = field(default_factory=list)
    open: list[tuple[str, Json]] = field(default_factory=list)

    def begin(self, mark: str, entity: Json) -> None:
        self.open.append((mark, entity | {"offset": utf16_length(self.text)}))

    def end(self) -> None:
        entity = self.open.pop()[1]
        entity["length"] = utf16_length(self.text) - entity["offset"]
        if entity["length"]:
            self.entities.append(entity)


def read_text(text: str, parse_mode: str | None) -> tuple[str, list[Json]]:
    """The plain text, trimmed as Telegram trims it, and its entities."""
    mode = (parse_mode or "").lower()
    if mode not in {"", "html", "markdownv2", "markdown"}:
        raise bad_request("unsupported parse_mode")
    # Trimmed before reading, so that the offsets of the entities hold.
    trimmed = text.strip()
    if mode in {"", "markdown"}:
        return trimmed, []
    read = _read_html(trimmed) if mode == "html" else _read_markdown(trimmed)
    read.entities.sort(key=lambda entity: (entity["offset"], -entity["length"]))
    return read.text.rstrip(), read.entities


def _cannot_parse(why: str) -> Exception:
    return bad_request(f"can't parse entities: {why}")


def _read_html(text: str) -> _Reading:
    read = _Reading()
    for found in _HTML.finditer(text):
        closing, tag, rest, stray, plain = found.groups()
        offset = len(text[: found.start()].encode())
        if plain is not None:
            read.text += html.unescape(plain)
        elif stray or tag.lower() not in _TAGS:
            raise _cannot_parse(f'Unsupported start tag "{tag or ""}" at byte offset {offset}')
        elif not closing:
            read.begin(tag.lower(), _html_entity(tag.lower(), rest))
        elif not read.open or read.open[-1][0] != tag.lower():
            raise _cannot_parse(f"Unexpected end tag at byte offset {offset}")
        else:
            read.end()
    if read.open:
        raise _cannot_parse(f'Can\'t find end tag corresponding to start tag "{read.open[-1][0]}"')
    return read


def _html_entity(tag: str, rest: str) -> Json:
    link = re.search(r"href\s*=\s*[\"']([^\"']*)[\"']", rest)
    return {"type": _TAGS[tag]} | ({"url": html.unescape(link[1])} if tag == "a" and link else {})


def _read_markdown(text: str) -> _Reading:
    read = _Reading()
    for found in _MARKDOWN.finditer(text):
        escaped, mark, plain = found.groups()
        if mark and read.open and read.open[-1][0] == mark:
            read.end()
        elif mark:
            read.begin(mark, {"type": _MARKS[mark]})
        elif plain in _RESERVED:
            raise _cannot_parse(
                f"Character '{plain}' is reserved and must be escaped with the preceding '\\'"
            )
        else:
            read.text += escaped or plain
    if read.open:
        mark, entity = read.open[-1]
        kind = _MARKS[mark].title()
        raise _cannot_parse(f"Can't find end of {kind} entity at byte offset {entity['offset']}")
    return read


_INLINE = {"text", "url", "callback_data", "web_app", "login_url", "copy_text", "pay", "style"}
_REPLY = {"text", "request_contact", "request_location", "request_users", "request_chat", "request_poll"}
_INLINE_KINDS = _INLINE - {"text", "style"}
_MARKUPS = {
    "inline_keyboard": {"inline_keyboard"},
    "keyboard": {
        "keyboard",
        "is_persistent",
        "resize_keyboard",
        "one_time_keyboard",
        "input_field_placeholder",
        "selective",
    },
    "remove_keyboard": {"remove_keyboard", "selective"},
    "force_reply": {"force_reply", "input_field_placeholder", "selective"},
}


def read_markup(markup: Json) -> Json:
    """The keyboard in its normal form (a text button written as a bare string becomes an object)."""
    kind = next((name for name in _MARKUPS if name in markup), None)
    if kind is None:
        raise bad_request("strict: reply_markup is no keyboard")
    unknown = set(markup) - _MARKUPS[kind]
    if unknown:
        raise bad_request(f"strict: unknown argument reply_markup.{min(unknown)}")
    if kind not in {"inline_keyboard", "keyboard"}:
        return markup
    rows = markup[kind]
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad_request(f'field "{kind}" must be of type Array of Array')
    read = _inline_button if kind == "inline_keyboard" else _reply_button
    return markup | {kind: [[read(button) for button in row] for row in rows]}


def _button(button: object, known: set[str]) -> Json:
    if not isinstance(button, dict):
        raise bad_request("can't parse keyboard button: expected an Object")
    unknown = set(button) - known
    if unknown:
        raise bad_request(f"strict: unknown argument of a button {min(unknown)}")
    if not isinstance(button.get("text"), str) or not button["text"].strip():
        raise bad_request("strict: a button has no text")
    return button


def _reply_button(button: object) -> Json:
    return _button({"text": button} if isinstance(button, str) else button, _REPLY)


def _inline_button(button: object) -> Json:
    read = _button(button, _INLINE)
    if len(set(read) & _INLINE_KINDS) != 1:
        raise bad_request(
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"
        )
    if "callback_data" in read and not 1 <= len(str(read["callback_data"]).encode()) <= 64:
        raise bad_request("BUTTON_DATA_INVALID")
    url = read.get("url")
    if url is not None and not re.match(r"(https?|tg)://\S+$", url):
        raise bad_request(f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")
    return read
