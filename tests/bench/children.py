"""The processes that are measured, each alone on the server's core."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.bench.cores import SERVER, starting_on

ROOT = Path(__file__).parents[2]
_TICK = 1_000_000 / os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Child:
    """A server in a process of its own."""

    process: subprocess.Popen[bytes]
    port: int

    def cpu(self) -> float:
        """Microseconds of processor that it has taken so far."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) * _TICK

    def memory(self) -> float:
        """Megabytes it holds now."""
        return resident(self.process.pid)


def resident(pid: int) -> float:
    """Megabytes that a process holds now."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return next(int(row.split()[1]) for row in status.splitlines() if row.startswith("VmRSS")) / 1024


@contextmanager
def floor(folder: Path) -> Iterator[Child]:
    """The floor, serving."""
    with _serving("tests.bench.floor", str(folder / "floor.db")) as child:
        yield child


@contextmanager
def ours(database: Path, **told: Any) -> Iterator[Child]:  # noqa: ANN401 - what tests.bench.serving is told
    """Our side, serving with the lanes off."""
    with _serving("tests.bench.serving", str(database), json.dumps(told)) as child:
        yield child


@contextmanager
def _serving(module: str, *arguments: str) -> Iterator[Child]:
    command = [sys.executable, "-m", module, *arguments]
    with starting_on(SERVER):
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE)
    try:
        assert process.stdout is not None
        yield Child(process, int(process.stdout.readline()))
    finally:
        process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()
