"""The form of an article as a document: every limit held whatever it holds, and nothing of it lost."""

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.knowledge import Article
from handoff.article_form import LONGEST, NEW, ArticleForm, ArticleLayout, BadDay, article_of, read
from handoff.courtesies import Place
from tests.handoff.test_modals import HOSTILE, faults, layout

LISTS = st.lists(HOSTILE.filter(str.strip), max_size=5).map(tuple)
FULL = Article(
    "skis",
    "fr",
    "Louez-vous des skis ?",
    ("location de skis", "des skis à louer"),
    "Oui, à la journée.",
    steps=("Choisissez la taille", "Payez en caisse"),
    follow_up="Comptez 2 jours.",
    keywords=("ski", "location"),
    counter_examples=("acheter des skis",),
    motive="m1",
    translates=("skis-en",),
    learnt=("skis svp",),
    valid_from=date(2026, 11, 1),
    author="Sofia",
)


def view_of(article: Article, **form: Any) -> dict[str, Any]:  # noqa: ANN401 - fields of the form
    """The form as Slack gets it."""
    made = layout()
    return ArticleLayout(made.texts, made.rules).view(ArticleForm(article, **form))


def back(view: dict[str, Any], **typed: str) -> dict[str, Any]:
    """The view as it comes back, with some fields changed."""
    values: dict[str, Any] = {}
    for block in view["blocks"]:
        if block["type"] == "input":
            element, name = block["element"], block["block_id"]
            held = typed.get(name, element.get("initial_value"))
            is_menu = element["type"] == "static_select"
            chosen = {"selected_option": element.get("initial_option")} if is_menu else {"value": held}
            values[name] = {"value": {"type": element["type"], **chosen}}
    return view | {"state": {"values": values}}


@given(HOSTILE, LISTS, HOSTILE)
def test_whatever_an_article_holds_slack_takes_its_form(text: str, texts: tuple[str, ...], told: str) -> None:
    article = replace(FULL, question=text, phrasings=texts, answer=text, steps=texts, keywords=texts)
    view = view_of(article, told=(told, text), despite="0123456789abcdef", place=Place("C0SAV", "1.1"))
    assert faults(view) == []


def test_an_article_that_nobody_changes_comes_back_as_it_was() -> None:
    written = read(back(view_of(FULL, seen=7, place=Place("C0SAV", "1.1"))))
    assert (written.article_id, written.seen, written.place) == ("skis", 7, Place("C0SAV", "1.1"))
    assert article_of(written, FULL) == FULL


def test_what_is_longer_than_a_field_is_not_shown_and_stays() -> None:
    long = replace(FULL, phrasings=tuple(f"{number} {'skis ' * 40}".strip() for number in range(40)))
    view = view_of(long)
    assert faults(view) == []
    (shown,) = [b for b in view["blocks"] if b["block_id"] == "phrasings"]
    assert len(shown["element"]["initial_value"]) <= LONGEST
    assert article_of(read(back(view)), long) == long
    fewer = article_of(read(back(view, phrasings="une seule")), long)
    assert fewer.phrasings[0] == "une seule"
    assert fewer.phrasings[1:] == long.phrasings[-len(fewer.phrasings) + 1 :]


def test_what_the_form_carries_is_a_version_ids_and_numbers() -> None:
    view = view_of(FULL, seen=3, despite="abc", place=Place("C0SAV"))
    carried = json.loads(view["private_metadata"])
    lines = {"phrasings": 2, "counter_examples": 1, "steps": 2}
    ids = {"v": 1, "i": "skis", "n": 3, "d": "abc", "p": "C0SAV", "t": ""}
    assert carried == ids | {"k": lines}


@pytest.mark.parametrize("day", ["demain", "2026-02-30", "32/01/2026", "1/2"])
def test_a_day_that_is_none_is_told_by_its_field(day: str) -> None:
    with pytest.raises(BadDay) as told:
        article_of(read(back(view_of(NEW), valid_until=day)), None)
    assert told.value.field == "valid_until"


@given(
    st.recursive(st.none() | st.integers() | st.text(max_size=4), lambda inner: st.lists(inner, max_size=3))
)
def test_a_form_that_is_none_of_ours_is_known_as_such(odd: object) -> None:
    for spoilt in ({"private_metadata": json.dumps(odd)}, {"state": odd}, {"blocks": odd}):
        written = read(back(view_of(FULL)) | spoilt)
        assert written.is_ours == ("private_metadata" not in spoilt)
