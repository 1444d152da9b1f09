"""What to write otherwise in the ready texts of the rules file, and in what its motives ask for: the rules of
articles' answers that hold for words which a person sends (R124, R125, R129, R130). They may greet.
"""

from collections.abc import Iterator
from typing import NamedTuple

from core.domain.knowledge import MOST_STEPS
from core.domain.rules import Macro, Motive, Rules
from faq.tone import SCREEN, names_delay, phone_lines, tone, typography
from faq.words import detect_language

_POINT = ("- ", "* ", "• ")


class Complaint(NamedTuple):
    """What to write otherwise. `place`: the table of the rules file, the key of its row, the field; `line`:
    the line of it that is meant, empty for all of it."""

    place: tuple[str, str, str]
    what: str
    line: str = ""


def lint_rules(rules: Rules) -> list[Complaint]:
    """All complaints about the texts of the rules: what motives ask for, then the macros."""
    complaints = [each for motive in rules.motives for each in _of_motive(motive)]
    return complaints + [each for macro in rules.macros for each in _of_macro(macro, rules.language)]


def _of_motive(motive: Motive) -> Iterator[Complaint]:
    for field, language, points in (("asks", "fr", motive.asks), ("asks_en", "en", motive.asks_en)):
        for point in points:
            yield from _of_line(("motive", motive.key, field), point, language)


def _of_macro(macro: Macro, language: str) -> Iterator[Complaint]:
    place = ("macro", macro.key, "text")
    yield from (Complaint(place, what) for what in _shape(macro.text))
    written = detect_language(macro.text) or language
    for line in macro.text.split("\n"):
        yield from _of_line(place, line, written)


def _of_line(place: tuple[str, str, str], line: str, language: str) -> Iterator[Complaint]:
    yield from (Complaint(place, what, line) for what in (*tone(line), *typography(line, language)))


def _shape(text: str) -> Iterator[str]:
    if (points := sum(line.startswith(_POINT) for line in text.split("\n"))) > MOST_STEPS:
        yield f"{points} points; keep {MOST_STEPS} at most (R124)"
    if not names_delay(text):
        yield "it names no delay (R124); write by when, or {délai}"
    if (lines := phone_lines(text)) > SCREEN:
        yield f"{lines} lines on a phone; shorten it to {SCREEN} (R130)"
