"""A customer wrote: find what they are answering to, and whose turn it is."""

from dataclasses import replace
from datetime import datetime

from core.domain.channel import Address
from core.domain.conversation import Conversation, Ending, Status, WaitingFor
from core.domain.decide import asides, bot_talk, commands, menus, reading, stopping, with_team
from core.domain.decide.turn import Turn
from core.domain.effects import Author, Record, StopTimer
from core.domain.events import CustomerWrote, TimerKind
from core.domain.rules import Rules
from core.domain.situation import Decision, Situation
from core.domain.words import greets_in_english, is_greeting, tokens, told_by_word

RESUMABLE = {Ending.UNCONFIRMED, Ending.ABANDONED}
SPOKEN = {"fr", "en"}


def decide_customer(situation: Situation, event: CustomerWrote, now: datetime, rules: Rules) -> Decision:
    """Attach the message to the active conversation, or open one, and answer as its status demands."""
    turn = Turn(situation, _conversation(situation, event, now, rules), now, rules)
    _know_customer(turn, event)
    _hear(turn, event)
    if stopping.concerns(situation, event):
        stopping.answer(turn, event)
        bot_talk.await_customer(turn)
        return turn.decided()
    match turn.conversation.status:
        case Status.BOT:
            bot_talk.hear(turn, event)
        case Status.OPEN:
            with_team.hear_waiting(turn, event)
        case Status.IN_PROGRESS:
            with_team.hear_owned(turn, event)
        case Status.RESOLVED:
            with_team.hear_resolved(turn, event)
        case _:
            asides.answer(turn, event)
    return turn.decided()


def _conversation(situation: Situation, event: CustomerWrote, now: datetime, rules: Rules) -> Conversation:
    """The active conversation; else the past one, for what opens nothing or takes it up; else a new one."""
    if situation.conversation is not None:
        return situation.conversation
    last = situation.last
    resumes = last is not None and _may_resume(last, now, rules)
    opens_nothing = stopping.concerns(situation, event)
    if last is not None and (opens_nothing or asides.is_aside(last, event, now, rules, resumes=resumes)):
        return last
    if last is not None and resumes:
        return _taken_up(last, event, rules)
    return Conversation(
        id=situation.new_id,
        customer_id=situation.customer.id,
        address=event.address,
        entry_address=event.address,
        opened_at=now,
        previous_id=last.id if last else "",
        origin=event.link,
    )


def _may_resume(last: Conversation, now: datetime, rules: Rules) -> bool:
    """The talk ended without a word from the customer, not long ago (P24)."""
    recent = last.closed_at is not None and now - last.closed_at <= rules.timers.resume_within
    return recent and last.ending in RESUMABLE


def _taken_up(last: Conversation, event: CustomerWrote, rules: Rules) -> Conversation:
    """The talk goes on; its question still stands for whoever answers it, and for nobody else."""
    text, talk = event.text, last.talk
    names = rules.agent_names
    answers = event.tap is not None or menus.chosen(talk, text, names) is not None
    if not (answers or not text.strip() or is_greeting(text, names) or commands.meant(text, Status.BOT)):
        talk = asides.without_question(talk)
    return last.but(status=Status.BOT, closed_at=None, ending=None, talk=talk)


def _know_customer(turn: Turn, event: CustomerWrote) -> None:
    """Keep what the message tells of its sender: name, proven phone, language."""
    customer = turn.customer
    turn.change_customer(
        name=event.name.strip() or customer.name,
        phone=event.phone or customer.phone,
        language=_language(turn, event),
    )


def _language(turn: Turn, event: CustomerWrote) -> str:
    """What they write in; one word alone changes what was settled when it greets or tells its language."""
    known, text = turn.customer.language, reading.words_of(event)
    heard = "" if commands.meant(text, turn.conversation.status) else turn.situation.language
    said = tokens(text)
    if heard and (not known or len(said) > 1 or is_greeting(text) or any(map(told_by_word, said))):
        return heard
    hint = event.language_hint[:2].lower()
    if known or hint in SPOKEN:
        return known or hint
    return "en" if greets_in_english(text) else turn.rules.language


def _reply_address(turn: Turn, event: CustomerWrote) -> Address:
    """Replies follow the customer, unless the rules keep to where the conversation began (P21)."""
    return event.address if turn.rules.reply_on_latest else turn.conversation.entry_address


def _hear(turn: Turn, event: CustomerWrote) -> None:
    """Remember the message and who waits since when. A thank-you makes nobody wait (B15)."""
    said = reading.spoken(turn.talk, event)
    if said or event.media:
        quoted = turn.situation.quoted
        heard = Record(Author.CUSTOMER, said, media=event.media, reference=event.reference, quoted=quoted)
        turn.do(replace(heard, late=event.late))
    written = event.written(turn.now)
    latest = max(written, turn.conversation.last_customer_at or written)
    turn.change(address=_reply_address(turn, event), last_customer_at=latest)
    if turn.conversation.status is Status.CLOSED:
        return
    conversation = turn.conversation
    if conversation.status is Status.BOT:  # the hand-off has stopped it for all the others
        turn.do(StopTimer(TimerKind.BOT_SILENCE))
    asks_nothing = reading.asks_for_nothing(turn, event) or stopping.concerns(turn.situation, event)
    waits = not (conversation.with_team and asks_nothing)
    if waits and (conversation.waiting_since is None or conversation.waiting_for is not WaitingFor.US):
        turn.change(waiting_for=WaitingFor.US, waiting_since=written)
