"""What was put aside can be heard again: messages and timers; agents' acts are only listed."""

import asyncio
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from core.desk import ActFailed, Heard, Outcome, Source
from core.domain.channel import Address
from core.domain.conversation import Status
from core.domain.events import AgentReplied, CustomerWrote, TimerKind
from core.operations import Operations
from core.store import timers
from core.store.errors import StoreDown
from tests.core.desk_house import LEA, BrokenTexts, Desks, a_desk
from tests.core.virtual import MONDAY, virtually


def mended(desks: Desks) -> None:
    """The next release has the missing texts."""
    assert isinstance(desks.texts, BrokenTexts)
    desks.texts.missing = frozenset()


def operations(desks: Desks) -> Operations:
    """The operator's hands; a body is heard again as its door would hear it."""

    async def hear(body: bytes) -> Heard | None:
        text = body.decode()
        if text == "unreadable":
            return None
        if text == "odd":
            raise KeyError("odd")
        event = CustomerWrote(Address("askable", "marie"), name="Marie", text=text)
        return await desks.desk.handle(event, key=f"k:{text}", source=Source("askable/message", body))

    return Operations(store=desks.store, clock=desks.clock, replays={"askable/message": hear})


async def comes(desks: Desks, text: str) -> Heard:
    """A request of the door, as its first hearing."""
    event = CustomerWrote(Address("askable", "marie"), name="Marie", text=text)
    source = Source("askable/message", text.encode())
    return await desks.desk.handle(event, key=f"k:{text}", source=source)


def test_a_message_put_aside_is_heard_again_after_the_fix(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path, missing=["greeting.first"]) as desks:
            operator = operations(desks)
            assert (await comes(desks, "mon colis ?")).outcome is Outcome.QUARANTINED
            (before,) = await operator.replay()
            assert before.result == "fails again"
            assert len(await operator.quarantined()) == 1

            mended(desks)
            (after,) = await operator.replay()
            assert (after.kind, after.result) == ("askable/message", "done")
            assert await operator.quarantined() == []
            assert (await desks.counts())["conversations"] == 1
            assert await operator.replay() == []

    virtually(story())


def test_one_item_may_be_chosen(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path, missing=["greeting.first"]) as desks:
            operator = operations(desks)
            await comes(desks, "un")
            await comes(desks, "deux")
            mended(desks)
            first, second = await operator.quarantined()
            (heard,) = await operator.replay(second.id)
            assert heard.id == second.id
            assert [item.id for item in await operator.quarantined()] == [first.id]

    virtually(story())


@pytest.mark.parametrize(
    ("body", "result"),
    [(b"unreadable", "still cannot be read, or says nothing: it is kept"), (b"odd", "fails again: KeyError")],
)
def test_what_still_cannot_be_heard_is_kept(tmp_path: Path, body: bytes, result: str) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as desks:
            source = "askable/message"
            await desks.desk.quarantine_malformed(source=source, key="k", body=body, error="ValueError")
            operator = operations(desks)
            (replayed,) = await operator.replay()
            assert replayed.result == result
            assert [item.raw for item in await operator.quarantined()] == [body]

    virtually(story())


def test_what_no_door_can_hear_again_is_kept(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as desks:
            await desks.desk.quarantine_malformed(source="elsewhere", key="k", body=b"x", error="ValueError")
            (replayed,) = await operations(desks).replay()
            assert replayed.result == "cannot be heard again from here"

    virtually(story())


def test_an_agents_act_is_listed_and_never_replayed(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path, missing=["thread.taken_over"]) as desks:
            await desks.talk(owner="U0HUGO")
            act = AgentReplied(LEA, "talk-marie", "bonjour", take_over_from="U0HUGO")
            with pytest.raises(ActFailed):
                await desks.desk.handle(act, key="a1")
            mended(desks)
            before = await desks.counts()
            for _ in range(2):
                (replayed,) = await operations(desks).replay()
                assert replayed.result.startswith("listed only")
            assert await desks.counts() == before

    virtually(story())


async def _fail_to_close(desks: Desks) -> Operations:
    """A closing timer rings, and what follows cannot be saved."""
    await desks.talk(status=Status.RESOLVED, recap="fait")
    await desks.run(
        "CREATE TRIGGER law BEFORE UPDATE ON conversations BEGIN SELECT RAISE(ABORT, 'a law'); END"
    )
    now = desks.clock.now()
    await desks.store.write(
        partial(timers.start, conversation_id="talk-marie", kind="close", due=now, generation=1)
    )
    await desks.with_alarm().start()
    await asyncio.sleep(60)
    await desks.run("DROP TRIGGER law")
    return operations(desks)


def test_a_timer_put_aside_rings_again_after_the_fix(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as desks:
            operator = await _fail_to_close(desks)
            (replayed,) = await operator.replay()
            assert replayed.result == "the timer rings again"
            await asyncio.sleep(60)
            (row,) = await desks.rows("SELECT status FROM conversations")
            assert row["status"] == "closed"
            assert await operator.quarantined() == []

    virtually(story())


def test_a_timer_that_fails_a_second_time_is_put_aside_a_second_time(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as desks:
            operator = await _fail_to_close(desks)
            await desks.run(
                "CREATE TRIGGER law BEFORE UPDATE ON conversations BEGIN SELECT RAISE(ABORT, 'a law'); END"
            )
            await operator.replay()
            await asyncio.sleep(60)
            assert len(await operator.quarantined()) == 1

    virtually(story())


def test_a_timer_put_aside_never_takes_the_place_of_a_newer_one(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as desks:
            operator = await _fail_to_close(desks)
            due = MONDAY + timedelta(hours=72)
            newer = partial(
                timers.start, conversation_id="talk-marie", kind=TimerKind.CLOSE, due=due, generation=9
            )
            await desks.store.write(newer)
            (replayed,) = await operator.replay()
            await asyncio.sleep(3600)
            (row,) = await desks.rows("SELECT status FROM conversations")
            assert replayed.result == "awaited no more"
            assert row["status"] == "resolved"

    virtually(story())


def test_a_timer_put_aside_and_stopped_since_stays_stopped(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as desks:
            operator = await _fail_to_close(desks)
            stop = partial(timers.stop, conversation_id="talk-marie", kind=TimerKind.CLOSE)
            await desks.store.write(stop)
            (replayed,) = await operator.replay()
            assert replayed.result == "awaited no more"
            assert (await desks.counts())["timers"] == 0

    virtually(story())


def test_a_store_that_is_down_stops_the_replay_and_loses_nothing(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path, missing=["greeting.first"]) as desks:
            await comes(desks, "un")
            mended(desks)
            works = desks.store.write

            async def down(_fn: object) -> None:
                raise StoreDown("disk full")

            desks.store.write = down  # type: ignore[method-assign,assignment]
            with pytest.raises(StoreDown):
                await operations(desks).replay()
            desks.store.write = works  # type: ignore[method-assign]
            assert len(await operations(desks).quarantined()) == 1

    virtually(story())


def test_the_operator_sees_how_the_house_stands(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as desks:
            await desks.talk()
            await desks.enqueue("m1")
            await desks.desk.quarantine_malformed(source="s", key="k", body=b"x", error="ValueError")
            counts, lanes, aside = await operations(desks).standing()
            assert (counts.total, counts.unowned) == (1, 0)
            assert (lanes.ready, lanes.unknown, lanes.oldest) == (1, 0, MONDAY)
            assert aside == 1

    virtually(story())
