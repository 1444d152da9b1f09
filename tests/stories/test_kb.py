"""`/kb`: referents and managers look after the base; nothing collides unseen, nothing typed is lost."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from composition.library import apart
from core.domain.rules import Agent, Role
from core.store.errors import StoreDown
from core.store.questions import RECORD_OF
from sandbox.slack_memory import View
from tests.stories.people import labels, on_whatsapp, press, sentence, words
from tests.stories.test_knowledge_grows import CREATE, form, held, opens, send
from tests.stories.town import CHANNEL, HUGO, LEA, SOFIA, Town, shipped_rules, town

NINA = Agent("U0NINA", "Nina", Role.REFERENT, ("support",))
EDIT, OFF, ON, UNDO = "Modifier", "Désactiver", "Réactiver", "Annuler la dernière modification"
LOST = "Où est mon colis ?"
OWN: dict[str, str] = {"question": "Où est mon colis perdu ?", "answer": "Nous le cherchons."}
COLLIDING = OWN | {"phrasings": f"{LOST}\nsuivi de mon colis"}


async def article_of(place: Town, article_id: str) -> dict[str, Any]:
    """An article as it is kept."""
    (row,) = await place.rows("SELECT body, active FROM articles WHERE id = $1", article_id)
    body: dict[str, Any] = json.loads(row["body"])
    return body | {"active": row["active"]}


async def count(place: Town) -> int:
    """How many articles are kept."""
    return int((await place.rows("SELECT count(*) AS n FROM articles"))[0]["n"])


async def opened(place: Town, user: str = SOFIA.id) -> View:
    """An empty form of an article."""
    await place.command(user, "/article")
    return form(place, user)


def above(view: View) -> str:
    """What a form says above its fields."""
    blocks = [block for block in view.content["blocks"] if block["type"] == "section"]
    return "\n".join(str(block["text"]["text"]) for block in blocks).replace("\u00a0", " ")


async def test_an_article_is_written_whole_and_every_field_is_kept(place: Town) -> None:
    await opened(place)
    sent = await send(
        place,
        question="Louez-vous des skis ?",
        phrasings="location de skis\n- on peut louer des skis\nlocation de skis",
        answer="Oui, {prénom|bonjour}, à la journée.",
        steps="Choisissez la taille\nPayez en caisse",
        follow_up="Comptez 2 jours.",
        keywords="ski, location",
        counter_examples="je veux acheter des skis",
        motive="sales",
        language="fr",
        valid_from="2026-11-01",
        valid_until="31/03/2027",
    )
    assert (sent.is_open, sent.errors) == (False, {})
    kept = await article_of(place, "louez-vous-des-skis")
    assert kept["phrasings"] == ["location de skis", "on peut louer des skis"]
    assert kept["keywords"] == ["ski", "location"]
    assert (kept["valid_from"], kept["valid_until"]) == ("2026-11-01", "2027-03-31")
    assert (kept["author"], kept["validated_by"], kept["validated_on"]) == ("Sofia", "Sofia", "2026-11-23")
    found = await place.command(SOFIA, "/kb", "louer des skis")
    assert labels(found)[:2] == [EDIT, OFF]
    assert UNDO not in labels(found)
    again = await opens(place, SOFIA.id, found, EDIT)
    assert held(again)["valid_until"] == "2027-03-31"
    assert held(again)["steps"] == "Choisissez la taille\nPayez en caisse"
    whole = await press(place, LEA, await place.command(LEA, "/faq", "louer des skis"), "Voir")
    assert "Oui, bonjour, à la journée." in words(whole)


async def test_what_has_no_shape_is_told_under_its_field_and_nothing_is_saved(place: Town) -> None:
    await opened(place)
    before = await count(place)
    sent = await send(
        place,
        question="Mon numéro est le 06 12 34 56 78",
        answer="Une phrase. Une autre {prix}.",
        steps="1\n2\n3\n4",
        language="fr",
    )
    assert sent.is_open
    assert set(sent.errors) == {"question", "answer", "steps"}
    assert sent.errors["answer"].count("\n") == 1
    sent = await send(place, question="Vos horaires sont-ils {horaires} ?")
    assert sent.errors["question"].replace("\u00a0", " ") == sentence("base.variable_in_question")
    sent = await send(place, question="Louez-vous ?", answer="Bonjour {prénom, oui.", steps="Payez {ici}")
    assert set(sent.errors) == {"answer", "steps"}
    assert sent.errors["answer"].replace("\u00a0", " ") == sentence("base.lone_brace", brace="{prénom")
    assert (sent.is_open, sent.typed["answer"]) == (True, "Bonjour {prénom, oui.")
    sent = await send(place, valid_from="demain")
    assert list(sent.errors) == ["valid_from"]
    assert sent.typed["steps"] == "Payez {ici}"
    assert await count(place) == before


async def test_a_collision_is_told_and_only_a_manager_saves_despite_it(tmp_path: Path) -> None:
    rules = replace(shipped_rules(), agents=(LEA, HUGO, SOFIA, NINA))
    async with town(tmp_path, rules, seams={"beside": apart}) as place:
        place.slack.add_user(NINA.id, "nina", "Nina Roux")
        place.slack.channels[CHANNEL].members.add(NINA.id)
        before = await count(place)
        await opened(place, NINA.id)
        for _ in range(2):
            sent = await send(place, NINA.id, **COLLIDING, language="fr")
            assert sent.is_open
            assert "où est mon colis" in sent.errors["phrasings"].lower()
            assert sent.typed["phrasings"] == COLLIDING["phrasings"]
        assert await count(place) == before

        await opened(place)
        sent = await send(place, **COLLIDING, language="fr")
        assert sent.is_open
        assert "où est mon colis" in above(sent).lower()
        assert sent.content["submit"]["text"] == "Enregistrer quand même"
        assert held(sent)["phrasings"] == COLLIDING["phrasings"]
        assert await count(place) == before
        assert not (await send(place)).is_open
        assert await count(place) == before + 1


async def test_what_collides_otherwise_than_was_told_is_asked_about_anew(place: Town) -> None:
    await opened(place)
    await send(place, **COLLIDING, language="fr")
    before = await count(place)
    others = (each for each in place.service.knowledge.articles if each.motive == "billing")
    sent = await send(place, phrasings=f"{LOST}\n{next(others).phrasings[0]}")
    assert sent.is_open
    assert await count(place) == before


async def test_nobody_writes_over_what_a_colleague_changed_meanwhile(place: Town) -> None:
    found = await place.command(SOFIA, "/kb", LOST)
    await opens(place, SOFIA.id, found, EDIT)
    await press(place, SOFIA, found, OFF)
    sent = await send(place, answer="Autre réponse.")
    assert sent.is_open
    assert sent.errors["question"].replace("\u00a0", " ") == sentence("refuse.article_changed")


async def test_an_article_is_switched_off_and_on_and_a_change_is_undone(place: Town) -> None:
    found = await place.command(SOFIA, "/kb", LOST)
    first = await article_of(place, place.service.knowledge.find(LOST, "fr").scores[0][0])
    shown = await press(place, SOFIA, found, OFF)
    assert words(shown).startswith(sentence("base.done_off"))
    assert labels(shown) == [EDIT, ON, UNDO]
    karim = await on_whatsapp(place, "Karim Benali")
    await karim.writes(LOST)
    assert first["answer"] not in "\n".join(karim.received)
    listed = await place.command(SOFIA, "/kb", "colis")
    assert sentence("base.is_off") in words(listed)
    shown = await press(place, SOFIA, listed, ON)
    assert labels(shown) == [EDIT, OFF, UNDO]
    await opens(place, SOFIA.id, shown, EDIT)
    assert not (await send(place, answer="Une autre réponse.")).is_open
    assert (await article_of(place, first["id"]))["answer"] == "Une autre réponse."
    await press(place, SOFIA, shown, UNDO)
    assert (await article_of(place, first["id"]))["answer"] == first["answer"]
    known = place.service.knowledge.article(first["id"])
    assert known is not None
    assert known.answer == first["answer"]


async def test_a_form_keeps_its_words_while_the_store_is_down_and_saves_them_later(place: Town) -> None:
    await opened(place)
    write = place.service.store.write

    async def down(_fn: object) -> None:
        raise StoreDown("no disk")

    place.service.store.write = down  # type: ignore[method-assign, assignment] # the disk is gone
    sent = await send(place, question="Louez-vous des skis ?", answer="Oui.", language="fr")
    place.service.store.write = write  # type: ignore[method-assign] # and back
    assert sent.errors["question"].replace("\u00a0", " ") == sentence("modal.failed")
    assert sent.typed["question"] == "Louez-vous des skis ?"
    assert not (await send(place)).is_open


async def test_customers_words_that_an_article_settled_are_learnt_with_one_tap_or_dismissed(
    place: Town,
) -> None:
    said = "ma commande traîne encore"
    for name in ("Karim Benali", "Zoé Blanc"):
        customer = await on_whatsapp(place, name)
        await customer.writes(said)
    (kept,) = await place.rows("SELECT DISTINCT scores FROM questions WHERE text = $1", said)
    wanted = json.loads(kept["scores"])[0][0] if json.loads(kept["scores"]) else "colis-en-retard"
    await settle_by(place, wanted, said)
    shown = await place.command(SOFIA, "/kb")
    assert sentence("base.proposed") in words(shown)
    assert said in words(shown)
    after = await press(place, SOFIA, shown, "Accepter")
    assert words(after).startswith(sentence("base.done_learn"))
    assert said not in words(after)
    known = place.service.knowledge.article(wanted)
    assert known is not None
    assert known.learnt == (said,)

    other = "ma commande traîne toujours"
    await settle_by(place, wanted, other)
    shown = await place.command(SOFIA, "/kb")
    await press(place, SOFIA, shown, "Ignorer")
    assert other not in words(await place.command(SOFIA, "/kb"))


async def settle_by(place: Town, article_id: str, text: str) -> None:
    """A customer picked the article for these words, and it helped."""

    async def write(db: Any) -> None:  # noqa: ANN401 - the database
        await db.run(
            "UPDATE questions SET text = $2, article = $1, picked = 1, verdict = 'helped'",
            article_id,
            text,
        )

    await place.service.store.write(write)


async def test_articles_that_do_not_help_are_listed_until_they_are_old_news(place: Town) -> None:
    karim = await on_whatsapp(place, "Karim Benali")
    await karim.writes(LOST)
    await karim.presses("Non")
    shown = await place.command(SOFIA, "/kb")
    assert sentence("base.unhelpful") in words(shown)
    assert sentence("base.record", shown=1, picked=0, helped=0, not_helped=1) in words(shown)
    await place.pass_time(RECORD_OF)
    shown = await place.command(SOFIA, "/kb")
    assert words(shown) == sentence("base.all_well")
    assert labels(shown) == [CREATE]
    assert sentence("base.record_empty") in words(await place.command(SOFIA, "/kb", LOST))
