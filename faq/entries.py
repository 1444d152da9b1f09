"""Articles on their way out of files, whatever the form: a table each, and the lines of its fields."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path


class ArticleFaults(Exception):
    """The article files cannot be used. `faults`: "file:line: what, and what to write", in reading order."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


@dataclass(frozen=True)
class File:
    """A file to read: what faults call it, and the language of its folder, if that tells one."""

    path: Path
    place: str
    language: str = ""

    def text(self) -> str:
        """What it holds, line ends made one.

        Raises:
            ArticleFaults: it cannot be read, or is not UTF-8.
        """
        try:
            return self.path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
        except OSError as error:
            raise ArticleFaults([f"{self.place}:1: cannot be read: {error.strerror or error}"]) from error
        except UnicodeDecodeError as error:
            raise ArticleFaults([f"{self.place}:1: not UTF-8 text; save the file as UTF-8"]) from error


@dataclass(frozen=True)
class Entry:
    """One article as a file holds it. `lines`: where its fields stand; `start` is told for the others."""

    place: str
    start: int
    table: Mapping[str, object]
    lines: Mapping[str, int] = field(default_factory=dict)
    faults: tuple[str, ...] = ()
    """What its form has wrong, told already with its place."""

    @property
    def where(self) -> str:
        """Its beginning."""
        return f"{self.place}:{self.start}"

    def fault(self, key: str, what: str) -> str:
        """A fault at the line of a field."""
        return f"{self.place}:{self.lines.get(key, self.start)}: {what}"


_KEY = re.compile(r"""\s*["']?(?P<key>[\w-]+)["']?\s*=""")


def lines_of_keys(lines: list[str], first: int) -> dict[str, int]:
    """Where each key of TOML is written first; `first` is the number of the first line."""
    found: dict[str, int] = {}
    for number, key in _keys(lines, first):
        found.setdefault(key, number)
    return found


def _keys(lines: list[str], first: int) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(lines, start=first):
        if match := _KEY.match(line):
            yield number, match["key"]
