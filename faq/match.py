"""The matcher: an answer when it is sure, a few articles to choose from when it is not, else nothing."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from math import exp

from core.domain.knowledge import NOTHING_FOUND, Article, Finding, Match
from faq.index import Index
from faq.score import Candidate, Query
from faq.thresholds import (
    ANSWER_CONFIDENCE,
    ANSWER_LEAD,
    CONFIDENCE_BASE,
    CONFIDENCE_LEAD,
    CONFIDENCE_SCORE,
    COUNTERED_SHARE,
    MOST_LEAD,
    MOST_SUGGESTIONS,
    SUGGESTION_CONFIDENCE,
    SUGGESTION_SHARE,
)
from faq.words import detect_language


class KnowledgeBase:
    """The articles of all languages, searchable at once after every change.

    Article ids are unique over all languages. Not for use by two threads at a time.
    """

    def __init__(self, articles: Iterable[Article] = ()) -> None:
        self._articles: dict[str, Article] = {}
        self._indexes: dict[str, Index] = {}
        for article in articles:
            self.add(article)

    def __len__(self) -> int:
        return len(self._articles)

    @property
    def articles(self) -> tuple[Article, ...]:
        """All articles, in the order they came in."""
        return tuple(self._articles.values())

    def article(self, article_id: str) -> Article | None:
        """The article of that id."""
        return self._articles.get(article_id)

    def add(self, article: Article) -> None:
        """Takes an article in, or replaces the one of the same id."""
        self.remove(article.id)
        self._articles[article.id] = article
        if article.language not in self._indexes:  # an index costs milliseconds: none is made in vain
            self._indexes[article.language] = Index(article.language)
        self._indexes[article.language].add(article)

    def remove(self, article_id: str) -> None:
        """Takes an article out; an unknown id changes nothing."""
        article = self._articles.pop(article_id, None)
        if article is not None:
            self._indexes[article.language].remove(article_id)

    def find(self, text: str, language: str) -> Finding:
        """Searches the customer's language, and another one only when that yields nothing at all (R133).

        What is found in another language is given in the customer's, where an article says the same in it.
        Never raises; the text is read up to `words.LONGEST_TEXT` characters.
        """
        first = NOTHING_FOUND
        for at, index in enumerate(self._in_order(language)):
            finding = self._search(index, text)
            if finding.answer or finding.suggestions:
                return finding if index.lexicon.code == language else self._said_in(language, finding)
            first = finding if at == 0 else first
        return first

    def _in_order(self, language: str) -> Iterator[Index]:
        if language in self._indexes:
            yield self._indexes[language]
        yield from (self._indexes[other] for other in sorted(self._indexes) if other != language)

    def _said_in(self, language: str, finding: Finding) -> Finding:
        """The articles found, in a language where the base has every one of them; else as they are."""
        told: dict[str, Match] = {}
        for match in (finding.answer,) if finding.answer else finding.suggestions:
            article = self._counterpart(match.article, language)
            if article is None:
                return finding
            told.setdefault(article.id, replace(match, article=article))
        if finding.answer:
            return replace(finding, answer=next(iter(told.values())))
        return replace(finding, suggestions=tuple(told.values()))

    def _counterpart(self, article: Article, language: str) -> Article | None:
        """The first article of a language that says the same."""
        for other in self._articles.values():
            says_the_same = other.id in article.translates or article.id in other.translates
            if says_the_same and other.language == language:
                return other
        return None

    def _search(self, index: Index, text: str) -> Finding:
        found = [(_value(candidate), candidate) for candidate in Query(index, text).candidates()]
        if not found:
            return NOTHING_FOUND
        found.sort(key=lambda pair: (-pair[0], pair[1].article_id))
        lead = found[0][0] - (found[1][0] if len(found) > 1 else 0.0)
        matches = [
            Match(self._articles[candidate.article_id], _confidence(value, 0.0 if at else lead))
            for at, (value, candidate) in enumerate(found[:MOST_SUGGESTIONS])
        ]
        if _is_sure(matches[0], lead) and _may_answer([candidate for _, candidate in found]):
            return Finding(answer=matches[0], scores=_scores(matches))
        if detect_language(text) not in {index.lexicon.code, None}:
            # Likenesses between words of two languages are chance: the other language comes next.
            return Finding(scores=_scores(matches))
        return Finding(suggestions=_suggestions(matches), scores=_scores(matches))


def _value(candidate: Candidate) -> float:
    return candidate.value * (COUNTERED_SHARE if candidate.is_countered else 1.0)


def _confidence(value: float, lead: float) -> float:
    return 1.0 / (
        1.0 + exp(-(CONFIDENCE_BASE + CONFIDENCE_SCORE * value + CONFIDENCE_LEAD * min(lead, MOST_LEAD)))
    )


def _is_sure(best: Match, lead: float) -> bool:
    return best.score >= ANSWER_CONFIDENCE and lead >= ANSWER_LEAD


def _may_answer(ranked: list[Candidate]) -> bool:
    """Not against a counter-example, and not when two articles were written for these very words."""
    asked_alike = sum(candidate.row.has_same_words for candidate in ranked)
    return not ranked[0].is_countered and asked_alike < 2


def _suggestions(matches: list[Match]) -> tuple[Match, ...]:
    if matches[0].score < SUGGESTION_CONFIDENCE:
        return ()
    floor = matches[0].score * SUGGESTION_SHARE
    return tuple(match for match in matches if match.score >= floor)


def _scores(matches: list[Match]) -> tuple[tuple[str, float], ...]:
    return tuple((match.article.id, match.score) for match in matches)
