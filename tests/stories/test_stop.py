"""STOP and START on WhatsApp, where nobody but us honours them (T39)."""

import pytest

from tests.stories.people import on_whatsapp, sentence, thread, waiting, words
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
    told = sentence("thread.stopped", customer="Marie Dupont")
    assert any(told in line for line in thread(place, card))

    refused = await place.command(LEA, "/reply", TEXT)
    assert words(refused).startswith(sentence("refuse.stopped", customer="Marie Dupont"))
    assert words(refused).endswith(f"> {TEXT}")
    assert marie.reads == before

    await marie.writes("Finalement, où est mon colis ?")
    reachable = sentence("thread.reachable", customer="Marie Dupont")
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
