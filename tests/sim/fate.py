"""What goes wrong, and when: the point at which the process dies, and the fault that a call meets."""

import asyncio
import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

import httpx

from tests.sim.loop import LIFE, Crash, Life

READ_TIMEOUT = 20.0
LONGEST_DETOUR = 4.0
LONGEST_PATIENCE = 40
"""Steps of the loop; most answers take fewer."""
PLATFORMS = ("slack", "twilio", "telegram")


@dataclass(frozen=True)
class Fault:
    """One thing that can happen to a call.

    `refuses`: the answer that stands in its place. `raises`: the error the caller meets, before the call took
    effect or `after` it. `late`: seconds after which the effect comes, behind the caller's back.
    """

    name: str = ""
    refuses: Callable[[str, httpx.Request], httpx.Response] | None = None
    raises: type[httpx.TransportError] | None = None
    after: bool = False
    slow: float = 0.0
    late: float | None = None
    spoils: Callable[[httpx.Response], httpx.Response] | None = None

    async def meet(
        self, request: httpx.Request, reach: Callable[[], "asyncio.Task[httpx.Response]"]
    ) -> httpx.Response:
        """Let the call happen, or not, as this fault has it."""
        if self.refuses is not None:
            return self.refuses(request.url.host, request)
        if self.late is not None:
            asyncio.get_running_loop().call_later(self.late, reach)
        elif self.raises is None or self.after:
            response = await reach()
            if self.raises is None:
                await asyncio.sleep(self.slow)
                return self.spoils(response) if self.spoils else response
        await asyncio.sleep(self.slow)
        assert self.raises is not None
        raise self.raises(self.name, request=request)


NONE = Fault()


def _answer(status: int, document: object, **headers: str) -> Callable[[str, httpx.Request], httpx.Response]:
    content = document if isinstance(document, bytes) else json.dumps(document).encode()
    kind = {"content-type": "text/html" if isinstance(document, bytes) else "application/json"}

    def answer(_host: str, request: httpx.Request) -> httpx.Response:
        return httpx.Response(status, headers=kind | headers, content=content, request=request)

    return answer


def _too_many(after: str | None) -> Callable[[str, httpx.Request], httpx.Response]:
    def answer(host: str, request: httpx.Request) -> httpx.Response:
        documents: dict[str, dict[str, object]] = {
            "slack": {"ok": False, "error": "ratelimited"},
            "twilio": {"code": 20429, "message": "Too Many Requests", "status": 429},
            "telegram": {
                "ok": False,
                "error_code": 429,
                "description": "Too Many Requests: retry later",
                "parameters": {"retry_after": int(after) if after and after.isdigit() else 1},
            },
        }
        headers = {"Retry-After": after} if after is not None else {}
        return httpx.Response(429, headers=headers, json=documents[host], request=request)

    return answer


