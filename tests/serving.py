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
ACCEPTING = 3
"""Turns of the loop after which a connection that was being taken is among those of the server."""

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
        """Shut the door, hang up where nothing is said, wait for what is under way, and cut the rest."""
        await self._shut_the_door()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(0 if self.force_exit else GRACE):
                while self.server_state.connections or self.server_state.tasks:
                    await asyncio.sleep(0.002)
        await self._cut()

    async def _shut_the_door(self) -> None:
        """Take nobody more, and close once everybody is inside: asyncio forgets whom it is taking."""
        loop = asyncio.get_running_loop()
        for listening in (listening for server in self.servers for listening in server.sockets):
            loop.remove_reader(listening)
        for _ in range(ACCEPTING):
            await asyncio.sleep(0)
        for server in self.servers:
            server.close()

    async def _cut(self) -> None:
        """End what did not end by itself: a connection left open would be found by some later test."""
        cut = [task for task in self.server_state.tasks if task.cancel()]
        for connection in list(self.server_state.connections):
            if (transport := connection.transport) is not None:
                transport.abort()
        await asyncio.wait([*cut, asyncio.create_task(asyncio.sleep(0))])


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
