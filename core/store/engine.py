"""The store: one writer whose commits are shared, a few readers, a lock, and the migrations at the door."""

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from functools import partial
from pathlib import Path
from typing import TypeVar

from core.store.db import Db
from core.store.errors import StoreDown
from core.store.executor import Executor, ExecutorFactory, inline, threaded
from core.store.group import Member, Outcome, commit_together
from core.store.lock import Lock, ServingLock
from core.store.migrate import PACKAGED, migrate
from core.store.snapshot import TimeLimit, take_snapshot, take_snapshot_on_writer
from core.store.sqlite import (
    MEMORY,
    READER_PRAGMAS,
    WRITER_PRAGMAS,
    ConnectionFactory,
    connect_sqlite,
    open_connection,
)

__all__ = ["MEMORY", "Db", "Store", "inline", "threaded"]

T = TypeVar("T")

_MOST_IN_A_GROUP = 256
_READERS = 2

# Counted, because SQLite writes nothing when a value stays the same.
_PROBE = """
INSERT INTO meta (key, value) VALUES ('probes', '1')
ON CONFLICT (key) DO UPDATE SET value = value + 1
"""


class Store:
    """The one door to the database. It belongs to the event loop that opened it."""

    def __init__(
        self,
        writer: Executor,
        readers: list[Executor],
        resources: AsyncExitStack,
        limit: TimeLimit,
    ) -> None:
        self._writer = writer
        self._resources = resources
        self._limit = limit
        self._waiting: deque[Member] = deque()
        self._pump: asyncio.Task[None] | None = None
        self._idle: asyncio.Queue[Executor] = asyncio.Queue()
        for reader in readers or [writer]:  # a database in memory has one connection
            self._idle.put_nowait(reader)
        self._closed = False

    @classmethod
    async def open(
        cls,
        location: Path | str,
        *,
        now_ms: Callable[[], int],
        connect: ConnectionFactory = connect_sqlite,
        executor: ExecutorFactory = threaded,
        lock: Lock = ServingLock.take,
        migrations: Path | None = PACKAGED,
        read_limit: float = 2.0,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> "Store":
        """Takes the lock, migrates, starts.

        `location` is a file (its folder is made if missing) or `MEMORY`; `now_ms` is milliseconds UTC;
        `read_limit` is seconds; `migrations=None` applies none.

        Raises:
            AlreadyServing: another process holds the database.
            SchemaTooNew, MigrationEdited, MigrationFailed: see `core.store.migrate`.
            StoreDown: the storage failed.
        """
        stack = AsyncExitStack()
        try:
            database = None if str(location) == MEMORY else _prepared(Path(location))
            if database is not None:
                stack.callback(lock(database).release)
            opening = partial(_open, stack, executor, connect, str(database or MEMORY))
            writer = await opening(WRITER_PRAGMAS)
            await writer.run(partial(migrate, folder=migrations, database=database, now_ms=now_ms))
            # Closed in the opposite order: the writer after its readers, so that it alone checkpoints.
            readers = [await opening(READER_PRAGMAS) for _ in range(_READERS)] if database else []
            return cls(writer, readers, stack, TimeLimit(read_limit, monotonic))
        except BaseException:
            await stack.aclose()
            raise

    async def write(self, fn: Callable[[Db], Awaitable[T]]) -> T:
        """Runs `fn` in a transaction and returns its result after the durable commit.

        `fn` awaits nothing but its `Db`, and may be run twice (the first run undone): it keeps no count of
        its own. What it raises undoes it and comes back here; nobody else is touched. A caller cancelled
        while it runs does not stop it: it commits or not as a whole; one that has not begun is skipped.

        Raises:
            StoreDown: nothing is promised to be stored; answer 503.
            ForeignAwait: `fn` awaited something else.
        """
        self._refuse_if_closed()
        member = Member(fn, asyncio.get_running_loop().create_future())
        self._waiting.append(member)
        if self._pump is None or self._pump.done():
            self._pump = asyncio.create_task(self._drain())
            self._pump.add_done_callback(_heard)
        try:
            result: T = await member.answer
        finally:
            member.answer.cancel()  # a coroutine closed from outside (not cancelled) must not run later
        return result

    async def read(self, fn: Callable[[Db], Awaitable[T]]) -> T:
        """Runs `fn` on one consistent, committed state. A write inside it is a `sqlite3.OperationalError`.

        Raises:
            ReadTooLong: the read limit passed.
            StoreDown: the storage failed.
        """
        self._refuse_if_closed()
        reader = await self._idle.get()
        # A cancelled caller leaves its query behind: the connection is idle again when that one ends.
        job = asyncio.ensure_future(self._read_on(reader, fn))
        job.add_done_callback(lambda _: self._idle.put_nowait(reader))
        return await asyncio.shield(job)

    async def is_writable(self) -> bool:
        """Whether a real write commits now; for `/ready`."""
        try:
            await self.write(_probe)
        except StoreDown:
            return False
        return True

    async def close(self) -> None:
        """Commits what waits, then closes readers, writer and lock. Later calls raise `StoreDown`."""
        self._closed = True
        if self._pump is not None:
            await asyncio.wait([self._pump])
        await self._resources.aclose()

    def _refuse_if_closed(self) -> None:
        if self._closed:
            raise StoreDown("the store is closed")

    async def _read_on(self, reader: Executor, fn: Callable[[Db], Awaitable[T]]) -> T:
        self._refuse_if_closed()
        snapshot = take_snapshot_on_writer if reader is self._writer else take_snapshot
        return await reader.run(lambda connection: snapshot(connection, fn, self._limit))

    async def _drain(self) -> None:
        while self._waiting:
            size = min(len(self._waiting), _MOST_IN_A_GROUP)
            await self._commit([self._waiting.popleft() for _ in range(size)])

    async def _commit(self, members: list[Member]) -> None:
        try:
            outcomes = await self._writer.run(lambda connection: commit_together(connection, members))
        except Exception as error:  # noqa: BLE001 (whatever it is, each of them is told)
            outcomes = [Outcome(error=error)] * len(members)
        except BaseException:
            # The process is dying: nobody may be left waiting for an answer that will not come.
            for member in (*members, *self._waiting):
                member.answer.cancel()
            raise
        for member, outcome in zip(members, outcomes, strict=True):
            member.tell(outcome)


def _heard(pump: asyncio.Task[None]) -> None:
    """A death has left through the loop already; asyncio need not report it a second time."""
    if not pump.cancelled():
        pump.exception()


async def _probe(db: Db) -> None:
    await db.run(_PROBE)


def _prepared(database: Path) -> Path:
    try:
        database.parent.mkdir(parents=True, exist_ok=True)
        # Customers' words: for this user only. The write-ahead log takes the same mode.
        database.touch(mode=0o600)
    except OSError as error:
        raise StoreDown(f"{database} cannot be written: {error.strerror}") from error
    return database


async def _open(
    stack: AsyncExitStack,
    executor: ExecutorFactory,
    connect: ConnectionFactory,
    location: str,
    pragmas: Sequence[str],
) -> Executor:
    opened = await executor(partial(open_connection, connect, location, pragmas))
    stack.push_async_callback(opened.close)
    return opened
