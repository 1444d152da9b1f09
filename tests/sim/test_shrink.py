"""A run that fails is told with the least that fails, in a line that plays it again."""

import re
from collections.abc import Callable, Sequence
from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.sim import cast
from tests.sim.judge import judge
from tests.sim.people import Customer, Member
from tests.sim.report import Report
from tests.sim.runs import at_point, by_chance
from tests.sim.shrink import TRIES, Acts, Trials, least, shrunk_deaths
from tests.sim.world import World

SEED = 900_209
STORY = "a_reply_reaches_whatsapp"
some_acts = st.sets(st.integers(0, 30), min_size=1).map(lambda numbers: Acts(sorted(numbers)))
Accuses = Callable[[World, set[str]], bool]


@pytest.fixture
def forbid(monkeypatch: pytest.MonkeyPatch) -> Callable[[Accuses], None]:
    """A judge that is wrong: it forbids what it is told to, beside what it looks for anyway."""

    def forbidden(accuses: Accuses) -> None:
        def broken(
            world: World,
            customers: Sequence[Customer],
            members: Sequence[Member],
            *,
            at_rest: bool = True,
        ) -> list[str]:
            done = {*chain.from_iterable(one.done for one in customers)}
            done |= {*chain.from_iterable(one.done for one in members)}
            found: list[str] = judge(world, customers, members, at_rest=at_rest)
            return [*found, *(["it is forbidden"] if accuses(world, done) else [])]

        monkeypatch.setattr(cast, "judge", broken)

    return forbidden


@given(some_acts)
def test_acts_are_read_as_they_are_written(acts: Acts) -> None:
    assert Acts.read(str(acts)) == acts


@pytest.mark.parametrize(
    ("line", "acts"), [("3", (0, 1, 2)), ("3-3", (3,)), ("0,3,7-9", (0, 3, 7, 8, 9)), ("16", range(16))]
)
def test_acts_are_a_number_of_them_or_a_list(line: str, acts: Sequence[int]) -> None:
    assert Acts.read(line) == tuple(acts)
    assert str(Acts(acts)) == line


@given(st.sets(st.integers(0, 15), min_size=1, max_size=4))
def test_what_is_left_of_acts_is_what_the_failure_needs(needed: set[int]) -> None:
    found = least(Acts(range(16)), Trials(lambda acts: needed <= {*acts}, lambda _: None))
    assert set(found) == needed


def test_a_search_that_takes_too_long_tells_what_it_has() -> None:
    days: list[Acts] = []
    needed = {*range(0, 100, 3)}

    def fails(acts: Acts) -> bool:
        days.append(acts)
        return needed <= {*acts}

    found = least(Acts(range(300)), Trials(fails, lambda _: None))
    assert len(days) == TRIES
    assert needed < {*found} < {*range(300)}


def test_a_day_that_fails_is_told_with_the_acts_it_needs(
    forbid: Callable[[Accuses], None], capsys: pytest.CaptureFixture[str]
) -> None:
    forbid(lambda _, done: done >= {"/note", "/kb"})
    whole = by_chance(SEED)
    assert "it is forbidden" in whole.wrong
    Report().hear_all("chance", [whole])
    told = capsys.readouterr().out
    (line,) = re.findall(r"^BROKEN  make sim SEED=900209 ACTS=(\S+)$", told, re.MULTILINE)
    again = by_chance(SEED, acts=Acts.read(line))
    assert len(Acts.read(line)) == 2
    assert "it is forbidden" in again.wrong
    assert set(again.told) < set(whole.told)
    for one in Acts.read(line):
        assert by_chance(SEED, acts=[one]).wrong == ""


def test_a_pair_of_deaths_is_told_as_one_death_where_one_is_enough(
    forbid: Callable[[Accuses], None],
) -> None:
    forbid(lambda world, _: len(world.fate.died) > 1)
    both = at_point(STORY, 100, 150)
    assert both.deaths == 2
    assert "it is forbidden" in both.wrong
    assert shrunk_deaths(both.name) == f"{STORY}:100+150"
    forbid(lambda world, _: any(died.startswith("150 ") for died in world.fate.died))
    assert shrunk_deaths(both.name) == f"{STORY}:150"
