"""Golden pages: the card and the thread as an agent reads them. A change of layout shows up here."""

from datetime import timedelta

from tests.stories.looks import compare, page
from tests.stories.people import on_telegram, on_whatsapp, press
from tests.stories.town import CHANNEL, HUGO, LEA, Town


async def test_a_conversation_from_the_hand_off_to_the_resolution(place: Town) -> None:
    marie = await on_whatsapp(place, "Marie Dupont", "+33612345678")
    for text in ("Où est mon colis ?", "non", "oui", "non"):
        await marie.writes(text)
    (card,) = place.cards
    compare("handed_over", page(place, CHANNEL, card))

    await place.command(LEA, "/claim", "marie")
    await place.command(LEA, "/note", "Transporteur prévenu.")
    await place.command(LEA, "/reply", "Bonjour Marie,\nvotre colis repart demain 🚚")
    await marie.writes("Merci, vers quelle *heure* ?")
    await place.twilio.send_media(marie.person, "image", "la photo", content=b"x" * 188_000)
    await place.settle()
    await press(place, HUGO, card, "Rendre")
    await place.command(LEA, "/resolve", "Colis renvoyé.\nArrivée jeudi.")
    await marie.writes("Toujours rien reçu")
    compare("worked", page(place, CHANNEL, card))


async def test_an_urgent_conversation_of_a_customer_who_comes_back(place: Town) -> None:
    karim = await on_telegram(place, "Karim <Benali> & fils")
    await karim.writes("conseiller")
    await place.command(LEA, "/claim", "karim")
    (first,) = place.cards
    chosen = await press(place, LEA, first, "Choisir le motif")
    await press(place, LEA, chosen, "Réclamation")
    await place.command(LEA, "/resolve", "Geste commercial accordé.")
    await place.pass_time(timedelta(hours=73))
    await karim.writes("Je porte plainte, mon avocat vous écrit. C’est urgent, je veux un conseiller")
    _, card = place.cards
    compare("urgent", page(place, CHANNEL, card))
