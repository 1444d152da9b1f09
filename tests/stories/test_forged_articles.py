"""What is forged, sent again or tampered with at the base's buttons and form is refused, in words."""

import json
from typing import Any

import pytest

from handoff.base_door import PRESSED
from tests.stories.people import seen, sentence, waiting
from tests.stories.test_authority import HOSTILE
from tests.stories.test_authority_of_the_base import (
    ARTICLE,
    ASKED,
    REFERENT,
    contents,
    form_of,
    house,
    posted,
    press_of,
    seen_since,
    shown_by,
)
from tests.stories.test_kb import article_of
from tests.stories.test_knowledge_grows import form, held, send
from tests.stories.town import HUGO, LEA, SOFIA, Town

__all__ = ["house"]
NO_TALKS: list[object] = ["nobody", "x" * 1900, ["*"], {}, None]
NO_WORDS: list[object] = ["mes mots perdus", "x y " * 400, "\u202e", []]
FORGED = [
    *HOSTILE,
    *(json.dumps({"a": article}) for article in ("", "nobody", "x" * 1900, "' OR 1=1 --", "../..", "*")),
    *(json.dumps({"a": ARTICLE, "c": talk, "w": ""}) for talk in NO_TALKS),
    *(json.dumps({"a": "nobody", "w": said}) for said in NO_WORDS),
    *(json.dumps({"a": ARTICLE, "w": said}) for said in ("x y " * 400, "mot", "\n", ASKED)),
]
"""None of them is what a button of the base that decides something carries."""
DECIDING = ("kb_learn", "kb_dismiss")
"""Of an article that is there and its own words, the others would do what they say."""
VALUES = {"question": "Louez-vous des skis ?", "answer": "Oui, à la journée.", "language": "fr"}


@pytest.mark.parametrize("verb", sorted(PRESSED))
async def test_forged_values_of_the_bases_buttons_are_answered_and_change_nothing(
    house: Town, verb: str
) -> None:
    """From somebody who may do everything: the state alone decides."""
    await waiting(house)
    before = await contents(house)
    for value in FORGED:
        if f'"a": "{ARTICLE}"' in value and verb not in DECIDING and verb.startswith("kb_"):
            continue
        shown = await shown_by(house, SOFIA.id, press_of(house, SOFIA.id, verb, value))
        assert shown.has_form or shown.words, value
        assert not shown.words.startswith(sentence("answers.failed")), value
    assert await contents(house) == before


async def test_half_of_a_letter_in_a_buttons_value_is_told_as_a_failure(house: Town) -> None:
    """No database takes it; nothing else breaks."""
    before = await contents(house)
    for verb in ("kb_off", "kb_edit", "kb_dismiss"):
        value = '{"a": "\\ud800", "w": "deux mots \\udfff"}'
        shown = await shown_by(house, SOFIA.id, press_of(house, SOFIA.id, verb, value))
        assert shown.words
        assert not shown.has_form
    assert await contents(house) == before


@pytest.mark.parametrize("verb", ["kb_off", "kb_on", "kb_undo", "kb_learn", "kb_dismiss"])
async def test_the_same_press_sent_again_is_done_once(house: Town, verb: str) -> None:
    value = json.dumps({"a": ARTICLE, "w": "mes mots nouveaux"})
    if verb in {"kb_on", "kb_undo"}:
        await shown_by(house, SOFIA.id, press_of(house, SOFIA.id, "kb_off", value))
    body = press_of(house, SOFIA.id, verb, value)
    await shown_by(house, SOFIA.id, body)
    after = await contents(house)
    changes = [row for row in after["journal"] if row["kind"] == "ArticleChanged"]
    assert len(changes) == 1 + (verb in {"kb_on", "kb_undo"})
    for _ in range(3):
        shown = await shown_by(house, SOFIA.id, body)
        assert shown.words.startswith((sentence("answers.duplicate"), sentence("refuse.article_so")))
    assert await contents(house) == after


async def test_the_same_form_sent_again_saves_once_and_says_so(house: Town) -> None:
    body = form_of(house, REFERENT.id, VALUES)
    assert await posted(house, body) == {}
    after = await contents(house)
    for _ in range(3):
        answer = await posted(house, body)
        assert seen(answer["errors"]["question"]) == sentence("base.saved_already")
    assert await contents(house) == after


async def _opened(place: Town, user: str) -> dict[str, Any]:
    """What the form of the article carries, and what its fields hold."""
    before = len(place.slack.ephemerals)
    body = press_of(place, user, "kb_edit", json.dumps({"a": ARTICLE}))
    await posted(place, body)
    await place.settle()
    shown = form(place, user)
    carried = json.loads(shown.content["private_metadata"])
    values = {name: str(value) for name, value in held(shown).items()} | {"language": "fr"}
    assert (await seen_since(place, user, before)).has_form
    return {"carried": carried, "values": values | {"answer": "Ce que personne ne veut."}}


