"""How calls end: receipts, later, never; each is written down, and whoever must know is told."""

import asyncio
from functools import partial
from itertools import pairwise
from pathlib import Path

from core.domain.events import DeliveryReported, ReportStatus
from core.jobs import Refused, Retry
from core.store.errors import StoreDown
from tests.core.desk_house import LEA, Desks, a_desk
from tests.core.platform_house import Platform
from tests.core.virtual import virtually


async def started(desks: Desks, **platforms: Platform) -> None:
    """Lanes to these platforms, running."""
    await desks.with_lanes(platforms).start()


async def thread_lines(desks: Desks) -> list[str]:
    """What the team was told, in order."""
    text = "SELECT json_extract(payload, '$.text') AS text FROM outbox"
    rows = await desks.rows(f"{text} WHERE destination = 'team' AND kind = 'line' ORDER BY seq")
    return [row["text"] for row in rows]


def test_retries_come_later_and_later_and_the_lane_waits_for_them(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as desks:
            mute = Platform(desks.clock, script={"m1": [Retry("refused connection") for _ in range(5)]})
            await desks.talk()
            await desks.enqueue("m1")
            await desks.enqueue("m2")
            await started(desks, mute=mute)
            await asyncio.sleep(120)
            times = mute.times("m1")
            waits = [after - before for before, after in pairwise(times)]
            assert len(waits) == 5
            assert all(2**n / 2 <= wait <= 2**n + 0.1 for n, wait in enumerate(waits))
            assert mute.texts == ["m1", "m2"]

    virtually(story())


def test_a_retry_honours_the_time_the_platform_asks_for(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as desks:
            asked = [Retry("429", after=35.0), Retry("429", after=0.0), Retry("429", after=0.0)]
            mute = Platform(desks.clock, script={"m1": list(asked)})
            await desks.talk()
            await desks.enqueue("m1")
            await started(desks, mute=mute)
            await asyncio.sleep(60)
            first, second, third, fourth = mute.times("m1")
            assert 35.0 <= second - first <= 35.1
            assert third - second >= 1.0
            assert fourth - third >= 2.0

    virtually(story())


def test_a_message_that_waits_for_an_operator_is_told_once_after_three_minutes(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as desks:
            locked = [Retry("no", after=60.0, reason="refused.credentials") for _ in range(30)]
            mute = Platform(desks.clock, script={"m1": locked})
            await desks.talk()
            await desks.enqueue("m1", agent=LEA.id)
            await started(desks, mute=mute)
            await asyncio.sleep(179)
            before = await thread_lines(desks)
            await asyncio.sleep(1200)
            (told,) = await thread_lines(desks)
            assert before == []
            assert desks.texts.said("refused.credentials", "fr") in told
            await asyncio.sleep(1000)
            assert mute.texts == ["m1"]
            assert await thread_lines(desks) == [told]

    virtually(story())


def test_a_refusal_fails_the_row_tells_the_thread_and_the_lane_goes_on(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as desks:
            mute = Platform(desks.clock, script={"m1": [Refused("refused.blocked", "403")]})
            await desks.talk()
            await desks.enqueue("m1", agent=LEA.id)
            await desks.enqueue("m2")
            await started(desks, mute=mute)
            await asyncio.sleep(5)
            rows = await desks.rows("SELECT state, error FROM outbox WHERE destination = 'mute' ORDER BY seq")
            (told,) = await thread_lines(desks)
            assert rows == [
                {"state": "failed", "error": "refused.blocked 403"},
                {"state": "sent", "error": ""},
            ]
            assert desks.texts.said("refused.blocked", "fr") in told
            assert told.endswith("m1")

    virtually(story())


def test_a_message_that_never_gets_through_is_given_up_after_a_day_and_the_thread_is_told(
    tmp_path: Path,
) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as desks:
            mute = Platform(desks.clock, script={"m1": [Retry("no route") for _ in range(1000)]})
            await desks.talk()
            await desks.enqueue("m1", agent=LEA.id)
            await started(desks, mute=mute)
            await asyncio.sleep(23.9 * 3600)
            assert await desks.states() == {"m1": "ready"}
            await asyncio.sleep(3600)
            (row,) = await desks.rows("SELECT state, error FROM outbox WHERE destination = 'mute'")
            (told,) = await thread_lines(desks)
            assert row == {"state": "failed", "error": "refused.too_late"}
            assert desks.texts.said("refused.too_late", "fr") in told

    virtually(story())


def test_what_the_team_must_see_is_tried_every_five_minutes_for_ever(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as desks:
            team = Platform(desks.clock, script={"alerte": [Retry("no route", after=200.0)] * 1000})
            await desks.talk()
            await desks.enqueue("alerte", destination="team", kind="line", place="C0")
            await started(desks, team=team)
            await asyncio.sleep(25 * 3600)
            team.asked.clear()
            await asyncio.sleep(3600)
            assert 11 <= len(team.asked) <= 13
            team.script.clear()
            await asyncio.sleep(301)
            assert await desks.states() == {"alerte": "sent"}

    virtually(story())


def test_a_thread_that_may_not_open_is_tried_until_an_operator_has_mended_it(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as desks:
            no = Refused("refused.other", "not_in_channel")
            team = Platform(desks.clock, script={"carte": [no] * 3})
            await desks.talk(thread=None)
            await desks.enqueue("carte", destination="team", kind="open_thread", place="C0")
            await desks.enqueue("ligne", destination="team", kind="line", place="C0")
            await started(desks, team=team)
            await asyncio.sleep(800)
            assert team.texts == []
            await asyncio.sleep(200)
            assert team.texts == ["carte", "ligne"]
            assert team.taken[1].thread_reference == f"ref-{team.taken[0].id}"

    virtually(story())


def test_a_report_that_overtakes_the_receipt_settles_the_row_once(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as desks:
            mute = Platform(desks.clock, script={"m1": [5]})
            await desks.talk()
            job = await desks.enqueue("m1")
            await started(desks, mute=mute)
            await asyncio.sleep(1)
            report = DeliveryReported(ReportStatus.DELIVERED, outbox_id=job, reference="SM1")
            await desks.desk.handle(report, key="r1")
            await asyncio.sleep(10)
            (row,) = await desks.rows("SELECT state, reference, report FROM outbox")
            assert row == {"state": "sent", "reference": "SM1", "report": "delivered"}
            assert mute.texts == ["m1"]

    virtually(story())


def test_a_store_that_fails_at_the_ending_loses_nothing_and_sends_nothing_twice(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as desks:
            fail = partial(setattr, desks.store, "write")
            works = desks.store.write

            async def down(_fn: object) -> None:
                raise StoreDown("disk full")

            mute = Platform(desks.clock, script={"m1": [partial(fail, down)]})
            await desks.talk()
            await desks.enqueue("m1")
            await started(desks, mute=mute)
            await asyncio.sleep(30)
            fail(works)
            assert await desks.states() == {"m1": "sending"}
            await asyncio.sleep(3)
            assert await desks.states() == {"m1": "sent"}
            assert [text for _, text in mute.asked] == ["m1"]

    virtually(story())


def test_an_ending_whose_consequences_cannot_be_decided_is_kept_all_the_same(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path, missing=["thread.failed"]) as desks:
            mute = Platform(desks.clock, script={"m1": [Refused("refused.blocked")]})
            await desks.talk()
            await desks.enqueue("m1")
            await desks.enqueue("m2")
            await started(desks, mute=mute)
            await asyncio.sleep(5)
            assert await desks.states() == {"m1": "failed", "m2": "sent"}
            (aside,) = await desks.rows("SELECT source FROM quarantine")
            assert aside["source"] == "NotDelivered"

    virtually(story())


def test_an_ending_nobody_foresaw_is_unknown_and_stops_no_lane(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as desks:
            mute = Platform(desks.clock, script={"m1": [KeyError("odd"), KeyError("odd")]})
            mute.limits = lambda job: () if job.payload["text"] != "m1" else (job.payload["budget"],)
            await desks.talk("marie")
            await desks.talk("paul")
            await desks.enqueue("m1", agent=LEA.id)
            await desks.enqueue("p1", "talk-paul")
            await started(desks, mute=mute)
            await asyncio.sleep(1)
            states = await desks.states()
            assert (states["m1"], states["p1"]) == ("unknown", "sent")
            assert desks.lanes is not None
            assert desks.lanes.is_running

    virtually(story())
