"""The bot's turn: reading bursts, answering from the knowledge base, asking whether it helped."""

from dataclasses import replace
from datetime import timedelta

from core.domain.asked import Outcome, Picked
from core.domain.conversation import Attempt, Ending, Status, Step
from core.domain.decide import asking, closing, commands, menus, qualify, questions, reading, to_team
from core.domain.decide.turn import Turn
from core.domain.effects import StopTimer
from core.domain.events import CustomerWrote, Tap, TimerKind
from core.domain.knowledge import Article, Finding
from core.domain.lines import Words, line
from core.domain.telling import Telling, article_words
from core.domain.triage import stronger, word_that_fired
from core.domain.words import asks_only_status, is_greeting, is_pleasantry, tokens, yes_or_no

OPTIONAL_WAIT = timedelta(minutes=15)
"""How long the team is kept waiting for what the customer may leave out: who they are, and all the rest of
what is asked once an urgent word or a threat was written (decision 0009)."""
ALBUM_QUIET = timedelta(seconds=1)
"""Pictures sent together arrive one by one, and nothing marks the last: even without a burst, the next is
awaited for so long (G19)."""

READ_AT_ONCE = 50
READ_CHARACTERS = 8_000
"""So much of a burst is read, twice the longest message. What comes beside is kept, and people find it in the
conversation: a talk is written anew with each message, and must not grow with a flood."""


def hear(turn: Turn, event: CustomerWrote) -> None:
    """Act at once on what cannot be misread; let the rest wait for the end of the burst."""
    if event.tap is not None:
        _tapped(turn, event.tap)
    elif event.shared_phone:
        qualify.after_identity(turn)
    elif _is_command(turn, event.text):
        commands.with_bot(turn, event.text)
    else:
        _hear_words(turn, event)
    await_customer(turn)


def _is_command(turn: Turn, text: str) -> bool:
    """With its slash at any time; without, not in the middle of what is being written."""
    bare = commands.meant(text, Status.BOT) if not turn.talk.burst else ""
    return bool(bare or commands.parse(text)[0])


def await_customer(turn: Turn) -> None:
    """While the bot waits, silence ends the talk; while a burst is pending, the bot does not wait."""
    if turn.conversation.status is not Status.BOT or turn.talk.burst:
        return
    silence = turn.rules.timers.bot_silence
    is_short = turn.talk.step is Step.IDENTITY or turn.talk.fired is not None
    turn.start(TimerKind.BOT_SILENCE, min(silence, OPTIONAL_WAIT) if is_short else silence)


def fall_silent(turn: Turn) -> None:
    """The customer said no more: the talk ends (P24), but what is urgent, or only lacks a number, goes on."""
    if turn.talk.step is Step.IDENTITY or _still_urgent(turn):
        to_team.hand_over(turn)
    else:
        stands = closing.answer_stands(turn.talk)
        closing.end_talk(turn, Ending.UNCONFIRMED if stands else Ending.ABANDONED)


def _hear_words(turn: Turn, event: CustomerWrote) -> None:
    text = event.text
    denies = turn.talk.step is Step.BLOCKING and _chosen(turn, text) == "no"
    fired = word_that_fired(text, turn.rules, not_blocked=denies)
    turn.change_talk(fired=stronger(turn.talk.fired, fired))
    if fired is not None and fired.is_critical:
        _in_danger(turn, text)
    elif commands.wants_person(text):
        questions.person_asked(turn)
        to_team.hand_over(turn, text)
    elif event.album or turn.talk.burst or not _answers_menu(turn, text):
        _gather(turn, text, ALBUM_QUIET if event.album else timedelta(0))


def _in_danger(turn: Turn, text: str) -> None:
    """A danger is nothing an article may answer, nor a matter for questions: the team has it at once."""
    turn.change_talk(burst=(*turn.talk.burst, text))
    to_team.hand_over(turn)


def _tapped(turn: Turn, tap: Tap) -> None:
    offered = any(option.id == tap.choice for option in turn.talk.options)
    if tap.choice == reading.PERSON:
        questions.person_asked(turn)
        to_team.hand_over(turn)
    elif offered and tap.prompt == turn.talk.prompt:
        _choose(turn, tap.choice)
    elif not reading.is_slip(turn.situation.conversation, turn.now):
        _outdated(turn)


