"""Stores to try things on: real files, real connections, gates to stop a transaction halfway."""

import asyncio
import sqlite3
import threading
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from core.store.engine import Db, Store, inline, threaded
from core.store.executor import ExecutorFactory
from core.store.sqlite import connect_sqlite

NOON = 1_800_000_000_000

both_executors = pytest.mark.parametrize("executor", [threaded, inline])


@asynccontextmanager
async def opened(
    location: Path | str,
    executor: ExecutorFactory = threaded,
    *,
    connect: Callable[[str], sqlite3.Connection] = connect_sqlite,
    read_limit: float = 60.0,
    monotonic: Callable[[], float] = time.monotonic,
) -> AsyncIterator[Store]:
    """A store with one table, `line`, and no migrations."""
    store = await Store.open(
        location,
        now_ms=lambda: NOON,
        connect=connect,
        executor=executor,
        migrations=None,
        read_limit=read_limit,
        monotonic=monotonic,
    )
    try:
        await store.write(_create_table)
        yield store
    finally:
        await store.close()


async def _create_table(db: Db) -> None:
    await db.run("CREATE TABLE IF NOT EXISTS line (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE) STRICT")


async def add(store: Store, text: str) -> None:
    async def insert(db: Db) -> None:
        await db.run("INSERT INTO line (text) VALUES ($1)", text)

    await store.write(insert)


async def texts(store: Store) -> list[str]:
    async def select(db: Db) -> list[str]:
        return [row["text"] for row in await db.all("SELECT text FROM line ORDER BY id")]

    return await store.read(select)


class Gate:
    """`SELECT pass_gate()` waits inside the transaction until the test opens the gate."""

    def __init__(self) -> None:
        self._reached = threading.Event()
        self._open = threading.Event()

    def connect(self, location: str) -> sqlite3.Connection:
        connection = connect_sqlite(location)
        connection.create_function("pass_gate", 0, self._wait)
        return connection

    def _wait(self) -> int:
        self._reached.set()
        return int(self._open.wait(timeout=20))

    async def reached(self) -> None:
        assert await asyncio.to_thread(self._reached.wait, 20)

    def open(self) -> None:
        self._open.set()


class Trace:
    """Every statement SQLite runs, on whichever connection."""

    def __init__(self) -> None:
        self.statements: list[str] = []

    def connect(self, location: str) -> sqlite3.Connection:
        connection = connect_sqlite(location)
        connection.set_trace_callback(self.statements.append)
        return connection

    def count(self, statement: str) -> int:
        return self.statements.count(statement)


class FaultyConnection(sqlite3.Connection):
    """A real connection on which statements can be made to fail: like a sick disk, or otherwise."""

    failing: tuple[str, ...] = ()
    with_error: BaseException | None = None

    def execute(self, sql: str, parameters: object = (), /) -> sqlite3.Cursor:
        if sql in self.failing:
            if self.with_error is not None:
                raise self.with_error
            error = sqlite3.OperationalError("disk I/O error")
            error.sqlite_errorcode = sqlite3.SQLITE_IOERR_WRITE
            raise error
        return super().execute(sql, parameters)  # type: ignore[arg-type]  # passed on as it came


async def pass_through_gate(db: Db) -> str:
    """A transaction that stops at its gate, its row not yet committed."""
    await db.run("INSERT INTO line (text) VALUES ('gated')")
    await db.value("SELECT pass_gate()")
    return "passed"
