"""Transactions that share a commit: order, isolation of failures, cancellation."""

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from core.store.engine import MEMORY, Db
from core.store.errors import ForeignAwait
from core.store.executor import ExecutorFactory
from tests.core.store.test_engine_kit import (
    Gate,
    Trace,
    add,
    both_executors,
    opened,
    pass_through_gate,
    texts,
)


class OurBugError(Exception):
    """What a transaction's function raises here."""


async def _count_up(db: Db) -> int:
    await db.run("INSERT INTO meta VALUES ('sum', '0') ON CONFLICT DO NOTHING")
    now = int(await db.value("SELECT value FROM meta WHERE key = 'sum'")) + 1
    await db.run("UPDATE meta SET value = $1 WHERE key = 'sum'", str(now))
    return now


async def _fail_after_counting(db: Db) -> int:
    await _count_up(db)
    raise OurBugError


@both_executors
@pytest.mark.parametrize("where", ["file", MEMORY])
async def test_two_hundred_writers_add_up_though_one_of_them_fails(
    tmp_path: Path, executor: ExecutorFactory, where: str
) -> None:
    location = tmp_path / "db" if where == "file" else where
    async with opened(location, executor) as store:
        jobs = [store.write(_fail_after_counting if n == 77 else _count_up) for n in range(200)]
        answers = await asyncio.gather(*jobs, return_exceptions=True)
    assert isinstance(answers.pop(77), OurBugError)
    assert list(range(1, 200)) == answers


@both_executors
async def test_writers_are_served_in_the_order_they_came(tmp_path: Path, executor: ExecutorFactory) -> None:
    async with opened(tmp_path / "db", executor) as store:
        await asyncio.gather(*(add(store, f"line {n}") for n in range(100)))
        assert [f"line {n}" for n in range(100)] == await texts(store)


@both_executors
@pytest.mark.parametrize(("writers", "commits"), [(1, 1), (100, 1), (256, 1), (300, 2)])
async def test_what_waits_shares_one_commit(
    tmp_path: Path, executor: ExecutorFactory, writers: int, commits: int
) -> None:
    trace = Trace()
    async with opened(tmp_path / "db", executor, connect=trace.connect) as store:
        before = trace.count("COMMIT")
        await asyncio.gather(*(add(store, str(n)) for n in range(writers)))
        assert commits == trace.count("COMMIT") - before


async def test_those_who_come_during_a_commit_share_the_next_one(tmp_path: Path) -> None:
    trace, gate = Trace(), Gate()

    def connect(location: str) -> sqlite3.Connection:
        connection = gate.connect(location)
        connection.set_trace_callback(trace.statements.append)
        return connection

    async with opened(tmp_path / "db", connect=connect) as store:
        before = trace.count("COMMIT")
        first = asyncio.create_task(store.write(pass_through_gate))
        await gate.reached()
        others = [asyncio.create_task(add(store, str(n))) for n in range(50)]
        await asyncio.sleep(0)
        gate.open()
        await asyncio.gather(first, *others)
        assert trace.count("COMMIT") - before == 2


@both_executors
async def test_a_failing_member_is_undone_and_only_its_caller_hears_of_it(
    tmp_path: Path, executor: ExecutorFactory
) -> None:
    async def add_then_fail(db: Db) -> None:
        await db.run("INSERT INTO line (text) VALUES ('ghost')")
        raise OurBugError

    async with opened(tmp_path / "db", executor) as store:
        answers = await asyncio.gather(
            add(store, "before"), store.write(add_then_fail), add(store, "after"), return_exceptions=True
        )
        assert await texts(store) == ["before", "after"]
    assert [None, OurBugError, None] == [error and type(error) for error in answers]


@both_executors
async def test_a_broken_constraint_reaches_its_caller_as_it_is(
    tmp_path: Path, executor: ExecutorFactory
) -> None:
    async with opened(tmp_path / "db", executor) as store:
        answers = await asyncio.gather(add(store, "same"), add(store, "same"), return_exceptions=True)
        assert await texts(store) == ["same"]
    assert answers[0] is None
    assert type(answers[1]) is sqlite3.IntegrityError


@both_executors
async def test_a_function_may_catch_its_own_constraint_error_and_go_on(
    tmp_path: Path, executor: ExecutorFactory
) -> None:
    async def add_or_note(db: Db) -> str:
        try:
            await db.run("INSERT INTO line (text) VALUES ('same')")
        except sqlite3.IntegrityError:
            await db.run("INSERT INTO line (text) VALUES ('again')")
            return "known"
        return "new"

    async with opened(tmp_path / "db", executor) as store:
        assert [await store.write(add_or_note), await store.write(add_or_note)] == ["new", "known"]
        assert await texts(store) == ["same", "again"]


