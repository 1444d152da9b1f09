"""The machinery of `make bench` measures what it says: no figure is asserted, only that it is a true one."""

import asyncio
import sqlite3
import time
from contextlib import closing
from itertools import islice
from pathlib import Path
from random import Random

import pytest

from faq.match import KnowledgeBase
from tests.bench import matching
from tests.bench.children import floor, ours
from tests.bench.flood import poured
from tests.bench.forms import detail, details, whatsapp
from tests.bench.generator import Refused, closed_loop, one_by_one, open_loop
from tests.bench.history import build
from tests.bench.questions import questions
from tests.bench.report import Goal
from tests.bench.whole import _history


def counted(database: Path, sql: str) -> int:
    """One number of a database that a child may still write."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        return int(connection.execute(sql).fetchone()[0])


def test_the_floor_keeps_every_signed_message_once_and_refuses_a_forged_one(tmp_path: Path) -> None:
    forged = whatsapp(1, detail(1)).replace(b"X-Twilio-Signature: ", b"X-Twilio-Signature: x")
    with floor(tmp_path) as child:
        load = closed_loop(child.port, islice(details(5), 40), connections=4)
        with pytest.raises(Refused, match="403"):
            one_by_one(child.port, [forged])
        assert counted(tmp_path / "floor.db", "SELECT count(*) FROM inbox") == len(load.waits) == 40


def test_our_side_decides_every_message_of_a_conversation_with_the_team(tmp_path: Path) -> None:
    database = tmp_path / "a.db"
    heard = "SELECT count(*) FROM messages WHERE author = 'customer'"
    with ours(database, with_team=6) as child:
        before = counted(database, heard)
        load = open_loop(child.port, list(islice(details(6), 30)), 200, connections=4)
        assert len(load.waits) == counted(database, heard) - before == 30
        assert counted(database, "SELECT count(*) FROM quarantine") == 0


def test_our_side_answers_strangers_from_the_base_at_once(tmp_path: Path) -> None:
    database = tmp_path / "b.db"
    with ours(database, burst=0) as child:
        closed_loop(child.port, islice(questions(), 100), connections=4)
        assert counted(database, "SELECT count(*) FROM conversations") == 100
        assert counted(database, "SELECT count(*) FROM outbox WHERE kind = 'message'") >= 100
        assert counted(database, "SELECT count(*) FROM timers WHERE kind = 'burst'") == 0


def test_a_history_keeps_every_law_of_the_database(tmp_path: Path) -> None:
    build(tmp_path / "relais.db", int(time.time() * 1000), past=30, open_ones=12)
    with closing(sqlite3.connect(tmp_path / "relais.db")) as connection:
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        assert connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"


def test_the_screens_of_a_house_with_a_past_are_asked_through_real_doors(tmp_path: Path) -> None:
    looks = asyncio.run(_history(tmp_path, past=40, open_ones=60, seconds=1))
    assert len(looks.backlog.waits) == len(looks.claims.waits) == 40
    assert len(looks.written.waits) == 200


def test_a_goal_is_met_on_its_own_side_only() -> None:
    assert Goal("rate", 0.4, 0.4, least=True).is_met
    assert not Goal("rate", 0.39, 0.4, least=True).is_met
    assert Goal("wait", 49.9, 50).is_met
    assert not Goal("wait", 50, 50).is_met


async def test_a_flood_is_kept_and_the_others_are_counted_apart(tmp_path: Path) -> None:
    found = await poured(tmp_path, seconds=2, a_minute=1800, watched=0.0)
    assert (len(found.flooder.waits), len(found.others.waits)) == (60, 20)
    assert (found.kept, found.kept_of_others) == (60, 20)
    assert 1 <= found.lines <= 8
    assert len(found.waited) <= found.lines_of_others


def test_a_search_is_measured_beside_what_most_bots_do() -> None:
    cost = matching.measured(200)
    assert 0 < cost.median <= cost.slowest
    assert cost.naive > 0
    asked = matching.messages(matching.rows(40, Random(1)), Random(2), 20)
    base = KnowledgeBase(matching.articles_of(matching.rows(40, Random(1))))
    found = [base.find(text, "fr").scores for text in asked]
    assert sum(bool(scores) for scores in found) > 15, "the messages are those of the rows, mistyped"
