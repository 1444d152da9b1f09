"""The list of bugs keeps up with the product: each can be put in, and what has it still compiles."""

import pytest

from tests.mutants.applied import with_bug
from tests.mutants.bugs import BUGS, Bug

LEAST = 60


def test_there_are_many_and_each_has_its_name() -> None:
    assert len(BUGS) >= LEAST
    assert len({bug.name for bug in BUGS}) == len(BUGS)


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.name)
def test_a_bug_can_be_put_in(bug: Bug) -> None:
    compile(with_bug(bug), bug.module, "exec")
