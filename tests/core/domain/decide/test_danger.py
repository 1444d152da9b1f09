"""A danger is written: no article, no question, the team at once (R063, R065)."""

import pytest

from core.domain.asked import Asked
from core.domain.conversation import Priority, Status, Step
from core.domain.effects import CallOnDuty, OpenThread
from core.domain.events import TimerKind
from core.domain.triage import Criterion
from tests.core.domain.decide.scene import TELEGRAM, Scene, at, claimed, handed_over
from tests.core.domain.decide.test_edits import edits

FIRE = "Où est mon colis ? Il y a de la fumée qui sort de la prise"


def is_handed_over(scene: Scene, word: str) -> bool:
    state = scene.state
    return (state.status, state.priority, state.criterion) == (
        Status.OPEN,
        Priority.URGENT,
        Criterion("critical", word),
    )


def test_a_danger_is_handed_over_at_once_whatever_the_base_would_answer() -> None:
    scene = Scene()
    scene.writes(FIRE)
    assert is_handed_over(scene, "fumée")
    assert scene.told[-1] == "handoff.urgent"
    assert len(scene.of(CallOnDuty)) == len(scene.of(OpenThread)) == 1
    assert scene.of(Asked) == []
    assert scene.state.talk.attempts == ()
    assert FIRE in scene.state.talk.question
    assert TimerKind.BURST not in scene.timers


@pytest.mark.parametrize("step", [Step.CONFIRMING, Step.GUESSING, Step.MOTIVE, Step.BLOCKING, Step.CHOOSING])
def test_a_danger_is_handed_over_wherever_the_talk_stands(step: Step) -> None:
    scene = at(step)
    scene.writes("non, ça sent le gaz")
    assert is_handed_over(scene, "sent le gaz")
    assert "ça sent le gaz" in scene.state.talk.question


def test_what_was_typed_just_before_a_danger_stays_in_the_request() -> None:
    scene = Scene()
    scene.writes("bonjour, mon four")
    scene.writes("il a pris feu")
    assert scene.state.talk.question == "bonjour, mon four\nil a pris feu"


def test_a_danger_that_is_denied_is_answered_as_any_question() -> None:
    scene = Scene()
    scene.says("il n'y a pas de fumée. Où est mon colis ?")
    assert scene.state.status is Status.BOT
    assert [each.article for each in scene.state.talk.attempts] == ["suivi-commande"]


def test_a_message_that_is_changed_into_a_danger_is_handed_over() -> None:
    scene = Scene(channel=TELEGRAM)
    scene.says("où est mon colis")
    edits(scene, "où est mon colis", "mon colis est en feu, un incendie !")
    assert is_handed_over(scene, "incendie")


def test_what_waits_for_the_team_becomes_urgent_by_a_danger_and_says_so() -> None:
    scene = handed_over()
    scene.says("il y a une fuite de gaz")
    assert is_handed_over(scene, "fuite de gaz")
    assert len(scene.of(CallOnDuty)) == 1


def test_the_owner_is_told_of_a_danger_once_also_in_what_is_urgent_already() -> None:
    scene = claimed()
    scene.says("c'est urgent")
    assert scene.thread[-1] == "thread.raised"
    scene.says("il y a un incendie")
    assert scene.thread[-1] == "thread.raised"
    assert scene.state.criterion == Criterion("critical", "incendie")
    scene.says("un incendie !")
    assert "thread.raised" not in scene.thread
