"""A whole town in one process: the service, its database on disk, and the three platforms, over real HTTP.

The service runs as `relais serve` composes it. The platforms are the sandbox's stand-ins, and their memory
judges. Time is the machine's, moved forward by hand where a story needs tomorrow.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import httpx
from starlette.types import ASGIApp

from bots.telegram import Telegram as Bot
from bots.whatsapp import WhatsApp
from composition import Seams, Service, compose
from core.clock import WallClock
from core.domain.rules import Agent, Role, Rules
from core.store.db import Db
from faq.match import KnowledgeBase
from sandbox.serving import address_of, listen
from sandbox.slack import Answer, SlackStandIn
from sandbox.slack import Message as Post
from sandbox.slack_socket import SocketServer
from sandbox.telegram import TelegramStandIn
from sandbox.twilio import TwilioStandIn
from sandbox.wire import Delivery
from settings import Secret, Settings, Slack, Telegram, Twilio, load_rules
from tests.beside import at_once
from tests.requests_checked import CHECKED
from tests.serving import NOBODY, Server
from tests.stories.built_once import begun, give_back
from tests.stories.canaries import Canaries

PUBLIC = "https://relais.test"
CHANNEL = "C0SAV"
APP_TOKEN = "xapp-1-town-0123456789"
LEA = Agent("U0LEA", "Léa", Role.AGENT, ("support",))
HUGO = Agent("U0HUGO", "Hugo", Role.AGENT, ("support",))
SOFIA = Agent("U0SOFIA", "Sofia", Role.MANAGER, ("support", "managers"))
MOVES = """
SELECT kind, state, destination, error FROM outbox o
WHERE state = 'sending' OR (state = 'ready' AND due_at < $1 AND NOT EXISTS (
    SELECT 1 FROM outbox p WHERE p.state = 'ready' AND p.due_at >= $1 AND p.seq < o.seq AND (p.lane = o.lane
        OR (o.kind = 'update_card' AND p.kind = 'open_thread' AND p.conversation_id = o.conversation_id))))
UNION ALL SELECT kind, 'timer', conversation_id, '' FROM timers WHERE due_at < $1
"""
"""What is under way, or due soon; whatever stands behind something that waits for later is neither."""
PATIENCE = 30.0
"""Seconds: nobody in a story gives up because this machine is busy."""
MONDAY = datetime(2026, 11, 23, 9, 7, tzinfo=UTC)
"""A Monday, 10:07 in Paris: four open hours later it is 15:07, told as 15:15."""


@cache
def _shipped() -> Rules:
    return load_rules(Path(__file__).parents[2] / "relais.toml", CHANNEL)


def shipped_rules(**changes: Any) -> Rules:  # noqa: ANN401 - fields of Rules
    """The shipped rules with a roster, and bursts short enough for a test."""
    rules = _shipped()
    timers = replace(rules.timers, burst=timedelta(milliseconds=60), burst_limit=timedelta(milliseconds=400))
    return replace(replace(rules, agents=(LEA, HUGO, SOFIA), timers=timers), **changes)


@dataclass
class TownClock:
    """The machine's time, shifted so that the story begins when it should."""

    shift: timedelta = field(default_factory=lambda: MONDAY - datetime.now(UTC))

    def seconds(self) -> float:
        """For the stand-ins: seconds since 1970."""
        return (datetime.now(UTC) + self.shift).timestamp()


