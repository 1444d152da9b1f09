"""The store runs on a SQLite that somebody else carries: apsw's, behind the standard library's manners."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from core.store.db import Db
from core.store.engine import Store, inline, threaded
from core.store.errors import ReadTooLong, StoreDown
from core.store.executor import ExecutorFactory
from tests.powercut.connection import OverApsw
from tests.powercut.disk import Sync, Tape, recording


@asynccontextmanager
async def opened(folder: Path, executor: ExecutorFactory, tape: Tape) -> AsyncIterator[Store]:
    """A store on a recorded disk."""
    with recording(tape) as vfs:
        store = await Store.open(
            folder / "relais.db",
            now_ms=lambda: 0,
            executor=executor,
            connect=lambda path: OverApsw(path, vfs, ("", ""), lambda _: None),
            read_limit=0.3,
        )
        try:
            yield store
        finally:
            await store.close()


@pytest.mark.parametrize("executor", [inline, threaded])
async def test_the_store_runs_on_it(tmp_path: Path, executor: ExecutorFactory) -> None:
    tape = Tape()

    async def write(db: Db) -> tuple[int, int, object]:
        added = await db.run("INSERT INTO meta VALUES ($1, $2), ($3, $2)", "a", "x", "b")
        changed = await db.run("WITH n AS (SELECT 'y' AS y) UPDATE meta SET value = (SELECT y FROM n)")
        row = await db.one("SELECT key, value AS said FROM meta WHERE key = $1", "a")
        assert row is not None
        return added, changed, (row["key"], row["said"], row.keys())

    async def twice(db: Db) -> None:
        await db.run("INSERT INTO meta VALUES ('a', '')")

    async def forever(db: Db) -> None:
        await db.value("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n")

    async with opened(tmp_path, executor, tape) as store:
        added, changed, row = await store.write(write)
        assert added == 2
        assert changed >= 2
        assert row == ("a", "y", ["key", "said"])
        with pytest.raises(sqlite3.IntegrityError) as refused:
            await store.write(twice)
        assert refused.value.sqlite_errorcode == sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            await store.read(twice)
        with pytest.raises(ReadTooLong):
            await store.read(forever)
        assert await store.read(lambda db: db.all("SELECT 1 WHERE 0")) == []
    assert tape.count(Sync) > 2


async def test_its_failures_are_the_storages(tmp_path: Path) -> None:
    async def fill(db: Db) -> None:
        await db.run("INSERT INTO meta VALUES ('long', $1)", "x" * 100_000)

    async with opened(tmp_path, inline, Tape()) as store:
        await store.write(lambda db: db.all("PRAGMA max_page_count = 1"))
        with pytest.raises(StoreDown, match="full"):
            await store.write(fill)
