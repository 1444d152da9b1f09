"""One look beside a running service: read only, without the lock, and clear about what it cannot read."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from core.clock import HandClock
from core.store import journal, screens
from core.store.db import Db
from core.store.errors import StoreDown
from core.store.peek import peek
from tests.core.desk_house import a_desk, threaded
from tests.core.virtual import MONDAY


async def test_a_look_sees_what_a_running_service_has_committed(tmp_path: Path) -> None:
    async with a_desk(tmp_path, executor=threaded, clock=HandClock(MONDAY)) as desks:
        await desks.desk.quarantine_malformed(source="s", key="k", body=b"x", error="ValueError")
        (item,) = await peek(desks.path, journal.quarantined)
        assert item.raw == b"x"
        await desks.wrote("bonjour")
        assert (await peek(desks.path, screens.outbox_health)).ready == 1


async def test_a_look_works_when_nothing_runs_and_when_the_name_is_odd(tmp_path: Path) -> None:
    folder = tmp_path / "a ?b#c%20"
    folder.mkdir()
    async with a_desk(folder, executor=threaded, clock=HandClock(MONDAY)) as desks:
        await desks.wrote("bonjour")
    assert (await peek(folder / "relais.db", screens.outbox_health)).ready == 1


async def test_a_look_cannot_write(tmp_path: Path) -> None:
    async def write(db: Db) -> None:
        await db.run("DELETE FROM journal")

    async with a_desk(tmp_path, executor=threaded, clock=HandClock(MONDAY)) as desks:
        await desks.wrote("bonjour")
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            await peek(desks.path, write)
        assert (await desks.counts())["journal"] == 1


async def test_a_missing_file_is_named_and_not_made(tmp_path: Path) -> None:
    path = tmp_path / "none.db"
    for _ in range(2):
        with pytest.raises(StoreDown, match="does not exist"):
            await peek(path, screens.outbox_health)


@pytest.mark.parametrize("content", [b"", b"hello " * 4000, b"SQLite format 3\x00" + b"\x00" * 4000])
async def test_a_file_that_is_not_ours_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "other.db"
    path.write_bytes(content)
    with pytest.raises(StoreDown, match=r"database of Relais|failed|cannot be"):
        await peek(path, screens.outbox_health)


async def test_a_database_of_another_program_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE outbox (id)")
    with pytest.raises(StoreDown, match="is not a database of Relais"):
        await peek(path, screens.outbox_health)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ("UPDATE meta SET value = '99' WHERE key = 'compat_version'", "newer release"),
        ("DELETE FROM schema_version", "older release"),
    ],
)
async def test_a_database_of_another_release_is_refused_in_words(
    tmp_path: Path, change: str, sentence: str
) -> None:
    async with a_desk(tmp_path, executor=threaded, clock=HandClock(MONDAY)) as desks:
        await desks.run(change)
        with pytest.raises(StoreDown, match=sentence):
            await peek(desks.path, screens.outbox_health)
