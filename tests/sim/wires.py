"""HTTP without sockets: requests reach an ASGI application in the same loop, both ways."""

import asyncio
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

import httpx
from starlette.types import ASGIApp, Message

from tests.sim.fate import Fate
from tests.sim.loop import Life, outside


async def call(app: ASGIApp, request: httpx.Request, body: bytes, gone: asyncio.Event) -> httpx.Response:
    """One request to an application; `gone` tells it that whoever called has hung up."""
    answer: dict[str, Any] = {"status": 0, "headers": [], "body": [], "ended": False}
    asked = False
    done = asyncio.Event()

    async def receive() -> Message:
        nonlocal asked
        if not asked:
            asked = True
            return {"type": "http.request", "body": body, "more_body": False}
        if not gone.is_set() and not done.is_set():
            await gone.wait()
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            answer["status"], answer["headers"] = message["status"], list(message.get("headers", []))
        else:
            answer["body"].append(message.get("body", b""))
            answer["ended"] = not message.get("more_body", False)

    try:
        await app(_scope(request), receive, send)
    finally:
        done.set()
    content = b"".join(answer["body"])
    promised = dict(answer["headers"]).get(b"content-length")
    if not answer["ended"] or (promised is not None and int(promised) != len(content)):
        raise httpx.RemoteProtocolError("the answer was cut short", request=request)
    return httpx.Response(answer["status"], headers=answer["headers"], content=content, request=request)


def _scope(request: httpx.Request) -> dict[str, Any]:
    raw_path, _, query = request.url.raw_path.partition(b"?")
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": request.method,
        "scheme": request.url.scheme,
        "path": unquote(raw_path.decode("ascii")),
        "raw_path": raw_path,
        "query_string": query,
        "root_path": "",
        "headers": [(name.lower(), value) for name, value in request.headers.raw],
        "client": ("127.0.0.1", 1),
        "server": (request.url.host, request.url.port or 80),
        "state": {},
    }


class ToPlatform(httpx.AsyncBaseTransport):
    """What the service calls: a stand-in, with the faults that fate plans on the way."""

    def __init__(self, platform: str, app: ASGIApp, fate: Fate) -> None:
        self._platform = platform
        self._app = app
        self._fate = fate

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """The call may be lost before or after it took effect, may take too long, or may be refused."""
        body = await request.aread()
        self._fate.point(f"call {self._platform}")
        fault = self._fate.fault(self._platform, request)
        self._fate.moved()
        response = await fault.meet(request, lambda: self._reach(request, body))
        self._fate.point(f"answer {self._platform}")
        return response

    def _reach(self, request: httpx.Request, body: bytes) -> asyncio.Task[httpx.Response]:
        return outside(call(self._app, request, body, asyncio.Event()))


class ToService(httpx.AsyncBaseTransport):
    """What the platforms knock at: the living process, if there is one."""

    def __init__(self, living: Callable[[], tuple[Life, ASGIApp] | None], fate: Fate) -> None:
        self._living = living
        self._fate = fate

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """A process that dies while it answers leaves the caller without an answer; a caller may hang up."""
        body = await request.aread()
        if detour := self._fate.detour():
            await asyncio.sleep(detour)
        living = self._living()
        if living is None:
            raise httpx.ConnectError("nobody listens", request=request)
        life, app = living
        loop = asyncio.get_running_loop()
        gone = asyncio.Event()
        answering = loop.create_task(call(app, request, body, gone), context=life.context.copy())
        await self._lose_patience(request, answering, gone)
        death = asyncio.ensure_future(life.death.wait())
        try:
            await asyncio.wait({answering, death}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            death.cancel()
        if life.is_dead or not answering.done():
            raise httpx.RemoteProtocolError("the server went away", request=request)
        return answering.result()

    async def _lose_patience(
        self, request: httpx.Request, answering: asyncio.Task[httpx.Response], gone: asyncio.Event
    ) -> None:
        """The service goes on with what it was asked; nobody will hear what came of it."""
        patience = self._fate.hangs_up_after()
        for _ in range(patience or 0):
            await asyncio.sleep(0)
        if patience is not None and not answering.done():
            gone.set()
            raise httpx.ReadTimeout("nobody waits any more", request=request)
