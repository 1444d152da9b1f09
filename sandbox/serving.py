"""Serves an application on this machine only, inside the loop that already runs."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Iterator

import uvicorn
from starlette.types import ASGIApp

LOOPBACK = "127.0.0.1"


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave the signals to whoever composes the servers."""
        yield


def free_port() -> int:
    """A port nobody listens on now."""
    with socket.create_server((LOOPBACK, 0)) as found:
        return int(found.getsockname()[1])


def listen(wanted: int = 0) -> socket.socket:
    """Listens on `wanted`; on any free port where it is 0 or taken."""
    # With its protocol named: else asyncio leaves Nagle's algorithm on, and each answer stalls for 40 ms.
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((LOOPBACK, wanted))
    except OSError:
        listening.bind((LOOPBACK, 0))
    listening.listen()
    return listening


def address_of(listening: socket.socket) -> str:
    """The address of what listens, without a slash at the end."""
    return f"http://{LOOPBACK}:{listening.getsockname()[1]}"


@contextlib.asynccontextmanager
async def served(app: ASGIApp, listening: socket.socket) -> AsyncIterator[None]:
    """Serve `app` until the block ends; answers under way have a second to leave."""
    config = uvicorn.Config(
        app, lifespan="off", log_config=None, log_level="critical", ws="none", timeout_graceful_shutdown=1
    )
    server = _Server(config)
    running = asyncio.create_task(server.serve(sockets=[listening]))
    try:
        yield
    finally:
        server.should_exit = True
        await running
        await _hang_up(server)


async def _hang_up(server: uvicorn.Server) -> None:
    """An answer that did not leave in time leaves its connection open: nobody waits for it any more."""
    for connection in list(server.server_state.connections):
        if (transport := connection.transport) is not None:
            transport.abort()
    await asyncio.sleep(0)  # in which the loop closes what was aborted
