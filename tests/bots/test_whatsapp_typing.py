"""The typing sign: only while the bot reads, and never in the way of anything."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from core.domain.channel import Address
from core.domain.conversation import Conversation, Status, Talk
from sandbox.twilio import Person, refusal
from sandbox.wire import Fault

if TYPE_CHECKING:
    from tests.bots.conftest import WhatsAppScene

HERE = Address("whatsapp", "+33612345678")


def talk(scene: WhatsAppScene, *burst: str, **more: Any) -> Conversation:  # noqa: ANN401 - fields
    now = scene.clock.now()
    with_bot = Conversation("01C", "01P", HERE, HERE, opened_at=now, talk=Talk(burst=burst))
    return with_bot.but(**more)


@pytest.fixture
async def marie(whatsapp: WhatsAppScene) -> Person:
    return await whatsapp.twilio.person("+33612345678")


async def asked(scene: WhatsAppScene, times: int) -> None:
    """Wait until signs were asked for so often, and answered."""
    async with asyncio.timeout(10):
        while scene.twilio.wire.count("typing") < times or scene.twilio.wire.in_flight:
            await asyncio.sleep(0.002)


async def test_whoever_waits_for_the_bot_sees_that_it_reads(whatsapp: WhatsAppScene, marie: Person) -> None:
    whatsapp.desk.conversation = talk(whatsapp, "où est mon colis ?")
    await whatsapp.twilio.write(marie, "où est mon colis ?")
    await asked(whatsapp, 1)
    [call] = [one for one in whatsapp.twilio.wire.calls if one.method == "typing"]
    [message] = whatsapp.twilio.conversation(marie)
    assert call.arguments == {"channel": "WHATSAPP", "messageId": message.sid}
    assert message.typing


@pytest.mark.parametrize(
    ("burst", "changes"),
    [
        ((), {}),
        (("bonjour", "où est mon colis ?"), {}),
        (("où est mon colis ?",), {"status": Status.OPEN}),
        (("où est mon colis ?",), {"status": Status.IN_PROGRESS}),
        (("où est mon colis ?",), {"status": Status.RESOLVED}),
        (("où est mon colis ?",), {"status": Status.CLOSED}),
    ],
)
async def test_nobody_else_does(
    whatsapp: WhatsAppScene, marie: Person, burst: tuple[str, ...], changes: dict[str, Any]
) -> None:
    whatsapp.desk.conversation = talk(whatsapp, *burst, **changes)
    await whatsapp.twilio.write(marie, "où est mon colis ?")
    await whatsapp.door.close()
    assert whatsapp.twilio.wire.count("typing") == 0


async def test_a_message_heard_twice_asks_for_one_sign(whatsapp: WhatsAppScene, marie: Person) -> None:
    whatsapp.desk.conversation = talk(whatsapp, "bonjour")
    await whatsapp.twilio.write(marie, "bonjour", MessageSid="SM1")
    await asked(whatsapp, 1)
    await whatsapp.twilio.write(marie, "bonjour", MessageSid="SM1")
    await whatsapp.door.close()
    assert whatsapp.twilio.wire.count("typing") == 1


async def test_a_sign_that_takes_its_time_holds_nobody_up(whatsapp: WhatsAppScene, marie: Person) -> None:
    whatsapp.twilio.wire.plan("typing", *[Fault(delay=3600)] * 20)
    whatsapp.desk.conversation = talk(whatsapp, "bonjour")
    async with asyncio.timeout(60):
        answers = [await whatsapp.twilio.write(marie, f"bonjour {n}") for n in range(12)]
        await whatsapp.door.close()
    assert {answer.status for answer in answers} == {200}
    assert whatsapp.twilio.wire.count("typing") <= 8, "no more than eight are ever on their way"


@pytest.mark.parametrize("fault", [Fault(cut="before"), Fault(answer=refusal(503, 20503, "no"))])
async def test_a_sign_that_fails_is_lost_and_nothing_else_is(
    whatsapp: WhatsAppScene, marie: Person, fault: Fault
) -> None:
    whatsapp.twilio.wire.plan("typing", fault)
    whatsapp.desk.conversation = talk(whatsapp, "bonjour")
    delivery = await whatsapp.twilio.write(marie, "bonjour")
    await asked(whatsapp, 1)
    assert (delivery.status, len(whatsapp.desk.heard)) == (200, 1)


async def test_after_a_refusal_no_sign_is_asked_for_during_ten_minutes(
    whatsapp: WhatsAppScene, marie: Person
) -> None:
    whatsapp.twilio.wire.plan("typing", Fault(answer=refusal(404, 20404, "not found")))
    whatsapp.desk.conversation = talk(whatsapp, "bonjour")
    await whatsapp.twilio.write(marie, "bonjour")
    async with asyncio.timeout(10):
        while whatsapp.door._typing._resting_until is None:
            await asyncio.sleep(0.002)
    await whatsapp.twilio.write(marie, "encore")
    assert whatsapp.twilio.wire.count("typing") == 1
    whatsapp.clock.move(timedelta(minutes=10))
    await whatsapp.twilio.write(marie, "toujours là")
    await asked(whatsapp, 2)
