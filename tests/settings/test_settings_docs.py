"""The page about the settings tells every variable and every key, with its default, and no other."""

import re
from enum import StrEnum
from pathlib import Path

from pydantic_core import PydanticUndefined

from rulebook.tables import TABLES
from rulebook.variables import VARIABLES

PAGE = Path(__file__).parents[2] / "docs" / "settings.md"


def _rows(shape: str) -> list[tuple[str, ...]]:
    """The cells of the rows whose first cell has some shape, without their quotes."""
    lines = [line for line in PAGE.read_text("utf-8").splitlines() if re.match(rf"\| `{shape}` \|", line)]
    return [tuple(cell.strip().strip("`") for cell in line.strip("|").split("|")) for line in lines]


def _default(value: object) -> str:
    """A default as the page writes it."""
    if value is PydanticUndefined:
        return "required"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str | StrEnum):
        return f'"{value}"'
    return "none" if value is None else "[]"


def test_the_page_tells_every_variable_and_its_default() -> None:
    told = [(row[0], row[2]) for row in _rows("[A-Z_]+")]
    assert told == [(name, variable.default) for name, variable in VARIABLES.items()]


def test_the_page_tells_every_key_and_its_default() -> None:
    told = [row[:2] for row in _rows(r"[a-z_]+(?:\.[a-z0-9_]+)+")]
    keys = [
        (f"{table}.{key}", _default(field.default))
        for table, model in TABLES.items()
        for key, field in model.keys().items()
        if table and not table.startswith("team.hours") and f"{table}.{key}" not in TABLES
    ]
    assert told == keys


def test_every_row_of_the_page_says_something() -> None:
    rows = [*_rows("[A-Z_]+"), *_rows(r"[a-z_]+(?:\.[a-z0-9_]+)+")]
    assert [row[0] for row in rows if len(row[-1]) < 10] == []
