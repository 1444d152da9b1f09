"""The form of an article: every field of it, laid out here and read back here.

It carries (`private_metadata`) a version, ids and numbers. What is longer than a field may be is not shown,
and kept as it is.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final

from core.domain.knowledge import Article
from core.domain.lines import Line, line
from core.domain.rules import Rules
from core.texts import LANGUAGES, Texts
from handoff import markup
from handoff.cards import section
from handoff.courtesies import Place
from handoff.modals import Block, carried_by, chosen, given, input_of, option, part, plain

ARTICLE: Final = "article"
"""The callback id of the form."""
VERSION: Final = 1
LONGEST: Final = 3000
_LINES: Final = ("phrasings", "counter_examples", "steps")
"""Fields of which each line is one."""
_DATES: Final = ("valid_from", "valid_until")
_DAY_FIRST: Final = "/"
NEW: Final = Article("", "fr", "", (), "")
"""An article of which nothing is written yet."""


@dataclass(frozen=True)
class ArticleForm:
    """An article to be shown for change. `seen`: the number of the change it is shown as; 0: a new one."""

    article: Article
    seen: int = 0
    place: Place = field(default_factory=Place)
    told: tuple[str, ...] = ()
    """Why it is shown again."""
    despite: str = ""
    """Sending it once more saves it despite these clashes."""
    typed: Mapping[str, str] = field(default_factory=dict)
    """What the fields held when it was sent."""


@dataclass(frozen=True)
class Written:
    """What the form held when it was sent. `fields`: its inputs, which alone can show a fault."""

    article_id: str
    seen: int
    place: Place
    despite: str
    shown: Mapping[str, int]
    """How many lines of a list were shown; the others stay."""
    texts: Mapping[str, str]
    fields: tuple[str, ...]
    is_ours: bool
    """False for a form of another release, and for one that names a change of no article."""


class BadDay(ValueError):
    """What stands in a field is no day of the calendar."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.field = name
        self.told: Line = line("base.bad_day")


@dataclass(frozen=True)
class ArticleLayout:
    """Lays it out."""

    texts: Texts
    rules: Rules

    def view(self, form: ArticleForm) -> dict[str, Any]:
        """The view, every limit of Block Kit held."""
        title = "modal.title_article" if form.article.id else "modal.title_article_new"
        submit = "modal.save_anyway" if form.despite else "modal.save"
        told = [section(f"⚠️ {markup.escape(text)}"[:LONGEST]) for text in form.told]
        return {
            "type": "modal",
            "callback_id": ARTICLE,
            "title": plain(self._said(title), 24),
            "submit": plain(self._said(submit), 24),
            "close": plain(self._said("button.cancel"), 24),
            "private_metadata": json.dumps(self._carried(form), separators=(",", ":")),
            "blocks": [*told, *self._inputs(form)],
        }

    def _carried(self, form: ArticleForm) -> dict[str, object]:
        shown = {name: len(_shown(getattr(form.article, name))) for name in _LINES}
        ids = {"v": VERSION, "i": form.article.id, "n": form.seen, "d": form.despite}
        return ids | {"p": form.place.channel, "t": form.place.thread, "k": shown}

    def _said(self, key: str, **values: str | int) -> str:
        return self.texts.said(key, self.rules.language, **values)

    def _inputs(self, form: ArticleForm) -> list[Block]:
        texts = {**_texts(form.article), **form.typed}
        return [
            self._text("question", texts, is_needed=True),
            self._text("phrasings", texts, lines=True),
            self._text("answer", texts, is_needed=True, lines=True),
            self._text("steps", texts, lines=True),
            self._text("follow_up", texts),
            self._text("keywords", texts),
            self._text("counter_examples", texts, lines=True),
            self._menu("motive", {each.key: each.short for each in self.rules.motives}, texts),
            self._menu("language", {key: self._said(f"base.language_{key}") for key in LANGUAGES}, texts),
            *(self._text(name, texts) for name in _DATES),
        ]

    def _text(
        self, name: str, texts: Mapping[str, str], *, is_needed: bool = False, lines: bool = False
    ) -> Block:
        element: Block = {"type": "plain_text_input", "multiline": lines, "max_length": LONGEST}
        if texts[name]:
            element["initial_value"] = texts[name][:LONGEST]
        return input_of(name, self._said(f"base.field_{name}"), element, optional=not is_needed)

    def _menu(self, name: str, labels: Mapping[str, str], texts: Mapping[str, str]) -> Block:
        options = {key: option(label, key) for key, label in labels.items()}
        placeholder = plain(self._said(f"base.choose_{name}"), 150)
        menu = {"type": "static_select", "options": list(options.values()), "placeholder": placeholder}
        held = options.get(texts[name])
        element = menu | ({"initial_option": held} if held else {})
        return input_of(name, self._said(f"base.field_{name}"), element, optional=name == "motive")


