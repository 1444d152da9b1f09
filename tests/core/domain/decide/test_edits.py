"""What customers change after they wrote it: only that one message, whole, and what it asks for now."""

import pytest

from core.domain.conversation import Status, WaitingFor
from core.domain.effects import UpdateCard
from core.domain.events import AgentReplied, CustomerEdited, TimerKind
from tests.core.domain.decide.scene import (
    BURST,
    HOME,
    LEA,
    TELEGRAM,
    UNKNOWN,
    Scene,
    claimed,
    handed_over,
    resolved,
)


def edits(scene: Scene, before: str, after: str) -> None:
    """The customer changes a message."""
    facts = scene.facts
    scene.facts = {**facts, "quoted": before}
    scene.hears(CustomerEdited(HOME["telegram"], "m7", after, 1))
    scene.facts = facts


def test_of_two_messages_of_the_same_words_one_is_changed() -> None:
    scene = Scene(channel=TELEGRAM)
    for text in ("oui", "oui"):
        scene.writes(text)
    edits(scene, "oui", "le bleu")
    assert scene.state.talk.burst == ("le bleu", "oui")


def test_words_given_to_one_picture_of_an_album_are_said_once() -> None:
    scene = Scene(channel=TELEGRAM)
    for _ in range(3):
        scene.writes("", album="a1")
    edits(scene, "", "mon vélo est cassé")
    assert scene.state.talk.burst == ("mon vélo est cassé", "", "")


def test_a_message_of_several_lines_is_corrected_whole() -> None:
    scene = Scene(channel=TELEGRAM)
    scene.says("Le vélo grince\nun peu", "depuis lundi")
    edits(scene, "Le vélo grince\nun peu", "Le vélo rouge grince\nbeaucoup")
    assert scene.state.talk.question == "Le vélo rouge grince\nbeaucoup\ndepuis lundi"


def test_part_of_another_message_is_no_message() -> None:
    scene = handed_over(channel=TELEGRAM)
    edits(scene, "Le vélo", "La moto")
    assert scene.state.talk.question == UNKNOWN
    assert scene.of(UpdateCard) == []


def test_urgency_that_is_edited_away_before_the_hand_off_makes_nothing_urgent() -> None:
    scene = Scene(channel=TELEGRAM)
    scene.says("c'est urgent, le vélo grince")
    edits(scene, "c'est urgent, le vélo grince", "le vélo grince, rien d'urgent")
    assert scene.state.talk.fired is None
    assert scene.timers[TimerKind.BOT_SILENCE] == scene.now + scene.rules.timers.bot_silence
    scene.says("conseiller")
    assert not scene.state.is_urgent


@pytest.mark.parametrize("is_read", [True, False])
def test_an_urgent_word_of_another_message_goes_on_counting(*, is_read: bool) -> None:
    scene = Scene(channel=TELEGRAM)
    scene.writes("c'est urgent")
    scene.writes("mon compte est bloqué")
    if is_read:
        scene.passes(BURST)
        scene.rings(TimerKind.BURST)
    edits(scene, "c'est urgent", "bonjour")
    assert scene.state.talk.fired is not None
    assert scene.state.talk.fired.detail == "bloqué"


@pytest.mark.parametrize("after", ["c'est urgent", "le vélo grince, je veux parler à un conseiller"])
def test_an_edit_that_presses_or_asks_for_somebody_re_opens_and_is_our_turn(after: str) -> None:
    scene = resolved(channel=TELEGRAM)
    edits(scene, UNKNOWN, after)
    assert (scene.state.status, scene.state.waiting_for) == (Status.IN_PROGRESS, WaitingFor.US)
    assert "reopened" in scene.told
    scene = claimed(channel=TELEGRAM)
    scene.hears(AgentReplied(LEA, scene.state.id, "Bonjour"))
    scene.passes(BURST)
    edits(scene, UNKNOWN, after)
    assert (scene.state.status, scene.state.waiting_for) == (Status.IN_PROGRESS, WaitingFor.US)


def test_a_slip_that_is_mended_in_what_was_urgent_already_re_opens_nothing() -> None:
    scene = resolved(channel=TELEGRAM)
    edits(scene, "c'est urgant", "c'est urgent")
    assert scene.state.status is Status.RESOLVED
