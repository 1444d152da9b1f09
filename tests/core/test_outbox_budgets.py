"""Budgets: never more than a platform allows in any window, nobody starved, the urgent first."""

import asyncio
import random
from itertools import pairwise
from pathlib import Path

import pytest

from core.jobs import Budget, Job, Retry
from core.store import jobs
from core.store.db import Db
from tests.core.desk_house import Desks, a_desk
from tests.core.platform_house import Platform
from tests.core.virtual import virtually


def worst_excess(times: list[float], budget: Budget) -> int:
    """By how many the worst window of any length holds more than the budget allows."""
    worst = -len(times)
    for first in range(len(times)):
        for last in range(first, len(times)):
            allowed = budget.burst + int((times[last] - times[first]) * 1000 / budget.every_ms + 1e-6)
            worst = max(worst, last - first + 1 - allowed)
    return worst


@pytest.mark.parametrize(
    "budget", [Budget("b", 1000, burst=3), Budget("b", 250), Budget("b", 40, burst=25)], ids=str
)
def test_no_window_of_any_length_holds_more_than_is_allowed(tmp_path: Path, budget: Budget) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as desks:
            mute = Platform(desks.clock, seconds=0.2)
            mute.limits = lambda _job: (budget,)
            for n in range(60):
                await desks.talk(f"c{n}")
                await desks.enqueue(f"t{n}", f"talk-c{n}")
            await desks.with_lanes({"mute": mute}).start()
            await asyncio.sleep(60 * budget.every_ms / 1000 + 30)
            times = [at for at, _ in mute.asked]
            assert len(times) == 60
            assert worst_excess(times, budget) == 0
            assert times[-1] <= 60 * budget.every_ms / 1000 + 1.0

    virtually(story())


