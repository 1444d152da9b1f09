"""To send once more confirms what was told, and nothing else: what has changed since is asked about anew."""

from datetime import timedelta

from sandbox.slack import Answer, Ephemeral
from tests.stories.people import labels, press, sentence, waiting, words
from tests.stories.test_bang import types, whispers
from tests.stories.test_forms import presses, send, shown_in, title
from tests.stories.town import HUGO, LEA, SOFIA, Town

TEXT = "Bonjour, ici Léa."
NEWER = "Et la vitre est cassée, c’est urgent"


def followed_by(owner: str) -> str:
    """What somebody is told about a colleague's conversation."""
    return sentence("refuse.owned", customer="Marie Dupont", owner=owner)


async def owner(place: Town) -> str:
    """Whose the conversation is."""
    (row,) = await place.rows("SELECT owner FROM conversations")
    return str(row["owner"])


async def _sofia_follows(place: Town) -> None:
    await place.command(HUGO, "/release")
    await place.command(SOFIA, "/claim", "marie")
    await place.command(SOFIA, "/reply", "Bonjour, ici Sofia.")


async def _hugo_resolves(place: Town) -> None:
    asked = await place.command(HUGO, "/resolve", "Remboursé.")
    await press(place, HUGO, asked, "Autre demande")


async def test_a_form_that_takes_over_from_one_does_not_take_over_from_the_next(place: Town) -> None:
    marie = await waiting(place)
    await presses(place, "Répondre")
    await place.command(HUGO, "/claim", "marie")
    assert followed_by("Hugo") in shown_in(await send(place, text=TEXT))
    await _sofia_follows(place)
    asked = await send(place)
    assert asked.is_open
    assert followed_by("Sofia") in shown_in(asked)
    assert (TEXT in marie.reads, await owner(place)) == (False, SOFIA.id)
    assert not (await send(place)).is_open
    assert (marie.reads[-1], await owner(place)) == (TEXT, LEA.id)


async def test_a_button_that_takes_over_from_one_does_not_take_over_from_the_next(place: Town) -> None:
    marie = await waiting(place)
    await place.command(HUGO, "/claim", "marie")
    await types(place, f"!r {TEXT}")
    asked = whispers(place)[-1]
    await _sofia_follows(place)
    asked = await press(place, LEA, asked, "Prendre la main et envoyer")
    assert words(asked).startswith(followed_by("Sofia"))
    assert (TEXT in marie.reads, await owner(place)) == (False, SOFIA.id)
    await press(place, LEA, asked, "Prendre la main et envoyer")
    assert (marie.reads[-1], await owner(place)) == (TEXT, LEA.id)


async def test_a_claim_from_one_does_not_claim_from_the_next(place: Town) -> None:
    await waiting(place)
    await place.command(HUGO, "/claim", "marie")
    asked = await place.command(LEA, "/claim", "marie")
    await _sofia_follows(place)
    asked_again = await press(place, LEA, asked, "Prendre la main")
    assert words(asked_again).startswith(followed_by("Sofia"))
    assert await owner(place) == SOFIA.id


async def test_a_form_that_takes_over_asks_before_it_re_opens(place: Town) -> None:
    marie = await waiting(place)
    await presses(place, "Répondre")
    await place.command(HUGO, "/claim", "marie")
    await send(place, text=TEXT)
    await _hugo_resolves(place)
    asked = await send(place)
    assert title(asked)[1] == "Envoyer quand même"
    assert sentence("refuse.resolved_reply", customer="Marie Dupont") in shown_in(asked)
    assert TEXT not in marie.reads
    assert not (await send(place)).is_open
    assert (marie.reads[-1], await owner(place)) == (TEXT, LEA.id)


async def test_a_button_that_takes_over_asks_before_it_re_opens(place: Town) -> None:
    marie = await waiting(place)
    await place.command(HUGO, "/claim", "marie")
    await types(place, f"!r {TEXT}")
    asked = whispers(place)[-1]
    await _hugo_resolves(place)
    asked = await press(place, LEA, asked, "Prendre la main et envoyer")
    assert words(asked).startswith(sentence("refuse.resolved_reply", customer="Marie Dupont"))
    assert TEXT not in marie.reads
    await press(place, LEA, asked, "Envoyer quand même")
    assert (marie.reads[-1], await owner(place)) == (TEXT, LEA.id)


async def test_a_form_does_not_resolve_over_words_that_came_after_it_asked(place: Town) -> None:
    marie = await waiting(place)
    await place.command(LEA, "/claim", "marie")
    await presses(place, "Résoudre")
    for said in ("Il manque une pièce", NEWER):
        await place.pass_time(timedelta(seconds=2))
        await marie.writes(said)
        asked = await send(place, text="Fait.", motive="other")
        assert asked.is_open
        assert title(asked)[1] == "Résoudre quand même"
    assert not (await send(place)).is_open
    assert "Fait." in marie.reads[-1]


async def test_a_button_does_not_resolve_over_words_that_came_after_it_asked(place: Town) -> None:
    marie = await waiting(place)
    await place.command(LEA, "/claim", "marie")
    asked: Answer | Ephemeral = await place.command(LEA, "/resolve", "Fait.")
    for said, label in (("Attendez", "Autre demande"), (NEWER, "Résoudre quand même")):
        await place.pass_time(timedelta(seconds=2))
        await marie.writes(said)
        asked = await press(place, LEA, asked, label)
    assert labels(asked) == ["Résoudre quand même", "Annuler"]
    assert "Fait." not in marie.reads[-1]
    await press(place, LEA, asked, "Résoudre quand même")
    assert "Fait." in marie.reads[-1]


async def test_a_form_that_repeats_words_asks_before_it_re_opens(place: Town) -> None:
    marie = await waiting(place)
    await place.command(LEA, "/claim", "marie")
    await place.command(LEA, "/reply", TEXT)
    await presses(place, "Répondre")
    assert sentence("refuse.again", customer="Marie Dupont") in shown_in(await send(place, text=TEXT))
    await marie.writes("/fin")
    asked = await send(place)
    assert sentence("refuse.resolved_reply", customer="Marie Dupont") in shown_in(asked)
    assert marie.reads.count(TEXT) == 1
    assert not (await send(place)).is_open
    assert marie.reads.count(TEXT) == 2


async def test_a_button_that_re_opens_asks_before_it_undoes_a_later_resolution(place: Town) -> None:
    marie = await waiting(place)
    await place.command(LEA, "/claim", "marie")
    await marie.writes("/fin")
    await types(place, f"!r {TEXT}")
    asked = whispers(place)[-1]
    assert words(asked).startswith(sentence("refuse.resolved_reply", customer="Marie Dupont"))
    await place.pass_time(timedelta(seconds=5))
    await marie.writes("Il manque une pièce")
    await marie.writes("/fin")
    asked = await press(place, LEA, asked, "Envoyer quand même")
    assert words(asked).startswith(sentence("refuse.resolved_reply", customer="Marie Dupont"))
    assert TEXT not in marie.reads
    await press(place, LEA, asked, "Envoyer quand même")
    assert marie.reads[-1] == TEXT
    await types(place, f"!r {TEXT}")
    asked = whispers(place)[-1]
    await marie.writes("/fin")
    asked = await press(place, LEA, asked, "Envoyer quand même")
    assert words(asked).startswith(sentence("refuse.resolved_reply", customer="Marie Dupont"))
    await press(place, LEA, asked, "Envoyer quand même")
    assert marie.reads.count(TEXT) == 2
