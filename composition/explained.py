"""Why the bot answered as it did, for the demo's page: what a search found, in words and numbers."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any

from core.domain.knowledge import Finding
from faq.explain import in_own_words
from faq.match import KnowledgeBase

LONGEST = 4_000
"""Characters of a message that are searched for."""


def explainer(knowledge: KnowledgeBase, language: str) -> Callable[[Mapping[str, Any]], Awaitable[object]]:
    """What the operator's door answers to "explain" with a text."""

    async def explain(asked: Mapping[str, Any]) -> object:
        return told(found_in_own_words(str(asked["text"])[:LONGEST], language, knowledge), knowledge)

    return explain


def found_in_own_words(text: str, language: str, knowledge: KnowledgeBase) -> Finding:
    """What a search finds, explained with the words as they were typed."""
    finding = knowledge.find(text, language)
    first = [finding.answer, finding.also] if finding.answer else []
    ids = [match.article.id for match in first if match] or [one for one, _ in finding.scores[:1]]
    articles = filter(None, map(knowledge.article, ids))
    return replace(finding, why=in_own_words(finding.why, text, articles))


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
