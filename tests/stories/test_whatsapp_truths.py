"""What WhatsApp does not promise: a date, an order, a phone, a word that a message was read."""

import asyncio
from datetime import timedelta

import pytest

from sandbox.twilio_forms import inbound
from tests.stories.forged import Forged, twilio
from tests.stories.people import OnWhatsApp, on_telegram, on_whatsapp, sentence, thread, waiting, words
from tests.stories.town import HUGO, LEA, Town

TEXT = "Votre colis repart demain."
PHONE = "+33612345678"


async def test_the_window_runs_from_our_own_receipt_whatever_date_a_request_names(place: Town) -> None:
    """T4: no documented field says when the customer wrote; one that did would not be believed."""
    marie = await waiting(place)
    await place.command(LEA, "/claim", "marie")
    await place.pass_time(timedelta(hours=23))
    old = (place.clock.seconds() - 72 * 3600, "Mon, 16 Nov 2026 09:00:00 +0000")
    extra = {"Timestamp": str(int(old[0])), "DateCreated": old[1], "DateSent": old[1]}
    await place.twilio.write(marie.person, "Toujours rien ?", **extra)
    await place.settle()
    await place.pass_time(timedelta(hours=23))
    await place.command(LEA, "/reply", TEXT)
    assert marie.reads[-1] == TEXT
    await place.pass_time(timedelta(hours=1, minutes=1))
    refused = await place.command(LEA, "/reply", "Il est parti.")
    assert words(refused).startswith(sentence("refuse.window", customer="Marie Dupont"))


def _picture(marie: OnWhatsApp, caption: str) -> Forged:
    """One picture of an album: a webhook of its own, with an id of its own."""
    memory = marie.town.twilio.memory
    form = inbound(memory, marie.person, memory.sid("MM"), caption, "image")
    media = {"NumMedia": "1", "MediaContentType0": "image/jpeg", "MediaUrl0": "https://api.twilio.com/ME1"}
    return twilio(list((form | media).items()))


async def _captions(place: Town) -> list[str]:
    """What the customer wrote with pictures, as the conversation numbers it."""
    rows = await place.rows("SELECT text FROM messages WHERE media <> '[]' ORDER BY conversation_id, seq")
    return [row["text"] for row in rows]


async def test_an_album_that_comes_side_by_side_is_taken_one_by_one_and_everybody_sees_one_order(
    place: Town,
) -> None:
    """T5: WhatsApp sends one picture a message, and the order is not promised: it is that of arrival."""
    marie = await waiting(place)
    together = [f"vue {number}" for number in range(8)]
    answers = await asyncio.gather(*(_picture(marie, caption).post(place) for caption in together))
    assert {answer.status_code for answer in answers} == {200}
    in_turn = ["avant", "pendant", "après"]
    for caption in in_turn:
        assert (await _picture(marie, caption).post(place)).status_code == 200
    await place.settle()
    numbered = await _captions(place)
    assert sorted(numbered[:8]) == together
    assert numbered[8:] == in_turn
    (card,) = place.cards
    shown = "\n".join(thread(place, card))
    assert sorted(numbered, key=shown.index) == numbered


@pytest.mark.parametrize("writes_from", ["an opaque id", "a phone that Telegram knows too"])
async def test_who_wants_no_more_messages_is_an_address_not_a_phone(place: Town, writes_from: str) -> None:
    """T15: a person without a phone can stop us, and the same phone elsewhere has not."""
    phone = None if writes_from == "an opaque id" else PHONE
    karim = await on_telegram(place, phone=PHONE)
    await karim.shares_phone()
    await karim.writes("conseiller")
    marie = OnWhatsApp(place, await place.twilio.person(phone, "Marie Dupont"))
    await marie.writes("conseiller")
    await place.command(LEA, "/claim", "marie")
    await place.command(HUGO, "/claim", "karim")
    await marie.writes("STOP")
    refused = await place.command(LEA, "/reply", TEXT)
    assert words(refused).startswith(sentence("refuse.stopped", customer="Marie Dupont"))
    assert TEXT not in marie.reads
    await place.command(HUGO, "/reply", TEXT)
    assert karim.reads[-1] == TEXT


@pytest.mark.parametrize("last", ["delivered", "read"])
async def test_a_message_that_was_delivered_has_arrived_whether_or_not_it_is_ever_read(
    place: Town, last: str
) -> None:
    """T33c: a reader may hide that they read: nothing waits for it, asks for it or is told of it."""
    marie = await on_whatsapp(place)
    await marie.writes("conseiller")
    await place.command(LEA, "/claim", "marie")
    place.twilio.auto_report = False
    await place.command(LEA, "/reply", TEXT)
    (card,) = place.cards
    before = thread(place, card)
    sid = marie.messages[-1].sid
    for status in dict.fromkeys(("sent", "delivered", last)):
        await place.twilio.report(sid, status)
    await place.twilio.report(sid, "failed", 63024)
    await place.pass_time(timedelta(minutes=30))
    (row,) = await place.rows("SELECT state, report FROM outbox WHERE agent <> ''")
    assert (row["state"], row["report"]) == ("sent", last)
    shown = thread(place, card)
    assert len(shown) == len(before)
    assert not any("63024" in line or sentence("refused.no_account") in line for line in shown)
    assert place.twilio.wire.count("messages.list") == 0
    assert marie.reads.count(TEXT) == 1
