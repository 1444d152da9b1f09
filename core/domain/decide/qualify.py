"""From « no answer » to the hand-off, in as few turns as possible: motive, what blocks, who writes."""

from core.domain.conversation import Near, Step
from core.domain.decide import asking, to_team
from core.domain.decide.turn import Turn
from core.domain.lines import Line, line
from core.domain.triage import needs_blocking_question
from core.domain.words import (
    asks_only_status,
    is_greeting,
    is_number_choice,
    is_pleasantry,
    pick,
    tokens,
    yes_or_no,
)

QUESTIONS = frozenset({Step.GUESSING, Step.MOTIVE, Step.BLOCKING, Step.IDENTITY})
"""The steps of this module."""

REQUEST_CHARACTERS = 8_000
"""Once the request is as long, what follows stands in the conversation alone."""
_LONGEST_COMPANY = 8
"""Words after which what was typed is a message, not a name."""


def ask_next(turn: Turn) -> None:
    """Ask the next missing thing; when nothing is missing, hand over."""
    if not turn.conversation.motive:
        asking.motive(turn, turn.talk.guess)
    elif _blocking_is_open(turn):
        asking.blocking(turn)
    elif _identity_is_open(turn):
        asking.identity(turn)
    else:
        to_team.hand_over(turn)


def _identity_is_open(turn: Turn) -> bool:
    """The phone is asked once in a customer's life, and only where a button can prove it."""
    missing = asking.lacks_phone(turn) or asking.lacks_company(turn)
    return missing and turn.customer.asked_phone_at is None


def _blocking_is_open(turn: Turn) -> bool:
    if turn.talk.blocking is not None or to_team.criterion_of(turn) is not None:
        return False
    return needs_blocking_question(turn.conversation.motive, turn.talk.fired, turn.rules)


def choose(turn: Turn, choice: str) -> None:
    """A choice of one of this module's menus."""
    match turn.talk.step:
        case Step.GUESSING if choice == "list":
            asking.motive(turn, "")
            return
        case Step.GUESSING:
            turn.change(motive=turn.talk.guess)
        case Step.MOTIVE:
            turn.change(motive=choice.removeprefix(asking.MOTIVE))
        case Step.BLOCKING:
            turn.change_talk(blocking=choice == "yes")
        case _:
            pass  # identity: skipping is its only choice
    ask_next(turn)


def takes_words(turn: Turn, text: str) -> bool:
    """Words that are no choice of the menu, where a question of this module stands."""
    if turn.talk.step not in QUESTIONS:
        return False
    if turn.talk.step is Step.IDENTITY:
        _identity_in_words(turn, text)
    elif asks_only_status(text):
        asking.again(turn, line("status.not_yet"))
    elif is_greeting(text, turn.rules.agent_names):
        asking.again(turn)
    elif turn.talk.step is Step.BLOCKING:
        _blocking_in_words(turn, text)
    else:
        _motive_in_words(turn, text)
    return True


def add_to_request(turn: Turn, text: str) -> None:
    """More words of the request: used for the motive and shown on the card, which shows the first of them."""
    if len(turn.talk.question) < REQUEST_CHARACTERS:
        turn.change_talk(question=f"{turn.talk.question}\n{text}".strip())


def _blocking_in_words(turn: Turn, text: str) -> None:
    """Urgent words answer the question themselves; any others explain, and the question stands."""
    add_to_request(turn, text)
    if turn.talk.fired is not None:
        ask_next(turn)
    else:
        misunderstood(turn)


def keep_near(turn: Turn) -> None:
    """What agents are offered is near the latest words that anything is near to."""
    if found := turn.situation.near:
        near = (Near(each.article.id, each.article.question, each.score) for each in found)
        turn.change_talk(near=tuple(near))


def _motive_in_words(turn: Turn, text: str) -> None:
    """Any other words land in `other`, unless they tell a motive; a number off the list tells nothing."""
    answer = yes_or_no(text)
    motive = _named(turn, text) or turn.situation.guess or ""
    if _tells_nothing(turn, text) or (answer and not motive):
        misunderstood(turn)
        return
    if answer is False and turn.talk.step is Step.GUESSING and motive in {"", turn.talk.guess}:
        asking.motive(turn, "")
        return
    turn.change(motive=motive or asking.OTHER)
    add_to_request(turn, text)
    ask_next(turn)


def _tells_nothing(turn: Turn, text: str) -> bool:
    has_words = any(letter.isalpha() for letter in text)
    return not has_words or is_number_choice(text) or is_pleasantry(text, turn.rules.agent_names)


def _named(turn: Turn, text: str) -> str:
    """The motive whose label the words are, also while only the guess is shown: « non, facture »."""
    motives = turn.rules.motives
    labels = [asking.short_label(turn, motive) for motive in motives]
    picked = pick(text, labels)
    if picked is None and yes_or_no(text) is False:
        picked = pick(" ".join(tokens(text)[1:]), labels)
    return motives[picked].key if picked is not None else ""


def _identity_in_words(turn: Turn, text: str) -> None:
    """Words typed instead of sharing a number: the company where one is asked, else more of the request."""
    if asking.lacks_company(turn) and _may_be_company(text):
        turn.change_customer(company=text.strip()[:120])
    else:
        add_to_request(turn, text)
    to_team.hand_over(turn)


def _may_be_company(text: str) -> bool:
    has_letters = any(letter.isalpha() for letter in text)
    return has_letters and "?" not in text and len(tokens(text)) <= _LONGEST_COMPANY


def after_identity(turn: Turn) -> None:
    """The customer shared their own number; it is in the state already."""
    if turn.talk.step is Step.IDENTITY:
        ask_next(turn)
    else:
        turn.say(line("identity.thanks"), clears_keyboard=True)


def misunderstood(turn: Turn, first: Line | None = None) -> None:
    """Ask once more; the second time in a conversation, hand over rather than insist.

    `first` is said the first time instead of « je n’ai pas compris », where no question stands.
    """
    turn.change_talk(misunderstandings=turn.talk.misunderstandings + 1)
    if turn.talk.misunderstandings >= 2:
        to_team.hand_over(turn)
    elif turn.talk.step is Step.GUESSING:
        asking.motive(turn, "", line("not_understood.menu"))
    elif turn.talk.options:
        asking.again(turn, line("not_understood.menu"))
    else:
        turn.say(first or line("not_understood"), way_out=True)
