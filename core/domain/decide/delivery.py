"""How a delivery ended, and what the team must know or do about it."""

from dataclasses import replace
from datetime import datetime

from core.domain.channel import Address
from core.domain.conversation import Status, Thread, WaitingFor
from core.domain.decide import closing, to_team
from core.domain.decide.marking import mark_of
from core.domain.decide.turn import Turn
from core.domain.effects import (
    MOOT,
    Abandon,
    Absence,
    Condition,
    Delivery,
    Mark,
    RevivePromise,
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
    if effect.agent and turn.conversation.status is Status.IN_PROGRESS:
        _still_waits(turn, effect)
    turn.refresh_card()  # also for an article that did not arrive: it was not shown


def _arrived_after_all(turn: Turn, effect: SentEffect) -> None:
    """The failure was told and was not true: that is told too, and whose turn it is (T33b)."""
    if turn.situation.absence == Absence.UNREACHABLE and effect.to:
        turn.do(SetAbsence(Address(effect.destination, effect.to), None))
    if turn.conversation.handed_off_at is None:
        return
    words = line("thread.arrived", customer=turn.shown_name())
    turn.do(ToThread(Mark.FACT, (words, effect.text), mentions=_concerned(turn, effect)))
    if effect.agent and _answers_it_all(turn, effect) and turn.conversation.status is Status.IN_PROGRESS:
        closing.settle_promise(turn, effect.created_at)  # it was answered then, whenever the news came
        first = turn.conversation.first_reply_at or effect.created_at
        turn.change(waiting_for=WaitingFor.CUSTOMER, waiting_since=turn.now, first_reply_at=first)
    turn.refresh_card()


def _answers_it_all(turn: Turn, effect: SentEffect) -> bool:
    """The customer wrote nothing since, and no other part of the same reply is lost."""
    heard, marked = turn.conversation.last_customer_at, mark_of(turn.situation.parts)
    if marked is not None and marked.delivery is Delivery.FAILED:
        return False
    return not (heard and effect.created_at and heard > effect.created_at)


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


def _still_waits(turn: Turn, effect: SentEffect) -> None:
    """What did not arrive answers nothing: the customer still waits, and the card says so (I4, P6, P20)."""
    if turn.conversation.first_reply_at == effect.created_at:
        turn.change(first_reply_at=_later_reply(turn, effect))
    if _later_reply(turn, effect):
        return
    turn.change(waiting_for=WaitingFor.US, waiting_since=turn.now)
    due = turn.situation.settled_promise
    if due is not None:
        turn.change(promised_for=due)
        turn.do(RevivePromise(due))


def _later_reply(turn: Turn, effect: SentEffect) -> datetime | None:
    """When the team wrote anew since: whether the customer waits is for that one to tell."""
    latest = turn.conversation.last_agent_at
    return latest if latest and effect.created_at and latest > effect.created_at else None


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
