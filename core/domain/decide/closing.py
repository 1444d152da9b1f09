"""Ends: of the bot's own talk, of the team's work, and what re-opens it."""

from datetime import datetime

from core.domain.conversation import Ending, Status, Step, Talk, WaitingFor
from core.domain.decide import asking, to_team
from core.domain.decide.turn import Turn
from core.domain.effects import MakePromise, Mark, PromiseOutcome, SettlePromise, StopTimer, ToThread
from core.domain.events import TimerKind
from core.domain.lines import When, line

BY_CUSTOMER = "Clos par le client"
"""The recap of a conversation that its customer ended (PRODUCT, customers' own words)."""


def answer_stands(talk: Talk) -> bool:
    """The latest answer was shown and not refused."""
    return bool(talk.attempts) and talk.attempts[-1].outcome != "not_helped"


def end_talk(turn: Turn, ending: Ending) -> None:
    """End the bot's own talk; nothing is awaited any more (P24).

    An answered one is over. In the two others the question stays open, for whoever answers it tomorrow.
    """
    turn.change(
        status=Status.CLOSED,
        closed_at=turn.now,
        ending=ending,
        waiting_for=None,
        waiting_since=None,
    )
    turn.change_talk(burst=(), burst_since=None, pleasantry_answered=False)
    if ending is Ending.ANSWERED:
        turn.change_talk(step=Step.LISTENING, prompt="", options=())
    turn.stop(TimerKind.BURST)
    turn.stop(TimerKind.BOT_SILENCE)


def resolve(turn: Turn, recap: str, motive: str) -> None:
    """Put the conversation to rest; it closes by itself unless the customer writes (P10, R091)."""
    settle_promise(turn)
    turn.change(
        status=Status.RESOLVED,
        motive=motive,
        recap=recap,
        resolved_at=turn.now,
        waiting_for=WaitingFor.CUSTOMER,
        waiting_since=turn.now,
    )
    turn.change(mode=to_team.mode_of(turn))
    turn.change_talk(pleasantry_answered=False)
    turn.start(TimerKind.CLOSE, turn.rules.timers.close_after)
    turn.refresh_card()


def by_customer(turn: Turn) -> None:
    """`/fin` after the hand-off, claimed or not; what is at rest already stays so."""
    if turn.conversation.status in {Status.RESOLVED, Status.CLOSED}:
        turn.say(line("closed.by_customer"))
        return
    _let_promise_go(turn)
    turn.lose("")
    resolve(turn, BY_CUSTOMER, turn.conversation.motive or asking.OTHER)
    turn.say(line("closed.by_customer"))
    owner = turn.conversation.owner
    turn.tell_team(Mark.FACT, line("thread.closed_by_customer"), mentions=(owner,) if owner else ())


def _let_promise_go(turn: Turn) -> None:
    """The customer needs the answer no more: nobody has kept the promise, nor broken one that still ran."""
    due = turn.conversation.promised_for
    if due is not None and turn.now <= due:
        turn.do(SettlePromise(PromiseOutcome.RENEGOTIATED))
        turn.change(promised_for=None)


def settle_promise(turn: Turn, acted_at: datetime | None = None) -> None:
    """The promise is kept when a human acts before its hour (P20); they act now, unless it is said when."""
    due = turn.conversation.promised_for
    if due is None:
        return
    kept = (acted_at or turn.now) <= due
    turn.do(SettlePromise(PromiseOutcome.KEPT if kept else PromiseOutcome.LATE))
    turn.change(promised_for=None)


def reopen(turn: Turn) -> None:
    """A real message before closing: the same conversation, the same owner, one new promise (R092)."""
    owned = bool(turn.conversation.owner)
    turn.change(
        status=Status.IN_PROGRESS if owned else Status.OPEN,
        reopened=turn.conversation.reopened + 1,
        resolved_at=None,
        waiting_for=WaitingFor.US,
        waiting_since=turn.now,
    )
    turn.do(StopTimer(TimerKind.CLOSE))
    due = to_team.promise(turn)
    _tell_reopened(turn, due)
    turn.say(line("reopened", when=When(due)))
    turn.do(MakePromise(due))
    turn.refresh_card()


def _tell_reopened(turn: Turn, due: datetime) -> None:
    """A post in a thread that nobody follows brings nothing up: the owner is named, else all can see it."""
    owner = turn.conversation.owner
    told = (line("thread.reopened", when=When(due)),)
    turn.do(ToThread(Mark.FACT, told, mentions=(owner,) if owner else (), calls_team=not owner))


def close(turn: Turn) -> None:
    """The delay after the resolution has passed: closed, silently; the resolution announced it (P10)."""
    turn.change(
        status=Status.CLOSED,
        closed_at=turn.now,
        ending=Ending.RESOLVED,
        waiting_for=None,
        waiting_since=None,
    )
    turn.change_talk(pleasantry_answered=False)
    turn.refresh_card()
