"""What an article may hold: its fields as a file or a form names them, and what is wrong with them.

A fault names a field and says what to write. What has no fault can be kept, sent, written to files and read
again; whether it is good is the lint's to say.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, fields
from dataclasses import field as default
from datetime import date, datetime
from typing import Final

from core.domain.knowledge import MOST_STEPS, Article
from core.domain.variables import holds_any, known_names, left_open, lone_braces, unknown_names

LANGUAGES: Final = ("fr", "en")

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

_MOTIVE = re.compile(r"[a-z][a-z0-9_]*")

_SENTENCES: Final[Mapping[str, str]] = {
    "plain_id": "id '{id}' is not plain; write small letters, figures and hyphens",
    "unknown_language": "unknown language '{language}'; one of {known}",
    "unknown_motive": "unknown motive '{motive}'; one of {known}",
    "odd_motive": "motive '{motive}' is no key; write that of a motive of the rules file, such as delivery",
    "one_sentence": "the answer is not one sentence (R124); move the rest to steps",
    "most_steps": "{steps} steps; keep {most} at most (R124)",
    "ends_before": "the last day of validity is before the first; change one of them",
    "variable_in_question": "a variable is not filled in a question; write it in the answer",
    "brace_in_question": "a brace in the question, {brace}, where nothing fills it; take it out",
    "lone_brace": "a brace without its other half, {brace}; close it, or take it out",
    "unknown_variable": "unknown variable {name}; one of {known}",
}

Motives = Collection[str] | None
"""The keys of the rules file's motives; None where no rules are at hand, and any key may be one."""
Fault = tuple[str, str]
"""A field, and what is wrong with it."""


@dataclass(frozen=True)
class Flaw:
    """What is wrong with what a field says. `kind`: the key of the sentence that tells it, in any language;
    `values`: what that names."""

    field: str
    kind: str
    values: Mapping[str, str | int] = default(default_factory=dict)

    @property
    def sentence(self) -> str:
        """For people who read English."""
        return _SENTENCES[self.kind].format(**self.values)


def sentence_count(text: str) -> int:
    """How many sentences a text holds; one that does not end with a mark counts as one more."""
    ends = list(_SENTENCE_END.finditer(text.strip()))
    unfinished = not ends or ends[-1].end() != len(text.strip())
    return len(ends) + unfinished


def faults_of(table: Mapping[str, object], motives: Motives = None) -> list[Fault]:
    """Everything wrong with the fields of one article, each with what to write instead."""
    faults = [(key, f"unknown key '{key}'; known: {', '.join(FIELDS)}") for key in table if key not in FIELDS]
    faults += [
        (key, f"'{key}' is missing or empty; write {key} = …") for key in REQUIRED if _lacks(table, key)
    ]
    mistyped = list(_type_faults(table))
    return faults + (mistyped or [(flaw.field, flaw.sentence) for flaw in _flaws(table, motives)])


def faults_in(article: Article, motives: Motives = None) -> list[Fault]:
    """The same, of an article that was made otherwise than from a file."""
    return faults_of(table_of(article), motives)


def flaws_in(article: Article, motives: Motives = None) -> list[Flaw]:
    """What is wrong with what its fields say, to be told in whatever language; none of what is missing."""
    return list(_flaws(table_of(article), motives))


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


def _flaws(table: Mapping[str, object], motives: Motives) -> Iterator[Flaw]:
    identity, language, motive, answer = (
        str(table.get(k, "")) for k in ("id", "language", "motive", "answer")
    )
    if identity and not _ID.fullmatch(identity):
        yield Flaw("id", "plain_id", {"id": identity})
    if language and language not in LANGUAGES:
        yield Flaw("language", "unknown_language", {"language": language, "known": ", ".join(LANGUAGES)})
    if motive:
        yield from _motive_flaws(motive, motives)
    if answer and sentence_count(answer) != 1:
        yield Flaw("answer", "one_sentence")
    if (steps := len(texts_of(table, "steps"))) > MOST_STEPS:
        yield Flaw("steps", "most_steps", {"steps": steps, "most": MOST_STEPS})
    first, last = table.get("valid_from"), table.get("valid_until")
    if isinstance(first, date) and isinstance(last, date) and last < first:
        yield Flaw("valid_until", "ends_before")
    yield from _variable_flaws(table)


def _motive_flaws(motive: str, motives: Motives) -> Iterator[Flaw]:
    if motives is None and not _MOTIVE.fullmatch(motive):
        yield Flaw("motive", "odd_motive", {"motive": motive})
    if motives is not None and motive not in motives:
        yield Flaw("motive", "unknown_motive", {"motive": motive, "known": ", ".join(sorted(motives))})


def _variable_flaws(table: Mapping[str, object]) -> Iterator[Flaw]:
    """What a customer would read in braces (I13)."""
    question = str(table.get("question", ""))
    if brace := next(unknown_names(question), "") or left_open(question):
        yield Flaw("question", "brace_in_question", {"brace": brace})
    elif holds_any(question):
        yield Flaw("question", "variable_in_question")
    told = {key: [str(table.get(key, ""))] for key in ("answer", "follow_up")}
    for key, texts in {**told, "steps": texts_of(table, "steps")}.items():
        for text in texts:
            yield from _open_flaws(key, text)


def _open_flaws(key: str, text: str) -> Iterator[Flaw]:
    for name in unknown_names(text):
        yield Flaw(key, "unknown_variable", {"name": name, "known": ", ".join(known_names())})
    if brace := lone_braces(text):
        yield Flaw(key, "lone_brace", {"brace": brace})
