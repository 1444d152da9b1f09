"""Whatever the product offers is in somebody's repertoire: a new command or event without an act fails."""

from collections import Counter
from typing import get_args

import pytest

from core.domain import events
from core.domain.events import TimerKind
from handoff.registry import COMMANDS
from tests.sim.cast import SCENARIOS
from tests.sim.runs import at_point


@pytest.fixture(scope="module")
def played() -> tuple[Counter[str], Counter[str]]:
    """What was heard, and what people did, in all scenarios together."""
    heard: Counter[str] = Counter()
    done: Counter[str] = Counter()
    for name in SCENARIOS:
        verdict = at_point(name)
        heard.update(verdict.heard)
        done.update(verdict.acts)
    return heard, done


def test_every_event_is_heard(played: tuple[Counter[str], Counter[str]]) -> None:
    heard, _ = played
    expected = {event.__name__ for event in get_args(events.Event)}
    assert expected - heard.keys() == set()


def test_every_timer_rings(played: tuple[Counter[str], Counter[str]]) -> None:
    heard, _ = played
    assert {f"timer {kind}" for kind in TimerKind} - heard.keys() == set()


def test_every_command_is_typed(played: tuple[Counter[str], Counter[str]]) -> None:
    _, done = played
    assert [command.verb for command in COMMANDS if not any(name in done for name in command.names)] == []
