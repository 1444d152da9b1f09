"""Servers for the tests, in their own loop: real HTTP on loopback, and an end that waits for nothing."""

import asyncio
import contextlib
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator

import pytest
import uvicorn
from starlette.types import ASGIApp

from sandbox.serving import address_of, listen

NOBODY = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""For clients that speak plain HTTP on loopback: reading whom to believe costs tens of milliseconds each."""
GRACE = 1.0
"""Seconds that an answer under way may take at the end."""

Serve = Callable[[ASGIApp], Awaitable[str]]


class Server(uvicorn.Server):
    """Ends when it is told to, not at its next look at the clock."""

    def __init__(self, app: ASGIApp) -> None:
        super().__init__(uvicorn.Config(app, lifespan="off", log_config=None, access_log=False, ws="none"))
        self._told = asyncio.Event()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave the signals to pytest."""
        yield

    def end(self, *, at_once: bool = False) -> None:
        """Take nothing more; `at_once`: let no answer finish."""
        self.force_exit = at_once
        self._told.set()

    async def main_loop(self) -> None:
        """Serve until the end is told."""
        await self.on_tick(0)
        await self._told.wait()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Shut the door, hang up where nothing is said, and wait for what is under way."""
        for server in self.servers:
            server.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(0 if self.force_exit else GRACE):
                while self.server_state.connections or self.server_state.tasks:
                    await asyncio.sleep(0.002)


@pytest.fixture
async def serve() -> AsyncIterator[Serve]:
    """Serve an application on a free port; returns its address, without a slash at the end."""
    running: list[tuple[Server, asyncio.Task[None]]] = []

    async def start(app: ASGIApp) -> str:
        listening = listen()
        server = Server(app)
        running.append((server, asyncio.create_task(server.serve(sockets=[listening]))))
        return address_of(listening)

    yield start
    for server, _ in running:
        server.end()
    await asyncio.gather(*(task for _, task in running))
