"""The laws the database keeps by itself, whatever the code above it does."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from core.store.migrate import PACKAGED, migrate
from core.store.sqlite import WRITER_PRAGMAS, connect_sqlite, open_connection

CUSTOMER = "INSERT INTO customers VALUES ('c1', 'Marie', 'fr', '', '', 0, NULL, NULL, 0)"
TALK = {
    **dict.fromkeys(("mode", "channel", "external_id", "entry_channel", "entry_external_id"), "x"),
    **dict.fromkeys(("motive", "criterion", "owner", "team", "recap", "thread_place"), ""),
    **dict.fromkeys(("thread_reference", "previous_id", "talk", "handle"), ""),
    **dict.fromkeys(("opened_at", "reopened", "messages", "version"), 0),
    "customer_id": "c1",
    "status": "bot",
    "priority": "normal",
}


@pytest.fixture
def database(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    """A database as the service makes it, with one customer."""
    with closing(open_connection(connect_sqlite, str(tmp_path / "relais.db"), WRITER_PRAGMAS)) as connection:
        migrate(connection, folder=PACKAGED, database=None, now_ms=lambda: 0)
        connection.execute(CUSTOMER)
        yield connection


def insert(connection: sqlite3.Connection, **values: object) -> None:
    row = TALK | values
    marks = ", ".join("?" * len(row))
    connection.execute(f"INSERT INTO conversations ({', '.join(row)}) VALUES ({marks})", [*row.values()])  # noqa: S608


def test_a_second_active_conversation_is_refused_under_concurrent_attack(
    database: sqlite3.Connection, tmp_path: Path
) -> None:
    refused: list[str] = []
    start = threading.Barrier(6)

    def attack(name: int) -> None:
        with closing(connect_sqlite(str(tmp_path / "relais.db"))) as own:
            own.execute("PRAGMA busy_timeout = 10000")
            start.wait()
            for n in range(20):
                try:
                    insert(own, id=f"t{name}-{n}", status=("bot", "bot", "bot")[n % 3])
                except sqlite3.IntegrityError as error:
                    refused.append(str(error))

    attackers = [threading.Thread(target=attack, args=(name,)) for name in range(6)]
    for attacker in attackers:
        attacker.start()
    for attacker in attackers:
        attacker.join(timeout=30)
    (active,) = database.execute("SELECT count(*) FROM conversations WHERE status <> 'closed'").fetchone()
    assert active == 1
    assert len(refused) == 119
    assert all("conversations.customer_id" in why for why in refused)


def test_a_closed_conversation_does_not_come_back_beside_an_active_one(database: sqlite3.Connection) -> None:
    insert(database, id="old", status="closed", closed_at=1, ending="answered")
    insert(database, id="new")
    with pytest.raises(sqlite3.IntegrityError):
        database.execute(
            "UPDATE conversations SET status = 'bot', closed_at = NULL, ending = NULL WHERE id = 'old'"
        )


OPEN = {"handle": "marie", "handed_off_at": 1}
CLOSED = {"status": "closed", "closed_at": 1, "ending": "resolved"}


@pytest.mark.parametrize(
    "broken",
    [
        {"status": "in_progress", **OPEN},
        {"status": "open"},
        {"status": "open", "handle": "marie"},
        {"status": "resolved", "recap": "fait"},
        {"status": "resolved", "motive": "delivery"},
        {**CLOSED, "closed_at": None},
        {**CLOSED, "ending": None},
        {**CLOSED, "waiting_for": "us"},
        {"status": "bot", "closed_at": 1},
        {"status": "bot", "ending": "answered"},
        {"status": "done"},
        {"priority": "extreme"},
        {"waiting_for": "nobody"},
        {"customer_id": "nobody"},
        {"version": "three"},
    ],
    ids=str,
)
def test_a_state_that_breaks_a_law_cannot_be_stored(
    database: sqlite3.Connection, broken: dict[str, object]
) -> None:
    with pytest.raises(sqlite3.IntegrityError):
        insert(database, id="t1", **broken)


def test_two_open_conversations_never_share_a_handle(database: sqlite3.Connection) -> None:
    database.execute(CUSTOMER.replace("'c1'", "'c2'"))
    insert(database, id="t1", status="open", **OPEN)
    with pytest.raises(sqlite3.IntegrityError):
        insert(database, id="t2", customer_id="c2", status="open", **OPEN)


def test_an_address_belongs_to_one_customer(database: sqlite3.Connection) -> None:
    database.execute(CUSTOMER.replace("'c1'", "'c2'"))
    database.execute("INSERT INTO addresses VALUES ('mute', 'a', 'c1', 0, '')")
    with pytest.raises(sqlite3.IntegrityError):
        database.execute("INSERT INTO addresses VALUES ('mute', 'a', 'c2', 0, '')")


def test_something_is_heard_once(database: sqlite3.Connection) -> None:
    row = "INSERT INTO journal (key, at, kind, conversation_id, event) VALUES ('k', 0, '', '', '')"
    database.execute(row)
    with pytest.raises(sqlite3.IntegrityError):
        database.execute(row)


def test_one_promise_lives_at_a_time(database: sqlite3.Connection) -> None:
    insert(database, id="t1")
    database.execute("INSERT INTO promises VALUES ('t1', 1, 0, 0, 'kept', 0)")
    database.execute("INSERT INTO promises VALUES ('t1', 2, 0, 0, 'live', NULL)")
    with pytest.raises(sqlite3.IntegrityError):
        database.execute("INSERT INTO promises VALUES ('t1', 3, 0, 0, 'live', NULL)")


@pytest.mark.parametrize("table", ["messages", "outbox", "timers", "promises", "addresses"])
def test_nothing_points_to_what_is_not_there(database: sqlite3.Connection, table: str) -> None:
    parents = {row["table"] for row in database.execute(f"PRAGMA foreign_key_list({table})")}
    assert parents in ({"conversations"}, {"customers"})


def test_every_table_checks_its_types(database: sqlite3.Connection) -> None:
    loose = database.execute(
        "SELECT name FROM pragma_table_list WHERE schema = 'main' AND strict = 0"
    ).fetchall()
    assert {row["name"] for row in loose} <= {"sqlite_schema", "sqlite_sequence"}
