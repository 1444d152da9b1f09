"""Finds the line of every key of a TOML text, which the standard reader does not tell."""

import re
import tomllib
from collections.abc import Iterator
from typing import Any, Final

KeyPath = tuple[str | int, ...]

# Strings and comments, so that a bracket or an equal sign inside one is not taken for structure.
_OPAQUE: Final = re.compile(
    r'"""(?:\\.|[^\\])*?"{3,5}'
    r"|'''.*?'{3,5}"
    r'|"(?:\\.|[^"\\\n])*"'
    r"|'[^'\n]*'"
    r"|#[^\n]*",
    re.DOTALL,
)
_HEADER: Final = re.compile(r"\s*(\[\[?)([^\[\]]+)\]")
_KEY: Final = re.compile(r"\s*([\w.\- \t]*[\w\-])\s*=")


def key_lines(text: str) -> dict[KeyPath, int]:
    """The line, from 1, of every table and key; rows of `[[table]]` are numbered from 0.

    Expects a text that `tomllib` accepts. What is inside an inline table or an array has no line of its own:
    see `line_of`.
    """
    lines: dict[KeyPath, int] = {}
    table: KeyPath = ()
    rows: dict[KeyPath, int] = {}
    for number, header, dotted in _statements(text):
        path = _parts(dotted)
        if header:
            table = _table_path(path, rows, is_row=header == "[[")
            lines.setdefault(table[:1], number)
        for end in range(len(table) + 1, len(table + path) + 1) if not header else ():
            lines.setdefault((table + path)[:end], number)
        lines.setdefault(table, number)
    return lines


def line_of(path: KeyPath, lines: dict[KeyPath, int]) -> int | None:
    """The line of the nearest thing written: the key, else the table that holds it, else nothing."""
    known = (lines[path[:end]] for end in range(len(path), 0, -1) if path[:end] in lines)
    return next(known, None)


def _statements(text: str) -> Iterator[tuple[int, str, str]]:
    """Each header and key at the outermost depth: its line, `[`, `[[` or nothing, and its dotted name."""
    masked = _OPAQUE.sub(lambda match: re.sub(r"[^\n]", "_", match[0]), text)
    depth = 0
    for number, (shown, line) in enumerate(zip(masked.split("\n"), text.split("\n"), strict=True), start=1):
        if depth == 0 and (header := _HEADER.match(shown)):
            yield number, header[1], line[slice(*header.span(2))]
            continue
        if depth == 0 and (key := _KEY.match(shown)):
            yield number, "", line[slice(*key.span(1))]
        depth += sum(shown.count(mark) for mark in "[{") - sum(shown.count(mark) for mark in "]}")


def _parts(dotted: str) -> tuple[str, ...]:
    """The parts of a dotted name, quotes understood, by the same reader as the file itself."""
    parts: list[str] = []
    node: Any = tomllib.loads(f"{dotted} = 0")
    while isinstance(node, dict):
        part, node = next(iter(node.items()))
        parts.append(part)
    return tuple(parts)


def _table_path(parts: tuple[str, ...], rows: dict[KeyPath, int], *, is_row: bool) -> KeyPath:
    """Where a header stands: `[team.hours]` after the second `[[team]]` is `("team", 1, "hours")`."""
    path: KeyPath = ()
    for index, part in enumerate(parts):
        path += (part,)
        if is_row and index == len(parts) - 1:
            rows[path] = rows.get(path, -1) + 1
        if path in rows:
            path += (rows[path],)
    return path
