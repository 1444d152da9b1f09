"""From « no answer » to the hand-off: motive, what blocks, who writes, and a person at every step."""

from dataclasses import replace
from datetime import timedelta

import pytest

from core.domain.conversation import Status, Step
from core.domain.customer import Customer
from core.domain.effects import ToCustomer
from core.domain.events import TimerKind
from tests.core.domain.decide.scene import (
    MONDAY,
    PHONE,
    TELEGRAM,
    UNKNOWN,
    Scene,
    at,
    handed_over,
    shipped,
)

BUSINESS = replace(shipped(), b2b=True)


@pytest.mark.parametrize("text", ["oui", "1", "Oui.", "c’est ça", "ok", "exact", "ouiii", "oui merci"])
def test_the_guess_is_confirmed_in_one_turn(text: str) -> None:
    scene = at(Step.GUESSING)
    scene.says(text)
    assert (scene.state.motive, scene.told) == ("delivery", ["blocking.ask"])


@pytest.mark.parametrize("text", ["non", "2", "un autre sujet", "non pas du tout", "non, pas mon colis"])
def test_a_refused_guess_shows_the_list(text: str) -> None:
    scene = at(Step.GUESSING)
    assert scene.says(text) == ["motive.ask"]
    assert scene.state.motive == ""


@pytest.mark.parametrize(
    ("text", "motive"),
    [
        ("facture", "billing"),
        ("Non, facture", "billing"),
        ("non, c’est pour ma facture", "billing"),
        ("rendez vous", "appointment"),
        ("plutôt un problème de mot de passe", "account"),
    ],
)
def test_a_motive_named_while_only_the_guess_is_shown_is_taken(text: str, motive: str) -> None:
    scene = at(Step.GUESSING)
    scene.says(text)
    assert scene.state.motive == motive


@pytest.mark.parametrize(
    ("text", "motive"),
    [
        ("1", "delivery"),
        ("le troisième", "billing"),
        ("Facture, paiement", "billing"),
        ("livraizon", "delivery"),
        ("devis", "sales"),
        ("10", "legal"),
        ("autre", "other"),
        ("non", "other"),
        ("Mon voisin a peint son portail", "other"),
        ("Je ne sais pas", "other"),
    ],
)
def test_the_list_takes_numbers_labels_typos_and_any_other_words(text: str, motive: str) -> None:
    scene = at(Step.MOTIVE)
    scene.says(text)
    assert scene.state.motive == motive


@pytest.mark.parametrize("text", ["11", "42", "le douzième", "???", "merci", "oui"])
def test_what_tells_nothing_asks_for_the_motive_again_then_hands_over(text: str) -> None:
    scene = at(Step.MOTIVE)
    assert scene.says(text) == ["not_understood.menu", "motive.ask"]
    assert scene.says(text) == ["handoff.confirmed"]
    assert (scene.state.status, scene.state.motive) == (Status.OPEN, "")


ASKS = {"delivery", "return", "billing", "account", "legal"}


@pytest.mark.parametrize("motive", [each.key for each in shipped().motives if each.key != "other"])
def test_the_blocking_question_is_asked_only_where_the_motive_says_so(motive: str) -> None:
    scene = at(Step.MOTIVE)
    asked = scene.taps(f"m:{motive}") == ["blocking.ask"]
    assert asked is (motive in ASKS)
    assert (scene.state.status is Status.OPEN) is not asked


def test_the_blocking_question_is_asked_for_other_too() -> None:
    assert at(Step.MOTIVE).says("Mon voisin a peint son portail") == ["blocking.ask"]


@pytest.mark.parametrize(
    ("text", "vip"), [("C’est urgent", False), ("Je vais porter plainte", False), ("", True)]
)
def test_the_blocking_question_is_not_asked_once_something_fired(text: str, vip: bool) -> None:
    scene = Scene(customer=Customer("m1", "Marie", vip=vip))
    scene.says(f"{UNKNOWN}. {text}")
    while scene.state.status is Status.BOT:
        assert scene.state.talk.step is not Step.BLOCKING
        scene.taps("list") if scene.state.talk.step is Step.GUESSING else scene.taps("m:delivery")
    assert scene.told == ["handoff.urgent"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("oui", "handoff.urgent"),
        ("1", "handoff.urgent"),
        ("oui, depuis hier", "handoff.urgent"),
        ("je suis complètement bloqué depuis ce matin", "handoff.urgent"),
        ("non, mais c'est urgent", "handoff.urgent"),
        ("non, mais je vais porter plainte", "handoff.urgent"),
        ("non", "handoff.confirmed"),
        ("Non, ça ne me bloque pas", "handoff.confirmed"),
        ("non, juste un peu bloqué", "handoff.confirmed"),
        ("ça ne bloque rien", "handoff.confirmed"),
        ("je ne pense pas que ce soit bloquant", "handoff.confirmed"),
        ("Not blocking me, no", "handoff.confirmed"),
        ("2", "handoff.confirmed"),
        ("non mais c’est pénible", "handoff.confirmed"),
    ],
)
def test_the_blocking_question_is_answered_in_any_words(text: str, told: str) -> None:
    assert at(Step.BLOCKING).says(text) == [told]


