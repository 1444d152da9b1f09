"""Conversations in every state, and what an agent may try on them."""

from collections.abc import Callable

from core.domain.conversation import Step
from core.domain.events import (
    AgentChoseMotive,
    AgentClaimed,
    AgentEvent,
    AgentNoted,
    AgentReleased,
    AgentReplied,
    AgentResolved,
    AgentSettled,
    TimerKind,
)
from core.domain.rules import Agent
from tests.core.domain.decide.scene import (
    LEA,
    Scene,
    at,
    claimed,
    handed_over,
    resolved,
)

Make = Callable[[], Scene]


def with_bot() -> Scene:
    return at(Step.CONFIRMING)


def closed() -> Scene:
    scene = resolved()
    scene.rings(TimerKind.CLOSE)
    return scene


def without_motive() -> Scene:
    return claimed(LEA, "")


def closed_by_customer() -> Scene:
    scene = handed_over()
    scene.says("/fin")
    return scene


def act(verb: str, who: Agent, scene: Scene) -> AgentEvent:
    to, over = scene.state.id, scene.state.resolved_at
    acts: dict[str, AgentEvent] = {
        "claim": AgentClaimed(who, to),
        "take over": AgentClaimed(who, to, take_over_from=scene.state.owner),
        "reply": AgentReplied(who, to, "Votre colis part demain."),
        "reply over": AgentReplied(who, to, "Votre colis part demain.", take_over_from=scene.state.owner),
        "reply over again": AgentReplied(
            who, to, "Votre colis part demain.", scene.state.owner, over, twice=True
        ),
        "empty reply": AgentReplied(who, to, "  \n"),
        "note": AgentNoted(who, to, "Transporteur prévenu."),
        "empty note": AgentNoted(who, to, " "),
        "resolve": AgentResolved(who, to, "Colis renvoyé."),
        "empty resolve": AgentResolved(who, to, "  "),
        "resolve as": AgentResolved(who, to, "Colis renvoyé.", motive="return"),
        "resolve as unknown": AgentResolved(who, to, "Colis renvoyé.", motive="nothing"),
        "release": AgentReleased(who, to),
        "motive": AgentChoseMotive(who, to, "billing"),
        "unknown motive": AgentChoseMotive(who, to, "nothing"),
        "reply again": AgentReplied(who, to, "Votre colis part demain.", reopens=over, twice=True),
        "settle": AgentSettled(who, to, "o1", resend=True),
    }
    return acts[verb]
