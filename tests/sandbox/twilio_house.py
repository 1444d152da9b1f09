"""The Twilio stand-in, a client of its API, and a service of three lines that it calls.

A plugin of the test modules that name it: they ask for the fixture `twilio_scene`.
"""

import dataclasses
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import httpx
import pytest
from starlette.applications import Starlette
from starlette.datastructures import ImmutableMultiDict
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from twilio.request_validator import RequestValidator

from sandbox.twilio import TwilioStandIn
from sandbox.wire import Attempt
from tests.serving import Serve

ACCOUNT = "AC00000000000000000000000000000001"
TOKEN = "test_auth_token_0123456789abcdef"
KEY, SECRET = "SK00000000000000000000000000000001", "key-secret"
SENDER = "whatsapp:+33700000001"
PUBLIC = "https://relais.test"
PAYLOADS = Path(__file__).parent.parent / "payloads" / "twilio"


class Clock:
    def __init__(self) -> None:
        self.now = 1_795_312_841.0

    def __call__(self) -> float:
        return self.now


class Listener:
    """The service: answers what `statuses` says (200 when nothing is left) and keeps what it got."""

    def __init__(self) -> None:
        self.statuses: list[int] = []
        self.forms: list[dict[str, str]] = []
        self.app = Starlette(routes=[Route("/{path:path}", self.receive, methods=["POST"])])

    async def receive(self, request: Request) -> Response:
        self.forms.append(dict(parse_qsl((await request.body()).decode(), keep_blank_values=True)))
        return Response("<Response/>", self.statuses.pop(0) if self.statuses else 200)

    def reported(self) -> list[str]:
        return [form["MessageStatus"] for form in self.forms if "MessageStatus" in form]


@dataclasses.dataclass
class Scene:
    twilio: TwilioStandIn
    api: httpx.AsyncClient
    listener: Listener
    clock: Clock

    async def create(self, **form: str) -> httpx.Response:
        path = f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
        return await self.api.post(path, data={"From": SENDER} | form)

    async def listing(self, query: str = "") -> dict[str, object]:
        answer = await self.api.get(f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json{query}")
        found: dict[str, object] = answer.raise_for_status().json()
        return found

    async def content(self, kind: str, body: dict[str, object], **more: object) -> httpx.Response:
        return await self.api.post("/v1/Content", json={"language": "fr", "types": {kind: body}} | more)

    @staticmethod
    def is_signed(attempt: Attempt) -> bool:
        fields = ImmutableMultiDict(attempt.content)
        signature = attempt.headers["X-Twilio-Signature"]
        return bool(RequestValidator(TOKEN).validate(attempt.url, fields, signature))

    @staticmethod
    def refused(answer: httpx.Response) -> tuple[int, int]:
        document = answer.json()
        assert set(document) == {"code", "message", "more_info", "status"}
        assert document["status"] == answer.status_code
        return answer.status_code, document["code"]

    @staticmethod
    def sample(name: str) -> dict[str, Any]:
        """A recorded webhook or answer."""
        found: dict[str, Any] = json.loads((PAYLOADS / f"{name}.json").read_text())
        return found


@pytest.fixture
async def twilio_scene(serve: Serve, http: httpx.AsyncClient) -> AsyncIterator[Scene]:
    """Everything served and connected; messages go to the service."""
    listener, clock = Listener(), Clock()
    where = await serve(listener.app)
    twilio = TwilioStandIn(
        account_sid=ACCOUNT,
        auth_token=TOKEN,
        api_key_sid=KEY,
        api_key_secret=SECRET,
        sender=SENDER,
        clock=clock,
        http=http,
        resolve=lambda url: url.replace(PUBLIC, where),
        retry_delay=0.001,
    )
    twilio.report_delay = 0.001
    twilio.message_url = f"{PUBLIC}/twilio/message"
    twilio.media_base = await serve(twilio.app)
    async with httpx.AsyncClient(base_url=twilio.media_base, auth=(KEY, SECRET), trust_env=False) as api:
        yield Scene(twilio, api, listener, clock)
    await twilio.close()
