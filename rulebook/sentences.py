"""Turns what the validation found into faults: the line, the key as the file writes it, and what to write."""

import re
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from typing import Any, Final

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from rulebook.faults import Fault, Unfit
from rulebook.lines import KeyPath, line_of
from rulebook.tables import ROWS, TABLES
from rulebook.units import shown

_SENTENCES: Final = {
    "string_type": ("is not a text", "write it between quotes"),
    "bool_type": ("is not true or false", "write true or false, without quotes"),
    "float_type": ("is not a number", "write it without quotes"),
    "int_type": ("is not a whole number", "write it without quotes"),
    "model_type": ("is not a table", "write its keys under a line of its own, [name] or [[name]]"),
    "too_short": ("is empty", "write at least one"),
    "greater_than_equal": ("is too small", "write 1 to 9"),
    "less_than_equal": ("is too large", "write 1 to 9"),
}
_SHAPES: Final = {
    "key": "write small letters without accents, digits or _, a letter first",
    "channel": "write a channel's id: C or G, then capitals and digits",
    "slack": "write a member's id: U or W, then capitals and digits (the member's profile, Copy member ID)",
}


class Pen:
    """Writes faults about one file: knows its name, its lines and what it holds."""

    def __init__(self, file: str, lines: Mapping[KeyPath, int], raw: dict[str, Any]) -> None:
        self._file = file
        self._lines = dict(lines)
        self._raw = raw

    def fault(self, path: KeyPath, what: str, write: str) -> Fault:
        """A fault about a key or a table; `what` follows its name."""
        table, key = _split(path)
        title = self._title(table)
        subject = ": ".join(name for name in (title, f"`{key}`" if key else "") if name)
        line = line_of(path, self._lines)
        return Fault(f"{self._file}:{line}" if line else self._file, f"{subject} {what}", write)

    def line(self, fault: Fault) -> int:
        """The line of a fault, for sorting; 0 when it concerns the whole file."""
        number = fault.where.removeprefix(self._file).lstrip(":")
        return int(number) if number else 0

    def of(self, error: ValidationError) -> list[Fault]:
        """One fault for each thing the validation found."""
        return [self._of_one(detail) for detail in error.errors(include_url=False)]

    def _of_one(self, detail: ErrorDetails) -> Fault:
        speak = _SPEAKERS.get(detail["type"], _plain)
        return self.fault(detail["loc"], *speak(detail))

    def _title(self, table: KeyPath) -> str:
        """`[hours]`, `[[motive]] delivery`, `[team.hours] of finance`."""
        if not table:
            return ""
        name = _dotted(table)
        if len(table) > 1 and isinstance(table[1], int):
            row = _row_name(self._raw[str(table[0])][table[1]], table[1])
            return f"[[{name}]] {row}" if len(table) == 2 else f"[{name}] of {row}"
        return _header(*table)


def _row_name(row: object, index: int) -> str:
    names = (row.get(key) for key in ("key", "name", "slack")) if isinstance(row, dict) else iter(())
    return next((name for name in names if isinstance(name, str) and len(name) <= 24), f"number {index + 1}")


def _dotted(path: KeyPath) -> str:
    return ".".join(part for part in path if isinstance(part, str))


def _split(path: KeyPath) -> tuple[KeyPath, str]:
    """The table a path lies in, and the key there; no key when the path is a whole table."""
    while path and isinstance(path[-1], int) and _dotted(path) not in ROWS:
        path = path[:-1]
    if _dotted(path) in TABLES:
        return path, ""
    return path[:-1], str(path[-1])


def _plain(detail: ErrorDetails) -> tuple[str, str]:
    return _SENTENCES.get(detail["type"], ("cannot be used", "compare with the shipped file"))


def _unknown(detail: ErrorDetails) -> tuple[str, str]:
    """An unknown key: the nearest one of its table, else the table where such a key belongs."""
    *table, key = detail["loc"]
    known = TABLES[_dotted(tuple(table))].keys()
    if close := get_close_matches(str(key), known, n=1):
        return "is not known here", f"write {_header(*table, close[0])}"
    keys = {name: model.keys() for name, model in TABLES.items() if name}
    homes = [name for name, names in keys.items() if key in names]
    if homes and len(homes) <= 2:
        return "is not known here", f"move it to {_header(homes[0])}"
    return "is not known here", f"remove it, or write one of: {', '.join(known)}"


def _missing(detail: ErrorDetails) -> tuple[str, str]:
    name = _dotted(detail["loc"])
    if name in TABLES:
        return "is missing", f"write {_header(name)} and its keys"
    return "is missing", f'write {detail["loc"][-1]} = "…"'


def _header(*path: str | int) -> str:
    """A table as its line writes it, a key as it is."""
    name = _dotted(path)
    if name in ROWS:
        return f"[[{name}]]"
    return f"[{name}]" if name in TABLES else str(path[-1])


def _list(detail: ErrorDetails) -> tuple[str, str]:
    name = _dotted(detail["loc"])
    if name in ROWS:
        return "is not a list of tables", f"write {_header(name)}, with two brackets"
    return "is not a list", 'write it between brackets, each item in quotes: ["…", "…"]'


def _choice(detail: ErrorDetails) -> tuple[str, str]:
    choices = re.findall(r"'(\w+)'", detail["ctx"]["expected"])
    return f"is {shown(detail['input'])}", f"write one of: {', '.join(choices)}"


def _unfit(detail: ErrorDetails) -> tuple[str, str]:
    error: Unfit = detail["ctx"]["error"]
    return error.what, error.write


def _pattern(detail: ErrorDetails) -> tuple[str, str]:
    return f"is {shown(detail['input'])}", _SHAPES[str(detail["loc"][-1])]


def _long(detail: ErrorDetails) -> tuple[str, str]:
    most = detail["ctx"]["max_length"]
    return f"has {len(detail['input'])} characters", f"write {most} at most"


_SPEAKERS: Final[dict[str, Callable[[ErrorDetails], tuple[str, str]]]] = {
    "extra_forbidden": _unknown,
    "missing": _missing,
    "tuple_type": _list,
    "literal_error": _choice,
    "enum": _choice,
    "value_error": _unfit,
    "string_pattern_mismatch": _pattern,
    "string_too_long": _long,
}
