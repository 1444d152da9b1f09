"""(flood) One customer writes ten thousand messages a minute while a hundred others chat with the team."""

import asyncio
import time
from dataclasses import dataclass
from pathlib import Path

from sandbox.slack import Message
from tests.bench.forms import detail, whatsapp
from tests.bench.generator import Load, open_loop
from tests.bench.history import build
from tests.bench.report import Goal, judged, told
from tests.bench.town import a_town
from tests.bench.whole import opened
from tests.stories.child import ChildTown
from tests.stories.town import CHANNEL

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
SELECT count(*) AS n FROM outbox
WHERE kind = 'line' AND state <> 'cancelled' AND conversation_id {} 't0000000'
"""
_CHANGES = """
SELECT count(*) AS n FROM outbox WHERE kind = 'retell' AND state = 'sent' AND conversation_id {} 't0000000'
"""
_WAITED = """
SELECT settled_at - created_at AS waited FROM outbox
WHERE kind = 'line' AND state = 'sent' AND conversation_id <> 't0000000' AND created_at >= ?
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
    changes: int
    """How often such a line was changed where it stands."""
    lines_of_others: int
    waited: list[float]
    """Seconds that each line of the others waited for its post, of those that stand at Slack."""

    def waited_at_most(self, share: float) -> float:
        """The wait that this share of the lines does not exceed, in seconds."""
        ordered = sorted(self.waited) or [0.0]
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


async def _count(town: ChildTown, sql: str, of: str) -> int:
    (row,) = await town.rows(sql.format(of))
    return int(row["n"])


async def _stand(town: ChildTown) -> None:
    """The cards of the history stand at Slack: their threads take lines."""
    memory = town.slack.memory
    for row in await town.rows(
        "SELECT thread_reference AS ts FROM conversations WHERE thread_reference <> ''"
    ):
        card = Message(CHANNEL, row["ts"], "card", user=memory.bot_user_id, bot_id=memory.bot_id)
        town.slack.channels[CHANNEL].add(card)


async def poured(
    folder: Path, seconds: int = SECONDS, a_minute: int = FLOOD_A_MINUTE, watched: float = SHOWN_WITHIN
) -> Flood:
    """Both at once, each request at its date; then a look at what is kept and shown."""
    town = a_town(folder)
    build(folder / "relais.db", int(time.time() * 1000), past=0, open_ones=OTHERS + 1)
    async with opened(town):
        await _stand(town)
        port = int(town.url.rpartition(":")[2])
        before, begun = (
            [await _count(town, _SAID, of) for of in ("=", "<>")],
            int(town.clock.seconds() * 1000),
        )
        flood = [whatsapp(0, detail(number * 7)) for number in range(a_minute * seconds // 60)]
        chat = [
            whatsapp(1 + number % OTHERS, detail(number * 11))
            for number in range(int(OTHERS_A_SECOND * seconds))
        ]
        flooder, others = await asyncio.gather(
            asyncio.to_thread(open_loop, port, flood, a_minute / 60),
            asyncio.to_thread(open_loop, port, chat, OTHERS_A_SECOND, connections=16),
        )
        now = [await _count(town, _SAID, of) for of in ("=", "<>")]
        kept, kept_of_others = (then - known for then, known in zip(now, before, strict=True))
        await asyncio.sleep(watched)
        waited = [row["waited"] / 1000 for row in await town.rows(_WAITED, begun)]
        lines, theirs = [await _count(town, _LINES, of) for of in ("=", "<>")]
        changes = await _count(town, _CHANGES, "=")
        return Flood(flooder, others, kept, kept_of_others, lines, changes, theirs, waited)


def flood(folder: Path, seconds: int = SECONDS, a_minute: int = FLOOD_A_MINUTE) -> list[Goal]:
    """What a flood does to everybody else, beside the same minute without it."""
    told(f"(flood) one customer writes {a_minute:,} messages a minute, {OTHERS} others chat, {seconds} s")
    alone, found = (asyncio.run(poured(folder / f"flood-{many}", seconds, many)) for many in (0, a_minute))
    flooder, others = found.flooder, found.others
    told(f"  others acknowledged after {others.wait(0.5):.1f} ms (median), at most {others.wait(1):.0f} ms;")
    told(f"  the flooder after {flooder.wait(0.5):.1f} ms (median), p99 {flooder.wait(0.99):.0f} ms")
    told(f"  the thread shows {len(flooder.waits):,} messages in {found.lines:,} lines,")
    told(f"  of which one was changed {found.changes} times where it stands")
    _told_of_others("beside the flood", found)
    _told_of_others("without it", alone)
    lost = len(flooder.waits) - found.kept + len(others.waits) - found.kept_of_others
    return [
        judged(Goal("others' acknowledgement, p99", others.wait(0.99), 250, " ms")),
        judged(Goal("acknowledged messages that are not kept", lost, 1)),
        judged(Goal("lines of the flooder in the thread", found.lines, 5)),
        judged(Goal("posts that the others lost to it", len(alone.waited) - len(found.waited), 10)),
    ]


def _told_of_others(when: str, found: Flood) -> None:
    """How long the team waited for what the others wrote: a channel takes a post a second, whatever comes."""
    median, most = found.waited_at_most(0.5), found.waited_at_most(1)
    told(f"  {when}, {len(found.waited)} of the others' {found.lines_of_others} lines stand at Slack")
    told(f"    {SHOWN_WITHIN:.0f} s later; they waited {median:.0f} s (median), at most {most:.0f} s")
