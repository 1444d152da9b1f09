"""What all runs came to: told as they go, and in tables at the end."""

import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import get_args

from core.domain import events
from tests.sim.chance import ACTS
from tests.sim.fate import BOUNDARIES, FAULTS, PLATFORMS
from tests.sim.shrink import shrunk_day, shrunk_deaths
from tests.sim.verdict import Verdict

TOLD = 10
"""Failures told before the rest is only counted."""
EVERY = 30.0
"""Seconds between two lines of progress."""
ELSEWHERE = [
    *(f"store: full at {statement}" for statement in BOUNDARIES),
    "service: nobody waits for the answer",
    "service: overtaken on the way",
]
MANY = 25_000
"""Deaths of days of chance in which everything that can happen must have happened."""


def say(line: str = "") -> None:
    """One line, at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def tell_one(verdict: Verdict) -> int:
    """One run, played again; 1 when a promise was broken."""
    say(f"{verdict.name}: {', '.join(verdict.told) or 'as told'}")
    say(f"died at: {', '.join(verdict.died) or 'no point'}")
    say(f"met: {', '.join(verdict.faults) or 'no fault'}")
    say(f"BROKEN: {verdict.wrong}" if verdict.wrong else "every promise held")
    return 1 if verdict.wrong else 0


def _again(part: str, one: Verdict) -> str:
    """What plays a failure again, with the least that fails."""
    if part != "chance":
        return f"POINT={shrunk_deaths(one.name)}"
    seed = one.name.removeprefix("seed ")
    say(f"{one.name} is broken, and is shrunk")
    return f"SEED={seed} ACTS={shrunk_day(int(seed), say)}"


class Report:
    """Counts what is heard of runs."""

    def __init__(self) -> None:
        self.wrong = 0
        self.runs: Counter[str] = Counter()
        self.deaths: Counter[str] = Counter()
        self.tables: dict[str, Counter[str]] = {
            "what people did": Counter(),
            "acts of days of chance": Counter(),
            "faults met": Counter(),
            "points passed": Counter(),
            "died at": Counter(),
            "events heard in scenarios": Counter(),
        }
        self._began = self._told = time.monotonic()

    def hear_all(self, part: str, verdicts: Iterable[Verdict]) -> None:
        """To the last of them."""
        for _ in self.hear(part, verdicts):
            pass

    def hear(self, part: str, verdicts: Iterable[Verdict]) -> Iterator[Verdict]:
        """Count them; what is wrong is told as soon as it is known, with the command that plays it again."""
        for one in verdicts:
            self.runs[part] += 1
            self.deaths[part] += one.deaths
            died = Counter(point.partition(" ")[2] for point in one.died)
            heard = one.acts, Counter(one.told), one.faults, one.kinds, died, one.heard
            for table, more in zip(self.tables.values(), heard, strict=True):
                table.update(more)
            if one.wrong:
                self._complain(part, one)
            if time.monotonic() - self._told > EVERY:
                self._told = time.monotonic()
                say(f"  {part}: {self.deaths[part]:,} deaths, {self.wrong} broken promises")
            yield one

    def _complain(self, part: str, one: Verdict) -> None:
        self.wrong += 1
        if self.wrong > TOLD:
            return
        say(f"BROKEN  make sim {_again(part, one)}")
        say("  " + one.wrong.strip().replace("\n", "\n  ")[-1500:])

    def end(self) -> int:
        """The tables; 1 when a promise was broken, or when something never happened."""
        for title, table in self.tables.items():
            if table:
                say(f"\n{title}")
                for name, times in sorted(table.items()):
                    say(f"  {times:>9,} {name}")
        say()
        for part, runs in self.runs.items():
            say(f"{part}: {runs:,} runs, {self.deaths[part]:,} deaths")
        never = self._never() if self.deaths["chance"] >= MANY else []
        never += self._never_heard() if self.runs["peace"] else []
        if never:
            say(f"never happened: {', '.join(never)}")
        say(f"{self.wrong} broken promises in {time.monotonic() - self._began:.0f} s")
        return 1 if self.wrong or never else 0

    def _never(self) -> list[str]:
        """What was to happen in days of chance and did not."""
        tables = self.tables
        calls = [f"{kind} {platform}" for kind in ("call", "answer") for platform in PLATFORMS]
        expected = {
            "acts of days of chance": ACTS,
            "faults met": [f"{platform}: {fault.name}" for platform in PLATFORMS for fault in FAULTS]
            + ELSEWHERE,
            "died at": ["step", "statement", "commit", "committed", *calls],
        }
        return [
            f"{name} ({title})"
            for title, names in expected.items()
            for name in names
            if not tables[title][name]
        ]

    def _never_heard(self) -> list[str]:
        """Events and timers that occur in no scenario."""
        heard = self.tables["events heard in scenarios"]
        events_of_all = [event.__name__ for event in get_args(events.Event)]
        return [
            name
            for name in (*events_of_all, *(f"timer {kind}" for kind in events.TimerKind))
            if not heard[name]
        ]
