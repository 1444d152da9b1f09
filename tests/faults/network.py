"""The way to a stand-in without sockets, in virtual time, on which anything may go wrong."""

import asyncio
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field

import httpx
from starlette.types import ASGIApp

from sandbox.wire import Fault


@dataclass(frozen=True)
class Meets:
    """What one call meets.

    `answer`: at the platform, which then has done nothing unless the fault says so. `error`: on the way,
    before the platform heard of it, or `heard` and done. `late`: seconds that the answer takes after it was
    done. `method`: which call meets it, where it is another than the one that carries the row.
    """

    fault: Fault | None = None
    error: type[httpx.RequestError] | None = None
    heard: bool = False
    late: float = 0.0
    method: str = ""


@dataclass
class Network(httpx.AsyncBaseTransport):
    """Carries requests to an application; the caller's own patience is kept, and what it left goes on."""

    app: ASGIApp
    troubles: deque[Meets] = field(default_factory=deque)
    """What the next requests that change something meet; those that only ask are never in trouble."""
    _left: set[asyncio.Task[httpx.Response]] = field(default_factory=set)

    def plan(self, troubles: Iterable[Meets]) -> None:
        """The next requests meet these, in this order."""
        self.troubles.extend(troubles)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """One request, and the trouble that waits for it."""
        trouble = self.troubles.popleft() if self.troubles and request.method == "POST" else Meets()
        await request.aread()
        if trouble.error and not trouble.heard:
            raise trouble.error("on the way there", request=request)
        reaching = asyncio.create_task(self._reach(request, trouble.late))
        self._left.add(reaching)
        reaching.add_done_callback(self._left.discard)
        try:
            async with asyncio.timeout(request.extensions["timeout"]["read"]):
                response = await asyncio.shield(reaching)
        except TimeoutError:
            raise httpx.ReadTimeout("no answer in time", request=request) from None
        if trouble.error:
            raise trouble.error("on the way back", request=request)
        return response

    async def _reach(self, request: httpx.Request, late: float) -> httpx.Response:
        answered = await httpx.ASGITransport(self.app).handle_async_request(request)
        if not isinstance(answered.stream, httpx.AsyncByteStream):
            raise TypeError("an answer of an application is a stream")
        content = b"".join([chunk async for chunk in answered.stream])
        await asyncio.sleep(late)
        if len(content) != int(answered.headers.get("content-length", len(content))):
            raise httpx.RemoteProtocolError("cut short", request=request)
        stream = httpx.ByteStream(content)
        return httpx.Response(answered.status_code, headers=answered.headers, stream=stream)
