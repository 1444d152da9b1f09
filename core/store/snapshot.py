"""Reads for screens and lanes: a snapshot that cannot write, and cannot last."""

import sqlite3
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from core.store.db import Db, step
from core.store.errors import ReadTooLong
from core.store.sqlite import execute, explain, primary_code, roll_back

T = TypeVar("T")

_OPS_BETWEEN_LOOKS = 1000  # virtual machine steps, well under a millisecond


@dataclass(frozen=True, slots=True)
class TimeLimit:
    """How long a read may hold its snapshot: a pinned one lets the write-ahead log grow without bound."""

    seconds: float
    monotonic: Callable[[], float]

    def start(self) -> Callable[[], bool]:
        """Starts the watch; what it returns tells whether the time is over."""
        deadline = self.monotonic() + self.seconds
        return lambda: self.monotonic() > deadline


class _Snapshot(Db):
    """A `Db` whose statements are refused once the time is over."""

    __slots__ = ("_is_over",)

    def __init__(self, connection: sqlite3.Connection, is_over: Callable[[], bool]) -> None:
        super().__init__(connection)
        self._is_over = is_over

    def _perform(self, sql: str, args: Sequence[Any], take: Callable[[sqlite3.Cursor], T]) -> T:
        # Many short statements never reach SQLite's own look at the watch.
        if self._is_over():
            raise ReadTooLong("a read held its snapshot longer than it may")
        return super()._perform(sql, args, take)

    def _explain(self, error: Exception) -> Exception:
        code = primary_code(error)
        if code == sqlite3.SQLITE_INTERRUPT:
            return ReadTooLong("a query ran longer than a read may")
        # A write here is refused by query_only: the caller's fault, not the storage's.
        return error if code == sqlite3.SQLITE_READONLY else explain(error)


def take_snapshot(connection: sqlite3.Connection, fn: Callable[[Db], Awaitable[T]], limit: TimeLimit) -> T:
    """Runs `fn` on one consistent state of the database, then lets it go.

    Raises:
        ReadTooLong: the limit passed.
        StoreDown: the storage failed.
    """
    is_over = limit.start()
    connection.set_progress_handler(is_over, _OPS_BETWEEN_LOOKS)
    try:
        execute(connection, "BEGIN DEFERRED")
        return step(fn, _Snapshot(connection, is_over))
    finally:
        connection.set_progress_handler(None, 0)
        roll_back(connection)


def take_snapshot_on_writer(
    connection: sqlite3.Connection, fn: Callable[[Db], Awaitable[T]], limit: TimeLimit
) -> T:
    """The same on the writing connection, between two commits: a database in memory has no other."""
    execute(connection, "PRAGMA query_only = ON")
    try:
        return take_snapshot(connection, fn, limit)
    finally:
        execute(connection, "PRAGMA query_only = OFF")
