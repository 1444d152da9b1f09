"""`relais faq gaps` and `coverage`: what the base lacks, and how much of what is asked it answers."""

from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from itertools import islice

import click

from composition.faq_commands import Reach
from composition.faq_numbers import Whole
from composition.library import weigh
from core.gaps import MOST_QUESTIONS, WEEKS, Gap, grouped, still_open, with_replies
from core.store import questions
from core.store.coverage import Coverage, coverage
from faq.counting import counted
from faq.match import KnowledgeBase

SHOWN = 20
EXAMPLES = 4


@click.command()
@click.option("--weeks", default=WEEKS, show_default=True, type=Whole(1, 26), help="How far back to look.")
@click.pass_obj
def gaps(reach: Reach, *, weeks: int) -> None:
    """Questions that no article settled, most customers first, with what an agent answered."""
    base = reach()
    since = base.now() - timedelta(weeks=weeks)
    asked = base.read(partial(questions.unsettled, since=since, limit=MOST_QUESTIONS))
    gaps_now = still_open(
        grouped(asked, weigh), KnowledgeBase(base.active(), answer_from=base.answer_from).find
    )
    found = base.read(partial(with_replies, gaps=list(islice(gaps_now, SHOWN))))
    for told in _gaps(found, weeks):
        click.echo(told)


def _gaps(found: list[Gap], weeks: int) -> Iterator[str]:
    if not found:
        latest = "week" if weeks == 1 else counted(weeks, "week")
        yield f"No question was left without an answer in the last {latest}."
    for gap in found:
        yield f"{counted(gap.customers, 'customer')}: {gap.question}"
        yield from (f"    {' '.join(text.split())}" for text in gap.phrasings[:EXAMPLES])
        if gap.reply:
            yield f"    an agent answered: {' '.join(gap.reply.split())}"


@click.command("coverage")
@click.pass_obj
def covered(reach: Reach) -> None:
    """The share of the requests of the last 90 days that an article answered, by motive (R126)."""
    base = reach()
    for told in _covered(base.read(partial(coverage, since=base.now() - questions.RECORD_OF))):
        click.echo(told)


def _covered(rows: list[Coverage]) -> Iterator[str]:
    requests, answered = sum(row.requests for row in rows), sum(row.answered for row in rows)
    if not requests:
        yield "Nobody asked anything in the last 90 days."
        return
    yield f"Requests of the last 90 days in which something was asked: {requests}."
    yield f"An article answered {answered} of them ({_share(answered, requests)})."
    for row in rows:
        share = _share(row.answered, row.requests)
        yield f"    {row.motive or 'no motive':<12} {row.answered:>6} of {row.requests:<6} {share}"


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.0f} %"
