"""News of a reply: which that stands was the first, whose turn it is, and whether the promise is kept."""

from collections.abc import Sequence
from datetime import datetime

from core.domain.conversation import Status, WaitingFor
from core.domain.decide import closing
from core.domain.decide.turn import Turn
from core.domain.effects import RevivePromise
from core.domain.situation import Reply

_UNDER_WAY = {Status.OPEN, Status.IN_PROGRESS}


def weigh(turn: Turn, *, arrived: bool) -> None:
    """What did not arrive answers nothing, what arrived after all did (I4, P6, P20); in any order.

    Nothing when the effect is no reply. What is at rest stays so: who was told the recap waits for nothing.
    """
    replies = turn.situation.replies
    if not replies:
        return
    standing = [reply.written for reply in replies if not reply.is_lost]
    turn.change(first_reply_at=standing[0] if standing else None)
    if turn.conversation.status in _UNDER_WAY:
        _tell_whose_turn(turn, replies[-1], arrived=arrived)
        _weigh_promise(turn, standing)


def _tell_whose_turn(turn: Turn, latest: Reply, *, arrived: bool) -> None:
    """For the latest reply to tell; who waits already waits since then."""
    is_ours, heard = turn.conversation.waiting_for is WaitingFor.US, turn.conversation.last_customer_at
    if latest.is_lost and not is_ours:
        turn.change(waiting_for=WaitingFor.US, waiting_since=turn.now)
    elif arrived and is_ours and not latest.is_lost and not (heard and heard > latest.written):
        turn.change(waiting_for=WaitingFor.CUSTOMER, waiting_since=turn.now)


def _weigh_promise(turn: Turn, standing: Sequence[datetime]) -> None:
    """Kept by the first reply that stands and was written since it was told; without one it lives."""
    promise, live = turn.situation.promise, turn.conversation.promised_for
    if promise is None:
        return
    kept = next((written for written in standing if written >= promise.told_at), None)
    if live is not None and kept is not None:
        closing.settle_promise(turn, kept)
    elif live is None and kept is None and promise.is_settled:
        turn.change(promised_for=promise.due_at)
        turn.do(RevivePromise(promise.due_at))
