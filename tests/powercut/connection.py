"""A connection of apsw that looks like the standard library's, as far as the store looks at it.

apsw carries a SQLite of its own, whose files can be written by Python; its errors, rows and counts have
other shapes. Rows are the standard library's own, with names lent by a connection to nothing.
"""

import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import Any

import apsw

_COUNTED = re.compile(r"\s*(INSERT|UPDATE|DELETE|REPLACE)\b", re.IGNORECASE)

Committed = Callable[[apsw.Connection], None]


@contextmanager
def _as_standard() -> Iterator[None]:
    try:
        yield
    except apsw.Error as error:
        kind = sqlite3.IntegrityError if isinstance(error, apsw.ConstraintError) else sqlite3.OperationalError
        failure = kind(str(error))
        failure.sqlite_errorcode = getattr(error, "extendedresult", 0)
        raise failure from error


def _names(cursor: apsw.Cursor) -> tuple[str, ...]:
    """None when there are no rows either: apsw has forgotten them then."""
    try:
        return tuple(column[0] for column in cursor.get_description())
    except apsw.ExecutionCompleteError:
        return ()


class _Rows(sqlite3.Cursor):
    """What a statement gave: all of it, at once."""

    def __init__(self, lender: sqlite3.Connection, rows: list[sqlite3.Row], counted: int) -> None:
        super().__init__(lender)
        self._rows, self._counted = rows, counted

    @property
    def rowcount(self) -> int:
        """As the standard library counts: only statements that begin with their verb."""
        return self._counted

    def fetchone(self) -> Any:  # noqa: ANN401 - as its parent
        return self._rows.pop(0) if self._rows else None

    def fetchall(self) -> list[Any]:
        rows, self._rows = self._rows, []
        return rows


class OverApsw(sqlite3.Connection):
    """apsw's connection to `location`, through the files called `vfs`.

    `replaced`: words of the store's own statements that are said otherwise. `committed` is called whenever a
    COMMIT has returned.
    """

    def __init__(self, location: str, vfs: str, replaced: tuple[str, str], committed: Committed) -> None:
        super().__init__(":memory:")
        self._lender = sqlite3.connect(":memory:")
        self._names: dict[tuple[str, ...], sqlite3.Cursor] = {}
        self._replaced, self._committed = replaced, committed
        with _as_standard():
            self._real = apsw.Connection(location, vfs=vfs)
            # Else a checkpoint comes only every thousand pages: once in a whole run.
            self._real.wal_autocheckpoint(40)

    def execute(self, sql: str, values: Any = (), /) -> sqlite3.Cursor:  # noqa: ANN401 - as its parent
        """One statement, run to its end."""
        with _as_standard(), closing(self._real.cursor()) as cursor:
            cursor.execute(sql.replace(*self._replaced), values)
            names = _names(cursor)
            found = cursor.fetchall()
        if sql == "COMMIT":
            self._committed(self._real)
        counted = self._real.changes() if _COUNTED.match(sql) else -1
        return _Rows(self._lender, [sqlite3.Row(self._named(names), row) for row in found], counted)

    def _named(self, names: tuple[str, ...]) -> sqlite3.Cursor:
        if names not in self._names:
            columns = ", ".join(f'NULL AS "{name.replace(chr(34), chr(34) * 2)}"' for name in names)
            self._names[names] = self._lender.execute(f"SELECT {columns}")
        return self._names[names]

    @property
    def in_transaction(self) -> bool:
        """Whether one is open."""
        return self._real.in_transaction

    @property
    def total_changes(self) -> int:
        """Rows changed since it was opened."""
        return self._real.total_changes()

    def set_progress_handler(self, handler: Callable[[], Any] | None, n: int, /) -> None:
        """Look at the watch every `n` steps."""
        self._real.set_progress_handler(handler, n)

    def close(self) -> None:
        """Close both."""
        super().close()
        self._lender.close()
        with _as_standard():
            self._real.close()