RELEASES: list[object] = [2, 0, "1", None, [], {}]
CHANGES: list[object] = [0, 1, 2, -1, 1 << 70, "7", None, [], True]
NOBODYS: list[object] = ["nobody", "x" * 3000, ["*"], {"a": 1}, 7]
NONE: list[object] = ["", None, [], 0]
TAMPERED: dict[str, list[tuple[dict[str, Any], str]]] = {
    "of another release": [({"v": release}, "modal.stale") for release in RELEASES],
    "of another change": [({"n": number}, "refuse.article_changed") for number in CHANGES],
    "of another article": [
        ({"i": "modifier-commande"}, "")
    ],  # told by what it would collide with, each field
    "of no article": [({"i": article}, "refuse.article_gone") for article in NOBODYS],
    "of a change of no article": [({"i": none}, "modal.stale") for none in NONE],
    "of half a letter": [({"i": "\ud800"}, "modal.failed")],
}


@pytest.mark.parametrize("how", TAMPERED)
async def test_a_form_whose_numbers_were_tampered_with_saves_nothing_and_stays_open(
    house: Town, how: str
) -> None:
    opened = await _opened(house, REFERENT.id)
    before = await contents(house)
    for changed, why in TAMPERED[how]:
        carried = opened["carried"] | changed
        answer = await posted(house, form_of(house, REFERENT.id, opened["values"], changed=carried))
        assert answer["response_action"] == "errors", changed
        assert all(answer["errors"].values()), changed
        assert not why or seen(answer["errors"]["question"]) == sentence(why), changed
    assert await contents(house) == before
    as_it_was = form_of(house, REFERENT.id, opened["values"], changed=opened["carried"])
    assert await posted(house, as_it_was) == {}, "it was the numbers that were refused"


@pytest.mark.parametrize("metadata", ["", "nothing", "[]", "null", "0", '"v"', "{", "[" * 3000, "x" * 3000])
async def test_a_form_without_its_numbers_saves_nothing_and_stays_open(house: Town, metadata: str) -> None:
    before = await contents(house)
    answer = await posted(house, form_of(house, SOFIA.id, VALUES, metadata=metadata))
    assert seen(answer["errors"]["question"]) == sentence("modal.stale")
    assert await contents(house) == before


@pytest.mark.parametrize("callback", ["", "reply", "note", "resolve", "kb_edit", "article ", "../article"])
async def test_an_article_under_another_forms_name_saves_nothing_and_stays_open(
    house: Town, callback: str
) -> None:
    marie = await waiting(house)
    (talk,) = await house.rows("SELECT id FROM conversations")
    before, read = await contents(house), list(marie.reads)
    body = form_of(house, SOFIA.id, VALUES, callback_id=callback, changed={"c": talk["id"]})
    answer = await posted(house, body)
    await house.settle()
    assert answer["response_action"] == "errors"
    assert answer["errors"]["question"]
    assert (await contents(house), marie.reads) == (before, read)


async def test_only_a_manager_who_was_told_saves_despite_a_collision(house: Town) -> None:
    """The form says by which collisions it is meant all the same; whoever guesses that is told them."""
    colliding = VALUES | {"question": "Où est mon colis perdu ?", "phrasings": "Où est mon colis ?"}
    asked = await posted(house, form_of(house, SOFIA.id, colliding))
    despite = json.loads(asked["view"]["private_metadata"])["d"]
    before = await contents(house)
    for user, guessed in (
        (REFERENT.id, despite),
        (SOFIA.id, despite[:-1]),
        (SOFIA.id, "*"),
        (LEA.id, despite),
    ):
        answer = await posted(house, form_of(house, user, colliding, changed={"d": guessed}))
        assert answer["response_action"] == ("update" if user == SOFIA.id else "errors")
    assert await contents(house) == before
    assert await posted(house, form_of(house, SOFIA.id, colliding, changed={"d": despite})) == {}


async def test_an_article_put_into_a_colleagues_conversation_asks_before_it_leaves(house: Town) -> None:
    """The button may name any conversation; who owns it is looked at when the reply is sent."""
    marie = await waiting(house)
    (talk,) = await house.rows("SELECT id FROM conversations")
    await house.command(HUGO, "/claim", "marie")
    read = list(marie.reads)
    value = json.dumps({"a": ARTICLE, "c": talk["id"]})
    await posted(house, press_of(house, LEA.id, "faq_insert", value))
    await house.settle()
    text = held(form(house, LEA.id))["text"]
    sent = await send(house, LEA.id)
    assert (sent.is_open, held(sent)["text"], marie.reads) == (True, text, read)
    assert (await article_of(house, ARTICLE))["active"]
