"""A bot of the real library, the stand-in it talks to, and a service of three lines that it calls.

A plugin of the test modules that name it: they ask for the fixture `telegram_scene`.
"""

import asyncio
import dataclasses
from collections.abc import AsyncIterator, Callable

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from telegram import (
    Bot,
)
from telegram.request import HTTPXRequest

from sandbox.telegram import TelegramStandIn
from tests.serving import Serve

TOKEN = "777000111:stand-in"
PUBLIC = "https://relais.test/telegram"


class Clock:
    def __init__(self) -> None:
        self.now = 1_795_312_841.0

    def __call__(self) -> float:
        return self.now


class Listener:
    """The service: answers what `statuses` says (200 when nothing is left) and keeps what it took."""

    def __init__(self) -> None:
        self.statuses: list[int] = []
        self.taken: list[dict[str, object]] = []
        self.seen: list[int] = []
        self.secrets: list[str | None] = []
        self.body = b""
        self.hold = asyncio.Event()
        self.hold.set()
        self.app = Starlette(routes=[Route("/telegram", self.receive, methods=["POST"])])

    async def receive(self, request: Request) -> Response:
        update = await request.json()
        self.seen.append(update["update_id"])
        self.secrets.append(request.headers.get("X-Telegram-Bot-Api-Secret-Token"))
        await self.hold.wait()
        status = self.statuses.pop(0) if self.statuses else 200
        if status == 200:
            self.taken.append(update)
        return Response(self.body, status)


@dataclasses.dataclass
class Scene:
    telegram: TelegramStandIn
    bot: Bot
    listener: Listener
    clock: Clock
    base: str

    def ids(self) -> list[object]:
        """The updates the service took, in order."""
        return [update["update_id"] for update in self.listener.taken]

    async def until(self, condition: Callable[[], bool]) -> None:
        while not condition():
            await asyncio.sleep(0.001)

    async def register(self, **options: object) -> None:
        await self.bot.set_webhook(PUBLIC, secret_token="s3cret_-", api_kwargs=dict(options))


@pytest.fixture
async def telegram_scene(
    serve: Serve, http: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Scene]:
    """Everything served and connected, no webhook set."""
    # The library says the type of a waiting time will change; the tests already read the new one.
    monkeypatch.setenv("PTB_TIMEDELTA", "1")
    listener, clock = Listener(), Clock()
    where = await serve(listener.app)
    telegram = TelegramStandIn(
        token=TOKEN,
        clock=clock,
        http=http,
        resolve=lambda url: url.replace("https://relais.test", where),
        retry_after=0.001,
        retry_limit=6,
    )
    base = await serve(telegram.app)
    bot = Bot(
        TOKEN,
        base_url=f"{base}/bot",
        base_file_url=f"{base}/file/bot",
        request=HTTPXRequest(httpx_kwargs={"trust_env": False}),
        get_updates_request=HTTPXRequest(httpx_kwargs={"trust_env": False}),
    )
    async with bot:
        yield Scene(telegram, bot, listener, clock, base)
    listener.hold.set()
    await telegram.close()
