"""Guessing why a customer writes, from the examples of the rules file (R023): pre-selects, never decides."""

from collections.abc import Callable, Sequence

from core.domain.knowledge import Article
from core.domain.rules import Motive
from faq.index import Index
from faq.parts import halves
from faq.ranking import rank, shipped
from faq.wholes import Wholes

GuessMotive = Callable[[str, str], str | None]
"""From a text and its language to a motive's key, or None when unsure."""

OTHER = "other"
"""The motive that holds what no other does: it is never guessed."""

LEAST_CONFIDENCE = 0.15
"""Below this the words in common are chance."""

LEAST_SHARE = 0.6
"""Of the probability that is shared among the motives: a wrong pre-selection costs a tap."""


class MotiveGuesser:
    """Compares a text with the label and the examples of each motive, in the customer's language."""

    def __init__(self, motives: Sequence[Motive]) -> None:
        self._indexes = {language: Index(language) for language in ("fr", "en")}
        self._wholes = {language: Wholes(index) for language, index in self._indexes.items()}
        for motive in motives:
            if motive.key != OTHER:
                self._learn(motive)

    def _learn(self, motive: Motive) -> None:
        self._indexes["fr"].add(_as_article(motive.key, "fr", motive.label, motive.examples))
        if motive.label_en or motive.examples_en:
            self._indexes["en"].add(_as_article(motive.key, "en", motive.label_en, motive.examples_en))

    def guess(self, text: str, language: str) -> str | None:
        """The key of the motive the text is most probably about; None when unsure. Never raises."""
        asked = language if language in self._indexes else "fr"
        parts = halves(text, self._indexes[asked].lexicon)
        of_parts = {guess for cut in parts for part in cut[:2] if (guess := self._guess(part, asked))}
        return None if len(of_parts) > 1 else self._guess(text, asked)

    def _guess(self, text: str, language: str) -> str | None:
        index = self._indexes[language]
        found = rank(index, self._wholes[language], text, shipped())
        if not found.articles or found.confidence < LEAST_CONFIDENCE or found.shares[0] < LEAST_SHARE:
            return None
        return index.article_ids[found.articles[0]]


def guess_motive(text: str, language: str, motives: Sequence[Motive]) -> str | None:
    """One guess without keeping what was learnt; `MotiveGuesser` is for more than one."""
    return MotiveGuesser(motives).guess(text, language)


def _as_article(key: str, language: str, label: str, examples: Sequence[str]) -> Article:
    parts = tuple(part.strip() for part in label.split(",") if part.strip())
    return Article(key, language, label, tuple(examples), answer="", keywords=parts)
