"""`relais faq test` and `why`: what a base does with words, of a folder or of the database."""

import sys
from pathlib import Path
from typing import NoReturn

import click

from composition.explained import found_in_own_words
from composition.faq_commands import Reach
from composition.faq_first import NO_RULES, told_first
from composition.faq_told import progress
from composition.faq_told import why as told_why
from core.clock import WallClock
from core.domain.knowledge import Article
from faq import serve_eval
from faq.counting import counted
from faq.files import ArticleFaults, read_articles
from faq.match import KnowledgeBase
from faq.trial import Collision, misfits

OF_FILES = click.argument("path", metavar="[PATH]", required=False, type=click.Path(path_type=Path))


@click.command()
@OF_FILES
@click.pass_obj
def test(reach: Reach, path: Path | None) -> None:
    """Whether every phrasing finds its article first, and no counter-example is answered by its own.

    Of the files of PATH, which needs no database, or of the running base. Exit code 1 when one is not so.
    """
    articles, answer_from = in_force(reach, path)
    base = KnowledgeBase(articles, answer_from=answer_from)
    found: list[Collision] = []
    with progress("Trying every phrasing", len(articles)) as seen:
        for article in articles:
            found += misfits(base, article)
            seen(article)
    for misfit in found:
        click.echo(misfit.sentence)
    tried = f"{counted(len(articles), 'article')}, {counted(_texts(articles), 'text')}"
    end(bool(found), f"{tried}: {len(found) or 'none'} astray.")


@click.command()
@click.argument("text")
@click.option("--language", type=click.Choice(["fr", "en"]), default="fr", show_default=True)
@click.option("--path", type=click.Path(path_type=Path), help="Files to ask instead of the database.")
@click.pass_obj
def why(reach: Reach, text: str, language: str, path: Path | None) -> None:
    """What the bot would do with TEXT today, and everything that decided it."""
    base = answering(reach, path)
    finding = found_in_own_words(text, language, base)
    first = told_first(text, language, finding, WallClock().now(), NO_RULES if path else reach().rules)
    if first:
        click.echo(f"{first} By itself:" if finding.scores else first)
    if finding.scores or not first:
        questions = {article.id: article.question for article in base.articles}
        for line in told_why(text, finding, questions):
            click.echo(line)


def answering(reach: Reach, path: Path | None) -> KnowledgeBase:
    """The files as a base, or the base that answers today, with its own confidence."""
    articles, answer_from = in_force(reach, path)
    if path is None:
        today = reach().today()
        articles = [article for article in articles if article.is_valid_on(today)]
    return KnowledgeBase(articles, answer_from=answer_from)


def in_force(reach: Reach, path: Path | None) -> tuple[list[Article], float | None]:
    """The articles of the files, or those switched on and the confidence they answer from."""
    if path is None:
        base = reach()
        return base.active(), base.answer_from
    try:
        return read_articles(path), None
    except ArticleFaults as error:
        raise click.ClickException("\n".join(error.faults)) from error


def end(is_wrong: bool, summary: str) -> NoReturn:
    """What was read and found, for people; the exit code for a team's own checks."""
    click.echo(summary, err=True)
    sys.exit(1 if is_wrong else 0)


def _texts(articles: list[Article]) -> int:
    return sum(1 + len(a.phrasings) + len(a.learnt) + len(a.counter_examples) for a in articles)


@click.command("serve-eval")
@click.argument("base", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--weights", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Other learned weights."
)
def serve_evaluation(base: Path, weights: Path | None) -> None:
    """Answer an evaluation: BASE is JSON lines; a message a line in, a verdict a line out."""
    try:
        serve_eval.run(base, weights)
    except ArticleFaults as error:
        raise click.ClickException("\n".join(error.faults)) from error
