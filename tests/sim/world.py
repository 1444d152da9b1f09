"""One world: the three platforms with their people, and a service that dies and is started again.

The platforms outlive every death and are the judge. The service is what `relais serve` composes, on a real
database file, with the store's calls in the caller's own thread and HTTP without sockets.
"""

import asyncio
import gc
import sqlite3
import tempfile
from collections.abc import Callable, Iterable
from contextvars import Context
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import httpx
from starlette.types import ASGIApp

from composition import Seams, Service, compose
from core.domain.knowledge import Article
from core.domain.rules import Agent, Role, Rules
from core.ids import SeededIds
from core.store.engine import inline
from core.store.errors import StoreError
from core.store.lock import ServingLock
from faq.files import SHIPPED, read_articles
from faq.match import KnowledgeBase
from faq.motives import MotiveGuesser
from sandbox.slack import SlackStandIn
from sandbox.telegram import TelegramStandIn
from sandbox.twilio import TwilioStandIn
from settings import Secret, Settings, Slack, Telegram, Twilio, load_rules
from tests.beside import at_once
from tests.sim.fate import Fate
from tests.sim.loop import Crash, Life, SimLoop, outside
from tests.sim.triggers import keep_history
from tests.sim.wires import ToPlatform, ToService

PUBLIC = "https://relais.test"
CHANNEL = "C0SAV"
OPS = "C0OPS"
"""Where operators read, beside the team's channel."""
LEA = Agent("U0LEA", "Léa", Role.AGENT, ("support",))
HUGO = Agent("U0HUGO", "Hugo", Role.AGENT, ("support",))
SOFIA = Agent("U0SOFIA", "Sofia", Role.MANAGER, ("support", "managers"))
TEAM = (LEA, HUGO, SOFIA)
MONDAY = datetime(2026, 11, 23, 9, 7, tzinfo=UTC)
"""A Monday, 10:07 in Paris."""
ARTICLES = 6
"""Of the shipped base: enough to answer and to hesitate, few enough to start fast."""
SHM = next((folder for folder in ("/dev/shm",) if Path(folder).is_dir()), None)  # noqa: S108 - each run its own
"""In memory: what a power cut takes is proven elsewhere."""
STARTS_AFTER = (0.5, 4.0)
"""Seconds from a death to the next start."""
QUIET = 0.25
STOPS_WITHIN = 10.0
FAR = 1 << 62
"""The date of a row that waits for a human, not for a date."""
LONGEST_SETTLE = 4 * 3600.0


@cache
def _rules() -> Rules:
    rules = load_rules(Path(__file__).parents[2] / "relais.toml", CHANNEL)
    return replace(rules, agents=TEAM)


@cache
def _motives() -> MotiveGuesser:
    return MotiveGuesser(_rules().motives)


@cache
def _articles() -> tuple[Article, ...]:
    return tuple(read_articles(SHIPPED)[:ARTICLES])


@cache
def _knowledge() -> KnowledgeBase:
    """One for all worlds: each start brings it in line with its database."""
    return KnowledgeBase(_articles())


class Clock:
    """The wall clock of the world: the loop's time as a date, and what somebody set it forward or back by."""

    def __init__(self) -> None:
        self.offset = timedelta()
        self.absences: list[tuple[float, float]] = []
        """From when to when nothing could ring: no process was there, or the hour in between never was."""
        self.was_set = False
        """Somebody set it: the platforms' own clocks, which are this one, said what no platform's says."""

    def now(self) -> datetime:
        """An aware moment, UTC."""
        return MONDAY + timedelta(seconds=asyncio.get_running_loop().time()) + self.offset

    def seconds(self) -> float:
        """For the stand-ins: seconds since 1970."""
        return self.now().timestamp()

    def jump(self, by: timedelta) -> None:
        """Leave out a time, as a machine does that slept; or have one again."""
        before = self.seconds()
        self.offset += by
        self.absences.append((before, self.seconds()))

    def be_set(self, by: timedelta) -> None:
        """Somebody sets it, and it is wrong, or was."""
        self.was_set = True
        self.jump(by)


