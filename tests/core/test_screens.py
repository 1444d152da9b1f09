"""What people look at: in the order of who needs somebody most, at a cost that history does not raise."""

import sqlite3
from collections.abc import Awaitable, Callable, Iterator
from contextlib import closing
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import pytest

from core.domain.channel import Address
from core.domain.conversation import Ending, Priority, Status, WaitingFor
from core.store import conversations, floods, jobs, people, reports, screens, showing, timers, turns
from core.store.db import Db, step
from core.store.migrate import PACKAGED, migrate
from core.store.screens import Counts, Entry
from core.store.sqlite import WRITER_PRAGMAS, connect_sqlite, open_connection
from tests.core.desk_house import LEA, Desks, a_desk
from tests.core.virtual import MONDAY, virtually

NOW = MONDAY + timedelta(hours=6)
FREE: dict[str, Any] = {"status": Status.OPEN, "owner": "", "waiting_for": WaitingFor.US}


def at(hours: float) -> datetime:
    """So many hours from now."""
    return NOW + timedelta(hours=hours)


async def a_backlog(desks: Desks) -> list[str]:
    """Conversations of every kind; returns their handles in the order of who needs somebody most."""
    kinds: list[tuple[str, dict[str, Any]]] = [
        ("urgent-late", {"priority": Priority.URGENT, "promised_for": at(-1)}),
        ("urgent-soon", {"priority": Priority.URGENT, "promised_for": at(2)}),
        ("late-most", {"promised_for": at(-3)}),
        ("late", {"promised_for": at(-1)}),
        ("soon", {"promised_for": at(1)}),
        ("later-vip", {"promised_for": at(4), "vip": 1}),
        ("later-oldest", {"promised_for": at(4), "waiting_since": at(-5)}),
        ("later", {"promised_for": at(4), "waiting_since": at(-2)}),
        ("unpromised-vip", {"vip": 1}),
        ("unpromised", {}),
        ("theirs-urgent", {"priority": Priority.URGENT, "waiting_for": WaitingFor.CUSTOMER}),
        ("theirs", {"waiting_for": WaitingFor.CUSTOMER, "promised_for": at(-9)}),
        ("nobodys-turn", {"waiting_for": None, "promised_for": at(-1), "waiting_since": None}),
    ]
    shuffled = list(kinds)
    Random(3).shuffle(shuffled)
    for handle, changes in shuffled:
        vip = changes.pop("vip", 0)
        await desks.talk(handle, **(FREE | {"waiting_since": at(-1)} | changes))
        await desks.run("UPDATE customers SET vip = $2 WHERE id = $1", f"customer-{handle}", vip)
    return [handle for handle, _ in kinds]


def handles(entries: list[Entry]) -> list[str]:
    return [entry.handle for entry in entries]


def test_the_order_is_urgent_overdue_due_soonest_vip_oldest_and_those_who_wait_for_the_customer_last(
    tmp_path: Path,
) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as desks:
            wanted = await a_backlog(desks)
            neediest = await desks.store.read(partial(screens.neediest, now=NOW, limit=99))
            unclaimed = await desks.store.read(partial(screens.unclaimed, now=NOW, limit=99))
            first = await desks.store.read(partial(screens.neediest, now=NOW, limit=3))
            # The last three wait for nobody of ours; among them urgency and dates still count.
            assert handles(neediest)[:10] == wanted[:10]
            assert set(handles(neediest)[10:]) == set(wanted[10:])
            assert handles(neediest)[10] == "theirs-urgent"
            assert handles(unclaimed) == handles(neediest)
            assert handles(first) == wanted[:3]

    virtually(story())


