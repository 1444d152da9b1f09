"""What is wrong with a base, as sentences: the shape of answers (R124), their tone (R130), matching (B11).

An empty list means that every text may be sent and every phrasing finds its own article.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence

from core.domain.knowledge import Article
from faq.match import KnowledgeBase
from faq.shape import MOST_STEPS, sentence_count
from faq.trial import misfits

LONGEST_SENTENCE = 28
"""Words: a longer sentence is read twice on a phone."""

LONGEST_QUESTION = 72
"""Characters: the least that a platform allows for the line of a choice."""

_ABBREVIATIONS = frozenset(
    "slt bjr bsr stp svp cad càd cdlt cdt mdp rdv pb pbs qd qq qqn qqch tjs tjrs bcp dsl jms msg cmd pr ds ns"
    " vs asap pls plz thx btw fyi imo u ur tbc tba".split()
)
_WORD = re.compile(r"[^\W\d_]+")
_DELAY = re.compile(
    r"\d+\s*(?:jours?|heures?|minutes?|semaines?|days?|hours?|minutes?|weeks?|working)|aussitôt|immédiat|"
    r"le jour même|à toute heure|at once|same day|at any hour|prochaine échéance",
    re.IGNORECASE,
)
_FRENCH_RULES = (
    (
        re.compile(r"(?<![\u00a0\u202f])[;!?»]|(?<![\u00a0\u202f\d]):"),
        "no no-break space before ; : ! ? or »",
    ),
    (re.compile(r"«(?![\u00a0\u202f])"), "no no-break space after «"),
    (re.compile(r"\b(?:tu|toi|ton|ta|tes)\b", re.IGNORECASE), "says tu; write vous"),
)


def lint(articles: Sequence[Article]) -> list[str]:
    """All complaints about a base, "id: what", in the order of the articles."""
    base = KnowledgeBase(articles)
    return [
        f"{article.id}: {complaint}"
        for article in articles
        for complaint in (*_shape(article), *_tone(article), *_matching(article, base))
    ]


def _shape(article: Article) -> Iterator[str]:
    if sentence_count(article.answer) != 1:
        yield "the answer is not one sentence (R124)"
    if len(article.steps) > MOST_STEPS:
        yield f"more than {MOST_STEPS} steps (R124)"
    if not _DELAY.search(article.follow_up):
        yield "the follow-up names no delay (R124)"
    if len(article.question) > LONGEST_QUESTION:
        yield f"the question is longer than {LONGEST_QUESTION} characters"


def _tone(article: Article) -> Iterator[str]:
    for text in (article.question, article.answer, *article.steps, article.follow_up):
        for complaint in (*_tone_of(text), *_typography_of(text, article.language)):
            yield f"{complaint}: {text}"


def _tone_of(text: str) -> Iterator[str]:
    if any(unicodedata.category(mark) in {"So", "Sk", "Cs"} for mark in text):
        yield "emoji or symbol (R130)"
    short = [word for word in _WORD.findall(text) if word.lower() in _ABBREVIATIONS]
    if short:
        yield f"abbreviation {short[0]} (R130)"
    if any(len(part.split()) > LONGEST_SENTENCE for part in re.split(r"[.!?;:]\s", text)):
        yield f"sentence of more than {LONGEST_SENTENCE} words (R130)"


def _typography_of(text: str, language: str) -> Iterator[str]:
    if "'" in text:
        yield "straight apostrophe; write ’"
    if "  " in text or text != text.strip():
        yield "space too many"
    if language == "fr":
        yield from (complaint for pattern, complaint in _FRENCH_RULES if pattern.search(text))


def _matching(article: Article, base: KnowledgeBase) -> Iterator[str]:
    yield from (f"{misfit.sentence} (B11)" for misfit in misfits(base, article))
