"""What the knowledge base answers to a question: one article, a few to choose from, or nothing."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

LONGEST_QUESTION = 72
"""Characters of a question: the least that a platform allows for the line of a choice."""
MOST_STEPS = 3
"""Of an answer (R124)."""


@dataclass(frozen=True)
class Article:
    """One frequent question and its answer, in the shape of R124.

    `answer` is one sentence, `steps` three at most, `follow_up` the next step with its delay. The articles of
    `translates`, named by their ids, say the same in another language. `learnt` are phrasings taken from
    customers' own messages: a dozen at most are learnt, so that what an author wrote goes on to weigh most.
    Outside of its validity, both days included, an article answers nobody.
    """

    id: str
    language: str
    question: str
    phrasings: tuple[str, ...]
    answer: str
    steps: tuple[str, ...] = ()
    follow_up: str = ""
    keywords: tuple[str, ...] = ()
    counter_examples: tuple[str, ...] = ()
    motive: str | None = None
    translates: tuple[str, ...] = ()
    learnt: tuple[str, ...] = ()
    valid_from: date | None = None
    valid_until: date | None = None
    author: str = ""
    validated_by: str = ""
    validated_on: date | None = None

    def is_valid_on(self, day: date) -> bool:
        """Whether it may answer on a day."""
        begun = self.valid_from is None or self.valid_from <= day
        return begun and (self.valid_until is None or day <= self.valid_until)


@dataclass(frozen=True)
class Likeness:
    """A word of the message and the word of the article that it was taken for.

    `how`: "exact", "family" (another form of it), "typo", "sound", "synonym"; `similarity` from 0 to 1.
    """

    word: str
    meant: str
    how: str
    similarity: float


@dataclass(frozen=True)
class Explanation:
    """Why a search ended as it did.

    `reason`: "sure", "close" (two articles too near one another), "unsure", "countered" (a counter-example is
    as near), "opposite" (it denies what the article affirms), "nothing" (no word in common),
    "other_language". `unmatched`: words the base does not know.
    """

    reason: str = "nothing"
    language: str = ""
    likenesses: tuple[Likeness, ...] = ()
    unmatched: tuple[str, ...] = ()
    answer_from: float = 0.0
    """The confidence from which an article is an answer."""
    suggest_from: float = 0.0
    """The confidence from which articles are offered."""


@dataclass(frozen=True)
class Match:
    """An article, and how sure the knowledge base is of it (0 to 1)."""

    article: Article
    score: float


NOTABLE = 0.15
"""The confidence from which an article is shown to somebody of the team who searches."""


@dataclass(frozen=True)
class Finding:
    """The outcome of one search.

    `answer` alone: sure enough to answer; `also`: the answer to a second question of the same message.
    `suggestions` (three at most): "did you mean". Neither: nothing is known about it. `scores`: the first
    three ids with their scores.
    """

    answer: Match | None = None
    also: Match | None = None
    suggestions: tuple[Match, ...] = ()
    scores: tuple[tuple[str, float], ...] = field(default=())
    why: Explanation = field(default=Explanation())

    @property
    def notable(self) -> tuple[tuple[str, float], ...]:
        """What somebody who searches is shown: nothing, when even the first is like the words by chance."""
        return self.scores if self.scores and self.scores[0][1] >= NOTABLE else ()

    def near(self, find_article: Callable[[str], Article | None]) -> tuple[Match, ...]:
        """Those of them that are near by themselves, as far as they are still there."""
        scores = ((article_id, score) for article_id, score in self.scores if score >= NOTABLE)
        found = ((find_article(article_id), score) for article_id, score in scores)
        return tuple(Match(article, score) for article, score in found if article is not None)

    @property
    def articles(self) -> tuple[Article, ...]:
        """Every article that it answers with or offers."""
        found = (self.answer, self.also, *self.suggestions)
        return tuple(match.article for match in found if match is not None)


FindAnswer = Callable[[str, str], Finding]
"""Searches the knowledge base for a text, in a language ("fr", "en"). Pure, quick, never raises."""

NOTHING_FOUND = Finding()
