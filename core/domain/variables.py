"""Variables in ready texts: `{prénom}`, or with words for when nothing is known, `{prénom|vous}`.

A variable of which nothing is known, and that has no other words, is left out with the space and the comma
before it; at the beginning of a text, with those after it.
"""

import re
from collections.abc import Callable, Iterator
from typing import Final

from core.domain.lines import Joined, Line, Value, line
from core.domain.words_spelling import fold

FIRST_NAME: Final = "first_name"
HOURS: Final = "hours"
HOURS_TODAY: Final = "hours_today"
DELAY: Final = "delay"
SERVICE: Final = "service"
ASKED: Final = "asked"

SPELLED: Final = {
    FIRST_NAME: ("prénom", "first name"),
    HOURS: ("horaires", "hours"),
    HOURS_TODAY: ("horaires du jour", "hours today"),
    DELAY: ("délai", "delay"),
    SERVICE: ("service",),
    ASKED: ("précisions", "details"),
}
"""What each is called, in French and in English; accents, capitals and underscores make no difference."""

IN_MACROS_ALONE: Final = frozenset({ASKED})
"""An article answers, and asks for nothing."""

ValueOf = Callable[[str], Value]
"""The value of a variable; an empty text when nothing is known."""

_VARIABLE = re.compile(r"\{(?P<name>[^{}|\n]*)(?:\|(?P<other>[^{}\n]*))?\}")
_OPEN = re.compile(r"\{[^{}\n]*\}|\{\w*|\}")
_BEFORE = re.compile(r"\s*,?\s*\Z")
_AFTER = re.compile(r"\A\s*[,:]?\s*")


def _bare(name: str) -> str:
    return fold(name.replace("_", " "))


_MEANT: Final = {_bare(name): kind for kind, names in SPELLED.items() for name in names}


def known_names(*, in_macros: bool = False) -> tuple[str, ...]:
    """How the variables of articles, or of macros, are written, as a fault lists them."""
    kinds = [kind for kind in SPELLED if in_macros or kind not in IN_MACROS_ALONE]
    return tuple(f"{{{name}}}" for kind in kinds for name in SPELLED[kind])


def unknown_names(text: str) -> Iterator[str]:
    """What stands between braces in a text and is no variable of an article."""
    for found in _VARIABLE.finditer(text):
        if _MEANT.get(_bare(found["name"]), ASKED) in IN_MACROS_ALONE:
            yield found[0]


def holds_any(text: str) -> bool:
    """Whether a text holds a variable."""
    return any(_bare(found["name"]) in _MEANT for found in _VARIABLE.finditer(text))


def holds(text: str, kind: str) -> bool:
    """Whether a text holds this variable."""
    return any(_MEANT.get(_bare(found["name"])) == kind for found in _VARIABLE.finditer(text))


def left_open(text: str) -> str:
    """The first thing that would stand in braces once the variables are filled, or a brace alone (I13)."""
    unfilled = _VARIABLE.sub(lambda found: "\n" if _bare(found["name"]) in _MEANT else found[0], text)
    found = _OPEN.search(unfilled)
    return found[0] if found else ""


def lone_braces(text: str) -> str:
    """The first brace without its other half, with what stands beside it: one that nothing fills or names."""
    found = _OPEN.search(_VARIABLE.sub("\n", text))
    return found[0] if found else ""


def filled(text: str, value_of: ValueOf) -> str | Line:
    """The text with values in the place of its variables; braces around anything else stand as they are."""
    parts: list[Value] = []
    at = 0
    for found in _VARIABLE.finditer(text):
        kind = _MEANT.get(_bare(found["name"]))
        if kind is None:
            continue
        parts.append(text[at : found.start()])
        at = found.end()
        if value := value_of(kind) or found["other"]:
            parts.append(value)
        else:
            at += _leave_out(parts, text[at:])
    begins_with_one = bool(parts) and parts[0] == ""
    return _joined([*parts, text[at:]], opens=begins_with_one)


def _leave_out(parts: list[Value], rest: str) -> int:
    """Take away what joined the variable to the words before; at the beginning, how much to skip behind."""
    parts[-1] = _BEFORE.sub("", str(parts[-1]))
    after = _AFTER.match(rest)
    return 0 if any(parts) or after is None else after.end()


def _joined(parts: list[Value], *, opens: bool) -> str | Line:
    if not all(isinstance(part, str) for part in parts):
        return line("faq.words", words=Joined(tuple(part for part in parts if part != ""), opens))
    whole = "".join(map(str, parts))
    return whole[:1].upper() + whole[1:] if opens else whole
