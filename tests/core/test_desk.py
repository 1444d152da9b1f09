"""The front desk: once each, all or nothing, and nothing lost when deciding fails."""

import asyncio
import json
from pathlib import Path

import pytest

from core.clock import HandClock
from core.desk import Outcome, Source
from core.domain.channel import Address
from core.domain.events import (
    AgentClaimed,
    AgentReplied,
    AgentSettled,
    CustomerWrote,
    Delivered,
    DeliveryReported,
    DeliveryUnknown,
    DeliveryWaits,
    Event,
    NotDelivered,
    ReportStatus,
)
from tests.core.desk_house import LEA, a_desk, threaded
from tests.core.virtual import MONDAY, virtually


@pytest.mark.parametrize("times", [1, 2, 7, 50])
async def test_the_same_key_heard_many_times_at_once_is_heard_once(tmp_path: Path, times: int) -> None:
    async with a_desk(tmp_path, executor=threaded, clock=HandClock(MONDAY)) as desks:
        heard = await asyncio.gather(*(desks.wrote("bonjour, mon colis ?", key="k1") for _ in range(times)))
        after_first = await desks.counts()
        again = await asyncio.gather(*(desks.wrote("bonjour, mon colis ?", key="k1") for _ in range(times)))

        outcomes = sorted(one.outcome for one in heard)
        assert outcomes == sorted([Outcome.DONE] + [Outcome.DUPLICATE] * (times - 1))
        assert {one.outcome for one in again} == {Outcome.DUPLICATE}
        assert await desks.counts() == after_first
        assert after_first["customers"] == after_first["conversations"] == after_first["journal"] == 1


async def test_two_first_messages_at_once_make_one_customer_and_one_conversation(tmp_path: Path) -> None:
    async with a_desk(tmp_path, executor=threaded, clock=HandClock(MONDAY)) as desks:
        heard = await asyncio.gather(*(desks.wrote(f"message {n}", key=f"k{n}") for n in range(12)))
        counts = await desks.counts()
        assert [one.outcome for one in heard] == [Outcome.DONE] * 12
        assert (counts["customers"], counts["addresses"], counts["conversations"]) == (1, 1, 1)
        assert counts["journal"] == 12


