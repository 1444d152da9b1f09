"""A storage that fails: full, sick, locked, closed. It says so to whom it hits, and comes back by itself."""

import asyncio
import logging
import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from core.store.engine import MEMORY, Db, Store, inline
from core.store.errors import AlreadyServing, StoreDown
from core.store.executor import ExecutorFactory
from tests.core.store.test_engine_kit import (
    NOON,
    FaultyConnection,
    Gate,
    add,
    both_executors,
    opened,
    pass_through_gate,
    texts,
)

_BIG = "x" * 400_000


async def _pragma(store: Store, pragma: str) -> int:
    async def ask(db: Db) -> int:
        return int(await db.value(f"PRAGMA {pragma}"))

    return await store.write(ask)


@both_executors
@pytest.mark.parametrize("where", ["file", MEMORY])
async def test_a_full_database_fails_only_what_does_not_fit_and_recovers(
    tmp_path: Path, executor: ExecutorFactory, where: str
) -> None:
    async with opened(tmp_path / "db" if where == "file" else where, executor) as store:
        await _pragma(store, f"max_page_count = {await _pragma(store, 'page_count') + 5}")
        answers = await asyncio.gather(
            add(store, "before"), add(store, _BIG), add(store, "after"), return_exceptions=True
        )
        assert [None, StoreDown, None] == [error and type(error) for error in answers]
        assert await texts(store) == ["before", "after"]
        await _pragma(store, "max_page_count = 100000")
        await add(store, _BIG)
        assert await texts(store) == ["before", "after", _BIG]


@both_executors
async def test_a_function_cannot_hide_a_full_database(tmp_path: Path, executor: ExecutorFactory) -> None:
    async def shrug(db: Db) -> str:
        try:
            await db.run("INSERT INTO line (text) VALUES ($1)", _BIG)
        except StoreDown:
            return "all is well"
        return "it fitted"

    async with opened(tmp_path / "db", executor) as store:
        await _pragma(store, f"max_page_count = {await _pragma(store, 'page_count') + 5}")
        with pytest.raises(StoreDown, match="full"):
            await store.write(shrug)


def _faulty(location: str) -> sqlite3.Connection:
    return sqlite3.connect(location, isolation_level=None, factory=FaultyConnection)