class _Connection(sqlite3.Connection):
    """Every statement of the writer is a point at which the process may die, before it and after a commit."""

    fate: Fate
    life: Life

    def execute(self, sql: str, *args: Any) -> sqlite3.Cursor:  # noqa: ANN401 - as SQLite takes them
        """One statement."""
        if self.life.is_dead:
            raise Crash
        if self.is_writer:
            self.fate.point("commit" if sql == "COMMIT" else "statement")
            self.said.add(sql)
            if self.fate.store_fails(sql):
                self._fail(sql)
        cursor = super().execute(sql, *args)
        if self.is_writer and not self.in_transaction:
            self.fate.moved()
        if sql == "COMMIT":
            self.committed(self.said)
            self.said.clear()
            self.fate.point("committed")
        return cursor

    is_writer = True
    committed: Callable[[Iterable[str]], None]

    def __init__(self, *args: Any, **kept: Any) -> None:  # noqa: ANN401 - as SQLite takes them
        super().__init__(*args, **kept)
        self.said: set[str] = set()
        """The statements since the last commit."""

    def _fail(self, sql: str) -> None:
        """The disk is full: at a commit SQLite ends the whole transaction, within it the statement alone."""
        if sql == "COMMIT":
            super().execute("ROLLBACK")
        error = sqlite3.OperationalError("database or disk is full")
        error.sqlite_errorcode = sqlite3.SQLITE_FULL
        raise error


