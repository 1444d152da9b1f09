"""The list of bugs keeps up with the product: each can be put in, and what has it still compiles."""

import pytest

from tests.mutants.applied import with_bug
from tests.mutants.bugs import BUGS, Bug
from tests.sim.judge import OF_PEOPLE, OF_THE_WORLD

LEAST = 60
WITHOUT_A_BUG = {"the_file_is_whole"}
"""Nothing that we write breaks the file, the database refuses it: a fault of its own is looked for."""
SEEN_BY_THE_RUN = {"it never settles", "the story itself"}
"""Of bugs that the judge need not name: the world never comes to rest, or a story misses what it tells of."""


def test_there_are_many_and_each_has_its_name() -> None:
    assert len(BUGS) >= LEAST
    assert len({bug.name for bug in BUGS}) == len(BUGS)


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.name)
def test_a_bug_can_be_put_in(bug: Bug) -> None:
    compile(with_bug(bug), bug.module, "exec")


def test_every_check_of_the_judge_has_a_bug_that_it_catches() -> None:
    checks = {check.__name__ for check in OF_THE_WORLD} | {check.__name__ for check in OF_PEOPLE}
    named = {bug.caught_by for bug in BUGS}
    assert checks - named == WITHOUT_A_BUG
    assert named - checks == SEEN_BY_THE_RUN
