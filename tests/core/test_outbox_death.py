"""A process that dies at any instant is replaced by one that continues."""

import asyncio
import random
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from core.desk import Heard
from core.jobs import Look, Retry, Unknown
from tests.core.desk_house import LEA, Desks, a_desk
from tests.core.platform_house import Platform
from tests.core.virtual import VirtualClock, virtually


async def _die(desks: Desks) -> None:
    """Nothing is told goodbye: every task ends where it stands, and the file is all that is left."""
    lanes, desks.lanes = desks.lanes, None
    assert lanes is not None
    works = desks.store.write

    async def dead(_fn: object) -> None:
        await asyncio.Event().wait()

    desks.store.write = dead  # type: ignore[method-assign,assignment]
    tasks = [*lanes._loops, *(call for out in lanes._calls.values() for call in out)]
    for task in tasks:
        task.cancel()
    await asyncio.sleep(0)
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)
    desks.store.write = works  # type: ignore[method-assign]


def test_a_row_found_in_flight_is_asked_about_and_settled(tmp_path: Path) -> None:
    async def story() -> None:
        clock = VirtualClock()
        async with a_desk(tmp_path, clock=clock) as desks:
            first = Platform(clock, script={"m1": [3600]}, after=True)
            await desks.talk(channel="askable")
            await desks.enqueue("m1", destination="askable", agent=LEA.id)
            await desks.enqueue("m2", destination="askable", agent=LEA.id)
            await desks.with_lanes({"askable": first}).start()
            await asyncio.sleep(1)
            await _die(desks)
            assert (await desks.states())["m1"] == "sending"
        async with a_desk(tmp_path, clock=clock, seed=2) as desks:
            await desks.with_lanes({"askable": first}).start()
            assert (await desks.states())["m1"] == "unknown"
            await asyncio.sleep(30)
            assert first.texts == ["m1", "m2"]
            assert set((await desks.states()).values()) == {"sent"}

    virtually(story())


def test_an_agents_words_found_in_flight_where_nobody_can_be_asked_reach_the_agent(tmp_path: Path) -> None:
    async def story() -> None:
        clock = VirtualClock()
        async with a_desk(tmp_path, clock=clock) as desks:
            mute = Platform(clock, has_look_up=False, script={"m1": [3600]}, after=True)
            await desks.talk()
            await desks.enqueue("m1", agent=LEA.id)
            await desks.with_lanes({"mute": mute}).start()
            await asyncio.sleep(1)
            await _die(desks)
        for seed in (2, 3):  # and it is told once, whoever restarts how often
            async with a_desk(tmp_path, clock=clock, seed=seed) as desks:
                await desks.with_lanes({"mute": mute}).start()
                await asyncio.sleep(200)
                told = await desks.rows("SELECT payload FROM outbox WHERE destination = 'team'")
                assert len(told) == 1
                assert mute.texts == ["m1"]

    virtually(story())


def test_a_death_between_holding_a_row_and_telling_the_agent_forgets_nobody(tmp_path: Path) -> None:
    async def story() -> None:
        clock = VirtualClock()
        async with a_desk(tmp_path, clock=clock) as desks:
            await desks.talk()
            job = await desks.enqueue("m1", agent=LEA.id)
            now = int(clock.now().timestamp() * 1000)
            held = "UPDATE outbox SET state = 'unknown', attempts = 1, unknown_since = $2, due_at = $2"
            await desks.run(f"{held} WHERE id = $1", job, now)
        async with a_desk(tmp_path, clock=clock, seed=2) as desks:
            mute = Platform(clock, has_look_up=False)
            await desks.with_lanes({"mute": mute}).start()
            await asyncio.sleep(5)
            assert len(await desks.rows("SELECT 1 FROM outbox WHERE destination = 'team'")) == 1

    virtually(story())


async def _never(*_args: object, **_more: object) -> Heard:
    """What is told to the desk is on its way for ever."""
    await asyncio.Event().wait()
    raise AssertionError


