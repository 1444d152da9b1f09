"""Callers who are cancelled: nothing half done, nobody else hurt."""

import asyncio
from pathlib import Path

from core.store.engine import Store
from core.store.executor import ExecutorFactory
from tests.core.store.test_engine_kit import Gate, add, both_executors, opened, pass_through_gate, texts


@both_executors
async def test_a_caller_cancelled_before_its_turn_is_skipped(
    tmp_path: Path, executor: ExecutorFactory
) -> None:
    async with opened(tmp_path / "db", executor) as store:
        cancelled = asyncio.create_task(add(store, "cancelled"))
        other = asyncio.create_task(add(store, "other"))
        await asyncio.sleep(0)
        cancelled.cancel()
        await asyncio.wait([cancelled, other])
        assert await texts(store) == ["other"]
    assert cancelled.cancelled()


async def test_a_caller_cancelled_while_another_group_runs_is_skipped(tmp_path: Path) -> None:
    gate = Gate()
    async with opened(tmp_path / "db", connect=gate.connect) as store:
        first = asyncio.create_task(store.write(pass_through_gate))
        await gate.reached()
        cancelled, other = (asyncio.create_task(add(store, text)) for text in ("cancelled", "other"))
        await asyncio.sleep(0)
        cancelled.cancel()
        gate.open()
        await asyncio.wait([first, cancelled, other])
        assert await texts(store) == ["gated", "other"]


async def test_a_caller_cancelled_in_the_middle_leaves_a_whole_transaction_and_its_neighbours(
    tmp_path: Path,
) -> None:
    gate = Gate()
    async with opened(tmp_path / "db", connect=gate.connect) as store:
        cancelled = asyncio.create_task(store.write(pass_through_gate))
        other = asyncio.create_task(add(store, "other"))
        await gate.reached()
        cancelled.cancel()
        gate.open()
        await other
        await asyncio.wait([cancelled])
        assert await texts(store) == ["gated", "other"]
    assert cancelled.cancelled()


async def test_a_member_cancelled_behind_a_running_neighbour_of_its_group_is_skipped(tmp_path: Path) -> None:
    gate = Gate()
    async with opened(tmp_path / "db", connect=gate.connect) as store:
        running = asyncio.create_task(store.write(pass_through_gate))
        cancelled = asyncio.create_task(add(store, "cancelled"))
        await gate.reached()
        cancelled.cancel()
        await asyncio.wait([cancelled])
        gate.open()
        assert await running == "passed"
        assert await texts(store) == ["gated"]


async def _write_until(store: Store, texts_to_add: list[str]) -> None:
    for text in texts_to_add:
        await add(store, text)


@both_executors
async def test_a_writer_cancelled_at_any_moment_leaves_a_beginning_of_its_work(
    tmp_path: Path, executor: ExecutorFactory
) -> None:
    work = [str(n) for n in range(10)]
    async with opened(tmp_path / "db", executor) as store:
        for turns in range(30):
            task = asyncio.create_task(_write_until(store, [f"{turns}.{text}" for text in work]))
            for _ in range(turns):
                await asyncio.sleep(0)
            task.cancel()
            await asyncio.wait([task])
            await add(store, f"{turns} ended")
        written = await texts(store)
    for turns in range(30):
        own = [text for text in written if text.startswith(f"{turns}.")]
        assert own == [f"{turns}.{text}" for text in work[: len(own)]]
        assert f"{turns} ended" in written
