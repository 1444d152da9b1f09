"""A customer writes after the hand-off: to the queue, to their agent, or after the resolution (P15)."""

from datetime import datetime, timedelta

from core.domain.conversation import Conversation, Priority, WaitingFor
from core.domain.decide import closing, commands, reading, to_team
from core.domain.decide.turn import Turn
from core.domain.effects import MakePromise, Mark, PromiseOutcome, SettlePromise, ToThread
from core.domain.events import CustomerWrote
from core.domain.lines import Line, When, line
from core.domain.triage import Criterion, word_that_fired
from core.domain.words import asks_status, is_pleasantry

RETURNS_AFTER = timedelta(minutes=30)
"""After so long without a word, a customer who still waits for us comes back: their agent is named anew."""


def hear_waiting(turn: Turn, event: CustomerWrote) -> None:
    """Nobody has claimed yet: file it, answer about the promise, raise the priority if words demand it."""
    file(turn, event)
    text = reading.words_of(event)
    if commands.with_team(turn, text):
        return
    if raise_priority(turn, text) and promise_sooner(turn):
        return
    if _asks_about_promise(turn, event):
        tell_promise(turn)
    elif is_pleasantry(text, turn.rules.agent_names):
        _answer_pleasantry(turn)
    elif event.shared_phone:
        turn.say(line("identity.thanks"), clears_keyboard=True)


def _asks_about_promise(turn: Turn, event: CustomerWrote) -> bool:
    """Asked in words or by a button; or something new is written while no time has been told."""
    if event.tap is not None:
        return not reading.is_slip(turn.situation.conversation, turn.now)
    text = event.text
    asks = asks_status(text) or commands.wants_person(text) or commands.name_of(text) == "start"
    untold = turn.conversation.promised_for is None and not reading.asks_for_nothing(turn, event)
    return asks or untold


def hear_owned(turn: Turn, event: CustomerWrote) -> None:
    """An agent has it: the bot is mute, whatever the words, but for the customer's own commands."""
    file(turn, event)
    if not commands.with_team(turn, reading.words_of(event)):
        raise_priority(turn, reading.words_of(event))


def hear_resolved(turn: Turn, event: CustomerWrote) -> None:
    """A bare thanks is answered once and opens nothing; a request re-opens (R092, B16)."""
    is_request = not reading.asks_for_nothing(turn, event)
    file(turn, event, calls_owner=not is_request)
    if not is_request:
        _answer_no_request(turn, event)
        return
    take_up(turn, reading.words_of(event))


def take_up(turn: Turn, words: str) -> None:
    """A request after the resolution: open again, with a new promise."""
    raise_priority(turn, words)  # first, so that the new promise is an urgent one
    closing.reopen(turn)


def _answer_no_request(turn: Turn, event: CustomerWrote) -> None:
    """Thanks, a command, an old button or a phone number, after the resolution."""
    text = reading.words_of(event)
    if commands.with_team(turn, text):
        return
    if is_pleasantry(text, turn.rules.agent_names):
        _answer_pleasantry(turn)
    elif commands.name_of(text) == "start":
        turn.say(line("greeting.invite"))
    elif event.tap is not None and not reading.is_slip(turn.situation.conversation, turn.now):
        turn.say(line("menu.outdated"), way_out=True)


def file(turn: Turn, event: CustomerWrote, *, calls_owner: bool = True, is_back: bool = True) -> None:
    """Put the message into the thread; the owner is named when it is their turn again.

    `is_back`: whoever could not be written to may be, now that they write.
    """
    if turn.situation.back_from and is_back:
        turn.tell_team(Mark.FACT, line("thread.reachable", customer=turn.shown_name()))
    before = turn.situation.conversation
    owner = turn.conversation.owner
    mentions = (owner,) if owner and calls_owner and _is_news(turn, before) else ()
    said = reading.spoken(turn.talk, event)
    if said or event.media:
        turn.do(_thread_line(turn, event, said, mentions))
    if before is not None and (_shows_differently(before, turn.conversation) or event.shared_phone):
        turn.refresh_card()


