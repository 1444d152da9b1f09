"""Processes that die, and calls that fail in every way, log no more of customers than others do."""

import re

import pytest

from tests.sim.runs import by_chance
from tests.stories.canaries import Canaries, hits_in

SEEDS = (4, 5, 7)
"""Days in which processes die rarely, often, and all the time."""
TYPED = re.compile(r"\b(?:bidule|réponse|note|réglé) [a-z]{3}\b")
"""What people of the simulation type: each a mark of its own, shorter than a canary."""
SECRETS_AND_NAMES = (
    *("xoxb-town-0123456789", "s" * 32, "a" * 32, "w" * 32, "777000111:" + "t" * 35),
    *("Marie Dupont", "Karim Benali", "+33612345678", "+33612345679", "33698760000", "2251799813685249"),
    *("où est mon colis ?", "urgent, parler à quelqu'un", "comment retourner un article"),
)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_day_of_deaths_and_faults_logs_no_word_of_anybody(seed: int) -> None:
    heard = Canaries()
    with heard.listening():
        verdict = by_chance(seed)
    log = heard.log.getvalue()
    assert (verdict.wrong, verdict.deaths > 0) == ("", True)
    assert '"event"' in log, "nothing was logged at all"
    assert TYPED.findall(log) == []
    assert hits_in(log, SECRETS_AND_NAMES, "the log") == []
