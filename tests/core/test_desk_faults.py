"""When deciding or storing fails: nothing is lost, nothing is half done, and who must know is told."""

import asyncio
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from core.clock import HandClock
from core.desk import ActFailed, Outcome, Source
from core.domain.channel import Address
from core.domain.events import (
    AgentReplied,
    CustomerWrote,
    TimerKind,
    TimerRang,
)
from core.domain.knowledge import Finding
from core.store import timers
from core.store.errors import StoreDown, StoreError
from core.store.sqlite import connect_sqlite
from tests.core.desk_house import LEA, Desks, a_desk, no_answer, threaded
from tests.core.virtual import MONDAY, virtually


def _raises(_text: str, _language: str) -> Finding:
    raise ZeroDivisionError("the customer's words stand here")


def test_a_message_that_cannot_be_searched_for_is_put_aside_with_its_body_and_answered(
    tmp_path: Path,
) -> None:
    async def story() -> None:
        async with a_desk(tmp_path, find_answer=_raises) as desks:
            event = CustomerWrote(Address("askable", "marie"), text="mon colis ?")
            source = Source("askable/message", b"the body")
            heard = await desks.desk.handle(event, key="k1", source=source)
            (aside,) = await desks.rows("SELECT * FROM quarantine")
            assert heard.outcome is Outcome.QUARANTINED
            assert (aside["source"], aside["key"], aside["raw"]) == ("askable/message", "k1", b"the body")
            assert (aside["kind"], aside["error"]) == ("undecided", "ZeroDivisionError")
            assert (await desks.counts())["conversations"] == 0

    virtually(story())


def test_what_fails_in_the_middle_of_saving_leaves_nothing_behind(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path, missing=["greeting.first"]) as desks:
            heard = await desks.wrote("mon colis ?", key="k1")
            again = await desks.wrote("mon colis ?", key="k1")
            counts = await desks.counts()
            assert (heard.outcome, again.outcome) == (Outcome.QUARANTINED, Outcome.QUARANTINED)
            assert {name: n for name, n in counts.items() if n} == {"quarantine": 1}

    virtually(story())


def test_an_event_without_a_request_is_put_aside_as_it_was_understood(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path, missing=["greeting.first"]) as desks:
            await desks.wrote("mon colis ?")
            (aside,) = await desks.rows("SELECT * FROM quarantine")
            assert aside["source"] == "CustomerWrote"
            assert json.loads(aside["raw"])["text"] == "mon colis ?"

    virtually(story())


def test_an_agents_act_that_cannot_be_decided_says_so_and_is_listed(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path, missing=["thread.taken_over"]) as desks:
            await desks.talk(owner="U0HUGO")
            before = await desks.counts()
            act = AgentReplied(LEA, "talk-marie", "bonjour", take_over_from="U0HUGO")
            with pytest.raises(ActFailed):
                await desks.desk.handle(act, key="a1")
            after = await desks.counts()
            (aside,) = await desks.rows("SELECT kind, key FROM quarantine")
            assert aside == {"kind": "agent_act", "key": "a1"}
            assert after == before | {"quarantine": 1}

    virtually(story())


def test_a_broken_law_of_the_database_is_put_aside_not_lost(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path, find_answer=no_answer) as desks:
            await desks.run(
                "CREATE TRIGGER law BEFORE INSERT ON messages BEGIN SELECT RAISE(ABORT, 'a law'); END"
            )
            heard = await desks.wrote("mon colis ?", key="k1")
            (aside,) = await desks.rows("SELECT error FROM quarantine")
            assert heard.outcome is Outcome.QUARANTINED
            assert aside["error"] == "IntegrityError"

            await desks.run("DROP TRIGGER law")
            assert (await desks.wrote("mon colis ?", key="k1")).outcome is Outcome.DONE

    virtually(story())


def test_a_timer_whose_decision_fails_falls_silent_but_is_still_awaited(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path, find_answer=_raises, burst=timedelta(seconds=3)) as desks:
            alarm = desks.with_alarm()
            await alarm.start()
            await desks.wrote("mon colis ?", key="k1")
            await asyncio.sleep(3600)
            (aside,) = await desks.rows("SELECT source, key FROM quarantine")
            (timer,) = await desks.rows("SELECT kind, generation FROM timers")
            assert aside == {"source": "TimerRang", "key": f"timer:{await _only(desks)}:burst:1"}
            assert timer == {"kind": "burst", "generation": 1}
            failed = desks.metrics.events.labels("TimerRang", "quarantined")._value.get()
            assert failed == 1
            assert alarm.is_running
            assert await desks.store.read(timers.next_due) is None

    virtually(story())


async def _only(desks: Desks) -> str:
    (row,) = await desks.rows("SELECT id FROM conversations")
    return str(row["id"])


def test_a_timer_that_was_heard_before_does_not_ring_for_ever(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as desks:
            talk = await desks.talk()
            now = desks.clock.now()
            rung = TimerRang(talk, TimerKind.CLOSE, 1)
            await desks.run(
                "INSERT INTO journal (key, at, kind, conversation_id, event) VALUES ('t', 0, '', '', '')"
            )

            async def start(db: Any) -> None:  # noqa: ANN401 - the database
                await timers.start(db, talk, TimerKind.CLOSE, now, 1)

            await desks.store.write(start)
            heard = await desks.desk.handle(rung, key="t")
            assert heard.outcome is Outcome.DUPLICATE
            assert (await desks.counts())["timers"] == 0

    virtually(story())


async def _write_for_ever(desks: Desks) -> None:
    for n in range(200):
        await desks.wrote("très long " * 400, key=f"full{n}")


async def test_a_store_that_is_down_is_told_and_the_next_call_works(tmp_path: Path) -> None:
    async with a_desk(tmp_path, executor=threaded, clock=HandClock(MONDAY)) as desks:
        (pages,) = (await desks.rows("PRAGMA page_count"))[0].values()
        await desks.run(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(StoreDown):
            await _write_for_ever(desks)
        full = await desks.counts()
        await desks.run("PRAGMA max_page_count = 100000")

        assert (await desks.wrote("bonjour", key="next")).outcome is Outcome.DONE
        assert full["quarantine"] == 0
        assert (await desks.counts())["journal"] == full["journal"] + 1


async def test_a_locked_database_is_the_senders_matter_not_the_quarantines(tmp_path: Path) -> None:
    async with a_desk(tmp_path, executor=threaded, clock=HandClock(MONDAY)) as desks:
        await desks.run("PRAGMA busy_timeout = 20")
        other = connect_sqlite(str(desks.path))
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError):
            await desks.wrote("bonjour", key="k1")
        other.execute("ROLLBACK")
        other.close()
        assert (await desks.wrote("bonjour", key="k1")).outcome is Outcome.DONE
        assert (await desks.counts())["quarantine"] == 0


def test_malformed_requests_are_kept_once_a_key(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as desks:
            for key in ("k1", "k1", "k2"):
                await desks.desk.quarantine_malformed(source="s", key=key, body=b"{", error="ValueError")
            rows = await desks.rows("SELECT key, kind, raw FROM quarantine ORDER BY key")
            assert rows == [{"key": k, "kind": "malformed", "raw": b"{"} for k in ("k1", "k2")]

    virtually(story())
