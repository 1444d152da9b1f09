"""What the bench prints: a line for every figure, beside its goal, and whether the goal is met."""

from dataclasses import dataclass
from statistics import median

import click


@dataclass(frozen=True)
class Goal:
    """One figure and what it should be. `least`: the figure must reach it; else it must stay under it."""

    what: str
    figure: float
    goal: float
    unit: str = ""
    least: bool = False

    @property
    def is_met(self) -> bool:
        """Whether it is as it should be."""
        return self.figure >= self.goal if self.least else self.figure < self.goal


def judged(goal: Goal) -> Goal:
    """Print it."""
    bound = "at least" if goal.least else "under"
    verdict = "goal met" if goal.is_met else "goal not met"
    places = 2 if goal.least else 1
    click.echo(
        f"  {goal.what}: {goal.figure:.{places}f}{goal.unit} ({bound} {goal.goal:g}{goal.unit}): {verdict}"
    )
    return goal


def spread(values: list[float], places: int = 0) -> str:
    """The median, and how far the rounds lie apart: "410 (380-455)"."""
    return f"{median(values):,.{places}f} ({min(values):,.{places}f}-{max(values):,.{places}f})"


def told(text: str) -> None:
    """A line without a goal."""
    click.echo(text)