@dataclass
class World:
    """Everything of one run. `template` is a migrated, empty database to start from."""

    folder: Path
    fate: Fate
    seed: int = 0
    clock: Clock = field(default_factory=Clock)
    life: Life | None = None
    service: Service | None = None
    lives: int = 0
    away_since: float = 0.0
    """When the latest process ended that served."""
    connections: list[_Connection] = field(default_factory=list)
    locks: list[ServingLock] = field(default_factory=list)
    of_others: set[str] = field(default_factory=set)
    """What other systems wrote through our sender."""
    graves: list[Any] = field(default_factory=list)
    """What belonged to the dead: kept to the end, or it would run its last words when it is collected."""
    committed: Callable[[Iterable[str]], None] = lambda _: None
    """Told after each commit of the service what was said to the database before it."""
    happened: dict[str, list[Any]] = field(default_factory=dict)
    """What its database told of its history so far."""
    seen: list[str] = field(default_factory=list)
    """What was wrong after one of them, be it right again by now."""
    _looking: sqlite3.Connection | None = None

    def __post_init__(self) -> None:
        self.chance = Random(self.seed)
        self.http = httpx.AsyncClient(transport=ToService(self._living, self.fate), trust_env=False)
        self.fate.on_death = self._died
        common: dict[str, Any] = {"clock": self.clock.seconds, "http": self.http}
        self.telegram = TelegramStandIn(
            token="777000111:" + "t" * 35, retry_after=1.0, retry_limit=100_000, **common
        )
        self.twilio = TwilioStandIn(
            account_sid="AC" + "1" * 32,
            auth_token="a" * 32,
            sender="whatsapp:+33700000001",
            retry_delay=4.0,
            **common,
        )
        self.slack = SlackStandIn(bot_token="xoxb-town-0123456789", signing_secret="s" * 32, **common)
        self._people()
        self.transports: dict[str, Any] = {
            f"{name}_transport": ToPlatform(name, app, self.fate)
            for name, app in (
                ("telegram", self.telegram.app),
                ("twilio", self.twilio.app),
                ("slack", self.slack.app),
            )
        }
        self.settings = self._settings()

    def _people(self) -> None:
        for agent in TEAM:
            self.slack.add_user(agent.id, agent.name.lower(), agent.name)
        members = [agent.id for agent in TEAM]
        self.slack.add_channel(CHANNEL, "sav", members=(*members, self.slack.bot_user_id))
        self.slack.add_channel(OPS, "ops", members=(SOFIA.id, self.slack.bot_user_id))
        self.slack.base_url = "http://slack"
        self.slack.request_url = f"{PUBLIC}/slack"
        self.slack.retry_delays = (0.0, 60.0, 300.0)
        self.twilio.message_url = f"{PUBLIC}/twilio/message#rc=5&rp=all"
        self.twilio.report_delay = 0.4

    def _settings(self) -> Settings:
        return Settings(
            slack=Slack(
                bot_token=Secret("xoxb-town-0123456789"),
                channel=CHANNEL,
                ops_channel=OPS,
                api_url="http://slack/api/",
                signing_secret=Secret("s" * 32),
            ),
            telegram=Telegram(
                token=Secret("777000111:" + "t" * 35),
                webhook_secret=Secret("w" * 32),
                api_url="http://telegram",
            ),
            twilio=Twilio(
                account_sid="AC" + "1" * 32,
                auth_token=Secret("a" * 32),
                sender="whatsapp:+33700000001",
                api_url="http://twilio",
            ),
            public_url=PUBLIC,
            rules=_rules(),
            rules_path=Path("relais.toml"),
            database=self.folder / "relais.db",
        )

    def _living(self) -> tuple[Life, ASGIApp] | None:
        if self.life is None or self.life.is_dead or self.service is None:
            return None
        return self.life, self.service.asgi

    def _died(self, life: Life) -> None:
        """The process is gone; somebody starts another one."""
        life.end()
        self._goes()
        if self.fate.chance is None:
            self.chance = Random(len(self.fate.distinct))
        pause = self.chance.uniform(*STARTS_AFTER)
        asyncio.get_running_loop().call_later(pause, self._start, context=Context())

    def _start(self) -> None:
        self.bury()
        self.lives += 1
        self.life = Life(self.lives)
        serving = self._serve(self.life)
        self.graves.append(asyncio.get_running_loop().create_task(serving, context=self.life.context.copy()))

    def bury(self) -> None:
        """What the operating system does after a death: files are closed, locks are free."""
        for connection in self.connections:
            connection.close()
        for lock in self.locks:
            lock.release()
        self.connections, self.locks = [], []

    async def _serve(self, life: Life) -> None:
        """One process, from its start; whoever keeps it running starts another when it cannot start."""
        try:
            service = await compose(self.settings, self._seams(life))
            self.graves.append((life, service))
            await service.start()
        except StoreError:
            self._died(life)
        else:
            self.service = service
            self.clock.absences.append((self.away_since, self.clock.seconds()))

    def _goes(self) -> None:
        """Nothing serves any more; whoever never did leaves no gap of its own."""
        if self.service is not None:
            self.away_since = self.clock.seconds()
        self.service = None

    def _seams(self, life: Life) -> Seams:
        def connect(location: str) -> sqlite3.Connection:
            connection = sqlite3.connect(
                location, isolation_level=None, cached_statements=512, factory=_Connection
            )
            connection.fate, connection.life = self.fate, life
            connection.is_writer = not any(one.life is life for one in self.connections)
            connection.committed = self._is_committed
            self.connections.append(connection)
            return connection

        def lock(path: Path) -> ServingLock:
            taken = ServingLock.take(path)
            self.locks.append(taken)
            return taken

        return Seams(
            clock=self.clock,
            ids=SeededIds(self.seed * 1000 + life.number),
            connect=connect,
            executor=inline,
            lock=lock,
            local_door=False,
            knowledge=_knowledge(),
            motives=_motives(),
            beside=at_once,
            **self.transports,
        )

    def _is_committed(self, said: Iterable[str]) -> None:
        self.committed(said)

    async def begin(self) -> None:
        """The first start, in peace."""
        self.graves.append(outside(self._first()))
        while self.service is None:
            await asyncio.sleep(0.01)
        await asyncio.sleep(1.0)
        self.fate.is_calm = False

    async def _first(self) -> None:
        self._start()

    async def restart(self) -> None:
        """An operator stops the service and starts it again; what is under way ends within ten seconds."""
        life, service = self.life, self.service
        if life is None or service is None or life.is_dead:
            return
        self._goes()
        began = asyncio.get_running_loop().time()
        stopping = asyncio.get_running_loop().create_task(service.stop(), context=life.context.copy())
        self.graves.append(stopping)
        while not stopping.done() and not life.is_dead:
            await asyncio.sleep(0.05)
            took = asyncio.get_running_loop().time() - began
            assert took <= STOPS_WITHIN, f"it takes {took:.1f} s to stop"
        if not life.is_dead:
            life.end()
            self._start()

    async def somebody_else_writes(self, to: str, text: str) -> None:
        """Another system sends through our sender; nothing of it is ours to decide."""
        ours = self.settings.twilio
        assert ours is not None
        form = {"From": ours.sender, "To": f"whatsapp:{to}", "Body": text}
        sid, token = ours.account_sid, ours.auth_token.reveal()
        there = httpx.ASGITransport(self.twilio.app)
        async with httpx.AsyncClient(transport=there, auth=(sid, token), base_url="http://twilio") as other:
            answer = await other.post(f"/2010-04-01/Accounts/{sid}/Messages.json", data=form)
        assert answer.status_code == 201, answer.text
        self.of_others.add(text)

    async def settle(self, longest: float = LONGEST_SETTLE) -> None:
        """Let time pass until nothing is under way anywhere."""
        deadline = asyncio.get_running_loop().time() + longest
        pause = QUIET
        while asyncio.get_running_loop().time() < deadline:
            await asyncio.sleep(pause)
            if not self.moves():
                return
            pause = min(2 * pause, 20.0)
        raise AssertionError(f"still moving after {longest} s: {self.moves()}")

    async def pass_time(self, by: timedelta) -> None:
        """The wall clock jumps, as it does to a machine that slept; what is due is noticed within seconds."""
        self.clock.jump(by)
        await asyncio.sleep(31.0)
        await self.settle()

    def moves(self) -> list[Any]:
        """What is under way: a process that starts, effects, timers due within seconds, updates not taken."""
        if self.service is None:
            return ["no service"]
        soon = int((self.clock.seconds() + 5) * 1000)
        found = self.rows(
            "SELECT kind, state, due_at FROM outbox WHERE state IN ('ready', 'sending', 'unknown')"
            " AND due_at < ? UNION ALL SELECT kind, 'timer', due_at FROM timers WHERE due_at < ?",
            FAR,
            soon,
        )
        there = [
            *self.telegram.updates.pending,
            *self.telegram.updates.errands._tasks,
            *self.twilio._errands._tasks,
            *self.slack.push.tasks._running,
        ]
        return [*map(tuple, found), *there]

    def rows(self, sql: str, *values: object) -> list[sqlite3.Row]:
        """Look into the database as it is on disk."""
        if self._looking is None:
            self._looking = sqlite3.connect(f"file:{self.settings.database}?mode=ro", uri=True)
            self._looking.row_factory = sqlite3.Row
        return self._looking.execute(sql, values).fetchall()

    def dump(self) -> str:
        """Every row of every table."""
        self.rows("SELECT 1")
        assert self._looking is not None
        return "\n".join(self._looking.iterdump())

    def close(self) -> None:
        """The end of the world."""
        if self.life is not None:
            self.life.end()
        self.bury()
        if self._looking is not None:
            self._looking.close()


