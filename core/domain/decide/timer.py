"""A deadline passed: read a burst, end a silent talk, close what was resolved."""

from datetime import datetime

from core.domain.conversation import Status
from core.domain.decide import bot_talk, closing
from core.domain.decide.turn import Turn
from core.domain.events import TimerKind, TimerRang
from core.domain.rules import Rules
from core.domain.situation import NOTHING, Decision, Situation


def decide_timer(situation: Situation, event: TimerRang, now: datetime, rules: Rules) -> Decision:
    """The condition is checked anew when the timer rings: much may have happened since."""
    conversation = situation.conversation
    if conversation is None:
        return NOTHING
    turn = Turn(situation, conversation, now, rules)
    match event.kind, conversation.status:
        case TimerKind.BURST, Status.BOT if turn.talk.burst:
            bot_talk.read_burst(turn)
        case TimerKind.BOT_SILENCE, Status.BOT if not turn.talk.burst:
            bot_talk.fall_silent(turn)
        case TimerKind.CLOSE, Status.RESOLVED:
            closing.close(turn)
        case _:
            return NOTHING
    return turn.decided()
