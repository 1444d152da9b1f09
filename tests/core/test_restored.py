"""A copy that was put back: what may have left in the life it does not know is asked about first."""

import asyncio
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from core.domain.channel import Address
from core.domain.conversation import Conversation
from core.domain.customer import Customer
from core.domain.effects import ToCustomer
from core.house import House
from core.ids import SeededIds
from core.jobs import Candidates, Job, Look
from core.saving import Saving
from core.store import restored
from core.store.db import Db
from core.texts import Texts
from tests.core.desk_house import CHANNELS, LEA, a_desk, shipped_rules
from tests.core.domain.decide.scene import MONDAY
from tests.core.platform_house import Platform
from tests.core.virtual import virtually


class Listing(Platform):
    """A platform that keeps no id of ours: it tells which of its messages may be the one."""

    held: tuple[str, ...] = ()

    async def look_up(self, job: Job) -> str | Look | Candidates:
        """Everything it holds, of a job in doubt."""
        assert job.doubt is not None
        return Candidates(self.held) if self.held else Look.ABSENT


async def _put_back(db: Db, later: timedelta = timedelta()) -> None:
    """As `relais restore` marks a copy made a minute ago."""
    now_ms = int((MONDAY + later).timestamp() * 1000)
    for key, value in ((restored.PUT_BACK, now_ms), (restored.ENDS, now_ms - 60_000)):
        await db.run(restored.WRITE.replace("?", "$"), key, str(value))


@pytest.mark.parametrize(("held", "left"), [((), 2), (("SM1",), 1), (("SM1", "SM2"), 0)])
def test_of_equal_words_as_many_leave_as_the_platform_does_not_hold(
    tmp_path: Path, held: tuple[str, ...], left: int
) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as desks:
            await desks.talk(channel="askable")
            for _ in range(2):
                await desks.enqueue("m1", destination="askable")
            await desks.run("UPDATE outbox SET state = 'sending', attempts = 1, attempted_at = created_at")
            await desks.store.write(_put_back)
            platform = Listing(desks.clock)
            platform.held = held
            await desks.with_lanes({"askable": platform}).start()
            await asyncio.sleep(120)
            assert platform.texts == ["m1"] * left
            rows = await desks.rows("SELECT state, reference FROM outbox ORDER BY seq")
            assert {row["state"] for row in rows} == {"sent"}
            assert len({row["reference"] for row in rows}) == 2

    virtually(story())


def test_what_waited_for_a_start_is_doubted_once_and_not_again(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as desks:
            await desks.talk(channel="askable")
            first = await desks.enqueue("m1", destination="askable")
            await desks.store.write(_put_back)
            await desks.run("UPDATE outbox SET state = 'sending', attempts = 1, attempted_at = created_at")
            await desks.store.write(restored.heed)
            second = await desks.enqueue("m2", destination="askable")
            await desks.run("UPDATE outbox SET state = 'sending', attempts = 1 WHERE state = 'ready'")
            await desks.store.write(restored.heed)
            doubted = await desks.rows("SELECT id FROM outbox WHERE doubt <> ''")
            assert [row["id"] for row in doubted] == [first]
            assert second != first

    virtually(story())


def test_a_copy_of_what_was_put_back_before_is_doubted_when_it_is_put_back_itself(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as desks:
            await desks.talk(channel="askable")
            await desks.store.write(_put_back)
            await desks.store.write(restored.heed)
            await desks.enqueue("m1", destination="askable")
            await desks.run("UPDATE outbox SET state = 'sending', attempts = 1, attempted_at = created_at")
            await desks.store.write(partial(_put_back, later=timedelta(hours=1)))
            await desks.store.write(restored.heed)
            (row,) = await desks.rows("SELECT doubt FROM outbox")
            assert row["doubt"]

    virtually(story())


def test_lines_for_operators_are_asked_about_too(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as desks:
            told = "INSERT INTO alerts VALUES ('A', 1, 'dead', 'words', 'ready', 1, NULL, '', 0)"
            await desks.run(told)
            await desks.store.write(_put_back)
            await desks.store.write(restored.heed)
            assert await desks.rows("SELECT state, attempted_at FROM alerts") == [
                {"state": "sending", "attempted_at": 1}
            ]

    virtually(story())


@pytest.mark.parametrize(
    ("effect", "wrote_after", "hours", "is_doubted"),
    [
        ({}, timedelta(minutes=-1), 1, True),
        ({}, timedelta(minutes=1), 1, False),
        ({}, timedelta(minutes=-1), 25, False),
        ({"agent": LEA.id}, timedelta(minutes=-1), 1, False),
    ],
    ids=[
        "ours, of what was written in the lost life",
        "the customer wrote since",
        "a day later",
        "an agent's",
    ],
)
def test_new_words_are_doubted_while_the_customer_has_not_written_since(
    effect: dict[str, Any], wrote_after: timedelta, hours: int, is_doubted: bool
) -> None:
    assert _doubts(effect, wrote_after, timedelta(hours=hours)) is is_doubted


def _doubts(effect: dict[str, Any], wrote_after: timedelta, later: timedelta) -> bool:
    rules = shipped_rules()
    at_ms = int(MONDAY.timestamp() * 1000)
    house = House(
        rules,
        Texts(rules.hours.zone, rules.tone),
        CHANNELS,
        SeededIds(1),
        restored.Mark(at_ms, at_ms - 600_000),
    )
    address = Address("askable", "marie")
    talk = Conversation("t", "c", address, address, opened_at=MONDAY, last_customer_at=MONDAY + wrote_after)
    saving = Saving(None, house, talk, Customer("c"), MONDAY + later)  # type: ignore[arg-type]
    return saving._doubt(ToCustomer(address, ("m1",), **effect)) is not None
