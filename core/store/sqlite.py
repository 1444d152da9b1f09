"""SQLite as this house uses it: how connections are opened, how `$1` is written, which errors are storage."""

import re
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import lru_cache

from core.store.errors import StoreDown

MEMORY = ":memory:"

ConnectionFactory = Callable[[str], sqlite3.Connection]

# Only the writer checkpoints: before 3.51.3 SQLite can lose commits when two connections do.
WRITER_PRAGMAS = (
    "busy_timeout = 5000",
    "journal_mode = WAL",
    "synchronous = FULL",
    "foreign_keys = ON",
    "temp_store = MEMORY",
)
READER_PRAGMAS = (
    "busy_timeout = 5000",
    "wal_autocheckpoint = 0",
    "temp_store = MEMORY",
    "query_only = ON",
)

_STORAGE = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_NOMEM,
        sqlite3.SQLITE_NOTADB,
        sqlite3.SQLITE_PERM,
        sqlite3.SQLITE_PROTOCOL,
        sqlite3.SQLITE_READONLY,
    }
)

FAILURES = (sqlite3.Error, UnicodeDecodeError)
"""What a statement raises: of a garbled file the driver cannot even read what SQLite says of it."""
_NO_TEXT = "Could not decode to UTF-8"

_TOKEN = re.compile(
    r"""
      '(?:[^']|'')*'          # a string
    | "(?:[^"]|"")*"          # quoted names, in the three manners SQLite knows
    | `[^`]*`
    | \[[^\]]*\]
    | --[^\n]*                # comments
    | /\*.*?(?:\*/|\Z)
    | [^\W\d][\w$]*           # a word: SQLite allows $ inside one
    | \$([0-9]+)(?![\w$])     # our placeholder
    """,
    re.VERBOSE | re.DOTALL,
)

_BOUNDARY = re.compile(r"\s*(BEGIN|COMMIT|END|ROLLBACK|SAVEPOINT|RELEASE)\b", re.IGNORECASE)


def connect_sqlite(location: str) -> sqlite3.Connection:
    """The standard library's connection, in autocommit: the store alone opens and ends transactions."""
    return sqlite3.connect(location, isolation_level=None, cached_statements=512)


def open_connection(connect: ConnectionFactory, location: str, pragmas: Sequence[str]) -> sqlite3.Connection:
    """A connection ready for use.

    Raises:
        StoreDown: the file cannot be opened, or is no database.
    """
    try:
        connection = connect(location)
    except sqlite3.Error as error:
        raise StoreDown(f"{location} cannot be opened: {error}") from error
    try:
        connection.isolation_level = None
        connection.row_factory = sqlite3.Row
        for pragma in pragmas:
            execute(connection, f"PRAGMA {pragma}")
    except BaseException:
        connection.close()
        raise
    return connection


def native(sql: str) -> str:
    """`$1` becomes `?1`, except inside strings, names and comments: newer sqlite3 refuses `$1` itself."""
    return _TOKEN.sub(lambda found: f"?{found[1]}" if found[1] else found[0], sql)


@lru_cache(maxsize=2048)
def prepared(sql: str) -> str:
    """The statement as SQLite takes it.

    Raises:
        ValueError: it would open or end a transaction, which the store alone does.
    """
    if _BOUNDARY.match(sql):
        raise ValueError("only the store opens and ends transactions")
    return native(sql)


def primary_code(error: Exception) -> int:
    """SQLite's result code without its extension; 0 for errors of the Python driver itself."""
    return int(getattr(error, "sqlite_errorcode", 0)) & 0xFF


def explain(error: Exception) -> Exception:
    """`StoreDown` when the storage failed, else the error as it is."""
    if isinstance(error, UnicodeDecodeError) or str(error).startswith(_NO_TEXT):
        return StoreDown("the database failed: its file is garbled, and holds text that is none")
    if primary_code(error) in _STORAGE:
        return StoreDown(f"the database failed: {error}")
    return error


@contextmanager
def storage_failures_named() -> Iterator[None]:
    """What the storage does wrong inside becomes `StoreDown`."""
    try:
        yield
    except FAILURES as error:
        failure = explain(error)
        if failure is error:
            raise
        raise failure from error


def execute(connection: sqlite3.Connection, sql: str) -> None:
    """One statement of the store's own.

    Raises:
        StoreDown: the storage failed.
    """
    try:
        connection.execute(sql).close()
    except FAILURES as error:
        failure = explain(error)
        if failure is error:
            raise
        raise failure from error


def roll_back(connection: sqlite3.Connection) -> None:
    """Ends whatever transaction is open. A storage too sick to roll back is tried again at the next one."""
    if connection.in_transaction:
        with suppress(sqlite3.Error):
            connection.execute("ROLLBACK").close()
