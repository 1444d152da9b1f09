"""How a conversation is named, and found again by the words an agent types."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.domain.handles import WORDS, Candidate, NoHandleLeft, find, handle_for


def handle(name: str, *taken: str, suffix: str = "wa", begin: int = 0) -> str:
    return handle_for(
        name, channel_suffix=suffix, taken=set(taken), words=("rose", "lilas"), pick_word=lambda _count: begin
    )


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Marie Dupont", "marie"),
        ("MARIE", "marie"),
        ("Hélène Œuvrard", "helene"),
        ("Jean-Pierre Martin", "jeanpierre"),
        ("D’Artagnan", "dartagnan"),
        ("M. Dupont", "dupont"),
        ("Mme Anne Roy", "anne"),
        ("🌸 Zoé 🌸", "zoe"),
        ("A. Dupont", "dupont"),
        ("Marie 06 12 34 56 78", "marie"),
        ("Marie0612345678", "marie"),
        ("Li", "li"),
        ("Wolfeschlegelsteinhausenbergerdorff", "wolfeschlegelsteinha"),
    ],
)
def test_a_handle_is_the_first_name_in_plain_letters(name: str, expected: str) -> None:
    assert handle(name) == expected


@pytest.mark.parametrize("name", ["", "   ", "🌸🌸", "0612345678", "+33 6 12 34 56 78", "Мария", "A", "M."])
def test_a_name_without_letters_to_use_becomes_a_friendly_word(name: str) -> None:
    assert handle(name) == "client-rose"


def test_homonyms_get_the_initial_then_the_channel_then_a_word() -> None:
    taken: list[str] = []
    for expected in ("marie", "marie-d", "marie-wa", "marie-rose", "marie-lilas", "marie-rose-rose"):
        given_handle = handle("Marie Dupont", *taken)
        assert given_handle == expected
        taken.append(given_handle)


def test_a_first_name_alone_has_no_initial_to_add() -> None:
    assert handle("Marie", "marie") == "marie-wa"
    assert handle("Marie", "marie", suffix="") == "marie-rose"


def test_chance_says_which_word_comes_first() -> None:
    assert handle("", begin=1) == "client-lilas"
    assert handle("", "client-lilas", begin=1) == "client-rose"


def test_long_names_are_cut_to_leave_room_for_what_tells_them_apart() -> None:
    name = "Wolfeschlegelsteinhausenbergerdorff Smith"
    first = handle(name)
    assert handle(name, first) == "wolfeschlegelstein-s"
    assert handle(name, first, "wolfeschlegelstein-s") == "wolfeschlegelstei-wa"


def test_when_every_combination_is_in_use_the_lack_of_words_is_told() -> None:
    taken: set[str] = set()

    def one_more() -> str:
        return handle_for("", channel_suffix="wa", taken=taken, words=("rose",), pick_word=lambda _count: 0)

    for expected in ("client-rose", "client-rose-rose", "clien-rose-rose-rose"):
        assert one_more() == expected
        taken.add(expected)
    with pytest.raises(NoHandleLeft, match="friendly word"):
        one_more()


def test_the_shipped_words_are_many_distinct_short_and_plain() -> None:
    assert len(set(WORDS)) == len(WORDS) >= 60
    assert all(re.fullmatch("[a-z]{2,8}", word) for word in WORDS)


@settings(deadline=None)
@given(
    name=st.text(max_size=40),
    others=st.lists(st.text(max_size=10), max_size=30),
    begin=st.integers(0, 10_000),
)
def test_a_handle_is_always_well_formed_and_nobody_elses(name: str, others: list[str], begin: int) -> None:
    taken: set[str] = set()
    for each in [name, name, *others, name]:
        given_handle = handle_for(
            each, channel_suffix="tg", taken=taken, words=WORDS, pick_word=lambda count: begin % count
        )
        assert given_handle not in taken
        assert re.fullmatch("[a-z0-9]+(-[a-z0-9]+)*", given_handle)
        assert 2 <= len(given_handle) <= 20
        taken.add(given_handle)


MARIE = Candidate("marie", "Marie Dupont", "1")
MARIE_D = Candidate("marie-d", "Marie Durand", "2")
MARIETTE = Candidate("mariette", "Mariette Lefèvre", "3")
KARIM = Candidate("karim", "Karim Benali", "4")
CLIENT = Candidate("client-rose", "", "5")
ALL = [MARIE, MARIE_D, MARIETTE, KARIM, CLIENT]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("marie", [MARIE]),
        ("Marie", [MARIE]),
        ("marie-d", [MARIE_D]),
        ("marie d", [MARIE_D]),
        ("mari", [MARIE, MARIE_D, MARIETTE]),
        ("mariet", [MARIETTE]),
        ("ka", [KARIM]),
        ("Benali", [KARIM]),
        ("lefevre", [MARIETTE]),
        ("Marie Dup", [MARIE]),
        ("Marie Dupont", [MARIE]),
        ("du", [MARIE, MARIE_D]),
        ("kraim", [KARIM]),
        ("benalli", [KARIM]),
        ("lefebvre", [MARIETTE]),
        ("dupond", [MARIE]),
        ("rose", []),
        ("client", [CLIENT]),
        ("client-rose", [CLIENT]),
        ("paul", []),
        ("", []),
        ("  !? ", []),
    ],
)
def test_words_name_a_conversation_exactly_then_by_beginning_then_by_typo(
    query: str, expected: list[Candidate]
) -> None:
    assert find(query, ALL) == expected


def test_a_name_in_another_script_is_found_too() -> None:
    maria = Candidate("client-lilas", "Мария", "6")
    assert find("мар", [*ALL, maria]) == [maria]
