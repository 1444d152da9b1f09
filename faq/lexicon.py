"""What one language knows about its own words: the tables that reading a message needs.

All table entries are written as `words` sees them: lower case, no accents, no apostrophes. The tables stand
in `faq/lexicons/`, and `faq.lexicon_files` reads them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

Run = tuple[str, ...]


class Group(NamedTuple):
    """Words that people use for one another. `weight`: how near, from 0 to 1."""

    words: tuple[str, ...]
    weight: float


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The tables of one language. `phrases` maps a run of words to what replaces it (nothing: dropped)."""

    code: str
    stemmer: str
    elided: frozenset[str]
    abbreviations: Mapping[str, tuple[str, ...]]
    phrases: Mapping[Run, tuple[tuple[Run, tuple[str, ...]], ...]]
    """By the first two words, or the only one; the longest run first."""
    forms: Mapping[str, str]
    """An irregular form, and the word it is a form of; a word that stands for itself is never stemmed."""
    function: frozenset[str]
    common: frozenset[str]
    polite: frozenset[str]
    closings: frozenset[str]
    negators: frozenset[str]
    light_verbs: frozenset[str]
    synonyms: tuple[Group, ...]
    dictionary: Mapping[str, int]
    """The words of the language, and how frequent each is: 1 for the most frequent band, then 2, 3 …"""
