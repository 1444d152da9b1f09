"""What customers may type at any time, with a slash: /start /aide /humain /langue /fin.

« Fin » alone, without its slash, is meant as the command too, except while the team has the request: there it
may answer a question, and ends nothing.
"""

import re

from core.domain.conversation import Ending, Status, Step
from core.domain.decide import asking, closing
from core.domain.decide.turn import Turn
from core.domain.lines import line
from core.domain.words import fold, tokens
from core.domain.words import wants_person as asks_in_words

LANGUAGES = {
    "fr": ("fr", "francais", "french"),
    "en": ("en", "anglais", "english"),
}
NAMES = {
    "start": "start",
    "aide": "help",
    "help": "help",
    "langue": "language",
    "language": "language",
    "fin": "end",
    "end": "end",
}
PERSON = frozenset("humain humaine human conseiller conseillere advisor adviser agent".split())
"""Orders that ask for a person. They are words like others, which every status knows how to hear (P12)."""
_SHAPE = re.compile(r"/(\w+)(?:@\w+)?[.,;:!…]*(?:\s+(.*))?", re.DOTALL)
UNKNOWN = "unknown"
_BARE = (["fin"], ["end"])


def parse(text: str) -> tuple[str, str]:
    """Which command a message is, and the words after it: "/fin@relais_bot". "" when it is none.

    A lone word with a slash that we do not know is UNKNOWN; with more words behind it, it is a sentence.
    """
    text = text.strip()
    shape = _SHAPE.fullmatch(text) if text.startswith("/") else None
    if shape is None:
        return "", ""
    name, rest = fold(shape[1]), (shape[2] or "").strip()
    is_sentence = bool(rest) or name in PERSON
    return NAMES.get(name, "" if is_sentence else UNKNOWN), rest


def name_of(text: str) -> str:
    """The command that a message is, when it is one of ours; else empty."""
    name, _ = parse(text)
    return "" if name == UNKNOWN else name


def meant(text: str, status: Status) -> str:
    """The command that a message is meant as in a conversation of that status, the bare « fin » included."""
    is_bare = tokens(text) in _BARE and "?" not in text and not text.lstrip().startswith("/")
    if is_bare and status not in {Status.OPEN, Status.IN_PROGRESS}:
        return "end"
    return name_of(text)


def wants_person(text: str) -> bool:
    """Whether somebody is asked for: in words, or by "/humain" with whatever follows it."""
    text = text.strip()
    shape = _SHAPE.fullmatch(text) if text.startswith("/") else None
    return (shape is not None and fold(shape[1]) in PERSON) or asks_in_words(text)


def with_bot(turn: Turn, text: str) -> None:
    """A command while the bot talks; an unknown one is answered with the help."""
    _, rest = parse(text)
    match meant(text, Status.BOT):
        case "start":
            turn.say(line("greeting.invite"), way_out=True)
        case "language":
            switch_language(turn, rest)
        case "end":
            _end_talk(turn)
        case _:
            turn.say(line("help"), way_out=True)


def _end_talk(turn: Turn) -> None:
    """`/fin`: answered when the last answer stands, else abandoned (P24)."""
    had_keyboard = turn.talk.step is Step.IDENTITY and turn.situation.channel.asks_phone
    closing.end_talk(turn, Ending.ANSWERED if closing.answer_stands(turn.talk) else Ending.ABANDONED)
    turn.say(line("closed.by_customer"), clears_keyboard=had_keyboard)


def with_team(turn: Turn, text: str) -> bool:
    """A command after the hand-off, or when nothing is open. False when it is none of these."""
    _, rest = parse(text)
    match meant(text, turn.conversation.status):
        case "end":
            closing.by_customer(turn)
        case "language":
            switch_language(turn, rest)
        case "help":
            turn.say(line("help"))
        case _:
            return False
    return True


def switch_language(turn: Turn, wanted: str) -> None:
    """`/langue en`; without a known language, say how. An open question is asked anew in the language."""
    is_bot = turn.conversation.status is Status.BOT
    language = next((key for key, names in LANGUAGES.items() if fold(wanted).rstrip(" .!") in names), None)
    if language is None:
        turn.say(line("language.how"), way_out=is_bot)
        return
    turn.change_customer(language=language)
    if is_bot:
        asking.again(turn, line("language.set"))
    else:
        turn.say(line("language.set"))
