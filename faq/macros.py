"""Finding a ready text of the rules file by its key or by its words: the engine that finds articles."""

import re
from collections.abc import Sequence
from typing import Final

from core.domain.handles import Candidate, find
from core.domain.knowledge import Article
from core.domain.rules import Macro
from core.domain.variables import ASKED, holds
from faq.match import KnowledgeBase
from faq.words import COMMON_WEIGHT, detect_language, words_of

MOST_FOUND: Final = 3
_VARIABLE = re.compile(r"\{[^{}]*\}")
_ENDS = re.compile(r"[.;:!?…\n]+")


class MacroFinder:
    """Every macro, searchable. Small, and made once: a change of the rules file is a new start."""

    def __init__(self, macros: Sequence[Macro], language: str, asked: Sequence[str] = ()) -> None:
        """`asked`: what those that ask for what a motive needs may ask for, which finds them too."""
        self._macros = {macro.key: macro for macro in macros}
        self._base = KnowledgeBase(_as_article(macro, language, asked) for macro in macros)
        self._names = [Candidate(macro.key, "", macro.key) for macro in macros]
        self._language = language

    def find(self, words: str) -> list[tuple[Macro, float | None]]:
        """Those that the words name by their key, exactly or nearly; then the likeliest. Never raises.

        With the confidence of the search where it found them too: a key may be a mere thank-you, in which
        it hears no question.
        """
        scores = dict(self._base.find(words, self._language).notable)
        named = [each.key for each in find(words, self._names)]
        keys = dict.fromkeys((*named, *scores))
        return [(self._macros[key], scores.get(key)) for key in keys][:MOST_FOUND]

    def language_of(self, macro: Macro) -> str:
        """The language it is written in, in which its variables are told."""
        known = self._base.article(macro.key)
        return known.language if known else self._language


def _as_article(macro: Macro, language: str, asked: Sequence[str]) -> Article:
    """Found by its key, by each of its sentences, and by each word that says something."""
    written = detect_language(macro.text) or language
    text = _VARIABLE.sub(" ", macro.text)
    text = "\n".join([text, *(asked if holds(macro.text, ASKED) else ())])
    sentences = tuple(sentence for part in _ENDS.split(text) if (sentence := part.strip(" -,")))
    telling = (word.surface for word in words_of(text, written) if word.weight > COMMON_WEIGHT)
    return Article(
        macro.key, written, macro.key, sentences, macro.text, keywords=tuple(dict.fromkeys(telling))
    )
