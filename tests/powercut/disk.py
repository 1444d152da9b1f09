"""A disk that remembers: SQLite writes its files through it, and every write and every sync is on tape."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import PurePath

import apsw


@dataclass(frozen=True, slots=True)
class Write:
    """Bytes that went to a file."""

    file: str
    offset: int
    content: bytes


@dataclass(frozen=True, slots=True)
class Truncate:
    """A file was given a length."""

    file: str
    size: int


@dataclass(frozen=True, slots=True)
class Delete:
    """A file was taken out of its folder."""

    file: str


@dataclass(frozen=True, slots=True)
class Sync:
    """What was written to the file before is on the disk."""

    file: str


@dataclass(frozen=True, slots=True)
class SyncFolder:
    """What was taken out of the folder before is gone for good."""


@dataclass(frozen=True, slots=True)
class Committed:
    """The store was told that its transaction is durable; `state`: what the database holds since."""

    state: str


@dataclass(frozen=True, slots=True)
class Opened:
    """The store is open, its migrations done."""


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """The desk said that it has this event."""

    key: str


_LOGS = apsw.SQLITE_OPEN_WAL | apsw.SQLITE_OPEN_MAIN_JOURNAL

Change = Write | Truncate | Delete
Step = Change | Sync | SyncFolder | Committed | Opened | Acknowledged


@dataclass
class Tape:
    """Everything that happened, in its order."""

    steps: list[Step] = field(default_factory=list)

    def count(self, kind: type) -> int:
        """How many steps of a kind."""
        return sum(isinstance(step, kind) for step in self.steps)


def _name(path: str | apsw.URIFilename | None) -> str:
    if path is None:
        raise ValueError("a file without a name would escape the tape (temp_store is MEMORY)")
    return PurePath(path.filename() if isinstance(path, apsw.URIFilename) else path).name


class _File(apsw.VFSFile):
    """A real file, with its writes and syncs on tape."""

    def __init__(self, tape: Tape, path: str | apsw.URIFilename | None, flags: list[int]) -> None:
        self._tape, self._file = tape, _name(path)
        # As in os_unix.c: the first sync of a log or journal that may be new is one of its folder as well.
        self._may_be_new = bool(flags[0] & apsw.SQLITE_OPEN_CREATE and flags[0] & _LOGS)
        super().__init__("", path, flags)

    def xWrite(self, data: bytes, offset: int) -> None:  # noqa: N802 - SQLite's name
        self._tape.steps.append(Write(self._file, offset, bytes(data)))
        super().xWrite(data, offset)

    def xTruncate(self, newsize: int) -> None:  # noqa: N802 - SQLite's name
        self._tape.steps.append(Truncate(self._file, newsize))
        super().xTruncate(newsize)

    def xSync(self, flags: int) -> None:  # noqa: N802 - SQLite's name
        """Nothing outlives the test, so the real disk is not waited for."""
        self._tape.steps.append(Sync(self._file))
        if self._may_be_new:
            self._tape.steps.append(SyncFolder())
            self._may_be_new = False


class _Disk(apsw.VFS):
    """The operating system's files, recorded."""

    def __init__(self, name: str, tape: Tape) -> None:
        self._tape = tape
        super().__init__(name, base="")

    def xOpen(self, name: str | apsw.URIFilename | None, flags: list[int]) -> apsw.VFSFile:  # noqa: N802
        return _File(self._tape, name, flags)

    def xDelete(self, filename: str, syncdir: bool) -> None:  # noqa: N802 - SQLite's name
        super().xDelete(filename, syncdir)
        self._tape.steps.append(Delete(_name(filename)))
        if syncdir:
            self._tape.steps.append(SyncFolder())


@contextmanager
def recording(tape: Tape) -> Iterator[str]:
    """The name under which SQLite reaches a disk that writes on this tape."""
    name = f"recording-{id(tape):x}"
    disk = _Disk(name, tape)
    try:
        yield name
    finally:
        disk.unregister()
