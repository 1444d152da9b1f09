"""The copy of the database that is made before its shape changes."""

import os
import sqlite3
from pathlib import Path

from core.store.errors import StoreDown
from core.store.sqlite import storage_failures_named


def copy_before(connection: sqlite3.Connection, database: Path, version: int) -> Path:
    """Writes `<name>.before-<version>.db` beside the database: complete and on disk, or not there at all.

    Raises:
        StoreDown: there is no room for it, or its folder cannot be written.
    """
    copy = database.with_name(f"{database.stem}.before-{version}.db")
    part = copy.with_name(f"{copy.name}.part")
    try:
        part.unlink(missing_ok=True)
        part.touch(mode=0o600)
        with storage_failures_named():
            connection.execute("VACUUM INTO ?1", (str(part),)).close()
        _sync(part)
        part.replace(copy)
        _sync(copy.parent)
    except OSError as error:
        raise StoreDown(f"{copy} cannot be written: {error.strerror}") from error
    return copy


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
