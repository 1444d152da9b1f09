"""Migrations: each one whole or not at all, in order, never rewritten, never backwards."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.store.engine import Db, Store
from core.store.errors import AlreadyServing, MigrationEdited, MigrationFailed, SchemaTooNew, StoreDown
from core.store.migrate import PACKAGED, find_migrations, migrate, statements
from core.store.sqlite import MEMORY, WRITER_PRAGMAS, connect_sqlite, open_connection

_FIRST = """
-- a comment; with a semicolon, and CREATE TRIGGER in it
CREATE TABLE note (id INTEGER PRIMARY KEY, text TEXT NOT NULL DEFAULT ';') STRICT;
CREATE TABLE trail (text TEXT NOT NULL) STRICT; /* another; one */
CREATE TRIGGER follow AFTER INSERT ON note BEGIN
    INSERT INTO trail VALUES (new.text); -- inside; too
    INSERT INTO trail VALUES ('END;');
END;
INSERT INTO note (text) VALUES ('it''s; here');
-- the end
"""
_SECOND = "ALTER TABLE note ADD COLUMN author TEXT NOT NULL DEFAULT ''"


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "relais.db"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "migrations"
    made.mkdir()
    (made / "0001_init.sql").write_text(_FIRST)
    return made


@pytest.fixture
def connection(database: Path) -> Iterator[sqlite3.Connection]:
    with closing(open_connection(connect_sqlite, str(database), WRITER_PRAGMAS)) as opened:
        yield opened


def _migrate(connection: sqlite3.Connection, folder: Path, database: Path | None, at: int = 1000) -> None:
    migrate(connection, folder=folder, database=database, now_ms=lambda: at)


def _history(connection: sqlite3.Connection) -> list[tuple[int, str, int]]:
    rows = connection.execute("SELECT version, name, applied_at FROM schema_version ORDER BY version")
    return [tuple(row) for row in rows]


def _compat(connection: sqlite3.Connection) -> str:
    row = connection.execute("SELECT value FROM meta WHERE key = 'compat_version'").fetchone()
    return str(row[0])


def _dump(connection: sqlite3.Connection) -> list[str]:
    return [line for line in connection.iterdump() if "schema_version" not in line]


def _copies(database: Path) -> list[str]:
    return sorted(path.name for path in database.parent.glob("*.before-*"))


def test_a_new_database_gets_every_migration_and_no_copy(
    connection: sqlite3.Connection, folder: Path, database: Path
) -> None:
    (folder / "0002_author.sql").write_text(_SECOND)
    _migrate(connection, folder, database)
    assert _history(connection) == [(1, "init", 1000), (2, "author", 1000)]
    assert tuple(connection.execute("SELECT text, author FROM note").fetchone()) == ("it's; here", "")
    assert [row[0] for row in connection.execute("SELECT text FROM trail")] == ["it's; here", "END;"]
    assert _copies(database) == []


def test_a_second_start_changes_nothing(connection: sqlite3.Connection, folder: Path, database: Path) -> None:
    _migrate(connection, folder, database, at=1000)
    before = list(connection.iterdump())
    _migrate(connection, folder, database, at=2000)
    assert list(connection.iterdump()) == before
    assert _copies(database) == []


def test_an_upgrade_gives_what_a_new_database_gets_and_keeps_a_copy_of_what_was(
    connection: sqlite3.Connection, folder: Path, database: Path
) -> None:
    _migrate(connection, folder, database)
    before = list(connection.iterdump())
    (folder / "0002_author.sql").write_text(_SECOND)
    _migrate(connection, folder, database, at=2000)
    with closing(open_connection(connect_sqlite, MEMORY, WRITER_PRAGMAS)) as fresh:
        _migrate(fresh, folder, None)
        assert _dump(connection) == _dump(fresh)
    assert _history(connection) == [(1, "init", 1000), (2, "author", 2000)]
    assert _copies(database) == ["relais.before-2.db"]
    copy = database.with_name("relais.before-2.db")
    assert copy.stat().st_mode & 0o777 == 0o600
    with closing(sqlite3.connect(copy)) as kept:
        assert list(kept.iterdump()) == before


def test_leftovers_of_an_interrupted_copy_do_not_stop_the_next_one(
    connection: sqlite3.Connection, folder: Path, database: Path
) -> None:
    _migrate(connection, folder, database)
    database.with_name("relais.before-2.db.part").write_text("half")
    database.with_name("relais.before-2.db").write_text("older")
    (folder / "0002_author.sql").write_text(_SECOND)
    _migrate(connection, folder, database)
    assert _copies(database) == ["relais.before-2.db"]
    with closing(sqlite3.connect(database.with_name("relais.before-2.db"))) as kept:
        assert kept.execute("SELECT count(*) FROM note").fetchone() == (1,)


def test_without_room_for_the_copy_nothing_is_migrated(
    connection: sqlite3.Connection, folder: Path, database: Path
) -> None:
    _migrate(connection, folder, database)
    (folder / "0002_author.sql").write_text(_SECOND)
    database.with_name("relais.before-2.db").mkdir()
    with pytest.raises(StoreDown, match=r"relais\.before-2\.db cannot be written"):
        _migrate(connection, folder, database)
    assert [version for version, _, _ in _history(connection)] == [1]


@pytest.mark.parametrize(
    ("broken", "why"),
    [
        ("INSERT INTO note (text) VALUES ('ghost'); INSERT INTO nowhere VALUES (1);", "no such table"),
        ("INSERT INTO note (text) VALUES ('ghost'); COMMIT;", "may not end its transaction"),
        (
            "INSERT INTO note (text) VALUES ('ghost'); CREATE TRIGGER t AFTER INSERT ON note BEGIN",
            "incomplete",
        ),
        ("CREATE TABLE child (of INTEGER REFERENCES note (id)); INSERT INTO child VALUES (404);", "child"),
    ],
)
def test_a_failing_migration_is_undone_and_what_came_before_it_stays(
    connection: sqlite3.Connection, folder: Path, database: Path, broken: str, why: str
) -> None:
    (folder / "0002_author.sql").write_text(_SECOND)
    (folder / "0003_broken.sql").write_text(broken)
    with pytest.raises(MigrationFailed, match=f"0003_broken.sql failed and was undone: .*{why}"):
        _migrate(connection, folder, database)
    assert not connection.in_transaction
    assert [version for version, _, _ in _history(connection)] == [1, 2]
    (folder / "0003_broken.sql").write_text("DROP TABLE trail;")
    _migrate(connection, folder, database)
    assert _copies(database) == ["relais.before-3.db"]


def test_a_table_can_be_rebuilt_while_others_point_to_it(
    connection: sqlite3.Connection, folder: Path, database: Path
) -> None:
    (folder / "0002_child.sql").write_text(
        "CREATE TABLE child (of INTEGER REFERENCES note (id) ON DELETE CASCADE);INSERT INTO child VALUES (1);"
    )
    _migrate(connection, folder, database)
    (folder / "0003_rebuild.sql").write_text(
        "CREATE TABLE note_new (id INTEGER PRIMARY KEY, text TEXT) STRICT;"
        "INSERT INTO note_new SELECT id, text FROM note; DROP TABLE note;"
        "ALTER TABLE note_new RENAME TO note;"
    )
    _migrate(connection, folder, database)
    assert connection.execute("SELECT count(*) FROM child JOIN note ON of = id").fetchone()[0] == 1
    assert connection.execute("PRAGMA foreign_keys").fetchone()[0] == 1


@pytest.mark.parametrize(
    "edit",
    [
        lambda folder: (folder / "0001_init.sql").write_text(_FIRST + " "),
        lambda folder: (folder / "0001_init.sql").rename(folder / "0001_start.sql"),
    ],
)
def test_edited_history_is_refused(
    connection: sqlite3.Connection, folder: Path, database: Path, edit: object
) -> None:
    _migrate(connection, folder, database)
    assert callable(edit)
    edit(folder)
    with pytest.raises(MigrationEdited, match=r"0001_.* is not the file .* Reinstall the release"):
        _migrate(connection, folder, database)


@pytest.mark.parametrize("name", ["0003_gap.sql", "0001_twice.sql", "0000_zero.sql"])
def test_holes_and_doubles_among_the_files_are_refused(folder: Path, name: str) -> None:
    (folder / name).write_text("SELECT 1;")
    with pytest.raises(MigrationEdited, match=r"was expected\. Reinstall"):
        find_migrations(folder)


@pytest.mark.parametrize("name", ["2_short.sql", "0002-dash.sql", "0002_UPPER.sql", "notes.sql"])
def test_a_file_that_is_not_named_like_a_migration_is_refused(folder: Path, name: str) -> None:
    (folder / name).write_text("SELECT 1;")
    with pytest.raises(MigrationEdited, match="Rename or remove it"):
        find_migrations(folder)


def test_a_missing_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MigrationEdited, match=r"is missing\. Reinstall"):
        find_migrations(tmp_path / "nowhere")


def test_a_hole_in_what_the_database_remembers_is_refused(
    connection: sqlite3.Connection, folder: Path, database: Path
) -> None:
    (folder / "0002_author.sql").write_text(_SECOND)
    _migrate(connection, folder, database)
    connection.execute("DELETE FROM schema_version WHERE version = 1")
    with pytest.raises(MigrationEdited, match="remembers migration 0002 but not 0001"):
        _migrate(connection, folder, database)


def test_a_database_newer_than_the_program_is_refused(
    connection: sqlite3.Connection, folder: Path, database: Path
) -> None:
    (folder / "0002_author.sql").write_text(_SECOND)
    _migrate(connection, folder, database)
    (folder / "0002_author.sql").unlink()
    with pytest.raises(SchemaTooNew, match=r"knows schema 2; this one knows 1\. Install the newer release"):
        _migrate(connection, folder, database)


def test_a_newer_database_that_says_it_suits_this_program_is_served(
    connection: sqlite3.Connection, folder: Path, database: Path
) -> None:
    (folder / "0002_author.sql").write_text(f"-- compat: 1\n{_SECOND}")
    _migrate(connection, folder, database)
    (folder / "0002_author.sql").unlink()
    before = list(connection.iterdump())
    _migrate(connection, folder, database)
    assert list(connection.iterdump()) == before


def test_the_compatibility_version_never_goes_down(
    connection: sqlite3.Connection, folder: Path, database: Path
) -> None:
    (folder / "0002_strict.sql").write_text(_SECOND)
    (folder / "0003_mild.sql").write_text("-- compat: 1\nDROP TABLE trail;")
    _migrate(connection, folder, database)
    assert _compat(connection) == "2"


@given(
    st.lists(
        st.sampled_from(
            [
                "CREATE TABLE a (b TEXT DEFAULT ';');",
                "INSERT INTO a VALUES ('''; END;');",
                "CREATE TRIGGER t AFTER INSERT ON a BEGIN DELETE FROM a; SELECT ';'; END;",
                "CREATE TEMP TRIGGER t AFTER INSERT ON a BEGIN SELECT 1; END;",
                'SELECT ";" AS [;] -- ;\n;',
                "SELECT /* ; */ 1;",
            ]
        )
    )
)
def test_a_script_is_cut_exactly_between_its_statements(script: list[str]) -> None:
    assert list(statements("\n".join(script))) == script


async def test_the_store_migrates_before_it_serves(tmp_path: Path, folder: Path) -> None:
    async def first_text(db: Db) -> str:
        return str(await db.value("SELECT text FROM note"))

    store = await Store.open(tmp_path / "relais.db", now_ms=lambda: 1000, migrations=folder)
    assert await store.read(first_text) == "it's; here"
    await store.close()


async def test_a_store_that_refuses_its_database_frees_the_lock(tmp_path: Path, folder: Path) -> None:
    (folder / "0002_broken.sql").write_text("nonsense;")
    for _ in range(2):
        with pytest.raises(MigrationFailed):
            await Store.open(tmp_path / "relais.db", now_ms=lambda: 1000, migrations=folder)


async def test_a_served_database_is_never_migrated_by_another(tmp_path: Path, folder: Path) -> None:
    store = await Store.open(tmp_path / "relais.db", now_ms=lambda: 1000, migrations=folder)
    (folder / "0002_author.sql").write_text(_SECOND)
    with pytest.raises(AlreadyServing):
        await Store.open(tmp_path / "relais.db", now_ms=lambda: 1000, migrations=folder)
    await store.close()
    assert _copies(tmp_path / "relais.db") == []


def test_the_shipped_migrations_apply(connection: sqlite3.Connection, database: Path) -> None:
    _migrate(connection, PACKAGED, database)
    assert len(_history(connection)) == len(find_migrations(PACKAGED))
