"""The forms as documents: every limit held whatever people are called, and read back to the letter."""

import json
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.rules import Motive, OpeningHours, Rules, Team
from core.store.screens import Entry
from core.texts import Texts
from handoff import modals
from handoff.answers import Answer
from handoff.courtesies import Place
from handoff.modals import AGAIN, FORMS, TAKE_OVER, TWICE, Filled, Form, Modals
from sandbox.slack_blocks import complaints_about_view
from tests.requests_checked import CHECK

PARIS = ZoneInfo("Europe/Paris")
MOTIVES = tuple(
    Motive(key=f"m{n}", label=f"Motif {n}", short=f"Motif {n}", team="support") for n in range(11)
)
HOSTILE = st.lists(
    st.one_of(
        st.sampled_from(["<!channel>", "&" * 900, "*", "```", "\n", "\u202e", "😀"]), st.text(max_size=9)
    ),
    max_size=9,
).map("".join)


def layout(language: str = "fr") -> Modals:
    """Lays out in one language."""
    hours = OpeningHours(PARIS, {})
    rules = Rules("Relais", hours, MOTIVES, (Team("support", "Support", "C0SAV"),), language=language)
    return Modals(Texts(PARIS), rules, {"whatsapp": "WhatsApp"})


def entry(name: str = "Marie Dupont", number: int = 0, **more: Any) -> Entry:  # noqa: ANN401 - fields of Entry
    """A conversation in a list."""
    told = {"status": "in_progress", "channel": "whatsapp", "motive": "", "urgent": False, "owner": "U0LEA"}
    told |= {
        "team": "support",
        "waiting_for": "us",
        "waiting_since": None,
        "promised_for": None,
        "vip": False,
    }
    told |= {"place": "C0SAV", "thread": "1.1", "last_words": "Où est mon colis ?"}
    return Entry(id=f"01{number:024}", handle=f"marie-{number}", customer=name, **told | more)  # type: ignore[arg-type]  # a row made by hand


def faults(view: dict[str, Any]) -> list[str]:
    """What Slack, and our checker of requests, would say of it."""
    found = CHECK.slack_call("views.open", {"trigger_id": "1", "view": view})
    return [*complaints_about_view(view, "modal"), *found]


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("verb", sorted(FORMS))
@pytest.mark.parametrize("flags", [(), (TAKE_OVER,), (AGAIN,), (TWICE,), (TAKE_OVER, AGAIN)], ids=" ".join)
def test_every_form_in_every_language_is_one_that_slack_takes(
    verb: str, language: str, flags: tuple[str, ...]
) -> None:
    filled = Filled(verb, text="x" * 4000, flags=frozenset(flags))
    form = Form(verb, Place("C0SAV", "1.1"), entry(), told="Pourquoi. " * 500, filled=filled)
    assert faults(layout(language).view(form)) == []


@given(names=st.lists(HOSTILE, min_size=1, max_size=120), said=HOSTILE)
def test_no_name_and_no_words_of_customers_break_a_form(names: list[str], said: str) -> None:
    several = tuple(entry(name, number, last_words=said) for number, name in enumerate(names))
    for form in (Form("reply", Place(), several=several), Form("resolve", Place(), one=several[0])):
        view = layout().view(form)
        assert faults(view) == []
        assert "<!channel>" not in json.dumps(view)


def test_two_of_one_name_are_told_apart_by_their_handles() -> None:
    view = layout().view(Form("reply", Place(), several=(entry(number=1), entry(number=2), entry("Zoé", 3))))
    offered = [option["text"]["text"] for option in view["blocks"][0]["element"]["options"]]
    assert offered == [
        "Marie Dupont (marie-1) · WhatsApp",
        "Marie Dupont (marie-2) · WhatsApp",
        "Zoé · WhatsApp",
    ]


def test_what_a_form_carries_is_a_version_and_ids_and_nothing_anybody_wrote() -> None:
    filled = Filled("reply", text="des mots", flags=frozenset({TWICE}), owner="U0HUGO", resolved_ms=7)
    view = layout().view(Form("reply", Place("C0SAV", "1.1"), entry(), told="Vraiment ?", filled=filled))
    carried = json.loads(view["private_metadata"])
    ids = {"v": 1, "c": "01" + "0" * 24, "p": "C0SAV", "t": "1.1"}
    assert carried == ids | {"f": "twice", "o": 0, "w": "U0HUGO", "r": 7, "a": ""}


def test_the_last_words_of_a_customer_are_masked_like_everywhere() -> None:
    view = layout().view(
        Form("note", Place(), entry(last_words="carte 4970 1000 0000 0055, marie@exemple.fr"))
    )
    shown = json.dumps(view, ensure_ascii=False)
    assert "4970 1000" not in shown
    assert "marie@" not in shown


def sent(view: dict[str, Any], **values: str) -> dict[str, Any]:
    """The view as it comes back."""
    state = {name: {"value": {"value": said}} for name, said in values.items()}
    return view | {"id": "V1", "state": {"values": state}}


def test_a_form_is_read_back_as_it_was_laid_out() -> None:
    flags = frozenset({TAKE_OVER, AGAIN})
    form = Form(
        "resolve", Place("C0SAV", "1.1"), entry(), filled=Filled("resolve", flags=flags, owner="U0HUGO")
    )
    view = sent(layout().view(form), text="Fait & <b>\n", next_step="Rien")
    view["state"]["values"]["motive"] = {"value": {"selected_option": {"value": "m3"}}}
    assert modals.read(view) == Filled(
        verb="resolve",
        conversation="01" + "0" * 24,
        place=Place("C0SAV", "1.1"),
        text="Fait & <b>\n",
        next_step="Rien",
        motive="m3",
        flags=flags,
        owner="U0HUGO",
        fields=("text", "next_step", "motive"),
    )


@pytest.mark.parametrize(
    "spoilt",
    [
        {"private_metadata": "{"},
        {"private_metadata": "[1]"},
        {"private_metadata": '{"v":9}'},
        {"private_metadata": None},
        {"private_metadata": "[" * 100_000},
        {"callback_id": "pay"},
        {"blocks": None},
        {"blocks": [1, {"type": "input"}]},
        {"state": None},
        {"state": {"values": {"text": {"value": None}, "motive": 3}}},
    ],
    ids=lambda each: str(each)[:40],
)
def test_what_came_back_spoilt_is_empty_and_never_fails(spoilt: dict[str, Any]) -> None:
    view = sent(layout().view(Form("reply", Place(), entry())), text="Bonjour") | spoilt
    filled = modals.read(view)
    assert filled.text == "" or filled.verb == "reply"


def test_a_fault_is_shown_under_its_field_else_under_the_first_else_not_at_all() -> None:
    told = Answer("Non.")
    both = Filled(fields=("text", "motive"))
    assert modals.errors(both, "motive", told) == {"response_action": "errors", "errors": {"motive": "Non."}}
    assert modals.errors(both, "elsewhere", told) == {"response_action": "errors", "errors": {"text": "Non."}}
    assert modals.errors(Filled(), "text", told) is None
