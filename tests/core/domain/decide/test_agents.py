"""Agents act: who may do what, when. Each refusal says why and changes nothing."""

from datetime import timedelta

import pytest

from core.domain.conversation import Status, WaitingFor
from core.domain.effects import (
    Mark,
    PromiseOutcome,
    SettlePromise,
    ToCustomer,
)
from core.domain.events import (
    AgentClaimed,
    AgentReplied,
    TimerKind,
)
from core.domain.rules import Agent
from tests.core.domain.decide.agent_acts import (
    Make,
    act,
    closed,
    closed_by_customer,
    with_bot,
    without_motive,
)
from tests.core.domain.decide.scene import (
    LEA,
    NADIA,
    SAM,
    TELEGRAM,
    Scene,
    claimed,
    handed_over,
    lines,
    resolved,
)

REFUSED = [
    *(
        (with_bot, LEA, verb, "with_bot")
        for verb in ("claim", "reply", "note", "resolve", "release", "motive")
    ),
    *((closed, LEA, verb, "closed") for verb in ("claim", "reply", "resolve", "release", "motive")),
    (handed_over, SAM, "resolve", "unclaimed"),
    (handed_over, SAM, "release", "unclaimed"),
    (handed_over, NADIA, "release", "unclaimed"),
    (handed_over, SAM, "empty reply", "empty"),
    (handed_over, SAM, "empty note", "empty"),
    (handed_over, SAM, "unknown motive", "motive"),
    (handed_over, SAM, "settle", "settled"),
    (claimed, LEA, "claim", "yours"),
    (claimed, SAM, "claim", "owned"),
    (claimed, SAM, "reply", "owned"),
    (claimed, SAM, "resolve", "owned"),
    (claimed, SAM, "release", "owned"),
    (claimed, NADIA, "claim", "owned"),
    (claimed, LEA, "empty resolve", "empty"),
    (claimed, LEA, "resolve as unknown", "motive"),
    (without_motive, LEA, "resolve", "motive"),
    (resolved, LEA, "claim", "resolved"),
    (resolved, SAM, "take over", "resolved"),
    (resolved, LEA, "resolve", "resolved"),
    (resolved, LEA, "release", "resolved"),
    (resolved, SAM, "reply", "owned"),
    (resolved, LEA, "reply", "reopens"),
    (resolved, SAM, "reply over", "reopens"),
    (closed_by_customer, SAM, "reply", "reopens"),
]


@pytest.mark.parametrize(("make", "who", "verb", "refusal"), REFUSED)
def test_a_refusal_says_why_and_changes_nothing(make: Make, who: Agent, verb: str, refusal: str) -> None:
    scene = make()
    before = scene.state
    decision = scene.hears(act(verb, who, scene))
    assert (decision.refusal, decision.effects, decision.conversation) == (refusal, (), None)
    assert decision.answer != ()
    assert scene.state == before


def test_an_act_on_a_conversation_that_is_gone_is_refused() -> None:
    scene = Scene()
    decision = scene.hears(AgentClaimed(LEA, "nowhere"))
    assert (decision.refusal, decision.effects) == ("gone", ())


DONE = [
    (handed_over, SAM, "claim", Status.IN_PROGRESS, SAM.id),
    (handed_over, SAM, "take over", Status.IN_PROGRESS, SAM.id),
    (handed_over, SAM, "reply", Status.IN_PROGRESS, SAM.id),
    (handed_over, SAM, "note", Status.OPEN, ""),
    (handed_over, SAM, "motive", Status.OPEN, ""),
    (handed_over, NADIA, "resolve", Status.RESOLVED, ""),
    (claimed, SAM, "take over", Status.IN_PROGRESS, SAM.id),
    (claimed, SAM, "reply over", Status.IN_PROGRESS, SAM.id),
    (claimed, SAM, "note", Status.IN_PROGRESS, LEA.id),
    (claimed, SAM, "motive", Status.IN_PROGRESS, LEA.id),
    (claimed, LEA, "reply", Status.IN_PROGRESS, LEA.id),
    (claimed, LEA, "resolve", Status.RESOLVED, LEA.id),
    (claimed, LEA, "release", Status.OPEN, ""),
    (claimed, NADIA, "resolve", Status.RESOLVED, LEA.id),
    (claimed, NADIA, "release", Status.OPEN, ""),
    (without_motive, LEA, "resolve as", Status.RESOLVED, LEA.id),
    (resolved, SAM, "note", Status.RESOLVED, LEA.id),
    (resolved, SAM, "motive", Status.RESOLVED, LEA.id),
    (resolved, LEA, "reply again", Status.IN_PROGRESS, LEA.id),
    (resolved, SAM, "reply over again", Status.IN_PROGRESS, SAM.id),
    (closed_by_customer, SAM, "reply again", Status.IN_PROGRESS, SAM.id),
    (closed, SAM, "note", Status.CLOSED, LEA.id),
]


@pytest.mark.parametrize(("make", "who", "verb", "status", "owner"), DONE)
def test_an_act_does_what_it_says(make: Make, who: Agent, verb: str, status: Status, owner: str) -> None:
    scene = make()
    decision = scene.hears(act(verb, who, scene))
    assert (decision.refusal, scene.state.status, scene.state.owner) == ("", status, owner)
    assert decision.answer != ()
    if status in {Status.IN_PROGRESS, Status.OPEN}:
        assert TimerKind.CLOSE not in scene.timers


def test_the_customer_reads_a_first_name_only_from_the_rules() -> None:
    told = []
    for agent in (LEA, SAM):
        scene = handed_over()
        scene.hears(AgentClaimed(agent, scene.state.id))
        told.append(scene.told)
    assert told == [["claim.named"], ["claim.unnamed"]]


def test_replying_to_an_unclaimed_conversation_claims_it_in_one_decision() -> None:
    scene = handed_over()
    scene.hears(AgentReplied(LEA, scene.state.id, "Bonjour {prenom} 👋"))
    assert (scene.told, scene.thread) == (["Bonjour {prenom} 👋"], ["thread.claimed", "Bonjour {prenom} 👋"])
    state = scene.state
    assert (state.owner, state.waiting_for, state.first_reply_at) == (LEA.id, WaitingFor.CUSTOMER, scene.now)
    assert [effect.outcome for effect in scene.of(SettlePromise)] == [PromiseOutcome.KEPT]
    assert (state.promised_for, scene.of(ToCustomer)[0].agent) == (None, LEA.id)


def test_a_reply_after_the_hour_that_was_told_is_late() -> None:
    scene = handed_over(channel=TELEGRAM)
    scene.passes(timedelta(hours=30))
    scene.hears(AgentReplied(LEA, scene.state.id, "Pardon du retard."))
    assert [effect.outcome for effect in scene.of(SettlePromise)] == [PromiseOutcome.LATE]


def test_claiming_does_not_settle_the_promise() -> None:
    assert claimed().state.promised_for is not None


@pytest.mark.parametrize("verb", ["take over", "reply over"])
def test_taking_over_tells_both(verb: str) -> None:
    scene = claimed()
    scene.hears(act(verb, SAM, scene))
    assert [line.mentions for line in lines(scene, Mark.FACT)] == [(SAM.id, LEA.id)]
