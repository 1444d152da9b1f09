"""Articles as a table, one a row, for a spreadsheet; see docs/faq.md.

A list has one text a line of its cell; a line break inside a text is written `\\n`, a backslash `\\\\`. What
a spreadsheet would take for a formula begins with an apostrophe, which is taken off when it is read.
"""

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Final

from core.domain.knowledge import Article
from faq.counting import counted
from faq.entries import ArticleFaults, Entry, File
from faq.escapes import escaped, unescaped
from faq.shape import DATES, FIELDS, LISTS, REQUIRED, table_of

BOM: Final = "\ufeff"
"""Tells a spreadsheet that the letters are UTF-8."""
SEPARATORS: Final = ";,\t"

_FORMULA = re.compile(r"'*[=+\-@]")
_DAY = re.compile(r"(?P<day>\d{1,2})/(?P<month>\d{1,2})/(?P<year>\d{4})", re.ASCII)


def read(file: File) -> Iterator[Entry]:
    """Every article of a table.

    Raises:
        ArticleFaults: it is no table, or its columns are no fields of articles.
    """
    text = file.text()
    rows = Rows(file.place, text, separator_of(text))
    header = next(rows, None)
    if header is None:
        raise ArticleFaults([f"{file.place}:1: no row; write a first one with the names of the columns"])
    names = [name.strip() for name in header[1]]
    faults = [f"{file.place}:1: {what}" for what in _faults_of(names)]
    if faults:
        raise ArticleFaults(faults)
    for line, cells in rows:
        held = f"{counted(len(cells), 'cell')}, {counted(len(names), 'column')}"
        told = f"{file.place}:{line}: {held}; quote the texts"
        too_many = (told,) if any(cells[len(names) :]) else ()
        if any(cells):
            table = _table(dict(zip(names, cells, strict=False)))
            yield Entry(file.place, line, table, faults=too_many)


class Rows:
    """The rows, each with the number of its first line."""

    def __init__(self, place: str, text: str, separator: str) -> None:
        self._place = place
        self._rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)

    def __iter__(self) -> "Rows":
        return self

    def __next__(self) -> tuple[int, list[str]]:
        line = self._rows.line_num + 1
        try:
            return line, next(self._rows)
        except csv.Error as error:
            raise ArticleFaults([f"{self._place}:{line}: not a table: {error}"]) from error


def separator_of(text: str) -> str:
    """The sign behind the name of the first column."""
    found = re.search(f"[{SEPARATORS}]", text.partition("\n")[0])
    return found[0] if found else SEPARATORS[0]


def _faults_of(names: Sequence[str]) -> Iterator[str]:
    known = ", ".join(FIELDS)
    yield from (f"unknown column '{name}'; known: {known}" for name in names if name not in FIELDS)
    yield from (f"column '{name}' is there twice; keep one" for name in {*names} if names.count(name) > 1)
    yield from (
        f"column '{name}' is missing; write it in the first row" for name in REQUIRED if name not in names
    )


def _table(cells: Mapping[str, str]) -> dict[str, object]:
    return {key: _value(key, _without_guard(cell)) for key, cell in cells.items() if cell}


def _value(key: str, cell: str) -> object:
    if key in LISTS:
        return [unescaped(item) for item in cell.split("\n") if item]
    return _day(cell) if key in DATES else unescaped(cell)


def _day(cell: str) -> object:
    """A day as written, 2026-12-31, or as a spreadsheet turns it, 31/12/2026; else the text, a fault."""
    found = _DAY.fullmatch(cell.strip())
    try:
        if found:
            return date(int(found["year"]), int(found["month"]), int(found["day"]))
        return date.fromisoformat(cell.strip())
    except ValueError:
        return cell


def written(articles: Sequence[Article], separator: str = SEPARATORS[0]) -> str:
    """A table of these articles."""
    out = io.StringIO(newline="")
    rows = csv.writer(out, delimiter=separator, lineterminator="\r\n")
    rows.writerow(FIELDS)
    for article in articles:
        table = table_of(article)
        rows.writerow(_guarded(_cell(table.get(key, ""))) for key in FIELDS)
    return BOM + out.getvalue()


def _cell(value: object) -> str:
    if isinstance(value, list):
        return "\n".join(map(escaped, value))
    return value.isoformat() if isinstance(value, date) else escaped(str(value))


def _guarded(cell: str) -> str:
    return f"'{cell}" if _FORMULA.match(cell) else cell


def _without_guard(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell[1:]) else cell
