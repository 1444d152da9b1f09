"""What an agent wrote in Slack, turned into what a customer reads on WhatsApp or Telegram (S38, S39)."""

import re
from collections.abc import Callable, Mapping
from typing import Final

from handoff import emoji

# Slack encodes a typed `<`, so a raw one opens one of its own forms; anything else was never encoded.
_FORM: Final = re.compile(
    r"<(?:@(?P<user>[UW][A-Z0-9]+)"
    r"|\#(?P<channel>[CDG][A-Z0-9]+)"
    r"|!(?P<crowd>here|channel|everyone|group|subteam\^[A-Z0-9]+)"
    r"|!(?P<special>[a-z][^<>|\n]*)(?=\|[^<>\n])"
    r"|(?P<link>(?:[A-Za-z][A-Za-z0-9+.\-]*://|mailto:|tel:|sms:)[^<>|\s]+)"
    r")(?:\|(?P<label>[^<>\n]*))?>"
)
# A modal or a command brings the words as typed; the joiner `escape` sets marks a quotation, not a shout.
_SHOUT: Final = re.compile(r"(?<![\w/])@(?:everyone|here|channel)(?![\w\-]|\.\w)", re.IGNORECASE)
_MUTED_SHOUT: Final = re.compile("@\u2060(?=everyone|here|channel)", re.IGNORECASE)
_SCHEME: Final = re.compile(r"^(?:[A-Za-z][A-Za-z0-9+.\-]*://|mailto:|tel:|sms:)")
_ENTITY: Final = re.compile("&(amp|lt|gt);")
_MEANINGS: Final = {"amp": "&", "lt": "<", "gt": ">"}
_UNENCODED: Final = re.compile("[<>]|&(?!(?:amp|lt|gt);)")


class InternalMention(ValueError):
    """A mention that means nothing to a customer, or calls colleagues: the text must not leave.

    `found` names each one as the agent knows it (`@here`, `@support`, `#C0LOGISTIQ`), for the sentence
    of refusal; pass it through `escape` before Slack sees it again.
    """

    def __init__(self, *found: str) -> None:
        super().__init__(", ".join(found))
        self.found = found


def to_customer(text: str, *, users: Mapping[str, str]) -> str:
    """Slack-encoded text (a thread message, a modal's input) as the customer reads it.

    `users` gives the name customers may read for each Slack id. Groups, `@here` and the like, channels
    without a name and users missing from `users` raise InternalMention. `*bold*` and `_italic_` stay:
    WhatsApp writes them the same way.
    """
    return _converted(text, users, _unescaped)


def from_command(text: str, *, users: Mapping[str, str]) -> str:
    """The text of a slash command that does not ask Slack to escape it.

    No document says whether `&`, `<`, `>` arrive raw there: they are unescaped only when no raw one
    shows that they did. Raises InternalMention as `to_customer` does.
    """
    return _converted(text, users, _unescaped if _encoded(text) else str)


def to_colleagues(text: str, *, users: Mapping[str, str]) -> str:
    """Slack-encoded text as colleagues read it: names and groups spelt out, nothing refused."""
    return _rewritten(text, users, _unescaped)


def has_internal_mention(text: str) -> bool:
    """Whether the conversions would refuse the text whatever users they know."""
    return bool(_refused(text, None))


def _converted(text: str, users: Mapping[str, str], unescape: Callable[[str], str]) -> str:
    if found := _refused(text, users):
        raise InternalMention(*found)
    return _rewritten(text, users, unescape)


def _rewritten(text: str, users: Mapping[str, str], unescape: Callable[[str], str]) -> str:
    def words(typed: str) -> str:
        return _MUTED_SHOUT.sub("@", unescape(emoji.characters(typed)))

    parts: list[str] = []
    done = 0
    # One walk over the text: a name or a label put in is never read again as a form or an entity.
    for form in _FORM.finditer(text):
        parts += words(text[done : form.start()]), _read(form, users, words, unescape)
        done = form.end()
    return "".join(parts) + words(text[done:])


def _read(
    form: re.Match[str],
    users: Mapping[str, str],
    words: Callable[[str], str],
    unescape: Callable[[str], str],
) -> str:
    label = words(form["label"] or "")
    if form["user"]:
        return "@" + (users.get(form["user"]) or label or form["user"])
    if form["channel"]:
        return "#" + (label or form["channel"])
    if form["crowd"]:
        return "@" + (label or form["crowd"].removeprefix("subteam^")).removeprefix("@")
    return _link(unescape(form["link"]), label) if form["link"] else label


def _link(target: str, label: str) -> str:
    address = target if "://" in target else _SCHEME.sub("", target)
    if not label:
        return address
    # Slack turns a typed `exemple.fr` into a link of its own: what was typed is enough.
    return label if _same(target, label) else f"{label} ({address})"


def _same(target: str, label: str) -> bool:
    ignored = r"[\s.()\-]" if target.startswith(("tel:", "sms:")) else "/$"
    one, other = (re.sub(ignored, "", _SCHEME.sub("", side)).casefold() for side in (target, label))
    return one == other


def _refused(text: str, users: Mapping[str, str] | None) -> tuple[str, ...]:
    """Every mention to refuse, once each, Slack's forms first; no `users` means any user passes."""
    named = [_refused_form(form, users) for form in _FORM.finditer(text)]
    shouted = _SHOUT.findall(_FORM.sub(lambda form: f" {form['label'] or ''} ", text))
    return tuple(dict.fromkeys(found for found in [*named, *shouted] if found))


def _refused_form(form: re.Match[str], users: Mapping[str, str] | None) -> str:
    label = form["label"]
    if form["crowd"]:
        return "@" + (label or form["crowd"].removeprefix("subteam^")).removeprefix("@")
    if form["channel"] and not label:
        return "#" + form["channel"]
    if form["user"] and users is not None and form["user"] not in users:
        return "@" + (label or form["user"])
    return ""


def _unescaped(text: str) -> str:
    return _ENTITY.sub(lambda entity: _MEANINGS[entity[1]], text)


def _encoded(text: str) -> bool:
    """Whether no raw `&`, `<` or `>` stands in the text, Slack's own forms apart."""
    return not _UNENCODED.search(_FORM.sub(lambda form: form[0][1:-1], text))
