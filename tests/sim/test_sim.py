"""The simulation's daily share: every scenario in peace, some deaths of each, some days of chance.

`make sim` dies at every point, and lives many more days.
"""

from itertools import pairwise
from random import Random

import pytest

from tests.sim.__main__ import Share
from tests.sim.cast import SCENARIOS, Cast
from tests.sim.fate import Fate
from tests.sim.runs import at_point, by_chance, run
from tests.sim.verdict import Verdict
from tests.sim.world import World

EACH = 1
"""Deaths of each scenario here, spread over its points."""


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_scenario_keeps_every_promise_wherever_the_process_dies(name: str) -> None:
    peaceful = at_point(name)
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
    peaceful = at_point(name)
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
