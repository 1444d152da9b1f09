"""What the three stand-ins share: the memory of every call, planned faults, and an answer cut short.

A stand-in's memory is the judge of the tests: it holds what a platform really received, whatever the
service believes. A call is recorded when it arrives and completed when its answer has left.
"""

import asyncio
import time
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send


@dataclass
class Call:
    """One call received. `outcome`: "open", "answered", "refused" (see `Wire.refused`), "cut"."""

    method: str
    arguments: Mapping[str, Any]
    at: float
    outcome: str = "open"
    took_effect: bool = False


@dataclass(frozen=True)
class Fault:
    """What goes wrong with one call.

    `answer`: replaces the true answer, and nothing takes effect. `cut`: "before" the effect or "after" it,
    the connection closes without a whole answer; both: `answer` comes after the effect. `delay`: seconds
    before anything else happens.
    """

    answer: Response | None = None
    cut: str | None = None
    delay: float = 0.0


class CutShort(Response):
    """Promises more bytes than it sends, so that the server closes the connection."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002 - ASGI
        await send(
            {
                "type": "http.response.start",
                "status": 200,
                "headers": [(b"content-length", b"1000"), (b"connection", b"close")],
            }
        )
        await send({"type": "http.response.body", "body": b"{", "more_body": False})


def refused_by_status(response: Response) -> bool:
    """Whether a platform that speaks through statuses refused the call."""
    return response.status_code >= 400


OVERHEARD: list[Callable[[str, Call], None]] = []
"""Listeners to every call of every stand-in of this process: the tests check each request with them."""


@dataclass
class Wire:
    """The calls one stand-in received, and the faults planned for the next ones."""

    calls: list[Call] = field(default_factory=list)
    delay: float = 0.0
    """Seconds every answer takes; raised by tests that want calls in flight."""
    clock: Callable[[], float] = time.time
    refused: Callable[[Response], bool] = refused_by_status
    """Which answers are refusals: some platforms refuse with status 200."""
    platform: str = ""
    _faults: dict[str, deque[Fault]] = field(default_factory=lambda: defaultdict(deque))
    _on_change: list[Callable[[], None]] = field(default_factory=list)

    def plan(self, method: str, *faults: Fault) -> None:
        """The next calls of `method` meet these faults, in this order."""
        self._faults[method].extend(faults)

    def watch(self, listener: Callable[[], None]) -> None:
        """Call `listener` after anything changed in this stand-in."""
        self._on_change.append(listener)

    def changed(self) -> None:
        """Tell the listeners that the stand-in's memory changed."""
        for listener in self._on_change:
            listener()

    def count(self, method: str) -> int:
        """How many calls of `method` arrived."""
        return sum(call.method == method for call in self.calls)

    @property
    def in_flight(self) -> int:
        """How many calls have arrived and not been answered yet."""
        return sum(call.outcome == "open" for call in self.calls[-1000:])

    async def answer(
        self,
        request: Request,
        method: str,
        arguments: Mapping[str, Any],
        act: Callable[[], Awaitable[Response]],
    ) -> Response:
        """Record the call, meet its fault if one is planned, else `act` and answer.

        The caller who hangs up before the answer leaves a call whose outcome is "cut".
        """
        call = Call(method, dict(arguments), self.clock())
        self.calls.append(call)
        for overhear in OVERHEARD:
            overhear(self.platform, call)
        waiting = self._faults.get(method)
        fault = waiting.popleft() if waiting else Fault()
        response = await self._meet(call, fault, act)
        await asyncio.sleep(self.delay)
        if isinstance(response, CutShort) or await request.is_disconnected():
            call.outcome = "cut"
        else:
            call.outcome = "refused" if self.refused(response) else "answered"
        self.changed()
        return response

    async def _meet(self, call: Call, fault: Fault, act: Callable[[], Awaitable[Response]]) -> Response:
        await asyncio.sleep(fault.delay)
        if fault.answer is not None and fault.cut != "after":
            return fault.answer
        if fault.cut == "before":
            return CutShort()
        response = await act()
        call.took_effect = not self.refused(response)
        self.changed()
        return fault.answer or CutShort() if fault.cut == "after" else response


@dataclass(frozen=True)
class Delivery:
    """What became of one webhook: the last answer and how often it was tried.

    `status` is None when no answer ever came, or when nothing was sent (`attempts` is then 0).
    """

    status: int | None
    attempts: int
    body: bytes = b""


@dataclass(frozen=True)
class Attempt:
    """One request of a webhook as it left: to the public `url`, with the update or the form it carried."""

    url: str
    content: Any
    headers: Mapping[str, str]
    at: float
    status: int | None
    body: bytes = b""


class Errands:
    """The background tasks of a stand-in: every one is awaited or cancelled, none is forgotten."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self, work: Coroutine[Any, Any, None]) -> None:
        """Run `work` in the background."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        # A task that failed stays until somebody waits for it, so that its failure is seen.
        if task.cancelled() or task.exception() is None:
            self._tasks.discard(task)

    async def settle(self) -> None:
        """Wait for all tasks, also those that these start; raise what one of them raised."""
        while self._tasks:
            done, _ = await asyncio.wait(self._tasks)
            self._tasks -= done
            for task in done:
                task.result()

    async def close(self) -> None:
        """Cancel what still runs and wait until it has ended."""
        ended, self._tasks = self._tasks, set()
        for task in ended:
            task.cancel()
        await asyncio.gather(*ended, return_exceptions=True)
