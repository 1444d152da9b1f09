"""`make bench`: what the house promises about speed, each figure beside its goal.

Rates are ratios to a floor in the same run, with the server on one core and the load on another: absolute
figures are this machine's, today. docs/performance.md says what is measured and holds the last figures.
"""

import platform
import sys
import tempfile
import time
from pathlib import Path

import click

from tests.bench import flood as floods
from tests.bench import matching, rates, size, whole
from tests.bench.cores import LOAD, SERVER, pin
from tests.bench.generator import NAME
from tests.bench.report import Goal, told

KNOWN = ("a", "b", "c", "d", "e", "flood", "faq")


@click.command()
@click.option(
    "--only", default=",".join(KNOWN), help="Which of a, b, c, d, e, flood, faq; d holds the acknowledgement."
)
def main(only: str) -> None:
    """Print the figures, and which goals are met."""
    wanted = {part.strip() for part in only.split(",")}
    if not wanted <= set(KNOWN):
        raise click.UsageError(f"--only takes {', '.join(KNOWN)}, with commas between")
    pin(LOAD)
    told(
        f"Python {platform.python_version()}, server on core {SERVER}, load on core {LOAD}, generator: {NAME}"
    )
    begun = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="relais-bench-") as folder:
        goals = _measured(wanted, Path(folder))
    met = sum(goal.is_met for goal in goals)
    told(f"{met} of {len(goals)} goals met, in {time.perf_counter() - begun:.0f} s")


def _measured(wanted: set[str], folder: Path) -> list[Goal]:
    goals: list[Goal] = []
    if "a" in wanted:
        goals.append(rates.with_team(folder))
    if "b" in wanted:
        goals.append(rates.with_bot(folder))
    if "c" in wanted:
        goals.append(whole.replies(folder))
    if "d" in wanted:
        goals += whole.screens(folder)
    if "e" in wanted:
        goals += [size.start(folder), size.memory(folder)]
    if "flood" in wanted:
        goals += floods.flood(folder)
    if "faq" in wanted:
        goals += matching.searches()
    return goals


if __name__ == "__main__":
    sys.exit(main())
