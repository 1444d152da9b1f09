"""Verbs as the eye sees them: behind a space or layout, on a later line, in words that are for others.

Only what stands first in a message is obeyed. Whoever looks like having meant a verb is told; and what would
leave for a customer with a command in it does not leave.
"""

import re
import string
import unicodedata
from typing import Final

from handoff.registry import BY_NAME, spoken

MARK: Final = "!"

_SIGNS: Final = "*_~>`"
"""What Slack lays text out with, and what its editor puts before a line by itself."""
_VERB: Final = re.compile(rf"{MARK}([^\W\d_]+)")
_SPACED: Final = re.compile(rf"{MARK}\s?([^\W\d_]+)")
"""As a phone spells it, which puts a space after the sign."""


def looks_called(text: str) -> bool:
    """Whether a message looks like a verb was meant; `!!!` and « ! attention » are somebody's punctuation."""
    begins = text.startswith(MARK) and text[1:2].isalpha()
    return begins or hides_a_verb(text)


def hides_a_verb(text: str) -> bool:
    """Whether a verb stands first on a line, but for what nobody sees, or for layout."""
    return any(_names_a_verb(line, _SPACED) for line in text.splitlines())


def holds_a_command(text: str) -> bool:
    """Whether a line of words meant for a customer is a command of ours, which was surely not meant for them.

    On a later line an agent may well name `/aide`, which customers have too.
    """
    first, *later = text.strip().splitlines() or [""]
    names = {name for name, command in BY_NAME.items() if command.verb != "help"}
    return (
        _first_word(first) in BY_NAME
        or any(_first_word(line) in names for line in later)
        or any(_names_a_verb(line, _VERB) for line in (first, *later))
    )


def _first_word(line: str) -> str:
    return (line.split(maxsplit=1) or [""])[0]


def _names_a_verb(line: str, verb: re.Pattern[str]) -> bool:
    spelt = unicodedata.normalize("NFKC", line.replace("&gt;", ">"))
    seen = "".join(sign for sign in spelt if unicodedata.category(sign) != "Cf")
    found = verb.match(seen.lstrip(_SIGNS + string.whitespace))
    return found is not None and spoken(found[1])[0] is not None
