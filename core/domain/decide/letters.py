"""A manager decides about an effect that did not leave, and that nobody was told of."""

from dataclasses import replace
from datetime import datetime

from core.domain.conversation import Status
from core.domain.decide.thread import open_anew
from core.domain.decide.turn import Turn, refused
from core.domain.effects import DECIDED, Abandon, Condition, Mark, Resend
from core.domain.events import ManagerSettled, ReportStatus
from core.domain.lines import line
from core.domain.rules import Rules
from core.domain.situation import Decision, SentEffect, Situation

CARD_GONE = "its card is gone"
"""The error of what was for a card that is there no more, in a conversation that needs none."""
_DEAD = frozenset({"failed", "unknown"})


def decide_letter(situation: Situation, event: ManagerSettled, now: datetime, rules: Rules) -> Decision:
    """Once: whoever decides second is told that it is decided."""
    if situation.conversation is None:
        return refused("settled", "refuse.settled")
    turn = Turn(situation, situation.conversation, now, rules)
    if not event.agent.is_manager:
        return refused("manager", "refuse.not_manager")
    effect = turn.situation.effect
    if effect is None or effect.conversation_id != turn.conversation.id or not _stands(effect):
        return refused("settled", "refuse.settled")
    customer = turn.shown_name()
    if not event.resend:
        turn.do(Abandon(effect.id))
    elif refusal := _why_not(turn, effect):
        return refused(refusal, f"refuse.{refusal}", customer=customer)
    else:
        _again(turn, effect)
    if effect.is_for_customer and turn.conversation.handed_off_at is not None:
        told = "thread.resent" if event.resend else "thread.abandoned"
        turn.tell_team(Mark.FACT, line(told, agent=event.agent.name))
    answer = line("answer.retried" if event.resend else "answer.dropped", customer=customer)
    stands = turn.conversation is turn.situation.conversation
    return replace(turn.decided(answer), stands=stands)


def _stands(effect: SentEffect) -> bool:
    """It ended badly, or was taken and then lost, and nobody has decided yet."""
    is_lost = effect.state == "sent" and effect.reported == ReportStatus.FAILED
    return effect.state in _DEAD or (is_lost and effect.error != DECIDED)


def _why_not(turn: Turn, effect: SentEffect) -> str:
    """Why the customer may not be sent it now; empty: they may, or it is not for them."""
    if not effect.is_for_customer:
        return ""
    is_bots = effect.condition == Condition.WITH_BOT
    return "bots_words" if is_bots and turn.conversation.status is not Status.BOT else turn.why_not_write()


def _again(turn: Turn, effect: SentEffect) -> None:
    """A card as it is now, rather than as it was; where the card is gone, another with all that was said."""
    thread = turn.conversation.thread
    if effect.kind == "update_card":
        turn.do(Abandon(effect.id))
        turn.refresh_card()
    elif effect.error == CARD_GONE and thread is not None:
        open_anew(turn, thread)
        turn.do(Abandon(effect.id) if effect.kind == "transcript" else Resend(effect.id))
    else:
        turn.do(Resend(effect.id))