@dataclass
class Town:
    """Everything a story needs. `settle` waits until nothing moves any more."""

    rules: Rules
    folder: Path
    clock: TownClock = field(default_factory=TownClock)
    http: httpx.AsyncClient = field(default_factory=lambda: httpx.AsyncClient(trust_env=False, verify=NOBODY))
    servers: list[tuple[Server, asyncio.Task[None]]] = field(default_factory=list)
    telegram: TelegramStandIn = field(init=False)
    twilio: TwilioStandIn = field(init=False)
    slack: SlackStandIn = field(init=False)
    service: Service = field(init=False)
    settings: Settings = field(init=False)
    url: str = ""
    fetches: bool = False
    """Telegram's updates are fetched, not pushed."""
    addresses: dict[str, str] = field(default_factory=dict)
    over_socket: bool = False
    """Slack is reached by sockets, and calls no address of ours."""
    canaries: Canaries = field(default_factory=Canaries)
    """What was logged meanwhile."""
    seams: dict[str, Any] = field(default_factory=dict)
    """More of what the service is composed with, for stories that need it."""
    from_nothing: bool = False
    """The very first start is the product's own, in an empty folder; elsewhere what it leads to is there."""
    lent: KnowledgeBase | None = None
    """What other towns have after this one."""

    @property
    def sockets(self) -> SocketServer | None:
        """Slack's end of the sockets, in a story that has some."""
        return self.slack.push.socket

    def resolve(self, url: str) -> str:
        """The public name leads to this machine."""
        return url.replace(PUBLIC, self.url)

    async def serve(self, app: ASGIApp) -> str:
        """Serve an application on a free port of the loopback."""
        listening = listen()
        server = Server(app)
        self.servers.append((server, asyncio.create_task(server.serve(sockets=[listening]))))
        return address_of(listening)

    async def open(self) -> None:
        """Build the platforms, then the service on them."""
        await self.open_platforms()
        await self.open_service()

    async def open_platforms(self) -> None:
        """The three platforms, with the team's channel."""
        common: dict[str, Any] = {"clock": self.clock.seconds, "http": self.http, "resolve": self.resolve}
        self.telegram = TelegramStandIn(token="777000111:" + "t" * 35, **common)
        self.twilio = TwilioStandIn(
            account_sid="AC" + "1" * 32, auth_token="a" * 32, sender="whatsapp:+33700000001", **common
        )
        self.slack = SlackStandIn(bot_token="xoxb-town-0123456789", signing_secret="s" * 32, **common)
        for agent in (LEA, HUGO, SOFIA):
            self.slack.add_user(agent.id, agent.name.lower(), agent.name)
        members = [agent.id for agent in (LEA, HUGO, SOFIA)]
        self.slack.add_channel(CHANNEL, "sav", members=(*members, self.slack.bot_user_id))
        self.addresses = {
            "telegram": await self.serve(self.telegram.app),
            "twilio": await self.serve(self.twilio.app),
            "slack": await self.serve(self.slack.app),
        }
        self.slack.base_url = self.addresses["slack"]
        self.slack.request_url = f"{PUBLIC}/slack"
        self.slack.time_limit = PATIENCE
        self.slack.memory.trigger_seconds = PATIENCE
        if self.over_socket:
            await self.slack.open_socket(APP_TOKEN)
        self.twilio.message_url = f"{PUBLIC}/twilio/message#rc=3&rp=all"
        self.settings = self._settings()

    def _settings(self) -> Settings:
        return Settings(
            slack=Slack(
                bot_token=Secret("xoxb-town-0123456789"),
                channel=CHANNEL,
                api_url=f"{self.addresses['slack']}/api/",
                **self._way_in(),
            ),
            telegram=Telegram(
                token=Secret("777000111:" + "t" * 35),
                webhook_secret=None if self.fetches else Secret("w" * 32),
                api_url=self.addresses["telegram"],
            ),
            twilio=Twilio(
                account_sid="AC" + "1" * 32,
                auth_token=Secret("a" * 32),
                sender="whatsapp:+33700000001",
                api_url=self.addresses["twilio"],
            ),
            public_url=PUBLIC,
            rules=self.rules,
            rules_path=Path("relais.toml"),
            database=self.folder / "relais.db",
        )

    def _way_in(self) -> dict[str, Any]:
        if self.over_socket:
            return {"mode": "socket", "app_token": Secret(APP_TOKEN)}
        return {"signing_secret": Secret("s" * 32)}

    async def open_service(self) -> None:
        """The service, as composed for real, behind a real server."""
        clock = WallClock(lambda: self.clock.shift)
        common: dict[str, Any] = {"pace": 0.0, "look_up_after_ms": (30, 60), "slack_patience": 2 * PATIENCE}
        common |= {"socket_ping": 0.2, "sweep_pulse": 3600.0, "alert_pulse": 3600.0, "beside": at_once}
        known = {} if self.from_nothing else await begun(self.settings, clock)
        self.lent = known.get("knowledge", self.lent)
        seams = Seams(clock=clock, **common | known | self.seams)
        self.service = await compose(self.settings, seams)
        self.url = await self.serve(self.service.asgi)
        await self.service.start()
        telegram = self.service.bots["telegram"]
        await self.until(lambda: isinstance(telegram, Bot) and not telegram.trouble)
        if (there := self.sockets) is not None:
            await self.until(lambda: len(there.sockets) == 2)

    async def close_service(self) -> None:
        """Stop the service alone; the platforms stay."""
        server, task = self.servers.pop()
        server.end(at_once=True)
        await task
        await self.service.stop()

    async def close(self) -> None:
        """Stop everything."""
        await self.service.stop()
        await self._close_platforms()
        if self.lent is not None:
            give_back(self.lent)

    async def _close_platforms(self) -> None:
        for stand_in in (self.telegram, self.twilio, self.slack):
            await stand_in.close()
        for server, _ in self.servers:
            server.end(at_once=True)
        await asyncio.gather(*(task for _, task in self.servers))
        await self.http.aclose()

    async def until(self, holds: Any, within: float = PATIENCE) -> None:  # noqa: ANN401 - any question
        """Wait until something holds; a story that waits in vain fails here."""
        async with asyncio.timeout(within):
            while not holds():
                await asyncio.sleep(0.005)

    async def taken(self, delivery: Delivery) -> None:
        """The service took what a customer did on Telegram; wait until all that it causes has happened."""
        if self.fetches:
            await self.until(lambda: not self.telegram.updates.pending)
        else:
            assert delivery.status == 200
        await self.settle()

    async def settle(self, within: float = PATIENCE) -> None:
        """Wait until no effect waits, no timer is due soon, and no platform has anything under way."""
        try:
            async with asyncio.timeout(within):
                while await self._moves():
                    await asyncio.sleep(0.01)
        except TimeoutError:
            raise AssertionError(f"still moving after {within} s: {await self._moves()}") from None

    async def _moves(self) -> list[dict[str, Any]]:
        for stand_in in (self.telegram, self.twilio, self.slack):
            await stand_in.settle()
        return await self.rows(MOVES, int((self.clock.seconds() + 2) * 1000))

    async def pass_time(self, by: timedelta) -> None:
        """Let time pass at once, and what is due happen."""
        self.clock.shift += by
        self.service.alarm.wake()
        self.service.lanes.wake()
        await self.settle()

    async def sweep(self) -> None:
        """Twilio and Slack are asked for what they did not tell, if that is due."""
        whatsapp = self.service.bots["whatsapp"]
        assert isinstance(whatsapp, WhatsApp)
        await whatsapp.sweeps.run()
        await self.service.sweeps.run()
        await self.settle()

    async def command(self, who: Agent | str, command: str, text: str = "") -> Answer:
        """Somebody types a slash command; the answer they see, once everything has settled."""
        user = who if isinstance(who, str) else who.id
        answer = await self.slack.command(user, command, text, CHANNEL)
        if answer.document:
            CHECKED.answer(answer.document)
        await self.settle()
        return answer

    async def rows(self, sql: str, *values: object) -> list[dict[str, Any]]:
        """Look into the database."""

        async def read(db: Db) -> list[dict[str, Any]]:
            return [dict(row) for row in await db.all(sql, *values)]

        return await self.service.store.read(read)

    async def counts(self) -> dict[str, int]:
        """How many rows each table holds; budgets, sweeps and the probe of `/ready` are no memory."""
        tables = await self.rows("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
        names = [row["name"] for row in tables if row["name"] not in {"budgets", "meta", "sweeps"}]
        found = [(await self.rows(f"SELECT count(*) AS n FROM {name}"))[0]["n"] for name in names]  # noqa: S608
        return dict(zip(names, found, strict=True))

    @property
    def posts(self) -> list[Post]:
        """Everything in the team's channel, threads included."""
        return self.slack.channels[CHANNEL].messages

    @property
    def cards(self) -> list[Post]:
        """The roots: one a conversation."""
        return [post for post in self.posts if not post.thread_ts or post.thread_ts == post.ts]


@asynccontextmanager
async def town(
    folder: Path,
    rules: Rules | None = None,
    *,
    fetches: bool = False,
    over_socket: bool = False,
    from_nothing: bool = False,
    seams: dict[str, Any] | None = None,
) -> AsyncIterator[Town]:
    """A town that is open, and closed behind; nothing that was said in it may show in a log."""
    ways: dict[str, Any] = {"fetches": fetches, "over_socket": over_socket, "from_nothing": from_nothing}
    built = Town(rules or shipped_rules(), folder, seams=seams or {}, **ways)
    with built.canaries.listening():
        await built.open()
        try:
            yield built
            await built.canaries.silent(built)
        finally:
            await built.close()