def _outdated(turn: Turn) -> None:
    if turn.talk.options and turn.talk.step is not Step.IDENTITY:
        asking.again(turn, line("menu.passed"))
    else:
        turn.say(line("menu.outdated"), way_out=True)


def _gather(turn: Turn, text: str, at_least: timedelta) -> None:
    """Add to the burst; each message restarts the wait, up to its limit (D: 3 s, 15 s at most)."""
    timers = turn.rules.timers
    since = turn.talk.burst_since or turn.now
    burst = turn.talk.burst
    is_full = len(burst) >= READ_AT_ONCE or sum(map(len, burst)) >= READ_CHARACTERS
    turn.change_talk(burst=burst if is_full else (*burst, text), burst_since=since)
    quiet, limit = max(timers.burst, at_least), max(timers.burst_limit, at_least)
    if quiet == timedelta(0) and turn.situation.finding is not None:
        _read(turn)
        return
    wait = min(quiet, since + limit - turn.now)
    turn.start(TimerKind.BURST, max(wait, timedelta(0)))


def read_burst(turn: Turn) -> None:
    """The burst is over: read it as one message."""
    _read(turn)
    await_customer(turn)


def _read(turn: Turn) -> None:
    text = "\n".join(part for part in turn.talk.burst if part.strip())
    finding = turn.situation.finding
    if finding is None:
        turn.start(TimerKind.BURST, timedelta(0))  # facts are stale: search again, then read
        return
    turn.change_talk(burst=(), burst_since=None)
    turn.do(StopTimer(TimerKind.BURST))
    if not text:
        _received(turn)
    elif not _answers_menu(turn, text) and not qualify.takes_words(turn, text):
        _listen(turn, text, finding)


def _received(turn: Turn) -> None:
    """Something without words: what was asked stands; without a question, a sentence, then a person."""
    if turn.talk.step is Step.IDENTITY or _is_legal(turn):
        to_team.hand_over(turn)
    elif turn.talk.options:
        asking.again(turn, line("media.noted"))
    else:
        qualify.misunderstood(turn, line("media.received"))


def _answers_menu(turn: Turn, text: str) -> bool:
    choice = _chosen(turn, text)
    if choice is None:
        return False
    _choose(turn, choice)
    return True


def _chosen(turn: Turn, text: str) -> str | None:
    return menus.chosen(turn.talk, text, turn.rules.agent_names)


def _listen(turn: Turn, text: str, finding: Finding) -> None:
    names = turn.rules.agent_names
    if turn.talk.fired is None and asks_only_status(text):
        turn.say(line("status.none"), way_out=True)
    elif is_greeting(text, names):
        turn.say(line("greeting.invite"), way_out=True)
    elif is_pleasantry(text, names):
        turn.say(line("pleasantry.answer"), way_out=True)
    elif _means_nothing(turn, text):
        qualify.misunderstood(turn)
    else:
        _answer_question(turn, text, finding)


def _means_nothing(turn: Turn, text: str) -> bool:
    """No words at all, or a bare « oui » where several things are offered."""
    bare_yes = turn.talk.step is Step.CHOOSING and yes_or_no(text) is True and len(tokens(text)) <= 2
    return bare_yes or not any(letter.isalpha() for letter in text)


def _answer_question(turn: Turn, text: str, finding: Finding) -> None:
    """The best that is known and was not shown yet; an answer found twice did not help the first time."""
    if turn.talk.step is Step.CONFIRMING and yes_or_no(text) is False:
        _judge(turn, "not_helped")
    qualify.add_to_request(turn, text)
    turn.change_talk(guess=turn.situation.guess or turn.talk.guess)
    if _is_legal(turn):
        qualify.ask_next(turn)  # a threat is nothing an article may answer (R063)
        return
    qualify.keep_near(turn)
    shown = {attempt.article for attempt in turn.talk.attempts}
    suggested = [each.article for each in finding.suggestions if each.article.id not in shown]
    answers = [each for each in (finding.answer, finding.also) if each and each.article.id not in shown]
    if answers:
        questions.answered(turn, text, finding, answers)
        show(turn, *(each.article for each in answers))
    elif finding.answer is not None:
        _judge(turn, "not_helped", finding.answer.article.id)
        questions.asked(turn, text, finding, Outcome.NOTHING)
        qualify.ask_next(turn)
    elif suggested:
        questions.asked(turn, text, finding, Outcome.OFFERED)
        _speak_as(turn, suggested[0])
        asking.meant(turn, suggested)
    else:
        questions.asked(turn, text, finding, Outcome.NOTHING)
        qualify.ask_next(turn)


