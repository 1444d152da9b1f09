"""The demo's page: what the platforms hold, live, and the acts of the people on them.

The page talks to the stand-ins alone. That the service is another process, reached over HTTP as in real
life, is the point of the demo; only its state and its restart pass through `Running`.
"""

import os
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sandbox.page_acts import Acts, Running
from sandbox.page_changes import Changes
from sandbox.page_forms import FormActs
from sandbox.render import snapshot
from sandbox.scene import Scene

Explain = Callable[..., Awaitable[Any]]
FILES = Path(__file__).parent / "page"
LOOPBACK = ["127.0.0.1", "localhost"]
HEADERS = {
    "Content-Security-Policy": "default-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'; object-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


class Hardened:
    """Adds `HEADERS` to every answer."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(HEADERS)
            await send(message)

        await self._app(scope, receive, with_headers)


class Page:
    """Serve `app` on loopback only: whoever reaches it may act as anybody of the scene."""

    def __init__(self, scene: Scene, running: Running, explain: Explain | None = None) -> None:
        self.changes = Changes()
        self.acts = Acts(scene, running, self.changes.tell)
        self._scene = scene
        self._running = running
        self._explain = explain
        scene.watch(self.changes.tell)
        self.app = Starlette(
            routes=[
                Route("/", self._index, methods=["GET"]),
                Route("/state", self._state, methods=["GET"]),
                Route("/events", self._events, methods=["GET"]),
                Route("/clock", self._clock, methods=["GET"]),
                Route("/why", self._why, methods=["GET"]),
                *self.acts.routes,
                *FormActs(scene).routes,
                Mount("/page", StaticFiles(directory=FILES)),
            ],
            # A foreign page that names this machine otherwise (DNS rebinding) is refused by its Host.
            middleware=[Middleware(Hardened), Middleware(TrustedHostMiddleware, allowed_hosts=LOOPBACK)],
        )

    async def close(self) -> None:
        """End the streams of the open pages, and every act under way."""
        self.changes.close()
        await self.acts.close()

    async def _index(self, _: Request) -> Response:
        return FileResponse(FILES / "index.html")

    async def _state(self, _: Request) -> Response:
        service = {**self._running.state, "page_pid": os.getpid()}
        return JSONResponse({"service": service, **snapshot(self._scene)})

    async def _events(self, _: Request) -> Response:
        return StreamingResponse(self._stream(), media_type="text/event-stream")

    async def _stream(self) -> AsyncIterator[str]:
        async for line in self.changes.stream():
            yield line

    async def _clock(self, _: Request) -> Response:
        self.acts.clock_was_read()
        return JSONResponse({"offset_seconds": self._scene.clock.offset_seconds})

    async def _why(self, request: Request) -> Response:
        """What the knowledge base thinks of a text: asked of the running service, as an operator asks."""
        if self._explain is None:
            return JSONResponse({"error": "no service to ask"}, 404)
        try:
            return JSONResponse(await self._explain(text=request.query_params.get("text", "")))
        except (OSError, RuntimeError, ValueError) as error:
            return JSONResponse({"error": type(error).__name__}, 503)
