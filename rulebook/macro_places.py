"""Where the ready texts stand in the rules file, for who tells what to write otherwise in them."""

import tomllib
from bisect import bisect_right
from collections.abc import Mapping
from pathlib import Path

from rulebook.lines import key_lines, line_of

Lines = tuple[tuple[int, str], ...]
"""Lines of the file, each with its number, from 1."""


def macro_lines(path: Path) -> Mapping[str, Lines]:
    """The lines from where each text begins to the next key, by the macro's key; of a file that was read as
    rules without a fault."""
    text = path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
    written, places = text.split("\n"), key_lines(text)
    starts = sorted({*places.values(), len(written) + 1})
    found: dict[str, Lines] = {}
    for row, macro in enumerate(tomllib.loads(text).get("macro", ())):
        first = line_of(("macro", row, "text"), places) or 1
        end = starts[bisect_right(starts, first)]
        found[macro["key"]] = tuple(enumerate(written[first - 1 : end - 1], start=first))
    return found
