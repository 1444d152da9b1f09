"""What to do about each event. Pure: a situation in, a decision out, nothing else (ARCHITECTURE §1).

Rules of this room:
1. All that moves a conversation lives here, one module a speaker: customer, agent, timer, delivery, thread. A
   customer is heard by `bot_talk`, then by `with_team`; when nothing is open, by `asides`; what is no message
   by `gestures`.
2. No module here knows a platform, a clock, a database or a sentence; it names lines of the catalogue.
3. A refusal changes nothing.
"""

from datetime import datetime

from core.domain.decide.agent import decide_agent
from core.domain.decide.customer import decide_customer
from core.domain.decide.delivery import decide_delivery
from core.domain.decide.gestures import decide_gesture
from core.domain.decide.letters import decide_letter
from core.domain.decide.thread import decide_thread
from core.domain.decide.timer import decide_timer
from core.domain.events import (
    CustomerGesture,
    CustomerWrote,
    Delivered,
    DeliveryReported,
    DeliveryUnknown,
    DeliveryWaits,
    Event,
    ManagerSettled,
    NotDelivered,
    ThreadEvent,
    TimerRang,
)
from core.domain.rules import Rules
from core.domain.situation import Decision, Situation


def decide(situation: Situation, event: Event, now: datetime, rules: Rules) -> Decision:
    """The one function that moves a conversation."""
    match event:
        case ManagerSettled():
            return decide_letter(situation, event, now, rules)
        case CustomerWrote():
            return decide_customer(situation, event, now, rules)
        case TimerRang():
            return decide_timer(situation, event, now, rules)
        case _ if isinstance(event, CustomerGesture):
            return decide_gesture(situation, event, now, rules)
        case _ if isinstance(event, ThreadEvent):
            return decide_thread(situation, event, now, rules)
        case Delivered() | NotDelivered() | DeliveryUnknown() | DeliveryWaits() | DeliveryReported():
            return decide_delivery(situation, event, now, rules)
        case _:
            return decide_agent(situation, event, now, rules)


__all__ = ["decide"]
