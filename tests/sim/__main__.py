"""`make sim`: a death at every single point of every scenario, then days of chance, no promise broken.

`make sim POINT=name:number` and `make sim SEED=number` play one run again.
"""

import argparse
import os
import sys
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from itertools import islice
from multiprocessing import get_context

from tests.sim.report import Report, say, tell_one
from tests.sim.runs import Verdict, at_point, by_chance, prepare
from tests.sim.scenarios import SCENARIOS

CHUNK = 40
"""Points that one worker plays before it tells."""
DAYS = 10
"""Days that one worker lives before it tells."""


def main() -> int:
    """0 when every promise held in every run."""
    asked = _arguments()
    prepare()
    if asked.point:
        name, _, number = asked.point.partition(":")
        return tell_one(at_point(name, int(number or 0)))
    if asked.seed is not None:
        return tell_one(by_chance(asked.seed))
    report = Report()
    with ProcessPoolExecutor(asked.jobs, mp_context=get_context("fork"), initializer=prepare) as pool:
        if asked.every > 0:
            report.hear("points", _every_point(pool, asked.every))
        if asked.crashes > 0:
            report.hear("chance", _days(pool, asked.crashes, asked.first_seed))
    return report.end()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.sim", description=__doc__)
    parser.add_argument("--point", help="one scenario, and the point at which its process dies (0: none)")
    parser.add_argument("--seed", type=int, help="one day of chance")
    parser.add_argument("--every", type=int, default=1, help="die at each so many-th point (0: no scenarios)")
    parser.add_argument("--crashes", type=int, default=25_000, help="deaths of days of chance to reach")
    parser.add_argument("--first-seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    return parser.parse_args()


def _points(some: list[tuple[str, int]]) -> list[Verdict]:
    return [at_point(name, number) for name, number in some]


def _seeds(some: list[int]) -> list[Verdict]:
    return [by_chance(seed) for seed in some]


def _every_point(pool: Executor, every: int) -> Iterator[Verdict]:
    """Each scenario once in peace, to learn its points; then a death at each of them."""
    peaceful = [one for some in pool.map(_points, [[(name, 0)] for name in SCENARIOS]) for one in some]
    yield from peaceful
    points = [
        (one.name.partition(":")[0], number) for one in peaceful for number in range(1, one.points + 1, every)
    ]
    say(f"{len(SCENARIOS)} scenarios, {len(points):,} points to die at")
    for some in pool.map(_points, list(_chunks(points))):
        yield from some


def _days(pool: Executor, crashes: int, first: int) -> Iterator[Verdict]:
    """Days of chance until so many deaths were died."""
    died = 0
    while died < crashes:
        after = first + 20 * DAYS
        for some in pool.map(_seeds, [list(range(at, at + DAYS)) for at in range(first, after, DAYS)]):
            died += sum(one.deaths for one in some)
            yield from some
        first = after


def _chunks(points: list[tuple[str, int]]) -> Iterator[list[tuple[str, int]]]:
    remaining = iter(points)
    while some := list(islice(remaining, CHUNK)):
        yield some


if __name__ == "__main__":
    sys.exit(main())
