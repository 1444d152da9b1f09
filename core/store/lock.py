"""One database, one serving process: a lock the operating system frees when its holder dies."""

import fcntl
import os
from collections.abc import Callable
from pathlib import Path

from core.store.errors import AlreadyServing, StoreDown


class ServingLock:
    """The exclusive lock on `<database>.lock`. The file stays behind: removing it would race with a start."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor: int | None = descriptor

    @classmethod
    def take(cls, database: Path) -> "ServingLock":
        """Takes the lock at once or not at all, and writes this process's id into it.

        Raises:
            AlreadyServing: another holder has it.
            StoreDown: the lock file cannot be written.
        """
        # Two paths to one database must meet at one lock.
        path = _lock_path(database.resolve())
        try:
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise StoreDown(f"{path} cannot be written: {error.strerror}") from error
        try:
            _hold(descriptor, database)
        except BaseException:
            os.close(descriptor)
            raise
        return cls(descriptor)

    def release(self) -> None:
        """Frees the lock; a second call does nothing."""
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is not None:
            os.ftruncate(descriptor, 0)
            os.close(descriptor)


Lock = Callable[[Path], ServingLock]
"""How a database is locked; a simulation keeps what it took, to free it when the process dies."""


def _lock_path(database: Path) -> Path:
    return database.with_name(f"{database.name}.lock")


def _hold(descriptor: int, database: Path) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise AlreadyServing(_refusal(database, _holder(descriptor))) from None
    except OSError as error:
        raise StoreDown(f"{database} cannot be locked: {error.strerror}") from error
    try:
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
    except OSError as error:
        raise StoreDown(f"{_lock_path(database)} cannot be written: {error.strerror}") from error


def _holder(descriptor: int) -> str:
    written = os.pread(descriptor, 32, 0).strip()
    # The holder locks before it writes: for an instant nothing is there to read.
    return f"process {int(written)}" if written.isdigit() else "another process"


def _refusal(database: Path, holder: str) -> str:
    return (
        f"{database} is already served by {holder}. Stop it before starting another one; "
        "do not delete the lock file, it frees itself when its holder ends."
    )
