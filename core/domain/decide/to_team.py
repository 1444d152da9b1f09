"""The hand-off: from the bot to the team, with a promise, a thread, and a call when it is urgent."""

from datetime import datetime

from core.domain.conversation import Mode, Priority, Status, Step, WaitingFor
from core.domain.decide.turn import Turn
from core.domain.effects import CallOnDuty, MakePromise, OpenThread, PostTranscript, StopTimer
from core.domain.events import TimerKind
from core.domain.handles import WORDS, handle_for
from core.domain.lines import Line, When, line
from core.domain.promises import on_call_at, promise_due
from core.domain.triage import Criterion, triage


def hand_over(turn: Turn, said: str = "") -> None:
    """Give the conversation to the team, and promise a time that the team can keep (P12, R066).

    `said`: the words that asked for a person; they are the request when there is no other.
    """
    had_keyboard = turn.talk.step is Step.IDENTITY and turn.situation.channel.asks_phone
    criterion = criterion_of(turn)
    _keep_request(turn, said)
    _place_with_team(turn, criterion)
    if turn.can_write():  # a time that cannot be told is no promise (P20)
        due = promise(turn)
        turn.say(_confirmation(turn, due), clears_keyboard=had_keyboard)
        turn.do(MakePromise(due))
    turn.do(OpenThread(turn.rules.team_of(turn.conversation.motive).place), PostTranscript())
    turn.do(StopTimer(TimerKind.BURST), StopTimer(TimerKind.BOT_SILENCE))
    if criterion is not None:
        call_on_duty(turn)


def _keep_request(turn: Turn, said: str) -> None:
    """What was written and not read yet belongs to the request all the same."""
    parts = [part for part in (turn.talk.question, *turn.talk.burst) if part.strip()]
    turn.change_talk(question="\n".join(parts) or said)


def _place_with_team(turn: Turn, criterion: Criterion | None) -> None:
    turn.change(
        status=Status.OPEN,
        handed_off_at=turn.now,
        waiting_for=WaitingFor.US,
        waiting_since=turn.now,  # time spent with the bot is nobody's delay (I10)
        team=turn.rules.team_of(turn.conversation.motive).key,
        mode=mode_of(turn),
        priority=Priority.URGENT if criterion else Priority.NORMAL,
        criterion=criterion,
        handle=turn.conversation.handle or _handle(turn),
    )
    turn.change_talk(
        step=Step.LISTENING, prompt="", options=(), burst=(), burst_since=None, pleasantry_answered=False
    )


def mode_of(turn: Turn) -> Mode:
    """Formal where the motive says so (P1)."""
    motive = turn.rules.motive(turn.conversation.motive)
    return Mode.FORMAL if motive and motive.formal else Mode.STANDARD


def _handle(turn: Turn) -> str:
    situation = turn.situation
    return handle_for(
        turn.customer.name,
        channel_suffix=situation.channel.suffix,
        taken=situation.handles,
        words=WORDS,
        pick_word=lambda count: situation.pick % count,
    )


def criterion_of(turn: Turn) -> Criterion | None:
    """What makes the request urgent, as far as is known now."""
    motive = turn.conversation.motive
    return triage(
        motive=motive or None,
        fired=turn.talk.fired,
        second_complaint=motive == "complaint" and turn.situation.recent_complaint,
        vip=turn.customer.vip,
        blocking=turn.talk.blocking,
        rules=turn.rules,
    )


def promise(turn: Turn) -> datetime:
    """A new promise from now on, in the state; whoever calls tells it to the customer."""
    conversation = turn.conversation
    due = promise_due(
        turn.now,
        urgent=conversation.is_urgent,
        channel=conversation.address.channel,
        team=conversation.team or None,
        rules=turn.rules,
    )
    turn.change(promised_for=due)
    return due


def _confirmation(turn: Turn, due: datetime) -> Line:
    key = "handoff.urgent" if turn.conversation.is_urgent else "handoff.confirmed"
    return line(key, name=turn.customer.first_name, when=When(due))


def call_on_duty(turn: Turn) -> None:
    """Call the team, once in the life of a conversation (PRODUCT, urgency)."""
    conversation = turn.conversation
    if conversation.duty_called_at is not None:
        return
    turn.change(duty_called_at=turn.now)
    words = line("thread.urgent", name=turn.shown_name(), why=why(turn, conversation.criterion))
    turn.do(CallOnDuty((words,), on_call_at(turn.now, turn.rules) or ""))


def why(turn: Turn, criterion: Criterion | None) -> Line | str:
    """Which criterion made it urgent; a motive by the name the team knows it by (R067)."""
    if criterion is None:
        return ""
    motive = turn.rules.motive(criterion.detail) if criterion.kind == "motive" else None
    return line(f"criterion.{criterion.kind}", detail=motive.label if motive else criterion.detail)
