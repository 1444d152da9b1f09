"""The operator's door to a running service: a Unix socket beside the database, for the same user only.

One process owns the database file; a command that must write asks that process through here. One line of JSON
in, one line of JSON out.
"""

import asyncio
import json
import os
import socket
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

Handler = Callable[[Mapping[str, Any]], Awaitable[Any]]
LONGEST_LINE = 64 << 20
"""Bytes: a whole knowledge base comes in by one line, so that all of it is written or nothing."""


def door_of(database: Path) -> Path:
    """Where the door of a database is."""
    return database.with_name(f"{database.name}.sock")


class LocalDoor:
    """The serving side. `handlers` by verb; an unknown verb is refused."""

    def __init__(self, path: Path, handlers: Mapping[str, Handler]) -> None:
        self._path = path
        self._handlers = handlers
        self._server: asyncio.Server | None = None
        self._callers: set[asyncio.StreamWriter] = set()

    async def start(self) -> None:
        """Open; a socket left by a dead process is replaced (the database's lock says it is dead)."""
        self._path.unlink(missing_ok=True)
        self._server = await asyncio.start_unix_server(
            self._answer, sock=_own(self._path), limit=LONGEST_LINE
        )

    async def close(self) -> None:
        """Close, and leave no socket behind."""
        if self._server is not None:
            self._server.close()
            for caller in self._callers:
                caller.close()
            await self._server.wait_closed()
        self._path.unlink(missing_ok=True)

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._callers.add(writer)
        try:
            if line := await reader.readline():
                answer = await self._answered(line)
                writer.write(json.dumps(answer, ensure_ascii=False).encode() + b"\n")
                await writer.drain()
        except (ConnectionError, ValueError):
            pass  # the caller has gone, or sent a line longer than any of ours
        finally:
            self._callers.discard(writer)
            writer.close()

    async def _answered(self, line: bytes) -> dict[str, Any]:
        try:
            asked = json.loads(line)
            handler = self._handlers.get(asked["do"])
            if handler is None:
                return {"error": "this service does not know that command: is it of the same release?"}
            return {"ok": await handler(asked)}
        except Exception as error:  # noqa: BLE001 - the operator reads what went wrong
            return {"error": type(error).__name__}


def _own(path: Path) -> socket.socket:
    """A listening socket that nobody else can open, not even for an instant."""
    listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    before = os.umask(0o177)
    try:
        listening.bind(str(path))
    except BaseException:
        listening.close()
        raise
    finally:
        os.umask(before)
    return listening


async def is_served(database: Path) -> bool:
    """Whether a service answers at the door of a database."""
    try:
        _, writer = await asyncio.open_unix_connection(door_of(database))
    except OSError:
        return False
    writer.close()
    return True


async def ask(database: Path, do: str, **values: Any) -> Any:  # noqa: ANN401 - JSON
    """Ask the service that serves a database.

    Raises:
        ConnectionError, FileNotFoundError: nothing serves it.
        RuntimeError: it answered with an error, named in the message.
    """
    reader, writer = await asyncio.open_unix_connection(door_of(database), limit=LONGEST_LINE)
    writer.write(json.dumps({"do": do} | values).encode() + b"\n")
    await writer.drain()
    answer = json.loads(await reader.readline())
    writer.close()
    if "error" in answer:
        raise RuntimeError(answer["error"])
    return answer["ok"]
