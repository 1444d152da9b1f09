"""A visitor's page for the tests: real stand-ins, a receiver in place of the service, and a browser's client.

A plugin of the test module that names it: it asks for the fixture `visit`.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.page import Page
from sandbox.scene import PUBLIC_URL, DemoClock, Scene, Secrets, open_scene
from tests.serving import Serve

Json = dict[str, Any]


class Receiver:
    """The service of these tests: keeps what it got, and answers a command with a line of its own."""

    def __init__(self) -> None:
        self.got: list[tuple[str, Json]] = []
        self.statuses: list[int] = []
        self.app = Starlette(routes=[Route("/{room:path}", self.take, methods=["POST"])])

    async def take(self, request: Request) -> Response:
        body = (await request.body()).decode()
        is_json = request.headers["content-type"] == "application/json"
        document = json.loads(body) if is_json else dict(parse_qsl(body, keep_blank_values=True))
        self.got.append((request.url.path, document))
        status = self.statuses.pop(0) if self.statuses else 200
        if "command" not in document or status != 200:
            return Response("", status)
        button = {"type": "button", "action_id": "confirm", "value": "7", "text": plain("Prendre Marie")}
        blocks = [{"type": "actions", "elements": [button]}]
        return JSONResponse({"response_type": "ephemeral", "text": "Prendre ?", "blocks": blocks})


def plain(text: str) -> Json:
    """A text of Block Kit without formatting."""
    return {"type": "plain_text", "text": text}


@dataclass
class StillChild:
    """The service's process as the page sees it; only counted."""

    calls: list[str] = field(default_factory=list)

    @property
    def state(self) -> Json:
        return {"phase": "ready", "pid": 4242, "url": "http://127.0.0.1:1", "reason": "Le service répond."}

    async def restart(self) -> None:
        self.calls.append("restart")

    async def stop(self) -> None:
        self.calls.append("stop")


@dataclass
class Visit:
    """One visitor's page, and everything behind it."""

    scene: Scene
    page: Page
    child: StillChild
    receiver: Receiver
    browser: httpx.AsyncClient

    async def state(self) -> Json:
        return dict((await self.browser.get("/state")).raise_for_status().json())

    async def act(self, path: str, **wish: object) -> httpx.Response:
        return await self.browser.post(path, json=wish)

    async def received(self, room: str, wanted: Callable[[Json], bool]) -> Json:
        """The first document the service got at `room` that is the wanted one."""
        while True:
            for path, document in self.receiver.got:
                if path == room and wanted(document):
                    return document
            await asyncio.sleep(0.002)


@pytest.fixture
async def visit(serve: Serve, http: httpx.AsyncClient) -> AsyncIterator[Visit]:
    receiver = Receiver()
    where = await serve(receiver.app)
    scene = await open_scene(
        http=http,
        resolve=lambda url: url.replace(PUBLIC_URL, where),
        keys=Secrets(),
        clock=DemoClock(lambda: 1_795_312_841.0),
    )
    scene.connect(slack_url=await serve(scene.slack.app), twilio_url=await serve(scene.twilio.app))
    telegram_url = await serve(scene.telegram.app)
    hook = {"url": f"{PUBLIC_URL}/telegram"}
    await http.post(f"{telegram_url}/bot{scene.telegram.token}/setWebhook", json=hook)
    child = StillChild()
    page = Page(scene, child)
    address = await serve(page.app)
    async with httpx.AsyncClient(base_url=address, trust_env=False, timeout=10) as browser:
        yield Visit(scene, page, child, receiver, browser)
        await page.close()
    await scene.close()
