"""The service is killed at random moments, each with a call in flight, and must lose and double nothing.

While it lives, time runs fifteen times faster than on the wall, for the service too (it reads the town's
clock): its pauses between two posts and its look-ups after an unknown outcome then fit into a minute. While
it is dead time runs as always: after a minute a lane goes on without its unknown row, which is then late.
"""

import asyncio
import math
import signal
import time
from bisect import bisect
from collections import Counter, deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from random import Random

from sandbox.wire import Wire
from tests.kill.judge import judge, told
from tests.kill.load import CUSTOMERS, NEWCOMERS, Writer, arrive, rules_text
from tests.stories.canaries import canaries_of, hits_in
from tests.stories.child import ROOT, ChildTown
from tests.stories.town import PUBLIC, shipped_rules

SPEED = 15
TICK = 0.1
ANSWERS_TAKE = 0.12
"""Seconds every platform takes, so that calls are in flight."""
UNREAD = 10
"""Polls of 5 ms before the kill in which an answer may have left without being read."""
LATEST = 200
"""Calls that are looked at for being open still."""
PLATFORMS = ("slack", "twilio", "telegram")
DOUBLED = {"Slack": "in Slack", "Twilio": "at Twilio", "Telegram": "at Telegram"}
UNDER_WAY = """
SELECT destination, kind, state FROM outbox
WHERE state = 'sending' OR (state = 'ready' AND due_at < $1) OR (state = 'unknown' AND due_at < $2)
UNION ALL SELECT conversation_id, kind, 'timer' FROM timers WHERE kind = 'burst'
"""
NEVER = 1 << 61
NOT_SHOWN = 63013
"""How Twilio says that a phone shows no menus."""


@dataclass
class Report:
    """What happened, and what is wrong with it."""

    kills: list[str] = field(default_factory=list)
    hit: Counter[str] = field(default_factory=Counter)
    cut: Counter[str] = field(default_factory=Counter)
    """Calls that the stand-ins saw torn."""
    unread: Counter[str] = field(default_factory=Counter)
    """Calls that they had answered so late that the answer may not have been read before the kill."""
    wrong: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    acknowledged: int = 0
    unacknowledged: int = 0
    """Messages that are stored although the service did not come to say so."""
    acts: Counter[str] = field(default_factory=Counter)
    back: list[float] = field(default_factory=list)
    """Seconds from each start of the process to the first message that it acknowledged."""

    @property
    def figures(self) -> list[str]:
        """In a few lines."""
        missing = sum("acknowledged, not in order" in line for line in self.wrong)
        doubled = {name: sum(f"doubled {at}" in line for line in self.wrong) for name, at in DOUBLED.items()}
        waits = sorted(self.back)
        p50, p95 = (waits[int(len(waits) * share)] if waits else 0.0 for share in (0.5, 0.95))
        torn = f"calls cut {dict(self.cut)}, answers perhaps not read {dict(self.unread)}"
        stored = f"{self.unacknowledged} stored without an acknowledgement"
        return [
            f"{len(self.kills)} kills, in flight at them {dict(self.hit)}; {torn}",
            f"{self.acknowledged} messages acknowledged, {missing} of them missing; {stored}",
            f"doubled {doubled}",
            f"{len(self.unknown)} rows left unknown, {len(self.wrong)} things wrong; acts {dict(self.acts)}",
            f"from start to first acknowledgement: p50 {p50:.1f} s, p95 {p95:.1f} s",
        ]


