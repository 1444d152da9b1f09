"""How a delivery ended, and what the team must know or do about it."""

from dataclasses import replace
from datetime import datetime

from core.domain.channel import Address
from core.domain.conversation import Status, Thread
from core.domain.decide import to_team
from core.domain.decide.marking import mark_of
from core.domain.decide.replies import weigh
from core.domain.decide.turn import Turn
from core.domain.effects import (
    MOOT,
    Abandon,
    Absence,
    Condition,
    Mark,
    SayInWords,
    SetAbsence,
    ThreadAction,
    ToThread,
)
from core.domain.events import (
    Delivered,
    DeliveryEvent,
    DeliveryReported,
    DeliveryUnknown,
    DeliveryWaits,
    NotDelivered,
    ReportStatus,
)
from core.domain.lines import line
from core.domain.rules import Rules
from core.domain.situation import NOTHING, Decision, SentEffect, Situation

OPEN_THREAD = "open_thread"
ABSENCES = {
    "refused.blocked": Absence.BLOCKED,
    "refused.opted_out": Absence.STOPPED,
    "refused.no_account": Absence.UNREACHABLE,
    "refused.chat_gone": Absence.UNREACHABLE,
}
OUT_OF_REACH = {*ABSENCES, "refused.window", "refused.not_joined"}
"""Refusals of this customer rather than of these words: a person of the team could write no better."""


def decide_delivery(situation: Situation, event: DeliveryEvent, now: datetime, rules: Rules) -> Decision:
    """The row itself is settled by the outbox; here only what it means for the conversation."""
    effect = situation.effect
    if situation.conversation is None or effect is None:
        return NOTHING
    turn = Turn(situation, situation.conversation, now, rules)
    match event:
        case Delivered() if effect.kind == OPEN_THREAD:
            turn.change(thread=Thread(effect.place, event.reference))
        case NotDelivered() if effect.is_for_customer:
            _tell_failure(turn, effect, event.reason, event.code)
        case DeliveryUnknown() if effect.is_for_customer:
            _nobody_can_tell(turn, effect)
        case DeliveryWaits() if effect.is_for_customer and turn.conversation.handed_off_at:
            _tell_wait(turn, effect, event.reason)
        case DeliveryReported(status=ReportStatus.FAILED) if _is_news(effect):
            _tell_failure(turn, effect, event.reason, event.code)
        case DeliveryReported() if effect.is_for_customer and effect.reported == ReportStatus.FAILED:
            _arrived_after_all(turn, effect)
        case _:
            pass  # good news: told by the mark alone
    if marked := mark_of(situation.parts):
        turn.do(marked)
    stands = turn.conversation is situation.conversation
    if stands and not turn.effects:
        return NOTHING
    return replace(turn.decided(), stands=stands)


def _is_news(effect: SentEffect) -> bool:
    """A failure after a delivery is kept out: the better report wins (T33b)."""
    return effect.is_for_customer and effect.reported in {"", ReportStatus.SENT}


def _tell_failure(turn: Turn, effect: SentEffect, reason: str, code: str) -> None:
    """Said in the thread with what to do; before the hand-off there is no thread to say it in."""
    _remember_absence(turn, effect, reason)
    if turn.conversation.handed_off_at is None:
        _bot_was_not_heard(turn, effect, reason, code)
        return
    why = line(reason or "refused.other", code=code)
    words = line("thread.failed", customer=turn.shown_name(), why=why)
    turn.do(ToThread(Mark.ALARM, (words, effect.text), mentions=_concerned(turn, effect)))
    weigh(turn, arrived=False)
    turn.refresh_card()  # also for an article that did not arrive: it was not shown


def _arrived_after_all(turn: Turn, effect: SentEffect) -> None:
    """The failure was told and was not true: that is told too, and whose turn it is (T33b)."""
    if turn.situation.absence == Absence.UNREACHABLE and effect.to:
        turn.do(SetAbsence(Address(effect.destination, effect.to), None))
    if turn.conversation.handed_off_at is None:
        return
    words = line("thread.arrived", customer=turn.shown_name())
    turn.do(ToThread(Mark.FACT, (words, effect.text), mentions=_concerned(turn, effect)))
    weigh(turn, arrived=True)
    turn.refresh_card()


def _remember_absence(turn: Turn, effect: SentEffect, reason: str) -> None:
    """A refusal that says the customer shut the door, or is there no more, holds until they write (G23)."""
    absence = ABSENCES.get(reason)
    heard = turn.conversation.last_customer_at
    is_here = heard and effect.created_at and heard > effect.created_at
    if absence is None or not effect.to or (absence is Absence.UNREACHABLE and is_here):
        return
    turn.do(SetAbsence(Address(effect.destination, effect.to), absence))


def _bot_was_not_heard(turn: Turn, effect: SentEffect, reason: str, code: str) -> None:
    """The bot speaks and nothing arrives: in other words, else to people, who may find another way (I4)."""
    if turn.conversation.status is not Status.BOT or reason in OUT_OF_REACH:
        return
    if effect.has_menu:
        turn.do(SayInWords(effect.id))
        return
    to_team.hand_over(turn)
    why = line(reason or "refused.other", code=code)
    words = line("thread.failed", customer=turn.shown_name(), why=why)
    turn.do(ToThread(Mark.ALARM, (words, effect.text)))


def _nobody_can_tell(turn: Turn, effect: SentEffect) -> None:
    """A human decides; where none has the conversation yet, one gets it now.

    Unless the customer has left, or the talk is over: whoever comes back writes anew, and is answered anew.
    """
    if turn.conversation.status is Status.BOT and turn.can_write():
        to_team.hand_over(turn)
    if turn.conversation.handed_off_at is not None:
        _ask_team(turn, effect)
    else:
        turn.do(Abandon(effect.id, MOOT))


def _ask_team(turn: Turn, effect: SentEffect) -> None:
    """Nobody can tell whether it arrived: the agent decides (ARCHITECTURE §6).

    What the bot had to say is not said again once people have the conversation: they say it better.
    """
    again = ThreadAction("resend", line("button.resend"), effect.id)
    leave = ThreadAction("abandon", line("button.abandon"), effect.id)
    actions = (leave,) if effect.condition == Condition.WITH_BOT else (again, leave)
    words = line("thread.unknown", customer=turn.shown_name())
    mentions = _concerned(turn, effect)
    turn.do(ToThread(Mark.ALARM, (words, effect.text), mentions=mentions, actions=actions))


def _tell_wait(turn: Turn, effect: SentEffect, reason: str) -> None:
    """It leaves by itself once that is mended: until then the team may choose another way."""
    words = line("thread.waits", customer=turn.shown_name(), why=line(reason))
    turn.do(ToThread(Mark.ALARM, (words, effect.text), mentions=_concerned(turn, effect)))


def _concerned(turn: Turn, effect: SentEffect) -> tuple[str, ...]:
    """Whoever typed it; of our own words, whoever owns the conversation."""
    agent = effect.agent or turn.conversation.owner
    return (agent,) if agent else ()
