"""A desk that writes down what it is told, the doors in front of it, and the stand-ins behind them."""

from __future__ import annotations

import asyncio
import dataclasses
import importlib.util
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Any, cast
from urllib.parse import parse_qsl

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Route

from bots.telegram import Telegram
from bots.twilio_api import Hosts
from bots.twilio_signature import SharedKey
from bots.whatsapp import WhatsApp
from core.clock import HandClock
from core.desk import NO_SOURCE, Desk, Heard, Outcome, Source
from core.domain.conversation import Conversation
from core.domain.events import Event
from core.jobs import Job
from core.store.engine import Store, inline
from core.store.errors import StoreDown
from core.store.rows import to_ms
from sandbox.telegram import TelegramStandIn
from sandbox.twilio import TwilioStandIn
from tests.serving import NOBODY, Serve

TESTS = Path(__file__).parent.parent
PUBLIC = "https://relais.test"
ACCOUNT = "AC00000000000000000000000000000001"
AUTH_TOKEN = "test_auth_token_0123456789abcdef"
KEY, KEY_SECRET = "SK00000000000000000000000000000001", "key-secret"
SHARED_KEY = SharedKey("webhooks_sharedkey_01test", "shared-key-secret-0123456789")
SENDER = "whatsapp:+14155238886"
BOT_TOKEN = "777000111:stand-in-of-the-bot-token"
SECRET = "test-secret_token-1"
NOW = datetime(2026, 11, 22, 2, 0, 41, tzinfo=UTC)


@dataclasses.dataclass
class RecordingDesk:
    """Hears every key once and keeps what it heard; `is_down` makes its store fail."""

    heard: list[tuple[Event, str, Source]] = dataclasses.field(default_factory=list)
    conversation: Conversation | None = None
    """The conversation as it stands after each event."""
    kept: list[dict[str, Any]] = dataclasses.field(default_factory=list)
    is_down: bool = False

    async def handle(self, event: Event, *, key: str, source: Source = NO_SOURCE) -> Heard:
        if self.is_down:
            raise StoreDown("disk full")
        if any(key == known for _, known, _ in self.heard):
            return Heard(Outcome.DUPLICATE)
        self.heard.append((event, key, source))
        return Heard(Outcome.DONE, conversation=self.conversation)

    async def quarantine_malformed(self, *, source: str, key: str, body: bytes, error: str) -> None:
        if self.is_down:
            raise StoreDown("disk full")
        self.kept.append({"source": source, "key": key, "body": body, "error": error})

    @property
    def events(self) -> list[Event]:
        return [event for event, _, _ in self.heard]

    @property
    def as_desk(self) -> Desk:
        return cast("Desk", self)


def _load_check() -> ModuleType:
    spec = importlib.util.spec_from_file_location("relais_specs_check", TESTS / "specs" / "check.py")
    if spec is None or spec.loader is None:
        raise ImportError("the checker of requests is missing")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


CHECK = _load_check()


class CheckedTransport(httpx.AsyncBaseTransport):
    """Real HTTP; every request is held against the platform's published interface."""

    def __init__(self) -> None:
        self.complaints: list[str] = []
        self.checked = 0
        self._http = httpx.AsyncHTTPTransport(verify=NOBODY)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        body = (await request.aread()).decode()
        pairs = parse_qsl(body, keep_blank_values=True)
        path = request.url.path
        if path.startswith("/bot"):
            method = path.rpartition("/")[2]
            form = dict(pairs) | dict(request.url.params)
            self.complaints += CHECK.telegram_call(method, CHECK.telegram_form(method, form))
        elif path == "/v1/Content":
            self.complaints += CHECK.twilio_content(json.loads(body))
        elif path == "/v3/Indicators/Typing.json":
            self.complaints += [] if set(json.loads(body)) == {"channel", "messageId"} else ["a typing sign"]
        elif request.method == "POST":
            self.complaints += CHECK.twilio_message(pairs)
        elif path.endswith("/Messages.json"):
            self.complaints += CHECK.twilio_list(list(request.url.params))
        else:  # questions by id, and about settings: the stand-in and its own checks know what they take
            assert request.method == "GET"
        self.checked += 1
        return await self._http.handle_async_request(request)

    async def aclose(self) -> None:
        await self._http.aclose()


@pytest.fixture
async def transport() -> AsyncIterator[CheckedTransport]:
    """Real HTTP to the stand-ins, checked; a complaint fails the test that caused it."""
    checked = CheckedTransport()
    yield checked
    await checked.aclose()
    assert checked.complaints == []


@pytest.fixture
def desk() -> RecordingDesk:
    return RecordingDesk()


@pytest.fixture
def clock() -> HandClock:
    return HandClock(NOW)


@pytest.fixture
async def store(tmp_path: Path, clock: HandClock) -> AsyncIterator[Store]:
    """A database of its own, where a door remembers what it must."""
    opened = await Store.open(tmp_path / "relais.db", now_ms=lambda: to_ms(clock.now()) or 0, executor=inline)
    yield opened
    await opened.close()


@dataclasses.dataclass
class WhatsAppScene:
    """The door, the desk behind it, Twilio's stand-in, and a client that reaches the door's routes."""

    door: WhatsApp
    desk: RecordingDesk
    clock: HandClock
    twilio: TwilioStandIn
    web: httpx.AsyncClient
    api_url: str
    store: Store

    async def post(
        self, path: str, body: bytes | str, headers: dict[str, str] | None = None
    ) -> httpx.Response:
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        return await self.web.post(path, content=body, headers=form | (headers or {}))


