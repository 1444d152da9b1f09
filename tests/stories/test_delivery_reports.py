"""What Twilio reports on our messages: in any order, too early, twice, of nobody; and what the team reads."""

import asyncio
from typing import Any

import pytest

from sandbox.twilio import MessageRecord
from sandbox.twilio_forms import status_report
from tests.stories.people import OnWhatsApp, sentence, thread, waiting, words
from tests.stories.town import LEA, PUBLIC, Town

TEXT = "Votre colis repart demain."


async def _replied(place: Town) -> tuple[OnWhatsApp, MessageRecord]:
    """Léa's reply is at Twilio, which has reported nothing yet."""
    marie = await waiting(place)
    await place.command(LEA, "/claim", "marie")
    place.twilio.auto_report = False
    await place.command(LEA, "/reply", TEXT)
    return marie, marie.messages[-1]


async def _row(place: Town) -> dict[str, Any]:
    (row,) = await place.rows("SELECT state, report, reference FROM outbox WHERE agent <> ''")
    return row


@pytest.mark.parametrize(
    ("order", "furthest"),
    [
        (("sent", "delivered", "read"), "read"),
        (("read", "delivered", "sent"), "read"),
        (("delivered", "sent"), "delivered"),
        (("delivered", "failed"), "delivered"),
        (("read", "undelivered"), "read"),
    ],
)
async def test_reports_come_in_any_order_and_twice_and_the_furthest_stands(
    place: Town, order: tuple[str, ...], furthest: str
) -> None:
    _, message = await _replied(place)
    for status in (*order, *order):
        code = 63024 if status in {"failed", "undelivered"} else None
        assert (await place.twilio.report(message.sid, status, code)).status == 200
    await place.settle()
    assert await _row(place) == {"state": "sent", "report": furthest, "reference": message.sid}
    (card,) = place.cards
    assert not any("63024" in line or sentence("refused.no_account") in line for line in thread(place, card))


async def test_a_report_before_the_answer_to_our_call_is_taken_by_the_row_it_names(place: Town) -> None:
    marie = await waiting(place)
    await place.command(LEA, "/claim", "marie")
    place.twilio.wire.delay = 0.5
    replying = asyncio.create_task(place.command(LEA, "/reply", TEXT))
    async with asyncio.timeout(30):
        while not await place.rows("SELECT 1 FROM outbox WHERE agent <> '' AND report = 'delivered'"):
            await asyncio.sleep(0.005)
    place.twilio.wire.delay = 0.0
    await replying
    assert marie.reads.count(TEXT) == 1
    assert await _row(place) == {
        "state": "sent",
        "report": "delivered",
        "reference": marie.messages[-1].sid,
    }


@pytest.mark.parametrize("query", ["?oid=01NOBODY", ""])
async def test_a_report_of_nobodys_message_is_answered_and_changes_nothing(place: Town, query: str) -> None:
    marie, message = await _replied(place)
    before = await place.counts()
    memory = place.twilio.memory
    form = status_report(memory, message, "failed", 63016, marie.person) | {"MessageSid": "SM" + "9" * 32}
    answered = await place.twilio.deliver(form, f"{PUBLIC}/twilio/status{query}")
    assert answered.status == 200
    after = await place.counts()
    assert after | {"journal": 0} == before | {"journal": 0}
    assert (await _row(place))["report"] == ""


async def test_a_report_without_our_id_finds_its_row_by_twilios(place: Town) -> None:
    marie, message = await _replied(place)
    form = status_report(place.twilio.memory, message, "delivered", None, marie.person)
    await place.twilio.deliver(form, f"{PUBLIC}/twilio/status")
    assert (await _row(place))["report"] == "delivered"


@pytest.mark.parametrize(
    ("code", "why"),
    [
        (63016, "refused.window"),
        (63014, "refused.blocked"),
        (63015, "refused.not_joined"),
        (63018, "refused.flooded"),
        (63024, "refused.no_account"),
        (63049, "refused.declined"),
    ],
)
async def test_a_refusal_that_comes_by_report_is_told_in_the_thread_once_with_what_to_do(
    place: Town, code: int, why: str
) -> None:
    _, message = await _replied(place)
    for _ in range(2):
        await place.twilio.report(message.sid, "failed", code)
    await place.settle()
    (card,) = place.cards
    alarms = [line for line in thread(place, card) if line.startswith(sentence("line.alarm"))]
    told = [line for line in alarms if sentence(why, code=str(code)) in line]
    assert len(told) == 1
    assert TEXT in told[0]
    assert "*Attend notre réponse*" in words(card)


async def test_whatsapps_own_closing_of_the_window_is_told_although_ours_was_open(place: Town) -> None:
    marie = await waiting(place)
    await place.command(LEA, "/claim", "marie")
    marie.person.last_inbound_at = place.clock.seconds() - 25 * 3600
    await place.command(LEA, "/reply", TEXT)
    (card,) = place.cards
    alarms = [line for line in thread(place, card) if line.startswith(sentence("line.alarm"))]
    told = [line for line in alarms if sentence("refused.window") in line]
    assert len(told) == 1
    assert TEXT in told[0]


async def test_what_is_read_after_all_did_not_fail(place: Town) -> None:
    _, message = await _replied(place)
    await place.twilio.report(message.sid, "failed", 63024)
    await place.settle()
    await place.twilio.report(message.sid, "read")
    await place.settle()
    (card,) = place.cards
    assert (await _row(place))["report"] == "read"
    assert sentence("line.mark_read") in "\n".join(thread(place, card))
    assert "Finalement, ce message est arrivé à Marie Dupont" in thread(place, card)[-1]
    assert "*Au client de répondre*" in words(card)
