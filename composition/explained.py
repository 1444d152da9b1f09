"""Why the bot answered as it did, for the demo's page: what a search found, in words and numbers."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from core.domain.knowledge import Finding
from faq.match import KnowledgeBase

LONGEST = 4_000
"""Characters of a message that are searched for."""


def explainer(knowledge: KnowledgeBase, language: str) -> Callable[[Mapping[str, Any]], Awaitable[object]]:
    """What the operator's door answers to "explain" with a text."""

    async def explain(asked: Mapping[str, Any]) -> object:
        return told(knowledge.find(str(asked["text"])[:LONGEST], language), knowledge)

    return explain


def told(finding: Finding, knowledge: KnowledgeBase) -> dict[str, object]:
    """A finding and its explanation as JSON; articles by their questions."""
    names = [(knowledge.article(one), score) for one, score in finding.scores]
    return {
        "reason": finding.why.reason,
        "answers": [one.article.question for one in (finding.answer, finding.also) if one],
        "offered": [one.article.question for one in finding.suggestions],
        "scores": [[article.question, round(score, 3)] for article, score in names if article],
        "words": [[one.word, one.meant, one.how, one.similarity] for one in finding.why.likenesses],
        "unmatched": list(finding.why.unmatched),
        "answer_from": round(finding.why.answer_from, 3),
    }
