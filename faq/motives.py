"""Guessing why a customer writes, from the examples of the rules file (R023): pre-selects, never decides."""

from collections.abc import Callable, Sequence

from core.domain.knowledge import Article
from core.domain.rules import Motive
from faq.index import Index
from faq.score import Query

GuessMotive = Callable[[str, str], str | None]
"""From a text and its language to a motive's key, or None when unsure."""

OTHER = "other"
"""The motive that holds what no other does: it is never guessed."""

LEAST_SCORE = 0.17
"""Below this fused score the words in common are chance."""

LEAST_LEAD = 1.12
"""How many times better than the second the first must be: a wrong pre-selection costs a tap."""


class MotiveGuesser:
    """Compares a text with the label and the examples of each motive, in the customer's language."""

    def __init__(self, motives: Sequence[Motive]) -> None:
        self._indexes = {"fr": Index("fr"), "en": Index("en")}
        for motive in motives:
            if motive.key != OTHER:
                self._learn(motive)

    def _learn(self, motive: Motive) -> None:
        self._indexes["fr"].add(_as_article(motive.key, "fr", motive.label, motive.examples))
        if motive.label_en or motive.examples_en:
            self._indexes["en"].add(_as_article(motive.key, "en", motive.label_en, motive.examples_en))

    def guess(self, text: str, language: str) -> str | None:
        """The key of the motive the text is most probably about; None when unsure. Never raises."""
        found = Query(self._indexes.get(language, self._indexes["fr"]), text).candidates()
        if not found or found[0].value < LEAST_SCORE:
            return None
        if len(found) > 1 and found[0].value < LEAST_LEAD * found[1].value:
            return None
        return found[0].article_id


def guess_motive(text: str, language: str, motives: Sequence[Motive]) -> str | None:
    """One guess without keeping what was learnt; `MotiveGuesser` is for more than one."""
    return MotiveGuesser(motives).guess(text, language)


def _as_article(key: str, language: str, label: str, examples: Sequence[str]) -> Article:
    parts = tuple(part.strip() for part in label.split(",") if part.strip())
    return Article(key, language, label, tuple(examples), answer="", keywords=parts)
