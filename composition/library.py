"""The knowledge base in the team's hands: the matcher's answers to what the core asks of it."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Iterator, Sequence
from functools import partial
from typing import Any, Final, NamedTuple

from composition.articles import Shelf
from composition.evaluation import EvaluationFile
from composition.macros import macro_page
from core.clock import Clock
from core.domain.customer import Customer
from core.domain.knowledge import LONGEST_QUESTION, Article
from core.domain.lines import line
from core.domain.rules import Rules
from core.domain.telling import Telling, article_words
from core.gaps import Gaps
from core.learning import Learning
from core.library import Library
from core.store.engine import Store
from core.store.screens import Entry
from core.texts import Texts
from core.wishes import Clash, Fault, Matcher, Trial
from faq.gauge import MOST_TRIED
from faq.match import KnowledgeBase
from faq.shape import flaws_in
from faq.trial import collisions
from faq.words import words_of
from handoff.acts import Acts
from handoff.article_form import ArticleLayout
from handoff.articles import Articles
from handoff.base_door import BaseDoor
from handoff.courtesies import Courtesies
from handoff.faq_page import FaqPage
from handoff.forms import Forms
from handoff.kb_page import KbPage
from handoff.roster import Roster
from handoff.targets import Targets

TOLD: Final = {
    "unknown_motive": "base.unknown_motive",
    "one_sentence": "base.one_sentence",
    "most_steps": "base.most_steps",
    "ends_before": "base.ends_before",
    "variable_in_question": "base.variable_in_question",
    "brace_in_question": "base.brace_in_question",
    "lone_brace": "base.lone_brace",
    "unknown_variable": "base.unknown_variable",
}
"""What a form tells of each flaw; the others are of fields that a form does not let anybody write."""

Apart = Callable[[Callable[[], Any]], Awaitable[Any]]
"""Does what takes long beside the event loop."""

apart: Apart = asyncio.to_thread


class Books(NamedTuple):
    """How people look at the base and change it; what it lacks; and what it may learn."""

    library: Library
    gaps: Gaps
    learning: Learning


def books_of(
    *,
    store: Store,
    clock: Clock,
    rules: Rules,
    knowledge: KnowledgeBase,
    shelf: Shelf,
    evaluation: EvaluationFile,
    beside: Apart,
) -> Books:
    """Made on the base that answers customers."""

    async def tried(candidate: Article) -> Trial:
        in_force = [each for each in knowledge.articles if each.language == candidate.language]
        answer_from = knowledge.learned.answer_from
        trial: Trial = await beside(partial(trial_of, in_force, candidate, evaluation, answer_from))
        return trial

    async def unread() -> str:
        _, faulty = await beside(evaluation.gauge)
        return str(faulty)

    motives = [motive.key for motive in rules.motives]
    matcher = Matcher(
        find=knowledge.find,
        article=knowledge.article,
        tried=tried,
        faults=lambda article: tuple(shape_faults(article, motives)),
        hidden=knowledge.remove,
        brought=shelf.bring,
        unread=unread,
    )
    library = Library(store=store, clock=clock, matcher=matcher, zone=rules.hours.zone)
    gaps = Gaps(store=store, clock=clock, weigh=weigh, find=knowledge.find, apart=beside)
    return Books(library, gaps, Learning(store=store, clock=clock, matcher=matcher))


def trial_of(
    articles: Sequence[Article], candidate: Article, evaluation: EvaluationFile, answer_from: float
) -> Trial:
    """A candidate tried on the base and on the nearest messages of the evaluation file; that the file cannot
    be read any more is told first."""
    gauge, faulty = evaluation.gauge()
    former = next((each for each in articles if each.id == candidate.id), None)
    near = gauge.near(candidate, former)
    found = collisions(articles, candidate, near[:MOST_TRIED], answer_from=answer_from)
    unread = [Clash(faulty, "", "", of_file=True, is_unread=True)] if faulty else []
    clashes = (*unread, *(Clash(each.text, each.finds, each.wanted, each.of_file) for each in found))
    return Trial(clashes, min(len(near), MOST_TRIED), len(near))


def base_door(
    rules: Rules,
    books: Books,
    acts: Acts,
    targets: Targets,
    forms: Forms,
    roster: Roster,
    texts: Texts,
    courtesies: Courtesies,
) -> BaseDoor:
    """Four verbs, their buttons, and the form of an article."""

    def told(article: Article, entry: Entry | None) -> str:
        customer = Customer("", entry.customer if entry else "")
        channel, now = entry.channel if entry else "", acts.now()
        telling = Telling(customer, channel, now, rules, article.motive or "")
        return texts.write(article_words(article, telling), article.language, now)

    common: dict[str, Any] = {"library": books.library, "acts": acts, "language": rules.language}
    faq_page = FaqPage(targets=targets, forms=forms, told=told, **common)
    kb_page = KbPage(gaps=books.gaps, learning=books.learning, **common)
    layout = ArticleLayout(texts, rules)
    articles = Articles(roster=roster, forms=forms, layout=layout, courtesies=courtesies, **common)
    return BaseDoor(
        faq_page=faq_page,
        macro_page=macro_page(rules, acts, targets, forms, texts),
        kb_page=kb_page,
        articles=articles,
        acts=acts,
        language=rules.language,
    )


def weigh(text: str, language: str) -> list[tuple[str, float]]:
    """The words of a text as the matcher sees them, each with what such a word says."""
    return [(word.stem, word.weight) for word in words_of(text, language)]


def shape_faults(article: Article, motives: Collection[str]) -> Iterator[Fault]:
    """What may not be told to a customer like that (R124): what no file may hold either, and what a form asks
    for besides."""
    if not any(letter.isalpha() for letter in article.question):
        yield Fault("question", line("base.no_question"))
    if len(article.question) > LONGEST_QUESTION:
        yield Fault("question", line("base.long_question", most=LONGEST_QUESTION))
    if not article.answer:
        yield Fault("answer", line("base.one_sentence"))
    for flaw in flaws_in(article, motives):
        yield Fault(flaw.field, line(TOLD.get(flaw.kind, "modal.stale"), **flaw.values))
