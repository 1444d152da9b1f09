"""What `relais backup` and `relais restore` say, and what they do."""

import asyncio
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from core.local_door import is_served
from core.store.backup import back_up
from core.store.restore import Copy, examine, put_back

STAMP = "%Y-%m-%dT%H-%M-%SZ"


class Unusable(Exception):
    """A copy that must not be used; the message says why, a line each."""


def backup(database: Path, path: Path, now: datetime) -> Iterator[str]:
    """Make a copy, look through it, and say what it holds; into a folder it gets a name of its own.

    Raises:
        StoreError: there is none, or no room.
        Unusable: what was written cannot be used.
    """
    target = path / f"{database.stem}-{now.strftime(STAMP)}.db" if path.is_dir() else path
    back_up(database, target)
    copy = _usable(target)
    yield f"{target}: {target.stat().st_size / 2**20:.1f} MiB, readable, whole."
    yield from _holds(copy)
    yield "Keep relais.toml and the environment with it. It holds what customers wrote: protect it."


def check(database: Path, path: Path) -> Iterator[str]:
    """What the copy holds, what restoring it would do, and how.

    Raises:
        Unusable: it must not be used.
    """
    copy = _usable(path)
    yield f"{path}: readable, whole."
    yield from _holds(copy)
    yield from (f"  {name}: {count}" for name, count in copy.counts)
    yield from _would_happen(copy, database)
    if asyncio.run(is_served(database)):
        yield f"{database} is served now: stop the service first, else nothing is restored."
    yield f"To restore it: stop the service, run `relais restore {path}`, start the service."


def restore(database: Path, path: Path, now: datetime) -> Iterator[str]:
    """Put the copy in place.

    Raises:
        StoreError: the database is served, or cannot be written; it is as it was.
        Unusable: the copy must not be used.
    """
    copy = _usable(path)
    database = database.resolve()  # a link stays one: what it points to is what is served
    aside = database.with_name(f"{database.stem}.replaced-{now.strftime(STAMP)}.db")
    had_one = database.exists()
    put_back(path, database, aside, now)
    yield f"{database} is {path} now."
    if had_one:
        yield f"What was there is kept as {aside}; remove it when you are content."
    yield from _would_happen(copy, database)
    yield "Start the service: `relais serve`."


def _usable(path: Path) -> Copy:
    copy = examine(path)
    if copy.faults:
        told = [f"{path} must not be used:", *(f"  {fault}" for fault in copy.faults)]
        raise Unusable("\n".join(told))
    return copy


def _holds(copy: Copy) -> Iterator[str]:
    latest = copy.latest.isoformat(timespec="seconds") if copy.latest else "nothing yet"
    yield f"Schema {copy.version} (this release knows {copy.known}); it ends with what happened at {latest}."


def _would_happen(copy: Copy, database: Path) -> Iterator[str]:
    if copy.version < copy.known:
        yield f"At the next start it is brought to schema {copy.known}, a copy being made first."
    if database.exists() or copy.latest:
        yield (
            "What happened after its end is not in it: WhatsApp's list of a day is looked through at the "
            "next start, Telegram and Slack bring what they could not deliver; the rest is gone."
        )
    if copy.waiting:
        yield (
            f"{copy.waiting} effects had not left: they may have since, so each platform is asked before "
            "anything leaves again, and an agent decides where none can tell."
        )