def _truncated(response: httpx.Response) -> httpx.Response:
    return httpx.Response(
        response.status_code,
        headers={"content-type": "application/json"},
        content=response.content[: len(response.content) // 2],
        request=response.request,
    )


def _as_html(response: httpx.Response) -> httpx.Response:
    return httpx.Response(
        200, headers={"content-type": "text/html"}, content=b"<html>ok", request=response.request
    )


def _failed(response: httpx.Response) -> httpx.Response:
    return httpx.Response(500, json={"message": "internal"}, request=response.request)


BOUNDARIES = ("BEGIN IMMEDIATE", "COMMIT")
"""Where a disk is full by chance."""
FAULTS = (
    Fault("connection refused", raises=httpx.ConnectError),
    Fault("no address", raises=httpx.ConnectError, slow=1.0),
    Fault("connecting takes too long", raises=httpx.ConnectTimeout, slow=3.0),
    Fault("no connection is free", raises=httpx.PoolTimeout, slow=5.0),
    Fault("reset before the effect", raises=httpx.ReadError),
    Fault("reset after the effect", raises=httpx.ReadError, after=True),
    Fault("closed without an answer, before", raises=httpx.RemoteProtocolError),
    Fault("closed without an answer, after", raises=httpx.RemoteProtocolError, after=True),
    Fault("writing fails", raises=httpx.WriteError),
    Fault("times out before the effect", raises=httpx.ReadTimeout, slow=READ_TIMEOUT),
    Fault("times out after the effect", raises=httpx.ReadTimeout, slow=READ_TIMEOUT, after=True),
    Fault("takes effect after the time-out", raises=httpx.ReadTimeout, slow=10.0, late=14.0),
    Fault("takes effect most of a minute later", raises=httpx.ReadTimeout, slow=10.0, late=52.0),
    Fault("slow", slow=2.5),
    Fault("too many, 1 s", refuses=_too_many("1")),
    Fault("too many, 30 s", refuses=_too_many("30")),
    Fault("too many, an hour", refuses=_too_many("3600")),
    Fault("too many, a date", refuses=_too_many("Wed, 21 Oct 2026 07:28:00 GMT")),
    Fault("too many, garbage", refuses=_too_many("soon")),
    Fault("too many, nothing said", refuses=_too_many(None)),
    Fault("500", refuses=_answer(500, {"message": "internal"})),
    Fault("500 although it was done", spoils=_failed),
    Fault("502 as HTML", refuses=_answer(502, b"<html>Bad Gateway</html>")),
    Fault("503", refuses=_answer(503, {"message": "unavailable"}, **{"Retry-After": "5"})),
    Fault("504", refuses=_answer(504, b"")),
    Fault("a truncated answer", spoils=_truncated),
    Fault("200 as HTML", spoils=_as_html),
)
POSTS = "/chat.postMessage"
LATEST = 20.0
"""Seconds after which a post takes effect at Slack. Later, it was proven absent, and goes again: one of the
three cases of two copies that `docs/faults.md` names."""


@dataclass
class Fate:
    """Counts the points of a run and ends the process at those that were chosen.

    `deadly`: numbers of points, in order. `chance` with `odds` of dying at any point, and of faults.
    """

    deadly: frozenset[int] = frozenset()
    chance: Random | None = None
    death_odds: float = 0.0
    fault_odds: float = 0.0
    store_odds: float = 0.0
    """Of a disk that is full, at each beginning and each commit."""
    detour_odds: float = 0.0
    """That what a platform sends takes longer than what it sends next."""
    hang_up_odds: float = 0.0
    """That a platform does not wait for the answer to what it sends."""
    full_at: str = ""
    """What the statements begin with at which the disk is full, until a scenario makes room."""
    planned: list[tuple[str, str, Fault]] = field(default_factory=list)
    """Platform, how the address ends, and what the next call there meets."""
    distinct: list[int] = field(default_factory=list)
    """The points before which something outside of the process changed: a death at any other is the same
    death as at the last of these."""
    deaths_left: int = 10_000
    points: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    died: list[str] = field(default_factory=list)
    met: Counter[str] = field(default_factory=Counter)
    is_calm: bool = True
    """Nothing goes wrong, and no point counts: before the story begins and after it ends."""
    has_moved: bool = True
    """Time, the disk or somebody else, since the last point."""
    on_death: Callable[[Life], None] = lambda _: None

    def point(self, kind: str, life: Life | None = None) -> None:
        """The process may die here."""
        life = life or LIFE.get()
        if life is None:
            return
        if life.is_dead:
            raise Crash
        if self.is_calm:
            return
        self.points += 1
        self.kinds[kind] += 1
        if self.has_moved:
            self.has_moved = False
            self.distinct.append(self.points)
        if self.points in self.deadly or self._by_chance():
            self.deaths_left -= 1
            self.died.append(f"{self.points} {kind}")
            self.on_death(life)
            raise Crash

    def moved(self) -> None:
        """Something outside of the process changed: what dies from now on dies in another world."""
        self.has_moved = True

    def _by_chance(self) -> bool:
        if self.chance is None or not self.deaths_left or not self.death_odds:
            return False
        return self.chance.random() < self.death_odds

    def store_fails(self, sql: str) -> bool:
        """Whether the disk is full just then."""
        if self.is_calm:
            return False
        is_full = bool(self.full_at) and sql.lstrip().startswith(self.full_at)
        if not is_full and sql in BOUNDARIES and self.chance is not None and self.store_odds > 0:
            is_full = self.chance.random() < self.store_odds
        if is_full:
            self.met[f"store: full at {self.full_at or sql}"] += 1
        return is_full

    def hangs_up_after(self) -> int | None:
        """The steps for which a platform waits for its answer; None when it waits to the end."""
        if self.is_calm or self.chance is None or self.chance.random() >= self.hang_up_odds:
            return None
        self.met["service: nobody waits for the answer"] += 1
        return self.chance.randrange(1, LONGEST_PATIENCE)

    def detour(self) -> float:
        """Seconds that a delivery takes; what was sent behind it may come first."""
        if self.is_calm or self.chance is None or self.chance.random() >= self.detour_odds:
            return 0.0
        self.met["service: overtaken on the way"] += 1
        return self.chance.uniform(0.1, LONGEST_DETOUR)

    def fault(self, platform: str, request: httpx.Request) -> Fault:
        """What this call meets."""
        for one in self.planned:
            if one[0] == platform and request.method == "POST" and request.url.path.endswith(one[1]):
                self.planned.remove(one)
                self.met[f"{platform}: {one[2].name}"] += 1
                return one[2]
        if self.is_calm or self.chance is None or self.chance.random() >= self.fault_odds:
            return NONE
        chosen = self.chance.choice(FAULTS)
        if chosen.late is not None and chosen.late > LATEST and request.url.path.endswith(POSTS):
            return NONE
        self.met[f"{platform}: {chosen.name}"] += 1
        return chosen
