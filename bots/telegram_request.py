"""How calls to Telegram leave: the library's own HTTP client, with our patience and our view of a 429."""

import json
from typing import Any

import httpx
from telegram import Bot
from telegram.error import TelegramError
from telegram.request import HTTPXRequest


class TooManyRequests(TelegramError):
    """Telegram asks us to wait `after` seconds; the call did not take effect."""

    def __init__(self, after: float) -> None:
        super().__init__("too many requests")
        self.after = after


class Request(HTTPXRequest):
    """Reads a 429 itself: the library warns each time about a type it will change, and needs a parameter."""

    async def do_request(self, *args: Any, **kwargs: Any) -> tuple[int, bytes]:  # noqa: ANN401 - passed on
        """One call. A 429 is `TooManyRequests`; a timeout or a lost connection is the library's error."""
        status, body = await super().do_request(*args, **kwargs)
        if status == 429:
            raise TooManyRequests(_pause(body))
        return status, body


def new_request(transport: httpx.AsyncBaseTransport | None) -> Request:
    """A client. Reading waits 20 s, because each time-out there leaves an outcome unknown (G37)."""
    return Request(
        connection_pool_size=40,
        read_timeout=20,
        connect_timeout=5,
        pool_timeout=5,
        httpx_kwargs={"transport": transport} if transport else None,
    )


def new_bot(token: str, api_url: str, request: Request) -> Bot:
    """The library's bot. One client serves all: nothing here ever polls."""
    address = api_url.rstrip("/")
    return Bot(
        token,
        base_url=f"{address}/bot",
        base_file_url=f"{address}/file/bot",
        request=request,
        get_updates_request=request,
    )


def _pause(body: bytes) -> float:
    """Seconds that the answer asks for; one when it does not say."""
    try:
        seconds = json.loads(body)["parameters"]["retry_after"]
    except (ValueError, KeyError, TypeError):
        return 1.0
    return float(seconds) if isinstance(seconds, int | float) and seconds > 0 else 1.0
