"""Reports that never came: asked for three times, ever later, and never counted while Twilio is silent."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

import pytest
from starlette.responses import JSONResponse
from structlog.testing import capture_logs

from bots.whatsapp import CAPABILITIES
from core.domain.channel import Address
from core.domain.conversation import Conversation
from core.domain.customer import Customer
from core.domain.events import DeliveryReported, ReportStatus
from core.jobs import JobState
from core.store import conversations, jobs, people
from core.store.db import Db
from core.store.rows import to_ms
from sandbox.twilio import MessageRecord, refusal
from sandbox.wire import Fault
from tests.bots.conftest import SENDER

if TYPE_CHECKING:
    from tests.bots.conftest import WhatsAppScene

TO = "+33612345678"
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


async def _written(scene: WhatsAppScene, db: Db, sids: list[str]) -> None:
    """One conversation, and messages of it that left just now."""
    now, address = scene.clock.now(), Address("whatsapp", TO)
    at = to_ms(now) or 0
    assert CAPABILITIES.report_within is not None
    due = to_ms(now + CAPABILITIES.report_within)
    await people.add_customer(db, Customer("c1"), address, now)
    await conversations.save(db, Conversation("t1", "c1", address, address, now))
    for number, sid in enumerate(sids):
        row = f"01JOB{number}"
        await jobs.enqueue(
            db,
            row,
            conversation_id="t1",
            lane="t1:customer",
            destination="whatsapp",
            kind="message",
            payload={"to": TO},
            now_ms=at,
            is_for_customer=True,
        )
        await jobs.settle(db, row, JobState.SENT, at, reference=sid, ask_ms=due)


async def left(scene: WhatsAppScene, count: int = 1) -> list[MessageRecord]:
    """Messages at Twilio, of which nothing was reported."""
    await scene.door.stop_listening()  # the test itself says when
    memory = scene.twilio.memory
    records = [
        MessageRecord(
            memory.sid("SM"), "outbound-api", SENDER, f"whatsapp:{TO}", "x", memory.clock(), "queued"
        )
        for _ in range(count)
    ]
    memory.messages.update({record.sid: record for record in records})
    await scene.store.write(partial(_written, scene, sids=[record.sid for record in records]))
    return records


async def sweep(scene: WhatsAppScene, after: timedelta) -> int:
    """Time passes; how many messages were asked about then."""
    before = scene.twilio.wire.count("messages.fetch")
    scene.clock.move(after)
    await scene.door.sweeps.run()
    return scene.twilio.wire.count("messages.fetch") - before


@pytest.mark.parametrize(
    ("status", "code", "told"),
    [
        ("sent", None, DeliveryReported(ReportStatus.SENT)),
        ("delivered", None, DeliveryReported(ReportStatus.DELIVERED)),
        ("read", None, DeliveryReported(ReportStatus.READ)),
        (
            "undelivered",
            63024,
            DeliveryReported(ReportStatus.FAILED, reason="refused.no_account", code="63024"),
        ),
    ],
)
async def test_what_is_learned_is_what_the_report_would_have_told_under_its_key(
    whatsapp: WhatsAppScene, status: str, code: int | None, told: DeliveryReported
) -> None:
    (message,) = await left(whatsapp)
    message.status_callback = "https://relais.test/twilio/status?oid=01JOB0"
    message.step(status, code, whatsapp.twilio.memory.clock())
    assert await sweep(whatsapp, 14 * MINUTE) == 0
    assert await sweep(whatsapp, MINUTE) == 1
    [(event, key, _)] = whatsapp.desk.heard
    assert isinstance(event, DeliveryReported)
    assert (event.status, event.reason, event.code) == (told.status, told.reason, told.code)
    assert (event.outbox_id, event.reference) == ("01JOB0", message.sid)
    await whatsapp.twilio.report(message.sid, status, code)
    assert [known for _, known, _ in whatsapp.desk.heard] == [key]


async def test_a_message_is_asked_about_three_times_ever_later_and_then_given_up(
    whatsapp: WhatsAppScene,
) -> None:
    await left(whatsapp)
    passes = [15 * MINUTE, 44 * MINUTE, MINUTE, 4 * HOUR, HOUR, 24 * HOUR, 24 * HOUR]
    with capture_logs() as logs:
        assert [await sweep(whatsapp, each) for each in passes] == [1, 0, 1, 0, 1, 0, 0]
    assert [(log["outbox"], log["report"]) for log in logs if log["event"] == "report_given_up"] == [
        ("01JOB0", "")
    ]


async def test_after_a_stop_of_ours_three_questions_do_not_come_at_once(whatsapp: WhatsAppScene) -> None:
    await left(whatsapp)
    passes = [48 * HOUR, MINUTE, 14 * MINUTE, MINUTE]
    assert [await sweep(whatsapp, each) for each in passes] == [1, 0, 1, 0]


@pytest.mark.parametrize("answer", [refusal(503, 20500, "down"), refusal(429, 20429, "slow down")])
async def test_while_twilio_does_not_answer_nothing_counts_as_asked_and_nobody_else_is_asked_about(
    whatsapp: WhatsAppScene, answer: JSONResponse
) -> None:
    await left(whatsapp, 3)
    whatsapp.twilio.wire.plan("messages.fetch", Fault(answer=answer))
    assert await sweep(whatsapp, 15 * MINUTE) == 1
    assert await sweep(whatsapp, MINUTE) == 3
    assert await sweep(whatsapp, 45 * MINUTE) == 3


async def test_a_message_that_twilio_has_no_more_is_asked_about_once(whatsapp: WhatsAppScene) -> None:
    (message,) = await left(whatsapp)
    del whatsapp.twilio.memory.messages[message.sid]
    assert [await sweep(whatsapp, HOUR), await sweep(whatsapp, 6 * HOUR)] == [1, 0]


async def test_an_answer_nobody_can_read_is_no_news(whatsapp: WhatsAppScene) -> None:
    (message,) = await left(whatsapp)
    answers = [JSONResponse({"sid": message.sid, "status": "beamed"}), JSONResponse({"status": "sent"})]
    whatsapp.twilio.wire.plan("messages.fetch", *[Fault(answer=each) for each in answers])
    assert [await sweep(whatsapp, HOUR), await sweep(whatsapp, 6 * HOUR)] == [1, 1]
    assert (whatsapp.desk.heard, whatsapp.desk.kept) == ([], [])


async def test_a_sweep_asks_about_so_many_and_the_next_about_the_others(whatsapp: WhatsAppScene) -> None:
    await left(whatsapp, 60)
    assert [await sweep(whatsapp, 15 * MINUTE), await sweep(whatsapp, MINUTE)] == [50, 10]
