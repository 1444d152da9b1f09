"""One serving process a database, and a lock that never outlives its holder."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from core.store.errors import AlreadyServing, StoreDown
from core.store.lock import ServingLock

_HOLD = """
import signal, sys
from pathlib import Path
from core.store.lock import ServingLock
lock = ServingLock.take(Path(sys.argv[1]))
print("held", flush=True)
signal.pause()
"""


@contextmanager
def _another_process_holding(database: Path) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-c", _HOLD, str(database)]
    root = Path(__file__).parents[3]
    with subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, text=True) as child:
        try:
            assert child.stdout is not None
            assert child.stdout.readline() == "held\n"
            yield child
        finally:
            child.kill()


def test_the_lock_names_its_holder(tmp_path: Path) -> None:
    lock = ServingLock.take(tmp_path / "relais.db")
    assert (tmp_path / "relais.db.lock").read_text() == f"{os.getpid()}\n"
    lock.release()


def test_a_second_process_is_refused_with_the_first_ones_id_and_what_to_do(tmp_path: Path) -> None:
    database = tmp_path / "relais.db"
    with _another_process_holding(database) as child, pytest.raises(AlreadyServing) as refusal:
        ServingLock.take(database)
    assert f"is already served by process {child.pid}. Stop it before" in str(refusal.value)


def test_a_refused_process_leaves_the_holders_id_in_place(tmp_path: Path) -> None:
    database = tmp_path / "relais.db"
    lock = ServingLock.take(database)
    for _ in range(2):
        with pytest.raises(AlreadyServing, match=f"process {os.getpid()}"):
            ServingLock.take(database)
    lock.release()


@pytest.mark.parametrize("death", [signal.SIGTERM, signal.SIGKILL])
def test_the_lock_is_free_once_its_holder_is_dead(tmp_path: Path, death: signal.Signals) -> None:
    database = tmp_path / "relais.db"
    with _another_process_holding(database) as child:
        child.send_signal(death)
        child.wait(timeout=20)
        ServingLock.take(database).release()


def test_the_lock_is_free_after_its_release_and_a_second_release_frees_nobody_elses(tmp_path: Path) -> None:
    database = tmp_path / "relais.db"
    first = ServingLock.take(database)
    first.release()
    second = ServingLock.take(database)
    first.release()
    with pytest.raises(AlreadyServing):
        ServingLock.take(database)
    second.release()


def test_two_paths_to_one_database_meet_at_one_lock(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "relais.db").touch()
    (tmp_path / "alias.db").symlink_to(tmp_path / "real" / "relais.db")
    lock = ServingLock.take(tmp_path / "real" / "relais.db")
    with pytest.raises(AlreadyServing):
        ServingLock.take(tmp_path / "alias.db")
    lock.release()


def test_two_databases_have_two_locks(tmp_path: Path) -> None:
    locks = [ServingLock.take(tmp_path / name) for name in ("a.db", "b.db")]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.db.lock", "b.db.lock"]
    for lock in locks:
        lock.release()


def test_a_holder_that_has_not_written_its_id_yet_is_still_obeyed(tmp_path: Path) -> None:
    lock = ServingLock.take(tmp_path / "relais.db")
    (tmp_path / "relais.db.lock").write_text("")
    with pytest.raises(AlreadyServing, match="by another process"):
        ServingLock.take(tmp_path / "relais.db")
    lock.release()


def _next_descriptor() -> int:
    descriptor = os.dup(0)
    os.close(descriptor)
    return descriptor


def test_a_refusal_leaves_no_file_open(tmp_path: Path) -> None:
    lock = ServingLock.take(tmp_path / "relais.db")
    before = _next_descriptor()
    with pytest.raises(AlreadyServing):
        ServingLock.take(tmp_path / "relais.db")
    assert _next_descriptor() == before
    lock.release()


def test_a_lock_that_cannot_be_written_is_a_storage_that_is_down(tmp_path: Path) -> None:
    with pytest.raises(StoreDown, match="No such file"):
        ServingLock.take(tmp_path / "missing" / "relais.db")
