"""A machine is lost under load: the copy, and what the platforms still hold, make the service whole again.

`make restore` loses it a hundred times.
"""

import pytest

from tests.restore.cycle import cycle
from tests.sim.conftest import _quiet  # noqa: F401 - the dead tell nothing here either

SEEDS = (14, 39, 47)
"""In these, words had left and the customers' words came again."""


@pytest.mark.parametrize("seed", SEEDS)
def test_a_copy_put_back_and_what_platforms_hold_lose_nothing_and_say_nothing_twice(seed: int) -> None:
    verdict = cycle(seed)
    assert verdict.wrong == [], f"python -m tests.restore --seed {seed}"
    assert verdict.figures["WhatsApp messages held by Twilio"]
