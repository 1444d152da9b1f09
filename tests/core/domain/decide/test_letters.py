"""What a manager decides about an effect that did not leave."""

from dataclasses import replace
from typing import Any

import pytest

from core.domain.conversation import Thread
from core.domain.decide import decide
from core.domain.decide.letters import CARD_GONE
from core.domain.effects import Abandon, OpenThread, Resend, ToThread, UpdateCard
from core.domain.events import ManagerSettled
from core.domain.rules import Agent, Role
from core.domain.situation import Decision, SentEffect
from tests.core.domain.decide.scene import LEA, Scene, claimed, keys, resolved, shipped

NADIA = Agent("U0NADIA", "Nadia", Role.MANAGER)


def _settled(
    scene: Scene,
    *,
    resend: bool = True,
    agent: Agent = NADIA,
    absence: str = "",
    **effect: Any,  # noqa: ANN401 - parts of the effect
) -> Decision:
    """The decision about a dead effect of the scene's conversation."""
    given = {"id": "o1", "conversation_id": scene.state.id, "destination": "team", "kind": "line"}
    dead = SentEffect(**{**given, "state": "failed", **effect})
    event = ManagerSettled(agent, scene.state.id, "o1", resend)
    shown = scene.state.but(thread=Thread("C0SAV", "1.1"))
    situation = replace(scene._situation(event), effect=dead, conversation=shown, absence=absence)
    return decide(situation, event, scene.now, shipped())


def test_it_leaves_once_more_or_is_let_go() -> None:
    scene = claimed()
    assert _settled(scene).effects == (Resend("o1"),)
    assert _settled(scene, resend=False).effects == (Abandon("o1"),)
    assert _settled(scene, state="unknown").effects == (Resend("o1"),)


@pytest.mark.parametrize("state", ["sent", "cancelled", "ready", "sending"])
def test_what_is_decided_or_on_its_way_is_not_decided_again(state: str) -> None:
    assert _settled(claimed(), state=state).refusal == "settled"


def test_what_belongs_to_another_conversation_is_not_decided() -> None:
    assert _settled(claimed(), conversation_id="elsewhere").refusal == "settled"


def test_only_managers_decide() -> None:
    told = _settled(claimed(), agent=LEA)
    assert (told.refusal, keys(told.answer), told.effects) == ("manager", ["refuse.not_manager"], ())


def test_a_card_is_made_as_it_is_now_rather_than_as_it_was() -> None:
    assert _settled(claimed(), kind="update_card").effects == (Abandon("o1"), UpdateCard())


@pytest.mark.parametrize("scene", [claimed, resolved])
def test_where_the_card_is_gone_another_opens_before_the_line_is_shown(scene: Any) -> None:  # noqa: ANN401
    effects = _settled(scene(), error=CARD_GONE).effects
    kinds = [type(effect) for effect in effects]
    assert kinds[0] is OpenThread
    assert effects[-1] == Resend("o1")
    assert not isinstance(_settled(scene(), error=CARD_GONE, kind="transcript").effects[-1], Resend)


def test_the_bots_words_are_not_sent_once_people_have_the_conversation() -> None:
    scene = claimed()
    words: dict[str, Any] = {"is_for_customer": True, "destination": "whatsapp", "condition": "with_bot"}
    assert _settled(scene, **words).refusal == "bots_words"
    assert _settled(scene, resend=False, **words).effects[0] == Abandon("o1")


def test_nothing_is_sent_to_who_wants_nothing_and_the_thread_tells_what_was_decided() -> None:
    scene = claimed()
    assert _settled(scene, absence="blocked", is_for_customer=True).refusal == "blocked"
    told = [each for each in _settled(scene, is_for_customer=True).effects if isinstance(each, ToThread)]
    assert [keys(each.words) for each in told] == [["thread.resent"]]
