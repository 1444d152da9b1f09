"""Every table has somebody who looks at it: asked of SQLite, which tells what a check really reads.

A migration that adds a table fails here until the judge reads it, or until it is said why nobody need.
"""

import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from contextlib import closing
from functools import partial

import pytest

from core.domain.conversation import Status
from core.jobs import JobState
from tests.sim.cast import SCENARIOS, Cast
from tests.sim.fate import Fate
from tests.sim.judge import OF_PEOPLE, OF_THE_WORLD
from tests.sim.never import COLUMNS, ENDED, KEPT_AS_WRITTEN, MAY_GO, RULES, STATES, STATUSES, forbidden
from tests.sim.runs import run
from tests.sim.world import World

STORIES = (
    "phrasings_are_learnt",
    "a_card_is_deleted_while_its_transcript_is_in_doubt",
    "a_customer_says_what_helped",
    "a_colleague_replies_to_what_is_somebodys",
)
"""Between them they leave a row wherever a check goes on only from one."""
OURS = frozenset({"history", "moved", "gone"})
"""What the simulation itself writes down."""
NOBODY_LOOKS = {
    "meta": "how far the schema is, whether the disk takes a write, and that a copy was put back: no promise",
    "schema_version": "`core/store/migrate.py` compares its digests at every start",
}
ONLY_IN_BETWEEN = {"articles": "`articles_become_what_was_done` compares each with the last of its changes"}
"""Tables in which a change by itself is never wrong."""
LOOKS_AT_EVERYTHING = "the_file_is_whole"


@pytest.fixture(scope="module")
def read() -> dict[str, set[str]]:
    """Which checks read each table, in some stories together."""
    found: dict[str, set[str]] = defaultdict(set)
    for name in STORIES:

        async def story(world: World, name: str = name) -> None:
            cast = Cast(world)
            await SCENARIOS[name](cast)
            await cast.settle()
            for table in _schema(world):
                found[table] |= set()
            for check, table in _reads(world, cast):
                found[table].add(check)

        assert run(name, story, Fate()).wrong == ""
    return found


def _schema(world: World) -> set[str]:
    rows = world.rows("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    return {row["name"] for row in rows} - OURS


def _reads(world: World, cast: Cast) -> Iterator[tuple[str, str]]:
    """Each check, and each table that SQLite reads for it."""
    tables: set[str] = set()

    def authorize(action: int, table: str | None, *_: object) -> int:
        if action == sqlite3.SQLITE_READ and table:
            tables.add(table)
        return sqlite3.SQLITE_OK

    looking = world._looking
    assert looking is not None
    of_the_world = [(each.__name__, partial(each, world)) for each in OF_THE_WORLD]
    of_people = [(each.__name__, partial(each, world, cast.customers, cast.members)) for each in OF_PEOPLE]
    for name, ask in (*of_the_world, *of_people):
        tables.clear()
        looking.set_authorizer(authorize)  # what was prepared before is prepared anew, and tells
        list(ask())
        yield from ((name, table) for table in tables - OURS if name != LOOKS_AT_EVERYTHING)
    looking.set_authorizer(None)


def test_every_table_is_read_by_a_check_or_has_its_reason(read: dict[str, set[str]]) -> None:
    unread = {table for table, checks in read.items() if not checks}
    assert unread == NOBODY_LOOKS.keys(), "what is read needs no reason, all else needs one"


def test_every_table_is_looked_at_after_each_commit_or_has_its_reason(read: dict[str, set[str]]) -> None:
    looked_at = COLUMNS.keys() | KEPT_AS_WRITTEN
    assert read.keys() - looked_at == NOBODY_LOOKS.keys() | ONLY_IN_BETWEEN.keys()
    assert RULES.keys() == COLUMNS.keys()
    assert read.keys() >= MAY_GO
    assert set(STATES) | ENDED == set(JobState)
    assert set(STATUSES) == set(Status)


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("UPDATE journal SET kind = $1", "journal: what is kept as it was written is changed"),
        (
            "INSERT INTO messages (seq) VALUES ($1)\nON CONFLICT (seq) DO UPDATE SET text = $1",
            "messages: what is kept as it was written is changed",
        ),
        ("DELETE FROM outbox WHERE id = $1", "outbox: what is never taken away is taken away"),
        ("INSERT OR REPLACE INTO budgets VALUES ($1)", "budgets: what is never taken away is taken away"),
        ("INSERT INTO journal (key) VALUES ($1) ON CONFLICT DO NOTHING", ""),
        ("UPDATE outbox AS o SET state = $1", ""),
        ("DELETE FROM timers WHERE due_at < $1", ""),
    ],
)
def test_what_was_written_stays(statement: str, told: str) -> None:
    assert forbidden(statement) == told


def test_what_is_wrong_for_a_moment_is_seen_and_told_with_its_step() -> None:
    async def story(world: World) -> None:
        cast = Cast(world)
        marie = await cast.waits()
        with closing(sqlite3.connect(world.settings.database, isolation_level=None)) as somebody:
            somebody.execute("UPDATE conversations SET status = 'bot', version = version + 1")
            somebody.execute("UPDATE conversations SET status = 'open', version = version - 1")
        await marie.writes("bidule")
        await cast.settle()

    wrong = run("a moment", story, Fate()).wrong
    assert "goes where it cannot, after commit" in wrong
    assert "leaves out a version" in wrong
    assert "CustomerWrote being heard last" in wrong
