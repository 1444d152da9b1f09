"""The load: `epoll` over raw sockets, requests built and signed beforehand, answers read by their length.

A closed loop for rates: so many connections, each with one request out. An open loop for waiting times:
requests leave at their dates whatever the server does, and each is timed from its date, so that a pause is
not forgiven.
"""

import selectors
import socket
import time
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field

NAME = "epoll over raw sockets (tests/bench/generator.py)"
CONNECTIONS = 32
_OK = b"HTTP/1.1 200"
_THANKS = b"<Response/>"
_LENGTH = b"content-length:"


class Refused(Exception):
    """The server answered something else than 200."""


@dataclass
class Wire:
    """One connection: what came so far of the answer it waits for, and since when it waits."""

    socket: socket.socket
    came: bytes = b""
    since: float = 0.0

    def send(self, request: bytes, since: float) -> None:
        """Put a request out."""
        self.came, self.since = b"", since
        self.socket.sendall(request)

    def read(self) -> bool:
        """Take what came; whether the answer is complete."""
        self.came += self.socket.recv(65536)
        if not self.came.startswith(_OK):
            raise Refused(self.came[:80].decode("latin-1"))
        return self.came.endswith(_THANKS) or self._has_all()

    def _has_all(self) -> bool:
        head, found, body = self.came.partition(b"\r\n\r\n")
        _, named, rest = head.lower().partition(_LENGTH)
        return bool(found and named) and len(body) >= int(rest.split(b"\r\n", 1)[0])


@dataclass
class Load:
    """What a run came to."""

    seconds: float = 0.0
    waits: list[float] = field(default_factory=list)
    """Seconds until each answer."""
    last: bytes = b""
    """The last answer, where somebody may want to read it."""

    @property
    def rate(self) -> float:
        """Answers a second."""
        return len(self.waits) / self.seconds

    def wait(self, share: float) -> float:
        """The wait that this share of the requests does not exceed, in milliseconds."""
        ordered = sorted(self.waits)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] * 1000


def connected(port: int) -> Wire:
    """A connection whose requests leave at once."""
    wire = Wire(socket.create_connection(("127.0.0.1", port)))
    wire.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return wire


@contextmanager
def _wires(port: int, count: int) -> Iterator[tuple[selectors.EpollSelector, list[Wire]]]:
    selector = selectors.EpollSelector()
    wires = [connected(port) for _ in range(count)]
    for wire in wires:
        selector.register(wire.socket, selectors.EVENT_READ, wire)
    try:
        yield selector, wires
    finally:
        selector.close()
        for wire in wires:
            wire.socket.close()


def closed_loop(port: int, requests: Iterable[bytes], connections: int = CONNECTIONS) -> Load:
    """Send them all, `connections` at a time."""
    waiting, load = iter(list(requests)), Load()
    with _wires(port, connections) as (selector, wires):
        begun = time.perf_counter()
        out = sum(_next(wire, waiting) for wire in wires)
        while out:
            for key, _ in selector.select():
                if key.data.read():
                    load.waits.append(time.perf_counter() - key.data.since)
                    out -= not _next(key.data, waiting)
        load.seconds = time.perf_counter() - begun
    return load


def _next(wire: Wire, waiting: Iterator[bytes]) -> bool:
    request = next(waiting, None)
    if request is not None:
        wire.send(request, time.perf_counter())
    return request is not None


def open_loop(port: int, requests: Sequence[bytes], a_second: float, connections: int = 64) -> Load:
    """Send so many a second, each timed from the moment it should have left."""
    load, begun = Load(), time.perf_counter()
    with _wires(port, connections) as (selector, wires):
        free, sent, answered = deque(wires), 0, 0  # in turn: a server closes what is idle for long
        while answered < len(requests):
            due = begun + sent / a_second
            while sent < len(requests) and free and time.perf_counter() >= due:
                free.popleft().send(requests[sent], due)
                sent += 1
                due = begun + sent / a_second
            pause = max(0.0, due - time.perf_counter()) if sent < len(requests) and free else None
            for key, _ in selector.select(pause):
                if key.data.read():
                    load.waits.append(time.perf_counter() - key.data.since)
                    load.last = key.data.came
                    free.append(key.data)
                    answered += 1
    load.seconds = time.perf_counter() - begun
    return load


def one_by_one(port: int, requests: Iterable[bytes]) -> Load:
    """Each when the one before is answered."""
    wire, load = connected(port), Load()
    begun = time.perf_counter()
    with closing(wire.socket):
        for request in requests:
            wire.send(request, time.perf_counter())
            while not wire.read():
                pass
            load.waits.append(time.perf_counter() - wire.since)
            load.last = wire.came
    load.seconds = time.perf_counter() - begun
    return load