def test_the_journal_holds_kind_conversation_event_and_the_request_as_it_came(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as desks:
            event = CustomerWrote(Address("askable", "marie"), name="Marie", text="mon colis ?")
            raw = b"Body=mon+colis"
            heard = await desks.desk.handle(event, key="k1", source=Source("askable/message", raw))
            (row,) = await desks.rows("SELECT * FROM journal")
            assert heard.conversation is not None
            assert (row["key"], row["kind"], row["raw"]) == ("k1", "CustomerWrote", raw)
            assert row["conversation_id"] == heard.conversation.id
            assert json.loads(row["event"])["text"] == "mon colis ?"

    virtually(story())


def test_endings_that_lead_to_nothing_are_journaled_under_their_conversation_too(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as desks:
            talk = await desks.talk()
            sent = await desks.enqueue("bonjour")
            await desks.desk.handle(Delivered(sent, "r1"), key="d1")
            report = DeliveryReported(ReportStatus.DELIVERED, reference="r1")
            await desks.desk.handle(report, key="d2")
            await desks.desk.handle(Delivered("no-such-row", "r2"), key="d3")
            rows = await desks.rows("SELECT key, kind, conversation_id FROM journal ORDER BY key")
            assert [tuple(row.values()) for row in rows] == [
                ("d1", "Delivered", talk),
                ("d2", "DeliveryReported", talk),
                ("d3", "Delivered", ""),
            ]

    virtually(story())


def test_a_refusal_writes_nothing_at_all(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as desks:
            await desks.talk()
            before = await desks.counts()
            states = await desks.rows("SELECT * FROM conversations")
            refusals: list[Event] = [
                AgentClaimed(LEA, "talk-marie"),
                AgentReplied(LEA, "talk-marie", "   "),
                AgentClaimed(LEA, "no-such-talk"),
                AgentSettled(LEA, "talk-marie", "no-such-row", resend=True),
            ]
            heard = [await desks.desk.handle(e, key=f"a{n}") for n, e in enumerate(refusals)]
            assert [one.outcome for one in heard] == [Outcome.REFUSED] * 4
            assert [one.refusal for one in heard] == ["yours", "empty", "gone", "settled"]
            assert all(one.answer for one in heard)
            assert await desks.counts() == before
            assert await desks.rows("SELECT * FROM conversations") == states

    virtually(story())


def test_a_refused_act_may_be_tried_again_under_the_same_key(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as desks:
            await desks.talk()
            refused = await desks.desk.handle(AgentReplied(LEA, "talk-marie", ""), key="same")
            done = await desks.desk.handle(AgentReplied(LEA, "talk-marie", "bonjour"), key="same")
            assert (refused.outcome, done.outcome) == (Outcome.REFUSED, Outcome.DONE)

    virtually(story())


def test_an_agent_cannot_settle_an_effect_of_another_conversation(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as desks:
            await desks.talk("marie")
            await desks.talk("paul")
            job = await desks.enqueue("pour Paul", "talk-paul")
            await desks.run("UPDATE outbox SET state = 'unknown', unknown_since = 0 WHERE id = $1", job)
            heard = await desks.desk.handle(AgentSettled(LEA, "talk-marie", job, resend=True), key="a1")
            assert (heard.outcome, heard.refusal) == (Outcome.REFUSED, "settled")
            assert await desks.states() == {"pour Paul": "unknown"}

    virtually(story())


ENDINGS: list[tuple[Event, str]] = [
    (Delivered("ID", "late"), "sent"),
    (NotDelivered("ID", "refused.blocked"), "sent"),
    (DeliveryUnknown("ID"), "sent"),
    (DeliveryWaits("ID", "refused.credentials"), "sent"),
    (DeliveryReported(ReportStatus.SENT, outbox_id="ID"), "sent"),
]


@pytest.mark.parametrize(("late", "state"), ENDINGS, ids=lambda value: type(value).__name__)
def test_a_late_ending_of_a_settled_effect_changes_nothing(tmp_path: Path, late: Event, state: str) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as desks:
            await desks.talk()
            job = await desks.enqueue("bonjour")
            await desks.desk.handle(Delivered(job, "first"), key="d1")
            report = DeliveryReported(ReportStatus.READ, outbox_id=job)
            await desks.desk.handle(report, key="d2")
            before = await desks.rows("SELECT * FROM outbox")
            late_one = type(late)(**(vars(late) | {"outbox_id": job}))
            heard = await desks.desk.handle(late_one, key="d3")
            assert heard.outcome is Outcome.IGNORED
            assert await desks.rows("SELECT * FROM outbox") == before
            assert before[0]["state"] == state

    virtually(story())


def test_drafts_are_kept(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as desks:
            draft = await desks.desk.keep_draft("U0LEA", "reply", "bonjour")
            kept = await desks.desk.draft(draft)
            assert kept is not None
            assert (kept.agent, kept.verb, kept.text) == ("U0LEA", "reply", "bonjour")
            assert await desks.desk.draft("no-such-draft") is None

    virtually(story())


def test_a_message_is_noted_at_its_address_to_the_minute_and_opens_what_was_shut_at_once(
    tmp_path: Path,
) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as desks:
            noted = "SELECT last_inbound_at / 1000 - {} AS after, absence FROM addresses"
            seen = []
            for seconds in (0, 59, 1):
                await asyncio.sleep(seconds)
                await desks.wrote("bonjour ?")
                (row,) = await desks.rows(noted.format(int(MONDAY.timestamp())))
                seen.append(row["after"])
            assert seen == [0, 0, 60]
            await desks.run("UPDATE addresses SET absence = 'blocked'")
            await desks.wrote("me revoilà")
            (row,) = await desks.rows(noted.format(0))
            assert row["absence"] == ""

    virtually(story())
