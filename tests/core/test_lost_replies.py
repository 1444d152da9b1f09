"""Replies that did not arrive: which is the first that stands, whose turn it is, and what was promised."""

import asyncio
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from core.desk import Outcome
from core.domain.events import AgentReleased, AgentReplied, AgentResolved, DeliveryReported, ReportStatus
from core.store import timers
from core.store.rows import moment, to_ms
from tests.core.desk_house import LEA, Desks, a_desk
from tests.core.virtual import virtually

DUE = timedelta(hours=2)


class Replies:
    """Léa's replies to Marie, ten seconds apart, and what became of them."""

    def __init__(self, desks: Desks) -> None:
        self.desks = desks
        self.written: list[datetime] = []
        self._ids: list[str] = []

    async def begin(self) -> None:
        """A conversation with Léa, whose customer was told an hour."""
        now = self.desks.clock.now()
        talk = await self.desks.talk(promised_for=now + DUE)
        told = partial(timers.make_promise, conversation_id=talk, told=now, promised=now + DUE)
        await self.desks.store.write(told)

    async def write(self, count: int) -> None:
        """So many, all of them taken by the platform."""
        for _ in range(count):
            await asyncio.sleep(10.0)
            self.written.append(self.desks.clock.now())
            heard = await self.desks.desk.handle(
                AgentReplied(LEA, "talk-marie", f"réponse {len(self.written)}"),
                key=f"reply {len(self.written)}",
            )
            assert heard.refusal == ""
            (job,) = await self.desks.rows(
                "SELECT id FROM outbox WHERE is_for_customer = 1 ORDER BY seq DESC LIMIT 1"
            )
            self._ids.append(job["id"])
            await self.desks.run(
                "UPDATE outbox SET state = 'sent', reference = 'r' || id, attempts = 1 WHERE id = $1",
                job["id"],
            )

    async def report(self, n: int, status: ReportStatus) -> None:
        """The platform tells how one of them ended."""
        await asyncio.sleep(10.0)
        event = DeliveryReported(status, self._ids[n], reason="refused.other", code="30008")
        heard = await self.desks.desk.handle(event, key=f"{status} {n}")
        assert heard.outcome in {Outcome.DONE, Outcome.IGNORED}

    async def state(self) -> dict[str, Any]:
        """The conversation as it stands; the first reply by its number."""
        (row,) = await self.desks.rows("SELECT * FROM conversations")
        hours = {to_ms(at): n for n, at in enumerate(self.written)}
        first = hours[row["first_reply_at"]] if row["first_reply_at"] else None
        return {"first": first, "turn": row["waiting_for"], "promised": row["promised_for"] is not None}


F, D = ReportStatus.FAILED, ReportStatus.DELIVERED
NEWS = [
    # how many were written, what was told of which, then: the first that stands, whose turn, is it promised
    (1, ((0, F),), None, "us", True),
    (2, ((0, F),), 1, "customer", False),
    (2, ((1, F),), 0, "us", False),
    (2, ((0, F), (1, F)), None, "us", True),
    (2, ((1, F), (0, F)), None, "us", True),
    (3, ((1, F), (0, F)), 2, "customer", False),
    (3, ((2, F), (0, F)), 1, "us", False),
    (3, ((0, F), (2, F), (1, F)), None, "us", True),
    (2, ((0, F), (0, D)), 0, "customer", False),
    (2, ((0, F), (1, F), (0, D)), 0, "us", False),
    (2, ((0, F), (0, D), (1, F)), 0, "us", False),
    (3, ((0, F), (2, F), (0, D)), 0, "us", False),
    (2, ((1, F), (0, F), (1, D)), 1, "customer", False),
]


@pytest.mark.parametrize(("count", "news", "first", "turn", "is_promised"), NEWS)
def test_the_replies_that_stand_tell_what_was_answered_in_whichever_order_the_news_comes(
    tmp_path: Path,
    count: int,
    news: tuple[tuple[int, ReportStatus], ...],
    first: int | None,
    turn: str,
    is_promised: bool,
) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as desks:
            replies = Replies(desks)
            await replies.begin()
            await replies.write(count)
            for n, status in news:
                await replies.report(n, status)
            assert await replies.state() == {"first": first, "turn": turn, "promised": is_promised}
            live = await desks.rows("SELECT due_at FROM promises WHERE outcome = 'live'")
            assert len(live) == is_promised

    virtually(story())


