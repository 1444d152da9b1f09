"""What `relais faq` prints: articles as they are typed, differences, collisions, why a search ended so."""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from difflib import unified_diff

import click

from core.domain.knowledge import Article, Explanation, Finding
from core.store.articles import Kept
from faq import toml_form
from faq.counting import counted
from faq.shape import table_of
from faq.trial import Collision

MOST_TOLD = 20
"""Collisions that are printed unasked: an evaluation file may hold thousands of messages."""
REASONS = {
    "sure": "it is sure enough of the first, and far enough from the second",
    "close": "two articles are too near one another",
    "unsure": "it is not sure enough of any",
    "countered": "a counter-example is as near",
    "opposite": "one denies what the other affirms",
    "nothing": "no word is in the base",
    "other_language": "the words are of another language",
}
_COLOURS = {"+": "green", "-": "red", "@": "cyan"}


@contextmanager
def progress(label: str, length: int) -> Iterator[Callable[[object], None]]:
    """A bar on the terminal, unless there is nothing to do; what it gives is called after each thing done."""
    with click.progressbar(length=length, label=label, file=sys.stderr, hidden=not length) as bar:

        def seen(_one: object) -> None:
            bar.update(1)

        yield seen


def as_typed(article: Article | None) -> str:
    """An article as a file holds it; nothing without one."""
    return toml_form.fields_written(table_of(article)) if article else ""


def state(kept: Kept, today: date) -> str:
    """Whether it answers today: "on", "off", "not yet", "over"."""
    if not kept.active:
        return "off"
    if kept.article.is_valid_on(today):
        return "on"
    return "over" if kept.article.valid_until and kept.article.valid_until < today else "not yet"


def difference(before: Article | None, after: Article | None) -> Iterator[str]:
    """What one version has and the other has not, a line each, in colours where there are any."""
    old, new = (as_typed(article).splitlines() for article in (before, after))
    for line in list(unified_diff(old, new, lineterm="", n=0))[2:]:
        if not line.startswith("@@"):
            yield click.style(f"    {line}", fg=_COLOURS.get(line[:1]))


def collisions_told(found: Sequence[Collision], *, every: bool) -> str:
    """What would be wrong that was not, and how to mend it; of many the first, or `every` one."""
    shown = found if every else found[:MOST_TOLD]
    lines = [f"  {each.sentence}" for each in shown]
    if more := len(found) - len(shown):
        lines.append(f"  and {counted(more, 'other')}: the same command with --every prints them all")
    return "\n".join(
        [
            "What was fine before would no longer be:",
            *lines,
            "Say them otherwise, or leave out what they share.",
        ]
    )


def why(text: str, finding: Finding, questions: dict[str, str]) -> Iterator[str]:
    """Everything that decided a search. `questions`: those of the articles, by id."""
    yield f"« {text} »: {_outcome(finding)}"
    if finding.why != Explanation():
        told = REASONS.get(finding.why.reason, finding.why.reason)
        needs = f"an answer needs {finding.why.answer_from:.2f}, a choice {finding.why.suggest_from:.2f}"
        yield f"  because {told}; {needs}"
    for article_id, confidence in finding.scores:
        yield f"  {confidence:.2f}  {article_id}  {questions.get(article_id, '')}".rstrip()
    for each in finding.why.likenesses:
        taken = "" if each.word.lower() == each.meant.lower() else f" taken for « {each.meant} »"
        yield f"  « {each.word} »{taken}: {each.how}, {each.similarity:.2f}"
    if finding.why.unmatched:
        yield f"  the base does not know: {', '.join(f'« {word} »' for word in finding.why.unmatched)}"


def _outcome(finding: Finding) -> str:
    if finding.answer is not None:
        also = f", and {finding.also.article.id} to a second question" if finding.also else ""
        return f"answers with {finding.answer.article.id}{also}"
    if finding.suggestions:
        return f"asks which is meant: {', '.join(match.article.id for match in finding.suggestions)}"
    return "knows nothing about it: the bot asks for the motive, then hands over"
