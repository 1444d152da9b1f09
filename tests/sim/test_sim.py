"""The simulation's daily share: every scenario in peace, some deaths of each, some days of chance.

`make sim` dies at every point, and lives many more days. Whatever the product offers is in somebody's
repertoire: a new command, button, shortcut, event or timer without an act fails here too.
"""

from collections import Counter
from functools import cache
from itertools import pairwise
from random import Random
from typing import get_args

import pytest

from core.domain import asked, events
from core.domain.conversation import Status
from core.domain.decide.commands import NAMES, PERSON, meant
from core.domain.events import TimerKind
from core.domain.words import asks_to_start, asks_to_stop
from handoff.buttons import VERBS
from handoff.registry import BY_NAME, COMMANDS, SHORTCUTS
from tests.sim.__main__ import Share, first_seed
from tests.sim.cast import SCENARIOS, Cast
from tests.sim.fate import Fate
from tests.sim.people import BARE
from tests.sim.runs import at_point, by_chance, run
from tests.sim.verdict import Verdict
from tests.sim.world import World

CHANGES = ("added", "edited", "on", "off", "undone", "learnt", "dismissed")
"""What people do to articles."""
EVERY = 3
"""Of so many scenarios one is died in here; `make sim` dies in all of them."""


@cache
def in_peace(name: str) -> Verdict:
    """A scenario in which nobody dies: played once for all that ask."""
    return at_point(name)


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_scenario_keeps_every_promise(name: str) -> None:
    peaceful = in_peace(name)
    assert peaceful.wrong == ""
    assert peaceful.points > 100


@pytest.mark.parametrize("name", [*SCENARIOS][::EVERY])
def test_a_scenario_keeps_every_promise_when_the_process_dies_half_way(name: str) -> None:
    died = at_point(name, in_peace(name).points // 2)
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


def test_the_days_of_two_turns_are_none_of_each_other() -> None:
    """A push takes some 300 days."""
    assert first_seed(0) == 1
    assert first_seed(801) - first_seed(800) > 900


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


@pytest.mark.parametrize("seed", range(900_005, 900_011))
def test_a_day_of_chance_keeps_every_promise(seed: int) -> None:
    day = by_chance(seed)
    assert day.wrong == "", f"make sim SEED={seed}"
    assert day.told


def test_a_seed_is_the_same_day_every_time() -> None:
    first, again = by_chance(900_009, acts=range(8)), by_chance(900_009, acts=range(8))
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


NOT_PLAYED = {
    **dict.fromkeys(
        ("/prendre", "/repondre", "/resoudre", "/noter", "/rendre", "/echecs"),
        "the French name of what is typed in English: the registry has one command for both",
    ),
    **dict.fromkeys(
        ("says /help", "says /language", "says /end"), "the English name of what is ordered in French"
    ),
    **dict.fromkeys(
        [f"says /{word}" for word in PERSON - {"humain"}], "/humain is said; they are one set of words"
    ),
}
"""What the product offers and no scenario plays, and why not."""
OFFERED = {
    *BY_NAME,
    *(f"presses {verb}" for verb in VERBS),
    *(f"uses {shortcut}" for shortcut in SHORTCUTS),
    *(f"says /{word}" for word in (*NAMES, *PERSON)),
    *(f"says {word}" for word in BARE),
}


def test_every_command_button_shortcut_and_order_is_played_or_has_its_reason(
    played: tuple[Counter[str], Counter[str]],
) -> None:
    _, done = played
    assert OFFERED - done.keys() == NOT_PLAYED.keys(), "what is played needs no reason, all else needs one"
    assert {command.verb for command in COMMANDS if not done.keys() & set(command.names)} == set()


def test_nobody_presses_a_button_that_is_in_no_list(played: tuple[Counter[str], Counter[str]]) -> None:
    """Else it would be in no table of who may press what either."""
    _, done = played
    pressed = {name for name in done if name.startswith("presses ")}
    assert pressed - OFFERED == set()


def test_the_orders_without_a_slash_are_orders() -> None:
    assert {word for word in BARE if asks_to_stop(word)} == {"stop"}
    assert {word for word in BARE if asks_to_start(word)} == {"start"}
    assert {word for word in BARE if meant(word, Status.BOT) == "end"} == {"fin"}


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
