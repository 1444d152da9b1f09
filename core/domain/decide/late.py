"""What an agent typed and the team's door brought late: done, or kept as a note and told (decision 0012).

Words meant for an earlier moment are not said at a later one: the customer may have written since, a
colleague may have answered, and whoever typed may have done it in another way.
"""

from datetime import datetime, timedelta

from core.domain.conversation import Conversation
from core.domain.decide.turn import Turn
from core.domain.effects import Author, Mark, Record
from core.domain.events import (
    AgentClaimed,
    AgentEvent,
    AgentNoted,
    AgentReleased,
    AgentReplied,
    AgentResolved,
)
from core.domain.lines import When, line

STILL_MEANT = timedelta(minutes=15)
"""So long after it was typed an act is still done, if nothing happened meanwhile."""
_DONE = AgentClaimed | AgentReplied | AgentResolved | AgentReleased


def is_too_late(turn: Turn, event: AgentEvent) -> bool:
    """Whether an act that came late must not be done any more."""
    if not isinstance(event, _DONE) or event.late is None:
        return False
    is_old = turn.now - event.late > STILL_MEANT
    return is_old or was_lost(turn, event) or _went_on(turn.conversation, event.late)


def was_lost(turn: Turn, event: AgentEvent) -> bool:
    """Typed before the database was put back: it may have been done in what is not known any more."""
    restored, typed = turn.situation.restored_at, getattr(event, "late", None)
    return restored is not None and typed is not None and typed <= restored


def _went_on(conversation: Conversation, typed: datetime) -> bool:
    """The customer wrote, or somebody of the team acted, after that moment."""
    known = (
        conversation.last_customer_at,
        conversation.last_agent_at,
        conversation.claimed_at,
        conversation.resolved_at,
        conversation.lost_at,
    )
    return any(at is not None and at > typed for at in known)


def typed_at(event: AgentClaimed | AgentReplied | AgentResolved, now: datetime) -> datetime:
    """When the agent acted, so that what they typed next and came late as well still counts as next."""
    return min(event.late or now, now)


def keep(turn: Turn, event: AgentNoted) -> None:
    """The words stay as a note where they stand, and their author is told that nothing came of them."""
    turn.do(Record(Author.NOTE, event.text, event.agent.id, reference=event.reference, late=event.late))
    if event.unsent:
        key = "thread.unsure" if was_lost(turn, event) else "thread.unsent"
        told = line(key, agent=event.agent.name, when=When(event.late or turn.now))
        turn.tell_team(Mark.ALARM, told, event.text, mentions=(event.agent.id,))
