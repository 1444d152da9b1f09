"""STOP and START on WhatsApp, where nobody but us honours them (T39)."""

import pytest

from tests.stories.people import on_whatsapp, press, sentence, thread, waiting, words
from tests.stories.town import LEA, Town

TEXT = "Votre colis repart demain."


@pytest.mark.parametrize("word", ["STOP", "stop", "Stop."])
async def test_stop_is_answered_once_and_then_nothing_leaves_until_the_customer_writes(
    place: Town, word: str
) -> None:
    marie = await waiting(place)
    await place.command(LEA, "/claim", "marie")
    await marie.writes(word)
    assert marie.reads[-1] == sentence("stop.confirmed")
    before = list(marie.reads)
    await marie.writes(word)
    assert marie.reads == before
    (card,) = place.cards
    told, reachable = (sentence(f"thread.{key}", customer="Marie Dupont") for key in ("stopped", "reachable"))
    said = "\n".join(thread(place, card))
    assert (said.count(told), said.count(reachable)) == (1, 0), "who stops twice has not come back between"

    refused = await place.command(LEA, "/reply", TEXT)
    assert words(refused).startswith(sentence("refuse.stopped", customer="Marie Dupont"))
    assert words(refused).endswith(f"> {TEXT}")
    assert marie.reads == before

    await marie.writes("Finalement, où est mon colis ?")
    assert any(reachable in line for line in thread(place, card))
    await place.command(LEA, "/reply", TEXT)
    assert marie.reads[-1] == TEXT


async def test_start_opens_the_door_again_and_is_answered(place: Town) -> None:
    marie = await waiting(place)
    await place.command(LEA, "/claim", "marie")
    await marie.writes("STOP")
    await marie.writes("START")
    assert marie.reads[-1] == sentence("stop.resumed_waiting")
    await place.command(LEA, "/reply", TEXT)
    assert marie.reads[-1] == TEXT


async def test_start_tells_of_a_resolution_that_could_not_be_told(place: Town) -> None:
    marie = await waiting(place)
    await place.command(LEA, "/claim", "marie")
    await marie.writes("STOP")
    asked = await place.command(LEA, "/resolve", "Colis renvoyé ce matin.")
    await press(place, LEA, asked, "Livraison, suivi")
    assert "Colis renvoyé" not in marie.reads[-1]
    await marie.writes("START")
    assert marie.reads[-1] == f"{sentence('stop.resumed_resolved')}\n\nColis renvoyé ce matin."
    assert "résolue" in words(place.cards[0])
    await marie.writes("/fin")
    await marie.writes("Il manque une pièce")
    await marie.writes("/fin")
    await marie.writes("STOP")
    await marie.writes("START")
    assert marie.reads[-1] == sentence("stop.resumed_resolved")


async def test_stop_inside_a_sentence_is_a_word_like_another(place: Town) -> None:
    marie = await waiting(place)
    await place.command(LEA, "/claim", "marie")
    await marie.writes("Stop aux retards, mon colis devait arriver lundi")
    assert sentence("stop.confirmed") not in marie.reads
    await place.command(LEA, "/reply", TEXT)
    assert marie.reads[-1] == TEXT


async def test_stop_to_the_bot_ends_its_talk_and_a_later_word_begins_anew(place: Town) -> None:
    marie = await on_whatsapp(place)
    await marie.writes("Où est mon colis ?")
    await marie.writes("STOP")
    assert marie.reads[-1] == sentence("stop.confirmed")
    assert place.posts == []
    await marie.writes("conseiller")
    assert marie.reads[-1].startswith("C’est noté, Marie.")
