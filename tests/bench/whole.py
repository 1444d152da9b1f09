"""(c), (d) and the acknowledgement under load: the whole service, lanes on, through the stand-ins."""

import asyncio
import random
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tests.bench.cores import SERVER, starting_on
from tests.bench.forms import command, detail, whatsapp
from tests.bench.generator import Load, Refused, one_by_one, open_loop
from tests.bench.history import OPEN, PAST, build, handle
from tests.bench.report import Goal, judged, told
from tests.bench.town import a_town
from tests.stories.child import ChildTown
from tests.stories.town import LEA

CUSTOMERS = 200
ASKED = ("où est mon colis ?", "je veux être remboursé", "mot de passe oublié")
A_SECOND = 200
SECONDS = 15
LOOKS = 40
CLAIMS = 40
CLAIMS_A_SECOND = 5


class Arrivals:
    """The stand-in for Twilio, with a note of when each message of ours arrives there."""

    app: ASGIApp

    def __init__(self) -> None:
        self.at: dict[str, float] = {}
        """Milliseconds since 1970, by the id of the outbox."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Read the address that reports go to: it names the row."""

        async def noted() -> Message:
            message = await receive()
            fields = parse_qs(message.get("body", b"").decode("utf-8", "replace"))
            for address in fields.get("StatusCallback", ()):
                for row in parse_qs(urlsplit(address).query).get("oid", ()):
                    self.at.setdefault(row, time.time() * 1000)
            return message

        await self.app(scope, noted, send)


@asynccontextmanager
async def opened(town: ChildTown, arrivals: Arrivals | None = None) -> AsyncIterator[ChildTown]:
    """The platforms here, the service on its own core; closed behind."""
    try:
        await town.open_platforms()
        if arrivals is not None:
            arrivals.app = town.twilio.app
            town.addresses["twilio"] = await town.serve(arrivals)
        with starting_on(SERVER):
            await town.open_service()
        yield town
    finally:
        await town.close()


async def _crowd(folder: Path, customers: int) -> list[float]:
    """Milliseconds from each reply's decision to its arrival at the platform."""
    town, arrivals = a_town(folder), Arrivals()
    async with opened(town, arrivals):
        people = [await town.twilio.person(profile_name=f"Client {number}") for number in range(customers)]

        async def lives(number: int) -> None:
            await asyncio.sleep(number * 20 / customers)
            for text in ASKED:
                await town.twilio.write(people[number], text)
                await asyncio.sleep(random.uniform(0.5, 2))

        await asyncio.gather(*(lives(number) for number in range(customers)))
        await town.until_still()
        rows = await town.rows("SELECT id, created_at FROM outbox WHERE destination = 'whatsapp'")
        return [arrivals.at[row["id"]] - row["created_at"] for row in rows if row["id"] in arrivals.at]


def replies(folder: Path, customers: int = CUSTOMERS) -> Goal:
    """(c) Customers write to the bot; how soon its answers are at the platform."""
    told(f"(c) end to end through the stand-ins, {customers} customers, three questions each, in 25 s")
    waits = Load(waits=[wait / 1000 for wait in asyncio.run(_crowd(folder / "c", customers))])
    told(f"  {len(waits.waits)} replies; median {waits.wait(0.5):.0f} ms, p99 {waits.wait(0.99):.0f} ms")
    return judged(Goal("a reply leaves after its decision, p95", waits.wait(0.95), 50, " ms"))


@dataclass(frozen=True)
class Looks:
    """What four kinds of request came to in a house with a past."""

    backlog: Load
    claims: Load
    written: Load
    reviewed: Load


async def _history(folder: Path, past: int, open_ones: int, seconds: int) -> Looks:
    town = a_town(folder)
    begun = time.perf_counter()
    now_ms = int(time.time() * 1000)
    await asyncio.to_thread(build, folder / "relais.db", now_ms, past=past, open_ones=open_ones)
    told(f"  (built in {time.perf_counter() - begun:.0f} s)")
    async with opened(town):
        port = int(town.url.rpartition(":")[2])
        backlog = partial(command, "/backlog", "", LEA.id)
        looks = await asyncio.to_thread(one_by_one, port, [backlog() for _ in range(LOOKS)])
        _says(looks, f"{open_ones}")
        free = [number for number in range(past, past + open_ones) if number % 3][:CLAIMS]
        taken = [command("/claim", handle(number), LEA.id) for number in free]
        claims = await asyncio.to_thread(open_loop, port, taken, CLAIMS_A_SECOND, connections=2)
        _says(claims, "/reply")
        talks = range(past, past + open_ones)
        texts = [whatsapp(talks[n % open_ones], detail(n * 7)) for n in range(A_SECOND * seconds)]
        reviews = [backlog() for _ in range(seconds)]
        written, reviewed = await asyncio.gather(
            asyncio.to_thread(open_loop, port, texts, A_SECOND),
            asyncio.to_thread(open_loop, port, reviews, 1.0, connections=2),
        )
        return Looks(looks, claims, written, reviewed)


def _says(load: Load, expected: str) -> None:
    """A refusal would be quick too."""
    if expected not in load.last.decode():
        raise Refused(load.last.decode())


def screens(folder: Path, past: int = PAST, open_ones: int = OPEN, seconds: int = SECONDS) -> list[Goal]:
    """(d) What the team looks at in a house with a past; and how soon customers are answered meanwhile."""
    told(f"(d) {past:,} past conversations and {open_ones} open")
    looks = asyncio.run(_history(folder / "d", past, open_ones, seconds))
    backlog, claims, written = looks.backlog, looks.claims, looks.written
    told(f"  /backlog median {backlog.wait(0.5):.1f} ms; /claim with its card {claims.wait(0.5):.1f} ms")
    goals = [
        judged(Goal("/backlog, p95", backlog.wait(0.95), 50, " ms")),
        judged(Goal("/claim, which gathers and writes the card, p95", claims.wait(0.95), 50, " ms")),
    ]
    told(f"(f) {A_SECOND} messages a second in these conversations, /backlog every second, for {seconds} s")
    latest = max(written.waits) * 1000
    told(f"  acknowledged after {written.wait(0.5):.1f} ms (median), at most {latest:.0f} ms;")
    told(f"  /backlog meanwhile {looks.reviewed.wait(0.5):.0f} ms (median)")
    goals.append(judged(Goal("acknowledgement, p99", written.wait(0.99), 100, " ms")))
    return goals
