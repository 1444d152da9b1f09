"""A copy of the database before it takes the place of the one in use: what is in it, and putting it there."""

import os
import sqlite3
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from core.store.backup import back_up, read_only, sync
from core.store.errors import StoreDown
from core.store.lock import ServingLock
from core.store.migrate import PACKAGED, find_migrations
from core.store.restored import put_mark
from core.store.rows import from_ms, to_ms
from core.store.sqlite import connect_sqlite, open_connection, storage_failures_named

MOST = 20
"""Faults that are told, of a copy that may have thousands."""
_TABLES = """
SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name
"""
_WAITING = "SELECT count(*) FROM outbox WHERE state IN ('ready', 'sending')"
# They may have left after the copy was made: the start asks about what was in flight before it repeats it.
_UNSURE = """
UPDATE outbox SET state = 'sending', attempts = attempts + 1, attempted_at = created_at WHERE state = 'ready'
"""


@dataclass(frozen=True)
class Copy:
    """What a copy holds. `faults`: why it must not be used, in plain words; empty when it may."""

    faults: tuple[str, ...]
    version: int = 0
    known: int = 0
    """The schema that this program knows."""
    counts: tuple[tuple[str, int], ...] = ()
    latest: datetime | None = None
    """The last thing that happened before it was made."""
    waiting: int = 0
    """Effects that had not left, as far as the copy knows."""


def examine(path: Path) -> Copy:
    """Look through the whole copy; nothing is written, not even beside it."""
    if not path.is_file():
        return Copy((f"{path} does not exist",))
    try:
        opened = closing(open_connection(read_only, str(path), ("busy_timeout = 5000",)))
        with opened as connection, storage_failures_named():
            return _examined(connection)
    except (StoreDown, sqlite3.Error) as error:
        return Copy((f"it cannot be read as a database: {error}",))


def _examined(connection: sqlite3.Connection) -> Copy:
    tables = [row["name"] for row in connection.execute(_TABLES)]
    if not {"schema_version", "meta", "outbox", "journal"} <= set(tables):
        return Copy(("it is not a database of Relais",))
    faults = [row[0] for row in connection.execute(f"PRAGMA integrity_check({MOST})") if row[0] != "ok"]
    orphans = connection.execute("PRAGMA foreign_key_check").fetchmany(MOST)
    faults += [f"a row of {row['table']} points to nothing in {row['parent']}" for row in orphans]
    version, of_schema = _schema(connection)
    return Copy(
        faults=(*faults, *of_schema),
        version=version,
        known=len(find_migrations(PACKAGED)),
        counts=tuple((name, _value(connection, f'SELECT count(*) FROM "{name}"')) for name in tables),  # noqa: S608
        latest=from_ms(_value(connection, "SELECT max(at) FROM journal")),
        waiting=_value(connection, _WAITING),
    )


def _schema(connection: sqlite3.Connection) -> tuple[int, list[str]]:
    """Its version, and what of its history this program does not share."""
    known = find_migrations(PACKAGED)
    applied = connection.execute("SELECT version, sha256 FROM schema_version ORDER BY version").fetchall()
    needs = int(
        _value(connection, "SELECT CAST(value AS INTEGER) FROM meta WHERE key = 'compat_version'") or 0
    )
    faults = []
    if needs > len(known):
        faults.append(f"it needs a program that knows schema {needs}; this one knows {len(known)}")
    pairs = zip(applied, known, strict=False)
    faults += [
        f"{file.file_name} is not the file it was migrated with"
        for row, file in pairs
        if (row["version"], row["sha256"]) != (file.version, file.digest)
    ]
    return (applied[-1]["version"] if applied else 0), faults


def _value(connection: sqlite3.Connection, sql: str) -> int:
    row = connection.execute(sql).fetchone()
    return row[0] if row else 0


def put_back(copy: Path, database: Path, aside: Path, now: datetime) -> None:
    """Let the copy take the place of the database, which is kept under the name `aside`.

    At every instant one of the two stands there whole. It says of itself that it was put back, so that what
    may have left since it was made is asked about before it leaves again.

    Raises:
        AlreadyServing: a process serves the database; nothing was touched.
        StoreDown: it cannot be written; the database is as it was.
    """
    database.parent.mkdir(parents=True, exist_ok=True)
    lock = ServingLock.take(database)
    part = database.with_name(f"{database.name}.part")
    try:
        part.unlink(missing_ok=True)
        back_up(copy, part)  # with what stands in a log beside it, as it was looked through
        _prepare(part, to_ms(now) or 0)
        sync(part)
        if database.exists():
            _fold_in(database)
            os.link(database, aside)
        part.replace(database)
        sync(database.parent)
    except OSError as error:
        raise StoreDown(f"{database} cannot be written: {error.strerror}") from error
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)  # of one that failed: it holds what customers wrote
        lock.release()


def _prepare(part: Path, now_ms: int) -> None:
    opened = closing(open_connection(connect_sqlite, str(part), ("synchronous = FULL",)))
    with opened as connection, storage_failures_named():
        connection.execute("BEGIN IMMEDIATE").close()
        connection.execute(_UNSURE).close()
        put_mark(connection, now_ms)
        connection.execute("COMMIT").close()


def _fold_in(database: Path) -> None:
    """What stands in the log beside it goes into the file, which is then whole by itself.

    Raises:
        StoreDown: it cannot be read any more; then its log stays, and would spoil the copy.
    """
    opened = closing(open_connection(connect_sqlite, str(database), ("busy_timeout = 5000",)))
    with opened as connection, suppress(sqlite3.DatabaseError):
        connection.execute("PRAGMA journal_mode = DELETE").close()
    left = [path.name for end in ("-wal", "-journal") if (path := Path(f"{database}{end}")).exists()]
    if left:
        raise StoreDown(
            f"{' and '.join(left)} cannot be folded into {database}: move all of them away by hand"
        )
