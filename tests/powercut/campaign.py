"""The run: record the service on one disk, cut the power at many moments of it, judge every image."""

import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from random import Random

import apsw

from core.domain.events import Event
from tests.core.virtual import virtually
from tests.powercut.connection import OverApsw
from tests.powercut.cuts import MANNERS, Disk, Files, Manner, nothing
from tests.powercut.disk import Acknowledged, Change, Committed, Delete, Step, Sync, Tape, Write, recording
from tests.powercut.judge import Known, comes_again, judge, state_of
from tests.powercut.talks import record

AGAIN_EVERY = 10
"""Images between two at which the platforms insist."""


@dataclass
class Recording:
    """One run of the service on one disk."""

    tape: Tape
    events: Mapping[str, Event]
    left: Files
    """The files as they really stood at the end."""

    @property
    def figures(self) -> str:
        """How much is on it."""
        tape, keys = self.tape, {step.key for step in self.tape.steps if isinstance(step, Acknowledged)}
        checkpoints = sum(isinstance(step, Sync) and step.file.endswith(".db") for step in tape.steps)
        return (
            f"{len(keys)} events acknowledged, {tape.count(Committed)} commits, {tape.count(Write)} writes, "
            f"{tape.count(Sync)} syncs ({checkpoints} of the database), {tape.count(Delete)} removals"
        )


@dataclass
class Report:
    """What was found in the images of one recording."""

    images: Counter[str] = field(default_factory=Counter)
    """By the manner of the cut."""
    acknowledged: int = 0
    """Events that were looked for, all images together."""
    lost: int = 0
    """Images in which something is missing that was promised."""
    missing: int = 0
    """Acknowledged events that were missing, all images together."""
    broken: int = 0
    ahead: int = 0
    """Images in which the transaction under way had made it."""
    came_again: int = 0
    """Images at which the platforms insisted."""
    wrong: list[str] = field(default_factory=list)

    def told(self, name: str) -> str:
        """In a line."""
        manners = ", ".join(f"{manner} {count}" for manner, count in sorted(self.images.items()))
        return (
            f"{name}: {self.images.total()} images ({manners}), "
            f"{self.acknowledged} acknowledged events looked for: {self.missing} missing; "
            f"{self.lost} images lost something, {self.broken} broken; in {self.ahead} what was under way "
            f"is whole; at {self.came_again} everything came again"
        )


def recorded(folder: Path, customers: int, synchronous: str = "FULL") -> Recording:
    """The service on a disk that remembers, at this level of care."""
    tape = Tape()

    def committed(connection: apsw.Connection) -> None:
        tape.steps.append(Committed(state_of(connection.execute)))

    with recording(tape) as vfs:
        careful = ("synchronous = FULL", f"synchronous = {synchronous}")
        events = virtually(
            record(folder, tape, lambda path: OverApsw(path, vfs, careful, committed), customers)
        )
    left = {path.name: bytearray(path.read_bytes()) for path in folder.iterdir() if path.suffix != ".lock"}
    return Recording(tape, events, left)


def cut(recording: Recording, cuts: int, seed: int) -> Report:
    """Cut the power so often, at moments of this seed, and judge."""
    return virtually(_cut(recording, cuts, Random(seed)))


async def _cut(recording: Recording, cuts: int, chance: Random) -> Report:
    report = Report()
    for number, (known, files, manner) in enumerate(_images(recording.tape.steps, cuts, chance)):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            verdict = await judge(folder, files, known)
            report.images[manner.__name__] += 1
            report.acknowledged += len(known.keys)
            report.missing += verdict.missing
            report.lost += verdict.is_lost
            report.broken += bool(verdict.broken)
            report.ahead += verdict.is_ahead
            if verdict.is_lost or verdict.broken:
                report.wrong.append(f"after {known.committed} commits, {manner.__name__}: {verdict}")
            elif number % AGAIN_EVERY == 0 and known.is_open:
                report.came_again += 1
                again = await comes_again(folder, known, recording.events)
                report.wrong += [again] if again else []
    return report


def _images(steps: list[Step], cuts: int, chance: Random) -> Iterator[tuple[Known, Files, Manner]]:
    """What the cuts leave; no two images are equal after the same commit."""
    plan, seen = _plan(steps, cuts, chance), set[tuple[int, bytes]]()
    disk, known = Disk(), Known.of(steps)
    for number, step in enumerate(steps):
        disk.play(step)
        known.hear(step)
        for manner in plan.get(number, ()):
            files = disk.image(manner, chance)
            content = sha256(b"".join(name.encode() + files[name] for name in sorted(files))).digest()
            if (known.committed, content) not in seen:
                seen.add((known.committed, content))
                yield known, files, manner


def _plan(steps: list[Step], cuts: int, chance: Random) -> dict[int, list[Manner]]:
    """A third right after a promise, when whatever was not synced is gone; the others while files change."""
    plan: dict[int, list[Manner]] = {}
    promises = [number for number, step in enumerate(steps) if isinstance(step, Committed)]
    changes = [number for number, step in enumerate(steps) if isinstance(step, Change)]
    for number in range(cuts):
        if number % 3:
            plan.setdefault(chance.choice(changes), []).append(chance.choice(MANNERS))
        else:
            plan.setdefault(chance.choice(promises), []).append(nothing)
    return plan
