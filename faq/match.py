"""The matcher: an answer when it is sure, a few articles to choose from when it is not, else nothing."""

from collections.abc import Iterable, Iterator, Sequence
from copy import copy
from dataclasses import replace
from typing import NamedTuple

from core.domain.knowledge import NOTHING_FOUND, Article, Explanation, Finding, Match
from faq.explain import likenesses, unmatched
from faq.index import Index
from faq.measures import is_about_any
from faq.parts import halves
from faq.query import Query
from faq.ranking import Ranked, Weights, rank, shipped
from faq.thresholds import ANSWER_LEAD, LIKELY, MOST_SUGGESTIONS, SHARE_OF_WHOLE, SUGGESTION_SHARE
from faq.wholes import Wholes
from faq.words import detect_language


class KnowledgeBase:
    """The articles of all languages, searchable at once after every change.

    Article ids are unique over all languages. Not for use by two threads at a time. `learned`: other weights
    than the shipped ones; `answer_from`: the confidence from which this base answers, where its own
    evaluation file tells better than the shipped one.
    """

    def __init__(
        self,
        articles: Iterable[Article] = (),
        *,
        learned: Weights | None = None,
        answer_from: float | None = None,
    ) -> None:
        self._articles: dict[str, Article] = {}
        self._readers: dict[str, _Reader] = {}
        learned = learned or shipped()
        self.learned = learned if answer_from is None else replace(learned, answer_from=answer_from)
        for article in articles:
            self.add(article)
        for _ in self.read_ahead():
            pass

    def __len__(self) -> int:
        return len(self._articles)

    @property
    def articles(self) -> tuple[Article, ...]:
        """All articles, in the order they came in."""
        return tuple(self._articles.values())

    def answering_from(self, confidence: float) -> "KnowledgeBase":
        """The same articles with another confidence to answer from, for a trial; not to be changed."""
        same = copy(self)
        same.learned = replace(self.learned, answer_from=confidence)
        readers = {code: reader.weighing(same.learned) for code, reader in self._readers.items()}
        same._readers = readers  # noqa: SLF001 - a copy of ourselves
        return same

    def article(self, article_id: str) -> Article | None:
        """The article of that id."""
        return self._articles.get(article_id)

    def add(self, article: Article) -> None:
        """Takes an article in, or replaces the one of the same id."""
        self.remove(article.id)
        self._articles[article.id] = article
        if article.language not in self._readers:
            self._readers[article.language] = _Reader(article.language, self.learned)
        self._readers[article.language].index.add(article)

    def remove(self, article_id: str) -> None:
        """Takes an article out; an unknown id changes nothing."""
        article = self._articles.pop(article_id, None)
        if article is not None:
            index = self._readers[article.language].index
            index.remove(article_id)
            if not len(index):
                del self._readers[article.language]

    def read_ahead(self) -> Iterator[int]:
        """Prepares the searches to come, some articles (how many) in a few milliseconds at a time.

        Until then, a search prepares what it needs, while its customer waits. Articles may change meanwhile.
        """
        for reader in tuple(self._readers.values()):
            yield from reader.read_ahead()

    def find(self, text: str, language: str) -> Finding:
        """Searches the customer's language, and another one only when that yields nothing at all (R133).

        What is found in another language is given in the customer's, where an article says the same in it.
        Never raises; the text is read up to `words.LONGEST_TEXT` characters.
        """
        first = NOTHING_FOUND
        for at, reader in enumerate(self._in_order(language)):
            finding = self._search(reader, text)
            if finding.answer or finding.suggestions:
                is_theirs = reader.index.lexicon.code == language
                return finding if is_theirs else self._said_in(language, finding)
            first = finding if at == 0 else first
        return first

    def touches(self, text: str) -> bool:
        """Whether an article shares a word with a text, or its like, so that `find` scores it."""
        return any(reader.touches(text) for reader in self._readers.values())

    def _in_order(self, language: str) -> "Iterator[_Reader]":
        if language in self._readers:
            yield self._readers[language]
        yield from (self._readers[other] for other in sorted(self._readers) if other != language)

    def _said_in(self, language: str, finding: Finding) -> Finding:
        """The articles found, in a language where the base has every one of them; else as they are."""
        told: dict[str, Match] = {}
        found = (finding.answer, finding.also) if finding.answer else finding.suggestions
        for match in filter(None, found):
            article = self._counterpart(match.article, language)
            if article is None:
                return finding
            told.setdefault(article.id, replace(match, article=article))
        matches = tuple(told.values())
        if finding.answer:
            also = matches[1] if len(matches) > 1 else None
            return replace(finding, answer=matches[0], also=also)
        return replace(finding, suggestions=matches)

    def _counterpart(self, article: Article, language: str) -> Article | None:
        """The first article of a language that says the same."""
        for other in self._articles.values():
            says_the_same = other.id in article.translates or article.id in other.translates
            if says_the_same and other.language == language:
                return other
        return None

    def _search(self, reader: "_Reader", text: str) -> Finding:
        ranked = reader.ranked(text)
        if not ranked.articles:
            return NOTHING_FOUND
        pairs = reader.halves(text)
        two = _two_questions(pairs, ranked, self.learned)
        if two is not None:
            return self._two_found(reader, two)
        why = self._why(reader, ranked)
        matches = self._with_another(reader, self._matches(reader, ranked), pairs)
        if why.reason == "sure":
            return Finding(answer=matches[0], scores=_scores(matches), why=why)
        if detect_language(text) not in {reader.index.lexicon.code, None}:
            # Likenesses between words of two languages are chance: the other language comes next.
            return Finding(scores=_scores(matches), why=replace(why, reason="other_language"))
        offered = self._suggestions(matches, max(1, len(ranked.asked_alike)), why.reason)
        return Finding(suggestions=offered, scores=_scores(matches), why=why)

    def _two_found(self, reader: "_Reader", two: tuple[Ranked, Ranked]) -> Finding:
        """Both answers; the explanation is of both halves."""
        first, second = (self._matches(reader, half)[0] for half in two)
        whys = [self._why(reader, half) for half in two]
        why = replace(
            whys[0],
            likenesses=(*whys[0].likenesses, *whys[1].likenesses),
            unmatched=(*whys[0].unmatched, *whys[1].unmatched),
        )
        rest = [match for half in two for match in self._matches(reader, half)[1:]]
        rest = [match for match in rest if match.article.id not in {first.article.id, second.article.id}]
        third = sorted(rest, key=_by_score)[:1]
        ranked = sorted([first, second, *third], key=_by_score)
        return Finding(answer=first, also=second, scores=_scores(ranked), why=why)

    def _matches(self, reader: "_Reader", ranked: Ranked) -> list[Match]:
        found = zip(ranked.articles[:MOST_SUGGESTIONS], ranked.scores, strict=False)
        return [Match(self._articles[reader.index.article_ids[one]], score) for one, score in found]

    def _with_another(self, reader: "_Reader", matches: list[Match], pairs: "Sequence[_Pair]") -> list[Match]:
        """What the message finds; in second place what a half of it finds that is likely another question."""
        likely = next((pair for pair in pairs if pair.is_told or pair.confidence >= LIKELY), None)
        if likely is None:
            return matches
        tops = sorted((self._matches(reader, half)[0] for half in likely.halves), key=_by_score)
        first = matches[0].article.id
        other = next(match for match in tops if match.article.id != first)
        second = replace(other, score=min(other.score, matches[0].score))
        rest = [match for match in matches[1:] if match.article.id != other.article.id]
        after = (replace(match, score=min(match.score, second.score)) for match in rest)
        return [matches[0], second, *after][:MOST_SUGGESTIONS]

    def _why(self, reader: "_Reader", ranked: Ranked) -> Explanation:
        return Explanation(
            reason=_reason(ranked, self.learned),
            language=reader.index.lexicon.code,
            likenesses=likenesses(ranked),
            unmatched=unmatched(ranked),
            answer_from=self.learned.answer_from,
            suggest_from=self.learned.suggest_from,
        )

    def _suggestions(self, matches: list[Match], alike: int, reason: str) -> tuple[Match, ...]:
        """What to offer: articles asked alike are all offered, and of a vague word whatever is about it."""
        if matches[0].score < self.learned.suggest_from:
            return ()
        floor = 0.0 if reason == "close" and alike == 1 else matches[0].score * SUGGESTION_SHARE
        return tuple(match for at, match in enumerate(matches) if at < alike or match.score >= floor)


