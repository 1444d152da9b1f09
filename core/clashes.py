"""What would go wrong once an article is in the base, said to whoever saves it."""

from collections.abc import Callable, Sequence
from textwrap import shorten
from typing import Final

from core.domain.knowledge import Article
from core.domain.lines import Line, line
from core.wishes import Clash, Fault, Trial

LONGEST_TOLD: Final = 200
"""Characters of a message: a form has little room, and its beginning is enough to find it."""
MOST_TOLD: Final = 10
"""So many messages of the evaluation file are told; the others are counted, for a form holds no list."""


def told_of(
    candidate: Article, clashes: Sequence[Clash], known: Callable[[str], Article | None]
) -> tuple[Fault, ...]:
    """Each clash under the field it is about. `known`: the articles in force, by id."""

    def named(article_id: str) -> str:
        """An article as people know it: by its question."""
        article = candidate if article_id == candidate.id else known(article_id)
        return article.question if article else article_id or "—"

    claimed = [_claim(candidate, clash, named) for clash in clashes if not clash.of_file]
    messages = [clash for clash in clashes if clash.of_file]
    told = [_message(clash, named) for clash in messages[:MOST_TOLD]]
    if more := len(messages) - len(told):
        told.append(Fault("phrasings", line("base.clash_more", count=more)))
    return (*claimed, *told)


def _claim(candidate: Article, clash: Clash, named: Callable[[str], str]) -> Fault:
    finds, wanted = named(clash.finds), named(clash.wanted)
    if not clash.wanted:
        return Fault("counter_examples", line("base.clash_counter", text=clash.text, finds=finds))
    if clash.wanted != candidate.id:
        return Fault("phrasings", line("base.clash_other", text=clash.text, finds=finds, wanted=wanted))
    field = "question" if clash.text == candidate.question else "phrasings"
    return Fault(field, line("base.clash_own", text=clash.text, finds=finds))


def _message(clash: Clash, named: Callable[[str], str]) -> Fault:
    if clash.is_unread:
        return Fault("phrasings", line("base.evaluation_unread", places=clash.text))
    finds, text = named(clash.finds), shorten(clash.text, LONGEST_TOLD, placeholder=" …")
    if not clash.wanted:
        return Fault("phrasings", line("base.clash_unanswered", text=text, finds=finds))
    return Fault("phrasings", line("base.clash_message", text=text, finds=finds, wanted=named(clash.wanted)))


def bound_of(trial: Trial) -> Line | None:
    """That not all messages that share a word with an article were asked; None when they were."""
    if trial.asked == trial.near:
        return None
    return line("base.tried_nearest", asked=trial.asked, near=trial.near)
