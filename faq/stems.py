"""The stem of a word: what its forms have in common."""

from functools import lru_cache
from typing import Protocol

import snowballstemmer

from faq.languages import lexicon_of
from faq.lexicon import Lexicon


class _Stemmer(Protocol):
    def stemWord(self, word: str) -> str:  # noqa: N802 (the library's own name)
        ...


@lru_cache(maxsize=4)
def _stemmer(name: str) -> _Stemmer:
    stemmer: _Stemmer = snowballstemmer.stemmer(name)
    return stemmer


@lru_cache(maxsize=20_000)
def stem(surface: str, language: str) -> str:
    """The stem of one word already in plain form; of its base form, where it is an irregular one."""
    lexicon = lexicon_of(language)
    base = lexicon.forms.get(surface) or _singular(surface, lexicon)
    if lexicon.forms.get(base) == base:  # a word of its own, which a stemmer would take for another's
        return base
    found = _stemmer(lexicon.stemmer).stemWord(base)
    # Without its accent « résilié » loses the i that « résilier » keeps.
    return found[:-1] if lexicon.elided and len(found) > 4 and found.endswith("i") else found


def _singular(surface: str, lexicon: Lexicon) -> str:
    """« Vélos » has the stem of « vélo », which the stemmer does not see without its accent."""
    known, one = lexicon.dictionary, surface.removesuffix("s")
    return one if surface not in known and one in known else surface
