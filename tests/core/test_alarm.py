"""The alarm: every timer rings once, never early, in order of date, whatever happens to the clock."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from core.desk import Outcome
from core.domain.conversation import Status
from core.domain.events import TimerKind, TimerRang
from core.store import timers
from core.store.errors import StoreDown
from tests.core.desk_house import Desks, a_desk
from tests.core.virtual import MONDAY, VirtualClock, virtually

HOUR = timedelta(hours=1)


async def resolved(desks: Desks, name: str, due: datetime, generation: int = 1) -> str:
    """A resolved conversation that closes at a date."""
    talk = await desks.talk(name, status=Status.RESOLVED, recap="fait")
    await await_close(desks, talk, due, generation)
    return talk


async def await_close(desks: Desks, talk: str, due: datetime, generation: int) -> None:
    """Start the closing timer by hand."""
    start = partial(timers.start, conversation_id=talk, kind=TimerKind.CLOSE, due=due, generation=generation)
    await desks.store.write(start)
    desks.wake()


async def rung(desks: Desks) -> list[str]:
    """The conversations whose timer rang."""
    rows = await desks.rows("SELECT conversation_id FROM journal WHERE kind = 'TimerRang' ORDER BY at, key")
    return [row["conversation_id"] for row in rows]


def heard_in_order(desks: Desks) -> list[tuple[str, datetime]]:
    """Grows with every timer the desk hears: whose it was, and when."""
    heard: list[tuple[str, datetime]] = []
    handle = desks.desk.handle

    async def listening(event: Any, **options: Any) -> Any:  # noqa: ANN401 - as the desk's own
        answer = await handle(event, **options)
        if answer.outcome is not Outcome.IGNORED:
            heard.append((event.conversation_id, desks.clock.now()))
        return answer

    desks.desk.handle = listening  # type: ignore[method-assign]
    return heard


def test_a_timer_rings_once_and_never_early(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as desks:
            heard = heard_in_order(desks)
            due = MONDAY + timedelta(hours=72, milliseconds=7)
            talk = await resolved(desks, "marie", due)
            await desks.with_alarm().start()
            await asyncio.sleep(72 * 3600)
            assert heard == []
            await asyncio.sleep(3600)
            ((who, when),) = heard
            assert who == talk
            assert timedelta(0) <= when - due <= timedelta(seconds=0.1)
            assert (await desks.rows("SELECT status, ending FROM conversations")) == [
                {"status": "closed", "ending": "resolved"}
            ]

    virtually(story())


def test_what_became_due_while_nothing_ran_rings_in_order_of_date(tmp_path: Path) -> None:
    async def story() -> None:
        clock = VirtualClock()
        dates = {
            name: MONDAY + HOUR * n for n, name in enumerate(("zoe", "ali", "mo", "bea", "luc"), start=1)
        }
        async with a_desk(tmp_path, clock=clock) as desks:
            for name in sorted(dates):
                await resolved(desks, name, dates[name])
        await asyncio.sleep(24 * 3600)
        async with a_desk(tmp_path, clock=clock, seed=2) as desks:
            heard = heard_in_order(desks)
            await desks.with_alarm().start()
            await asyncio.sleep(1)
            assert [who for who, _ in heard] == [f"talk-{name}" for name in dates]
            await asyncio.sleep(3600)
            assert len(heard) == 5

    virtually(story())


def test_a_hundred_and_fifty_overdue_timers_all_ring(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as desks:
            for n in range(150):
                await resolved(desks, f"c{n}", MONDAY - timedelta(seconds=n))
            heard = heard_in_order(desks)
            await desks.with_alarm().start()
            await asyncio.sleep(1)
            assert [who for who, _ in heard] == [f"talk-c{n}" for n in reversed(range(150))]

    virtually(story())


def test_a_clock_set_forward_is_noticed_within_half_a_minute(tmp_path: Path) -> None:
    async def story() -> None:
        clock = VirtualClock()
        async with a_desk(tmp_path, clock=clock) as desks:
            await resolved(desks, "marie", MONDAY + HOUR)
            heard = heard_in_order(desks)
            await desks.with_alarm().start()
            await asyncio.sleep(60)
            clock.step(HOUR)
            await asyncio.sleep(31)
            assert len(heard) == 1

    virtually(story())


def test_a_clock_set_back_delays_and_repeats_nothing(tmp_path: Path) -> None:
    async def story() -> None:
        clock = VirtualClock()
        async with a_desk(tmp_path, clock=clock) as desks:
            await resolved(desks, "marie", MONDAY + HOUR)
            await resolved(desks, "paul", MONDAY + HOUR * 3)
            heard = heard_in_order(desks)
            await desks.with_alarm().start()
            await asyncio.sleep(3600 + 60)
            assert [who for who, _ in heard] == ["talk-marie"]
            clock.step(-HOUR * 2)
            await asyncio.sleep(3600 * 2)
            assert [who for who, _ in heard] == ["talk-marie"]
            await asyncio.sleep(3600 * 2)
            assert [who for who, _ in heard] == ["talk-marie", "talk-paul"]
            assert heard[1][1] >= MONDAY + HOUR * 3

    virtually(story())


def test_a_clock_set_back_while_a_timer_rings_makes_it_wait(tmp_path: Path) -> None:
    async def story() -> None:
        clock = VirtualClock()
        async with a_desk(tmp_path, clock=clock) as desks:
            talk = await resolved(desks, "marie", MONDAY + HOUR)
            await asyncio.sleep(3600)
            clock.step(-HOUR)
            early = await desks.desk.handle(TimerRang(talk, TimerKind.CLOSE, 1), key="t")
            assert early.outcome is Outcome.IGNORED
            await asyncio.sleep(3600)
            late = await desks.desk.handle(TimerRang(talk, TimerKind.CLOSE, 1), key="t")
            assert late.outcome is Outcome.DONE

    virtually(story())


def test_a_timer_started_anew_while_the_old_one_rings_keeps_the_new_date(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as desks:
            talk = await resolved(desks, "marie", MONDAY)
            await await_close(desks, talk, MONDAY + HOUR, generation=2)
            old = await desks.desk.handle(TimerRang(talk, TimerKind.CLOSE, 1), key="old")
            heard = heard_in_order(desks)
            await desks.with_alarm().start()
            await asyncio.sleep(3000)
            assert old.outcome is Outcome.IGNORED
            assert heard == []
            await asyncio.sleep(1000)
            assert [who for who, _ in heard] == [talk]

    virtually(story())


def test_an_old_timer_does_not_ring_in_the_place_of_the_new_one(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as desks:
            talk = await resolved(desks, "marie", MONDAY, generation=2)
            old = await desks.desk.handle(TimerRang(talk, TimerKind.CLOSE, 1), key="old")
            new = await desks.desk.handle(TimerRang(talk, TimerKind.CLOSE, 2), key="new")
            assert (old.outcome, new.outcome) == (Outcome.IGNORED, Outcome.DONE)

    virtually(story())


def test_a_timer_that_was_stopped_does_not_ring(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as desks:
            talk = await resolved(desks, "marie", MONDAY + HOUR)
            await desks.with_alarm().start()
            await desks.store.write(partial(timers.stop, conversation_id=talk, kind=TimerKind.CLOSE))
            await asyncio.sleep(7200)
            assert await rung(desks) == []

    virtually(story())


def test_a_timer_for_a_condition_that_is_gone_is_dropped(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as desks:
            talk = await desks.talk(status=Status.IN_PROGRESS)
            await await_close(desks, talk, MONDAY, generation=1)
            await desks.with_alarm().start()
            await asyncio.sleep(60)
            (row,) = await desks.rows("SELECT status FROM conversations")
            assert row["status"] == "in_progress"
            assert (await desks.counts())["timers"] == 0

    virtually(story())


def test_a_timer_of_another_release_neither_kills_the_alarm_nor_rings_for_ever(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as desks:
            talk = await resolved(desks, "marie", MONDAY + HOUR)
            await desks.run("INSERT INTO timers VALUES ($1, 'from_the_future', 0, 1)", talk)
            alarm = desks.with_alarm()
            await alarm.start()
            await asyncio.sleep(7200)
            assert alarm.is_running
            assert await rung(desks) == [talk]

    virtually(story())


def test_the_alarm_outlives_a_store_that_is_down(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as desks:
            await resolved(desks, "marie", MONDAY + HOUR)
            works = desks.store.read

            async def down(_fn: object) -> None:
                raise StoreDown("disk gone")

            alarm = desks.with_alarm()
            await alarm.start()
            desks.store.read = down  # type: ignore[method-assign,assignment]
            await asyncio.sleep(7200)
            desks.store.read = works  # type: ignore[method-assign]
            assert alarm.is_running
            assert await rung(desks) == []
            await asyncio.sleep(2)
            assert await rung(desks) == ["talk-marie"]

    virtually(story())


def test_an_alarm_with_nothing_to_do_does_next_to_nothing(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as desks:
            await resolved(desks, "marie", MONDAY + HOUR * 100)
            reads: list[Sequence[object]] = []
            read = desks.store.read

            async def counting(fn: Any) -> Any:  # noqa: ANN401 - as the store's own
                reads.append(())
                return await read(fn)

            desks.store.read = counting  # type: ignore[method-assign]
            await desks.with_alarm().start()
            await asyncio.sleep(3600)
            assert len(reads) <= 2 * 121

    virtually(story())
