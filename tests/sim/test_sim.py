"""The simulation's daily share: every scenario in peace, some deaths of each, some days of chance.

`make sim` dies at every point, and lives many more days. Whatever the product offers is in somebody's
repertoire: a new command, event or timer without an act fails here too.
"""

from collections import Counter
from functools import cache
from itertools import pairwise
from random import Random
from typing import get_args

import pytest

from core.domain import asked, events
from core.domain.events import TimerKind
from handoff.registry import COMMANDS
from tests.sim.__main__ import Share
from tests.sim.cast import SCENARIOS, Cast
from tests.sim.fate import Fate
from tests.sim.runs import at_point, by_chance, run
from tests.sim.verdict import Verdict
from tests.sim.world import World

CHANGES = ("added", "edited", "on", "off", "undone", "learnt", "dismissed")
"""What people do to articles."""
EACH = 1
"""Deaths of each scenario here, spread over its points."""


@cache
def in_peace(name: str) -> Verdict:
    """A scenario in which nobody dies: played once for all that ask."""
    return at_point(name)


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_scenario_keeps_every_promise_wherever_the_process_dies(name: str) -> None:
    peaceful = in_peace(name)
    assert peaceful.wrong == ""
    assert peaceful.points > 100
    for number in range(1, EACH + 1):
        died = at_point(name, peaceful.points * number // (EACH + 1))
        assert died.deaths == 1
        assert died.wrong == "", f"make sim POINT={died.name}"


@pytest.mark.parametrize(
    "name", ["a_reply_reaches_whatsapp", "an_answer_of_slack_is_lost", "a_form_resolves"]
)
def test_deaths_between_two_changes_of_the_world_are_one_death(name: str) -> None:
    """Why one death stands for all points up to the next change: the last row of all tables is the same."""
    peaceful = in_peace(name)
    spans = list(pairwise(peaceful.distinct))
    spanning = Random(7).sample([span for span in spans if span[1] - span[0] > 2], 2)
    for first, after in spanning:
        assert _ends(name, first) == _ends(name, after - 1)
    others = {_ends(name, first) for first, _ in spans[:: len(spans) // 4]}
    assert len(others) > 3, "deaths that differ end alike: the comparison sees nothing"


def test_the_shares_of_all_turns_add_up_to_every_point_once() -> None:
    peaceful = Verdict("a:0", points=11, distinct=[1, 2, 6, 9])
    shares = [list(Share(3, turn).of(peaceful)) for turn in range(7, 10)]
    assert sorted(world for share in shares for world in share) == [(1, 1), (2, 4), (6, 3), (9, 3)]
    assert len(shares[0]) < 4


def _ends(name: str, point: int) -> str:
    """The whole database as it is at the end."""
    dumps: list[str] = []

    async def story(world: World) -> None:
        cast = Cast(world)
        await SCENARIOS[name](cast)
        await cast.settle()
        dumps.append(world.dump())

    run(name, story, Fate(deadly=frozenset({point})))
    return dumps[0]


@pytest.mark.parametrize("seed", range(900_000, 900_006))
def test_a_day_of_chance_keeps_every_promise(seed: int) -> None:
    day = by_chance(seed)
    assert day.wrong == "", f"make sim SEED={seed}"
    assert day.told


def test_a_seed_is_the_same_day_every_time() -> None:
    first, again = by_chance(900_100), by_chance(900_100)
    assert (first.told, first.died, first.faults, first.points) == (
        again.told,
        again.died,
        again.faults,
        again.points,
    )


@pytest.fixture(scope="module")
def played() -> tuple[Counter[str], Counter[str]]:
    """What was heard, and what people did, in all scenarios together."""
    heard: Counter[str] = Counter()
    done: Counter[str] = Counter()
    for name in SCENARIOS:
        verdict = in_peace(name)
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


def test_every_change_of_an_article_is_made(played: tuple[Counter[str], Counter[str]]) -> None:
    heard, _ = played
    assert {f"article {kind}" for kind in CHANGES} - heard.keys() == set()


def test_all_that_may_become_of_a_question_becomes_of_one(
    played: tuple[Counter[str], Counter[str]],
) -> None:
    """Else the base answers nobody in the simulation, and what the judge says of answers is said of none."""
    heard, _ = played
    became = (*asked.Outcome, *asked.Verdict, "picked", "used")
    assert {f"question {what}" for what in became} - heard.keys() == set()
