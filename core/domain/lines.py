"""Sentences before they are written: a key of the catalogue and the values it takes.

Decisions hold lines; the desk writes them out in the reader's language when it saves. What an agent or a
customer typed is a plain string and passes untouched.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta


@dataclass(frozen=True)
class When:
    """A moment told to a person, as « demain, mardi, 11 h 30 », seen from the moment of the decision."""

    at: datetime


@dataclass(frozen=True)
class Line:
    """One sentence of the catalogue. A value may itself be a line, a moment, or a number (for plurals)."""

    key: str
    values: Mapping[str, "Value"] = field(default_factory=dict)


@dataclass(frozen=True)
class Weekday:
    """A day of the week as it is called; Monday is 0."""

    number: int


@dataclass(frozen=True)
class Hour:
    """A time on the wall, as « 11 h 30 »."""

    at: time


@dataclass(frozen=True)
class Joined:
    """Somebody's own words with values between them, nothing added; `opens`: they begin with a capital."""

    parts: tuple["Value", ...]
    opens: bool = False


Value = str | int | timedelta | When | Weekday | Hour | Joined | Line
"""What a sentence may hold; a number chooses the plural when it is called `count`."""

Words = tuple[Line | str, ...]
"""Paragraphs, in order."""


def line(key: str, **values: Value) -> Line:
    """Shorthand: `line("claim.named", agent="Léa")`."""
    return Line(key, values)


@dataclass(frozen=True)
class Choice:
    """One entry of a closed list shown to a customer. `id` comes back when it is chosen."""

    id: str
    label: Line | str
