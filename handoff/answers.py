"""What one person sees at once: ephemeral answers, with their buttons, and typed words given back."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from handoff import markup

PIECE = 2900
"""Characters of one piece of given-back words."""


@dataclass(frozen=True)
class Choice:
    """A button of an answer. `verb` and `value` come back when it is pressed."""

    verb: str
    label: str
    value: dict[str, str]
    style: str = ""


@dataclass(frozen=True)
class Part:
    """A paragraph with buttons of its own, in Slack's markup already."""

    text: str
    choices: tuple[Choice, ...] = ()


@dataclass(frozen=True)
class Answer:
    """Words for one person. `given_back`: what they had typed, returned on a refusal."""

    text: str
    choices: tuple[Choice, ...] = ()
    given_back: str = ""
    details: tuple[str, ...] = ()
    """More paragraphs, in Slack's markup already."""
    parts: tuple[Part, ...] = ()


def document(answer: Answer, given_back_intro: str) -> dict[str, Any]:
    """The JSON of an ephemeral answer; every limit of Block Kit is held."""
    said = markup.said(answer.text)
    blocks = [_section(piece) for piece in markup.chunks(said) or [said]]
    blocks += [_section(piece) for detail in answer.details for piece in markup.chunks(detail)]
    if answer.given_back:
        blocks.append(_section(f"*{markup.escape(given_back_intro)}*"))
        blocks += _to_the_letter(answer.given_back)
    for number, part in enumerate(answer.parts):
        blocks += [*map(_section, markup.chunks(part.text)), *_buttons(part.choices, f"{number}-")]
    blocks += _buttons(answer.choices)
    return {"response_type": "ephemeral", "text": said[:2900] or " ", "blocks": blocks[:50]}


def _to_the_letter(text: str) -> list[dict[str, Any]]:
    """Typed words as they were typed: nothing in this kind of block is read as a mark or a mention."""
    pieces = [text[start : start + PIECE] for start in range(0, len(text), PIECE)]
    quotes = [{"type": "rich_text_quote", "elements": [{"type": "text", "text": piece}]} for piece in pieces]
    return [{"type": "rich_text", "elements": quotes}] if quotes else []


def _section(text: str) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text, "verbatim": True}}


def _buttons(choices: Sequence[Choice], of: str = "") -> list[dict[str, Any]]:
    """At most five a row: they stay readable on a phone."""
    rows = [choices[start : start + 5] for start in range(0, len(choices), 5)]
    return [
        {"type": "actions", "elements": [_button(choice, f"{of}{row}-{n}") for n, choice in enumerate(line)]}
        for row, line in enumerate(rows)
    ]


def _button(choice: Choice, place: str) -> dict[str, Any]:
    button: dict[str, Any] = {
        "type": "button",
        "action_id": f"{choice.verb}:{place}",
        "text": {"type": "plain_text", "text": markup.plain(choice.label, 75), "emoji": False},
        "value": json.dumps(choice.value, separators=(",", ":")),
    }
    return button | ({"style": choice.style} if choice.style else {})
