"""Guessing why a customer writes (R023), from the examples of the rules file, and where these leave it open
from what customers wrote before: pre-selects, never decides."""

from collections.abc import Callable, Mapping, Sequence

from core.domain.knowledge import Article
from core.domain.rules import Motive
from core.domain.words import without_persons_asked
from faq.grams import SAYS_SOMETHING
from faq.index import Index
from faq.parts import halves
from faq.ranking import rank, shipped
from faq.wholes import Wholes
from faq.words import words_of

GuessMotive = Callable[[str, str], str | None]
"""From a text and its language to a motive's key, or None when unsure."""

OTHER = "other"
"""The motive that holds what no other does: it is never guessed."""

LEAST_CONFIDENCE = 0.15
"""Below this the words in common are chance."""

LEAST_SHARE = 0.6
"""Of the probability that is shared among the motives: a wrong pre-selection costs a tap."""


FEWEST_TELLING = 2
"""Words that say something, in what a customer wrote before: « j'ai un problème » tells no motive."""

Past = Mapping[tuple[str, str], Sequence[str]]
"""What customers wrote first, by the motive's key and the language."""


class MotiveGuesser:
    """What the team wrote decides where it can; what customers wrote before, in the rest alone.

    Making it takes some time with a long past: not for the event loop.
    """

    def __init__(self, motives: Sequence[Motive], past: Past | None = None) -> None:
        self._written = _Likeness(motives, {})
        self._lived = _Likeness(motives, past) if past else None

    def guess(self, text: str, language: str) -> str | None:
        """The key of the motive the text is most probably about; None when unsure. Never raises.

        Who is asked for tells no motive: « un conseiller svp, je veux louer des skis ».
        """
        about = without_persons_asked(text)
        found = self._written.guess(about, language)
        return self._lived.guess(about, language) if found is None and self._lived else found


class _Likeness:
    """Compares a text with the label and the examples of each motive, in the customer's language."""

    def __init__(self, motives: Sequence[Motive], past: Past) -> None:
        self._indexes = {language: Index(language) for language in ("fr", "en")}
        self._wholes = {language: Wholes(index) for language, index in self._indexes.items()}
        for motive in motives:
            if motive.key != OTHER:
                self._learn(motive, past)

    def _learn(self, motive: Motive, past: Past) -> None:
        told = {"fr": (motive.label, motive.examples), "en": (motive.label_en, motive.examples_en)}
        for language, (label, examples) in told.items():
            before = map(without_persons_asked, past.get((motive.key, language), ()))
            learnt = [text for text in before if _is_telling(text, language)]
            if label or examples or learnt:
                self._indexes[language].add(_as_article(motive.key, language, label, examples, learnt))

    def guess(self, text: str, language: str) -> str | None:
        """The most probable one."""
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


def _is_telling(text: str, language: str) -> bool:
    return sum(word.weight >= SAYS_SOMETHING for word in words_of(text, language)) >= FEWEST_TELLING


def guess_motive(text: str, language: str, motives: Sequence[Motive]) -> str | None:
    """One guess without keeping what was learnt; `MotiveGuesser` is for more than one."""
    return MotiveGuesser(motives).guess(text, language)


def _as_article(
    key: str, language: str, label: str, examples: Sequence[str], learnt: Sequence[str]
) -> Article:
    """What customers wrote is asked only where the examples say nothing: there it is worth as much."""
    parts = tuple(part.strip() for part in label.split(",") if part.strip())
    return Article(key, language, label, (*examples, *learnt), answer="", keywords=parts)
