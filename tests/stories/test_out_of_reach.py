"""A customer who is there no more: no second text is lost, and whoever writes again may be answered."""

import pytest

from sandbox.telegram import refusal
from sandbox.wire import Fault
from tests.stories.people import OnTelegram, OnWhatsApp, on_telegram, sentence, thread, waiting, words
from tests.stories.town import LEA, Town

TEXT = "Votre colis part demain."
GONE = ("Forbidden: user is deactivated", "Forbidden: bot was kicked from the group chat", "63024")


async def _unreachable(place: Town, how: str) -> OnTelegram | OnWhatsApp:
    """Léa's first reply did not arrive, for good."""
    if how.isdigit():
        marie = await waiting(place, "Marie")
        place.twilio.auto_report = False
        await place.command(LEA, "/claim", "marie")
        await place.command(LEA, "/reply", "Bonjour")
        await place.twilio.report(marie.messages[-1].sid, "undelivered", int(how))
        await place.settle()
        return marie
    anna = await on_telegram(place, "Marie")
    await anna.writes("conseiller")
    await place.command(LEA, "/claim", "marie")
    place.telegram.wire.plan("sendMessage", Fault(answer=refusal(403, how)))
    await place.command(LEA, "/reply", "Bonjour")
    return anna


@pytest.mark.parametrize("how", GONE)
async def test_a_second_reply_to_who_is_there_no_more_is_refused_with_the_words(
    place: Town, how: str
) -> None:
    customer = await _unreachable(place, how)
    (card,) = place.cards
    assert "par un autre moyen" in thread(place, card)[-1]
    before = await place.counts()
    told = words(await place.command(LEA, "/reply", TEXT))
    assert told.startswith(sentence("refuse.unreachable", customer="Marie"))
    assert told.endswith(f"> {TEXT}")
    assert await place.counts() == before
    await customer.writes("Me revoilà")
    await place.command(LEA, "/reply", TEXT)
    assert customer.received[-1] == TEXT


async def test_what_arrived_after_all_opens_the_door_again(place: Town) -> None:
    customer = await _unreachable(place, "63024")
    assert isinstance(customer, OnWhatsApp)
    await place.twilio.report(customer.messages[-1].sid, "read")
    await place.settle()
    await place.command(LEA, "/reply", TEXT)
    assert customer.received[-1] == TEXT
