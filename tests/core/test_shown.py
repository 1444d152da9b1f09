"""How one question is shown on a channel: pressed where everything fits, numbered where it does not."""

from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.channel import Address, Capabilities, MenuForm, Menus
from core.domain.effects import ToCustomer
from core.domain.lines import Choice, Line, Words, line
from core.shown import Showing, Shown
from core.split import measure
from core.texts import Texts

FEW = MenuForm("few", most=3, label_limit=20, body_limit=1024)
MANY = MenuForm("many", most=10, label_limit=24, body_limit=1024, has_opener=True)
RICH = Capabilities("rich", "Riche", "ri", text_limit=1500, menu_forms=(FEW, MANY))
PLAIN = replace(RICH, menu_forms=())
BUTTONS = replace(RICH, menus=Menus.BUTTONS)
NOW = datetime(2026, 11, 23, 9, 7, tzinfo=UTC)
TEXTS = Texts(ZoneInfo("Europe/Paris"))
WAY_OUT = TEXTS.said("way_out.line", "fr")
ASKED = line("faq.helped")


def write(words: Words) -> str:
    return TEXTS.write(words, "fr", NOW)


def shown(*labels: str, words: Words = (ASKED,), channel: Capabilities = RICH, prompt: str = "p") -> Shown:
    choices = tuple(Choice(f"c{n}", label) for n, label in enumerate(labels))
    effect = ToCustomer(Address("rich", "1"), words, choices, prompt, way_out=True)
    return Showing(effect, channel, write, "fr").shown()


def form_of(result: Shown) -> str:
    menu = result.payloads[-1].get("menu")
    return menu["form"] if menu else "numbered"


@pytest.mark.parametrize(
    ("labels", "form"),
    [
        (("Oui", "Non"), "few"),
        (("Oui",), "few"),
        (("x" * 20, "y"), "few"),
        (("x" * 21, "y"), "many"),
        (("x" * 24, "y"), "many"),
        (("x" * 25, "y"), "numbered"),
        (("a", "b", "c"), "few"),
        (("a", "b", "c", "d"), "many"),
        (tuple("abcdefghij"), "many"),
        (tuple("abcdefghijk"), "numbered"),
        (("Oui", "Oui"), "numbered"),
        (("Oui", ""), "numbered"),
        (("deux\nlignes", "x"), "numbered"),
        ((), "numbered"),
    ],
)
def test_the_first_form_that_takes_every_label_whole_is_the_one(labels: tuple[str, ...], form: str) -> None:
    assert form_of(shown(*labels)) == form


def test_words_before_the_question_go_ahead_and_the_menu_never_varies() -> None:
    before, menu = shown("Oui", "Non", words=(line("faq.glad"), "Pas à pas.", ASKED)).payloads
    assert before == {"text": f"{write((line('faq.glad'),))}\n\nPas à pas."}
    assert menu == shown("Oui", "Non").payloads[0]
    assert menu["menu"]["body"] == f"{write((ASKED,))}\n\n{WAY_OUT}"
    assert menu["text"] == f"{write((ASKED,))}\n\n1. Oui\n2. Non\n\n{WAY_OUT}"


def test_a_menu_brings_its_language_its_prompt_and_where_needed_the_name_of_its_opener() -> None:
    few, many = shown("Oui").payloads[0]["menu"], shown(*"abcd").payloads[0]["menu"]
    assert (few["language"], few["prompt"], "opener" in few) == ("fr", "p", False)
    assert many["opener"] == "Choisir"
    assert many["choices"] == [{"id": f"c{n}", "label": label} for n, label in enumerate("abcd")]


def test_long_words_before_a_menu_are_cut_as_anywhere_else() -> None:
    result = shown("Oui", words=("Une phrase. " * 300, ASKED))
    *before, menu = result.payloads
    assert len(before) > 1
    assert all(len(each["text"]) <= RICH.text_limit for each in before)
    assert "menu" in menu


@pytest.mark.parametrize("length", [1023 - len(WAY_OUT), 1022 - len(WAY_OUT)])
def test_a_question_that_does_not_fit_the_menu_is_numbered(length: int) -> None:
    result = shown("Oui", words=("q" * length,))
    assert form_of(result) == ("few" if length + 2 + len(WAY_OUT) <= 1024 else "numbered")


def test_the_transcript_keeps_what_is_before_the_customers_eyes() -> None:
    assert shown("Oui", "Non", words=("Avant.", ASKED)).said.split("\n\n") == [
        "Avant.",
        write((ASKED,)),
        "[Oui] [Non]",
        WAY_OUT,
    ]
    plain = shown("Oui", "Non", words=("Avant.", ASKED), channel=PLAIN)
    assert plain.said == plain.payloads[0]["text"]


def test_a_channel_without_forms_numbers_and_one_with_buttons_has_buttons() -> None:
    assert form_of(shown("Oui", channel=PLAIN)) == "numbered"
    (payload,) = shown("Oui", channel=BUTTONS).payloads
    assert [each["label"] for each in payload["choices"]] == ["Oui", write((Line("way_out.button"),))]
    assert payload["prompt"] == "p"


@given(
    labels=st.lists(st.text(min_size=0, max_size=40), max_size=14),
    ahead=st.lists(st.text(max_size=2000), max_size=3),
)
def test_nothing_is_ever_cut_out_of_a_label_and_everything_fits(labels: list[str], ahead: list[str]) -> None:
    result = shown(*labels, words=(*ahead, ASKED))
    assert all(measure(each["text"], RICH.length_unit) <= RICH.text_limit for each in result.payloads)
    menu = result.payloads[-1].get("menu")
    if menu is not None:
        form = {"few": FEW, "many": MANY}[menu["form"]]
        assert [each["label"] for each in menu["choices"]] == labels
        assert all(len(label) <= form.label_limit for label in labels)
        assert len(labels) <= form.most
        assert len(menu["body"]) <= form.body_limit
