"""Articles as files: `<folder>/<language>/*.toml`, `[[article]]` tables, all faults told at once."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from core.domain.knowledge import Article

SHIPPED = Path(__file__).parent / "articles"
"""The articles that come with the product."""

LANGUAGES = ("fr", "en")
MOTIVES = frozenset(
    "delivery return billing product account incident complaint sales appointment legal other".split()
)
FEWEST_PHRASINGS = 4
FEWEST_COUNTER_EXAMPLES = 2
MOST_STEPS = 3

_TEXTS = ("id", "question", "answer", "follow_up", "motive")
_LISTS = ("phrasings", "keywords", "counter_examples", "steps", "translates")
_REQUIRED = ("id", "question", "phrasings", "keywords", "counter_examples", "answer", "follow_up")
_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_SENTENCE_END = re.compile(r"[.!?…]+(?=\s|$)")
_HEADER = re.compile(r"\s*\[\[\s*article\s*\]\]")


class ArticleFaults(Exception):
    """The article files cannot be used. `faults`: "file:line: what, and what to write", in reading order."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


@dataclass(frozen=True)
class _Entry:
    """One `[[article]]` table and where it stands."""

    place: str
    start: int
    lines: tuple[str, ...]
    table: Mapping[str, object]

    def fault(self, key: str, what: str) -> str:
        """A fault at the line of a key, or at the table's own line when the key is not there."""
        pattern = re.compile(rf"\s*[\"']?{re.escape(key)}[\"']?\s*=")
        at = next((at for at, line in enumerate(self.lines) if pattern.match(line)), 0)
        return f"{self.place}:{self.start + at}: {what}"


def sentence_count(text: str) -> int:
    """How many sentences a text holds; one that does not end with a mark counts as one more."""
    ends = list(_SENTENCE_END.finditer(text.strip()))
    unfinished = not ends or ends[-1].end() != len(text.strip())
    return len(ends) + unfinished


def read_articles(folder: Path) -> list[Article]:
    """Every article of a folder, in file order.

    Raises ArticleFaults with all faults of all files: syntax, unknown or missing keys, wrong types, ids used
    twice (over all languages), too few phrasings, an answer that is not one sentence, more than three steps,
    a translation of an article that is not there, or of the same language.
    """
    faults: list[str] = []
    articles: list[Article] = []
    seen: dict[str, str] = {}
    entries: list[_Entry] = []
    for language in LANGUAGES:
        for path in sorted((folder / language).glob("*.toml")):
            for entry in _entries(path, f"{language}/{path.name}", faults):
                found = [*_faults_of(entry), *_duplicate(entry, seen)]
                faults.extend(found)
                entries.append(entry)
                if not found:
                    articles.append(_article(entry.table, language))
    if not faults:  # an id may be missing because of another fault
        faults.extend(fault for entry in entries for fault in _translation_faults(entry, seen))
    if not articles and not faults:
        faults.append(f"{folder.name}:1: no article; put [[article]] tables in fr/*.toml or en/*.toml")
    if faults:
        raise ArticleFaults(faults)
    return articles


def _entries(path: Path, place: str, faults: list[str]) -> Iterator[_Entry]:
    try:
        text = path.read_text(encoding="utf-8")
        tables = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        faults.append(_syntax_fault(place, error))
        return
    faults.extend(f"{place}:1: unknown key '{key}'; only [[article]]" for key in tables if key != "article")
    articles = tables.get("article")
    if not isinstance(articles, list) or not all(isinstance(table, dict) for table in articles):
        faults.append(f"{place}:1: no article; start each with a line [[article]]")
        return
    yield from _placed(place, text.splitlines(), articles)


def _syntax_fault(place: str, error: Exception) -> str:
    if isinstance(error, UnicodeDecodeError):
        return f"{place}:1: not UTF-8 text; save the file as UTF-8"
    if not isinstance(error, tomllib.TOMLDecodeError):
        return f"{place}:1: not TOML: brackets or figures without end; take them out"
    found = re.search(r"line (\d+)", str(error))
    return f"{place}:{found[1] if found else 1}: not TOML: {error}"