def test_a_reply_that_is_lost_before_its_author_let_go_and_arrives_after_all_kept_the_promise(
    tmp_path: Path,
) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as desks:
            replies = Replies(desks)
            await replies.begin()
            await replies.write(1)
            await replies.report(0, F)
            await desks.desk.handle(AgentReleased(LEA, "talk-marie"), key="release")
            await replies.report(0, D)
            assert await replies.state() == {"first": 0, "turn": "customer", "promised": False}

    virtually(story())


def test_a_part_that_arrives_after_all_answers_nothing_while_another_is_lost(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as desks:
            replies = Replies(desks)
            await replies.begin()
            await asyncio.sleep(10.0)
            replies.written.append(desks.clock.now())
            long = AgentReplied(LEA, "talk-marie", "Bonjour à vous. " * 400)
            await desks.desk.handle(long, key="long")
            parts = await desks.rows("SELECT id FROM outbox WHERE agent <> '' ORDER BY seq")
            assert len(parts) > 1
            await desks.run(
                "UPDATE outbox SET state = 'sent', reference = id, attempts = 1 WHERE agent <> ''"
            )
            replies._ids = [parts[0]["id"], parts[-1]["id"]]
            waits = {"first": None, "turn": "us", "promised": True}
            answered = {"first": 0, "turn": "customer", "promised": False}
            for news, state in [((0, F), waits), ((1, F), waits), ((0, D), waits), ((1, D), answered)]:
                await replies.report(*news)
                assert await replies.state() == state

    virtually(story())


def test_a_clock_that_was_set_back_does_not_make_an_earlier_reply_the_latest(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as desks:
            replies = Replies(desks)
            await replies.begin()
            await replies.write(1)
            desks.step(timedelta(hours=-1))
            await replies.write(1)
            await replies.report(1, F)
            assert (await replies.state())["turn"] == "us"

    virtually(story())


def test_a_farewell_is_a_reply_and_ends_the_promise(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as desks:
            replies = Replies(desks)
            await replies.begin()
            await replies.write(1)
            await asyncio.sleep(10.0)
            replies.written.append(desks.clock.now())
            await desks.desk.handle(AgentResolved(LEA, "talk-marie", "Colis expédié."), key="resolve")
            await replies.report(0, F)
            at_rest = await replies.state()
            reopens = (await desks.rows("SELECT resolved_at FROM conversations"))[0]["resolved_at"]
            await asyncio.sleep(10.0)
            again = AgentReplied(LEA, "talk-marie", "encore un mot", reopens=moment(reopens))
            assert (await desks.desk.handle(again, key="again")).refusal == ""
            (job,) = await desks.rows("SELECT id FROM outbox WHERE agent <> '' ORDER BY rowid DESC LIMIT 1")
            lost = DeliveryReported(F, job["id"], reason="refused.other", code="30008")
            await desks.run("UPDATE outbox SET state = 'sent', reference = 'r9' WHERE id = $1", job["id"])
            await desks.desk.handle(lost, key="again lost")
            assert at_rest == {"first": 1, "turn": "customer", "promised": False}
            assert await replies.state() == {"first": 1, "turn": "us", "promised": False}

    virtually(story())


def test_a_reply_that_is_lost_after_its_author_let_go_leaves_the_turn_with_the_team(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as desks:
            replies = Replies(desks)
            await replies.begin()
            await replies.write(1)
            await asyncio.sleep(10.0)
            await desks.desk.handle(AgentReleased(LEA, "talk-marie"), key="release")
            before = (await replies.state())["turn"]
            await replies.report(0, F)
            assert (before, (await replies.state())["turn"]) == ("customer", "us")
            await replies.report(0, D)
            # the hour told at the release is kept by an answer that is written after it
            assert await replies.state() == {"first": 0, "turn": "customer", "promised": True}

    virtually(story())


def test_who_waits_since_they_wrote_waits_since_then_when_an_older_reply_is_lost(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as desks:
            replies = Replies(desks)
            await replies.begin()
            await replies.write(1)
            await asyncio.sleep(60.0)
            await desks.wrote("et mon colis ?", channel="mute")
            wrote = to_ms(desks.clock.now())
            await replies.report(0, F)
            assert await desks.rows("SELECT waiting_for, waiting_since FROM conversations") == [
                {"waiting_for": "us", "waiting_since": wrote}
            ]

    virtually(story())
