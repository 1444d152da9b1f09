"""The web server around the service, the same for `relais serve` and for the bench."""

import asyncio
import gc
import os
import signal
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import FrameType

import structlog
import uvicorn
from starlette.requests import Request
from starlette.routing import Route, Router
from starlette.types import ASGIApp, Receive, Scope, Send

from composition.doors import Receive as Receiver
from composition.service import ENDS_WITHIN, REQUESTS_END_WITHIN

log = structlog.get_logger("composition")

LAST_RESORT = ENDS_WITHIN + 0.7
"""Seconds after the signal."""
YOUNG = 10_000
"""Objects that come into being before the collector looks: a request makes some hundreds, all soon gone."""


class Server(uvicorn.Server):
    """Ends in order on SIGTERM and Ctrl-C, and lets the rest of the service end after it.

    Uvicorn raises the signal once more when it is done, which would kill the process before its lanes have
    ended.
    """

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Take the signals, and keep them."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self.handle_exit, number, None)
        yield

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Begin to end."""
        if not self.should_exit:
            end_for_sure(LAST_RESORT)
        super().handle_exit(sig, frame)


def end_for_sure(within: float) -> None:
    """End the process in so many seconds if it has not ended by itself: a thread cannot be cut that a disk
    holds, and an interpreter waits for each. That is a kill, by which nothing is lost.
    """

    def end() -> None:
        log.error("stop_forced", within=within)
        os._exit(1)

    timer = threading.Timer(within, end)
    timer.daemon = True
    timer.start()


class Posted:
    """A door as the bare application it is: what Starlette puts around its endpoints costs as much as they.

    Nothing is lost by that: whatever goes wrong in a door is answered there, or is a 500 of the server's.
    """

    def __init__(self, receive: Receiver) -> None:
        self._receive = receive

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        answer = await self._receive(Request(scope, receive, send))
        await answer(scope, receive, send)


class Doors(Router):
    """Every address of the service. What is posted is found by its whole path, without trying the others."""

    def __init__(self, posted: Mapping[str, Receiver], others: Sequence[Route]) -> None:
        self._posted = {path: Posted(receive) for path, receive in posted.items()}
        routes = [Route(path, door, methods=["POST"]) for path, door in self._posted.items()]
        # A redirection would lose the form (T27).
        super().__init__([*routes, *others], redirect_slashes=False)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        door = self._posted.get(scope["path"]) if scope.get("method") == "POST" else None
        await (door or super().__call__)(scope, receive, send)


def server_of(asgi: ASGIApp) -> Server:
    """A server that is about to serve. What was built until now stays: it is never looked through again.

    No header of a request is believed about where it came from (C3), so none is read.
    """
    config = uvicorn.Config(
        asgi,
        http="httptools",
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=int(REQUESTS_END_WITHIN),
    )
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, 20, 20)
    return Server(config)
