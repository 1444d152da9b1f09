"""Which choice is meant: number, rank, label or typo; and buttons that are out of date."""

import pytest

from core.domain.channel import Address
from core.domain.conversation import Option, Status, Step
from core.domain.effects import Author, Record, ToCustomer
from core.domain.events import TimerKind
from tests.core.domain.decide.scene import (
    KNOWN,
    Scene,
    at,
    shown,
)


@pytest.mark.parametrize(
    ("text", "article"),
    [
        ("1", "delai-livraison"),
        ("2.", "frais-livraison"),
        ("le troisième", "retard-livraison"),
        ("Quels sont les frais de livraison ?", "frais-livraison"),
        ("retar", "retard-livraison"),
    ],
)
def test_a_suggestion_is_chosen_by_number_rank_label_or_typo(text: str, article: str) -> None:
    scene = at(Step.CHOOSING)
    offered = {each.id: each.label for each in scene.state.talk.options}
    assert offered[f"a:{article}"]
    scene.says(offered[f"a:{article}"] if "?" in text else text)
    assert scene.told == [*shown(article), "faq.helped"]


@pytest.mark.parametrize("text", ["4", "autre chose", "non", "autre choze", "aucun"])
def test_none_of_the_suggestions_goes_on_to_the_motive(text: str) -> None:
    assert at(Step.CHOOSING).says(text) in (["motive.guess"], ["motive.ask"])


@pytest.mark.parametrize("text", ["9", "oui", "12"])
def test_an_unclear_choice_shows_the_suggestions_once_more_then_a_person_comes(text: str) -> None:
    scene = at(Step.CHOOSING)
    before = scene.state.talk.options
    assert scene.says(text) == ["not_understood.menu", "faq.did_you_mean"]
    assert scene.state.talk.options == before
    assert scene.says(text) == ["handoff.confirmed"]


def test_a_suggestion_whose_article_is_gone_goes_on_to_the_motive() -> None:
    scene = at(Step.CHOOSING, facts={"articles": {}})
    assert scene.says("1")[0].startswith("motive.")


def test_pleasantries_and_questions_about_nothing_open_are_answered_as_such() -> None:
    scene = at(Step.LISTENING)
    assert scene.says("merci") == ["pleasantry.answer"]
    assert scene.says("Où en est ma demande ?") == ["status.none"]
    assert scene.state.status is Status.BOT


@pytest.mark.parametrize("text", ["?!?", "12345", "😡"])
def test_signs_without_words_are_asked_about_once_then_a_person_comes(text: str) -> None:
    scene = Scene()
    assert scene.says(text)[-1] == "not_understood"
    assert scene.says(text) == ["handoff.confirmed"]


def test_every_message_is_recorded_once_and_a_tap_by_its_label() -> None:
    scene = at(Step.CONFIRMING)
    scene.taps("no")
    assert scene.of(Record) == [Record(Author.CUSTOMER, "Non")]
    scene.says("facture")
    assert scene.of(Record) == [Record(Author.CUSTOMER, "facture")]


def test_menus_of_two_conversations_never_share_a_name() -> None:
    first, second = at(Step.CONFIRMING), Scene(opened=1)
    second.says(KNOWN)
    prompts = {first.state.talk.prompt, second.state.talk.prompt}
    for scene in (first, second):
        scene.says("non")
        prompts.add(scene.state.talk.prompt)
    assert len(prompts) == 4


def test_a_tap_on_a_menu_that_has_changed_shows_the_question_that_stands() -> None:
    scene = at(Step.CONFIRMING)
    old = scene.state.talk.prompt
    scene.says("non")
    assert scene.taps("yes", old) == ["menu.passed", "motive.guess"]
    assert scene.state.motive == ""


def test_pressing_twice_is_no_second_act() -> None:
    scene = at(Step.CONFIRMING)
    old = scene.state.talk.prompt
    scene.taps("no", old)
    assert scene.taps("no", old, after=1) == []
    assert TimerKind.BOT_SILENCE in scene.timers


def test_a_tap_on_nothing_ours_invites_to_write() -> None:
    assert at(Step.LISTENING).taps("yes", "") == ["menu.outdated"]


def test_a_number_typed_after_the_menu_changed_means_the_new_menu() -> None:
    scene = at(Step.CONFIRMING)
    scene.says("2")
    scene.says("1")
    assert (scene.state.motive, scene.state.talk.step) == ("delivery", Step.BLOCKING)


def test_a_burst_around_an_answer_is_that_answer() -> None:
    scene = at(Step.GUESSING)
    scene.writes("alors")
    scene.writes("oui")
    assert (scene.told, set(scene.timers)) == ([], {TimerKind.BURST})
    scene.rings(TimerKind.BURST)
    assert scene.told == ["blocking.ask"]


def test_two_questions_at_once_are_asked_about_once() -> None:
    scene = Scene()
    scene.says("Où est mon colis ? Et comment faire un retour ?")
    assert [len(effect.choices) for effect in scene.of(ToCustomer)] == [0, 2]


def test_the_bot_always_awaits_the_customer_with_a_clock_while_it_waits() -> None:
    for step in Step:
        assert at(step).timers.keys() == {TimerKind.BOT_SILENCE}


def test_replies_go_to_the_address_of_the_latest_message() -> None:
    scene = at(Step.CONFIRMING)
    elsewhere = Address("telegram", "700")
    scene.says("non", address=elsewhere)
    assert scene.of(ToCustomer)[0].address == scene.state.address == elsewhere
    assert scene.state.entry_address.channel == "whatsapp"


def test_the_options_remembered_are_those_shown() -> None:
    scene = at(Step.CONFIRMING)
    assert scene.state.talk.options == (Option("yes", "Oui"), Option("no", "Non"))
