"""What one language knows about its own words: the tables that reading a message needs.

All table entries are written as `words` sees them: lower case, no accents, no apostrophes.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The tables of one language. `phrases` maps a run of words to what replaces it (nothing: dropped)."""

    code: str
    stemmer: str
    elided: frozenset[str]
    abbreviations: Mapping[str, tuple[str, ...]]
    phrases: Mapping[str, tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]]
    function: frozenset[str]
    common: frozenset[str]
    polite: frozenset[str]
    closings: frozenset[str]
    negators: frozenset[str]
    light_verbs: frozenset[str]
    synonyms: tuple[tuple[str, ...], ...]


def word_set(text: str) -> frozenset[str]:
    """A set of words written in one string."""
    return frozenset(text.split())


def abbreviation_table(text: str) -> dict[str, tuple[str, ...]]:
    """Reads `slt=salut`, several words after the sign joined by `+`."""
    pairs = (entry.split("=", 1) for entry in text.split())
    return {short: tuple(word for word in full.split("+") if word) for short, full in pairs}


def phrase_table(text: str) -> dict[str, tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]]:
    """Reads lines `run of words = replacement`, by first word, the longest run first."""
    table: dict[str, list[tuple[tuple[str, ...], tuple[str, ...]]]] = {}
    for line in text.strip().splitlines():
        run, _, replacement = line.partition("=")
        words = tuple(run.split())
        table.setdefault(words[0], []).append((words, tuple(replacement.split())))
    return {first: tuple(sorted(runs, key=lambda run: -len(run[0]))) for first, runs in table.items()}


def synonym_groups(text: str) -> tuple[tuple[str, ...], ...]:
    """Reads one group of interchangeable words a line."""
    return tuple(tuple(line.split()) for line in text.strip().splitlines())
