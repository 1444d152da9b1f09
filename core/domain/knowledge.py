"""What the knowledge base answers to a question: one article, a few to choose from, or nothing."""

from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Article:
    """One frequent question and its answer, in the shape of R124.

    `answer` is one sentence, `steps` three at most, `follow_up` the next step with its delay. The articles of
    `translates`, named by their ids, say the same in another language.
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


@dataclass(frozen=True)
class Match:
    """An article, and how sure the knowledge base is of it (0 to 1)."""

    article: Article
    score: float


@dataclass(frozen=True)
class Finding:
    """The outcome of one search.

    `answer` alone: sure enough to answer. `suggestions` (three at most): "did you mean". Neither: nothing
    is known about it. `scores` explains the outcome: the first three ids with their scores.
    """

    answer: Match | None = None
    suggestions: tuple[Match, ...] = ()
    scores: tuple[tuple[str, float], ...] = field(default=())


FindAnswer = Callable[[str, str], Finding]
"""Searches the knowledge base for a text, in a language ("fr", "en"). Pure, quick, never raises."""

NOTHING_FOUND = Finding()
