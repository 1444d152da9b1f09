"""`make sim`: a death at every point of every scenario, some pairs of deaths, then days of chance.

Between two points nothing outside of the process may have changed: its disk, the time, anybody else. Then
both deaths are one, and it is died once (`test_sim.py` compares such deaths to the last row).

`make sim POINT=name:number` (or `name:number+number`) and `make sim SEED=number` play one run again. Of a day
`ACTS=12` plays the first twelve acts, `ACTS=0,3,7-9` these: a day that fails is told with those it needs.
"""

import argparse
import os
import sys
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Executor, ProcessPoolExecutor, wait
from dataclasses import dataclass
from itertools import count, islice
from multiprocessing import get_context
from random import Random
from typing import Any

from tests.sim.cast import SCENARIOS
from tests.sim.report import Report, say, tell_one
from tests.sim.runs import ACTS_A_DAY, at_point, by_chance, pairs, prepare
from tests.sim.shrink import Acts
from tests.sim.verdict import Verdict

CHUNK = 10
"""Points that one worker plays before it tells."""
A_POINT = 4
"""Second deaths after one first."""
DAYS_A_TURN = 1_000
"""Seeds between the first days of two turns: with each turn other days, so that they add up to more."""
DAYS_AHEAD = 3
"""Days of chance that are handed out at a time: one is long, another short, and no worker shall wait."""


@dataclass(frozen=True)
class Share:
    """Each so many-th of the deaths that differ; with each turn the others, so that they add up to all."""

    every: int
    turn: int

    def of(self, peaceful: Verdict) -> Iterator[tuple[int, int]]:
        """Of a scenario: the point to die at, and how many points it stands for."""
        if not peaceful.distinct:  # broken before its first point, and told
            return
        ends = [*peaceful.distinct[1:], peaceful.points + 1]
        worlds = list(zip(peaceful.distinct, ends, strict=True))
        for begin, end in worlds[self.turn % self.every :: self.every]:
            yield begin, end - begin


def main() -> int:
    """0 when every promise held in every run."""
    asked = _arguments()
    prepare()
    if asked.point:
        name, _, numbers = asked.point.partition(":")
        return tell_one(at_point(name, *(int(number) for number in numbers.split("+") if number)))
    if asked.seed is not None:
        return tell_one(by_chance(asked.seed, acts=asked.acts))
    report = Report()
    with ProcessPoolExecutor(asked.jobs, mp_context=get_context("fork"), initializer=prepare) as pool:
        if asked.every > 0:
            peaceful = list(report.hear("peace", _played(pool, [(name,) for name in SCENARIOS])))
            report.hear_all("points", _points_of(pool, peaceful, Share(asked.every, asked.turn)))
            report.hear_all("pairs", _pairs(pool, peaceful, asked.pairs))
        if asked.crashes > 0:
            first = first_seed(asked.turn) if asked.first_seed is None else asked.first_seed
            say(f"days of chance from seed {first} on")
            report.hear_all("chance", _days(pool, asked.crashes, first))
    return report.end()


def first_seed(turn: int) -> int:
    """The first day of chance of a turn."""
    return 1 + turn * DAYS_A_TURN


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.sim", description=__doc__)
    parser.add_argument("--point", help="one scenario, and the point at which its process dies (0: none)")
    parser.add_argument("--seed", type=int, help="one day of chance")
    parser.add_argument("--acts", type=Acts.read, default=ACTS_A_DAY, help="of that day: 12, or 0,3,7-9")
    parser.add_argument("--every", type=int, default=1, help="die a share of the deaths (0: no scenarios)")
    parser.add_argument("--turn", type=int, default=0, help="which share, and which days of chance")
    parser.add_argument("--pairs", type=int, default=2_000, help="deaths after a death to die")
    parser.add_argument("--crashes", type=int, default=25_000, help="deaths of days of chance to reach")
    parser.add_argument("--first-seed", type=int, help="of days of chance; the turn's own if not given")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    return parser.parse_args()


def _points(some: list[tuple[Any, ...]]) -> list[Verdict]:
    return [at_point(*one) for one in some]


def _twice(some: list[tuple[Any, ...]]) -> list[Verdict]:
    return [verdict for name, point in some for verdict in pairs(name, point, A_POINT)]


def _played(pool: Executor, runs: list[tuple[Any, ...]]) -> Iterator[Verdict]:
    for some in pool.map(_points, _chunks(runs)):
        yield from some


def _points_of(pool: Executor, peaceful: list[Verdict], share: Share) -> Iterator[Verdict]:
    """A death in each world that a point of a scenario makes, or in a share of these worlds."""
    chosen = [(one.scenario, *world) for one in peaceful for world in share.of(one)]
    points, some = sum(one.points for one in peaceful), sum(same for *_, same in chosen)
    say(f"{len(SCENARIOS)} scenarios, {points:,} points")
    say(f"{len(chosen):,} different deaths to die: they are those of {some:,} points")
    return _played(pool, [(scenario, number) for scenario, number, _ in chosen])


def _pairs(pool: Executor, peaceful: list[Verdict], some: int) -> Iterator[Verdict]:
    """Deaths in the life that follows a death, spread over all scenarios and points."""
    worlds = [(one.scenario, number) for one in peaceful for number in one.distinct]
    chosen = Random(some).sample(worlds, min(some // A_POINT, len(worlds)))
    for verdicts in pool.map(_twice, _chunks(chosen)):
        yield from verdicts


def _days(pool: Executor, crashes: int, first: int) -> Iterator[Verdict]:
    """Days of chance until so many deaths were died."""
    died = 0
    seeds = count(first)
    lived = {pool.submit(by_chance, seed) for seed in islice(seeds, DAYS_AHEAD)}
    while lived:
        done, lived = wait(lived, return_when=FIRST_COMPLETED)
        for day in [one.result() for one in done]:
            died += day.deaths
            if died < crashes:
                lived.add(pool.submit(by_chance, next(seeds)))
            yield day


def _chunks(runs: list[tuple[Any, ...]]) -> Iterator[list[tuple[Any, ...]]]:
    remaining = iter(runs)
    while some := list(islice(remaining, CHUNK)):
        yield some


if __name__ == "__main__":
    sys.exit(main())
