"""Processes that are killed, and files that cannot grow: nothing acknowledged is lost."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from core.store.engine import Db
from tests.core.store.test_engine_kit import opened

_ROOT = Path(__file__).parents[3]

_WRITE_FOREVER = """
import asyncio, sys
from pathlib import Path
from core.store.engine import Store

async def write_lines(store, writer):
    for n in range(10**9):
        async def insert(db):
            await db.run("INSERT INTO meta VALUES ($1, '')", f"{writer}.{n}")
        await store.write(insert)
        print(f"{writer}.{n}", flush=True)

async def main():
    store = await Store.open(Path(sys.argv[1]), now_ms=lambda: 0, migrations=None)
    await asyncio.gather(*(write_lines(store, writer) for writer in range(8)))

asyncio.run(main())
"""


@pytest.mark.parametrize("acknowledged", [1, 50, 400])
async def test_what_was_acknowledged_survives_a_kill(tmp_path: Path, acknowledged: int) -> None:
    command = [sys.executable, "-c", _WRITE_FOREVER, str(tmp_path / "db")]
    with subprocess.Popen(command, cwd=_ROOT, stdout=subprocess.PIPE, text=True) as child:  # noqa: ASYNC220
        assert child.stdout is not None
        heard = [child.stdout.readline() for _ in range(acknowledged)]
        child.send_signal(signal.SIGKILL)
        heard += child.stdout.readlines()
    if not heard[-1].endswith("\n"):
        heard.pop()

    async def stored(db: Db) -> set[str]:
        assert await db.value("PRAGMA integrity_check") == "ok"
        return {row["key"] for row in await db.all("SELECT key FROM meta")}

    async with opened(tmp_path / "db") as store:
        assert {line.strip() for line in heard} <= await store.read(stored)


_FILL_THE_DISK = """
import asyncio, resource, sys
from pathlib import Path
from core.store.engine import Store
from core.store.errors import StoreDown

async def add(store, key):
    async def insert(db):
        await db.run("INSERT INTO meta VALUES ($1, $2)", key, "x" * 20000)
    await store.write(insert)

async def main():
    store = await Store.open(Path(sys.argv[1]), now_ms=lambda: 0, migrations=None)
    resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, resource.RLIM_INFINITY))
    acknowledged = []
    for n in range(100):
        try:
            await add(store, str(n))
        except StoreDown:
            break
        acknowledged.append(str(n))
    # A probe is smaller than a line: the last room goes to the first of them.
    ready_when_full = [await store.is_writable() for _ in range(20)][-1]
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    await add(store, "after")
    acknowledged.append("after")
    print(ready_when_full, *acknowledged)
    await store.close()

asyncio.run(main())
"""


async def test_files_that_cannot_grow_are_down_until_they_can(tmp_path: Path) -> None:
    command = [sys.executable, "-c", _FILL_THE_DISK, str(tmp_path / "db")]
    ended = subprocess.run(command, cwd=_ROOT, capture_output=True, text=True, check=True)  # noqa: ASYNC221
    ready_when_full, *acknowledged = ended.stdout.split()

    async def stored(db: Db) -> list[str]:
        return [
            row["key"] for row in await db.all("SELECT key FROM meta WHERE key <> 'probes' ORDER BY rowid")
        ]

    async with opened(tmp_path / "db") as store:
        kept = await store.read(stored)
    assert ready_when_full == "False"
    assert 1 < len(acknowledged) < 100
    assert kept == acknowledged


_FORGET_TO_CLOSE = """
import asyncio, sys
from pathlib import Path
from core.store.engine import Store

kept = []

async def main():
    kept.append(await Store.open(Path(sys.argv[1]), now_ms=lambda: 0, migrations=None))
    raise SystemExit(3)

asyncio.run(main())
"""


def test_a_process_that_forgets_to_close_its_store_ends_all_the_same(tmp_path: Path) -> None:
    command = [sys.executable, "-c", _FORGET_TO_CLOSE, str(tmp_path / "db")]
    assert subprocess.run(command, cwd=_ROOT, check=False, timeout=60).returncode == 3
