"""Articles as Markdown, one file each, as people write and read them.

What a machine needs stands first, as TOML between two lines `+++`. Then come the question as a title, the
answer, the steps as a list, what comes next; then lists under their titles. See docs/faq.md.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from core.domain.knowledge import Article
from faq.entries import ArticleFaults, Entry, File, lines_of_keys
from faq.escapes import escaped, unescaped
from faq.shape import table_of
from faq.toml_form import fields_written, parsed

FENCE: Final = "+++"
SECTIONS: Final = {
    "phrasings": "Phrasings",
    "learnt": "Learnt",
    "keywords": "Keywords",
    "counter_examples": "Counter-examples",
}
_IN_BODY: Final = (*SECTIONS, "question", "answer", "steps", "follow_up")
_ITEM = re.compile(r"(?:[-*]|\d{1,2}[.)])[ \t]+(?P<text>.*)", re.ASCII)
_MARKED = re.compile(r"[-*#+]|\d{1,2}[.)]", re.ASCII)


def read(file: File) -> Iterator[Entry]:
    """The article of a file; its name is the id, where the front matter has none.

    Raises:
        ArticleFaults: the front matter is not TOML, or does not end.
    """
    lines = file.text().split("\n")
    front = _front(file, lines)
    body = _Body(file.place)
    for number, line in enumerate(lines[front.ends :], start=front.ends + 1):
        body.take(number, line)
    body.end()
    misplaced = [
        f"{file.place}:{front.keys.get(key, 1)}: '{key}' belongs below the second {FENCE}"
        for key in front.table
        if key in _IN_BODY
    ]
    table = {"id": file.path.stem} | front.table | body.table
    yield Entry(file.place, 1, table, front.keys | body.keys, (*misplaced, *body.faults))


@dataclass(frozen=True)
class _Front:
    table: dict[str, object]
    keys: dict[str, int]
    ends: int
    """How many lines it takes, the fences included."""


def _front(file: File, lines: list[str]) -> _Front:
    if lines[0].rstrip() != FENCE:
        return _Front({}, {}, 0)
    ends = next((n for n, line in enumerate(lines[1:], start=1) if line.rstrip() == FENCE), 0)
    if not ends:
        raise ArticleFaults([f"{file.place}:1: no second line {FENCE}; write one before the question"])
    inside = lines[1:ends]
    table = parsed("\n".join(inside), file.place, first=2)
    return _Front(table, lines_of_keys(inside, 2), ends + 1)


@dataclass
class _Body:
    """Below the front matter: lines come in one by one."""

    place: str
    table: dict[str, object] = field(default_factory=dict)
    keys: dict[str, int] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    _section: str = ""
    """The list under a title; empty before the first."""
    _paragraph: list[str] = field(default_factory=list)
    _begun: int = 0
    _item: bool = False
    """The paragraph is an item of a list."""

    def take(self, number: int, line: str) -> None:
        """One more line."""
        bare = line.strip(" \t")
        item = _ITEM.fullmatch(bare)
        if not bare or item or bare.startswith("#"):
            self.end()
        if bare.startswith("#"):
            self._title(number, bare)
        elif bare:
            self._item = self._item or item is not None
            self._begun = self._begun or number
            self._paragraph.append(item["text"] if item else bare)

    def end(self) -> None:
        """A paragraph or an item is over."""
        if self._paragraph:
            text = unescaped(" ".join(self._paragraph))
            if self._section:
                self._listed(self._section, text)
            elif self._item:
                self._listed("steps", text)
            else:
                self._told(text)
        self._paragraph, self._begun, self._item = [], 0, False

    def _title(self, number: int, line: str) -> None:
        marks, _, title = line.partition(" ")
        title = title.strip(" \t")
        key = next((key for key, said in SECTIONS.items() if said.lower() == title.lower()), "")
        if marks == "#" and "question" not in self.table and not self._section:
            self.table["question"] = unescaped(title)
            self.keys["question"] = number
        elif marks == "##" and key:
            self._section = key
            self.keys.setdefault(key, number)
        else:
            known = ", ".join(f"## {said}" for said in SECTIONS.values())
            self.faults.append(f"{self.place}:{number}: unknown title '{line}'; one of # question, {known}")

    def _listed(self, key: str, text: str) -> None:
        self.keys.setdefault(key, self._begun)
        if not self._item:
            self.faults.append(f"{self.place}:{self._begun}: not an item; begin the line with '- '")
        items = self.table.setdefault(key, [])
        assert isinstance(items, list)  # noqa: S101 - ours alone
        items.append(text)

    def _told(self, text: str) -> None:
        """A paragraph before the lists: the answer, then what comes next."""
        if "question" not in self.table:
            self.faults.append(
                f"{self.place}:{self._begun}: text before the question; write '# ' and the question"
            )
            return
        key = "answer" if "answer" not in self.table and "steps" not in self.table else "follow_up"
        if key in self.table:
            self.faults.append(
                f"{self.place}:{self._begun}: one paragraph too many; keep the answer and what follows"
            )
        self.table[key] = text
        self.keys[key] = self._begun


def written(article: Article) -> str:
    """A file that holds this article."""
    table = table_of(article)
    front = fields_written({key: value for key, value in table.items() if key not in _IN_BODY})
    steps = "\n".join(f"{n}. {_line(step)}" for n, step in enumerate(article.steps, start=1))
    parts = [f"# {_line(article.question)}", _line(article.answer), steps, _line(article.follow_up)]
    for key, title in SECTIONS.items():
        items = "\n".join(f"- {_line(text)}" for text in getattr(article, key))
        parts += [f"## {title}", items] if items else []
    body = "\n\n".join(part for part in parts if part)
    return f"{FENCE}\n{front}{FENCE}\n\n{body}\n"


def _line(text: str) -> str:
    """On one line, and nothing in it is taken for a mark of the form."""
    line = escaped(text)
    if _MARKED.match(line):
        return f"\\{_with_blanks(line)}"
    return _with_blanks(line)


def _with_blanks(line: str) -> str:
    """Blanks at its ends are kept by being written out."""
    begun = line.lstrip(" ")
    ended = begun.rstrip(" ")
    return "\\u0020" * (len(line) - len(begun)) + ended + "\\u0020" * (len(begun) - len(ended))
