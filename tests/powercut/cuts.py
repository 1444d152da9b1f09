"""The power goes: what the disk may hold then, from nothing unsynced to all of it, torn and out of order.

Promised by a disk, and taken for granted here as SQLite does: what was synced stays, and a write harms no
byte outside of itself. Everything else may go wrong, sector by sector.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from random import Random

from tests.powercut.disk import Change, Delete, Step, Sync, SyncFolder, Truncate, Write

SECTOR = 512
Files = dict[str, bytearray]


def _sectors(write: Write) -> list[Write]:
    """The write in the pieces of which a disk can lose each alone."""
    pieces, start, end = [], write.offset, write.offset + len(write.content)
    while start < end:
        stop = min(end, (start // SECTOR + 1) * SECTOR)
        content = write.content[start - write.offset : stop - write.offset]
        pieces.append(Write(write.file, start, content))
        start = stop
    return pieces


def nothing(_pending: list[Change], _chance: Random) -> list[Change]:
    """What was not synced is gone."""
    return []


def everything(pending: list[Change], _chance: Random) -> list[Change]:
    """All of it made it, as when only the process dies."""
    return pending


def beginning(pending: list[Change], chance: Random) -> list[Change]:
    """In order, up to some sector of some write."""
    whole = chance.randrange(len(pending))
    last = pending[whole]
    torn = _sectors(last) if isinstance(last, Write) else []
    return [*pending[:whole], *torn[: chance.randint(0, len(torn))]]


def latest(pending: list[Change], chance: Random) -> list[Change]:
    """Out of order: only what was written last."""
    return pending[chance.randrange(len(pending)) :]


def scattered(pending: list[Change], chance: Random) -> list[Change]:
    """Out of order: any sector of any write."""
    share = chance.uniform(0.1, 0.95)
    pieces: list[Change] = []
    for change in pending:
        pieces += _sectors(change) if isinstance(change, Write) else [change]
    return [piece for piece in pieces if chance.random() < share]


def garbled(pending: list[Change], chance: Random) -> list[Change]:
    """The same, and some sectors hold what nobody ever wrote."""
    return [
        Write(piece.file, piece.offset, chance.randbytes(len(piece.content)))
        if isinstance(piece, Write) and chance.random() < 0.1
        else piece
        for piece in scattered(pending, chance)
    ]


Manner = Callable[[list[Change], Random], list[Change]]
MANNERS: tuple[Manner, ...] = (nothing, everything, beginning, latest, scattered, garbled)


@dataclass
class Disk:
    """What is on it for sure, and what was written since.

    A file that was taken out and made anew is another file: "name#1" after "name#0". The old one is found
    under the name for as long as its removal is not on the disk.
    """

    files: Files = field(default_factory=dict)
    pending: list[Change] = field(default_factory=list)
    removed: Counter[str] = field(default_factory=Counter)

    def play(self, step: Step) -> None:
        """One step of the tape."""
        if isinstance(step, Change):
            self.pending.append(replace(step, file=f"{step.file}#{self.removed[step.file]}"))
            self.removed[step.file] += isinstance(step, Delete)
        elif isinstance(step, Sync):
            file = f"{step.file}#{self.removed[step.file]}"
            self._keep([c for c in self.pending if c.file == file and not isinstance(c, Delete)])
        elif isinstance(step, SyncFolder):
            self._keep([change for change in self.pending if isinstance(change, Delete)])

    def _keep(self, changes: list[Change]) -> None:
        arrive(self.files, changes)
        kept = {id(change) for change in changes}
        self.pending = [change for change in self.pending if id(change) not in kept]

    def image(self, manner: Manner, chance: Random) -> Files:
        """What may be found on it when the power goes now."""
        found = {name: bytearray(content) for name, content in self.files.items()}
        arrive(found, manner(self.pending, chance) if self.pending else [])
        return {_named(name): found[name] for name in sorted(found, key=_age)}


def _named(file: str) -> str:
    return file.rpartition("#")[0]


def _age(file: str) -> int:
    """The youngest first: an older one, if it stands, takes the name."""
    return -int(file.rpartition("#")[2])


def arrive(files: Files, changes: list[Change]) -> None:
    """These changes happen to the files, in this order."""
    for change in changes:
        match change:
            case Delete(name):
                files.pop(name, None)
            case Truncate(name, size):
                content = files.setdefault(name, bytearray())
                del content[size:]
                content.extend(bytes(size - len(content)))
            case Write(name, offset, written):
                content = files.setdefault(name, bytearray())
                content.extend(bytes(max(0, offset - len(content))))
                content[offset : offset + len(written)] = written
