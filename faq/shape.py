"""What an article may hold: its fields as a file or a form names them, and what is wrong with them.

A fault names a field and says what to write. What has no fault can be kept, sent, written to files and read
again; whether it is good is the lint's to say.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import fields
from datetime import date, datetime
from typing import Final

from core.domain.knowledge import MOST_STEPS, Article
from core.domain.variables import holds_any, known_names, unknown_names

LANGUAGES: Final = ("fr", "en")
MOTIVES: Final = frozenset(
    "delivery return billing product account incident complaint sales appointment legal other".split()
)

TEXTS: Final = (
    "id",
    "language",
    "motive",
    "question",
    "answer",
    "follow_up",
    "author",
    "validated_by",
)
LISTS: Final = ("phrasings", "learnt", "keywords", "counter_examples", "steps", "translates")
DATES: Final = ("valid_from", "valid_until", "validated_on")
FIELDS: Final = (
    "id",
    "language",
    "motive",
    "question",
    "phrasings",
    "learnt",
    "keywords",
    "counter_examples",
    "answer",
    "steps",
    "follow_up",
    "translates",
    "valid_from",
    "valid_until",
    "author",
    "validated_by",
    "validated_on",
)
"""Every field, in the order in which files hold them."""
REQUIRED: Final = ("id", "language", "question", "answer")

_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_SENTENCE_END = re.compile(r"[.!?…]+(?=\s|$)")

Fault = tuple[str, str]
"""A field, and what is wrong with it."""


def sentence_count(text: str) -> int:
    """How many sentences a text holds; one that does not end with a mark counts as one more."""
    ends = list(_SENTENCE_END.finditer(text.strip()))
    unfinished = not ends or ends[-1].end() != len(text.strip())
    return len(ends) + unfinished


def faults_of(table: Mapping[str, object]) -> list[Fault]:
    """Everything wrong with the fields of one article, each with what to write instead."""
    faults = [(key, f"unknown key '{key}'; known: {', '.join(FIELDS)}") for key in table if key not in FIELDS]
    faults += [
        (key, f"'{key}' is missing or empty; write {key} = …") for key in REQUIRED if _lacks(table, key)
    ]
    mistyped = list(_type_faults(table))
    return faults + (mistyped or list(_content_faults(table)))


def faults_in(article: Article) -> list[Fault]:
    """The same, of an article that was made otherwise than from a file."""
    return faults_of(table_of(article))


def article_of(table: Mapping[str, object]) -> Article:
    """The article of a table without faults."""
    values: dict[str, object] = {key: table[key] for key in (*TEXTS, *DATES) if table.get(key)}
    values |= {key: texts_of(table, key) for key in LISTS}
    return Article(**values)  # type: ignore[arg-type] # their types were looked at, one by one


def table_of(article: Article) -> dict[str, object]:
    """An article's fields in the order of files, the empty ones left out."""
    held = {field.name: getattr(article, field.name) for field in fields(article)}
    lists = {key: list(held[key]) for key in LISTS}
    return {key: value for key in FIELDS if (value := (held | lists)[key])}


def texts_of(table: Mapping[str, object], key: str) -> tuple[str, ...]:
    """A list of a table; nothing where it is none."""
    value = table.get(key)
    return tuple(map(str, value)) if isinstance(value, list) else ()


def _lacks(table: Mapping[str, object], key: str) -> bool:
    value = table.get(key)
    return not (value.strip() if isinstance(value, str) else value)


def _type_faults(table: Mapping[str, object]) -> Iterator[Fault]:
    for key, value in table.items():
        if key in TEXTS and not isinstance(value, str):
            yield key, f"'{key}' is not a text; write it between quotes"
        if key in LISTS and not _is_list_of_texts(value):
            yield key, f'\'{key}\' is not a list of texts; write ["…", "…"], none empty'
        if key in DATES and (not isinstance(value, date) or isinstance(value, datetime)):
            yield key, f"'{key}' is not a day; write it as 2026-12-31, without quotes"


def _is_list_of_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) and item.strip() for item in value)


def _content_faults(table: Mapping[str, object]) -> Iterator[Fault]:
    identity, language, motive, answer = (
        str(table.get(k, "")) for k in ("id", "language", "motive", "answer")
    )
    if identity and not _ID.fullmatch(identity):
        yield "id", f"id '{identity}' is not plain; write small letters, figures and hyphens"
    if language and language not in LANGUAGES:
        yield "language", f"unknown language '{language}'; one of {', '.join(LANGUAGES)}"
    if motive and motive not in MOTIVES:
        yield "motive", f"unknown motive '{motive}'; one of {', '.join(sorted(MOTIVES))}"
    if answer and sentence_count(answer) != 1:
        yield "answer", "the answer is not one sentence (R124); move the rest to steps"
    if (steps := len(texts_of(table, "steps"))) > MOST_STEPS:
        yield "steps", f"{steps} steps; keep {MOST_STEPS} at most (R124)"
    first, last = table.get("valid_from"), table.get("valid_until")
    if isinstance(first, date) and isinstance(last, date) and last < first:
        yield "valid_until", "the last day of validity is before the first; change one of them"
    yield from _variable_faults(table)


def _variable_faults(table: Mapping[str, object]) -> Iterator[Fault]:
    if holds_any(str(table.get("question", ""))):
        yield "question", "a variable is not filled in a question; write it in the answer"
    for key in ("answer", "follow_up"):
        yield from ((key, _unknown(name)) for name in unknown_names(str(table.get(key, ""))))
    for step in texts_of(table, "steps"):
        yield from (("steps", _unknown(name)) for name in unknown_names(step))


def _unknown(name: str) -> str:
    return f"unknown variable {name}; one of {', '.join(known_names())}"
