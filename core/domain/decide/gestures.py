"""What a customer does beside writing: change a message, put a sign under one, shut the door or open it.

The bot answers none of it, and never reads a changed message a second time (G14).
"""

from datetime import datetime

from core.domain.conversation import Ending, Status, WaitingFor
from core.domain.decide import bot_talk, closing, commands, to_team, with_team
from core.domain.decide.turn import Turn
from core.domain.effects import Absence, Mark, Revise, SetAbsence, ToThread, Withdraw
from core.domain.events import (
    CustomerEdited,
    CustomerGesture,
    CustomerLeft,
    CustomerReacted,
)
from core.domain.lines import line
from core.domain.rules import Rules
from core.domain.situation import NOTHING, Decision, Situation
from core.domain.triage import stronger, word_that_fired
from core.domain.words import is_pleasantry


def decide_gesture(situation: Situation, event: CustomerGesture, now: datetime, rules: Rules) -> Decision:
    """Keep it, and tell the team where the team has the conversation."""
    if situation.conversation is None:
        return NOTHING
    turn = Turn(situation, situation.conversation, now, rules)
    match event:
        case CustomerEdited():
            return _edited(turn, event)
        case CustomerReacted():
            return _reacted(turn, event)
        case CustomerLeft():
            return _left(turn, event)
        case _:
            turn.do(SetAbsence(event.address, None))
            if turn.conversation.with_team:
                owner = turn.conversation.owner
                reachable = line("thread.reachable", customer=turn.shown_name())
                turn.tell_team(Mark.FACT, reachable, mentions=(owner,) if owner else ())
            return turn.decided()


def _edited(turn: Turn, event: CustomerEdited) -> Decision:
    before = turn.situation.quoted
    if event.text == before:
        return NOTHING  # a change that nobody sees, such as a preview
    turn.do(Revise(event.reference, event.text, event.version))
    _rewrite_burst(turn, before, event.text)
    _correct_request(turn, before, event.text)
    if turn.conversation.status is Status.BOT:
        _weigh_anew(turn, before, event.text)
    if turn.conversation.status is Status.BOT and _calls_for_the_team(turn, event.text, before):
        to_team.hand_over(turn, event.text)
        return turn.decided()
    if turn.conversation.handed_off_at is not None:
        owner = turn.conversation.owner
        mentions = (owner,) if owner and turn.conversation.with_team else ()
        said = (event.text,)
        turn.do(ToThread(Mark.CUSTOMER, said, turn.customer.name, (), mentions, quoted=before, is_edit=True))
    if turn.conversation.status in {Status.OPEN, Status.IN_PROGRESS}:
        with_team.raise_priority(turn, event.text)
        if _asks_more(turn, event.text, before):
            _our_turn(turn)
    elif turn.conversation.status is Status.RESOLVED and _asks_more(turn, event.text, before):
        with_team.take_up(turn, event.text)
    return turn.decided()


def _rewrite_burst(turn: Turn, before: str, text: str) -> None:
    """Not read yet: what is read is what stands. Two messages of the same words are two: one was changed."""
    burst = list(turn.talk.burst)
    if before in burst:
        burst[burst.index(before)] = text
        turn.change_talk(burst=tuple(burst))


def _weigh_anew(turn: Turn, before: str, text: str) -> None:
    """What makes the request urgent is what stands.

    The bot answers no change (G14), but what has become urgent is not left to silence (decision 0009).

    An urgent word of another message goes on counting, wherever it was written.
    """
    talk = turn.talk
    told_so = talk.fired is not None and word_that_fired(before, turn.rules) == talk.fired
    fired = None if told_so else talk.fired
    for part in (talk.question, *talk.burst, text):
        fired = stronger(fired, word_that_fired(part, turn.rules))
    if fired != talk.fired:
        turn.change_talk(fired=fired)
        bot_talk.await_customer(turn)


def _correct_request(turn: Turn, before: str, text: str) -> None:
    """The request that the card shows is the corrected one. A message of several lines is corrected whole."""
    question = f"\n{turn.talk.question}\n"
    stood, stands = f"\n{before.strip()}\n", f"\n{text.strip()}\n"
    if before.strip() and stood in question:
        turn.change_talk(question=question.replace(stood, stands, 1).strip())
        if turn.conversation.with_team:
            turn.refresh_card()


def _our_turn(turn: Turn) -> None:
    """What made nobody wait asks for something now."""
    if turn.conversation.waiting_for is not WaitingFor.US:
        turn.change(waiting_for=WaitingFor.US, waiting_since=turn.now)
        turn.refresh_card()


def _asks_for_a_person(text: str, before: str) -> bool:
    """Somebody is asked for at any moment, also by changing what was written (P12)."""
    return commands.wants_person(text) and not commands.wants_person(before)


def _calls_for_the_team(turn: Turn, text: str, before: str) -> bool:
    """Somebody is asked for, or a danger is told."""
    fired = turn.talk.fired
    return (fired is not None and fired.is_critical) or _asks_for_a_person(text, before)


def _asks_more(turn: Turn, text: str, before: str) -> bool:
    """Thanks were changed into a request, or the change asks for somebody, or says that it is urgent.

    That re-opens as a new message would (R092).
    """
    names = turn.rules.agent_names
    if is_pleasantry(before, names) and not is_pleasantry(text, names):
        return True
    if _asks_for_a_person(text, before):
        return True
    return word_that_fired(text, turn.rules) is not None and word_that_fired(before, turn.rules) is None


def _reacted(turn: Turn, event: CustomerReacted) -> Decision:
    if not (event.sign and turn.conversation.with_team):
        return NOTHING
    about = turn.situation.quoted
    told = line("thread.reacted", customer=turn.shown_name(), sign=event.sign)
    turn.do(ToThread(Mark.FACT, (told,), quoted=about))
    return turn.decided()


def _left(turn: Turn, event: CustomerLeft) -> Decision:
    turn.do(Withdraw(), SetAbsence(event.address, Absence.BLOCKED))
    if turn.conversation.status is Status.BOT:
        closing.end_talk(turn, Ending.ABANDONED)
    elif turn.conversation.with_team:
        owner = turn.conversation.owner
        told = line("thread.blocked", customer=turn.shown_name())
        turn.tell_team(Mark.ALARM, told, mentions=(owner,) if owner else ())
    return turn.decided()