def _still_urgent(turn: Turn) -> bool:
    """An urgent word or a threat was written, and no answer that stands has settled it since."""
    return turn.talk.fired is not None and (_is_legal(turn) or not closing.answer_stands(turn.talk))


def _is_legal(turn: Turn) -> bool:
    return turn.talk.fired is not None and turn.talk.fired.kind == "legal"


def show(turn: Turn, article: Article, also: Article | None = None) -> None:
    """Answer with an article, and ask whether it helped. `also` answers a second question."""
    _speak_as(turn, article)
    if article.motive and turn.rules.motive(article.motive):
        turn.change_talk(guess=article.motive)
    shown = [Attempt(article.id, article.question)]
    if also is not None:
        shown.append(Attempt(also.id, also.question, beside=True))
        turn.say(*_words_of(turn, article), article=article.id)
    turn.change_talk(attempts=(*turn.talk.attempts, *shown))
    last = also or article
    asking.helped(turn, *_words_of(turn, last), article=last.id, both=also is not None)


def _words_of(turn: Turn, article: Article) -> Words:
    channel = turn.conversation.address.channel
    return article_words(article, Telling(turn.customer, channel, turn.now, turn.rules, article.motive or ""))


def _speak_as(turn: Turn, article: Article) -> None:
    """One message, one language: words that found an article only in another one are of that one."""
    turn.change_customer(language=article.language)


def _choose(turn: Turn, choice: str) -> None:
    """A choice of the menu shown last, however it was expressed."""
    if turn.talk.step is Step.CONFIRMING:
        _confirmed(turn, helped=choice == "yes")
        return
    _take_pending(turn)
    if turn.talk.step is Step.CHOOSING:
        _picked_article(turn, choice)
    else:
        qualify.choose(turn, choice)


def _take_pending(turn: Turn) -> None:
    """Words typed just before a tap explain the choice: they join the request, and are read no more."""
    for part in turn.talk.burst:
        qualify.add_to_request(turn, part)
    turn.change_talk(burst=(), burst_since=None)
    turn.do(StopTimer(TimerKind.BURST))


def _confirmed(turn: Turn, *, helped: bool) -> None:
    _judge(turn, "helped" if helped else "not_helped")
    if turn.talk.burst:
        # Another question was typed just before the tap: it is read when the burst ends.
        turn.change_talk(step=Step.LISTENING, prompt="", options=())
    elif helped:
        closing.end_talk(turn, Ending.ANSWERED)
        turn.say(line("faq.glad"))
    else:
        qualify.ask_next(turn)


def _judge(turn: Turn, outcome: str, article: str = "") -> None:
    """What the customer said of an answer: of the latest, or the latest two, unless another is named."""
    attempts = turn.talk.attempts
    judged = [article] if article else [each.article for each in _shown_last(attempts)]
    marked = (replace(each, outcome=outcome) if each.article in judged else each for each in attempts)
    turn.change_talk(attempts=tuple(marked))
    for each in judged:
        questions.judged(turn, outcome, each)


def _shown_last(attempts: tuple[Attempt, ...]) -> tuple[Attempt, ...]:
    return attempts[-2:] if attempts[-1].beside else attempts[-1:]


def _picked_article(turn: Turn, choice: str) -> None:
    article = turn.situation.articles.get(choice.removeprefix(asking.ARTICLE))
    if article is None:
        questions.judged(turn, "not_helped", "")
        qualify.ask_next(turn)
    else:
        turn.do(Picked(article.id))
        show(turn, article)
