"""`relais faq eval`: what a base does with messages whose answers are known, and from when to answer."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import click

from composition.faq_checks import OF_FILES, answering
from composition.faq_commands import Reach
from composition.faq_numbers import Share
from composition.faq_told import progress
from faq.advice import ENOUGH, WANTED, Advice, advise
from faq.asked import Asked, read_asked
from faq.counting import counted
from faq.entries import ArticleFaults
from faq.evaluation import LEAST_SURE, Confusion, Tally, Verdict, confusions, judge, lacking, tally
from faq.intervals import interval, lower_bound
from faq.match import KnowledgeBase
from faq.picture import picture
from faq.ranking import shipped

SHOWN: Final = 10
SWEPT: Final = tuple(n / 100 for n in range(50, 100, 5))


@click.command("eval")
@click.argument("messages", metavar="FILE", type=click.Path(path_type=Path))
@OF_FILES
@click.option(
    "--precision",
    default=WANTED,
    show_default=True,
    type=Share(LEAST_SURE),
    help="The share of the answers that must be right.",
)
@click.option(
    "--language",
    type=click.Choice(["fr", "en"]),
    default="fr",
    show_default=True,
    help="Of messages that tell none.",
)
@click.option(
    "--picture",
    "drawn",
    metavar="FILE.svg",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Draw precision against coverage into this file.",
)
@click.pass_obj
def evaluate(
    reach: Reach, messages: Path, path: Path | None, *, precision: float, language: str, drawn: Path | None
) -> None:
    """How well messages find their articles, and the confidence from which to answer them.

    FILE: JSON lines or a table with `text` and `expected`. The base: the files of PATH, which needs no
    database, or the one that answers today.
    """
    base = answering(reach, path)
    verdicts = _judged(base, _asked(messages, base, language))
    advice = advise(verdicts, shipped().answer_from, precision)
    for line in _told(verdicts, base.learned.answer_from, advice, precision):
        click.echo(line)
    if drawn is not None:
        answer_from = base.learned.answer_from
        click.echo(_draw(drawn, verdicts, {answer_from, *filter(None, [advice.answer_from])}))


def _draw(path: Path, verdicts: list[Verdict], marked: set[float]) -> str:
    """Writes the picture; says where it is."""
    document = picture(verdicts, marked)
    if not document:
        return "Nothing is answered at any confidence: there is nothing to draw."
    try:
        path.write_text(document, "utf-8")
    except OSError as error:
        raise click.ClickException(f"{path} cannot be written: {error.strerror}.") from error
    return f"Precision against coverage is drawn in {path}."


def _asked(messages: Path, base: KnowledgeBase, language: str) -> list[Asked]:
    try:
        return read_asked(messages, {article.id for article in base.articles}, language)
    except ArticleFaults as error:
        raise click.ClickException("\n".join(error.faults)) from error


def _judged(base: KnowledgeBase, asked: Sequence[Asked]) -> list[Verdict]:
    found = []
    with progress("Asking every message", len(asked)) as seen:
        for one in asked:
            found.append(judge(base, one))
            seen(one)
    return found


def _told(verdicts: list[Verdict], answer_from: float, advice: Advice, wanted: float) -> Iterator[str]:
    yield from _found(verdicts)
    yield from _answered(verdicts, answer_from)
    yield from _confused(confusions(verdicts, answer_from))
    if words := lacking(verdicts, answer_from):
        yield "Words that the base lacks, in messages that it should have answered:"
        yield "  " + ", ".join(f"« {word} » ({count})" for word, count in words[:SHOWN])
    yield from _swept(verdicts, {answer_from, *filter(None, [advice.answer_from])})
    yield from _advised(verdicts, answer_from, advice, wanted)


def _found(verdicts: list[Verdict]) -> Iterator[str]:
    told = [verdict for verdict in verdicts if verdict.asked.expected]
    messages = counted(len(verdicts), "message")
    yield f"{messages}: {len(told)} with an answer, {len(verdicts) - len(told)} without."
    for first, label in ((1, "right article first (R@1)"), (3, "among the first three (R@3)")):
        yield _row(label, sum(verdict.is_among(first) for verdict in told), len(told))


def _answered(verdicts: list[Verdict], answer_from: float) -> Iterator[str]:
    whose = "as shipped" if answer_from == shipped().answer_from else "as the rules file says"
    yield f"Answering from {_sure(answer_from)}, {whose}:"
    found = tally(verdicts, answer_from)
    without = [verdict for verdict in verdicts if not verdict.asked.expected]
    rejected = [verdict for verdict in without if not verdict.answers(answer_from)]
    yield _row("answered rightly (coverage)", found.right, found.answerable)
    yield _row("answers that are right (precision)", found.right, found.answered)
    yield _row("without an answer, and given none", len(rejected), len(without))
    if offered := sum(bool(verdict.finding.suggestions) for verdict in rejected):
        yield f"    {offered} of those {'was' if offered == 1 else 'were'} offered a choice"


def _row(label: str, part: int, whole: int) -> str:
    if not whole:
        return f"  {label:<35} none"
    low, high = interval(part, whole)
    found = f"  {label:<35} {part:>5} of {whole:<5} {_percent(part / whole)}"
    return f"{found}  ({_percent(low).strip()} to {_percent(high).strip()})"


def _confused(found: Sequence[Confusion]) -> Iterator[str]:
    if found:
        yield "Taken for another (expected → found):"
    for one in found[:SHOWN]:
        expected = " or ".join(one.expected) or "no answer"
        yield f"  {one.messages:>4}  {expected} → {one.found}   « {' '.join(one.example.split())} »"
    if len(found) > SHOWN:
        yield f"        and {counted(len(found) - SHOWN, 'other pair')}"


def _swept(verdicts: list[Verdict], marked: set[float]) -> Iterator[str]:
    yield "From        answers    right   coverage  precision   at least"
    for choice in sorted({*SWEPT, *marked}):
        found = tally(verdicts, choice)
        bound = lower_bound(found.right, found.answered)
        shares = f"{_percent(found.coverage)}    {_percent(found.precision)}    {_percent(bound)}"
        yield f"  {_sure(choice):<8}{found.answered:>9}{found.right:>9}    {shares}"


def _advised(verdicts: list[Verdict], answer_from: float, advice: Advice, wanted: float) -> Iterator[str]:
    share = f"{_percent(wanted).strip()} of right answers"
    if advice.answer_from is None or advice.own is None:
        yield f"From no confidence are these messages enough to promise {share} (four chances in five):"
        yield f"  keep {_sure(answer_from)}, write more messages, or look at the pairs above."
        return
    yield f"{share} (four chances in five): answer from {_sure(advice.answer_from)}."
    if advice.share < 1.0:
        few = f"{counted(len(verdicts), 'message')}, fewer than {ENOUGH}"
        weight = f"counting for {_percent(advice.share).strip()}, what is shipped for the rest"
        yield f"  They alone say {_sure(advice.own)}; {few}, {weight}."
    yield from _tried(advice.halves, wanted)
    if advice.answer_from == answer_from:
        yield "  That is what it answers from already."
    else:
        yield "  Write into the rules file, and start Relais anew:"
        yield "    [faq]"
        yield f"    answer_from = {_sure(advice.answer_from)}"


def _tried(halves: Tally, wanted: float) -> Iterator[str]:
    """What the choice was worth where it had not been made."""
    right = f"{halves.right} of {halves.answered} answers right ({_percent(halves.precision).strip()})"
    yield f"  Each half, from the confidence that the other half says: {right}."
    if halves.precision < wanted:
        yield "  That is less than wanted: more messages would tell better."


def _percent(share: float) -> str:
    return f"{100 * share:5.1f} %"


def _sure(confidence: float) -> str:
    """A confidence as the rules file may hold it."""
    return f"{confidence:.4f}".rstrip("0") if confidence < 1.0 else "1.0"
