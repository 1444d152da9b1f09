"""An image of the disk, opened by the real store: all that was acknowledged, and nothing by halves?"""

import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any

from core.desk import Outcome
from core.domain.events import Event
from core.store import journal
from core.store.db import Db
from core.store.engine import Store, inline
from core.store.rows import to_ms
from tests.core.desk_house import a_desk
from tests.core.virtual import MONDAY, VirtualClock
from tests.powercut.cuts import Files
from tests.powercut.disk import Acknowledged, Committed, Opened, Step

_TABLES = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"

Select = Callable[[str], Iterable[Sequence[Any]]]


def state_of(select: Select) -> str:
    """What the database holds, every row of every table, in few letters."""
    digest = sha256()
    for (table,) in list(select(_TABLES)):
        rows = sorted(repr(tuple(row)) for row in select(f"SELECT * FROM {table}"))  # noqa: S608 - ours
        digest.update(f"{table}: {rows}\n".encode())
    return digest.hexdigest()[:16]


@dataclass
class Known:
    """What the service had been told, and had told others, up to the moment of the cut."""

    states: Sequence[str]
    """What the database held after each commit of the run."""
    at_start: str
    """What it held when the store was first open."""
    committed: int = 0
    is_open: bool = False
    keys: list[str] = field(default_factory=list)
    """Of the events that were acknowledged."""

    @classmethod
    def of(cls, steps: Sequence[Step]) -> "Known":
        """Before the first step of this tape."""
        first = next(number for number, step in enumerate(steps) if isinstance(step, Opened))
        started = [step.state for step in steps[:first] if isinstance(step, Committed)]
        return cls([step.state for step in steps if isinstance(step, Committed)], started[-1])

    def hear(self, step: Step) -> None:
        """One step further."""
        if isinstance(step, Acknowledged):
            self.keys.append(step.key)
        self.committed += isinstance(step, Committed)
        self.is_open = self.is_open or isinstance(step, Opened)

    @property
    def may_hold(self) -> Sequence[str]:
        """What was promised to be durable, and the one transaction that was under way."""
        if not self.is_open:
            return [self.at_start]
        return self.states[self.committed - 1 : self.committed + 1]


@dataclass(frozen=True)
class Verdict:
    """What is wrong with an image; nothing is, when all of it is empty."""

    missing: int = 0
    """Acknowledged events that are not in the journal."""
    is_older: bool = False
    """A commit is undone that the store was told is durable."""
    broken: str = ""
    """It does not open, is not whole, or holds what no commit had left."""
    is_ahead: bool = False
    """Not wrong: the transaction under way made it."""

    @property
    def is_lost(self) -> bool:
        """Something that was promised is gone."""
        return bool(self.missing) or self.is_older


async def judge(folder: Path, files: Files, known: Known) -> Verdict:
    """Start the store on it, and look."""
    for name, content in files.items():
        (folder / name).write_bytes(content)
    path = folder / "relais.db"
    try:
        store = await Store.open(path, now_ms=lambda: to_ms(MONDAY) or 0, executor=inline)
        try:
            missing = await store.read(partial(_missing, known.keys))
        finally:
            await store.close()
        with closing(sqlite3.connect(path)) as connection:
            ill = _ill(connection)
            state = state_of(connection.execute)
    except Exception as error:  # noqa: BLE001 - whatever it says, it does not open
        return Verdict(broken=f"{type(error).__name__}: {error}")
    return _compared(state, known, missing, ill)


def _compared(state: str, known: Known, missing: int, ill: str) -> Verdict:
    held = known.may_hold
    if state in held:
        return Verdict(missing, broken=ill, is_ahead=state != held[0])
    is_older = state in known.states[: known.committed]
    return Verdict(missing, is_older, ill or ("" if is_older else "a state that no commit had left"))


async def _missing(keys: Iterable[str], db: Db) -> int:
    return sum([not await journal.is_heard(db, key) for key in keys])


def _ill(connection: sqlite3.Connection) -> str:
    """SQLite's own opinion; empty when it has nothing to say."""
    said = [row[0] for row in connection.execute("PRAGMA integrity_check")]
    orphans = connection.execute("PRAGMA foreign_key_check").fetchall()
    return "; ".join([*(line for line in said if line != "ok"), *(f"orphans in {row[0]}" for row in orphans)])


async def comes_again(folder: Path, known: Known, events: Mapping[str, Event]) -> str:
    """The platforms insist: what was acknowledged changes nothing, the rest is heard once. Else why not."""
    waiting = next((key for key in events if key not in known.keys), "")
    async with a_desk(folder, clock=VirtualClock(MONDAY + timedelta(hours=2)), seed=99) as desks:
        for key in known.keys[-3:]:
            before = await desks.counts()
            heard = await desks.desk.handle(events[key], key=key)
            if heard.outcome is not Outcome.DUPLICATE or await desks.counts() != before:
                return f"{key} was acknowledged, and heard again: {heard.outcome}"
        if waiting:
            outcomes = [(await desks.desk.handle(events[waiting], key=waiting)).outcome for _ in range(2)]
            if outcomes[0] is Outcome.QUARANTINED or outcomes.count(Outcome.DONE) > 1:
                return f"{waiting} came again: {outcomes}"
    return ""
