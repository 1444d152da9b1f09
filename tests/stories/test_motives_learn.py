"""The motive that a customer chose, or an agent corrected, is guessed for whoever writes the like later."""

from datetime import timedelta

from core.store import questions
from tests.stories.people import on_whatsapp, press, sentence, words
from tests.stories.town import LEA, Town

SAID = "la sonnette est restée muette hier"
LIKE = "ma sonnette est restée muette"
DAY = timedelta(hours=25)
RECAP = "Nouveau passage convenu."


async def resolved(place: Town, name: str, chosen: str, *, corrected: str = "") -> None:
    """A customer writes it and chooses a motive; an agent corrects that where it is wrong, and resolves."""
    customer = await on_whatsapp(place, name)
    await customer.writes(SAID)
    assert sentence("motive.ask") in customer.reads[-1]
    await customer.writes(chosen)
    await customer.writes("conseiller")
    await place.command(LEA, "/claim", name.split(maxsplit=1)[0].lower())
    if corrected:
        card = next(card for card in place.cards if name in words(card))
        await press(place, LEA, await press(place, LEA, card, "Changer le motif"), corrected)
    await place.command(LEA, "/resolve", RECAP)


async def guessed(place: Town, name: str) -> str:
    """What the bot asks somebody who writes the like."""
    customer = await on_whatsapp(place, name)
    await customer.writes(LIKE)
    return customer.reads[-1]


async def test_a_motive_chosen_by_hand_is_guessed_from_the_next_day_on(place: Town) -> None:
    await resolved(place, "Marie Dupont", "Livraison")
    assert sentence("motive.ask") in await guessed(place, "Paul Roux"), "it is learned once a day"
    await place.pass_time(DAY)
    await place.sweep()
    assert sentence("motive.guess", motive="Livraison, suivi") in await guessed(place, "Zoé Blanc")
    await place.pass_time(questions.KEPT_FOR)
    await place.sweep()
    assert sentence("motive.ask") in await guessed(place, "Ines Petit")


async def test_the_motive_that_an_agent_corrected_is_the_one_that_is_learned(place: Town) -> None:
    await resolved(place, "Marie Dupont", "Livraison", corrected="Retour, échange")
    await place.close_service()
    await place.open_service()
    await place.sweep()
    assert sentence("motive.guess", motive="Retour, échange") in await guessed(place, "Zoé Blanc")
