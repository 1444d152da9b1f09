"""One look at a database beside the service that owns it: read only, without the lock."""

import asyncio
import sqlite3
import time
from collections.abc import Awaitable, Callable
from contextlib import closing
from pathlib import Path
from typing import TypeVar

from core.store.backup import read_only
from core.store.db import Db
from core.store.errors import StoreDown
from core.store.migrate import PACKAGED, find_migrations
from core.store.snapshot import TimeLimit, take_snapshot
from core.store.sqlite import READER_PRAGMAS, open_connection

T = TypeVar("T")

LONGEST = 10.0
"""Seconds an operator's question may take."""

_OURS = """
SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name IN ('schema_version', 'meta', 'outbox')
"""
_VERSION = """
SELECT (SELECT max(version) FROM schema_version) AS version,
    (SELECT CAST(value AS INTEGER) FROM meta WHERE key = 'compat_version') AS needs
"""


async def peek(path: Path, fn: Callable[[Db], Awaitable[T]]) -> T:
    """Run one read on a snapshot of the database; nothing is written, nobody is held up.

    Raises:
        StoreDown: the file is missing, is not a database of Relais, or is of another release.
        ReadTooLong: it took longer than `LONGEST`.
    """
    return await asyncio.to_thread(_peek, path, fn)


def _peek(path: Path, fn: Callable[[Db], Awaitable[T]]) -> T:
    if not path.exists():
        raise StoreDown(f"{path} does not exist: start the service once with `relais serve`")
    with closing(open_connection(read_only, str(path), READER_PRAGMAS)) as connection:
        _refuse_foreign(connection, path)
        return take_snapshot(connection, fn, TimeLimit(LONGEST, time.monotonic))


def _refuse_foreign(connection: sqlite3.Connection, path: Path) -> None:
    try:
        if connection.execute(_OURS).fetchone()[0] != 3:
            raise StoreDown(f"{path} is not a database of Relais")
        found = connection.execute(_VERSION).fetchone()
    except sqlite3.Error as error:
        raise StoreDown(f"{path} cannot be read as a database of Relais: {error}") from error
    known = len(find_migrations(PACKAGED))
    if (found["needs"] or 0) > known:
        raise StoreDown(
            f"{path} belongs to a newer release (schema {found['needs']}; this one knows {known}): "
            "use the newer release"
        )
    if (found["version"] or 0) < known:
        raise StoreDown(f"{path} is of an older release: start the service once with `relais serve`")
