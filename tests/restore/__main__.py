"""`python -m tests.restore --cycles N`: as many losses as one likes; exit code 1 when anything is wrong."""

import sys
from collections import Counter

import click

from tests.restore.cycle import cycle
from tests.sim.runs import quiet


@click.command()
@click.option("--cycles", default=100, show_default=True, help="How often the machine is lost.")
@click.option("--seed", type=int, default=None, help="Play one cycle again.")
@click.option("--first", default=1, show_default=True, help="The first seed.")
def main(cycles: int, seed: int | None, first: int) -> None:
    """Back up under load, lose the machine, restore, catch up, and compare with what the platforms hold."""
    quiet()
    figures: Counter[str] = Counter()
    wrong = 0
    for number in range(first, first + cycles) if seed is None else (seed,):
        verdict = cycle(number)
        figures.update(verdict.figures)
        wrong += bool(verdict.wrong)
        if verdict.wrong:
            click.echo(f"BROKEN  python -m tests.restore --seed {number}")
        for line in verdict.wrong:
            click.echo(f"  {line}")
    for name, count in sorted(figures.items()):
        click.echo(f"{count:>9,} {name}")
    click.echo(f"{cycles if seed is None else 1} cycles, {wrong} broken")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
