"""What a base does with messages whose answers are known, at every confidence it could answer from."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import nextafter
from typing import Final, NamedTuple

from core.domain.knowledge import Finding
from faq.asked import Asked
from faq.match import KnowledgeBase

LEAST_SURE: Final = 0.5
"""The least confidence that a base may be told to answer from."""


class Step(NamedTuple):
    """What is answered from the former step's confidence (excluded) up to `until` (included)."""

    until: float
    ids: tuple[str, ...]


@dataclass(frozen=True)
class Verdict:
    """One message: what the base does as it is, and what it would answer at other confidences."""

    asked: Asked
    finding: Finding
    steps: tuple[Step, ...]

    @property
    def ranked(self) -> tuple[str, ...]:
        """The first three articles, however sure."""
        return tuple(article_id for article_id, _ in self.finding.scores)

    def answers(self, answer_from: float) -> tuple[str, ...]:
        """The articles that it is answered with at a confidence; nothing where it is not."""
        return next((step.ids for step in self.steps if step.until >= answer_from), ())

    def is_right(self, answer_from: float) -> bool:
        """Whether it is answered, and all that it is answered with is right."""
        ids = self.answers(answer_from)
        return bool(ids) and set(ids) <= set(self.asked.expected)

    def is_among(self, first: int) -> bool:
        """Whether a right article is among the first."""
        return not set(self.ranked[:first]).isdisjoint(self.asked.expected)


def judge(base: KnowledgeBase, asked: Asked) -> Verdict:
    """Asks the base."""
    return Verdict(asked, base.find(asked.text, asked.language), tuple(_steps(base, asked)))


def _steps(base: KnowledgeBase, asked: Asked) -> Iterator[Step]:
    """An answer stays the same up to its confidence; two answers, up to the lesser of theirs."""
    least = LEAST_SURE
    while True:
        finding = base.answering_from(least).find(asked.text, asked.language)
        if finding.answer is None:
            return
        matches = [finding.answer, *filter(None, [finding.also])]
        until = min(match.score for match in matches)
        yield Step(until, tuple(match.article.id for match in matches))
        least = nextafter(until, 2.0)


class Tally(NamedTuple):
    """What messages come to. `answerable`: those that have an answer."""

    answerable: int
    answered: int
    right: int

    @property
    def coverage(self) -> float:
        """Of the messages that have an answer, the share that gets it."""
        return self.right / self.answerable if self.answerable else 0.0

    @property
    def precision(self) -> float:
        """The share of the answers that are right; 1 where nothing is answered."""
        return self.right / self.answered if self.answered else 1.0

    def plus(self, other: "Tally") -> "Tally":
        """Of both."""
        return Tally(*(mine + theirs for mine, theirs in zip(self, other, strict=True)))


def tally(verdicts: Iterable[Verdict], answer_from: float) -> Tally:
    """What a base comes to that answers from this confidence."""
    answerable = answered = right = 0
    for verdict in verdicts:
        answerable += bool(verdict.asked.expected)
        answered += bool(verdict.answers(answer_from))
        right += verdict.is_right(answer_from)
    return Tally(answerable, answered, right)


class Confusion(NamedTuple):
    """Messages taken for another article, with the first of them. `expected` is empty for no answer."""

    expected: tuple[str, ...]
    found: str
    messages: int
    example: str


def confusions(verdicts: Iterable[Verdict], answer_from: float) -> list[Confusion]:
    """The most frequent first: what came before the right article, or was answered and is not right."""
    counts: Counter[tuple[tuple[str, ...], str]] = Counter()
    examples: dict[tuple[tuple[str, ...], str], str] = {}
    for verdict in verdicts:
        for pair in _mistaken(verdict, answer_from):
            counts[pair] += 1
            examples.setdefault(pair, verdict.asked.text)
    ordered = sorted(counts, key=lambda pair: (-counts[pair], pair))
    return [Confusion(*pair, counts[pair], examples[pair]) for pair in ordered]


def _mistaken(verdict: Verdict, answer_from: float) -> Iterator[tuple[tuple[str, ...], str]]:
    expected = verdict.asked.expected
    found = verdict.answers(answer_from) or (verdict.ranked[:1] if expected else ())
    yield from ((expected, one) for one in found if one not in expected)


def lacking(verdicts: Sequence[Verdict], answer_from: float) -> list[tuple[str, int]]:
    """The words no article holds, of messages that have an answer and do not get one; in how many each."""
    unanswered = [v for v in verdicts if v.asked.expected and not v.answers(answer_from)]
    counts = Counter(word for verdict in unanswered for word in dict.fromkeys(verdict.finding.why.unmatched))
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
