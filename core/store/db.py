"""What a transaction sees of the database, and how its function is stepped to the end."""

import sqlite3
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Any, TypeVar

from core.store.errors import ForeignAwait
from core.store.sqlite import FAILURES, explain, prepared

T = TypeVar("T")

_NO_LOOP = "no running event loop"


class Db:
    """The database inside one transaction. Statements are written with `$1`, `$2`, … placeholders.

    The methods are coroutines so that one domain code serves every engine; on SQLite they never suspend.
    Constraint violations are `sqlite3.IntegrityError`; a failing storage is `StoreDown`.
    """

    __slots__ = ("_connection", "_over")

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._over: Exception | None = None

    async def one(self, sql: str, *args: Any) -> sqlite3.Row | None:  # noqa: ANN401 (what SQLite binds)
        """The first row, or None."""
        return self._perform(sql, args, _first)

    async def all(self, sql: str, *args: Any) -> list[sqlite3.Row]:  # noqa: ANN401 (what SQLite binds)
        """Every row."""
        return self._perform(sql, args, _every)

    async def value(self, sql: str, *args: Any) -> Any:  # noqa: ANN401 (a column is of any type)
        """The first column of the first row, or None."""
        row = self._perform(sql, args, _first)
        return None if row is None else row[0]

    async def run(self, sql: str, *args: Any) -> int:  # noqa: ANN401 (what SQLite binds)
        """How many rows it inserted, updated or deleted; what its triggers changed is not counted."""
        before = self._connection.total_changes
        counted = self._perform(sql, args, _count)
        if counted >= 0:
            return counted
        # The driver counts only statements that begin with their verb: not WITH … UPDATE, not CREATE.
        if self._connection.total_changes == before:
            return 0
        return int(self._perform("SELECT changes()", (), _every)[0][0])

    def end(self) -> None:
        """Closes this view: a statement after its transaction would commit on its own."""
        self._over = RuntimeError("this transaction is over: its database cannot be used any more")

    @property
    def broken_by(self) -> Exception | None:
        """The error with which SQLite itself ended the whole transaction, even if the function hid it."""
        return self._over

    def _perform(self, sql: str, args: Sequence[Any], take: Callable[[sqlite3.Cursor], T]) -> T:
        if self._over is not None:
            raise self._over
        try:
            cursor = self._connection.execute(prepared(sql), args)
            try:
                return take(cursor)
            finally:
                # Closing resets the statement: one left half read would outlive its savepoint.
                cursor.close()
        except FAILURES as error:
            failure = self._explain(error)
            if not self._connection.in_transaction:
                self._over = failure
            if failure is error:
                raise
            raise failure from error

    def _explain(self, error: Exception) -> Exception:
        return explain(error)


def _first(cursor: sqlite3.Cursor) -> sqlite3.Row | None:
    row: sqlite3.Row | None = cursor.fetchone()
    return row


def _every(cursor: sqlite3.Cursor) -> list[sqlite3.Row]:
    return cursor.fetchall()


def _count(cursor: sqlite3.Cursor) -> int:
    cursor.fetchall()  # a RETURNING clause is counted once its rows are read
    return cursor.rowcount


def step(fn: Callable[[Db], Awaitable[T]], db: Db) -> T:
    """Runs a transaction's function to its end in the calling thread; `db` is closed behind it.

    Raises:
        ForeignAwait: it awaited something else than `db`.
    """
    try:
        result = _first_step(fn, db)
        if db.broken_by is not None:
            raise db.broken_by
    except RuntimeError as error:
        # In the writer's thread asyncio refuses before anything is awaited: the fault is the same.
        if str(error) == _NO_LOOP:
            raise ForeignAwait from error
        raise
    finally:
        db.end()
    return result


def _first_step(fn: Callable[[Db], Awaitable[T]], db: Db) -> T:
    steps = fn(db).__await__()
    try:
        next(steps)
    except StopIteration as done:
        result: T = done.value
        return result
    with suppress(Exception):  # what its clean-up raises says less than the cause
        steps.close()
    raise ForeignAwait
