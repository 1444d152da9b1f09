"""The questions of the bot: each shows one closed list, and can be asked again as it stands."""

from collections.abc import Sequence

from core.domain.conversation import Step
from core.domain.decide.turn import Turn
from core.domain.knowledge import Article
from core.domain.lines import Choice, Line, line
from core.domain.rules import Motive

OTHER = "other"
ARTICLE = "a:"
MOTIVE = "m:"


def helped(turn: Turn, *before: Line | str, article: str = "", both: bool = False) -> None:
    """Whether the answer helped, or `both` did. `article`: the one that `before` shows."""
    turn.change_talk(step=Step.CONFIRMING)
    yes, no = Choice("yes", line("choice.yes")), Choice("no", line("choice.no"))
    asked = line("faq.both_helped" if both else "faq.helped")
    turn.ask((*before, asked), yes, no, article=article)


def meant(turn: Turn, articles: Sequence[Article], *before: Line) -> None:
    """« Vous vouliez dire »: three at most, and something else."""
    turn.change_talk(step=Step.CHOOSING)
    choices = [Choice(f"{ARTICLE}{article.id}", article.question) for article in articles[:3]]
    turn.ask((*before, line("faq.did_you_mean")), *choices, Choice("none", line("choice.something_else")))


def motive(turn: Turn, guess: str, *before: Line) -> None:
    """The guessed motive to confirm in one tap; without a guess, the list."""
    known = turn.rules.motive(guess)
    if known is None or known.key == OTHER:
        _motives(turn, *before)
        return
    turn.change_talk(step=Step.GUESSING, guess=guess)
    asked = line("motive.guess", motive=_label(turn, known))
    choices = [Choice("yes", line("choice.yes")), Choice("list", line("choice.other_motive"))]
    turn.ask((*before, asked), *choices)


def _motives(turn: Turn, *before: Line) -> None:
    turn.change_talk(step=Step.MOTIVE)
    listed = [each for each in turn.rules.motives if each.key != OTHER]
    choices = [Choice(f"{MOTIVE}{each.key}", short_label(turn, each)) for each in listed]
    turn.ask((*before, line("motive.ask")), *choices)


def blocking(turn: Turn, *before: Line) -> None:
    """Whether it blocks the customer completely."""
    turn.change_talk(step=Step.BLOCKING)
    yes, no = Choice("yes", line("choice.blocking")), Choice("no", line("choice.no"))
    turn.ask((*before, line("blocking.ask")), yes, no)


def identity(turn: Turn) -> None:
    """What is missing of who writes, in one message, once in a customer's life (R020)."""
    turn.change_talk(step=Step.IDENTITY)
    turn.change_customer(asked_phone_at=turn.now)
    wants_phone = lacks_phone(turn)
    key = "identity.both" if wants_phone and lacks_company(turn) else "identity.phone"
    asked = line(key if wants_phone else "identity.company")
    turn.ask((asked,), Choice("skip", line("choice.skip")), asks_phone=wants_phone)


def lacks_phone(turn: Turn) -> bool:
    """No proven phone, on a channel with a button that proves it."""
    return turn.situation.channel.asks_phone and not turn.customer.phone


def lacks_company(turn: Turn) -> bool:
    """The customers are companies, and this one's name is unknown."""
    return turn.rules.b2b and not turn.customer.company


def again(turn: Turn, *before: Line) -> None:
    """The question that stands, once more, after what is said first. Who writes is never asked twice."""
    match turn.talk.step if turn.talk.options else Step.LISTENING:
        case Step.CONFIRMING:
            attempts = turn.talk.attempts
            helped(turn, *before, both=bool(attempts) and attempts[-1].beside)
        case Step.CHOOSING if turn.situation.articles:
            meant(turn, _offered(turn), *before)
        case Step.GUESSING:
            motive(turn, turn.talk.guess, *before)
        case Step.MOTIVE:
            motive(turn, "", *before)
        case Step.BLOCKING:
            blocking(turn, *before)
        case _ if before:
            turn.say(*before, way_out=True)


def _offered(turn: Turn) -> list[Article]:
    """The articles of the menu shown last, in its order."""
    ids = [option.id.removeprefix(ARTICLE) for option in turn.talk.options]
    return [turn.situation.articles[key] for key in ids if key in turn.situation.articles]


def short_label(turn: Turn, of: Motive) -> str:
    """The motive as a button names it."""
    return (of.short_en if turn.language() == "en" else "") or of.short


def _label(turn: Turn, of: Motive) -> str:
    return (of.label_en if turn.language() == "en" else "") or of.label