def _is_news(turn: Turn, before: Conversation | None) -> bool:
    """It is our turn again, or the customer comes back after a while: a thread by itself notifies nobody."""
    if before is None or before.waiting_for is not turn.conversation.waiting_for:
        return before is not None
    latest = before.last_customer_at
    is_back = latest is None or turn.now - latest >= RETURNS_AFTER or bool(turn.situation.back_from)
    return is_back and before.waiting_for is WaitingFor.US


def _thread_line(turn: Turn, event: CustomerWrote, said: str, mentions: tuple[str, ...]) -> ToThread:
    return ToThread(
        Mark.CUSTOMER,
        (said,) if said else (),
        turn.customer.name,
        event.media,
        mentions,
        quoted=turn.situation.quoted,
        album=event.album,
        remarks=_remarks(turn, event, said),
    )


def _remarks(turn: Turn, event: CustomerWrote, said: str) -> tuple[Line, ...]:
    """What may be missing of a message."""
    cut = [line("thread.may_be_cut")] if turn.situation.channel.may_have_cut(said) else []
    late = [line("thread.found_late", when=When(event.late))] if event.late is not None else []
    return (*cut, *late)


def _shows_differently(before: Conversation, after: Conversation) -> bool:
    return (before.waiting_for, before.address) != (after.waiting_for, after.address)


def raise_priority(turn: Turn, words: str) -> bool:
    """New words demand it: urgent from now on, and the team is called (P15)."""
    fired = word_that_fired(words, turn.rules)
    if fired is None or not _adds_to_urgency(turn, fired):
        return False
    turn.change(priority=Priority.URGENT, criterion=fired)
    turn.change_talk(fired=fired)
    turn.refresh_card()
    owner = turn.conversation.owner
    if owner:
        raised = line("thread.raised", why=to_team.why(turn, fired))
        turn.tell_team(Mark.ALARM, raised, mentions=(owner,))
    else:
        to_team.call_on_duty(turn)
    return True


def _adds_to_urgency(turn: Turn, fired: Criterion) -> bool:
    """What is urgent already is raised by a danger alone, and once."""
    known = turn.conversation.criterion
    if not turn.conversation.is_urgent:
        return True
    return fired.is_critical and not (known is not None and known.is_critical)


def promise_sooner(turn: Turn) -> bool:
    """An urgent request is promised an urgent delay; told when it is sooner, or when the last one has passed.

    Returns whether the customer was told.
    """
    before = turn.conversation.promised_for
    if before is not None and before <= turn.now:
        tell_promise(turn)
        return True
    due = to_team.promise(turn)
    if before is not None and due >= before:
        turn.change(promised_for=before)
        return False
    turn.do(SettlePromise(PromiseOutcome.RENEGOTIATED), MakePromise(due))
    turn.say(line("promise.sooner", when=When(due)))
    _tell_team(turn, "thread.told_sooner", due)
    return True


def tell_promise(turn: Turn, *before: Line) -> None:
    """Where the request stands, truthfully: a promise that has passed is replaced by a new one (P20).

    `before`: what is said first, in the same message.
    """
    due = turn.conversation.promised_for
    if due is not None and due > turn.now:
        turn.say(*before, line("status.promised", when=When(due)))
        _tell_team(turn, "thread.told_status", due)
        return
    new = to_team.promise(turn)
    if due is not None:
        turn.do(SettlePromise(PromiseOutcome.LATE))
    turn.do(MakePromise(new))
    turn.say(*before, line("status.promised" if due is None else "status.late", when=When(new)))
    _tell_team(turn, "thread.told_new" if due is None else "thread.told_late", new)
    turn.refresh_card()


def _tell_team(turn: Turn, key: str, due: datetime) -> None:
    """What the customer was told without anybody of the team, so that nobody says otherwise."""
    turn.tell_team(Mark.FACT, line(key, customer=turn.shown_name(), when=When(due)))


def _answer_pleasantry(turn: Turn) -> None:
    if not turn.talk.pleasantry_answered:
        turn.change_talk(pleasantry_answered=True)
        turn.say(line("pleasantry.answer"))
