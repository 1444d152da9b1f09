"""(e) How soon the service is ready, and how much memory it holds after ten thousand conversations."""

import asyncio
import time
from itertools import islice
from pathlib import Path
from statistics import median

from tests.bench.children import ours
from tests.bench.cores import SERVER, starting_on
from tests.bench.generator import closed_loop
from tests.bench.questions import first_messages
from tests.bench.report import Goal, judged, spread, told
from tests.bench.town import a_town

CONVERSATIONS = 10_000
STARTS = 5


async def _starts(folder: Path, count: int) -> tuple[float, list[float]]:
    """Seconds from the command line to a ready service: with an empty database, then with the same again."""
    town = a_town(folder)
    seconds: list[float] = []
    try:
        await town.open_platforms()
        for _ in range(count + 1):
            begun = time.perf_counter()
            with starting_on(SERVER):
                await (town.start() if seconds else town.open_service())
            seconds.append(time.perf_counter() - begun)
            await town.end()
    finally:
        await town.close()
    return seconds[0], seconds[1:]


def start(folder: Path, count: int = STARTS) -> Goal:
    """From `relais serve` to a `/ready` that says yes."""
    told("(e) start and memory")
    first, later = asyncio.run(_starts(folder / "start", count))
    told(f"  the very first start, with an empty database: {first:.2f} s; later ones {spread(later, 2)} s")
    return judged(Goal("ready after", median(later), 2.0, " s"))


def memory(folder: Path, conversations: int = CONVERSATIONS) -> Goal:
    """What the process holds after so many strangers asked something and were answered."""
    with ours(folder / "e.db", burst=0) as child:
        fresh = child.memory()
        closed_loop(child.port, islice(first_messages(), conversations))
        told(f"  resident when it starts: {fresh:.0f} MB")
        return judged(Goal(f"resident after {conversations:,} conversations", child.memory(), 150, " MB"))
