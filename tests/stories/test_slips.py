"""Slips of a hurried agent, and words of a customer that no article may answer."""

from datetime import timedelta

import pytest

from tests.stories.people import labels, on_whatsapp, press, sentence, thread, waiting, words
from tests.stories.town import LEA, Town

TEXT = "Bonjour, c’est arrangé."


async def test_two_customers_of_one_name_are_told_apart_by_their_handles(place: Town) -> None:
    first = await waiting(place, "Marie Dupont")
    second = await waiting(place, "Marie Dupont")
    chooser = await place.command(LEA, "/reply", TEXT)
    shown = labels(chooser)
    assert shown == ["Marie Dupont (marie) · WhatsApp", "Marie Dupont (marie-d) · WhatsApp", "Annuler"]
    sent = await press(place, LEA, chooser, shown[1])
    assert "(marie-d, WhatsApp)" in words(sent)
    assert (TEXT in first.reads, TEXT in second.reads) == (False, True)


async def test_thanks_by_name_rest_and_an_agreement_is_the_owners_turn(place: Town) -> None:
    marie = await waiting(place)
    await place.command(LEA, "/claim", "marie")
    await place.command(LEA, "/reply", "Souhaitez-vous que je vous rembourse ?")
    await marie.writes("D’accord")
    card = place.cards[0]
    assert "Attend notre réponse" in words(card)
    assert f"<@{LEA.id}>" in thread(place, card)[-1]
    asked = await place.command(LEA, "/resolve", "Remboursé ce matin.")
    await press(place, LEA, asked, "Livraison, suivi")
    await marie.writes("Merci Léa !")
    assert marie.reads[-1] == sentence("pleasantry.answer")
    assert "résolue" in words(place.cards[0])


async def test_a_word_after_the_resolution_is_chosen_asked_about_and_re_opens(place: Town) -> None:
    marie = await waiting(place)
    await place.command(LEA, "/claim", "marie")
    await place.command(LEA, "/note", "Vu avec le transporteur.")
    asked = await place.command(LEA, "/resolve", "Colis renvoyé.")
    await press(place, LEA, asked, "Livraison, suivi")
    chooser = await place.command(LEA, "/reply", TEXT)
    assert labels(chooser)[0].startswith("Marie Dupont")
    again = await press(place, LEA, chooser, labels(chooser)[0])
    assert TEXT not in marie.reads
    assert "rouvre" in words(again)
    await press(place, LEA, again, labels(again)[0])
    assert marie.reads[-1] == TEXT
    assert "en cours" in words(place.cards[0])


@pytest.mark.parametrize("typed", ["\u200b", "/resolve fini", "/repondre bonjour"])
async def test_what_cannot_be_meant_for_a_customer_does_not_leave(place: Town, typed: str) -> None:
    marie = await waiting(place)
    await place.command(LEA, "/claim", "marie")
    before = list(marie.reads)
    await place.command(LEA, "/reply", typed)
    assert marie.reads == before


async def test_a_legal_threat_meets_no_article_and_is_never_left_alone(place: Town) -> None:
    marie = await on_whatsapp(place, "Marie Dupont")
    await marie.writes("Où est mon colis ? Mon avocat va porter plainte")
    assert sentence("faq.helped") not in marie.reads[-1]
    assert place.cards == []
    await place.pass_time(timedelta(hours=25))
    assert len(place.cards) == 1
    assert "porter plainte" in words(place.cards[0]) or "avocat" in words(place.cards[0])


async def test_a_danger_meets_no_article_and_calls_the_team_at_once(place: Town) -> None:
    marie = await on_whatsapp(place, "Marie Dupont")
    await marie.writes("Où est mon colis ? Ma prise a pris feu, il y a de la fumée")
    assert sentence("faq.helped") not in "".join(map(str, marie.reads))
    assert len(place.cards) == 1
    assert "danger, mot « pris feu »" in words(place.cards[0])
