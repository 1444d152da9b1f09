"""The limits of blocks and views, one broken at a time."""

from collections.abc import Iterator
from typing import Any

import pytest

from sandbox.slack_blocks import buttons_of, complaints_about_blocks, complaints_about_view

Json = dict[str, Any]


def _plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def _section(text: str) -> Json:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


def _button(**more: object) -> Json:
    return {"type": "button", "action_id": "a", "text": _plain("Oui"), **more}


def _actions(*elements: object) -> Json:
    return {"type": "actions", "elements": list(elements)}


def _menu(kind: str, count: int, value: str = "v") -> Json:
    options = [{"text": _plain(str(n)), "value": value} for n in range(count)]
    return _actions({"type": kind, "action_id": "m", "options": options})


def _field(**element: object) -> Json:
    return {"type": "input", "label": _plain("Réponse"), "element": {"action_id": "i", **element}}


def _allowed() -> Iterator[list[Json]]:
    yield [_section("x" * 3000)]
    yield [{"type": "header", "text": _plain("x" * 150)}]
    yield [{"type": "divider"}] * 50
    yield [{**_section("x"), "accessory": _button(value="x" * 2000, style="danger")}]
    yield [{"type": "section", "fields": [{"type": "mrkdwn", "text": "x" * 2000}] * 10}]
    yield [{"type": "context", "elements": [{"type": "mrkdwn", "text": "x", "verbatim": True}] * 10}]
    yield [_actions(*(_button(action_id=str(n), text=_plain("x" * 75)) for n in range(25)))]
    yield [_actions(_button()), _actions(_button())]
    yield [_menu("overflow", 5), _menu("static_select", 100, "x" * 75)]
    yield [_field(type="plain_text_input", multiline=True, max_length=3000)]
    yield [_field(type="file_input", max_files=10)]


def _refused() -> Iterator[object]:
    yield "blocks"
    yield [_section("x" * 3001)]
    yield [_section("")]
    yield [{"type": "header", "text": _plain("x" * 151)}]
    yield [{"type": "header", "text": {"type": "mrkdwn", "text": "x"}}]
    yield [{"type": "divider"}] * 51
    yield [{"type": "divider", "block_id": "b"}] * 2
    yield [{"type": "divider", "block_id": "b" * 256}]
    yield [{"type": "divider", "colour": "red"}]
    yield [{"type": "carousel"}]
    yield [{"type": "section"}]
    yield [{"type": "section", "text": {"type": "mrkdwn", "text": "x", "emoji": True}}]
    yield [{"type": "section", "fields": [{"type": "mrkdwn", "text": "x" * 2001}]}]
    yield [{"type": "section", "fields": [{"type": "mrkdwn", "text": "x"}] * 11}]
    yield [{"type": "context", "elements": [{"type": "mrkdwn", "text": "x"}] * 11}]
    yield [{"type": "image", "image_url": "https://a.fr/b.png"}]
    yield [{"type": "markdown", "text": "x" * 6001}] * 2
    yield [{"type": "table", "rows": [[]] * 101}]
    yield [_actions(*(_button(action_id=str(n)) for n in range(26)))]
    yield [_actions()]
    yield [_actions("x")]
    yield [_actions(_button(), _button())]
    yield [_actions({"type": "plain_text_input", "action_id": "i"})]
    yield [_actions(_button(value="x" * 2001))]
    yield [_actions(_button(value=""), _button(action_id=""))]
    yield [_actions(_button(text=_plain("x" * 76)))]
    yield [_actions(_button(style="green"))]
    yield [_actions(_button(confirm={"title": _plain("x")}))]
    yield [_menu("overflow", 6)]
    yield [_menu("static_select", 101)]
    yield [_menu("static_select", 1, "x" * 76)]
    yield [_field(type="plain_text_input", max_length=3001)]
    yield [_field(type="file_input", max_files=11)]
    yield [_field(type="button", text=_plain("x"))]


@pytest.mark.parametrize("blocks", list(_allowed()))
def test_blocks_at_their_limits_are_shown(blocks: list[Json]) -> None:
    assert list(complaints_about_blocks(blocks)) == []


@pytest.mark.parametrize("blocks", list(_refused()))
def test_blocks_beyond_a_limit_are_refused(blocks: object) -> None:
    assert list(complaints_about_blocks(blocks)) != []


MODAL: Json = {
    "type": "modal",
    "title": _plain("Répondre"),
    "submit": _plain("Envoyer"),
    "blocks": [_field(type="plain_text_input")],
}


@pytest.mark.parametrize(
    "change",
    [
        {"type": "home"},
        {"title": _plain("x" * 25)},
        {"title": None},
        {"submit": None},
        {"private_metadata": "x" * 3001},
        {"callback_id": "x" * 256},
        {"blocks": [{"type": "divider"}] * 101},
        {"colour": "red"},
    ],
)
def test_a_modal_with_one_fault_is_refused(change: Json) -> None:
    assert list(complaints_about_view(MODAL, "modal")) == []
    assert list(complaints_about_view({**MODAL, **change}, "modal")) != []


def test_buttons_are_read_in_order_from_actions_and_beside_sections() -> None:
    blocks = [
        {**_section("x"), "block_id": "s", "accessory": _button(value="1")},
        _actions(_button(action_id="b", value="2", style="primary"), {"type": "overflow", "action_id": "o"}),
    ]
    found = [
        (each.action_id, each.value, each.label, each.style, each.block_id) for each in buttons_of(blocks)
    ]
    assert found == [("a", "1", "Oui", None, "s"), ("b", "2", "Oui", "primary", "b1")]
