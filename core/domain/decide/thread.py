"""What happens to the team's own thread: a note changed or taken away, a card that is gone."""

from datetime import datetime

from core.domain.conversation import Thread
from core.domain.decide.turn import Turn
from core.domain.effects import Follow, Mark, OpenThread, PostTranscript, Revise, ToThread
from core.domain.events import CardLost, NoteDeleted, NoteEdited, ThreadEvent
from core.domain.lines import line
from core.domain.rules import Rules
from core.domain.situation import NOTHING, Decision, Situation


def decide_thread(situation: Situation, event: ThreadEvent, now: datetime, rules: Rules) -> Decision:
    """Keep every version of a note; open anew what nobody could find any more."""
    if situation.conversation is None:
        return NOTHING
    turn = Turn(situation, situation.conversation, now, rules)
    match event:
        case NoteEdited() if event.text != situation.quoted:
            turn.do(Revise(event.reference, event.text, event.version))
        case NoteDeleted():
            turn.do(Revise(event.reference, "", event.version, is_deleted=True))
        case CardLost() if _is_shown(turn, event):
            return _opened_anew(turn)
        case _:
            return NOTHING
    return turn.decided()


def _is_shown(turn: Turn, event: CardLost) -> bool:
    thread = turn.conversation.thread
    return thread is not None and thread.reference == event.reference


def _opened_anew(turn: Turn) -> Decision:
    """A new card where the old one stood, with all that was said and what still waited to be posted.

    The old thread keeps its replies, and the new one leads there.

    A conversation that is at rest needs no card.
    """
    thread = turn.conversation.thread
    if thread is None or not turn.conversation.with_team:
        return NOTHING
    open_anew(turn, thread)
    return turn.decided()


def open_anew(turn: Turn, thread: Thread) -> None:
    """The card once more, with all that was said."""
    turn.change(thread=None)
    turn.do(OpenThread(thread.place), PostTranscript())
    owner = turn.conversation.owner
    anew = (line("thread.card_anew"),)
    turn.do(ToThread(Mark.FACT, anew, mentions=(owner,) if owner else (), former=thread), Follow(thread))
