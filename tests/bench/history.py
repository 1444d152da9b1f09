"""A house with a past: a hundred thousand closed conversations and five hundred open ones, all at once."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from core.domain.words import fold
from core.store.migrate import PACKAGED, migrate
from core.store.sqlite import WRITER_PRAGMAS, connect_sqlite, open_connection
from tests.bench.forms import detail, name, phone
from tests.stories.town import CHANNEL, LEA

PAST = 100_000
OPEN = 500
_DAY = 86_400_000
_MOTIVES = ("delivery", "return", "billing", "product")
_CHUNK = 10_000
Row = dict[str, Any]


def build(database: Path, now_ms: int, *, past: int = PAST, open_ones: int = OPEN) -> None:
    """Write the history; the newest conversations are the open ones."""
    database.parent.mkdir(parents=True, exist_ok=True)
    with closing(open_connection(connect_sqlite, str(database), WRITER_PRAGMAS)) as connection:
        migrate(connection, folder=PACKAGED, database=None, now_ms=lambda: now_ms)
        tables = ("customers", "addresses", "conversations", "messages", "outbox")
        columns = {table: _columns(connection, table) for table in tables}
        total = past + open_ones
        for begin in range(0, total, _CHUNK):
            connection.execute("BEGIN")
            for number in range(begin, min(begin + _CHUNK, total)):
                is_open = number >= past
                for table, row in _rows(number, now_ms, is_open=is_open):
                    _insert(connection, table, columns[table] | row)
            connection.execute("COMMIT")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _columns(connection: sqlite3.Connection, table: str) -> Row:
    """Every column with the least it may hold, whatever a migration adds."""
    rows = connection.execute(f"PRAGMA table_info({table})")
    return {row["name"]: ("" if row["type"] == "TEXT" else 0) if row["notnull"] else None for row in rows}


def _insert(connection: sqlite3.Connection, table: str, row: Row) -> None:
    marks = ", ".join("?" * len(row))
    connection.execute(f"INSERT INTO {table} VALUES ({marks})", [*row.values()])  # noqa: S608 - our own names


def _rows(number: int, now_ms: int, *, is_open: bool) -> Iterator[tuple[str, Row]]:
    begun = now_ms - (number % 400 + 1) * _DAY // 2 if not is_open else now_ms - (number % 97 + 1) * 600_000
    customer, talk, external = f"c{number:07}", f"t{number:07}", phone(number)
    who = {"id": customer, "name": name(number), "language": "fr", "phone": external, "created_at": begun}
    yield "customers", who
    where = {"channel": "whatsapp", "external_id": external}
    yield "addresses", where | {"customer_id": customer, "last_inbound_at": begun}
    shared = {"id": talk, "customer_id": customer, "version": 3, "messages": 3, "mode": "standard"} | where
    entry = {"entry_channel": "whatsapp", "entry_external_id": external, "opened_at": begun, "talk": "{}"}
    yield "conversations", shared | entry | (_open(number, begun) if is_open else _closed(number, begun))
    for seq, author in enumerate(("customer", "bot", "customer"), start=1):
        said = {"conversation_id": talk, "seq": seq, "at": begun + seq, "author": author, "media": "[]"}
        yield "messages", said | {"channel": "whatsapp", "text": detail(number * 3 + seq)}
    yield "outbox", _carried(talk, begun)


def _closed(number: int, begun: int) -> Row:
    return {
        "status": "closed",
        "priority": "normal",
        "motive": _MOTIVES[number % 4],
        "owner": LEA.id,
        "team": "support",
        "handed_off_at": begun + 60_000,
        "claimed_at": begun + 120_000,
        "resolved_at": begun + 3_600_000,
        "closed_at": begun + _DAY,
        "ending": "resolved",
        "last_customer_at": begun,
        "recap": "Colis retrouvé et livré.",
        "thread_place": CHANNEL,
        "thread_reference": f"{begun // 1000}.{number:06}",
        "handle": f"ancien-{number}",
    }


def _open(number: int, begun: int) -> Row:
    is_owned = number % 3 == 0
    return {
        "status": "in_progress" if is_owned else "open",
        "priority": "urgent" if number % 11 == 0 else "normal",
        "motive": _MOTIVES[number % 4],
        "owner": LEA.id if is_owned else "",
        "team": "support",
        "waiting_for": "us",
        "waiting_since": begun,
        "handed_off_at": begun,
        "claimed_at": begun + 60_000 if is_owned else None,
        "last_customer_at": begun,
        "promised_for": begun + 4 * 3_600_000,
        "thread_place": CHANNEL,
        "thread_reference": f"{begun // 1000}.{number:06}",
        "handle": handle(number),
    }


def handle(number: int) -> str:
    """How agents call an open conversation."""
    return f"{fold(name(number).split()[0])}-{number}"


def _carried(talk: str, begun: int) -> Row:
    return {
        "id": f"o{talk}",
        "conversation_id": talk,
        "lane": f"{talk}:team",
        "seq": 1,
        "destination": "team",
        "kind": "open_thread",
        "place": CHANNEL,
        "payload": "{}",
        "state": "sent",
        "created_at": begun,
        "due_at": begun,
        "attempts": 1,
        "settled_at": begun,
        "reference": f"{begun}.{talk}",
    }
