"""The whole service, composed as it is served, without sockets and without lanes: requests alone count."""

import asyncio
import os
import time
from collections.abc import Coroutine
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import httpx

from composition import Seams, Service, compose
from core.clock import HandClock
from core.store.db import Db
from core.store.engine import inline
from faq.files import SHIPPED, read_articles
from faq.match import KnowledgeBase
from sandbox.slack import SlackStandIn
from sandbox.telegram import TelegramStandIn
from sandbox.twilio import TwilioStandIn
from settings import Secret, Settings, Slack, Telegram, Twilio, load_rules
from tests.stories.forged import Forged
from tests.stories.town import CHANNEL, HUGO, LEA, MONDAY, PUBLIC, SOFIA

T = TypeVar("T")

EXAMPLES = int(os.environ.get("FUZZ", "40"))
"""How many examples of each property are played."""
SLOWEST = 2.0
"""Seconds of processor that no request may take."""
UNCOUNTED = {"budgets", "meta", "sweeps"}


class Fuzzed:
    """A service on a disk, the three stand-ins it may ask, and hands that knock at it."""

    def __init__(self, folder: Path) -> None:
        self.clock = HandClock(MONDAY)
        self.runner = asyncio.Runner()
        self.service: Service = self.runner.run(self._open(folder))

    async def _open(self, folder: Path) -> Service:
        common: dict[str, Any] = {"clock": lambda: self.clock.now().timestamp(), "http": httpx.AsyncClient()}
        slack = SlackStandIn(bot_token="xoxb-fuzz-0123456789", signing_secret="s" * 32, **common)
        for agent in (LEA, HUGO, SOFIA):
            slack.add_user(agent.id, agent.name.lower(), agent.name)
        members = (LEA.id, HUGO.id, SOFIA.id, slack.bot_user_id)
        slack.add_channel(CHANNEL, "sav", members=members)
        twilio = TwilioStandIn(
            account_sid="AC" + "1" * 32, auth_token="a" * 32, sender="whatsapp:+33700000001", **common
        )
        telegram = TelegramStandIn(token="777000111:" + "t" * 35, **common)
        seams = Seams(
            clock=self.clock,
            executor=inline,
            slack_transport=httpx.ASGITransport(slack.app),
            twilio_transport=httpx.ASGITransport(twilio.app),
            telegram_transport=httpx.ASGITransport(telegram.app),
            knowledge=KnowledgeBase(read_articles(SHIPPED)),
            local_door=False,
        )
        service = await compose(_settings(folder), seams)
        await service.roster.refresh()
        self.hands = httpx.AsyncClient(transport=httpx.ASGITransport(service.asgi), base_url=PUBLIC)
        return service

    def run(self, what: Coroutine[Any, Any, T]) -> T:
        """Wait for something."""
        return self.runner.run(what)

    def seconds(self) -> float:
        """The time that signatures name."""
        return self.clock.now().timestamp()

    def post(self, request: Forged) -> httpx.Response:
        """Knock; what takes the processor too long is a failure, whatever the answer."""
        headers = [(name.encode(), value.encode("latin-1")) for name, value in request.headers.items()]
        begun = time.process_time()
        answer = self.run(self.hands.post(request.path, content=request.body, headers=headers))
        assert time.process_time() - begun < SLOWEST
        return answer

    def counts(self) -> dict[str, int]:
        """How many rows each table holds."""

        async def read(db: Db) -> dict[str, int]:
            tables = await db.all("SELECT name FROM sqlite_schema WHERE type = 'table'")
            names = [row["name"] for row in tables if row["name"] not in UNCOUNTED]
            return {name: await db.value(f"SELECT count(*) FROM {name}") for name in names}  # noqa: S608

        return self.run(self.service.store.read(read))

    def rows(self, sql: str) -> list[dict[str, Any]]:
        """Look into the database."""

        async def read(db: Db) -> list[dict[str, Any]]:
            return [dict(row) for row in await db.all(sql)]

        return self.run(self.service.store.read(read))

    def close(self) -> None:
        """End everything."""
        self.run(self.service.stop())
        self.run(self.hands.aclose())
        self.runner.close()


def _settings(folder: Path) -> Settings:
    rules = replace(load_rules(Path("relais.toml"), CHANNEL), agents=(LEA, HUGO, SOFIA))
    return Settings(
        slack=Slack(
            bot_token=Secret("xoxb-fuzz-0123456789"),
            channel=CHANNEL,
            api_url="https://slack.test/api/",
            signing_secret=Secret("s" * 32),
        ),
        telegram=Telegram(
            token=Secret("777000111:" + "t" * 35),
            webhook_secret=Secret("w" * 32),
            api_url="https://telegram.test",
        ),
        twilio=Twilio(
            account_sid="AC" + "1" * 32,
            auth_token=Secret("a" * 32),
            sender="whatsapp:+33700000001",
            api_url="https://twilio.test",
        ),
        public_url=PUBLIC,
        rules=rules,
        rules_path=Path("relais.toml"),
        database=folder / "relais.db",
    )
