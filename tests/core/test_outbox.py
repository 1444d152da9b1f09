"""Lanes: in order, at once where they may, on disk before they leave, and nothing lost at the end."""

import asyncio
import sqlite3
from contextlib import closing
from datetime import timedelta
from functools import partial
from pathlib import Path

from core.desk import Outcome
from core.domain.events import AgentReplied
from core.jobs import Retry, Unknown
from core.store import showing
from core.store.engine import Store
from tests.core.desk_house import LEA, Desks, a_desk
from tests.core.platform_house import Platform
from tests.core.virtual import virtually


async def started(desks: Desks, **platforms: Platform) -> None:
    """Lanes to these platforms, running."""
    await desks.with_lanes(platforms).start()


async def shown(desks: Desks, text: str) -> None:
    """The card changes, and waits for no other change."""
    now_ms = int(desks.clock.now().timestamp() * 1000)
    lane, payload = "talk-marie:card", {"text": text}
    due = partial(showing.due_for, lane=lane, payload=payload, now_ms=now_ms, wait_ms=0)
    assert await desks.store.write(due) == now_ms
    await desks.enqueue(text, kind="update_card", lane=lane, destination="team", place="C0")


def test_a_lane_keeps_its_order_while_other_lanes_go_on(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as desks:
            mute = Platform(desks.clock, script={"m1": [30]})
            for name in ("marie", "paul"):
                await desks.talk(name)
            for text in ("m1", "m2", "m3"):
                await desks.enqueue(text, "talk-marie")
            for text in ("p1", "p2", "p3"):
                await desks.enqueue(text, "talk-paul")
            await started(desks, mute=mute)
            await asyncio.sleep(5)
            assert sorted(text for _, text in mute.asked) == ["m1", "p1", "p2", "p3"]
            assert mute.texts == ["p1", "p2", "p3"]
            await asyncio.sleep(40)
            assert mute.texts == ["p1", "p2", "p3", "m1", "m2", "m3"]
            assert set((await desks.states()).values()) == {"sent"}

    virtually(story())


def test_many_lanes_leave_at_the_same_time_but_not_more_than_may(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as desks:
            mute = Platform(desks.clock, seconds=10)
            for n in range(10):
                await desks.talk(f"c{n:02}")
                await desks.enqueue(f"t{n:02}", f"talk-c{n:02}")
            await started(desks, mute=mute)
            await asyncio.sleep(1)
            assert len(mute.asked) == 10
            for n in range(10, 40):
                await desks.talk(f"c{n:02}")
                await desks.enqueue(f"t{n:02}", f"talk-c{n:02}")
            await asyncio.sleep(1)
            in_flight = await desks.rows("SELECT id FROM outbox WHERE state = 'sending'")
            assert len(mute.asked) == len(in_flight) == 16
            await asyncio.sleep(35)
            assert len(mute.taken) == 40

    virtually(story())


def test_a_destination_that_hangs_delays_no_other(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as desks:
            mute, team = Platform(desks.clock), Platform(desks.clock, seconds=3600)
            for n in range(30):
                await desks.talk(f"c{n}")
                await desks.enqueue(f"team {n}", f"talk-c{n}", destination="team", kind="line", place="C0")
            await started(desks, mute=mute, team=team)
            await asyncio.sleep(5)
            await desks.enqueue("pour le client", "talk-c3")
            await asyncio.sleep(0.1)
            assert mute.texts == ["pour le client"]

    virtually(story())


def test_the_attempt_is_on_disk_before_the_call_leaves(tmp_path: Path) -> None:
    async def story() -> None:
        seen: list[tuple[str, int, int | None]] = []

        async with a_desk(tmp_path) as desks:

            def look() -> None:
                with closing(sqlite3.connect(desks.path)) as other:
                    sql = "SELECT state, attempts, attempted_at FROM outbox"
                    seen.append(other.execute(sql).fetchone())

            mute = Platform(desks.clock, script={"bonjour": [look]})
            await desks.talk()
            await desks.enqueue("bonjour")
            await started(desks, mute=mute)
            await asyncio.sleep(1)
            (job,) = mute.taken
            assert seen == [("sending", 1, job.attempted_at)]
            assert job.attempts == 1

    virtually(story())


def test_a_receipt_settles_the_row_and_passes_the_desk(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as desks:
            mute = Platform(desks.clock)
            await desks.talk()
            job = await desks.enqueue("bonjour")
            await started(desks, mute=mute)
            await asyncio.sleep(1)
            (row,) = await desks.rows("SELECT state, reference, settled_at FROM outbox")
            (heard,) = await desks.rows("SELECT key, kind FROM journal")
            assert (row["state"], row["reference"]) == ("sent", f"ref-{job}")
            assert row["settled_at"] is not None
            assert heard == {"key": f"outbox:{job}:1:sent", "kind": "Delivered"}

    virtually(story())


def test_a_newer_card_takes_the_place_of_one_that_has_not_left(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as desks:
            team = Platform(desks.clock)
            await desks.talk(thread=None)
            await desks.enqueue("ouverture", kind="open_thread", destination="team", place="C0")
            for text in ("carte 1", "carte 2", "carte 3"):
                await shown(desks, text)
            await started(desks, team=team)
            await asyncio.sleep(5)
            assert team.texts == ["ouverture", "carte 3"]
            assert (await desks.states())["carte 1"] == "cancelled"

    virtually(story())


def test_a_card_never_leaves_before_its_thread_stands(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as desks:
            team = Platform(desks.clock, script={"ouverture": [Retry("429", after=20.0)]})
            await desks.talk(thread=None)
            card = {"destination": "team", "place": "C0"}
            await desks.enqueue("carte", kind="update_card", lane="talk-marie:card", **card)
            await desks.enqueue("ouverture", kind="open_thread", **card)
            await started(desks, team=team)
            await asyncio.sleep(15)
            assert team.texts == []
            await asyncio.sleep(10)
            assert team.texts == ["ouverture", "carte"]
            assert team.taken[1].thread_reference == f"ref-{team.taken[0].id}"

    virtually(story())


def test_a_card_of_unknown_outcome_gives_way_to_a_newer_one(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as desks:
            team = Platform(desks.clock, script={"carte 1": [Unknown("timeout")]})
            await desks.talk()
            await shown(desks, "carte 1")
            await started(desks, team=team)
            await asyncio.sleep(1)
            await shown(desks, "carte 2")
            await asyncio.sleep(120)
            assert team.texts == ["carte 2"]
            assert await desks.states() == {"carte 1": "cancelled", "carte 2": "sent"}

    virtually(story())


def test_words_of_an_agent_reach_the_customer_and_the_thread_from_one_decision(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as desks:
            mute, team = Platform(desks.clock), Platform(desks.clock)
            await desks.talk()
            await started(desks, mute=mute, team=team)
            heard = await desks.desk.handle(AgentReplied(LEA, "talk-marie", "Bonjour Marie."), key="a1")
            await asyncio.sleep(1)
            assert heard.outcome is Outcome.DONE
            assert mute.texts == ["Bonjour Marie."]
            assert "Bonjour Marie." in team.texts
            assert mute.taken[0].agent == LEA.id

    virtually(story())


def test_lanes_that_stop_let_calls_end_and_cut_the_late_ones_as_unknown(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as desks:
            mute = Platform(desks.clock, script={"court": [2], "long": [3600]}, after=True)
            await desks.talk("marie")
            await desks.talk("paul")
            await desks.enqueue("court", "talk-marie")
            await desks.enqueue("jamais", "talk-marie")
            await desks.enqueue("long", "talk-paul", agent=LEA.id)
            await started(desks, mute=mute)
            await asyncio.sleep(1)
            assert desks.lanes is not None
            before = desks.clock.now()
            await desks.lanes.stop(8.0)
            assert timedelta(seconds=7) <= desks.clock.now() - before <= timedelta(seconds=9)
            assert await desks.states() == {"court": "sent", "jamais": "ready", "long": "unknown"}
            assert not desks.lanes.is_running

    virtually(story())


def test_lanes_that_stop_at_any_moment_leave_nothing_in_flight_that_has_not_left(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as desks:
            mute = Platform(desks.clock)
            for n in range(20):
                await desks.talk(f"c{n}")
                await desks.enqueue(f"t{n}", f"talk-c{n}", agent=LEA.id)
            await started(desks, mute=mute)
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            assert desks.lanes is not None
            await desks.lanes.stop(5.0)
            states = await desks.states()
            assert {text for text, state in states.items() if state != "ready"} == set(mute.texts)
            assert set(states.values()) <= {"sent", "ready"}

    virtually(story())


def test_lanes_with_nothing_to_do_do_nothing(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as desks:
            writes = _counted(desks.store)
            await desks.talk()
            mute, team = Platform(desks.clock), Platform(desks.clock)
            await started(desks, mute=mute, team=team)
            await desks.enqueue("m1")
            await asyncio.sleep(1)
            writes.clear()
            await asyncio.sleep(3600)
            assert len(writes) == 2 * 60

    virtually(story())


def _counted(store: Store) -> list[None]:
    """Grows with every transaction of a store."""
    counted: list[None] = []
    write = store.write

    async def counting(fn: object) -> object:
        counted.append(None)
        return await write(fn)  # type: ignore[arg-type]

    store.write = counting  # type: ignore[method-assign,assignment]
    return counted
