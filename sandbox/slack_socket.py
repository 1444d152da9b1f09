"""The stand-in's end of Socket Mode: hello, envelopes, acknowledgements, and connections that are renewed.

An envelope goes to any one of the open sockets, as at Slack. What is not acknowledged in time has failed.
"""

import asyncio
import itertools
import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field

import httpx
from aiohttp import WSMsgType, web

from sandbox.slack_memory import Document

MOST = 10
LINK = "/link/"


@dataclass
class SocketServer:
    """Listens on a free port of the loopback. A ticket of `apps.connections.open` opens one socket, once."""

    app_id: str
    url: str = ""
    sockets: list[web.WebSocketResponse] = field(default_factory=list)
    opened: int = 0
    """How many were ever opened."""
    acknowledged: list[Document] = field(default_factory=list)
    on_change: Callable[[], None] = lambda: None
    _tickets: set[str] = field(default_factory=set)
    _waiting: dict[str, "asyncio.Future[Document]"] = field(default_factory=dict)
    _turn: "itertools.count[int]" = field(default_factory=itertools.count)
    _runner: web.AppRunner | None = None

    async def start(self) -> None:
        """Listen."""
        app = web.Application()
        app.router.add_get(LINK + "{ticket}", self._serve)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        host, port, *_ = self._runner.addresses[0]
        self.url = f"ws://{host}:{port}"

    async def close(self) -> None:
        """Hang up, and stop listening."""
        await self.hang_up()
        if self._runner is not None:
            await self._runner.cleanup()

    def new_link(self) -> str:
        """The address of one socket."""
        ticket = uuid.uuid4().hex
        self._tickets.add(ticket)
        return f"{self.url}{LINK}{ticket}"

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        ticket = request.match_info["ticket"]
        if ticket not in self._tickets:
            return web.Response(status=404)
        self._tickets.discard(ticket)
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        if len(self.sockets) >= MOST:
            await socket.send_json({"type": "disconnect", "reason": "too_many_websockets"})
            await socket.close()
            return socket
        await self._listen(socket)
        return socket

    async def _listen(self, socket: web.WebSocketResponse) -> None:
        self.sockets.append(socket)
        self.opened += 1
        about = {"host": "applink-1", "approximate_connection_time": 18060}
        hello = {"type": "hello", "num_connections": len(self.sockets), "debug_info": about}
        await socket.send_json({**hello, "connection_info": {"app_id": self.app_id}})
        self.on_change()
        try:
            async for frame in socket:
                if frame.type is WSMsgType.TEXT:
                    self._acknowledge(json.loads(frame.data))
        finally:
            self.sockets.remove(socket)
            self.on_change()

    def _acknowledge(self, document: Document) -> None:
        self.acknowledged.append(document)
        waiting = self._waiting.pop(str(document.get("envelope_id")), None)
        if waiting is not None and not waiting.done():
            waiting.set_result(document)

    async def send(
        self, kind: str, payload: Document, *, within: float, retry: Document | None = None
    ) -> httpx.Response | None:
        """The answer to one envelope, as a webhook would have given it; None when none came in time."""
        socket = self._any()
        if socket is None:
            return None
        envelope_id = str(uuid.uuid4())
        answer: asyncio.Future[Document] = asyncio.get_running_loop().create_future()
        self._waiting[envelope_id] = answer
        accepts = kind != "events_api"
        envelope = {"envelope_id": envelope_id, "type": kind, "accepts_response_payload": accepts}
        try:
            await socket.send_json({**envelope, "payload": payload, **(retry or {})})
            document = await asyncio.wait_for(answer, within)
        except (TimeoutError, ConnectionError):
            return None
        finally:
            self._waiting.pop(envelope_id, None)
        given = document.get("payload")
        if given is None:
            return httpx.Response(200)
        # Slack refuses what an envelope does not ask for.
        return httpx.Response(200, json=given) if accepts else httpx.Response(400)

    def _any(self) -> web.WebSocketResponse | None:
        """Any open socket: they take turns, so that a test meets every one."""
        usable = [socket for socket in self.sockets if not socket.closed]
        return usable[next(self._turn) % len(usable)] if usable else None

    async def refresh(self, reason: str = "refresh_requested") -> None:
        """Ask every socket to be opened anew, as Slack does every few hours."""
        for socket in list(self.sockets):
            await socket.send_json(
                {"type": "disconnect", "reason": reason, "debug_info": {"host": "applink-1"}}
            )

    async def hang_up(self) -> None:
        """Close every socket without a word."""
        for socket in list(self.sockets):
            await socket.close()
