"""A person at every step, whatever was pending; and messages without words."""

import pytest

from core.domain.channel import Media
from core.domain.conversation import Status, Step
from core.domain.effects import MakePromise, OpenThread, PostTranscript
from core.domain.events import TimerKind
from tests.core.domain.decide.scene import (
    HOME,
    KNOWN,
    Scene,
    at,
)

PHOTO = (Media("image", "photo.jpg"),)
WISHES = [
    "conseiller",
    "un conseillé svp",
    "Parler à quelqu’un",
    "humain",
    "HUMAIN !!",
    "I want to talk to a human",
    "/humain",
    "/Human mon colis est cassé",
    "/conseiller@relais_bot",
]


@pytest.mark.parametrize("step", list(Step))
@pytest.mark.parametrize("wish", [*WISHES, "(tap)", "(old tap)"])
def test_a_person_is_one_word_away_at_every_step(step: Step, wish: str) -> None:
    scene = at(step)
    motive = scene.state.motive
    if wish.endswith("tap)"):
        scene.taps("person", "" if "old" in wish else None)
    else:
        scene.writes(wish)
    assert (scene.told, scene.state.status) == (["handoff.confirmed"], Status.OPEN)
    assert scene.state.motive == motive == ("delivery" if step in {Step.BLOCKING, Step.IDENTITY} else "")
    assert scene.timers == {}
    assert [len(scene.of(kind)) for kind in (MakePromise, OpenThread, PostTranscript)] == [1, 1, 1]


def test_a_person_is_asked_for_in_the_very_first_message() -> None:
    scene = Scene()
    scene.writes("Je veux parler à un conseiller, mon colis est perdu")
    assert scene.told == ["greeting.first", "greeting.privacy", "handoff.confirmed"]
    assert scene.state.talk.question == "Je veux parler à un conseiller, mon colis est perdu"


def test_what_was_written_just_before_is_part_of_the_request() -> None:
    scene = Scene()
    scene.writes("mon colis est perdu")
    scene.writes("conseiller")
    assert scene.state.talk.question == "mon colis est perdu"


def test_words_typed_just_before_a_choice_join_the_request() -> None:
    scene = at(Step.MOTIVE)
    scene.writes("le carton était ouvert")
    scene.taps("m:delivery", after=1)
    assert (scene.told, scene.state.talk.burst) == (["blocking.ask"], ())
    assert TimerKind.BURST not in scene.timers
    assert "carton" in scene.state.talk.question


def test_media_alone_ask_for_a_sentence_once_then_a_person_comes() -> None:
    scene = Scene()
    assert scene.says(media=PHOTO)[-1] == "media.received"
    assert scene.says(media=PHOTO) == ["handoff.confirmed"]


@pytest.mark.parametrize("step", [Step.CONFIRMING, Step.CHOOSING, Step.GUESSING, Step.MOTIVE, Step.BLOCKING])
def test_media_alone_leave_the_question_standing(step: Step) -> None:
    scene = at(step)
    assert scene.says(media=PHOTO)[0] == "media.noted"
    assert (scene.state.talk.step, scene.state.talk.misunderstandings) == (step, 0)


def test_media_with_words_are_read_by_their_words() -> None:
    assert Scene().says(KNOWN, media=PHOTO)[-1] == "faq.helped"


def test_media_instead_of_a_phone_hand_over() -> None:
    assert at(Step.IDENTITY).says(media=PHOTO) == ["handoff.confirmed"]


def test_an_outdated_button_while_the_phone_is_asked_asks_nothing_twice() -> None:
    scene = at(Step.IDENTITY)
    assert scene.taps("yes", "old") == ["menu.outdated"]
    assert scene.state.talk.step is Step.IDENTITY


def test_four_turns_at_most_lead_from_a_question_to_the_team() -> None:
    scene = Scene()
    turns = [scene.says(text) for text in (KNOWN, "non", "oui", "non")]
    assert (len(turns), scene.state.status, scene.state.address) == (4, Status.OPEN, HOME["whatsapp"])