def test_an_answer_that_says_neither_is_asked_about_once() -> None:
    scene = at(Step.BLOCKING)
    assert scene.says("je pars en vacances samedi") == ["not_understood.menu", "blocking.ask"]
    assert scene.says("enfin dimanche") == ["handoff.confirmed"]
    assert scene.state.motive == "delivery"
    assert "vacances" in scene.state.talk.question


def test_two_misunderstandings_anywhere_in_the_talk_hand_over() -> None:
    scene = at(Step.MOTIVE)
    scene.says("42")
    scene.taps("m:delivery")
    assert scene.says("cela dépend des jours") == ["handoff.confirmed"]


@pytest.mark.parametrize("step", [Step.GUESSING, Step.MOTIVE, Step.BLOCKING])
def test_a_greeting_or_a_status_question_leaves_the_question_standing(step: Step) -> None:
    scene = at(step)
    question = scene.says("bonjour")
    assert len(question) == 1
    assert scene.says("Où en est ma demande ?") == ["status.not_yet", *question]
    assert (scene.state.talk.step, scene.state.talk.misunderstandings) == (step, 0)


def test_the_phone_is_asked_once_on_a_channel_that_can_prove_it() -> None:
    scene = at(Step.IDENTITY)
    assert scene.told == ["identity.phone"]
    assert scene.of(ToCustomer)[0].asks_phone
    assert scene.customer.asked_phone_at is not None


@pytest.mark.parametrize(
    "text", ["passer", "Non merci", "skip", "06 12 34 56 78", "Pourquoi faire ?", "plus tard"]
)
def test_leaving_the_phone_out_hands_over_and_removes_its_button(text: str) -> None:
    scene = at(Step.IDENTITY)
    assert scene.says(text) == ["handoff.confirmed"]
    assert scene.of(ToCustomer)[0].clears_keyboard
    assert (scene.customer.phone, scene.customer.company) == ("", "")


def test_a_request_that_only_lacks_a_number_is_not_kept_waiting_for_it() -> None:
    scene = at(Step.BLOCKING, channel=TELEGRAM)
    scene.says("non")
    assert scene.timers == {TimerKind.BOT_SILENCE: scene.now + timedelta(minutes=15)}
    scene.rings(TimerKind.BOT_SILENCE)
    assert (scene.told, scene.state.status) == (["handoff.confirmed"], Status.OPEN)


def test_a_shared_contact_is_kept_and_hands_over() -> None:
    scene = at(Step.IDENTITY)
    assert scene.says("", phone=PHONE, shared_phone=True) == ["handoff.confirmed"]
    assert scene.customer.phone == PHONE


def test_a_contact_shared_unasked_is_thanked_and_the_bot_still_waits() -> None:
    scene = at(Step.LISTENING, channel=TELEGRAM)
    assert scene.says("", phone=PHONE, shared_phone=True) == ["identity.thanks"]
    assert TimerKind.BOT_SILENCE in scene.timers


def test_the_phone_is_never_asked_again_in_a_life() -> None:
    scene = Scene(TELEGRAM, customer=Customer("m1", "Marie", asked_phone_at=MONDAY))
    scene.says(UNKNOWN)
    assert scene.taps("m:product") == ["handoff.confirmed"]


@pytest.mark.parametrize("motive", ["delivery", "product", "incident", "sales"])
def test_the_phone_is_never_asked_where_the_platform_tells_it(motive: str) -> None:
    scene = handed_over(motive)
    assert (scene.customer.asked_phone_at, scene.customer.phone) == (None, PHONE)


def test_a_business_is_asked_its_company_and_its_phone_in_one_message() -> None:
    scene = at(Step.IDENTITY, rules=BUSINESS)
    assert scene.told == ["identity.both"]
    assert scene.says("Menuiserie Garnier") == ["handoff.confirmed"]
    assert scene.customer.company == "Menuiserie Garnier"


def test_a_business_on_a_channel_with_phones_is_asked_its_company_alone() -> None:
    scene = Scene(rules=BUSINESS)
    scene.says(UNKNOWN)
    assert scene.taps("m:product") == ["identity.company"]
    assert scene.says("passer") == ["handoff.confirmed"]
    assert not scene.of(ToCustomer)[0].clears_keyboard


@pytest.mark.parametrize("text", ["Vous me répondez quand ?", "0612345678"])
def test_a_question_or_a_number_is_never_taken_for_a_company(text: str) -> None:
    scene = at(Step.IDENTITY, rules=BUSINESS)
    scene.says(text)
    assert (scene.state.status, scene.customer.company) == (Status.OPEN, "")
    assert text in scene.state.talk.question