def test_an_agent_sees_their_own_only(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as desks:
            await desks.talk("a", owner=LEA.id, promised_for=at(3))
            await desks.talk("b", owner=LEA.id, promised_for=at(1))
            await desks.talk("c", owner="U0HUGO")
            await desks.talk("d", owner=LEA.id, status=Status.RESOLVED, recap="fait")
            await desks.talk("e", **FREE)
            own = partial(screens.owned_by, agent=LEA.id, now=NOW)
            assert handles(await desks.store.read(own)) == ["b", "a"]
            with_resolved = await desks.store.read(partial(own, with_resolved=True))
            assert sorted(handles(with_resolved)) == ["a", "b", "d"]

    virtually(story())


def test_everything_open_is_counted(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as desks:
            await a_backlog(desks)
            await desks.talk("mine", team="finance", promised_for=at(-1), waiting_for=WaitingFor.US)
            await desks.talk("done", status=Status.RESOLVED, recap="fait")
            await desks.talk("bot", status=Status.BOT)
            everything = await desks.store.read(partial(screens.counts, now=NOW))
            finance = await desks.store.read(partial(screens.counts, now=NOW, team="finance"))
            nobody = await desks.store.read(partial(screens.counts, now=NOW, team="sales"))
            assert everything == Counts(total=14, unowned=13, urgent=3, late=6, ours=11)
            assert finance == Counts(total=1, unowned=0, urgent=0, late=1, ours=1)
            assert nobody == Counts(0, 0, 0, 0, 0)

    virtually(story())


def test_a_team_sees_its_own_backlog(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as desks:
            await desks.talk("a", team="finance")
            await desks.talk("b", team="support")
            entries = await desks.store.read(partial(screens.neediest, now=NOW, limit=9, team="finance"))
            assert handles(entries) == ["a"]

    virtually(story())


def test_an_entry_shows_the_customers_last_words(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as desks:
            talk = await desks.talk("marie")
            for author, text in (("customer", "un"), ("customer", "deux"), ("agent", "trois")):
                add = partial(
                    conversations.add_message, conversation_id=talk, at=NOW, author=author, text=text
                )
                await desks.store.write(add)
            entry = await desks.store.read(partial(screens.entry, conversation_id=talk))
            assert entry is not None
            assert (entry.customer, entry.last_words) == ("Marie", "deux")
            assert (entry.place, entry.thread) == ("C0SAV", "thread-marie")
            assert await desks.store.read(partial(screens.entry, conversation_id="nobody")) is None

    virtually(story())


class Plans:
    """Runs the very functions of the store, and keeps how SQLite goes about each of their statements."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self.read: list[str] = []

    def of(self, question: Callable[[Db], Awaitable[object]]) -> list[str]:
        """The steps of the plan, without the statements' own words."""
        said: list[str] = []
        self._connection.set_trace_callback(said.append)
        step(question, Db(self._connection))
        self._connection.set_trace_callback(None)
        plans: list[str] = []
        for statement in said:
            rows = self._connection.execute(f"EXPLAIN QUERY PLAN {statement}").fetchall()
            plans += [row["detail"] for row in rows]
        return plans


CLOSED: dict[str, Any] = {
    "status": Status.CLOSED,
    "mode": "standard",
    "priority": Priority.NORMAL,
    "ending": Ending.RESOLVED,
    "owner": LEA.id,
    "opened_at": 0,
    "closed_at": 1,
    "reopened": 0,
    "messages": 0,
    "version": 1,
}
SENT = """
INSERT INTO outbox (id, conversation_id, lane, seq, destination, kind, place, is_for_customer, agent, payload,
    state, urgent, created_at, due_at, attempts, attempted_at, looks, resends, settled_at, reference, report,
    error, about)
VALUES (?1, ?2, ?3, 1, 'mute', 'message', '', 1, '', '{}', 'sent', 0, 0, 0, 1, 0, 0, 0, 1, ?4, '', '', ?1)
"""


@pytest.fixture(scope="module")
def old_house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    """A database with twenty thousand closed conversations, and everything that was ever sent in them."""
    path = tmp_path_factory.mktemp("old") / "relais.db"
    with closing(open_connection(connect_sqlite, str(path), WRITER_PRAGMAS)) as connection:
        migrate(connection, folder=PACKAGED, database=None, now_ms=lambda: 0)
        connection.execute("BEGIN")
        names = [row["name"] for row in connection.execute("PRAGMA table_info(conversations)")]
        moments = [name for name in names if name.endswith(("_at", "_since", "_for"))]
        values: dict[str, Any] = dict.fromkeys(names, "") | dict.fromkeys(moments) | CLOSED
        marks = ", ".join("?" * len(names))
        for n in range(20_000):
            connection.execute(
                "INSERT INTO customers VALUES (?, '', 'fr', '', '', 0, NULL, NULL, 0)", [f"c{n}"]
            )
            row = values | {"id": f"t{n}", "customer_id": f"c{n}"}
            connection.execute(f"INSERT INTO conversations VALUES ({marks})", [*row.values()])  # noqa: S608
            connection.execute(SENT, [f"o{n}", f"t{n}", f"t{n}:customer", f"r{n}"])
        connection.execute("COMMIT")
        yield connection


async def _last_line(db: Db, lane: str) -> object:
    return await showing.last_of(db, lane, "line")


QUESTIONS: list[tuple[str, Callable[[Db], Awaitable[object]], set[str]]] = [
    ("backlog", partial(screens.neediest, now=NOW, limit=10), {"conversations_waiting"}),
    ("backlog of a team", partial(screens.neediest, now=NOW, limit=10, team="a"), {"conversations_waiting"}),
    ("counts", partial(screens.counts, now=NOW), {"conversations_waiting"}),
    ("unclaimed", partial(screens.unclaimed, now=NOW, limit=10), {"conversations_waiting"}),
    ("open ones", screens.open_ones, {"conversations_waiting"}),
    ("owned by", partial(screens.owned_by, agent=LEA.id, now=NOW), {"conversations_by_owner"}),
    (
        "owned by, with resolved",
        partial(screens.owned_by, agent=LEA.id, now=NOW, with_resolved=True),
        {"conversations_by_owner"},
    ),
    ("by handle", partial(screens.by_handle, handle="marie"), {"one_open_handle"}),
    ("lanes", screens.outbox_health, {"outbox_open"}),
    (
        "heads",
        partial(turns.heads, destination="mute", now_ms=9, limit=16, without=["C0 line"]),
        {"outbox_ready", "outbox_open"},
    ),
    ("to look up", partial(jobs.to_look_up, destination="mute", now_ms=9, limit=4), {"outbox_unknown"}),
    ("next due", partial(jobs.next_due, destination="mute", now_ms=9), {"outbox_ready", "outbox_unknown"}),
    ("in flight", jobs.in_flight, {"outbox_sending"}),
    ("parts of a reply", partial(reports.parts_of, about="o1"), {"outbox_about"}),
    (
        "unreported",
        partial(reports.unreported, channel="mute", now=NOW, limit=50),
        {"outbox_report_due"},
    ),
    ("a reply's line", partial(showing.standing_line, about="o1"), {"outbox_about"}),
    ("an address", partial(people.reached_at, address=Address("mute", "700")), {"PRIMARY KEY"}),
    (
        "a transcript",
        partial(conversations.said_before, conversation_id="t1", seq=None, limit=60),
        {"outbox_about"},
    ),
    (
        "a page of it",
        partial(conversations.said_from, conversation_id="t1", seq=1, limit=60),
        {"outbox_about"},
    ),
    ("articles lost", partial(conversations.articles_lost, lane="t1:customer"), {"(lane=?)"}),
    (
        "the card shown",
        partial(showing.due_for, lane="t1:card", payload={}, now_ms=9, wait_ms=1, card_of="t1"),
        {"(lane=?)", "outbox_threads"},
    ),
    ("the last line", partial(_last_line, lane="t1:team"), {"(lane=?)"}),
    (
        "is it a flood",
        partial(floods.is_flooding, conversation_id="t1"),
        {"(conversation_id=?)"},
    ),
    ("a line stands", partial(floods.stands, outbox_id="o1", due_ms=9), {"(id=?)"}),
    ("due timers", partial(timers.due, now=NOW, limit=64), {"timers_due"}),
    ("next timer", timers.next_due, {"timers_due"}),
    (
        "handles",
        partial(conversations.handles_in_use, now=NOW),
        {"one_open_handle", "conversations_closed_lately"},
    ),
    ("active one", partial(conversations.active_of, customer_id="c1"), {"(customer_id=?)"}),
    ("in thread", partial(conversations.in_thread, place="a", reference="b"), {"conversations_by_thread"}),
]


@pytest.mark.parametrize(("question", "indexes"), [q[1:] for q in QUESTIONS], ids=[q[0] for q in QUESTIONS])
def test_a_hot_question_walks_its_partial_index_alone_however_long_the_history(
    old_house: sqlite3.Connection, question: Callable[[Db], Awaitable[object]], indexes: set[str]
) -> None:
    for analysed in (False, True):
        old_house.execute("BEGIN")
        if analysed:
            old_house.execute("ANALYZE")
        plan = Plans(old_house).of(question)
        old_house.execute("ROLLBACK")
        # With statistics another index may serve as well; without them it is the one made for the question.
        assert analysed or all(any(index in line for line in plan) for index in indexes), plan
        assert not [line for line in plan if _walks_history(line)], plan


def _walks_history(line: str) -> bool:
    """A scan of a whole table of rows: of the conversations, the outbox or the timers."""
    tables = ("conversations", "outbox", "timers", "v", "o", "p")
    return any(line == f"SCAN {table}" for table in tables)


def test_hot_questions_cost_the_same_with_and_without_history(old_house: sqlite3.Connection) -> None:
    def steps(connection: sqlite3.Connection, question: Callable[[Db], Awaitable[object]]) -> int:
        counted = 0

        def count() -> int:
            nonlocal counted
            counted += 1
            return 0

        connection.set_progress_handler(count, 100)
        step(question, Db(connection))
        connection.set_progress_handler(None, 0)
        return counted * 100

    old_house.execute("BEGIN")
    costs = {name: steps(old_house, question) for name, question, _ in QUESTIONS}
    old_house.execute("ROLLBACK")
    assert {name: cost for name, cost in costs.items() if cost > 2_000} == {}
