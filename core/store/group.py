"""Group commit: what waits shares one durable commit, and nobody pays for a neighbour's failure."""

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from core.store.db import Db, step
from core.store.errors import StoreDown
from core.store.sqlite import execute, roll_back


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one member ended; it becomes known to its caller only after the commit."""

    value: Any = None
    error: BaseException | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Member:
    """One transaction that waits, and the answer its caller awaits."""

    fn: Callable[[Db], Awaitable[Any]]
    answer: asyncio.Future[Any]

    def tell(self, outcome: Outcome) -> None:
        """Gives the outcome to a caller who still listens. Only in the loop's own thread."""
        if self.answer.done():
            return
        if isinstance(outcome.error, asyncio.CancelledError):
            self.answer.cancel()
        elif outcome.error is not None:
            self.answer.set_exception(outcome.error)
        else:
            self.answer.set_result(outcome.value)


class _TornError(Exception):
    """The whole transaction is gone; the cause is in `__cause__`."""


def commit_together(connection: sqlite3.Connection, members: Sequence[Member]) -> list[Outcome]:
    """Runs the members in order, each in its savepoint, and commits them durably at once.

    A member may be run a second time, alone, when a neighbour's failure ended the whole transaction.
    Member errors are outcomes; only what kills the process (or a bug here) is raised, rolled back.
    """
    try:
        return _transaction(connection, members)
    except StoreDown as down:
        return [Outcome(error=down) for _ in members]
    except _TornError:
        return [_alone(connection, member) for member in members]


def _alone(connection: sqlite3.Connection, member: Member) -> Outcome:
    try:
        return _transaction(connection, [member])[0]
    except StoreDown as down:
        return Outcome(error=down)
    except _TornError as torn:
        return Outcome(error=torn.__cause__)


def _transaction(connection: sqlite3.Connection, members: Sequence[Member]) -> list[Outcome]:
    roll_back(connection)  # one that a sick storage refused to end would block every later one
    try:
        execute(connection, "BEGIN IMMEDIATE")
        outcomes = [_in_savepoint(connection, member) for member in members]
        _commit(connection)
    except BaseException:
        roll_back(connection)
        raise
    return outcomes


def _in_savepoint(connection: sqlite3.Connection, member: Member) -> Outcome:
    if member.answer.done():  # its caller was cancelled
        return Outcome()
    execute(connection, "SAVEPOINT member")
    try:
        value = step(member.fn, Db(connection))
    except BaseException as error:
        # SQLite ends the whole transaction on some errors (disk full): the savepoints went with it.
        if not connection.in_transaction:
            raise _TornError from error
        execute(connection, "ROLLBACK TO member")
        execute(connection, "RELEASE member")
        return Outcome(error=error)
    execute(connection, "RELEASE member")
    return Outcome(value)


def _commit(connection: sqlite3.Connection) -> None:
    try:
        execute(connection, "COMMIT")
    except sqlite3.Error as error:
        # A deferred constraint is judged here, and does not say whose row broke it.
        raise _TornError from error
