"""What is wrong with a base, as sentences that say what to write: the shape of answers (R124, R125), their
words and tone (R129, R130), their age, and whether what customers write finds them (B11).

An empty list means that every text may be sent and every phrasing finds its own article. A fault of
`faq.shape` keeps an article out of a base; a complaint does not.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from typing import Final

from core.domain.knowledge import LONGEST_QUESTION, Article
from core.domain.words_spelling import tokens
from faq.counting import counted
from faq.match import KnowledgeBase
from faq.shape import Motives, faults_in
from faq.stock_phrases import greets
from faq.tone import SCREEN, names_delay, phone_lines, tone, typography
from faq.trial import misfits

FEWEST: Final = {"phrasings": 4, "counter_examples": 2, "keywords": 1}
"""Texts that an article needs to be found, and not to be found by mistake."""
FRESH_FOR: Final = timedelta(days=365)
"""After which somebody reads a validated article again."""


def lint(
    articles: Sequence[Article],
    today: date | None = None,
    seen: Callable[[Article], None] = lambda _article: None,
    motives: Motives = None,
    answer_from: float | None = None,
) -> list[str]:
    """All complaints about a base, "id: what", in the order of the articles. `seen`: called after each.

    Without `today` nothing is too old; without `motives`, those of the rules, any key may be one; without
    `answer_from` it answers as shipped.
    """
    base = KnowledgeBase(articles, answer_from=answer_from)
    known = {article.id for article in articles}
    elsewhere = _holders(articles)
    complaints = []
    for article in articles:
        found = [*_shape(article, motives), *_tone(article), *_shared(article, elsewhere)]
        found += [
            f"translates {other}, which is not there; leave it out, or add it"
            for other in article.translates
            if other not in known
        ]
        found += [
            f"{misfit.sentence} (B11); say it otherwise, or move it" for misfit in misfits(base, article)
        ]
        found += _age(article, today) if today else []
        complaints += [f"{article.id}: {complaint}" for complaint in found]
        seen(article)
    return complaints


def _shape(article: Article, motives: Motives) -> Iterator[str]:
    yield from (what for _, what in faults_in(article, motives))
    for key, fewest in FEWEST.items():
        if (count := len(getattr(article, key))) < fewest:
            yield f"{counted(count, key.removesuffix('s'))}; write {fewest} or more"
    if not article.follow_up:
        yield "no follow_up (R124); write what comes next, and by when"
    elif not names_delay(article.follow_up):
        yield "the follow-up names no delay (R124); write by when, or {délai}"
    if len(article.question) > LONGEST_QUESTION:
        yield f"the question is longer than {LONGEST_QUESTION} characters; shorten it"
    if greets(article.answer):
        yield "the answer greets (R125); leave that out, the bot has greeted already"
    if (lines := _lines(article)) > SCREEN:
        yield f"{lines} lines on a phone; shorten it to {SCREEN} (R130)"


def _lines(article: Article) -> int:
    """Lines of the answer on a phone, the empty ones between its parts too."""
    parts = ([article.answer], [f"- {step}" for step in article.steps], [article.follow_up])
    return phone_lines("\n\n".join("\n".join(part) for part in parts if any(part)))


def _tone(article: Article) -> Iterator[str]:
    for text in (article.question, article.answer, *article.steps, article.follow_up):
        for complaint in (*tone(text), *typography(text, article.language)):
            yield f"{complaint}: {text}"


Holders = dict[tuple[str, tuple[str, ...]], list[str]]
"""Who says the same words, by language and words."""


def _holders(articles: Sequence[Article]) -> Holders:
    found: Holders = {}
    for article in articles:
        for text in _own(article):
            found.setdefault(_said(article, text), []).append(article.id)
    return found


def _shared(article: Article, holders: Holders) -> Iterator[str]:
    for text in _own(article):
        held = holders[_said(article, text)]
        others = sorted({*held} - {article.id})
        if others:
            yield f"« {text} » is said in {', '.join(others)} too; keep it in one of them"
        elif len(held) > 1:
            yield f"« {text} » is said {len(held)} times; keep it once"


def _own(article: Article) -> tuple[str, ...]:
    return (article.question, *article.phrasings, *article.learnt)


def _said(article: Article, text: str) -> tuple[str, tuple[str, ...]]:
    return article.language, tuple(tokens(text))


def _age(article: Article, today: date) -> Iterator[str]:
    if article.valid_until and article.valid_until < today:
        yield f"valid until {article.valid_until} only; switch it off, or write a later day in valid_until"
    if article.validated_on and today - article.validated_on > FRESH_FOR:
        yield f"validated on {article.validated_on}, a year ago; read it again, write validated_on = {today}"
