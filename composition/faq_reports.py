"""What operators read of the knowledge base on the command line: what it lacks, and how much it answers."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from composition.library import weigh
from core.gaps import MOST_QUESTIONS, Gap, grouped, with_replies
from core.store import questions
from core.store.coverage import Coverage, coverage
from core.store.peek import peek

SHOWN = 20
EXAMPLES = 4


async def gaps(database: Path, now: datetime, weeks: int) -> Iterator[str]:
    """The questions that no article settled in the last weeks, most customers first (B10)."""
    read = partial(questions.unsettled, since=now - timedelta(weeks=weeks), limit=MOST_QUESTIONS)
    found = grouped(await peek(database, read), weigh)[:SHOWN]
    return _gaps(await peek(database, partial(with_replies, gaps=found)), weeks)


def _gaps(found: list[Gap], weeks: int) -> Iterator[str]:
    if not found:
        yield f"No question was left without an answer in the last {weeks} weeks."
    for gap in found:
        customers = "1 customer" if gap.customers == 1 else f"{gap.customers} customers"
        yield f"{customers}: {gap.question}"
        yield from (f"    {text}" for text in gap.phrasings[:EXAMPLES])
        if gap.reply:
            yield f"    an agent answered: {' '.join(gap.reply.split())}"


async def covered(database: Path, now: datetime) -> Iterator[str]:
    """The share of requests that an article answered, over the last 90 days, by motive (R126)."""
    return _covered(await peek(database, partial(coverage, since=now - questions.RECORD_OF)))


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
