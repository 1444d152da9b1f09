"""A small workspace for the tests: the stand-in for Slack, an app it pushes to, and a caller.

A plugin of the test modules that name it: they ask for the fixture `house`.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from typing import Any
from urllib.parse import parse_qsl

import httpx
import pytest
from slack_sdk.signature import Clock, SignatureVerifier
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from sandbox.slack import SlackStandIn
from tests.serving import Serve

Json = dict[str, Any]

ROOM = "C0SAVINBOX"
LEA = "U0AGENTLEA"
TOKEN = {"Authorization": "Bearer xoxb-1"}


def claim_button() -> list[Json]:
    """Blocks with one button."""
    button = {"type": "button", "action_id": "claim", "text": {"type": "plain_text", "text": "Prendre"}}
    return [{"type": "actions", "block_id": "act", "elements": [{**button, "value": "c1"}]}]


class Now(Clock):
    """A clock the tests move."""

    def __init__(self) -> None:
        self.at = 1_790_000_000.0

    def __call__(self) -> float:
        return self.at

    def now(self) -> float:
        """The time, for the verifier."""
        return self.at


class Service:
    """The app Slack pushes to: keeps what it got, and answers what it was told to."""

    def __init__(self, verifier: SignatureVerifier) -> None:
        self.got: list[tuple[dict[str, str], Json]] = []
        self.answers: list[Response] = []
        self.patience = 0.0
        self.verifier = verifier
        self.app = Starlette(routes=[Route("/slack", self.take, methods=["POST"])])

    async def take(self, request: Request) -> Response:
        """Take one push, verified as the real app verifies."""
        body = await request.body()
        if not self.verifier.is_valid_request(body, dict(request.headers)):
            return PlainTextResponse("", 401)
        if request.headers["content-type"] == "application/json":
            document = json.loads(body)
        else:
            form = dict(parse_qsl(body.decode(), keep_blank_values=True))
            document = json.loads(form["payload"]) if "payload" in form else form
        self.got.append((dict(request.headers), document))
        await asyncio.sleep(self.patience)
        return self.answers.pop(0) if self.answers else Response()

    @property
    def last(self) -> Json:
        """The last document pushed."""
        return self.got[-1][1]


class House:
    """The stand-in, the app it pushes to, and a caller with the token."""

    def __init__(self, slack: SlackStandIn, service: Service, http: httpx.AsyncClient, now: Now) -> None:
        self.slack, self.service, self.http, self.now = slack, service, http, now
        self.token = TOKEN
        self.blocks = claim_button()
        self.room = slack.add_channel(ROOM, "sav", members=[slack.bot_user_id, LEA])
        slack.add_user(LEA, "lea", "Léa Martin")

    async def call(self, method: str, **arguments: object) -> Json:
        """Call a method with JSON, as the token's owner."""
        return dict((await self.raw(method, json=arguments)).json())

    async def ask(self, method: str, **arguments: str | int) -> Json:
        """Call a method with a query, as the token's owner."""
        url = f"{self.slack.base_url}/api/{method}"
        return dict((await self.http.get(url, params=arguments, headers=TOKEN)).json())

    async def raw(
        self, method: str, *, json: object = None, data: Mapping[str, str] | None = None
    ) -> httpx.Response:
        """Call a method with whatever body."""
        url = f"{self.slack.base_url}/api/{method}"
        return await self.http.post(url, headers=TOKEN, json=json, data=data)

    async def card(self, **more: object) -> str:
        """Post a card with a button; its ts."""
        posted = await self.call("chat.postMessage", channel=ROOM, text="Marie", blocks=self.blocks, **more)
        await self.slack.settle()
        return str(posted["ts"])


@pytest.fixture
async def house(serve: Serve, http: httpx.AsyncClient) -> AsyncIterator[House]:
    """A workspace with one private channel, and an app that takes everything."""
    now = Now()
    service = Service(SignatureVerifier("secret", now))
    where = await serve(service.app)
    slack = SlackStandIn(
        bot_token="xoxb-1",
        signing_secret="secret",
        clock=now,
        http=http,
        resolve=lambda url: url.replace("https://relais.example", where),
    )
    slack.base_url = await serve(slack.app)
    slack.request_url = "https://relais.example/slack"
    slack.retry_delays = (0.0, 0.0, 0.0)
    yield House(slack, service, http, now)
    await slack.close()
