"""A name, or a « fin » without its slash: words that mean something to us only in their place."""

from dataclasses import replace

from core.domain.conversation import WaitingFor
from core.domain.events import AgentReplied
from tests.core.domain.decide.scene import LEA, Scene, claimed, resolved, shipped


def test_fin_without_its_slash_in_the_middle_of_a_burst_is_a_word_of_it() -> None:
    scene = Scene()
    scene.writes("je pars en vacances")
    scene.writes("fin")
    scene.writes("août")
    assert scene.told == []
    assert scene.state.talk.burst == ("je pars en vacances", "fin", "août")


def test_fin_without_its_slash_may_answer_the_owner_and_then_waits_for_them() -> None:
    scene = claimed()
    scene.hears(AgentReplied(LEA, scene.state.id, "Au début ou à la fin du mois ?"))
    scene.says("fin")
    assert scene.state.waiting_for is WaitingFor.US


def test_a_name_the_rules_do_not_hold_is_a_word_like_another() -> None:
    scene = resolved(rules=replace(shipped(), agents=()))
    assert scene.says("Merci Léa !") == ["reopened"]
