"""Learning from the log: what customers wrote and an article settled after all, proposed as its phrasings.

Proposed, never taken by itself: each was tried on the base, and a referent says yes or no, once.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import Final

from core.clock import Clock
from core.domain.knowledge import Article
from core.domain.words import tokens
from core.masks import BULLETS, mask_text
from core.store import questions
from core.store.engine import Store
from core.store.questions import Question
from core.wishes import Matcher

LEARNT_FROM: Final = timedelta(days=90)
MOST_QUESTIONS: Final = 2000
MOST_LEARNT: Final = 12
"""Phrasings that one article learns: more would drown what its author meant."""
LONGEST: Final = 160
"""Characters: longer messages tell a story, and other articles' words with it."""
FEWEST_WORDS: Final = 2
TRIED: Final = 2
"""For each that is shown, so many are tried: a trial of a large base takes time, and somebody waits."""


@dataclass(frozen=True)
class Proposal:
    """A phrasing that an article may learn, and how many customers it came from."""

    article: Article
    phrasing: str
    customers: int


class Learning:
    """Finds them in the log."""

    def __init__(self, *, store: Store, clock: Clock, matcher: Matcher) -> None:
        self._store = store
        self._clock = clock
        self._matcher = matcher

    async def proposed(self, limit: int) -> list[Proposal]:
        """Those of most customers first; one that would clash is not among them."""
        since = self._clock.now() - LEARNT_FROM
        read = partial(questions.settled, since=since, limit=MOST_QUESTIONS)
        found = self._new(await self._store.read(read), await self._store.read(questions.dismissed))
        kept: list[Proposal] = []
        for proposal in found[: TRIED * limit]:
            if len(kept) == limit:
                break
            article = proposal.article
            candidate = replace(article, learnt=(*article.learnt, proposal.phrasing))
            if not (await self._matcher.tried(candidate)).clashes:
                kept.append(proposal)
        return kept

    def _new(self, settled: Iterable[Question], dismissed: frozenset[tuple[str, str]]) -> list[Proposal]:
        refused = {(article_id, _words(phrasing)) for article_id, phrasing in dismissed}
        proposals = []
        for (article_id, words), uses in _by_words(settled).items():
            article, phrasing = self._matcher.article(article_id), min(use.text for use in uses)
            if article is None or (article_id, words) in refused or not may_learn(article, phrasing):
                continue
            proposals.append(Proposal(article, phrasing, len({use.customer for use in uses})))
        return sorted(proposals, key=lambda each: (-each.customers, each.article.id, each.phrasing))


def _by_words(settled: Iterable[Question]) -> Mapping[tuple[str, str], list[Question]]:
    """What was written for an article, the same words in one."""
    uses: dict[tuple[str, str], list[Question]] = defaultdict(list)
    for question in settled:
        said = question.text.strip()
        if len(tokens(said)) >= FEWEST_WORDS:
            uses[question.used or question.article, _words(said)].append(replace(question, text=said))
    return uses


def may_learn(article: Article, phrasing: str) -> bool:
    """Whether the article has room for it, and may be taught it."""
    return len(article.learnt) < MOST_LEARNT and is_new_to(article, phrasing)


def is_new_to(article: Article, phrasing: str) -> bool:
    """Whether it is new to the article, some words, short, and nothing of one customer's own."""
    known = {_words(text) for text in (article.question, *article.phrasings, *article.learnt)}
    refused = {_words(text) for text in article.counter_examples}
    is_short = len(phrasing) <= LONGEST and len(tokens(phrasing)) >= FEWEST_WORDS
    is_plain = is_short and BULLETS not in phrasing and mask_text(phrasing) == phrasing
    return is_plain and _words(phrasing) not in known | refused


def _words(text: str) -> str:
    return " ".join(tokens(text))
