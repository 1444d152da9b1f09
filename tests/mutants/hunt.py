"""Until the bug is caught or the hunt is over: scenarios in peace, days of chance, deaths of all scenarios.

A hunt is so many runs, the same on every machine: what it catches does not depend on how fast it is. Without
a bug it is the control: whatever it accuses then is a fault of the product or of the judge.
"""

import sys
from collections.abc import Callable, Iterator
from functools import partial
from itertools import count, islice
from random import Random
from typing import Any

from tests.mutants.applied import put_in
from tests.mutants.bugs import BUGS

CAUGHT, MISSED = 10, 11
"""Exit codes; any other is a hunt that did not come to its end."""
ROUNDS = 20
"""Of a few days of chance and some deaths each."""
DAYS, DEATHS = 4, 25
CONTROL = "no bug at all"


def main(name: str, rounds: int) -> int:
    """Whether the bug is caught; what caught it is said."""
    if name != CONTROL:
        put_in(next(bug for bug in BUGS if bug.name == name))
    from tests.sim import cast, runs  # noqa: PLC0415 - the product is imported with its bug, not before

    runs.prepare()
    for play in _plays(runs.at_point, runs.by_chance, list(cast.SCENARIOS), rounds):
        verdict = play()
        if verdict.wrong:
            said = verdict.wrong.strip().splitlines()[-1]
            sys.stdout.write(f"{verdict.name}: {said}\n")
            return CAUGHT
    return MISSED


def _plays(
    at_point: Callable[..., Any], by_chance: Callable[[int], Any], names: list[str], rounds: int
) -> Iterator[Callable[[], Any]]:
    worlds: list[tuple[str, int]] = []

    def in_peace(name: str) -> Any:  # noqa: ANN401 - a verdict, of a module that is not imported yet
        verdict = at_point(name)
        worlds.extend((name, number) for number in verdict.distinct)
        return verdict

    yield from (partial(in_peace, name) for name in names)
    seeds = (partial(by_chance, seed) for seed in count(500_000))
    deaths = (partial(at_point, name, number) for name, number in _mixed(worlds))
    for _ in range(rounds):
        yield from islice(seeds, DAYS)
        yield from islice(deaths, DEATHS)


def _mixed(worlds: list[tuple[str, int]]) -> Iterator[tuple[str, int]]:
    """Each death that differs, of all scenarios, in a mixed order."""
    Random(1).shuffle(worlds)
    yield from worlds


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2])))