def _shown(lines: Sequence[str]) -> tuple[str, ...]:
    """As many of them as one field may hold."""
    held, room = [], LONGEST
    for text in lines:
        room -= len(text) + 1
        if room < 0:
            break
        held.append(text)
    return tuple(held)


def _texts(article: Article) -> dict[str, str]:
    """Every field as a text."""
    texts = {name: "\n".join(_shown(getattr(article, name))) for name in _LINES}
    days = {name: day.isoformat() if (day := getattr(article, name)) else "" for name in _DATES}
    return (
        texts
        | days
        | {
            "question": article.question,
            "answer": article.answer,
            "follow_up": article.follow_up,
            "keywords": ", ".join(article.keywords),
            "motive": article.motive or "",
            "language": article.language,
        }
    )


def read(view: Mapping[str, Any]) -> Written:
    """What the form held; what is missing or odd is empty, and refused by whoever saves."""
    held = carried_by(str(view.get("private_metadata") or ""))
    held = held if held.get("v") == VERSION else {}
    blocks = view.get("blocks")
    inputs = [
        str(block.get("block_id"))
        for block in (blocks if isinstance(blocks, list) else ())
        if isinstance(block, Mapping) and block.get("type") == "input"
    ]
    values = part(part(view, "state"), "values")
    shown, article_id = part(held, "k"), str(held.get("i") or "")
    seen = number if isinstance(number := held.get("n"), int) else 0
    return Written(
        article_id=article_id,
        seen=seen,
        place=Place(str(held.get("p") or ""), str(held.get("t") or "")),
        despite=str(held.get("d") or ""),
        shown={name: count for name in _LINES if isinstance(count := shown.get(name), int)},
        texts={name: str(given(values, name).get("value") or "") or chosen(values, name) for name in inputs},
        fields=tuple(inputs),
        is_ours=bool(held) and not (seen and not article_id),
    )


def article_of(written: Written, before: Article | None) -> Article:
    """The article as it was typed; what the form does not show stays as it was.

    Raises:
        BadDay: a day that is none.
    """
    texts = written.texts
    known = before or NEW
    lists: dict[str, Any] = {name: _lines(written, name, getattr(known, name)) for name in _LINES}
    days: dict[str, Any] = {name: _day(name, texts.get(name, "")) for name in _DATES}
    return replace(
        known,
        language=texts.get("language") or known.language,
        question=" ".join(texts.get("question", "").split()),
        answer=" ".join(texts.get("answer", "").split()),
        follow_up=" ".join(texts.get("follow_up", "").split()),
        keywords=_distinct(texts.get("keywords", "").replace("\n", ",").split(",")),
        motive=texts.get("motive") or None,
        **lists,
        **days,
    )


def _lines(written: Written, name: str, before: Sequence[str]) -> tuple[str, ...]:
    hidden = before[written.shown.get(name, len(before)) :]
    return _distinct([*written.texts.get(name, "").split("\n"), *hidden])


def _distinct(texts: Sequence[str]) -> tuple[str, ...]:
    trimmed = (" ".join(text.strip().removeprefix("- ").split()) for text in texts)
    return tuple(dict.fromkeys(text for text in trimmed if text))


def _day(name: str, typed: str) -> date | None:
    """« 2026-12-31 », or « 31/12/2026 »."""
    text = typed.strip()
    if _DAY_FIRST in text:
        text = "-".join(reversed(text.split(_DAY_FIRST)))
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise BadDay(name) from error
