"""How calls to Telegram leave: the library's own HTTP client, with our patience and our view of a 429."""

import json
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

import httpx
from telegram import Bot
from telegram.error import NetworkError, TelegramError
from telegram.request import HTTPXRequest

from bots.authorities import authorities
from core.calls import Client

LONGEST_POLL = 50
"""Seconds that a question for updates may stay open; the platform's own limit (G2)."""
POLL_GRACE = 10.0
"""Seconds more before an open question counts as lost."""


REFUSES = {400, 403}
"""Statuses that refuse a call for good, when Telegram itself says so: a machine on the way may not."""


class TooManyRequests(TelegramError):
    """Telegram asks us to wait `after` seconds; the call did not take effect."""

    def __init__(self, after: float) -> None:
        super().__init__("too many requests")
        self.after = after


class Request(HTTPXRequest):
    """Reads a 429 itself: the library warns each time about a type it will change, and needs a parameter."""

    def _build_client(self) -> httpx.AsyncClient:
        return Client(**self._client_kwargs)

    async def do_request(self, *args: Any, **kwargs: Any) -> tuple[int, bytes]:  # noqa: ANN401 - passed on
        """One call. A 429 is `TooManyRequests`; the library's own errors are a timeout, a lost connection,
        and a refusal that is not Telegram's.
        """
        status, body = await super().do_request(*args, **kwargs)
        if status == 429:
            raise TooManyRequests(_pause(body))
        if status in REFUSES and "description" not in _document(body):
            raise NetworkError(f"answered {status}, and not by Telegram")
        return status, body


def new_request(transport: httpx.AsyncBaseTransport | None, connections: int = 40) -> Request:
    """A client. Reading waits 20 s, because each time-out there leaves an outcome unknown (G37)."""
    return Request(
        connection_pool_size=connections,
        read_timeout=20,
        connect_timeout=5,
        pool_timeout=5,
        httpx_kwargs={"transport": transport} if transport else {"verify": authorities()},
    )


def new_bot(token: str, api_url: str, request: Request) -> Bot:
    """The library's bot, which sends without asking who it is: Telegram may be down at start (G43).

    It never polls itself: one update it cannot read would cost it all of them.
    """
    address = api_url.rstrip("/")
    return Bot(
        token,
        base_url=f"{address}/bot",
        base_file_url=f"{address}/file/bot",
        request=request,
        get_updates_request=request,
    )


async def fetch_updates(
    bot: Bot, request: Request, offset: int | None, kinds: Sequence[str], wait: int = LONGEST_POLL
) -> list[dict[str, Any]]:
    """The updates that wait, as they came; when none does, one is awaited for `wait` seconds (G2).

    All below `offset` is confirmed: Telegram forgets it.

    Raises:
        TelegramError: Telegram refused, or could not be reached; nothing is confirmed for sure.
    """
    asked = {"timeout": wait, "allowed_updates": json.dumps(kinds)}
    query = urlencode(asked if offset is None else asked | {"offset": offset})
    found = await request.post(f"{bot.base_url}/getUpdates?{query}", read_timeout=wait + POLL_GRACE)
    return list(found) if isinstance(found, list) else []


def _document(body: bytes) -> dict[str, Any]:
    """The JSON object of an answer; empty when it holds none."""
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return document if isinstance(document, dict) else {}


def _pause(body: bytes) -> float:
    """Seconds that the answer asks for; one when it does not say."""
    parameters = _document(body).get("parameters")
    seconds = parameters.get("retry_after") if isinstance(parameters, dict) else None
    return float(seconds) if isinstance(seconds, int | float) and seconds > 0 else 1.0
