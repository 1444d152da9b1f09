"""Menus on WhatsApp: pressed, typed in every form, pressed too late, and said in words when they must be."""

import pytest
from starlette.responses import PlainTextResponse

from sandbox.twilio import refusal
from sandbox.wire import Fault
from tests.stories.people import OnWhatsApp, on_whatsapp, sentence, thread, words
from tests.stories.town import LEA, Town

WAY_OUT = "Écrivez « conseiller » pour parler à quelqu’un."
MOTIVES = [
    "Livraison, suivi",
    "Retour, échange",
    "Facture, paiement",
    "Produit, utilisation",
    "Accès, compte",
    "Incident critique",
    "Réclamation",
    "Commercial, devis",
    "Rendez-vous",
    "Juridique, données",
]


async def _asked_for_motive(place: Town) -> OnWhatsApp:
    """A customer before the list of motives."""
    marie = await on_whatsapp(place)
    await marie.writes("Où est mon colis ?")
    await marie.presses("Non")
    await marie.presses("Un autre sujet")
    assert marie.offered == MOTIVES
    return marie


async def test_a_whole_talk_by_pressing(place: Town) -> None:
    marie = await on_whatsapp(place)
    await marie.writes("Où est mon colis ?")
    await marie.presses("Non")
    assert marie.reads[-1] == f"{sentence('motive.guess', motive='Livraison, suivi')}\n\n{WAY_OUT}"
    await marie.presses("Un autre sujet")
    await marie.presses("Facture, paiement")
    assert marie.offered == ["Oui, c’est bloquant", "Non"]
    await marie.presses("Oui, c’est bloquant")
    assert sentence("handoff.urgent", name="Marie", when="x")[:20] == marie.reads[-1][:20]
    assert "*Motif*\nFacture, paiement" in words(place.cards[0])
    quoted = await place.rows("SELECT quoted FROM messages WHERE quoted <> ''")
    assert quoted == [], "a press is no quote"


async def test_each_menu_is_made_once_however_many_customers_see_it(place: Town) -> None:
    for name in ("Marie Dupont", "Paul Petit", "Anne Roux"):
        await (await on_whatsapp(place, name)).writes("Où est mon colis ?")
    assert place.twilio.wire.count("content.create") == 1
    (kept,) = await place.rows("SELECT language, reference FROM contents")
    assert (kept["language"], kept["reference"]) == ("fr", *place.twilio.contents)


@pytest.mark.parametrize(
    "typed",
    [
        "3",
        "n°3",
        "le troisième",
        "Facture, paiement",
        "facture",
        "factrue",
        "paiment",
        "c’est pour une facture",
    ],
)
async def test_a_row_of_the_list_is_understood_when_it_is_typed(place: Town, typed: str) -> None:
    marie = await _asked_for_motive(place)
    await marie.writes(typed)
    assert sentence("blocking.ask") in marie.reads[-1]
    (talk,) = await place.rows("SELECT motive FROM conversations")
    assert talk["motive"] == "billing"


async def test_a_button_of_an_old_menu_is_told_apart_from_the_present_one(place: Town) -> None:
    marie = await _asked_for_motive(place)
    await place.pass_time(place.rules.timers.bot_silence / 48)
    await marie.presses("Oui")
    assert sentence("menu.passed") in "\n".join(marie.reads[-2:])
    assert marie.offered == MOTIVES, "the question that stands is asked again"
    await marie.presses("Retour, échange")
    assert marie.offered == ["Oui, c’est bloquant", "Non"]
    await marie.presses("Non")
    assert marie.reads[-1].startswith("C’est noté, Marie.")


async def test_a_button_pressed_after_the_hand_off_does_no_harm(place: Town) -> None:
    marie = await on_whatsapp(place)
    await marie.writes("Où est mon colis ?")
    await marie.writes("conseiller")
    await place.command(LEA, "/claim", "marie")
    before = len(marie.reads)
    await marie.presses("Oui")
    assert len(marie.reads) == before
    (card,) = place.cards
    assert "> Oui" in thread(place, card)[-1]


async def test_the_transcript_shows_what_the_customer_had_before_their_eyes(place: Town) -> None:
    marie = await on_whatsapp(place)
    await marie.writes("Où est mon colis ?")
    await marie.presses("Non")
    await marie.writes("conseiller")
    (transcript,) = thread(place, place.cards[0])
    assert f"{sentence('faq.helped')}\n\n[Oui] [Non]\n\n{WAY_OUT}" in transcript
    assert "> Non" in transcript


@pytest.mark.parametrize(
    "answer", [refusal(400, 20001, "Invalid parameter"), PlainTextResponse("", 503)], ids=["refused", "down"]
)
async def test_without_menus_the_same_talk_goes_on_in_numbered_words(
    place: Town, answer: PlainTextResponse
) -> None:
    place.twilio.wire.plan("content.create", *[Fault(answer=answer)] * 9)
    marie = await on_whatsapp(place)
    await marie.writes("Où est mon colis ?")
    assert marie.reads[-1] == f"{sentence('faq.helped')}\n\n1. Oui\n2. Non\n\n{WAY_OUT}"
    for typed in ("2", "2", "3", "2"):
        await marie.writes(typed)
    assert marie.reads[-1].startswith("C’est noté, Marie.")
    assert "*Motif*\nFacture, paiement" in words(place.cards[0])


async def test_a_typing_sign_is_shown_while_the_bot_reads_and_never_after_the_hand_off(place: Town) -> None:
    marie = await on_whatsapp(place)
    await marie.writes("Où est mon colis ?")
    await place.until(lambda: place.twilio.wire.count("typing") == 1)
    await marie.writes("conseiller")
    await marie.writes("Toujours là ?")
    await place.command(LEA, "/claim", "marie")
    await marie.writes("Merci de faire vite")
    signed = [one.body for one in place.twilio.conversation(marie.person) if one.typing]
    assert signed == ["Où est mon colis ?"]