class Killing:
    """One run over one town."""

    def __init__(self, town: ChildTown, seed: int) -> None:
        self.town = town
        self.chance = Random(seed)
        self.report = Report()
        self.stop = asyncio.Event()
        self.living: list[asyncio.Task[None]] = []
        self.is_up = True
        self.starts: list[float] = []

    @property
    def wires(self) -> dict[str, Wire]:
        """The calls of each platform."""
        town = self.town
        return {"slack": town.slack.wire, "twilio": town.twilio.wire, "telegram": town.telegram.wire}

    async def run(self, kills: int, within: float, tell: Callable[[str], None]) -> Report:
        """Let the customers come, kill, start again, let everything settle, judge. `within`: seconds."""
        until = time.monotonic() + within
        writers = await arrive(self.town)
        self.begin(writers[:CUSTOMERS])
        for number in range(kills):
            self.begin(writers[_present(number, kills) : _present(number + 1, kills)])
            await self._kill(number)
            await self.start()
            if number % 25 == 24:
                tell(f"{number + 1} kills")
            if time.monotonic() > until:
                self.report.wrong.append(f"only {number + 1} of {kills} kills fitted into {within:.0f} s")
                break
        await self.end(writers[: len(self.living)])
        return self.report

    def begin(self, writers: list[Writer]) -> None:
        """These customers come in."""
        lives = (writer.live(Random(self.chance.random()), self.stop) for writer in writers)
        self.living += [asyncio.create_task(life) for life in lives]

    async def start(self) -> None:
        """Start the service, and let time run again."""
        self.starts.append(time.monotonic())
        await self.town.start()
        self.is_up = True

    async def end(self, writers: list[Writer]) -> None:
        """Let everybody finish and everything settle, then judge by what the stand-ins hold."""
        self.stop.set()
        await asyncio.gather(*self.living)
        await self.settle()
        await self._count(writers)
        torn = {name: sum(call.outcome == "cut" for call in wire.calls) for name, wire in self.wires.items()}
        self.report.cut.update(torn)
        self.report.unknown = await told(self.town, writers)
        log = self.town.log.read_text(encoding="utf-8", errors="replace")
        self.report.wrong += hits_in(log, canaries_of(self.town), "the service's log")
        self.report.wrong += await judge(self.town, writers, self.report.cut + self.report.unread)

    async def _count(self, writers: list[Writer]) -> None:
        """What nobody need judge."""
        self.report.acknowledged = sum(len(writer.acknowledged) for writer in writers)
        never = {text for writer in writers for text in writer.unheard.difference(writer.acknowledged)}
        stored = await self.town.rows("SELECT text FROM messages WHERE author = 'customer'")
        self.report.unacknowledged = sum(row["text"] in never for row in stored)
        for writer in writers:
            self.report.acts.update(writer.acts)
        sent = self.town.twilio.messages.values()
        self.report.acts["menus not shown"] += sum(one.error_code == NOT_SHOWN for one in sent)
        heard = sorted(at for writer in writers for at in writer.heard_at)
        first = [(start, bisect(heard, start)) for start in self.starts]
        self.report.back = [heard[place] - start for start, place in first if place < len(heard)]

    async def _kill(self, number: int) -> None:
        """After a random while, at the first instant with a call in flight where it is wanted."""
        await asyncio.sleep(self.chance.uniform(0.1, 0.6))
        wanted = self.wires[PLATFORMS[number % len(PLATFORMS)]]
        recent: deque[set[tuple[str, int]]] = deque(maxlen=UNREAD)
        async with asyncio.timeout(20):
            while not wanted.in_flight or len(recent) < UNREAD:
                recent.append(self._open_calls())
                await asyncio.sleep(0.005)
        in_flight = {name: wire.in_flight for name, wire in self.wires.items()}
        still_open = self._open_calls()
        self.is_up = False
        await self.town.end(signal.SIGKILL)
        unread = set[tuple[str, int]]().union(*recent) - still_open
        self.report.unread.update(platform for platform, _ in unread)
        bursts = len(await self.town.rows("SELECT 1 FROM timers WHERE kind = 'burst'"))
        self.report.hit.update(name for name, count in (in_flight | {"burst": bursts}).items() if count)
        self.report.kills.append(f"kill {number + 1}: in flight {in_flight}, open bursts {bursts}")

    def _open_calls(self) -> set[tuple[str, int]]:
        return {
            (name, id(call))
            for name, wire in self.wires.items()
            for call in wire.calls[-LATEST:]
            if call.outcome == "open"
        }

    async def settle(self, within: float = 60.0) -> None:
        """Until nothing is under way, and whatever is unknown has been asked about for its minute.

        A long run leaves a long way to go, at the platforms' pace: patience ends `within` seconds after the
        last step forward.
        """
        least, since = math.inf, time.monotonic()
        while left := await self.town.rows(UNDER_WAY, int((self.town.clock.seconds() + 2) * 1000), NEVER):
            if len(left) < least:
                least, since = len(left), time.monotonic()
            elif time.monotonic() > since + within:
                raise TimeoutError(f"{len(left)} things still under way, such as {left[:3]}")
            await self._knock()
            await asyncio.sleep(TICK)
        for stand_in in (self.town.telegram, self.town.twilio, self.town.slack):
            await stand_in.settle()

    async def _knock(self) -> None:
        """A report about no message of ours: nothing follows from it, but the lanes look at the clock."""
        form = {
            "AccountSid": self.town.twilio.memory.account_sid,
            "MessageSid": self.town.twilio.memory.sid("SM"),
            "MessageStatus": "sent",
        }
        await self.town.twilio.deliver(form, f"{PUBLIC}/twilio/status")


def _present(number: int, kills: int) -> int:
    """How many customers have come in before that kill: the load from the first, newcomers along the run."""
    newcomers = min(NEWCOMERS, max(8, kills // 12))
    return CUSTOMERS + min(newcomers, math.ceil(number * newcomers / max(1, kills - 2)))


async def hurry(killing: Killing) -> None:
    """Let time run faster while the service lives."""
    while True:
        await asyncio.sleep(TICK)
        if killing.is_up:
            killing.town.clock.shift += timedelta(seconds=TICK * (SPEED - 1))


@asynccontextmanager
async def besieged(folder: Path, seed: int) -> AsyncIterator[Killing]:
    """A town with slow platforms that insist, its service a child process, and time that runs."""
    shipped = (ROOT / "relais.toml").read_text(encoding="utf-8")
    town = ChildTown(folder, shipped_rules(), rules_text(shipped))
    await town.open_platforms()
    town.twilio.message_url = f"{PUBLIC}/twilio/message#rc=5&rp=all"
    town.twilio._webhooks._retry_delay = 1.0
    town.telegram.updates._retry_limit = 10_000
    for stand_in in (town.telegram, town.twilio, town.slack):
        stand_in.wire.delay = ANSWERS_TAKE
    await town.open_service()
    killing = Killing(town, seed)
    hurrying = asyncio.create_task(hurry(killing))
    try:
        yield killing
    finally:
        hurrying.cancel()
        for task in killing.living:
            task.cancel()
        await asyncio.gather(hurrying, *killing.living, return_exceptions=True)
        await town.close()


def _nobody(_line: str) -> None:
    """Nobody watches."""


async def campaign(
    folder: Path, kills: int, seed: int, within: float = math.inf, tell: Callable[[str], None] = _nobody
) -> Report:
    """A whole run; `tell` is told how far it is."""
    async with besieged(folder, seed) as killing:
        return await killing.run(kills, within, tell)