class _Pair(NamedTuple):
    """What two halves of a message find. `is_told`: the customer says that there are two questions."""

    first: Ranked
    second: Ranked
    is_told: bool

    @property
    def halves(self) -> tuple[Ranked, Ranked]:
        """In their order."""
        return self.first, self.second

    @property
    def confidence(self) -> float:
        """Of the less sure one."""
        return min(self.first.confidence, self.second.confidence)


class _Reader:
    """One language's articles."""

    def __init__(self, language: str, learned: Weights) -> None:
        self.index = Index(language)
        self._wholes = Wholes(self.index)
        self.learned = learned

    def weighing(self, learned: Weights) -> "_Reader":
        """The same articles, weighed otherwise."""
        same = copy(self)
        same.learned = learned
        return same

    def read_ahead(self) -> Iterator[int]:
        """Prepares the articles, some at a time."""
        return self._wholes.read_ahead()

    def ranked(self, text: str) -> Ranked:
        """The articles for a message, the best first."""
        return rank(self.index, self._wholes, text, self.learned)

    def touches(self, text: str) -> bool:
        """Whether any article would be ranked for a message."""
        return is_about_any(Query.of(self.index, text))

    def halves(self, text: str) -> list[_Pair]:
        """The two halves of each cut that find different articles first, the surest pair first."""
        cuts = [
            _Pair(self.ranked(cut.first), self.ranked(cut.second), cut.is_told)
            for cut in halves(text, self.index.lexicon)
        ]
        return sorted(filter(_differ, cuts), key=lambda pair: -pair.confidence)


def _differ(pair: _Pair) -> bool:
    first, second = pair.halves
    return bool(first.articles and second.articles) and first.articles[0] != second.articles[0]


def _two_questions(pairs: Sequence[_Pair], whole: Ranked, learned: Weights) -> tuple[Ranked, Ranked] | None:
    """Two halves that each have a sure answer of their own; None for one question."""
    for pair in pairs:
        if pair.confidence >= whole.confidence * SHARE_OF_WHOLE and all(
            _reason(half, learned) == "sure" for half in pair.halves
        ):
            return pair.halves
    return None


def _reason(ranked: Ranked, learned: Weights) -> str:
    """How a search ends: one sure answer, or why not."""
    if not ranked.articles:
        return "nothing"
    if ranked.is_countered(0):
        return "countered"
    if ranked.is_denied:
        return "opposite"
    if ranked.confidence < learned.answer_from:
        return "unsure"
    is_close = len(ranked.articles) > 1 and ranked.confidence - ranked.scores[1] < ANSWER_LEAD
    if is_close or len(ranked.asked_alike) > 1 or ranked.is_vague:
        return "close"
    return "sure"


def _by_score(match: Match) -> float:
    """The surest first."""
    return -match.score


def _scores(matches: list[Match]) -> tuple[tuple[str, float], ...]:
    return tuple((match.article.id, match.score) for match in matches)
