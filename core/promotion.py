"""From what was said to a first article: cut into the shape of R124, for a person to look over."""

import re
from collections.abc import Sequence
from itertools import takewhile
from typing import Final

from core.domain.knowledge import LONGEST_QUESTION, MOST_STEPS, Article
from core.domain.words import is_farewell, is_greeting, is_pleasantry, is_thanks

_GREETING: Final = re.compile(
    r"(?:bonjour|bonsoir|salut|hello|hi|dear|good \w+)\b[^,.!?\n]{0,40}[,.!]?\s+", re.IGNORECASE
)
_BETWEEN: Final = re.compile(r"(?<=[.!?…])\s+|\n+")
_BULLET: Final = re.compile(r"^(?:[-•*–]|\d[.)])\s+")
_DELAY: Final = re.compile(
    r"\d\s*(?:h\b|heure|jour|semaine|minute|day|hour|week)|demain|tomorrow", re.IGNORECASE
)
_CLOSING: Final = re.compile(
    r"(?:cordialement|bien à vous|best regards|kind regards|regards)\b", re.IGNORECASE
)


def draft(
    question: str, reply: str, *, language: str, motive: str = "", phrasings: Sequence[str] = ()
) -> Article:
    """An article without an id, of a customer's question and an agent's reply.

    A question that no list could show is cut, and kept whole among the phrasings.
    """
    said = question.strip()
    short = _short(said)
    others = [text.strip() for text in ((said, *phrasings) if short != said else phrasings)]
    answer, steps, follow_up = _in_shape(_sentences(reply))
    return Article(
        id="",
        language=language,
        question=short,
        phrasings=tuple(dict.fromkeys(text for text in others if text and text != short)),
        answer=answer,
        steps=steps,
        follow_up=follow_up,
        motive=motive or None,
    )


def _short(text: str) -> str:
    """The first sentence, or as many words of it as fit."""
    if len(text) <= LONGEST_QUESTION and "\n" not in text:
        return text
    first = _BETWEEN.split(text, maxsplit=1)[0]
    return first if len(first) <= LONGEST_QUESTION else first[:LONGEST_QUESTION].rsplit(" ", 1)[0]


def _sentences(reply: str) -> list[str]:
    """Without the greeting and the courtesies around them."""
    opened = _GREETING.sub("", reply.strip(), count=1) if _GREETING.match(reply.strip()) else reply
    parts = (_BULLET.sub("", part.strip()) for part in _BETWEEN.split(opened))
    signed = takewhile(lambda part: not _CLOSING.match(part), parts)
    kept = [part for part in signed if part and not _is_courtesy(part)]
    return [part[:1].upper() + part[1:] for part in kept]


def _is_courtesy(part: str) -> bool:
    reads = (is_greeting, is_farewell, is_thanks, is_pleasantry)
    return any(reading(part) for reading in reads)


def _in_shape(sentences: list[str]) -> tuple[str, tuple[str, ...], str]:
    """One sentence, three steps at most, and what comes next with its delay; nothing is left out."""
    if not sentences:
        return "", (), ""
    answer, rest = sentences[0], sentences[1:]
    has_delay = bool(rest) and bool(_DELAY.search(rest[-1]))
    steps = rest[:-1] if has_delay else rest
    left = steps[MOST_STEPS:] + (rest[-1:] if has_delay else [])
    return answer, tuple(steps[:MOST_STEPS]), " ".join(left)
