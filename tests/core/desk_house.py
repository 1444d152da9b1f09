"""A desk with everything around it, made by hand: real store, real rules, real texts."""

import sqlite3
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache, partial
from pathlib import Path
from typing import Any

from core.alarm import Alarm
from core.clock import Clock
from core.desk import Desk, Heard
from core.domain.channel import Address, Capabilities, Menus
from core.domain.conversation import Conversation, Status, Thread
from core.domain.customer import Customer
from core.domain.events import CustomerWrote
from core.domain.knowledge import Article, Finding, Match
from core.domain.rules import Agent, Rules
from core.gather import Gathering, Knowledge
from core.house import House
from core.ids import SeededIds
from core.jobs import Carrier
from core.metrics import Metrics
from core.outbox import Lanes
from core.store import conversations, jobs, people
from core.store.db import Db
from core.store.engine import Store, inline, threaded
from core.store.executor import ExecutorFactory
from core.store.rows import to_ms
from core.store.sqlite import ConnectionFactory, connect_sqlite
from core.texts import Texts
from settings import load_rules
from tests.core.virtual import VirtualClock

LEA = Agent("U0LEA", "Léa")
ASKABLE = Capabilities("askable", "Demandable", "de", text_limit=1500, has_look_up=True)
MUTE = Capabilities("mute", "Muet", "mu", text_limit=1500, menus=Menus.BUTTONS)
CHANNELS = {card.name: card for card in (ASKABLE, MUTE)}
TABLES = (
    *("customers", "addresses", "conversations", "messages", "journal", "outbox", "budgets", "timers"),
    *("promises", "quarantine", "drafts", "articles", "questions"),
)


@cache
def shipped_rules(burst: timedelta = timedelta(0)) -> Rules:
    """The shipped rules, with one agent, and the wait for a burst of the test's choice."""
    rules = load_rules(Path(__file__).parents[2] / "relais.toml", "C0SAV")
    return replace(rules, agents=(LEA,), timers=replace(rules.timers, burst=burst))


def echo(text: str, _language: str) -> Finding:
    """A knowledge base that knows everything: it answers with the very words."""
    return Finding(answer=Match(Article(text, "fr", text, (), f"réponse à [{text}]"), 1.0))


def echoed(text: str) -> Article | None:
    """The article that it answers with."""
    found = echo(text, "fr").answer
    return found.article if found else None


def no_answer(_text: str, _language: str) -> Finding:
    """A knowledge base that knows nothing."""
    return Finding()


class BrokenTexts(Texts):
    """A catalogue that lacks the keys it is told to lack, as a bad release would."""

    missing: frozenset[str] = frozenset()

    def _text(self, key: str, language: str, values: Any) -> str:  # noqa: ANN401 - as its parent
        if key in self.missing:
            raise LookupError(key)
        return super()._text(key, language, values)


