"""Messages of one customer in one line: everything, in order, and no more than one post holds."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.merging import MERGED_CHARACTERS, MERGED_MESSAGES, merged, parts_of, told_by_transcript

LINE: dict[str, Any] = {
    "mark": "customer",
    "who": "Marie Dupont",
    "channel": "WhatsApp",
    "text": "",
    "quoted": "",
    "media": [],
    "album": "",
    "is_edit": False,
    "mentions": [],
    "actions": [],
}
SAID = st.fixed_dictionaries(
    {
        "text": st.text(max_size=600),
        "quoted": st.sampled_from(["", "avant"]),
        "media": st.lists(st.sampled_from(["image", "voice"]), max_size=2),
        "album": st.sampled_from(["", "a1", "a2"]),
        "remarks": st.lists(st.sampled_from(["peut-être coupé", "retrouvé"]), max_size=2, unique=True),
    }
)


def words(line: dict[str, Any]) -> list[str]:
    return [piece for part in parts_of(line) for piece in part["text"].split("\n") if piece]


def media(line: dict[str, Any]) -> list[str]:
    return [item for part in parts_of(line) for item in part["media"]]


def remarks(lines: list[dict[str, Any]]) -> set[str]:
    return {remark for line in lines for part in parts_of(line) for remark in part["remarks"]}


@given(st.lists(SAID, min_size=1, max_size=40))
def test_nothing_is_lost_or_out_of_order_and_every_line_fits(said: list[dict[str, Any]]) -> None:
    lines = [LINE | said[0]]
    for part in said[1:]:
        together = merged(lines[-1], LINE | part)
        lines[-1:] = [together] if together else [lines[-1], LINE | part]
    assert [word for line in lines for word in words(line)] == [word for part in said for word in words(part)]
    assert [item for line in lines for item in media(line)] == [
        item for part in said for item in part["media"]
    ]
    assert remarks(lines) == remarks(said)
    for line in lines:
        assert len(parts_of(line)) <= MERGED_MESSAGES
        assert len(parts_of(line)) == 1 or sum(map(len, words(line))) <= MERGED_CHARACTERS


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({}, {"mentions": ["U0LEA"]}),
        ({}, {"actions": [{"verb": "resend"}]}),
        ({"actions": [{"verb": "resend"}]}, {}),
        ({}, {"is_edit": True}),
        ({"is_edit": True}, {}),
        ({}, {"mark": "fact"}),
        ({"mark": "agent"}, {}),
        ({}, {"who": "Paul"}),
        ({}, {"channel": "Telegram"}),
    ],
)
def test_what_must_be_seen_by_itself_stands_by_itself(before: dict[str, Any], after: dict[str, Any]) -> None:
    one, other = LINE | {"text": "un"}, LINE | {"text": "deux"}
    assert merged(one, other) is not None
    assert merged(one | before, other | after) is None


def test_a_line_that_names_its_agent_takes_up_more_and_goes_on_naming_them() -> None:
    together = merged(LINE | {"text": "un", "mentions": ["U0LEA"]}, LINE | {"text": "deux"})
    assert together is not None
    assert (together["mentions"], words(together)) == (["U0LEA"], ["un", "deux"])


def test_an_album_is_one_message_with_all_its_pictures() -> None:
    pictures = [
        LINE | {"media": [f"image {n}"], "album": "a1", "text": "vacances" * (n == 1)} for n in range(4)
    ]
    line: dict[str, Any] | None = pictures[0]
    for picture in pictures[1:]:
        assert line is not None
        line = merged(line, picture)
    assert line is not None
    (only,) = parts_of(line)
    assert (only["text"], only["media"]) == ("vacances", [f"image {n}" for n in range(4)])


def test_a_line_of_an_older_release_takes_up_more_all_the_same() -> None:
    old = {"mark": "customer", "who": "Marie Dupont", "channel": "WhatsApp", "text": "un"}
    together = merged(old, LINE | {"text": "deux"})
    assert together is not None
    assert words(together) == ["un", "deux"]


def test_a_transcript_retells_a_customers_words_and_nothing_else() -> None:
    two = merged(LINE | {"text": "un"}, LINE | {"text": "deux"})
    assert two is not None
    lines = {
        "two": two,
        "picture": LINE | {"media": ["image"]},
        "flood": two | {"flood": {"count": 400}},
        "agent": LINE | {"mark": "agent", "text": "un"},
        "edit": LINE | {"is_edit": True, "text": "un"},
    }
    assert told_by_transcript(lines) == ["two", "picture", "flood"]
