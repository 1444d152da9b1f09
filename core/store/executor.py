"""Where SQLite's calls run: a thread of their own (the service) or the caller's (simulations)."""

import asyncio
import logging
import sqlite3
from collections.abc import Awaitable, Callable
from typing import Any, Protocol, TypeVar

import aiosqlite

T = TypeVar("T")

# It logs every call with its parameters, which are customers' words; no log configuration may ask for that.
logging.getLogger("aiosqlite").setLevel(logging.WARNING)


class Executor(Protocol):
    """One connection and the place where it is used, one call after the other."""

    async def run(self, call: Callable[[sqlite3.Connection], T]) -> T:
        """Runs the call to its end, even when whoever awaits it is cancelled meanwhile."""

    async def close(self) -> None:
        """Closes the connection after the calls that wait."""


ExecutorFactory = Callable[[Callable[[], sqlite3.Connection]], Awaitable[Executor]]


class _Thread(aiosqlite.Connection):
    """aiosqlite's thread, with whole transactions as its unit: a hop per statement is 13 times slower."""

    def __init__(self, connector: Callable[[], sqlite3.Connection]) -> None:
        super().__init__(connector, iter_chunk_size=64)
        # A process that dies without closing must die: nothing acknowledged is only in this thread.
        self._thread.daemon = True

    async def start(self) -> None:
        try:
            _ = await self  # it gives itself
        except BaseException:
            # The parent leaves its thread behind, which would answer to a loop that may be gone.
            await asyncio.to_thread(self._thread.join)
            raise

    async def run(self, call: Callable[[sqlite3.Connection], T]) -> T:
        execute: Callable[..., Awaitable[Any]] = self._execute
        result: T = await execute(call, self._conn)
        return result


class _Inline:
    """The caller's own thread: every call ends before anything else happens."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    async def run(self, call: Callable[[sqlite3.Connection], T]) -> T:
        return call(self._connection)

    async def close(self) -> None:
        self._connection.close()


async def threaded(connect: Callable[[], sqlite3.Connection]) -> Executor:
    """The service's executor: the event loop never waits for the disk."""
    thread = _Thread(connect)
    await thread.start()
    return thread


async def inline(connect: Callable[[], sqlite3.Connection]) -> Executor:
    """The simulation's executor: same thread, same order, every time."""
    return _Inline(connect())