@dataclasses.dataclass
class TelegramScene:
    """The door, the desk behind it, Telegram's stand-in, and a client that reaches the door's route."""

    door: Telegram
    desk: RecordingDesk
    clock: HandClock
    telegram: TelegramStandIn
    web: httpx.AsyncClient
    api_url: str

    async def post(self, update: object, headers: dict[str, str] | None = None) -> httpx.Response:
        body = update if isinstance(update, bytes) else json.dumps(update).encode()
        proof = {"X-Telegram-Bot-Api-Secret-Token": SECRET} if headers is None else headers
        return await self.web.post("/telegram", content=body, headers=proof)

    async def tell(self, update: dict[str, Any]) -> None:
        """Make an update at the platform, asked for or not, and wait until the service has taken it."""
        self.telegram.updates.allowed = tuple(name for name in update if name != "update_id")
        await self.telegram.send_update(update)
        await until(lambda: not self.telegram.updates.pending)

    async def open(self) -> None:
        """Start the door, and wait until updates may come."""
        await self.door.start()
        await until(lambda: not self.door.trouble)


async def until(condition: Callable[[], object]) -> None:
    """Wait until something holds; the test's own limit ends a wait in vain."""
    while not condition():
        await asyncio.sleep(0.001)


class Routes:
    """The service's routes, filled in once the doors exist; a stand-in needs an address before that."""

    def __init__(self) -> None:
        self.app = Starlette()
        self.web = httpx.AsyncClient(transport=httpx.ASGITransport(app=self.app), base_url=PUBLIC)

    def add(self, path: str, receive: Callable[..., Any]) -> None:
        self.app.router.routes.append(Route(path, receive, methods=["POST"]))


@pytest.fixture
async def whatsapp(
    serve: Serve, desk: RecordingDesk, store: Store, clock: HandClock, transport: CheckedTransport
) -> AsyncIterator[WhatsAppScene]:
    routes = Routes()
    twilio = TwilioStandIn(
        account_sid=ACCOUNT,
        auth_token=AUTH_TOKEN,
        api_key_sid=KEY,
        api_key_secret=KEY_SECRET,
        sender=SENDER,
        clock=lambda: clock.now().timestamp(),
        http=routes.web,
        retry_delay=0.001,
    )
    twilio.report_delay = 0.001
    twilio.message_url = f"{PUBLIC}/twilio/message"
    api_url = await serve(twilio.app)
    door = WhatsApp(
        account_sid=ACCOUNT,
        auth_token=AUTH_TOKEN,
        api_key_sid=KEY,
        api_key_secret=KEY_SECRET,
        sender=SENDER,
        hosts=Hosts(api_url, api_url, api_url),
        public_url=PUBLIC,
        desk=desk.as_desk,
        store=store,
        clock=clock,
        shared_key=SHARED_KEY,
        transport=transport,
    )
    routes.add("/twilio/message", door.receive_message)
    routes.add("/twilio/status", door.receive_status)
    await door.start()
    yield WhatsAppScene(door, desk, clock, twilio, routes.web, api_url, store)
    await door.close()
    await twilio.close()
    await routes.web.aclose()


Scenes = Callable[[str], Awaitable[TelegramScene]]
"""Opens a scene whose door has this secret; without one it fetches its updates."""


@pytest.fixture
async def telegram_scenes(
    serve: Serve, desk: RecordingDesk, clock: HandClock, transport: CheckedTransport
) -> AsyncIterator[Scenes]:
    opened: list[TelegramScene] = []

    async def build(secret: str) -> TelegramScene:
        app = Starlette()
        where = await serve(app)
        web = httpx.AsyncClient(base_url=where, trust_env=False, verify=NOBODY)
        platform = TelegramStandIn(
            token=BOT_TOKEN,
            clock=lambda: clock.now().timestamp(),
            http=web,
            resolve=lambda url: url.replace(PUBLIC, where),
            retry_after=0.001,
            retry_limit=6,
        )
        api_url = await serve(platform.app)
        door = Telegram(
            token=BOT_TOKEN,
            secret=secret,
            api_url=api_url,
            public_url=PUBLIC,
            desk=desk.as_desk,
            clock=clock,
            transport=transport,
            first_pause=0.002,
        )
        app.router.routes.append(Route("/telegram", door.receive, methods=["POST"]))
        opened.append(TelegramScene(door, desk, clock, platform, web, api_url))
        return opened[-1]

    yield build
    for scene in opened:
        await scene.door.close()
        await scene.telegram.close()
        await scene.web.aclose()


@pytest.fixture
async def telegram(telegram_scenes: Scenes) -> TelegramScene:
    """Updates are pushed. Not started: nothing is registered yet."""
    return await telegram_scenes(SECRET)


@pytest.fixture
async def fetching(telegram_scenes: Scenes) -> TelegramScene:
    """Updates are fetched. Not started: nothing is asked yet."""
    return await telegram_scenes("")


@pytest.fixture
def job() -> Callable[..., Job]:
    """A row of the outbox, with this payload."""

    def new(payload: dict[str, Any], **more: Any) -> Job:  # noqa: ANN401 - any field of a job
        made = Job("01JOB", "01CONV", "channel", "message", "", payload, is_for_customer=True)
        return dataclasses.replace(made, **more)

    return new
