"""What a customer says when nothing is open, and that opens nothing: thanks, a command, an old button."""

from dataclasses import replace
from datetime import datetime

from core.domain.conversation import Conversation, Step, Talk
from core.domain.decide import commands, reading
from core.domain.decide.turn import Turn
from core.domain.events import CustomerWrote
from core.domain.lines import line
from core.domain.rules import Rules


def is_aside(last: Conversation, event: CustomerWrote, now: datetime, rules: Rules, *, resumes: bool) -> bool:
    """Whether the message belongs to the past conversation, which stays closed.

    `resumes`: the past talk may be taken up again; its buttons still work then.
    """
    if event.tap is not None:
        return reading.is_old_tap(event) and not resumes
    command = commands.meant(event.text, last.status)
    if command:
        return command != "start"
    recent = last.closed_at is not None and now - last.closed_at <= rules.timers.pleasantry_within
    return recent and reading.is_thanks_alone(event, rules)


def answer(turn: Turn, event: CustomerWrote) -> None:
    """Once for thanks (P24); never for a finger that pressed twice."""
    if event.tap is not None:
        if not reading.is_slip(turn.situation.last, turn.now):
            turn.say(line("menu.outdated"), way_out=True)
    elif not commands.with_team(turn, event.text) and not turn.talk.pleasantry_answered:
        turn.change_talk(pleasantry_answered=True)
        turn.say(line("pleasantry.farewell"))


def without_question(talk: Talk) -> Talk:
    """The same talk, awaiting nothing in particular."""
    return replace(talk, step=Step.LISTENING, prompt="", options=())
