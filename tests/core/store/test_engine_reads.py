"""Reads: committed rows only, one state, no writing, not for long."""

import asyncio
import itertools
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from core.store.engine import MEMORY, Db
from core.store.errors import ForeignAwait, ReadTooLong
from core.store.executor import ExecutorFactory
from tests.core.store.test_engine_kit import Gate, add, both_executors, opened, pass_through_gate, texts

both_places = pytest.mark.parametrize("where", ["file", MEMORY])

_ENDLESS = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"

_FAR = """
WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000) SELECT count(*) FROM n
"""


def _location(tmp_path: Path, where: str) -> Path | str:
    return tmp_path / "db" if where == "file" else where


@both_executors
@both_places
async def test_a_read_after_a_write_sees_it(tmp_path: Path, executor: ExecutorFactory, where: str) -> None:
    async with opened(_location(tmp_path, where), executor) as store:
        for n in range(20):
            await add(store, str(n))
            assert str(n) in await texts(store)


async def test_a_reader_sees_no_row_that_is_not_committed(tmp_path: Path) -> None:
    gate = Gate()
    async with opened(tmp_path / "db", connect=gate.connect) as store:
        writing = asyncio.create_task(store.write(pass_through_gate))
        await gate.reached()
        assert await texts(store) == []
        gate.open()
        await writing
        assert await texts(store) == ["gated"]


async def test_a_read_keeps_seeing_one_state_while_others_commit(tmp_path: Path) -> None:
    gate = Gate()

    async def count_twice(db: Db) -> list[int]:
        before = await db.value("SELECT count(*) FROM line")
        await db.value("SELECT pass_gate()")
        return [before, await db.value("SELECT count(*) FROM line")]

    async with opened(tmp_path / "db", connect=gate.connect) as store:
        reading = asyncio.create_task(store.read(count_twice))
        await gate.reached()
        await add(store, "meanwhile")
        gate.open()
        assert await reading == [0, 0]
        assert await texts(store) == ["meanwhile"]


@both_executors
@both_places
async def test_a_read_cannot_write(tmp_path: Path, executor: ExecutorFactory, where: str) -> None:
    async def write(db: Db) -> None:
        await db.run("INSERT INTO line (text) VALUES ('ghost')")

    async with opened(_location(tmp_path, where), executor) as store:
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            await store.read(write)
        await add(store, "allowed")
        assert await texts(store) == ["allowed"]


@both_executors
@both_places
async def test_a_query_that_runs_too_long_is_stopped_and_the_reader_serves_on(
    tmp_path: Path, executor: ExecutorFactory, where: str
) -> None:
    async def endless(db: Db) -> None:
        await db.value(_ENDLESS)

    seconds = itertools.count(0, 0.01)
    async with opened(
        _location(tmp_path, where), executor, read_limit=2.0, monotonic=lambda: next(seconds)
    ) as store:
        for _ in range(4):
            with pytest.raises(ReadTooLong):
                await store.read(endless)
        await add(store, "next")
        assert await texts(store) == ["next"]


@both_executors
async def test_many_short_queries_are_stopped_like_a_long_one(
    tmp_path: Path, executor: ExecutorFactory
) -> None:
    async def many(db: Db) -> None:
        for _ in range(1000):
            await db.one("SELECT 1")

    seconds = itertools.count(0, 0.01)
    async with opened(tmp_path / "db", executor, read_limit=2.0, monotonic=lambda: next(seconds)) as store:
        with pytest.raises(ReadTooLong):
            await store.read(many)
        assert await texts(store) == []


@both_executors
async def test_a_read_may_await_only_its_database(tmp_path: Path, executor: ExecutorFactory) -> None:
    async def wander(db: Db) -> None:
        await db.one("SELECT 1")
        await asyncio.sleep(0.001)

    async with opened(tmp_path / "db", executor) as store:
        with pytest.raises(ForeignAwait):
            await store.read(wander)
        assert await texts(store) == []


@both_executors
@both_places
async def test_many_reads_at_once_are_all_answered(
    tmp_path: Path, executor: ExecutorFactory, where: str
) -> None:
    async def square(db: Db, n: int) -> int:
        return int(await db.value("SELECT $1 * $1", n))

    async with opened(_location(tmp_path, where), executor) as store:
        answers = await asyncio.gather(
            *(store.read(lambda db, n=n: square(db, n)) for n in range(50)),  # type: ignore[misc]
        )
    assert answers == [n * n for n in range(50)]


async def test_cancelled_readers_leave_their_connections_to_the_next_ones(tmp_path: Path) -> None:
    gate = Gate()

    async def wait(db: Db) -> None:
        await db.value("SELECT pass_gate()")

    async with opened(tmp_path / "db", connect=gate.connect) as store:
        reading = [asyncio.create_task(store.read(wait)) for _ in range(2)]
        queued = [asyncio.create_task(store.read(wait)) for _ in range(2)]
        await gate.reached()
        for task in reading + queued:
            task.cancel()
        await asyncio.wait(reading + queued)
        gate.open()
        assert await asyncio.gather(*(texts(store) for _ in range(5))) == [[]] * 5


@pytest.mark.parametrize("cancelled", [False, True])
async def test_a_long_read_keeps_one_connection_busy_and_leaves_the_other_to_everybody(
    tmp_path: Path, cancelled: bool
) -> None:
    gate = Gate()

    async def wait(db: Db) -> None:
        await db.value("SELECT pass_gate()")

    async with opened(tmp_path / "db", connect=gate.connect) as store:
        long = asyncio.create_task(store.read(wait))
        await gate.reached()
        if cancelled:
            long.cancel()
        async with asyncio.timeout(10):
            assert [await texts(store) for _ in range(5)] == [[]] * 5
        gate.open()
        await asyncio.wait([long])


@both_executors
async def test_a_read_lets_its_snapshot_go_so_that_the_log_can_shrink(
    tmp_path: Path, executor: ExecutorFactory
) -> None:
    async with opened(tmp_path / "db", executor) as store:
        await texts(store)
        await add(store, "later than the snapshot")
        with closing(sqlite3.connect(tmp_path / "db", timeout=0)) as other:
            held_back, _, _ = other.execute("PRAGMA wal_checkpoint (TRUNCATE)").fetchone()
    assert held_back == 0


@both_executors
async def test_the_limit_of_a_read_does_not_stop_a_later_write(executor: ExecutorFactory) -> None:
    async def count_far(db: Db) -> int:
        return int(await db.value(_FAR))

    seconds = itertools.count(0, 0.01)
    async with opened(MEMORY, executor, read_limit=2.0, monotonic=lambda: next(seconds)) as store:
        assert await texts(store) == []
        assert await store.write(count_far) == 100_000
