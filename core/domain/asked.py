"""What is written down of a question to the knowledge base: what was found, and what came of it.

Nobody decides by it; the team reads there what the base lacks (B10) and which articles help.
"""

from dataclasses import dataclass
from enum import StrEnum


class Outcome(StrEnum):
    """What the bot did with what it found."""

    ANSWERED = "answered"
    OFFERED = "offered"
    """« Vous vouliez dire »."""
    NOTHING = "nothing"


class Verdict(StrEnum):
    """What the customer said of it."""

    HELPED = "helped"
    NOT_HELPED = "not_helped"
    PERSON = "person"
    """They asked for a person instead of judging."""


@dataclass(frozen=True)
class Asked:
    """A message for which the base was searched. `article`: the one shown at once; empty when none was."""

    text: str
    language: str
    outcome: Outcome
    article: str = ""
    confidence: float = 0.0
    scores: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True)
class Picked:
    """The customer chose one of the articles that were offered last."""

    article: str


@dataclass(frozen=True)
class Judged:
    """A verdict on the latest question that showed an article; without one, on the latest that showed none.

    That they asked for a person is said of the latest question of all, unless it was judged before.
    """

    verdict: Verdict
    article: str = ""


@dataclass(frozen=True)
class Used:
    """An agent answered with an article: the latest question that none had settled."""

    article: str


QuestionEffect = Asked | Picked | Judged | Used
