"""What a ready text of the rules file may hold: a key that can be typed, and no brace that nothing fills."""

import re
from difflib import get_close_matches
from typing import Final

from core.domain.variables import ASKED, FIRST_NAME, filled, known_names, left_open
from rulebook.faults import Unfit
from rulebook.units import shown

LONGEST_TEXT: Final = 1500
"""Characters: it reaches a phone in one piece, and its form takes twice as much."""
MOST_POINTS: Final = 3
LONGEST_POINT: Final = 80
"""Characters: two lines on a phone."""
_BULLETS: Final = ("- ", "– ", "— ", "* ", "• ")
_OFTEN_EMPTY: Final = {FIRST_NAME, ASKED}
_KEY: Final = re.compile(r"[a-z][a-z0-9_-]{0,39}")
_LIKE: Final = 0.7
"""Likeness above which a name is taken for a slip."""


def typed(key: str) -> str:
    """A key; people type it with or without accents and hyphens."""
    if not _KEY.fullmatch(key):
        raise Unfit(f"is {shown(key)}", "write small letters without accents, digits, - or _, a letter first")
    return key


def filled_in(text: str) -> str:
    """A text of which nothing stays open when it reaches a customer (I13)."""
    if len(text) > LONGEST_TEXT:
        raise Unfit(f"has {len(text)} characters", f"write {LONGEST_TEXT} at most")
    found = left_open(text)
    if not found:
        return _never_empty(text)
    if not (found.startswith("{") and found.endswith("}")):
        raise Unfit(f"has {shown(found)}, a brace without its other half", _remedy(f"{found}}}"))
    raise Unfit(f"has {shown(found)}, which is no variable", _remedy(found))


def points(asked: tuple[str, ...]) -> tuple[str, ...]:
    """What a customer is asked for in one message: no more than is read, and no brace (R124, I13)."""
    if len(asked) > MOST_POINTS:
        raise Unfit(f"has {len(asked)} points", f"write {MOST_POINTS} at most")
    for point in asked:
        if len(point) > LONGEST_POINT or len(point.splitlines()) > 1:
            raise Unfit(f"has {shown(point)}", f"write {LONGEST_POINT} characters at most, on one line")
        if {"{", "}"} & {*point}:
            raise Unfit(f"has {shown(point)}, with a brace", "write the words themselves")
        if point.startswith(_BULLETS):
            raise Unfit(
                f"has {shown(point)}, with a dash before it", "leave that out: each point is given one"
            )
    return asked


def _never_empty(text: str) -> str:
    """A text of which something stays when neither a first name nor a motive is known."""
    left = filled(text, lambda kind: "" if kind in _OFTEN_EMPTY else kind)
    if not str(left).strip(" ,:\n"):
        raise Unfit(f"is {shown(text)}", "write words beside it: it is empty when nothing is known")
    return text


def _remedy(found: str) -> str:
    name = f"{found.partition('|')[0].rstrip('}')}}}"
    if close := get_close_matches(name, known_names(in_macros=True), n=1, cutoff=_LIKE):
        return f"write {close[0]}"
    return f"write the words themselves, or one of: {', '.join(known_names(in_macros=True))}"
