"""Copies of the database: whole, consistent beside a writer, and put back so that nothing leaves twice."""

import asyncio
import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from core.store.backup import back_up
from core.store.engine import Db, Store
from core.store.errors import AlreadyServing, StoreDown
from core.store.restore import examine, put_back
from tests.core.desk_house import a_desk
from tests.core.virtual import virtually

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


async def _grow(db: Db) -> None:
    await db.run("INSERT INTO journal VALUES (hex(randomblob(8)), 1, 'x', '', '{}', zeroblob(3000))")
    await db.run("INSERT INTO meta VALUES (hex(randomblob(8)), 'one for each')")


async def _store(folder: Path) -> Store:
    return await Store.open(folder / "relais.db", now_ms=lambda: 1)


def _rows(path: Path, sql: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        return list(connection.execute(sql))


def test_a_copy_made_beside_a_writer_is_whole_and_one_committed_state(tmp_path: Path) -> None:
    async def story() -> None:
        store = await _store(tmp_path)
        writing = asyncio.create_task(_go_on(store))
        for number in range(4):
            await asyncio.sleep(0.05)
            await asyncio.to_thread(back_up, tmp_path / "relais.db", tmp_path / f"{number}.db")
        writing.cancel()
        await asyncio.gather(writing, return_exceptions=True)
        await store.close()

    asyncio.run(story())
    sizes = []
    for number in range(4):
        copy = examine(tmp_path / f"{number}.db")
        assert copy.faults == ()
        counts = dict(copy.counts)
        (kept,) = _rows(tmp_path / f"{number}.db", "SELECT count(*) FROM meta WHERE value = 'one for each'")
        assert counts["journal"] == kept[0]  # two rows of one transaction: both or none
        sizes.append(counts["journal"])
    assert sizes == sorted(set(sizes))
    assert sizes[0] > 0


async def _go_on(store: Store) -> None:
    while True:
        await asyncio.gather(*(store.write(_grow) for _ in range(10)))


def test_a_copy_is_for_this_user_alone_and_nothing_is_overwritten(tmp_path: Path) -> None:
    asyncio.run(_once(tmp_path))
    target = tmp_path / "copy.db"
    back_up(tmp_path / "relais.db", target)
    assert target.stat().st_mode & 0o777 == 0o600
    before = target.read_bytes()
    with pytest.raises(StoreDown, match="exists already"):
        back_up(tmp_path / "relais.db", target)
    with pytest.raises(StoreDown, match="is no folder"):
        back_up(tmp_path / "relais.db", tmp_path / "nowhere" / "copy.db")
    assert target.read_bytes() == before
    assert sorted(path.name for path in tmp_path.glob("*.part")) == []


async def _once(folder: Path) -> None:
    store = await _store(folder)
    await store.write(_grow)
    await store.close()


def _cut(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def _orphan(path: Path) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("INSERT INTO timers VALUES ('nobody', 'close', 1, 1)")


def _newer(path: Path) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("UPDATE meta SET value = '99' WHERE key = 'compat_version'")


def _edited(path: Path) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("UPDATE schema_version SET sha256 = 'x' WHERE version = 2")


def _foreign(path: Path) -> None:
    path.unlink()
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("CREATE TABLE t (x)")


HARMS: dict[str, tuple[Callable[[Path], object], str]] = {
    "cut": (_cut, "malformed"),
    "not a database": (lambda path: path.write_bytes(b"no" * 4096), "cannot be read as a database"),
    "absent": (Path.unlink, "does not exist"),
    "a row that points nowhere": (_orphan, "points to nothing in conversations"),
    "of a newer release": (_newer, "needs a program that knows schema 99"),
    "with a history of its own": (_edited, "0002_every_message.sql is not the file"),
    "somebody else's": (_foreign, "not a database of Relais"),
}


@pytest.mark.parametrize("harm", HARMS)
def test_a_copy_that_must_not_be_used_is_told(tmp_path: Path, harm: str) -> None:
    asyncio.run(_once(tmp_path))
    copy = tmp_path / "copy.db"
    back_up(tmp_path / "relais.db", copy)
    do, told = HARMS[harm]
    do(copy)
    faults = examine(copy).faults
    assert faults
    assert told in "\n".join(faults)


def test_a_database_that_is_served_is_never_replaced(tmp_path: Path) -> None:
    async def story() -> None:
        store = await _store(tmp_path)
        back_up(tmp_path / "relais.db", tmp_path / "copy.db")
        before = (tmp_path / "relais.db").read_bytes()
        with pytest.raises(AlreadyServing):
            put_back(tmp_path / "copy.db", tmp_path / "relais.db", tmp_path / "aside.db", NOW)
        assert (tmp_path / "relais.db").read_bytes() == before
        assert not (tmp_path / "aside.db").exists()
        await store.close()

    asyncio.run(story())


def test_what_is_put_back_is_the_copy_and_what_was_there_is_kept_whole(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as desks:
            await desks.talk()
            await desks.enqueue("waits")
            back_up(desks.path, tmp_path / "copy.db")
            await desks.enqueue("later")

    virtually(story())
    database, aside = tmp_path / "relais.db", tmp_path / "aside.db"
    put_back(tmp_path / "copy.db", database, aside, NOW)
    words = "SELECT json_extract(payload, '$.text'), state FROM outbox ORDER BY seq"
    # It may have left since the copy was made: it is asked about, as after a crash.
    assert _rows(database, words) == [("waits", "sending")]
    assert _rows(aside, words) == [("waits", "ready"), ("later", "ready")]
    assert examine(aside).faults == examine(database).faults == ()
    assert not Path(f"{database}-wal").exists()
    put_back(tmp_path / "copy.db", tmp_path / "new" / "relais.db", aside, NOW)
    assert examine(tmp_path / "new" / "relais.db").waiting == 1


def test_a_return_that_fails_leaves_the_database_and_nothing_beside_it(tmp_path: Path) -> None:
    asyncio.run(_once(tmp_path))
    back_up(tmp_path / "relais.db", tmp_path / "copy.db")
    (tmp_path / "aside.db").write_bytes(b"somebody's")
    with pytest.raises(StoreDown):
        put_back(tmp_path / "copy.db", tmp_path / "relais.db", tmp_path / "aside.db", NOW)
    assert _rows(tmp_path / "relais.db", "SELECT count(*) FROM meta WHERE key LIKE 'restored%'") == [(0,)]
    assert (tmp_path / "aside.db").read_bytes() == b"somebody's"
    assert list(tmp_path.glob("*.part*")) == []


def test_what_a_killed_service_left_in_its_log_is_kept_aside_and_spoils_nothing(tmp_path: Path) -> None:
    killed = tmp_path / "killed"
    killed.mkdir()

    async def story() -> None:
        store = await _store(tmp_path)
        back_up(tmp_path / "relais.db", tmp_path / "copy.db")
        await store.write(_grow)
        for name in ("relais.db", "relais.db-wal"):  # as they stand at the instant of a kill
            (killed / name).write_bytes((tmp_path / name).read_bytes())
        await store.close()

    asyncio.run(story())
    put_back(tmp_path / "copy.db", killed / "relais.db", killed / "aside.db", NOW)
    assert not (killed / "relais.db-wal").exists()
    assert _rows(killed / "relais.db", "SELECT count(*) FROM journal") == [(0,)]
    assert _rows(killed / "aside.db", "SELECT count(*) FROM journal") == [(1,)]


def test_a_copy_of_the_files_themselves_is_put_back_with_what_stands_in_its_log(tmp_path: Path) -> None:
    files = tmp_path / "files"
    files.mkdir()

    async def story() -> None:
        store = await _store(tmp_path)
        await store.write(_grow)
        for name in ("relais.db", "relais.db-wal"):  # as somebody takes them off a machine that died
            (files / name).write_bytes((tmp_path / name).read_bytes())
        await store.close()

    asyncio.run(story())
    assert dict(examine(files / "relais.db").counts)["journal"] == 1
    put_back(files / "relais.db", tmp_path / "new" / "relais.db", tmp_path / "aside.db", NOW)
    assert _rows(tmp_path / "new" / "relais.db", "SELECT count(*) FROM journal") == [(1,)]
