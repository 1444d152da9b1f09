"""The simulation's daily share: every scenario in peace, some deaths of each, some days of chance.

`make sim` dies at every point, and lives many more days.
"""

import pytest

from tests.sim.runs import at_point, by_chance
from tests.sim.scenarios import SCENARIOS

EACH = 2
"""Deaths of each scenario here, spread over its points."""


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_scenario_keeps_every_promise_wherever_the_process_dies(name: str) -> None:
    peaceful = at_point(name, 0)
    assert peaceful.wrong == ""
    assert peaceful.points > 100
    for number in range(1, EACH + 1):
        died = at_point(name, peaceful.points * number // (EACH + 1))
        assert died.deaths == 1
        assert died.wrong == "", f"make sim POINT={died.name}"


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
