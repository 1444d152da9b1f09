"""(a) and (b): how many messages a second are heard, decided and kept, beside the floor in the same run."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from statistics import median

from tests.bench.children import Child, floor, ours
from tests.bench.forms import details
from tests.bench.generator import Load, closed_loop
from tests.bench.questions import questions
from tests.bench.report import Goal, judged, spread, told

ROUNDS = 7
WITH_TEAM = 200
"""Customers of (a): the team has their requests, an agent every second of them."""
WARMING = 300


@dataclass
class Side:
    """One of the two servers, and what its rounds came to."""

    child: Child
    requests: Iterator[bytes]
    count: int
    """Requests of a round."""
    rates: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    """Microseconds of processor for each request."""
    loads: list[Load] = field(default_factory=list)

    def warm(self) -> None:
        """What is only done once, is done before it counts."""
        closed_loop(self.child.port, islice(self.requests, WARMING))

    def play(self) -> None:
        """One round."""
        requests = list(islice(self.requests, self.count))
        before = self.child.cpu()
        load = closed_loop(self.child.port, requests)
        self.cpu.append((self.child.cpu() - before) / len(requests))
        self.rates.append(load.rate)
        self.loads.append(load)


def with_team(folder: Path, count: int = 1500, rounds: int = ROUNDS) -> Goal:
    """(a) A signed WhatsApp text in a conversation already with the team."""
    told("(a) a signed WhatsApp text in a conversation with the team: decided, committed, answered 200")
    with ours(folder / "a.db", with_team=WITH_TEAM) as child:
        return _beside_floor(folder, child, lambda: details(WITH_TEAM), 0.40, count, rounds)


def with_bot(folder: Path, count: int = 600, rounds: int = ROUNDS) -> Goal:
    """(b) The same while the bot searches, and answers, at once."""
    told("(b) the same while the bot searches a base of 1,000 rows and answers; each third from a stranger")
    with ours(folder / "b.db", burst=0) as child:
        return _beside_floor(folder, child, questions, 0.25, count, rounds)


def _beside_floor(
    folder: Path,
    child: Child,
    requests: Callable[[], Iterator[bytes]],
    goal: float,
    count: int,
    rounds: int,
) -> Goal:
    with floor(folder) as beside:
        us = Side(child, requests(), count)
        least = Side(beside, details(WITH_TEAM), count * 6)
        for side in (us, least):
            side.warm()
        for _ in range(rounds):
            for side in random.sample((us, least), 2):
                side.play()
    (folder / "floor.db").unlink()
    _show("floor", least)
    _show("ours", us)
    by_cpu = median(least.cpu) / median(us.cpu)
    told(f"  by processor time alone, whatever else this machine does: {by_cpu:.2f} of the floor")
    return judged(Goal("of the floor", median(us.rates) / median(least.rates), goal, least=True))


def _show(name: str, side: Side) -> None:
    waits = median([load.wait(0.99) for load in side.loads])
    told(
        f"  {name:5} {spread(side.rates)} a second; processor {spread(side.cpu)} µs each;"
        f" p99 {waits:.0f} ms at 32 connections"
    )