@both_executors
async def test_a_statement_that_ends_the_whole_transaction_hurts_only_its_member(
    tmp_path: Path, executor: ExecutorFactory
) -> None:
    async def tear(db: Db) -> None:
        await db.run("INSERT INTO line (text) VALUES ('ghost')")
        await db.run("INSERT OR ROLLBACK INTO line (text) VALUES ('before')")

    async with opened(tmp_path / "db", executor) as store:
        answers = await asyncio.gather(
            add(store, "before"), store.write(tear), add(store, "after"), return_exceptions=True
        )
        assert await texts(store) == ["before", "after"]
    assert [None, sqlite3.IntegrityError, None] == [error and type(error) for error in answers]


@both_executors
async def test_a_function_cannot_hide_that_the_whole_transaction_ended(
    tmp_path: Path, executor: ExecutorFactory
) -> None:
    async def tear_and_go_on(db: Db) -> None:
        for text in ("same", "would commit on its own"):
            try:
                await db.run("INSERT OR ROLLBACK INTO line (text) VALUES ($1)", text)
            except sqlite3.IntegrityError:
                continue

    async with opened(tmp_path / "db", executor) as store:
        await add(store, "same")
        with pytest.raises(sqlite3.IntegrityError):
            await store.write(tear_and_go_on)
        assert await texts(store) == ["same"]


@both_executors
async def test_a_deferred_constraint_is_charged_to_the_member_that_broke_it(
    tmp_path: Path, executor: ExecutorFactory
) -> None:
    async def make_child(db: Db) -> None:
        await db.run(
            "CREATE TABLE child (of_line INTEGER REFERENCES line (id) DEFERRABLE INITIALLY DEFERRED)"
        )

    async def orphan(db: Db) -> None:
        await db.run("INSERT INTO child VALUES (404)")

    async with opened(tmp_path / "db", executor) as store:
        await store.write(make_child)
        answers = await asyncio.gather(
            add(store, "before"), store.write(orphan), add(store, "after"), return_exceptions=True
        )
        assert await texts(store) == ["before", "after"]
    assert [None, sqlite3.IntegrityError, None] == [error and type(error) for error in answers]


async def _await_sleep(db: Db) -> None:
    await db.run("INSERT INTO line (text) VALUES ('ghost')")
    await asyncio.sleep(0.001)


async def _await_bare_yield(db: Db) -> None:
    await db.run("INSERT INTO line (text) VALUES ('ghost')")
    await asyncio.sleep(0)


async def _await_and_clean_up(db: Db) -> None:
    try:
        await asyncio.sleep(0)
    finally:
        await db.run("INSERT INTO line (text) VALUES ('ghost')")


@both_executors
@pytest.mark.parametrize("fn", [_await_sleep, _await_bare_yield, _await_and_clean_up])
async def test_awaiting_anything_but_the_database_is_refused_and_undone(
    tmp_path: Path, executor: ExecutorFactory, fn: Callable[[Db], Awaitable[None]]
) -> None:
    async with opened(tmp_path / "db", executor) as store:
        answers = await asyncio.gather(add(store, "other"), store.write(fn), return_exceptions=True)
        assert await texts(store) == ["other"]
    assert answers[0] is None
    assert str(answers[1]) == "a transaction may await only its database"
    assert isinstance(answers[1], ForeignAwait)


@both_executors
async def test_a_transaction_inside_a_transaction_is_refused_and_never_runs_later(
    tmp_path: Path, executor: ExecutorFactory
) -> None:
    async with opened(tmp_path / "db", executor) as store:

        async def nested(db: Db) -> None:
            await add(store, "inner")

        with pytest.raises(ForeignAwait):
            await store.write(nested)
        await add(store, "next")
        assert await texts(store) == ["next"]


@both_executors
async def test_a_database_kept_beyond_its_transaction_refuses_statements(
    tmp_path: Path, executor: ExecutorFactory
) -> None:
    kept: list[Db] = []

    async def keep(db: Db) -> None:
        kept.append(db)

    async with opened(tmp_path / "db", executor) as store:
        await store.write(keep)
        with pytest.raises(RuntimeError, match="this transaction is over"):
            await kept[0].one("SELECT 1")


@both_executors
@pytest.mark.parametrize("word", ["BEGIN", "commit", "END", " ROLLBACK", "SAVEPOINT x", "RELEASE member"])
async def test_a_function_cannot_open_or_end_transactions(
    tmp_path: Path, executor: ExecutorFactory, word: str
) -> None:
    async def meddle(db: Db) -> None:
        await db.run("INSERT INTO line (text) VALUES ('ghost')")
        await db.run(word)

    async with opened(tmp_path / "db", executor) as store:
        with pytest.raises(ValueError, match="only the store opens and ends transactions"):
            await store.write(meddle)
        assert await texts(store) == []


@both_executors
@pytest.mark.parametrize("death", [KeyboardInterrupt, SystemExit, asyncio.CancelledError, GeneratorExit])
async def test_no_death_inside_a_function_leaves_the_transaction_open(
    tmp_path: Path, executor: ExecutorFactory, death: type[BaseException]
) -> None:
    async def die(db: Db) -> None:
        await db.run("INSERT INTO line (text) VALUES ('ghost')")
        raise death

    async with opened(tmp_path / "db", executor) as store:
        with pytest.raises(death):
            await store.write(die)
        await add(store, "next")
        assert await texts(store) == ["next"]
