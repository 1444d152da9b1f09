"""`python -m tests.faq.fuzz --messages N`: strange messages by the thousand; exit code 1 when one fails."""

import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import click

from core.domain.knowledge import Finding
from faq.files import SHIPPED, read_articles
from faq.match import KnowledgeBase
from faq.words import detect_language
from tests.faq.strange import strange

LANGUAGES = ("fr", "en", "", "de")
SLOW = 0.1
"""Seconds of processor above which a message is told; on an idle core none takes as long."""
EVERY = 1_000


@dataclass
class Campaign:
    """What was played so far."""

    seed: int
    played: int = 0
    seconds: float = 0.0
    slowest: float = 0.0
    slowest_is: str = ""
    slow: int = 0
    broken: list[str] = field(default_factory=list)

    def take(self, number: int, seconds: float, kind: str, fault: str) -> None:
        """Count one message."""
        self.played += 1
        self.seconds += seconds
        self.slow += seconds > SLOW
        if seconds > self.slowest:
            self.slowest, self.slowest_is = seconds, f"{kind}, --seed {self.seed} --only {number}"
        if fault:
            self.broken.append(f"{kind}, --seed {self.seed} --only {number}: {fault}")

    @property
    def figures(self) -> str:
        """One line of it all."""
        mean = self.seconds / max(1, self.played)
        return (
            f"{self.played:,} messages, {mean * 1000:.2f} ms each, slowest {self.slowest * 1000:.1f} ms"
            f" ({self.slowest_is}), {self.slow} above {SLOW * 1000:.0f} ms, {len(self.broken)} broken"
        )


def play(seed: int, numbers: range, *, told: Callable[[str], object] = lambda _line: None) -> Campaign:
    """Search the shipped base for each message; whatever is raised, or has a wrong form, is kept."""
    base, campaign = KnowledgeBase(read_articles(SHIPPED)), Campaign(seed)
    for number in numbers:
        text, kind = strange(number, seed)
        began = time.process_time()
        fault = _fault(base, text, LANGUAGES[number % len(LANGUAGES)])
        campaign.take(number, time.process_time() - began, kind, fault)
        if campaign.played % EVERY == 0:
            told(f"{campaign.played:,} of {len(numbers):,}, slowest {campaign.slowest * 1000:.1f} ms")
    return campaign


def _fault(base: KnowledgeBase, text: str, language: str) -> str:
    """What is wrong with what comes of a message; empty when nothing is."""
    try:
        finding = base.find(text, language)
        spoken = detect_language(text)
    except Exception as error:  # noqa: BLE001 - a campaign tells of every one
        return repr(error)
    wrong = [*_wrong_forms(finding), *(["language"] if spoken not in {"fr", "en", None} else [])]
    return ", ".join(wrong)


def _wrong_forms(finding: Finding) -> Iterator[str]:
    values = [score for _, score in finding.scores]
    if finding.answer is not None and finding.suggestions:
        yield "an answer beside suggestions"
    if finding.also is not None and finding.answer is None:
        yield "a second answer without a first"
    if max(len(finding.suggestions), len(values)) > 3:
        yield "more than three"
    if values != sorted(values, reverse=True) or not all(0.0 <= value <= 1.0 for value in values):
        yield "scores that are no confidences, or in no order"


@click.command()
@click.option("--messages", default=100_000, show_default=True, help="How many are played.")
@click.option("--seed", default=1, show_default=True, help="Of which all of them are made.")
@click.option("--only", type=int, default=None, help="Play the message of that number again.")
def main(messages: int, seed: int, only: int | None) -> None:
    """Search the shipped base for strange messages; nothing may be raised, and none may take long."""
    numbers = range(messages) if only is None else range(only, only + 1)
    campaign = play(seed, numbers, told=lambda line: click.echo(f"\r{line}", nl=False, err=True))
    click.echo("", err=True)
    for line in campaign.broken[:50]:
        click.echo(f"BROKEN  {line}")
    click.echo(campaign.figures)
    sys.exit(1 if campaign.broken else 0)


if __name__ == "__main__":
    main()
