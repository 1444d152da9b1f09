"""The forms as Slack shows them: a reply, a note, a resolution. Laid out here, and read back here.

What a form carries with it (`private_metadata`) is a version and ids, nothing anybody wrote; it comes back
signed by Slack and is still looked at anew, like the value of a button.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from core.domain.rules import Rules
from core.masks import mask_text
from core.store.screens import Entry
from core.texts import Texts
from handoff import markup
from handoff.answers import Answer
from handoff.cards import quoted_within, section
from handoff.courtesies import Place

VERSION: Final = 1
TEXT_LIMIT: Final = 3000
LABEL_LIMIT: Final = 75
OPTIONS: Final = 100
LAST_WORDS: Final = 300
CONVERSATION: Final = "conversation"
TEXT: Final = "text"
NEXT_STEP: Final = "next_step"
MOTIVE: Final = "motive"
TAKE_OVER: Final = "take_over"
AGAIN: Final = "again"
REOPENS: Final = "reopens"
TWICE: Final = "twice"
FORMS: Final = frozenset({"reply", "note", "resolve"})

_VALUE: Final = "value"
_FLAGS: Final = frozenset({TAKE_OVER, AGAIN, REOPENS, TWICE})

Block = dict[str, Any]


@dataclass(frozen=True)
class Filled:
    """What a form held when it was sent. `verb` is empty for a form that is none of ours."""

    verb: str = ""
    conversation: str = ""
    place: Place = field(default_factory=Place)
    opened_ms: int = 0
    """When it was first shown: what the customer wrote since stands in no form."""
    text: str = ""
    next_step: str = ""
    motive: str = ""
    flags: frozenset[str] = frozenset()
    owner: str = ""
    """From whom the agent was last asked to take over."""
    resolved_ms: int = 0
    """Which resolution the agent was last asked to undo."""
    fields: tuple[str, ...] = ()
    """Its inputs in order; only they can show a fault."""
    article: str = ""
    """The article whose words a reply began with."""


NOTHING_FILLED: Final = Filled()


@dataclass(frozen=True)
class Form:
    """A form to be shown: for `one` conversation, or for one of `several`."""

    verb: str
    place: Place
    one: Entry | None = None
    several: tuple[Entry, ...] = ()
    told: str = ""
    """What is to be known first: why it is shown again, or why a choice is asked for."""
    opened_ms: int = 0
    filled: Filled = field(default_factory=Filled)


@dataclass(frozen=True)
class Modals:
    """Lays forms out."""

    texts: Texts
    rules: Rules
    labels: Mapping[str, str]

    def view(self, form: Form) -> dict[str, Any]:
        """The view, every limit of Block Kit held."""
        carried = {
            "v": VERSION,
            "c": form.one.id if form.one else "",
            "p": form.place.channel,
            "t": form.place.thread,
            "f": " ".join(sorted(form.filled.flags)),
            "o": form.opened_ms,
            "w": form.filled.owner,
            "r": form.filled.resolved_ms,
            "a": form.filled.article,
        }
        return {
            "type": "modal",
            "callback_id": form.verb,
            "title": plain(self._said(f"modal.title_{form.verb}"), 24),
            "submit": plain(self._submit(form), 24),
            "close": plain(self._said("button.cancel"), 24),
            "private_metadata": json.dumps(carried, separators=(",", ":")),
            "blocks": [*self._about(form), *self._inputs(form)],
        }

    def _said(self, key: str, **values: str | int) -> str:
        return self.texts.said(key, self.rules.language, **values)

    def _submit(self, form: Form) -> str:
        if form.filled.flags & {AGAIN, REOPENS, TWICE}:
            key = "button.resolve_again" if form.verb == "resolve" else "button.send_again"
            return self._said(key)
        if TAKE_OVER in form.filled.flags:
            return self._said("modal.take_over")
        return self._said(f"modal.submit_{form.verb}")

    def _about(self, form: Form) -> list[Block]:
        """Why it is shown again, and whom it is about with the last thing they said."""
        told = [section(f"⚠️ {markup.escape(form.told)}")] if form.told else []
        if form.one is None:
            return [*told, self._choice(form)]
        who = f"*{self._entry(form.one, markup.name(form.one.customer))}*"
        said = quoted_within(mask_text(form.one.last_words), LAST_WORDS)
        return [*told, section(f"{who}\n{said}" if said else who)]

    def _choice(self, form: Form) -> Block:
        """Nobody is chosen beforehand: the first of a list is the easiest slip there is."""
        names = [entry.customer for entry in form.several]
        options = [
            option(self._named(entry, homonym=names.count(entry.customer) > 1), entry.id)
            for entry in form.several[:OPTIONS]
        ]
        placeholder = plain(self._said("modal.choose"), 150)
        menu = {"type": "static_select", "options": options, "placeholder": placeholder}
        return input_of(CONVERSATION, self._said("modal.customer"), menu)

    def _named(self, entry: Entry, *, homonym: bool) -> str:
        name = markup.plain(entry.customer, 40)
        return self._entry(entry, f"{name} ({entry.handle})" if homonym else name)

    def _entry(self, entry: Entry, name: str) -> str:
        channel = self.labels.get(entry.channel, entry.channel)
        key = "answers.entry_resolved" if entry.status == "resolved" else "answers.entry"
        return self._said(key, customer=name, channel=channel)

    def _inputs(self, form: Form) -> list[Block]:
        text = _typing(form.filled.text, focused=True)
        inputs = [input_of(TEXT, self._said(f"modal.text_{form.verb}"), text)]
        if form.verb != "resolve":
            return inputs
        following = input_of(
            NEXT_STEP, self._said("modal.next_step"), _typing(form.filled.next_step), optional=True
        )
        motive = input_of(MOTIVE, self._said("modal.motive"), self._motives(form), optional=True)
        return [*inputs, following, motive]

    def _motives(self, form: Form) -> Block:
        options = {motive.key: option(motive.short, motive.key) for motive in self.rules.motives}
        chosen = options.get(form.filled.motive or (form.one.motive if form.one else ""))
        menu = {
            "type": "static_select",
            "options": list(options.values()),
            "placeholder": plain(self._said("modal.keep_motive"), 150),
        }
        return menu | ({"initial_option": chosen} if chosen else {})


def read(view: Mapping[str, Any]) -> Filled:
    """What a form held; what is missing or odd is empty, and refused by whoever decides."""
    blocks = view.get("blocks")
    fields = tuple(
        str(block.get("block_id"))
        for block in (blocks if isinstance(blocks, list) else ())
        if isinstance(block, Mapping) and block.get("type") == "input"
    )
    verb, carried = str(view.get("callback_id", "")), carried_by(str(view.get("private_metadata") or ""))
    if verb not in FORMS or carried.get("v") != VERSION:
        return Filled(fields=fields)
    values = part(part(view, "state"), "values")
    return Filled(
        verb=verb,
        conversation=str(carried.get("c") or "") or chosen(values, CONVERSATION),
        place=Place(str(carried.get("p") or ""), str(carried.get("t") or "")),
        opened_ms=_milliseconds(carried.get("o")),
        text=str(given(values, TEXT).get("value") or ""),
        next_step=str(given(values, NEXT_STEP).get("value") or ""),
        motive=chosen(values, MOTIVE),
        owner=str(carried.get("w") or ""),
        resolved_ms=_milliseconds(carried.get("r")),
        flags=_FLAGS & set(str(carried.get("f") or "").split()),
        fields=fields,
        article=str(carried.get("a") or ""),
    )


def errors(filled: Filled, where: str, told: Answer) -> dict[str, Any] | None:
    """The answer that keeps the form open with a sentence under a field; None when it has no field."""
    shown = where if where in filled.fields else next(iter(filled.fields), "")
    return {"response_action": "errors", "errors": {shown: told.text}} if shown else None


def carried_by(text: str) -> Mapping[str, Any]:
    try:
        carried = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return carried if isinstance(carried, dict) else {}


def moment(told: object) -> datetime | None:
    """The moment that a form or a button carries in milliseconds; None when it carries none."""
    figures = int(told) if isinstance(told, str) and told.isdecimal() and len(told) < 15 else told
    milliseconds = _milliseconds(figures)
    return datetime.fromtimestamp(milliseconds / 1000, UTC) if milliseconds else None


def _milliseconds(value: object) -> int:
    """Milliseconds of a date that a clock can tell; anything else is no date."""
    return value if isinstance(value, int) and 0 < value < 1 << 42 else 0


def given(values: Mapping[str, Any], block: str) -> Mapping[str, Any]:
    return part(part(values, block), _VALUE)


def chosen(values: Mapping[str, Any], block: str) -> str:
    return str(part(given(values, block), "selected_option").get("value") or "")


def part(document: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = document.get(name)
    return part if isinstance(part, Mapping) else {}


def plain(text: str, limit: int) -> Block:
    return {"type": "plain_text", "text": markup.plain(text, limit) or "…", "emoji": False}


def option(label: str, value: str) -> Block:
    return {"text": plain(label, LABEL_LIMIT), "value": value}


def input_of(name: str, label: str, element: Block, *, optional: bool = False) -> Block:
    """One field. Its ids never change, so that what was typed survives when the form is shown again."""
    made = {"type": "input", "block_id": name, "label": plain(label, 2000), "optional": optional}
    return made | {"element": {**element, "action_id": _VALUE}}


def _typing(text: str = "", *, focused: bool = False) -> Block:
    field_ = {
        "type": "plain_text_input",
        "multiline": True,
        "max_length": TEXT_LIMIT,
        "focus_on_load": focused,
    }
    return field_ | ({"initial_value": text[:TEXT_LIMIT]} if text else {})
