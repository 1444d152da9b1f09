"""The floor: the least that any server must do to keep one signed message, written by hand.

asyncio and httptools; it parses the request and the form, checks the HMAC over every field, and inserts one
row by a unique key, with `synchronous=FULL`; what waits meanwhile shares a commit. It decides nothing.
"""

import asyncio
import base64
import hashlib
import hmac
import queue
import sqlite3
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qsl

import httptools

from tests.bench.forms import PUBLIC, TOKEN

_BODY = b'<?xml version="1.0" encoding="UTF-8"?><Response/>'
_HEAD = b"HTTP/1.1 %s\r\nContent-Type: text/xml\r\nContent-Length: %d\r\n\r\n"
ANSWER = _HEAD % (b"200 OK", len(_BODY)) + _BODY
REFUSAL = _HEAD % (b"403 Forbidden", 0)
_TABLE = "CREATE TABLE inbox (key TEXT PRIMARY KEY, at INTEGER NOT NULL, body BLOB NOT NULL) STRICT"

Kept = Callable[[], None]
Item = tuple[str, bytes, Kept]


class Inbox:
    """One thread that inserts whatever waits, and commits it together."""

    def __init__(self, database: Path, loop: asyncio.AbstractEventLoop) -> None:
        self._database = database
        self._loop = loop
        self._waiting: queue.SimpleQueue[Item] = queue.SimpleQueue()
        threading.Thread(target=self._write, daemon=True).start()

    def put(self, item: Item) -> None:
        """Keep it; its third part is called in the loop once it is on disk."""
        self._waiting.put(item)

    def _write(self) -> None:
        connection = sqlite3.connect(self._database, isolation_level=None)
        for pragma in ("journal_mode = WAL", "synchronous = FULL"):
            connection.execute(f"PRAGMA {pragma}")
        connection.execute(_TABLE)
        while True:
            group = [self._waiting.get()]
            while len(group) < 256 and not self._waiting.empty():
                group.append(self._waiting.get())
            connection.execute("BEGIN IMMEDIATE")
            at = int(time.time() * 1000)
            rows = [(key, at, body) for key, body, _ in group]
            connection.executemany("INSERT INTO inbox VALUES (?, ?, ?)", rows)
            connection.execute("COMMIT")
            self._loop.call_soon_threadsafe(_tell, group)


def _tell(group: list[Item]) -> None:
    for _, _, kept in group:
        kept()


class Floor(asyncio.Protocol):
    """One connection that is kept alive."""

    def __init__(self, inbox: Inbox) -> None:
        self._inbox = inbox
        self._parser = httptools.HttpRequestParser(self)
        self._url = b""
        self._signature = b""
        self._body = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Remember where the answer goes."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Feed the parser."""
        self._parser.feed_data(data)

    def on_message_begin(self) -> None:
        """Another request on this connection."""
        self._body = self._signature = b""

    def on_url(self, url: bytes) -> None:
        """Its path."""
        self._url = url

    def on_header(self, name: bytes, value: bytes) -> None:
        """The one header that matters."""
        if name.lower() == b"x-twilio-signature":
            self._signature = value

    def on_body(self, body: bytes) -> None:
        """A piece of the form."""
        self._body += body

    def on_message_complete(self) -> None:
        """Check, keep, answer."""
        fields = parse_qsl(self._body.decode(), keep_blank_values=True)
        signed = PUBLIC + self._url.decode() + "".join(name + value for name, value in sorted(set(fields)))
        digest = hmac.new(TOKEN.encode(), signed.encode(), hashlib.sha1).digest()
        if hmac.compare_digest(base64.b64encode(digest), self._signature):
            form = dict(fields)
            key = f"twilio:{form['AccountSid']}:{form['From']}:{form['MessageSid']}"
            self._inbox.put((key, self._body, self._thank))
        else:
            self._write(REFUSAL)

    def _thank(self) -> None:
        self._write(ANSWER)

    def _write(self, answer: bytes) -> None:
        assert self._transport is not None
        self._transport.write(answer)


async def serve(database: Path) -> None:
    """Serve on a free port until the process is ended; the port is printed."""
    loop = asyncio.get_running_loop()
    inbox = Inbox(database, loop)
    server = await loop.create_server(lambda: Floor(inbox), "127.0.0.1", 0)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1])))
