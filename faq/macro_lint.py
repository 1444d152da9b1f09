"""What to write otherwise in the ready texts of the rules file: the rules of articles' answers that hold for
words which a person sends (R124, R125, R129, R130). They may greet, and say several things.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from core.domain.knowledge import MOST_STEPS
from core.domain.rules import Macro
from faq.tone import SCREEN, names_delay, phone_lines, tone, typography
from faq.words import detect_language

_POINT = ("- ", "* ", "• ")


class Complaint(NamedTuple):
    """What to write otherwise in one macro. `line`: the line of it that is meant; empty for all of it."""

    key: str
    what: str
    line: str = ""


def lint_macros(macros: Sequence[Macro], language: str) -> list[Complaint]:
    """All complaints about ready texts, in their order. `language`: of a text that does not tell its own."""
    return [
        complaint for macro in macros for complaint in _of(macro, detect_language(macro.text) or language)
    ]


def _of(macro: Macro, language: str) -> Iterator[Complaint]:
    yield from (Complaint(macro.key, what) for what in _shape(macro.text))
    for line in macro.text.split("\n"):
        yield from (Complaint(macro.key, what, line) for what in (*tone(line), *typography(line, language)))


def _shape(text: str) -> Iterator[str]:
    if (points := sum(line.startswith(_POINT) for line in text.split("\n"))) > MOST_STEPS:
        yield f"{points} points; keep {MOST_STEPS} at most (R124)"
    if not names_delay(text):
        yield "it names no delay (R124); write by when, or {délai}"
    if (lines := phone_lines(text)) > SCREEN:
        yield f"{lines} lines on a phone; shorten it to {SCREEN} (R130)"
