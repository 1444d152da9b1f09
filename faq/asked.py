"""Messages of a team's customers with the article that answers each: the file of `relais faq eval`.

JSON lines `{"text", "expected": id, [ids] or null}`, or a table whose columns `text` and `expected` stand in
its first row; an empty cell is no answer, several ids are parted by spaces. `language` may stand beside; any
other key or column is left alone. A message that stands there twice counts once; with another answer the
second time, it is a fault.
"""

import json
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from faq.csv_form import Rows, separator_of
from faq.entries import ArticleFaults, File
from faq.shape import LANGUAGES
from faq.words import plain

LINES: Final = (".jsonl", ".ndjson", ".json")
TABLES: Final = (".csv", ".tsv")
NEEDED: Final = ("text", "expected")


@dataclass(frozen=True)
class Asked:
    """One message. `expected`: the articles of which each is a right answer; none: nothing answers it."""

    text: str
    expected: tuple[str, ...]
    language: str = "fr"


def read_asked(path: Path, known: Collection[str] | None, language: str) -> list[Asked]:
    """Every message of a file, once. `known`: the ids of the base, where it is at hand; `language`: of those
    that tell none.

    Raises:
        ArticleFaults: all that is wrong, "file:line: what, and what to write".
    """
    reading = _Reading(path.name, known, language)
    found = list(reading.messages(File(path, path.name)))
    if not found and not reading.faults:
        reading.fault(1, "no message; write one a line")
    if reading.faults:
        raise ArticleFaults(reading.faults)
    return found


class _Reading:
    """The faults so far."""

    def __init__(self, place: str, known: Collection[str] | None, language: str) -> None:
        self.faults: list[str] = []
        self._place = place
        self._known = known
        self._language = language
        self._seen: dict[tuple[str, str], tuple[int, Asked]] = {}
        """What was read before, by language and words, with its line."""

    def fault(self, line: int, what: str) -> None:
        self.faults.append(f"{self._place}:{line}: {what}")

    def messages(self, file: File) -> Iterator[Asked]:
        """Each once; of a faulty line, the faults alone."""
        for line, row in self.rows(file):
            known = len(self.faults)
            asked = self.message(line, row)
            if len(self.faults) == known and self._is_new(line, asked):
                yield asked

    def _is_new(self, line: int, asked: Asked) -> bool:
        """Whether nothing reads like it yet. Two lines that answer otherwise are a fault."""
        said = asked.language, plain(asked.text) or asked.text
        first, before = self._seen.setdefault(said, (line, asked))
        if set(before.expected) != set(asked.expected):
            one, other = (" or ".join(each.expected) or "no answer" for each in (before, asked))
            self.fault(
                line, f"the message of line {first}, with {other} instead of {one}; keep one of the two"
            )
        return first == line

    def rows(self, file: File) -> Iterator[tuple[int, Mapping[str, Any]]]:
        """What each line holds, by name."""
        ending = file.path.suffix.lower()
        if ending in LINES:
            yield from self._objects(file.text())
        elif ending in TABLES:
            yield from self._cells(file.text())
        else:
            self.fault(1, f"not {', '.join((*LINES, *TABLES))}; name it after its form")

    def _objects(self, text: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
        for number, line in enumerate(text.split("\n"), start=1):
            if not line.strip():
                continue
            try:
                row = json.loads(line)
            except (ValueError, RecursionError):
                row = None
            if isinstance(row, dict):
                yield number, row
            else:
                self.fault(number, 'not an object of JSON; write {"text": "…", "expected": "…"}')

    def _cells(self, text: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
        rows = Rows(self._place, text, separator_of(text))
        _, header = next(rows, (1, []))
        names = [name.strip() for name in header]
        if missing := [name for name in NEEDED if name not in names]:
            told = " and ".join(f"'{name}'" for name in missing)
            self.fault(1, f"no column {told}; name the columns in the first row: text;expected")
            return
        for line, cells in rows:
            if any(cells):
                filled = [*cells, *[""] * (len(names) - len(cells))]
                yield line, self._row(line, dict(zip(names, filled, strict=False)), filled[len(names) :])

    def _row(self, line: int, row: dict[str, str], beyond: list[str]) -> dict[str, Any]:
        if any(beyond):
            self.fault(line, "more cells than columns; quote the text")
        ids = re.split(r"[\s,|]+", row["expected"].strip())
        return {**row, "expected": [one for one in ids if one], "language": row.get("language") or None}

    def message(self, line: int, row: Mapping[str, Any]) -> Asked:
        """One message, its faults kept."""
        for name in NEEDED:
            if name not in row:
                self.fault(line, f"'{name}' is missing; without an answer, write null for `expected`")
        text, expected = row.get("text", "…"), row.get("expected")
        if not isinstance(text, str) or not text.strip():
            self.fault(line, "no text; write what the customer wrote")
        elif any("\ud800" <= letter <= "\udfff" for letter in text):
            self.fault(line, "half a character (a lone surrogate); write the text anew")
        ids = expected if isinstance(expected, list) else [] if expected is None else [expected]
        for one in ids:
            if self._known is None and (not isinstance(one, str) or not one.strip()):
                self.fault(line, f"{one!r} is no id of an article; write one, or null for no answer")
            elif self._known is not None and (not isinstance(one, str) or one not in self._known):
                self.fault(line, f"no article {one!r} answers in this base; write the id of one that does")
        language = row.get("language") or self._language
        if language not in LANGUAGES:
            self.fault(line, f"unknown language {language!r}; write one of: {', '.join(LANGUAGES)}")
        return Asked(str(text), tuple(map(str, ids)), str(language))
