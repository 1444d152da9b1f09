"""What the weights are learned from: every message against its base, and against parts of that base.

Where articles are left out, messages about them have no answer: that teaches the confidence what a question
outside the base looks like.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from random import Random

import numpy as np

from core.domain.knowledge import Article
from faq.columns import Floats
from faq.index import Index
from faq.measures import measure
from faq.query import Query
from faq.wholes import Wholes
from tests.faq.sets_read import CLEAN, DOUBLE, Asked, asked_of, base_of

PARTS = 6
"""Bases made of a part of a set's articles, for each set."""
SHARES = (0.4, 0.6, 0.75)
MOST_OF_A_BASE = 1_500
"""Messages asked of one base."""
SEED = 101
_OF_NOISE = {CLEAN: 1.0, "all": 0.5}
_OTHER_NOISE = 0.25
_OF_A_PART = 0.7
OF_SET = {"telecom_fr": 3.0, "covid_fr": 2.0, "clinc_10": 0.5, "b77_10": 1.0}
"""What a message of each set counts for: the larger set must not drown the others, and French comes first."""


@dataclass(frozen=True)
class Example:
    """One message: the measures of its candidates, which of them are right, and what it counts for."""

    name: str
    is_whole: bool
    asked: Asked
    query: Query
    measures: Floats
    right: tuple[bool, ...]
    has_answer: bool
    weight: float

    @property
    def is_clean(self) -> bool:
        """A message as it was written, with an answer in the whole base."""
        return self.is_whole and self.asked.noise == CLEAN and self.has_answer


def examples_of(name: str) -> Iterator[Example]:
    """All of one set, the whole base first."""
    articles, asked = base_of(name), [one for one in asked_of(name) if one.noise != DOUBLE]
    yield from _asked_of(name, articles, _some(asked, Random(SEED)), is_whole=True)
    for part in range(1, PARTS + 1):
        chance = Random(SEED * part)
        kept = max(3, int(len(articles) * chance.choice(SHARES)))
        chosen = sorted(chance.sample(range(len(articles)), kept))
        fewer = [one for one in asked if chance.random() < MOST_OF_A_BASE / 3 / len(asked)]
        yield from _asked_of(name, [articles[at] for at in chosen], fewer, is_whole=False)


def _some(asked: Sequence[Asked], chance: Random) -> list[Asked]:
    """All that is clean, and of the rest what the limit allows."""
    share = MOST_OF_A_BASE / len(asked)
    return [one for one in asked if one.noise == CLEAN or chance.random() < share]


def _asked_of(
    name: str, articles: Sequence[Article], asked: Iterable[Asked], *, is_whole: bool
) -> Iterator[Example]:
    index = Index(articles[0].language)
    wholes = Wholes(index)
    for article in articles:
        index.add(article)
    ids = {article.id for article in articles}
    for one in asked:
        query = Query.of(index, one.text)
        measured = measure(query, wholes)
        right = tuple(index.article_ids[number] in one.expected for number in measured.articles)
        noise = _OF_NOISE.get(one.noise, _OTHER_NOISE)
        weight = OF_SET[name] * noise * (1.0 if is_whole else _OF_A_PART)
        yield Example(
            name,
            is_whole,
            one,
            query,
            np.array(measured.measures),
            right,
            bool(one.expected & ids),
            weight,
        )
