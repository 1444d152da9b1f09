"""One person at two addresses: a number and an opaque id, joined when Twilio names both (T13)."""

from tests.stories.people import OnWhatsApp, on_whatsapp, sentence, thread
from tests.stories.town import LEA, Town

PHONE = "+33612345678"
OPAQUE = "FR.1000000000000001"


async def _people(place: Town) -> dict[str, int]:
    """How many customers have an address, and how many conversations there are."""
    (found,) = await place.rows(
        "SELECT (SELECT count(DISTINCT customer_id) FROM addresses) AS persons, "
        "(SELECT count(*) FROM addresses) AS addresses, (SELECT count(*) FROM conversations) AS talks"
    )
    return found


async def _as_phone_alone(marie: OnWhatsApp, text: str) -> None:
    """Write as before opaque ids existed."""
    await marie.town.twilio.write(marie.person, text, ExternalUserId="")
    await marie.town.settle()


async def _as_opaque_alone(marie: OnWhatsApp, text: str) -> None:
    """Write with the number hidden."""
    await marie.town.twilio.write(
        marie.person, text, From=f"whatsapp:{OPAQUE}", ExternalUserId=f"whatsapp:{OPAQUE}", WaId=""
    )
    await marie.town.settle()


async def _marie(place: Town) -> OnWhatsApp:
    return OnWhatsApp(place, await place.twilio.person(PHONE, "Marie Dupont", OPAQUE))


async def test_known_by_the_opaque_id_first_the_number_leads_to_the_same_talk(place: Town) -> None:
    marie = await _marie(place)
    await _as_opaque_alone(marie, "conseiller")
    await marie.writes("Mon colis n’est pas là")
    assert await _people(place) == {"persons": 1, "addresses": 2, "talks": 1}
    (card,) = place.cards
    assert "> Mon colis n’est pas là" in thread(place, card)[-1]
    await place.command(LEA, "/claim", "marie")
    await place.command(LEA, "/reply", "Nous cherchons.")
    assert marie.reads[-1] == "Nous cherchons."
    assert marie.messages[-1].to == f"whatsapp:{PHONE}", "a reply follows the latest message"
    (known,) = await place.rows("SELECT phone FROM customers")
    assert known["phone"] == PHONE


async def test_known_by_the_number_first_the_opaque_id_leads_to_the_same_talk(place: Town) -> None:
    marie = await _marie(place)
    await _as_phone_alone(marie, "conseiller")
    assert await _people(place) == {"persons": 1, "addresses": 1, "talks": 1}
    await marie.writes("Mon colis n’est pas là")
    await _as_opaque_alone(marie, "Toujours rien")
    assert await _people(place) == {"persons": 1, "addresses": 2, "talks": 1}
    (card,) = place.cards
    assert "> Toujours rien" in thread(place, card)[-2]
    await place.command(LEA, "/claim", "marie")
    await place.command(LEA, "/reply", "Nous cherchons.")
    assert (marie.reads[-1], marie.messages[-1].to) == ("Nous cherchons.", f"whatsapp:{OPAQUE}")


async def test_of_two_customers_the_idle_one_joins_the_one_who_writes(place: Town) -> None:
    marie = await _marie(place)
    await _as_opaque_alone(marie, "Où est mon colis ?")
    await _as_opaque_alone(marie, "oui")
    await _as_phone_alone(marie, "conseiller")
    assert await _people(place) == {"persons": 2, "addresses": 2, "talks": 2}
    await marie.writes("Mon colis n’est pas là")
    assert await _people(place) == {"persons": 1, "addresses": 2, "talks": 2}
    (card,) = place.cards
    assert "> Mon colis n’est pas là" in thread(place, card)[-1]


async def test_whoever_writes_from_the_idle_address_is_the_one_who_waits_at_the_other(place: Town) -> None:
    marie = await _marie(place)
    await _as_phone_alone(marie, "Où est mon colis ?")
    await _as_phone_alone(marie, "oui")
    await _as_opaque_alone(marie, "conseiller")
    assert await _people(place) == {"persons": 2, "addresses": 2, "talks": 2}
    await marie.writes("Mon colis n’est pas là")
    assert await _people(place) == {"persons": 1, "addresses": 2, "talks": 2}
    (card,) = place.cards
    assert "> Mon colis n’est pas là" in thread(place, card)[-1]


async def test_two_who_both_wait_stay_apart_until_one_of_them_is_done(place: Town) -> None:
    marie = await _marie(place)
    await _as_opaque_alone(marie, "conseiller")
    await _as_phone_alone(marie, "conseiller")
    await marie.writes("Mon colis n’est pas là")
    assert await _people(place) == {"persons": 2, "addresses": 2, "talks": 2}
    first, second = place.cards
    assert "> Mon colis n’est pas là" in thread(place, second)[-1]
    assert "> Mon colis n’est pas là" not in "\n".join(thread(place, first))


async def test_who_shares_nothing_with_anybody_stays_alone(place: Town) -> None:
    marie, paul = await on_whatsapp(place, "Marie Dupont"), await on_whatsapp(place, "Paul Petit")
    for one in (marie, paul):
        await one.writes("bonjour")
    assert await _people(place) == {"persons": 2, "addresses": 4, "talks": 2}
    assert all(sentence("greeting.invite") in one.reads[-1] for one in (marie, paul))
