"""Whole copies of the database: before its shape changes, and whenever an operator asks for one."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

from core.store.errors import StoreDown
from core.store.sqlite import open_connection, storage_failures_named

_READ_ALONE = ("busy_timeout = 5000", "wal_autocheckpoint = 0")


def copy_before(connection: sqlite3.Connection, database: Path, version: int) -> Path:
    """Writes `<name>.before-<version>.db` beside the database: complete and on disk, or not there at all.

    Raises:
        StoreDown: there is no room for it, or its folder cannot be written.
    """
    copy = database.with_name(f"{database.stem}.before-{version}.db")
    _copy(connection, copy)
    return copy


def back_up(database: Path, target: Path) -> None:
    """One consistent state of the database into a new file, beside a service that goes on, or alone.

    Nobody is held up: it reads one snapshot, and neither locks nor checkpoints anything.

    Raises:
        StoreDown: there is something there already, or no room, or the database cannot be read.
    """
    if target.exists():
        raise StoreDown(f"{target} exists already, and nothing is overwritten: write another name")
    if not target.parent.is_dir():
        raise StoreDown(f"{target.parent} is no folder: make it first")
    with closing(open_connection(read_only, str(database), _READ_ALONE)) as connection:
        _copy(connection, target)


def read_only(location: str) -> sqlite3.Connection:
    """A connection that makes no file, and checkpoints nothing when it closes as the last one."""
    return sqlite3.connect(f"file:{quote(location)}?mode=ro", uri=True, isolation_level=None)


def _copy(connection: sqlite3.Connection, copy: Path) -> None:
    part = copy.with_name(f"{copy.name}.part")
    try:
        part.unlink(missing_ok=True)
        part.touch(mode=0o600)
        with storage_failures_named():
            connection.execute("VACUUM INTO ?1", (str(part),)).close()
        sync(part)
        part.replace(copy)
        sync(copy.parent)
    except OSError as error:
        raise StoreDown(f"{copy} cannot be written: {error.strerror}") from error


def sync(path: Path) -> None:
    """A file or a folder is on disk when this returns."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