def _placed(place: str, lines: list[str], tables: list[dict[str, object]]) -> Iterator[_Entry]:
    starts = [number for number, line in enumerate(lines) if _HEADER.match(line)]
    bounds = pairwise([*starts, len(lines)])
    blocks = [(start + 1, tuple(lines[start:end])) for start, end in bounds]
    # Tables written inline have no header of their own: their faults are told at the first line.
    blocks += [(1, ())] * (len(tables) - len(blocks))
    for (start, block), table in zip(blocks, tables, strict=False):
        yield _Entry(place, start, block, table)


def _faults_of(entry: _Entry) -> Iterator[str]:
    table = entry.table
    for key in table:
        if key not in _TEXTS and key not in _LISTS:
            yield entry.fault(key, f"unknown key '{key}'; known: {', '.join((*_TEXTS, *_LISTS))}")
    for key in _REQUIRED:
        if not table.get(key):
            yield entry.fault(key, f"'{key}' is missing or empty; write {key} = …")
    mistyped = list(_type_faults(entry))
    yield from mistyped
    if not mistyped:
        yield from _content_faults(entry)


def _type_faults(entry: _Entry) -> Iterator[str]:
    for key, value in entry.table.items():
        if key in _TEXTS and not isinstance(value, str):
            yield entry.fault(key, f"'{key}' is not a text; write it between quotes")
        if key in _LISTS and not _is_list_of_texts(value):
            yield entry.fault(key, f'\'{key}\' is not a list of texts; write ["…", "…"], none empty')


def _is_list_of_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) and item.strip() for item in value)


def _content_faults(entry: _Entry) -> Iterator[str]:
    identity, answer, motive = (str(entry.table.get(key, "")) for key in ("id", "answer", "motive"))
    if identity and not _ID.fullmatch(identity):
        yield entry.fault("id", f"id '{identity}' is not plain; write small letters, figures and hyphens")
    if answer and sentence_count(answer) != 1:
        yield entry.fault("answer", "the answer is not one sentence (R124); move the rest to steps")
    if motive and motive not in MOTIVES:
        yield entry.fault("motive", f"unknown motive '{motive}'; one of {', '.join(sorted(MOTIVES))}")
    yield from _length_faults(entry)


def _length_faults(entry: _Entry) -> Iterator[str]:
    phrasings, counters, steps = (
        len(_texts(entry.table, key)) for key in ("phrasings", "counter_examples", "steps")
    )
    if 0 < phrasings < FEWEST_PHRASINGS:
        yield entry.fault("phrasings", f"{phrasings} phrasings; write {FEWEST_PHRASINGS} or more")
    if 0 < counters < FEWEST_COUNTER_EXAMPLES:
        yield entry.fault("counter_examples", f"{counters} counter-example; write two or more")
    if steps > MOST_STEPS:
        yield entry.fault("steps", f"{steps} steps; keep {MOST_STEPS} at most (R124)")


def _duplicate(entry: _Entry, seen: dict[str, str]) -> Iterator[str]:
    identity = entry.table.get("id")
    if not isinstance(identity, str) or not identity:
        return
    where = f"{entry.place}:{entry.start}"
    if identity in seen:
        yield entry.fault("id", f"id '{identity}' is already used at {seen[identity]}; choose another")
    seen.setdefault(identity, where)


def _translation_faults(entry: _Entry, seen: Mapping[str, str]) -> Iterator[str]:
    for identity in _texts(entry.table, "translates"):
        where = seen.get(identity)
        if where is None:
            yield entry.fault("translates", f"no article has the id '{identity}'")
        elif where.partition("/")[0] == entry.place.partition("/")[0]:
            yield entry.fault("translates", f"'{identity}' is of the same language; name one of another")


def _texts(table: Mapping[str, object], key: str) -> tuple[str, ...]:
    value = table.get(key, [])
    return tuple(str(item) for item in value) if isinstance(value, list) else ()


def _article(table: Mapping[str, object], language: str) -> Article:
    motive = table.get("motive")
    return Article(
        id=str(table["id"]),
        language=language,
        question=str(table["question"]),
        phrasings=_texts(table, "phrasings"),
        answer=str(table["answer"]),
        steps=_texts(table, "steps"),
        follow_up=str(table["follow_up"]),
        keywords=_texts(table, "keywords"),
        counter_examples=_texts(table, "counter_examples"),
        motive=str(motive) if motive else None,
        translates=_texts(table, "translates"),
    )
