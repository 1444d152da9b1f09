"""Cutting long texts: every part fits, nothing is lost, and no visible character is torn."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from core.domain.channel import Capabilities, LengthUnit
from core.split import measure, split

FAMILY = "👩\u200d👩\u200d👧\u200d👦"
WHOLE = [
    FAMILY,
    "👍🏽",
    "🇫🇷",
    "🇧🇪",
    "e\u0301",
    "क\u094dष\u093f",
    "❤\ufe0f",
    "1\ufe0f\u20e3",
    "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
    "\u1112\u1161\u11ab",
    "é",
    "𝄞",
    "a",
]
"""Visible characters, most of several code points: none may be cut."""

UNITS = st.sampled_from(list(LengthUnit))
LIMITS = st.integers(min_value=30, max_value=90)
"""The longest of WHOLE takes 14 units, and all its neighbours of a cut fit besides."""

ANY_TEXT = st.text(alphabet=st.characters(), max_size=400)
WORDS = st.lists(st.sampled_from([*WHOLE, " ", " ", "\n", "\n\n", ". "]), max_size=200)


def channel(limit: int, unit: LengthUnit = LengthUnit.CODE_POINTS) -> Capabilities:
    return Capabilities(name="x", label="X", suffix="x", text_limit=limit, length_unit=unit)


def without_blanks(text: str) -> str:
    return re.sub(r"\s", "", text)


@given(ANY_TEXT, st.integers(min_value=2, max_value=60), UNITS)
@example("\ud800" * 50, 7, LengthUnit.UTF16)
@example("\u0301" * 50, 2, LengthUnit.UTF16)
def test_every_part_fits_and_nothing_but_blanks_is_lost(text: str, limit: int, unit: LengthUnit) -> None:
    parts = split(text, channel(limit, unit))
    assert all(0 < measure(part, unit) <= limit for part in parts)
    assert all(part == part.strip() for part in parts)
    assert without_blanks("".join(parts)) == without_blanks(text)


@given(ANY_TEXT, st.integers(min_value=2, max_value=60), UNITS)
def test_parts_stand_in_the_text_one_after_the_other_with_blanks_between(
    text: str, limit: int, unit: LengthUnit
) -> None:
    end = 0
    for part in split(text, channel(limit, unit)):
        at = text.index(part, end)
        assert text[end:at].strip() == ""
        end = at + len(part)
    assert text[end:].strip() == ""


@given(WORDS, LIMITS, UNITS)
def test_no_visible_character_is_torn(pieces: list[str], limit: int, unit: LengthUnit) -> None:
    joined = "\u2063".join(pieces)  # an invisible sign keeps neighbours from becoming one character
    for part in split(joined, channel(limit, unit)):
        for piece in part.split("\u2063"):
            assert piece.strip() in {"", *(whole.strip() for whole in pieces)}


@given(st.sampled_from(WHOLE), st.integers(1, 60), LIMITS, UNITS)
def test_a_row_of_one_character_is_cut_between_two_of_them(
    whole: str, count: int, limit: int, unit: LengthUnit
) -> None:
    parts = split(whole * count, channel(limit, unit))
    assert [part.count(whole) * len(whole) for part in parts] == [len(part) for part in parts]


@pytest.mark.parametrize("unit", list(LengthUnit))
def test_a_word_of_twenty_thousand_letters_is_cut(unit: LengthUnit) -> None:
    for letter in ("a", "𝄞"):
        word = letter * 20_000
        parts = split(word, channel(1500, unit))
        assert "".join(parts) == word
        assert {measure(part, unit) for part in parts[:-1]} == {1500}


def test_a_character_longer_than_a_message_is_cut_all_the_same() -> None:
    monster = "a" + "\u0301" * 99
    parts = split(monster, channel(40))
    assert "".join(parts) == monster
    assert [len(part) for part in parts] == [40, 40, 20]


def test_half_a_pair_of_a_flag_is_never_sent() -> None:
    flags = "🇫🇷🇧🇪🇨🇭🇨🇦"
    assert split(flags, channel(5)) == ["🇫🇷🇧🇪", "🇨🇭🇨🇦"]
    assert split(flags, channel(6, LengthUnit.UTF16)) == ["🇫🇷", "🇧🇪", "🇨🇭", "🇨🇦"]


def test_a_short_text_is_one_part_and_no_text_is_none() -> None:
    assert split("  Bonjour.\n", channel(20)) == ["Bonjour."]
    assert split(" \n ", channel(20)) == []


def test_a_text_of_exactly_the_limit_is_one_part() -> None:
    assert split("a" * 20, channel(20)) == ["a" * 20]
    assert split("𝄞" * 10, channel(20, LengthUnit.UTF16)) == ["𝄞" * 10]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Un deux trois.\n\nQuatre. Cinq six", ["Un deux trois.", "Quatre. Cinq six"]),
        ("Un deux trois.\nQuatre. Cinq six", ["Un deux trois.", "Quatre. Cinq six"]),
        ("Un deux trois. Quatre cinq six", ["Un deux trois.", "Quatre cinq six"]),
        ("Un deux trois\u00a0? Quatre cinq six", ["Un deux trois\u00a0?", "Quatre cinq six"]),
        ("Un deux trois quatre cinq six", ["Un deux trois quatre", "cinq six"]),
    ],
)
def test_the_best_edge_is_taken(text: str, parts: list[str]) -> None:
    assert parts == split(text, channel(22))


def test_a_no_break_space_is_no_place_to_cut() -> None:
    parts = split("Rendez-vous demain mardi à 14\u00a0h\u00a030 précises", channel(32))
    assert parts == ["Rendez-vous demain mardi à", "14\u00a0h\u00a030 précises"]


def test_an_edge_too_near_the_beginning_is_not_taken() -> None:
    parts = split("Oui.\n\n" + "un deux trois quatre cinq six sept huit", channel(40))
    assert [len(part) > 20 for part in parts[:-1]] == [True]