@dataclass
class Desks:
    """A desk, and the hands to use it."""

    store: Store
    desk: Desk
    clock: Clock
    ids: SeededIds
    path: Path
    metrics: Metrics
    texts: Texts
    lanes: Lanes | None = None
    alarm: Alarm | None = None
    counter: int = 0

    def step(self, by: timedelta) -> None:
        """The wall clock alone is set forward or back; nothing else notices."""
        assert isinstance(self.clock, VirtualClock)
        self.clock.step(by)

    def wake(self) -> None:
        """Something was saved."""
        if self.lanes is not None:
            self.lanes.wake()
        if self.alarm is not None:
            self.alarm.wake()

    def with_lanes(self, carriers: Mapping[str, Carrier], **options: Any) -> Lanes:  # noqa: ANN401
        """Lanes to these carriers, not started."""
        self.lanes = Lanes(
            store=self.store,
            desk=self.desk,
            carriers=carriers,
            clock=self.clock,
            ids=self.ids,
            metrics=self.metrics,
            **options,
        )
        return self.lanes

    def with_alarm(self) -> Alarm:
        """An alarm, not started."""
        self.alarm = Alarm(store=self.store, desk=self.desk, clock=self.clock)
        return self.alarm

    async def wrote(self, text: str, who: str = "marie", channel: str = "askable", key: str = "") -> Heard:
        """A customer writes."""
        self.counter += 1
        event = CustomerWrote(Address(channel, who), name=f"{who.title()} Dupont", text=text)
        return await self.desk.handle(event, key=key or f"in:{self.counter}:{text}")

    async def rows(self, sql: str, *args: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - what SQLite binds
        """What the database holds."""

        async def select(db: Db) -> list[dict[str, Any]]:
            return [dict(row) for row in await db.all(sql, *args)]

        return await self.store.read(select)

    async def run(self, sql: str, *args: Any) -> int:  # noqa: ANN401 - what SQLite binds
        """Change the database by hand."""

        async def change(db: Db) -> int:
            return await db.run(sql, *args)

        return await self.store.write(change)

    async def states(self) -> dict[str, str]:
        """The state of every outbox row, by its text."""
        found = await self.rows(
            "SELECT json_extract(payload, '$.text') AS text, state FROM outbox ORDER BY seq"
        )
        return {row["text"]: row["state"] for row in found}

    async def counts(self) -> dict[str, int]:
        """How many rows every table holds."""
        return {name: (await self.rows(f"SELECT count(*) AS n FROM {name}"))[0]["n"] for name in TABLES}  # noqa: S608

    async def talk(self, name: str = "marie", channel: str = "mute", **changes: Any) -> str:  # noqa: ANN401
        """A conversation with the team, in its thread; returns its id."""
        now = self.clock.now()
        address = Address(channel, name)
        state = Conversation(
            id=f"talk-{name}",
            customer_id=f"customer-{name}",
            address=address,
            entry_address=address,
            opened_at=now,
            status=Status.IN_PROGRESS,
            owner=LEA.id,
            handle=name,
            motive="delivery",
            team="support",
            handed_off_at=now,
            waiting_since=now,
            last_customer_at=now,
            thread=Thread("C0SAV", f"thread-{name}"),
        ).but(**changes)

        async def add(db: Db) -> None:
            await people.add_customer(db, Customer(state.customer_id, name.title()), address, now)
            await conversations.save(db, state)

        await self.store.write(add)
        return state.id

    async def enqueue(self, text: str, talk: str = "talk-marie", **options: Any) -> str:  # noqa: ANN401
        """An effect for a customer, unless told otherwise; returns its id."""
        now_ms = to_ms(self.clock.now()) or 0
        job_id = self.ids.new(now_ms)
        destination = options.get("destination", "mute")
        given = {
            "conversation_id": talk,
            "lane": f"{talk}:{'team' if destination == 'team' else 'customer'}",
            "destination": destination,
            "kind": "message",
            "is_for_customer": destination != "team",
            "payload": {"text": text},
            "now_ms": now_ms,
        } | options
        await self.store.write(partial(jobs.enqueue, job_id=job_id, **given))
        self.wake()
        return job_id


class Unsynced(sqlite3.Connection):
    """Stories in virtual time kill processes, never machines: they need not wait for the disk."""

    def execute(self, sql: str, *args: Any) -> sqlite3.Cursor:  # noqa: ANN401 - as its parent
        return super().execute(sql.replace("synchronous = FULL", "synchronous = OFF"), *args)


@asynccontextmanager
async def a_desk(
    folder: Path,
    *,
    clock: Clock | None = None,
    executor: ExecutorFactory = inline,
    connect: ConnectionFactory | None = None,
    find_answer: Callable[[str, str], Finding] = echo,
    find_article: Callable[[str], Article | None] = echoed,
    missing: Sequence[str] = (),
    burst: timedelta = timedelta(0),
    seed: int = 1,
    channels: Mapping[str, Capabilities] = CHANNELS,
) -> AsyncIterator[Desks]:
    """A desk on a database in a folder, which may hold one already. `missing`: keys no catalogue has."""
    clock = clock or VirtualClock()
    rules, ids, metrics = shipped_rules(burst), SeededIds(seed), Metrics()
    path = folder / "relais.db"
    unsynced = partial(sqlite3.connect, factory=Unsynced) if executor is inline else connect_sqlite
    store = await Store.open(
        path, now_ms=lambda: to_ms(clock.now()) or 0, executor=executor, connect=connect or unsynced
    )
    texts = BrokenTexts(rules.hours.zone)
    texts.missing = frozenset(missing)
    knowledge = Knowledge(find_answer, find_article, lambda _text, _language: "", lambda _text: "fr")
    gathering = Gathering(store, knowledge, channels, ids, lambda _id: "Léa", "fr", rules.timers.burst)
    built: list[Desks] = []
    desk = Desk(
        store=store,
        house=House(rules, texts, channels, ids),
        gathering=gathering,
        clock=clock,
        ids=ids,
        metrics=metrics,
        woken=lambda: built[0].wake(),  # noqa: PLW0108 - it is built only after the desk
    )
    built.append(Desks(store, desk, clock, ids, path, metrics, texts))
    try:
        yield built[0]
    finally:
        if built[0].alarm is not None:
            await built[0].alarm.stop()
        if built[0].lanes is not None:
            await built[0].lanes.stop(0.0)
        await store.close()


__all__ = ["LEA", "Desks", "a_desk", "echo", "no_answer", "threaded"]
