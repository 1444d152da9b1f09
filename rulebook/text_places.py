"""Where the rules file holds texts for customers, for who tells what to write otherwise in them."""

import tomllib
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from rulebook.lines import KeyPath, key_lines, line_of

Place = tuple[str, str, str]
"""The table of a row, its key, and the field."""
Lines = tuple[tuple[int, str], ...]
"""Lines of the file, each with its number, from 1."""
FIELDS: Final = {"macro": ("text",), "motive": ("asks", "asks_en")}


def text_lines(path: Path) -> Mapping[Place, Lines]:
    """The lines of each such text, from where it begins to the next key; of a file that was read as rules
    without a fault."""
    text = path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
    written, places, rows = text.split("\n"), key_lines(text), tomllib.loads(text)
    starts = sorted({*places.values(), len(written) + 1})
    found: dict[Place, Lines] = {}
    for place, keys in _places(rows):
        first = line_of(keys, places) or 1
        end = starts[bisect_right(starts, first)]
        found[place] = tuple(enumerate(written[first - 1 : end - 1], start=first))
    return found


def _places(rows: Mapping[str, Any]) -> Iterator[tuple[Place, KeyPath]]:
    for table, fields in FIELDS.items():
        for number, row in enumerate(rows.get(table, ())):
            yield from (((table, row["key"], field), (table, number, field)) for field in fields)
