"""Until the bug is caught or the time is up: scenarios in peace, days of chance, deaths where bugs live."""

import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from itertools import count, islice
from random import Random
from typing import Any

from tests.mutants.applied import put_in
from tests.mutants.bugs import BUGS

CAUGHT, MISSED = 0, 1


def main(name: str, seconds: float) -> int:
    """0 when the bug is caught; what caught it is said."""
    put_in(next(bug for bug in BUGS if bug.name == name))
    from tests.sim import runs, scenarios  # noqa: PLC0415 - the product is imported with its bug, not before

    runs.prepare()
    until = time.monotonic() + seconds
    for play in _plays(runs.at_point, runs.by_chance, list(scenarios.SCENARIOS)):
        verdict = play()
        if verdict.wrong:
            said = verdict.wrong.strip().splitlines()[-1]
            sys.stdout.write(f"{verdict.name}: {said}\n")
            return CAUGHT
        if time.monotonic() > until:
            break
    return MISSED


def _plays(
    at_point: Callable[..., Any], by_chance: Callable[[int], Any], names: list[str]
) -> Iterator[Callable[[], Any]]:
    worlds: list[tuple[str, int]] = []

    def in_peace(name: str) -> Any:  # noqa: ANN401 - a verdict, of a module that is not imported yet
        verdict = at_point(name)
        worlds.extend((name, number) for number in verdict.distinct)
        return verdict

    yield from (partial(in_peace, name) for name in names)
    seeds = (partial(by_chance, seed) for seed in count(500_000))
    deaths = (partial(at_point, name, number) for name, number in _mixed(worlds))
    while True:
        yield from islice(seeds, 4)
        yield from islice(deaths, 25)


def _mixed(worlds: list[tuple[str, int]]) -> Iterator[tuple[str, int]]:
    """Each death that differs, of all scenarios, in a mixed order."""
    Random(1).shuffle(worlds)
    yield from worlds


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], float(sys.argv[2])))