@both_executors
@pytest.mark.parametrize("statement", ["BEGIN IMMEDIATE", "SAVEPOINT member", "RELEASE member", "COMMIT"])
async def test_a_sick_disk_is_told_to_the_whole_group_and_nothing_of_it_stays(
    tmp_path: Path,
    executor: ExecutorFactory,
    statement: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def fail(db: Db) -> None:
        # What it read may never have been committed: even its refusal is no answer to give.
        raise KeyError(await db.value("SELECT count(*) FROM line"))

    async with opened(tmp_path / "db", executor, connect=_faulty) as store:
        with monkeypatch.context() as sick:
            sick.setattr(FaultyConnection, "failing", (statement,))
            answers = await asyncio.gather(
                add(store, "one"), store.write(fail), add(store, "two"), return_exceptions=True
            )
            assert [StoreDown] * 3 == [type(error) for error in answers]
            assert await texts(store) == []
            assert not await store.is_writable()
            with closing(sqlite3.connect(tmp_path / "db", timeout=0)) as other:
                other.execute("BEGIN IMMEDIATE")  # refused while our transaction is open
        await add(store, "mended")
        assert await texts(store) == ["mended"]
        assert await store.is_writable()


@both_executors
async def test_a_transaction_the_disk_refused_to_roll_back_does_not_block_the_next(
    tmp_path: Path, executor: ExecutorFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def insert_then_die(db: Db) -> None:
        await db.run("INSERT INTO line (text) VALUES ('ghost')")
        monkeypatch.setattr(FaultyConnection, "failing", ("ROLLBACK TO member", "ROLLBACK"))
        raise KeyError

    async with opened(tmp_path / "db", executor, connect=_faulty) as store:
        with pytest.raises(StoreDown):
            await store.write(insert_then_die)
        monkeypatch.setattr(FaultyConnection, "failing", ())
        await add(store, "next")
        assert await texts(store) == ["next"]


@both_executors
async def test_a_bug_in_the_connection_is_told_to_the_whole_group_and_the_store_serves_on(
    tmp_path: Path, executor: ExecutorFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened(tmp_path / "db", executor, connect=_faulty) as store:
        with monkeypatch.context() as bug:
            bug.setattr(FaultyConnection, "failing", ("COMMIT",))
            bug.setattr(FaultyConnection, "with_error", LookupError())
            answers = await asyncio.gather(add(store, "a"), add(store, "b"), return_exceptions=True)
        assert [LookupError] * 2 == [type(error) for error in answers]
        await add(store, "next")
        assert await texts(store) == ["next"]


def test_a_death_during_the_commit_leaves_nobody_waiting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    loop = asyncio.new_event_loop()
    opening = Store.open(
        tmp_path / "db", now_ms=lambda: NOON, connect=_faulty, executor=inline, migrations=None
    )
    store = loop.run_until_complete(opening)
    callers = [loop.create_task(store.is_writable()) for _ in range(300)]  # more than one group
    with monkeypatch.context() as death:
        death.setattr(FaultyConnection, "failing", ("COMMIT",))
        death.setattr(FaultyConnection, "with_error", KeyboardInterrupt())
        with pytest.raises(KeyboardInterrupt):
            loop.run_until_complete(asyncio.wait(callers))
    loop.run_until_complete(asyncio.wait(callers))
    assert all(caller.cancelled() for caller in callers)
    loop.run_until_complete(store.close())
    loop.close()


def test_a_database_that_cannot_be_opened_leaves_no_thread_to_answer_a_loop_that_is_gone(
    tmp_path: Path,
) -> None:
    (tmp_path / "db").write_text("no database " * 500)
    for _ in range(30):  # an answer too late is an error that pytest reports
        with pytest.raises(StoreDown):
            asyncio.run(Store.open(tmp_path / "db", now_ms=lambda: NOON, migrations=None))


@both_executors
async def test_a_database_locked_by_another_program_is_down_until_it_lets_go(
    tmp_path: Path, executor: ExecutorFactory
) -> None:
    async with opened(tmp_path / "db", executor) as store:
        await _pragma(store, "busy_timeout = 0")
        with closing(sqlite3.connect(tmp_path / "db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(StoreDown, match="locked"):
                await add(store, "refused")
            assert not await store.is_writable()
            other.execute("ROLLBACK")
        await add(store, "next")
        assert await texts(store) == ["next"]


@both_executors
async def test_the_probe_of_readiness_really_writes(tmp_path: Path, executor: ExecutorFactory) -> None:
    async def probes(db: Db) -> str | None:
        found: str | None = await db.value("SELECT value FROM meta WHERE key = 'probes'")
        return found

    async with opened(tmp_path / "db", executor) as store:
        assert await store.read(probes) is None
        assert [await store.is_writable() for _ in range(3)] == [True] * 3
        assert await store.read(probes) == "3"


@both_executors
async def test_a_closed_store_is_down(tmp_path: Path, executor: ExecutorFactory) -> None:
    async with opened(tmp_path / "db", executor) as store:
        await store.close()
        for call in (add(store, "late"), texts(store)):
            with pytest.raises(StoreDown, match="closed"):
                await call
        assert not await store.is_writable()


async def test_closing_commits_what_waits(tmp_path: Path) -> None:
    gate = Gate()
    async with opened(tmp_path / "db", connect=gate.connect) as store:
        jobs: list[asyncio.Task[object]] = [asyncio.create_task(store.write(pass_through_gate))]
        await gate.reached()
        jobs += [asyncio.create_task(add(store, str(n))) for n in range(300)]
        await asyncio.sleep(0)
        closing_down = asyncio.create_task(store.close())
        await asyncio.sleep(0)
        gate.open()
        await asyncio.gather(*jobs, closing_down)
    async with opened(tmp_path / "db") as store:
        assert len(await texts(store)) == 301


@both_executors
async def test_what_is_stored_survives_closing_in_one_file_only_its_owner_reads(
    tmp_path: Path, executor: ExecutorFactory
) -> None:
    path = tmp_path / "var" / "relais.db"
    async with opened(path, executor) as store:
        await add(store, "kept")
    assert sorted(file.name for file in path.parent.iterdir()) == ["relais.db", "relais.db.lock"]
    assert path.stat().st_mode & 0o777 == 0o600
    async with opened(path, executor) as store:
        assert await texts(store) == ["kept"]


@both_executors
async def test_the_writer_syncs_every_commit_and_the_readers_never_checkpoint(
    tmp_path: Path, executor: ExecutorFactory
) -> None:
    async def settings(db: Db) -> list[object]:
        names = ("journal_mode", "synchronous", "foreign_keys", "query_only", "wal_autocheckpoint")
        return [await db.value(f"PRAGMA {name}") for name in names]

    async with opened(tmp_path / "db", executor) as store:
        assert await store.write(settings) == ["wal", 2, 1, 0, 1000]
        _, _, _, query_only, autocheckpoint = await store.read(settings)
        assert (query_only, autocheckpoint) == (1, 0)


@both_executors
@pytest.mark.parametrize(
    "spoil", [lambda path: path.mkdir(), lambda path: path.write_text("no database " * 500)]
)
async def test_a_database_that_cannot_be_opened_is_down_and_its_lock_is_free(
    tmp_path: Path, executor: ExecutorFactory, spoil: Callable[[Path], object]
) -> None:
    path = tmp_path / "db"
    spoil(path)
    for _ in range(2):  # the second time would be AlreadyServing had the lock been kept
        with pytest.raises(StoreDown):
            await Store.open(path, now_ms=lambda: NOON, executor=executor, migrations=None)


@both_executors
async def test_two_stores_cannot_serve_one_database(tmp_path: Path, executor: ExecutorFactory) -> None:
    async with opened(tmp_path / "db", executor):
        with pytest.raises(AlreadyServing, match=str(os.getpid())):
            await Store.open(tmp_path / "db", now_ms=lambda: NOON, executor=executor, migrations=None)


async def test_no_log_level_shows_what_customers_said(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    async with opened(tmp_path / "db") as store:
        await add(store, "a secret")
        await asyncio.gather(add(store, "a secret"), return_exceptions=True)
    assert "aiosqlite" not in {record.name for record in caplog.records}
    assert "a secret" not in caplog.text


GARBLED = {
    "what SQLite says of it": (b"CREATE TABLE drafts (", b"CRE\xffTE \xffABLE dra\xfft\xff ("),
    "a name of the schema": (b"indexdrafts_by_agedrafts", b"index\xffrafts_by_\xffgedrafts"),
    "a text in a row": (b"every_message", b"\xff\xfeery_message"),
}


@pytest.mark.parametrize("where", GARBLED)
async def test_a_garbled_file_is_a_store_that_is_down(tmp_path: Path, where: str) -> None:
    store = await Store.open(tmp_path / "relais.db", now_ms=lambda: 1)
    await store.close()
    whole = (tmp_path / "relais.db").read_bytes()
    before, after = GARBLED[where]
    (tmp_path / "relais.db").write_bytes(whole.replace(before, after))
    assert whole.count(before) == 1
    with pytest.raises(StoreDown, match="garbled"):
        await Store.open(tmp_path / "relais.db", now_ms=lambda: 1)