Story = Callable[[World], Any]


@cache
def template() -> bytes:
    """A migrated database with its articles, that keeps its history: every run begins with a copy."""
    with tempfile.TemporaryDirectory(dir=SHM) as folder:
        world = play(_nothing, Path(folder), Fate(), is_first=True)
        database = sqlite3.connect(world.settings.database)
        kept = [article.id for article in _articles()]
        database.execute(f"DELETE FROM articles WHERE id NOT IN ({','.join('?' * len(kept))})", kept)  # noqa: S608
        database.commit()
        database.execute("VACUUM")
        database.close()
        keep_history(world.settings.database)
        return world.settings.database.read_bytes()


async def _nothing(world: World) -> None:
    await world.settle()


def play(
    story: Story, folder: Path, fate: Fate, seed: int = 0, *, shuffles: bool = False, is_first: bool = False
) -> World:
    """Play a story to its end; the world as it is then.

    Raises:
        AssertionError: a promise was broken.
        Stuck: nothing happens any more, or it never ends.
    """
    if not is_first:
        (folder / "relais.db").write_bytes(template())
    chance = Random(seed)
    loop = SimLoop(point=fate.point, moved=fate.moved, shuffle=chance if shuffles else None)
    asyncio.set_event_loop(loop)
    world: list[World] = []

    async def told() -> None:
        world.append(World(folder, fate, seed))
        await world[0].begin()
        await story(world[0])

    # The dead of an earlier run would do their last acts, such as beginning a task, in this one.
    collects = gc.isenabled()
    gc.disable()
    try:
        loop.run_until_complete(loop.create_task(told()))
    finally:
        for one in world:
            one.close()
        asyncio.set_event_loop(None)
        loop.close()
        if collects:
            gc.enable()
    if loop.faults:
        raise loop.faults[0]
    return world[0]
