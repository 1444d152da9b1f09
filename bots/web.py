"""What both doors do with a request, in an order that never changes: bounded, verified, heard, answered."""

import hashlib
from collections.abc import Awaitable, Callable

import structlog
from starlette.requests import Request
from starlette.responses import Response

from core.desk import Desk, Heard
from core.domain.conversation import Status
from core.store.errors import StoreError

log = structlog.get_logger("bots")

LARGEST_BODY = 1 << 20
"""Bytes. A platform's own requests stay far below."""
LARGEST_FORM = 1 << 16
"""Bytes of a form whose every field must be read before its signature can be checked: each costs a forger
nothing. 4,096 characters, the most that WhatsApp knows, fill 49 kB when each is an emoji."""


class BodyRefused(Exception):
    """The body cannot be taken; the request is answered `status`."""

    def __init__(self, status: int) -> None:
        super().__init__(f"answered {status}")
        self.status = status


async def read_body(request: Request, largest: int = LARGEST_BODY) -> bytes:
    """The raw body, of which no more than `largest` bytes are ever held.

    Raises:
        BodyRefused: it is longer (413), or its sender hung up (400).
    """
    body, comes_more = bytearray(), True
    while comes_more:
        message = await request.receive()
        if message["type"] == "http.disconnect":
            raise BodyRefused(400)
        piece = message.get("body", b"")
        if len(body) + len(piece) > largest:
            raise BodyRefused(413)
        body += piece
        comes_more = message.get("more_body", False)
    return bytes(body)


async def take(
    request: Request,
    *,
    platform: str,
    may_be_genuine: Callable[[Request], bool],
    is_genuine: Callable[[Request, bytes], bool],
    hear: Callable[[Request, bytes], Awaitable[None]],
    thanks: Callable[[], Response],
    largest: int = LARGEST_BODY,
) -> Response:
    """Hear a request of `largest` bytes at most; `thanks` answers it once what it says is on disk.

    One whose headers show already that it is not genuine is not read. Whatever is not genuine is answered
    403: nothing of it is heard, stored or logged. When the store is down the answer is 503, so that the
    platform comes again.
    """
    if not may_be_genuine(request):
        log.warning("request_not_genuine", platform=platform)
        return Response(status_code=403)
    try:
        body = await read_body(request, largest)
    except BodyRefused as refused:
        return Response(status_code=refused.status)
    if not is_genuine(request, body):
        log.warning("request_not_genuine", platform=platform)
        return Response(status_code=403)
    try:
        await hear(request, body)
    except StoreError as error:
        log.error("request_not_kept", platform=platform, error=type(error).__name__)
        return Response(status_code=503, headers={"Retry-After": "1"})
    return thanks()


def is_being_read(heard: Heard) -> bool:
    """Whether the bot will answer in a moment: words of the customer wait for the end of their burst."""
    talk = heard.conversation
    return talk is not None and talk.status is Status.BOT and any(part.strip() for part in talk.talk.burst)


async def keep_malformed(desk: Desk, *, source: str, body: bytes, error: Exception) -> None:
    """Keep what a genuine sender sent and we cannot read, once however often it comes.

    Raises:
        StoreError: it could not be kept.
    """
    key = f"{source}:{hashlib.sha256(body).hexdigest()}"
    await desk.quarantine_malformed(source=source, key=key, body=body, error=type(error).__name__)
