"""Brings a database to the shape this program knows: numbered SQL files, forward only.

A file is named `0001_name.sql`. It may say `-- compat: N` on a line of its own: programs that know the
schema up to N can still use the database after it. Without that line only programs that know the file can.
"""

import re
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from core.store.backup import copy_before
from core.store.errors import MigrationEdited, MigrationFailed, SchemaTooNew
from core.store.sqlite import execute, explain, native, roll_back, storage_failures_named

PACKAGED = Path(__file__).with_name("migrations")

_BOOTSTRAP = (
    """
    CREATE TABLE IF NOT EXISTS schema_version (
        version INTEGER PRIMARY KEY, name TEXT NOT NULL, sha256 TEXT NOT NULL, applied_at INTEGER NOT NULL
    ) STRICT
    """,
    "CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT",
)
_RECORD = "INSERT INTO schema_version (version, name, sha256, applied_at) VALUES ($1, $2, $3, $4)"
_COMPAT = """
INSERT INTO meta (key, value) VALUES ('compat_version', $1)
ON CONFLICT (key) DO UPDATE SET value = excluded.value
"""
_HOLDS_SOMETHING = """
SELECT count(*) FROM sqlite_schema
WHERE name NOT IN ('schema_version', 'meta') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
"""

_FILE_NAME = re.compile(r"(?P<version>[0-9]{4})_(?P<name>[a-z0-9_]+)\.sql")
_COMPAT_LINE = re.compile(r"^--\s*compat:\s*(?P<version>[0-9]+)\s*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Migration:
    """One file of the folder."""

    version: int
    name: str
    sql: str

    @property
    def digest(self) -> str:
        """Tells an edited file from the one that was applied."""
        return sha256(self.sql.encode()).hexdigest()

    @property
    def compat(self) -> int:
        """The oldest schema a program may know and still use the database after this file."""
        said = _COMPAT_LINE.search(self.sql)
        return int(said["version"]) if said else self.version

    @property
    def file_name(self) -> str:
        """As it is called in the folder of migrations."""
        return f"{self.version:04}_{self.name}.sql"


def migrate(
    connection: sqlite3.Connection, *, folder: Path | None, database: Path | None, now_ms: Callable[[], int]
) -> None:
    """Applies what is missing, each file with its version row in one transaction.

    A database that already holds something is first copied beside itself (`<name>.before-<version>.db`).
    `folder=None` applies nothing; `database=None` (in memory) is never copied.

    Raises:
        SchemaTooNew: the database belongs to a newer program.
        MigrationEdited: the files and the database's memory of them disagree.
        MigrationFailed: a file's SQL failed; that file was undone.
        StoreDown: the storage failed; what was under way was undone.
    """
    with storage_failures_named():
        in_use = bool(connection.execute(_HOLDS_SOMETHING).fetchone()[0])
        for table in _BOOTSTRAP:
            connection.execute(table).close()
        missing = _missing(connection, find_migrations(folder)) if folder else []
    if missing and in_use and database is not None:
        copy_before(connection, database, missing[0].version)
    # Rebuilding a table, SQLite's only way to change one, drops what others point to for a moment.
    execute(connection, "PRAGMA foreign_keys = OFF")
    for migration in missing:
        _apply(connection, migration, now_ms())
    execute(connection, "PRAGMA foreign_keys = ON")


def find_migrations(folder: Path) -> list[Migration]:
    """The folder's files in order.

    Raises:
        MigrationEdited: a file is misnamed, missing or there twice.
    """
    if not folder.is_dir():
        raise MigrationEdited(f"{folder} is missing. Reinstall this release.")
    found = [_read(path) for path in sorted(folder.glob("*.sql"))]
    for expected, migration in enumerate(found, start=1):
        if migration.version != expected:
            raise MigrationEdited(
                f"{folder} holds {migration.file_name} where migration {expected:04} was expected. "
                "Reinstall this release: its migration files are incomplete or mixed with another's."
            )
    return found


def statements(sql: str) -> Iterator[str]:
    """The statements of a script, triggers and comments understood."""
    gathered = ""
    for piece in re.split(r"(?<=;)", sql):
        gathered += piece
        if sqlite3.complete_statement(gathered):
            yield gathered.strip()
            gathered = ""
    if gathered.strip():
        yield gathered.strip()


def _read(path: Path) -> Migration:
    named = _FILE_NAME.fullmatch(path.name)
    if named is None:
        raise MigrationEdited(f"{path} is not named like a migration (0001_name.sql). Rename or remove it.")
    return Migration(int(named["version"]), named["name"], path.read_text(encoding="utf-8"))


def _missing(connection: sqlite3.Connection, known: list[Migration]) -> list[Migration]:
    applied = connection.execute(
        "SELECT version, name, sha256 FROM schema_version ORDER BY version"
    ).fetchall()
    _refuse_newer(connection, known)
    for expected, row in enumerate(applied, start=1):
        _refuse_edited(expected, row, known)
    return known[len(applied) :]


def _refuse_newer(connection: sqlite3.Connection, known: list[Migration]) -> None:
    needed = _compat(connection)
    if needed > len(known):
        raise SchemaTooNew(
            f"The database needs a program that knows schema {needed}; this one knows {len(known)}. "
            "Install the newer release again, or restore the copy made before it was installed "
            f"(<name>.before-<version>.db, of version {len(known) + 1} or the first after it)."
        )


def _compat(connection: sqlite3.Connection) -> int:
    row = connection.execute("SELECT value FROM meta WHERE key = 'compat_version'").fetchone()
    return int(row[0]) if row else 0


def _refuse_edited(expected: int, row: sqlite3.Row, known: list[Migration]) -> None:
    if row["version"] != expected:
        raise MigrationEdited(
            f"The database remembers migration {row['version']:04} but not {expected:04}. "
            "Restore a backup: its history was changed by hand."
        )
    if expected > len(known):
        return  # a newer program was here and left the database usable
    migration = known[expected - 1]
    if (row["name"], row["sha256"]) != (migration.name, migration.digest):
        raise MigrationEdited(
            f"{migration.file_name} is not the file this database was migrated with. "
            "Reinstall the release; a change of the schema is a new file, never an edit."
        )


def _apply(connection: sqlite3.Connection, migration: Migration, now_ms: int) -> None:
    try:
        execute(connection, "BEGIN IMMEDIATE")
        for statement in statements(migration.sql):
            _run(connection, statement)
        _refuse_orphans(connection)
        recorded = (migration.version, migration.name, migration.digest, now_ms)
        connection.execute(native(_RECORD), recorded)
        connection.execute(native(_COMPAT), (str(max(migration.compat, _compat(connection))),))
        execute(connection, "COMMIT")
    except sqlite3.Error as error:
        failure = explain(error)
        raise (MigrationFailed(_failed(migration, error)) if failure is error else failure) from error
    finally:
        roll_back(connection)


def _run(connection: sqlite3.Connection, statement: str) -> None:
    connection.execute(statement).close()
    if not connection.in_transaction:
        raise sqlite3.ProgrammingError("a migration may not end its transaction")


def _refuse_orphans(connection: sqlite3.Connection) -> None:
    orphan = connection.execute("PRAGMA foreign_key_check").fetchone()
    if orphan is not None:
        raise sqlite3.IntegrityError(f"rows of {orphan['table']} point to nothing")


def _failed(migration: Migration, error: sqlite3.Error) -> str:
    return (
        f"{migration.file_name} failed and was undone: {error}. The database is as it was before it. "
        "Go back to the previous release and report this sentence."
    )
