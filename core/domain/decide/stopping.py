"""STOP and START, where a channel has no way of its own to shut the door (T39).

Only the bare word counts: inside a sentence, "stop" is a word like another. STOP is answered once, and then
nothing leaves until the customer writes again; whatever they write opens the door.
"""

from core.domain.conversation import Ending, Status
from core.domain.decide import asides, closing, with_team
from core.domain.decide.reading import is_overtaken
from core.domain.decide.turn import Turn
from core.domain.effects import Absence, Condition, Mark, SetAbsence, ToCustomer, Withdraw
from core.domain.events import CustomerWrote
from core.domain.lines import Words, line
from core.domain.situation import Situation
from core.domain.words import asks_to_start, asks_to_stop


def concerns(situation: Situation, event: CustomerWrote) -> bool:
    """Whether the message is a STOP, or the START that ends one."""
    if not situation.channel.honours_stop or event.tap is not None or event.media:
        return False
    if is_overtaken(situation, event):
        return False
    resumes = situation.back_from == Absence.STOPPED and asks_to_start(event.text)
    return resumes or asks_to_stop(event.text)


def answer(turn: Turn, event: CustomerWrote) -> None:
    """Do what the word asks."""
    stops = asks_to_stop(event.text)
    if turn.conversation.with_team:
        with_team.file(turn, event, calls_owner=False, is_back=not stops)
    if stops:
        _stop(turn, event, is_news=turn.situation.back_from != Absence.STOPPED)
    else:
        _resume(turn, event)


def _resume(turn: Turn, event: CustomerWrote) -> None:
    """Tell what became of their request; where there is none, to invite one is the bot's (I4)."""
    if turn.conversation.status is Status.OPEN and turn.conversation.address == event.address:
        # Whoever was handed over meanwhile could be told no time, or theirs has passed (I6).
        with_team.tell_promise(turn, line("stop.resumed_queued"))
    elif turn.conversation.with_team:
        turn.do(ToCustomer(event.address, _where_it_stands(turn)))
    else:
        turn.do(ToCustomer(event.address, (line("stop.resumed"),), condition=Condition.WITH_BOT))


def _where_it_stands(turn: Turn) -> Words:
    """A resolution that could not be told meanwhile is told now."""
    conversation = turn.conversation
    if conversation.status is Status.RESOLVED:
        recap = () if conversation.recap == closing.BY_CUSTOMER else (conversation.recap,)
        return (line("stop.resumed_resolved"), *recap)
    return (line("stop.resumed_waiting"),)


def _stop(turn: Turn, event: CustomerWrote, *, is_news: bool) -> None:
    turn.do(Withdraw())
    if is_news:
        confirmed = (line("stop.confirmed"),)
        turn.do(ToCustomer(event.address, confirmed, condition=Condition.ALWAYS))
    turn.do(SetAbsence(event.address, Absence.STOPPED))
    if turn.conversation.status is Status.BOT:
        turn.change(talk=asides.without_question(turn.talk))
        closing.end_talk(turn, Ending.ABANDONED)
    elif turn.conversation.with_team and is_news:
        owner = turn.conversation.owner
        stopped = line("thread.stopped", customer=turn.shown_name())
        turn.tell_team(Mark.ALARM, stopped, mentions=(owner,) if owner else ())
