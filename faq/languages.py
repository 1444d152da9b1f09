"""The languages that Relais reads, each with its tables, which are read once."""

from faq.lexicon import Lexicon
from faq.lexicon_files import shipped_lexicon

FRENCH = shipped_lexicon("fr")
ENGLISH = shipped_lexicon("en")
_LEXICONS = {"fr": FRENCH, "en": ENGLISH}


def lexicon_of(language: str) -> Lexicon:
    """The tables of a language; French where we have none."""
    return _LEXICONS.get(language, FRENCH)
