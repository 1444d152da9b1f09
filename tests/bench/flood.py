"""(flood) One customer writes ten thousand messages a minute while a hundred others chat with the team."""

import asyncio
import time
from dataclasses import dataclass
from pathlib import Path

from tests.bench.forms import detail, whatsapp
from tests.bench.generator import Load, open_loop
from tests.bench.history import build
from tests.bench.report import Goal, judged, told
from tests.bench.town import a_town
from tests.bench.whole import opened
from tests.stories.child import ChildTown

OTHERS = 100
FLOOD_A_MINUTE = 10_000
OTHERS_A_SECOND = 10.0
SECONDS = 60
FLOODER = "t0000000"
"""The first conversation of the history."""
SHOWN_WITHIN = 20.0
"""Seconds after the flood in which the lines of the others must be at Slack."""
_SAID = "SELECT count(*) AS n FROM messages WHERE author = 'customer' AND conversation_id {} 't0000000'"
_LINES = """
SELECT count(*) AS n, sum(state = 'sent') AS sent FROM outbox
WHERE kind = 'line' AND conversation_id {} 't0000000'
"""


@dataclass(frozen=True)
class Flood:
    """How soon each side was answered, and what came of it."""

    flooder: Load
    others: Load
    kept: int
    """Of the flooder's messages."""
    kept_of_others: int
    lines: int
    """That the flooder's messages make in the thread."""
    waiting_of_others: int
    """Lines of the others that are not at Slack a while after the flood."""


async def _count(town: ChildTown, sql: str, of: str) -> dict[str, int]:
    (row,) = await town.rows(sql.format(of))
    return {name: value or 0 for name, value in row.items()}


async def poured(
    folder: Path, seconds: int = SECONDS, a_minute: int = FLOOD_A_MINUTE, watched: float = SHOWN_WITHIN
) -> Flood:
    """Both at once, each request at its date; then a look at what is kept and shown."""
    town = a_town(folder)
    build(folder / "relais.db", int(time.time() * 1000), past=0, open_ones=OTHERS + 1)
    async with opened(town):
        port = int(town.url.rpartition(":")[2])
        before = [(await _count(town, _SAID, of))["n"] for of in ("=", "<>")]
        flood = [whatsapp(0, detail(number * 7)) for number in range(a_minute * seconds // 60)]
        chat = [
            whatsapp(1 + number % OTHERS, detail(number * 11))
            for number in range(int(OTHERS_A_SECOND * seconds))
        ]
        flooder, others = await asyncio.gather(
            asyncio.to_thread(open_loop, port, flood, a_minute / 60),
            asyncio.to_thread(open_loop, port, chat, OTHERS_A_SECOND, connections=16),
        )
        kept, kept_of_others = [
            (await _count(town, _SAID, of))["n"] - known
            for of, known in zip(("=", "<>"), before, strict=True)
        ]
        await asyncio.sleep(watched)
        lines, theirs = await _count(town, _LINES, "="), await _count(town, _LINES, "<>")
        waiting = theirs["n"] - theirs["sent"]
        return Flood(flooder, others, kept, kept_of_others, lines["n"], waiting)


def flood(folder: Path, seconds: int = SECONDS, a_minute: int = FLOOD_A_MINUTE) -> list[Goal]:
    """What a flood does to everybody else."""
    told(f"(flood) one customer writes {a_minute:,} messages a minute, {OTHERS} others chat, {seconds} s")
    found = asyncio.run(poured(folder / "flood", seconds, a_minute))
    flooder, others = found.flooder, found.others
    told(f"  others acknowledged after {others.wait(0.5):.1f} ms (median), at most {others.wait(1):.0f} ms;")
    told(f"  the flooder after {flooder.wait(0.5):.1f} ms (median), p99 {flooder.wait(0.99):.0f} ms")
    told(f"  the thread shows {len(flooder.waits):,} messages in {found.lines:,} lines;")
    told(f"  {found.waiting_of_others} lines of others not yet at Slack {SHOWN_WITHIN:.0f} s later")
    lost = len(flooder.waits) - found.kept + len(others.waits) - found.kept_of_others
    share = len(flooder.waits) / max(1, found.lines)
    return [
        judged(Goal("others' acknowledgement, p99", others.wait(0.99), 250, " ms")),
        judged(Goal("acknowledged messages that are not kept", lost, 1)),
        judged(Goal("messages of the flooder in a line of the thread", share, 10, least=True)),
    ]