@pytest.mark.parametrize(("absence", "ended"), [("blocked", "cancelled"), ("", "sent")])
@pytest.mark.parametrize("can_be_asked", [True, False])
def test_a_death_while_words_are_held_back_leaves_no_doubt_that_they_never_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, absence: str, ended: str, can_be_asked: bool
) -> None:
    """No call was out: the agent is told why, or the words leave if the customer has come back meanwhile."""

    async def story() -> None:
        clock = VirtualClock()
        mute = Platform(clock, has_look_up=can_be_asked)
        async with a_desk(tmp_path, clock=clock) as desks:
            await desks.talk()
            await desks.run("UPDATE addresses SET absence = 'blocked'")
            await desks.enqueue("", payload={"to": "marie", "text": "m1"}, agent=LEA.id)
            monkeypatch.setattr(desks.desk, "handle", _never)
            await desks.with_lanes({"mute": mute}).start()
            await asyncio.sleep(1)
            await _die(desks)
            (row,) = await desks.rows("SELECT state, attempts FROM outbox")
            assert (row["state"], row["attempts"]) == ("ready", 0)
        async with a_desk(tmp_path, clock=clock, seed=2) as desks:
            await desks.run("UPDATE addresses SET absence = $1", absence)
            await desks.with_lanes({"mute": mute}).start()
            await asyncio.sleep(200)
            (row,) = await desks.rows("SELECT state FROM outbox WHERE is_for_customer = 1")
            assert row["state"] == ended
            assert mute.texts == (["m1"] if ended == "sent" else [])
            assert mute.looks == []

    virtually(story())


@pytest.mark.parametrize("seed", range(25))
def test_whatever_dies_whenever_nothing_is_lost_doubled_or_out_of_order(tmp_path: Path, seed: int) -> None:
    """The platform's memory judges: it can be asked, so every text arrives exactly once."""

    async def story() -> None:
        chance = random.Random(seed)
        clock = VirtualClock()
        platform = Platform(clock)
        people = ["marie", "paul", "zoe"]
        wanted = {name: [f"{name} {n}" for n in range(5)] for name in people}
        for texts in wanted.values():
            for text in texts:
                platform.script[text] = [_trouble(chance) for _ in range(chance.randint(0, 3))]
        for life in range(8):
            async with a_desk(tmp_path, clock=clock, seed=seed * 100 + life) as desks:
                if life == 0:
                    for name in people:
                        await desks.talk(name, channel="askable")
                        for text in wanted[name]:
                            await desks.enqueue(text, f"talk-{name}", destination="askable", agent=LEA.id)
                await desks.with_lanes({"askable": platform}).start()
                platform.after = chance.random() < 0.5
                await asyncio.sleep(chance.choice([0.01, 0.5, 2, 7, 20]))
                if life < 7:
                    await _die(desks)
                    continue
                platform.script.clear()
                await asyncio.sleep(3600)
                assert set((await desks.states()).values()) == {"sent"}
        assert Counter(platform.texts) == Counter(text for texts in wanted.values() for text in texts)
        for name, texts in wanted.items():
            assert [text for text in platform.texts if text.startswith(name)] == texts

    virtually(story())


def _trouble(chance: random.Random) -> Any:  # noqa: ANN401 - a step of a platform's script
    return chance.choice([Retry("429", after=1.5), Retry("no route"), Unknown("timeout"), 0.3, 4.0])


def test_looks_that_were_under_way_at_a_death_are_asked_again(tmp_path: Path) -> None:
    async def story() -> None:
        clock = VirtualClock()
        platform = Platform(clock, script={"m1": [Unknown("timeout")]}, after=True)
        platform.answers = [Look.CANNOT_TELL]
        async with a_desk(tmp_path, clock=clock) as desks:
            await desks.talk(channel="askable")
            await desks.enqueue("m1", destination="askable")
            await desks.with_lanes({"askable": platform}).start()
            await asyncio.sleep(3.5)
            await _die(desks)
        async with a_desk(tmp_path, clock=clock, seed=2) as desks:
            await desks.with_lanes({"askable": platform}).start()
            await asyncio.sleep(30)
            assert await desks.states() == {"m1": "sent"}
            assert platform.texts == ["m1"]

    virtually(story())
