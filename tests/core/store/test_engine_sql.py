"""The `$1` placeholders, and the four ways to ask."""

import sqlite3
from contextlib import closing

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.store.db import Db, step
from core.store.sqlite import connect_sqlite, native

_TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12)
_DOLLARS = st.lists(st.sampled_from(["$1", "$22", "'", '"', "a", " ", "\n", ";", "-", "é"]), max_size=8).map(
    "".join
)
_ANY_TEXT = _TEXT | _DOLLARS

_UNTOUCHED = st.one_of(
    _ANY_TEXT.map(lambda text: "'" + text.replace("'", "''") + "'"),
    _ANY_TEXT.map(lambda text: '"' + text.replace('"', '""') + '"'),
    _ANY_TEXT.map(lambda text: "`" + text.replace("`", "") + "`"),
    _ANY_TEXT.map(lambda text: "[" + text.replace("]", "") + "]"),
    _ANY_TEXT.map(lambda text: "--" + text.replace("\n", "") + "\n"),
    _ANY_TEXT.map(lambda text: "/*" + text.replace("*/", "").replace("/", "").replace("*", "") + "*/"),
    st.sampled_from(["SELECT", "a$1", "_$2", "é$3", "x9$1", "$name", "$1x", "$", "?1", ":name", "=", "("]),
).map(lambda piece: (piece, piece))
_PLACEHOLDER = st.integers(1, 999).map(lambda n: (f"${n}", f"?{n}"))


@given(st.lists(_UNTOUCHED | _PLACEHOLDER))
def test_only_placeholders_are_translated(pieces: list[tuple[str, str]]) -> None:
    written = " ".join(ours for ours, _ in pieces)
    assert native(written) == " ".join(theirs for _, theirs in pieces)


@pytest.mark.parametrize(
    ("written", "understood"),
    [
        ("a = $1 AND b=$12", "a = ?1 AND b=?12"),
        ("f($1,$2)||$3;", "f(?1,?2)||?3;"),
        ("'$1' || 'it''s $2' || $3", "'$1' || 'it''s $2' || ?3"),
        ("price$1 = $1", "price$1 = ?1"),
        ("$1x $12x $name $", "$1x $12x $name $"),
        ("$1 -- $2\n$3", "?1 -- $2\n?3"),
        ("/* $1 ' */ $2 /* never $3 closed", "/* $1 ' */ ?2 /* never $3 closed"),
        ("data ->> '$.a' = $1", "data ->> '$.a' = ?1"),
    ],
)
def test_a_dollar_that_is_no_placeholder_stays(written: str, understood: str) -> None:
    assert native(written) == understood


@given(st.lists(_TEXT, min_size=1, max_size=12), _ANY_TEXT)
def test_every_value_reaches_its_own_place_beside_any_literal(values: list[str], literal: str) -> None:
    quoted = literal.replace("'", "''")
    places = ", ".join(f"${n}" for n in range(len(values), 0, -1))
    with closing(connect_sqlite(":memory:")) as connection:
        row = connection.execute(native(f"SELECT '{quoted}', {places}"), values).fetchone()
    assert row == (literal, *reversed(values))


@pytest.fixture
def connection() -> sqlite3.Connection:
    opened = connect_sqlite(":memory:")
    opened.row_factory = sqlite3.Row
    opened.execute("CREATE TABLE pair (a INTEGER, b TEXT)")
    opened.execute("CREATE TABLE trail (a INTEGER)")
    opened.execute("CREATE TRIGGER follow AFTER UPDATE ON pair BEGIN INSERT INTO trail VALUES (1); END")
    opened.execute("INSERT INTO pair VALUES (1, 'un'), (2, 'deux'), (3, 'trois')")
    opened.execute("BEGIN")
    return opened


def test_one_gives_the_first_row_or_none(connection: sqlite3.Connection) -> None:
    async def ask(db: Db) -> list[object]:
        found = await db.one("SELECT * FROM pair WHERE a > $1 ORDER BY a", 1)
        return [found and found["b"], await db.one("SELECT * FROM pair WHERE a = $1", 404)]

    with closing(connection):
        assert step(ask, Db(connection)) == ["deux", None]


def test_all_gives_every_row(connection: sqlite3.Connection) -> None:
    async def ask(db: Db) -> list[str]:
        return [row["b"] for row in await db.all("SELECT b FROM pair WHERE a <> $1 ORDER BY a", 2)]

    with closing(connection):
        assert step(ask, Db(connection)) == ["un", "trois"]


def test_value_gives_the_first_column_or_none(connection: sqlite3.Connection) -> None:
    async def ask(db: Db) -> list[object]:
        return [
            await db.value("SELECT b, a FROM pair WHERE a = $1", 3),
            await db.value("SELECT b FROM pair WHERE a = $1", 404),
        ]

    with closing(connection):
        assert step(ask, Db(connection)) == ["trois", None]


@pytest.mark.parametrize(
    ("sql", "changed"),
    [
        ("UPDATE pair SET b = 'x' WHERE a >= 2", 2),
        ("UPDATE pair SET b = 'x' WHERE a = 404", 0),
        ("-- with a sentence before\nDELETE FROM pair", 3),
        ("INSERT INTO pair VALUES (4, 'quatre') RETURNING a", 1),
        ("UPDATE pair SET b = 'x' RETURNING a", 3),
        ("WITH big AS (SELECT 2 AS a) UPDATE pair SET b = 'x' WHERE a >= (SELECT a FROM big)", 2),
        ("WITH big AS (SELECT 404 AS a) UPDATE pair SET b = 'x' WHERE a >= (SELECT a FROM big)", 0),
        ("INSERT INTO pair VALUES (1, 'un') ON CONFLICT DO NOTHING", 1),
        ("CREATE TABLE other (a INTEGER)", 0),
        ("SELECT * FROM pair", 0),
    ],
)
def test_run_counts_the_rows_it_changed(connection: sqlite3.Connection, sql: str, changed: int) -> None:
    async def ask(db: Db) -> int:
        return await db.run(sql)

    with closing(connection):
        assert step(ask, Db(connection)) == changed


def test_a_row_left_unread_holds_nothing_back(connection: sqlite3.Connection) -> None:
    async def ask(db: Db) -> None:
        await db.one("SELECT * FROM pair")
        await db.value("UPDATE pair SET b = 'x' RETURNING a")

    with closing(connection):
        step(ask, Db(connection))
        connection.execute("COMMIT")
        connection.execute("DROP TABLE pair")  # refused while a statement still reads
        assert connection.execute("SELECT count(*) FROM trail").fetchone()[0] == 3


def test_a_wrong_number_of_values_is_refused(connection: sqlite3.Connection) -> None:
    async def ask(db: Db) -> None:
        await db.run("UPDATE pair SET b = $1 WHERE a = $2", "x")

    with closing(connection), pytest.raises(sqlite3.ProgrammingError, match="bindings"):
        step(ask, Db(connection))