def test_permits_are_spent_when_a_call_leaves_not_while_it_waits_for_room(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as desks:
            budget = Budget("b", 500, burst=2)
            mute = Platform(desks.clock, seconds=30)
            mute.limits = lambda _job: (budget,)
            for n in range(50):
                await desks.talk(f"c{n}")
                await desks.enqueue(f"t{n}", f"talk-c{n}")
            await desks.with_lanes({"mute": mute}).start()
            await asyncio.sleep(300)
            assert len(mute.asked) == 50
            assert worst_excess([at for at, _ in mute.asked], budget) <= 0

    virtually(story())


def test_a_restart_does_not_forget_what_was_spent(tmp_path: Path) -> None:
    async def story() -> None:
        budget = Budget("b", 2000)
        times: list[float] = []
        for life in range(5):
            async with a_desk(tmp_path, seed=life) as desks:
                mute = Platform(desks.clock)
                mute.limits = lambda _job: (budget,)
                if life == 0:
                    await desks.talk()
                for n in range(3):
                    await desks.enqueue(f"{life}-{n}")
                lanes = desks.with_lanes({"mute": mute})
                await lanes.start()
                await asyncio.sleep(3)
                await lanes.stop(1)
                times += [at for at, _ in mute.asked]
        assert len(times) >= 6
        assert worst_excess(times, budget) == 0

    virtually(story())


def _by_place(job: Job) -> tuple[Budget, ...]:
    return (Budget(f"post:{job.place}", 1000, burst=3),)


def test_a_budget_that_the_platform_closes_without_saying_how_long_stays_closed_for_longer_each_time(
    tmp_path: Path,
) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as desks:
            flooded = [Retry("429", blocks="b") for _ in range(6)]
            mute = Platform(desks.clock, script={"t0": flooded})
            mute.limits = lambda _job: (Budget("b", 13, burst=20),)
            for n in range(2):
                await desks.talk(f"c{n}")
            await desks.enqueue("t0", "talk-c0")
            await desks.with_lanes({"mute": mute}).start()
            await asyncio.sleep(0.1)
            await desks.enqueue("t1", "talk-c1")
            await asyncio.sleep(80)
            times = mute.times("t0")
            waits = [after - before for before, after in pairwise(times)]
            assert all(2**n / 2 <= wait <= 2**n + 0.1 for n, wait in enumerate(waits))
            assert len(waits) == 6
            assert mute.times("t1")[0] >= times[1]

    virtually(story())


def test_a_crowded_place_holds_no_other_place_back(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as desks:
            team = Platform(desks.clock)
            asked: list[str] = []

            def limits(job: Job) -> tuple[Budget, ...]:
                asked.append(job.id)
                return _by_place(job)

            team.limits = limits
            for n in range(200):
                await desks.talk(f"c{n}")
                await desks.enqueue(
                    f"foule {n}", f"talk-c{n}", destination="team", kind="line", place="CROWD"
                )
            await asyncio.sleep(0.01)
            await desks.talk("zoe")
            await desks.enqueue("au calme", "talk-zoe", destination="team", kind="line", place="QUIET")
            await desks.with_lanes({"team": team}).start()
            await asyncio.sleep(0.5)
            assert "au calme" in team.texts
            await desks.enqueue("encore", "talk-zoe", destination="team", kind="line", place="QUIET")
            await asyncio.sleep(0.1)
            assert "encore" in team.texts
            assert len(asked) <= 6 * 64
            await asyncio.sleep(220)
            assert len(team.taken) == 202

    virtually(story())


def test_a_chat_that_must_wait_holds_no_other_chat_back(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as desks:
            mute = Platform(desks.clock)
            mute.limits = lambda job: (
                Budget(f"chat:{job.conversation_id}", 1000),
                Budget("all", 10, burst=300),
            )
            for n in range(120):
                await desks.talk(f"c{n:03}")
                await desks.run("INSERT INTO budgets VALUES ($1, 0, $2)", f"chat:talk-c{n:03}", 1 << 50)
                await desks.enqueue(f"attend {n}", f"talk-c{n:03}")
            await desks.talk("zoe")
            await asyncio.sleep(0.01)
            await desks.enqueue("libre", "talk-zoe")
            await desks.with_lanes({"mute": mute}).start()
            await asyncio.sleep(1)
            assert mute.texts == ["libre"]

    virtually(story())


def test_the_urgent_goes_first(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as desks:
            mute = Platform(desks.clock)
            mute.limits = lambda _job: (Budget("b", 1000),)
            for n in range(30):
                await desks.talk(f"c{n}")
                await desks.enqueue(f"t{n}", f"talk-c{n}")
            await desks.with_lanes({"mute": mute}).start()
            await asyncio.sleep(3.5)
            await desks.talk("zoe")
            await desks.enqueue("urgent", "talk-zoe", urgent=True)
            await asyncio.sleep(1)
            assert mute.texts[-1] == "urgent"
            assert len(mute.texts) == 5

    virtually(story())


def test_the_oldest_goes_before_the_newer(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as desks:
            mute = Platform(desks.clock)
            mute.limits = lambda _job: (Budget("b", 1000),)
            order = list(range(30))
            random.Random(7).shuffle(order)
            for n in order:
                await desks.talk(f"c{n}")
                await desks.enqueue(f"t{n}", f"talk-c{n}")
                await asyncio.sleep(0.01)
            await desks.with_lanes({"mute": mute}).start()
            await asyncio.sleep(60)
            assert mute.texts == [f"t{n}" for n in order]

    virtually(story())


def test_a_budget_that_the_platform_closes_is_closed_for_everybody_who_spends_it(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as desks:
            team = Platform(desks.clock, script={"A1": [Retry("429", after=30.0, blocks="post:A")]})
            team.limits = _by_place
            for name, place in (("a1", "A"), ("a2", "A"), ("b1", "B")):
                await desks.talk(name)
                if name != "a2":
                    options = {"destination": "team", "kind": "line", "place": place}
                    await desks.enqueue(name.upper(), f"talk-{name}", **options)
            await desks.with_lanes({"team": team}).start()
            await asyncio.sleep(1)
            await desks.enqueue("A2", "talk-a2", destination="team", kind="call", place="A")
            await asyncio.sleep(20)
            assert team.texts == ["B1"]
            await asyncio.sleep(15)
            assert sorted(team.texts) == ["A1", "A2", "B1"]
            assert min(team.times("A2")) >= 30.0

    virtually(story())


def test_a_closed_budget_costs_a_few_looks_not_thousands(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as desks:
            mute = Platform(desks.clock)
            asked: list[str] = []

            def limits(job: Job) -> tuple[Budget, ...]:
                asked.append(job.id)
                return (Budget("sender", 1000, burst=1),)

            mute.limits = limits
            for n in range(300):
                await desks.talk(f"c{n}")
                await desks.enqueue(f"t{n}", f"talk-c{n}")
            await desks.with_lanes({"mute": mute}).start()
            await asyncio.sleep(20)
            assert len(mute.taken) in {20, 21}
            assert len(asked) <= 21 * 6 * 32

    virtually(story())


def test_the_next_date_is_the_earliest_that_can_change_anything(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as desks:
            await desks.talk()
            await desks.talk("paul")

            async def next_due(db: Db) -> int | None:
                return await jobs.next_due(db, "mute", 1_000)

            async def ask() -> int | None:
                return await desks.store.read(next_due)

            assert await ask() is None
            job = await desks.enqueue("m1")
            set_row = "UPDATE outbox SET state = $2, due_at = $3, unknown_since = $4 WHERE id = $1"
            await desks.run(set_row, job, "ready", 900, None)
            assert await ask() is None
            await desks.run(set_row, job, "ready", 5_000, None)
            assert await ask() == 5_000
            other = await desks.enqueue("p1", "talk-paul", urgent=True)
            await desks.run(set_row, other, "ready", 4_000, None)
            assert await ask() == 4_000
            await desks.run(set_row, other, "unknown", 3_000, 500)
            assert await ask() == 3_000
            await desks.run(set_row, other, "unknown", jobs.NEVER, 500)
            await desks.run(set_row, job, "ready", 900, None)
            assert await ask() == 500 + jobs.BLOCKS_FOR_MS
            await desks.run(set_row, other, "unknown", jobs.NEVER, -jobs.BLOCKS_FOR_MS)
            assert await ask() is None

    virtually(story())


async def _drained(desks: Desks) -> bool:
    return not await desks.rows("SELECT 1 FROM outbox WHERE state <> 'sent' LIMIT 1")


def test_after_an_outage_everything_leaves_in_order(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as desks:
            mute = Platform(desks.clock)
            mute.limits = lambda _job: (Budget("b", 100, burst=5),)
            people = [f"c{n}" for n in range(12)]
            for name in people:
                await desks.talk(name)
                for n in range(4):
                    await desks.enqueue(f"{name} {n}", f"talk-{name}")
                mute.script[f"{name} 0"] = [Retry("down") for _ in range(6)]
            await desks.with_lanes({"mute": mute}).start()
            await asyncio.sleep(900)
            assert await _drained(desks)
            for name in people:
                assert [text for text in mute.texts if text.split()[0] == name] == [
                    f"{name} {n}" for n in range(4)
                ]

    virtually(story())
