"""`relais faq lint`: what to write otherwise, in articles and in the ready texts of the rules file."""

from collections.abc import Iterator
from pathlib import Path

import click

from composition.faq_base import Faulty
from composition.faq_checks import OF_FILES, end, in_force
from composition.faq_commands import Reach
from composition.faq_told import progress
from core.clock import WallClock
from core.domain.rules import Rules
from faq.counting import counted
from faq.lint import lint
from faq.macro_lint import lint_rules
from settings import SettingsFaults, load_rules, text_lines


@click.command("lint")
@OF_FILES
@click.option(
    "--rules", "rules_file", type=click.Path(path_type=Path), help="A rules file: its macros, its motives."
)
@click.pass_obj
def lint_all(reach: Reach, path: Path | None, rules_file: Path | None) -> None:
    """What to write otherwise: shape, tone, typography, length, age, words that two articles share.

    Of the files of PATH, and of the macros of a rules file: neither needs a database. Without any, of the
    running base and its own macros. Exit code 1 for any complaint.
    """
    is_alone = path is not None or rules_file is not None
    at = rules_file if is_alone else reach().rules_path
    rules = _rules_of(at) if at else None
    complaints: list[str] = []
    read: list[str] = []
    if path is not None or not is_alone:
        complaints, count = _articles(reach, path, rules)
        read.append(counted(count, "article"))
    if rules is not None and at is not None:
        complaints += _texts(rules, at)
        read.append(counted(len(rules.macros), "macro"))
    for complaint in complaints:
        click.echo(complaint)
    told = counted(len(complaints), "complaint") if complaints else "no complaints"
    end(bool(complaints), f"{', '.join(read)}: {told}.")


def _rules_of(path: Path) -> Rules:
    try:
        return load_rules(path)
    except SettingsFaults as error:
        raise Faulty(str(error)) from error


def _articles(reach: Reach, path: Path | None, rules: Rules | None) -> tuple[list[str], int]:
    """The complaints, and how many articles were read."""
    articles, answer_from = in_force(reach, path)
    today = WallClock().now().date() if path else reach().today()
    motives = {motive.key for motive in rules.motives} if rules else None
    with progress("Reading every article", len(articles)) as seen:
        return lint(articles, today, seen, motives, answer_from), len(articles)


def _texts(rules: Rules, path: Path) -> Iterator[str]:
    """Each with the line of the file; where the text is written otherwise there, that where it begins."""
    places = text_lines(path)
    for place, what, line in lint_rules(rules):
        table, key, _ = place
        lines = places[place]
        number = next((number for number, written in lines if line and line in written), lines[0][0])
        yield f"{path}:{number}: {table} {key}: {what}{f': {line}' if line else ''}"
