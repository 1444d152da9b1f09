"""Silence and what is stuck: told once where it is unusual, told when it is over, and never otherwise."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from core.alerts import Alerts
from core.echo import Echo
from core.heartbeat import Heartbeat
from core.jobs import Retry
from core.store.rows import to_ms
from tests.core.desk_house import Desks, a_desk, shipped_rules
from tests.core.test_dead import Place
from tests.core.virtual import VirtualClock, virtually

FRIDAY = datetime(2026, 11, 27, 14, 0, tzinfo=UTC)
"""Three in the afternoon in Paris, an open hour."""
OPEN_DAYS = (1, 2, 3, 4, 7)
"""How many days before it the last five open days are."""
HOUR = timedelta(hours=1)


def beat_of(desks: Desks, place: Place, wait: timedelta = 2 * HOUR) -> Alerts:
    """Operators, told in French of the channel « mute » and of the team's place."""
    rules = shipped_rules()
    rules = replace(rules, timers=replace(rules.timers, silent_platform=wait))
    beat = Heartbeat(
        store=desks.store,
        clock=desks.clock,
        ids=desks.ids,
        texts=desks.texts,
        rules=rules,
        labels={"mute": "Muet", "team": "Slack"},
        channels=["mute"],
        echo=Echo(store=desks.store, clock=desks.clock, last_event=lambda: None),
    )
    return Alerts(store=desks.store, clock=desks.clock, place=place, watches=(beat.look,))


async def _wrote(desks: Desks, *moments: datetime, talks: int = 3) -> None:
    """Customers wrote, each in a conversation of their own."""
    add = """
    INSERT INTO messages (conversation_id, seq, at, author, who, channel, text, media, reference)
    VALUES ($1, $2, $3, 'customer', '', 'mute', 'x', '[]', '')
    """
    for moment in moments:
        for number in range(talks):
            at = to_ms(moment + number * timedelta(minutes=1))
            await desks.run(add, f"talk-c{number}", (at or 0) // 60_000, at)


async def _town(desks: Desks, days: Sequence[int] = OPEN_DAYS, talks: int = 3) -> None:
    """Customers who write in the early afternoon of some days, and wrote this morning."""
    for number in range(3):
        await desks.talk(f"c{number}")
    afternoons = [FRIDAY - timedelta(days=day, minutes=20) for day in days]
    await _wrote(desks, *afternoons, talks=talks)
    await _wrote(desks, FRIDAY - 4 * HOUR, talks=1)


def test_unusual_silence_is_told_once_and_its_end_too(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path, clock=VirtualClock(FRIDAY)) as desks:
            place = Place()
            await _town(desks)
            operators = beat_of(desks, place)
            await operators.start()
            await asyncio.sleep(4 * 3600)  # the team closes meanwhile: that ends no silence
            (told,) = place.posted
            assert "Muet est silencieux" in told
            assert "aujourd’hui, 11\u00a0h" in told
            await _wrote(desks, desks.clock.now())
            await asyncio.sleep(3600)
            assert len(place.posted) == 2
            assert "des messages arrivent de nouveau" in place.posted[1]
            await operators.stop()

    virtually(story())


QUIET: dict[str, dict[str, Any]] = {
    "nobody ever wrote": {"days": ()},
    "they write on most days only": {"days": OPEN_DAYS[:4]},
    "few write": {"talks": 2},
    "the team is closed": {"start": FRIDAY + timedelta(days=1)},
    "it is lunch": {"start": FRIDAY - 2 * HOUR},
    "not silent for long enough": {"wait": 4 * HOUR},
    "nobody wants to know": {"wait": timedelta()},
}


@pytest.mark.parametrize("why", QUIET)
def test_silence_that_is_usual_or_asked_for_is_never_told(tmp_path: Path, why: str) -> None:
    given = dict(QUIET[why])
    start, wait = given.pop("start", FRIDAY), given.pop("wait", 2 * HOUR)

    async def story() -> None:
        async with a_desk(tmp_path, clock=VirtualClock(start)) as desks:
            place = Place()
            await _town(desks, **given)
            await beat_of(desks, place, wait).look()
            assert place.posted == []

    virtually(story())


def _stuck_row(state: str = "ready", attempts: int = 0, due: timedelta = timedelta()) -> dict[str, Any]:
    return {"state": state, "attempts": attempts, "due": due}


STUCK: dict[str, tuple[dict[str, Any], bool]] = {
    "never tried": (_stuck_row(), True),
    "tried, and waiting for the next try": (_stuck_row(attempts=3, due=HOUR), True),
    "out for too long": (_stuck_row("sending", attempts=1), True),
    "waits for its date": (_stuck_row(due=HOUR), False),
    "its date is only just past": (_stuck_row(due=timedelta(seconds=50)), False),
    "held": (_stuck_row("held"), False),
    "sent": (_stuck_row("sent", attempts=1), False),
    "a dead letter": (_stuck_row("failed", attempts=1), False),
}


@pytest.mark.parametrize("why", STUCK)
def test_what_should_have_left_a_minute_ago_is_told_and_nothing_else(tmp_path: Path, why: str) -> None:
    row, is_told = STUCK[why]

    async def story() -> None:
        async with a_desk(tmp_path) as desks:
            place = Place()
            await desks.talk()
            waits = await desks.enqueue("waits")
            due = to_ms(desks.clock.now() + row["due"])
            change = "UPDATE outbox SET state = $2, attempts = $3, due_at = $4 WHERE id = $1"
            await desks.run(change, waits, row["state"], row["attempts"], due)
            operators = beat_of(desks, place)
            await asyncio.sleep(59)
            await operators.look()
            assert place.posted == []
            await asyncio.sleep(5)
            for _ in range(3):
                await operators.look()
            assert ["Envois vers Muet en attente" in told for told in place.posted] == [True] * is_told

    virtually(story())


async def _let_go(desks: Desks, state: str) -> None:
    await desks.run("UPDATE outbox SET state = $1", state)


def test_the_end_is_told_and_what_comes_and_goes_is_not_told_each_time(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as desks:
            place = Place()
            await desks.talk()
            await desks.enqueue("waits")
            operators = beat_of(desks, place)
            await operators.start()
            await asyncio.sleep(90)
            for state in ("sent", "ready", "sent"):
                await _let_go(desks, state)
                await asyncio.sleep(60)
            assert ["plus rien n’attend" in told for told in place.posted] == [False, True]
            await _let_go(desks, "ready")
            await asyncio.sleep(3600)
            assert len(place.posted) == 3
            await operators.stop()

    virtually(story())


def test_of_what_was_over_before_anybody_read_of_it_nothing_is_told(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as desks:
            place = Place()
            place.endings = [Retry("down", after=600.0)]
            await desks.talk()
            await desks.enqueue("waits")
            operators = beat_of(desks, place)
            await operators.start()
            await asyncio.sleep(90)
            await _let_go(desks, "sent")
            await asyncio.sleep(3600)
            assert place.posted == []
            await operators.stop()

    virtually(story())
