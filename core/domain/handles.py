"""How agents name a conversation: by its customer's name, never by a number (P2).

A handle is `[a-z0-9]` with hyphens between its parts, 2 to 20 characters, told apart from the others in use
by the initial of the last name, then the channel, then a friendly word.
"""

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass

from core.domain.words_spelling import fold, near, tokens

LONGEST = 20
SHORTEST = 2
NAMELESS = "client"

WORDS = (
    *"acacia acajou agave ajonc ambre ancolie anemone argan arnica aster azalee azur".split(),
    *"basilic begonia bleuet bouleau bruyere buis cactus camelia cassis cedre celadon".split(),
    *"cerise charme chene citron clivia colza corail crocus cyan cypres dahlia ebene erable".split(),
    *"fougere frene fuchsia genet ginkgo glycine grenat hetre houx indigo iris ivoire jade".split(),
    *"jasmin jonc laurier lavande lierre lilas lin lotus lupin lys mauve melisse meleze".split(),
    *"menthe mimosa muguet myrte nenufar ocre olivier opale orchis orme paprika".split(),
    *"pavot pin pivoine platane prunier roseau rose sapin sauge saule sepia sureau".split(),
    *"sorbier tilleul thym topaze trefle tulipe vanille verveine violet yucca zinnia".split(),
)
"""Flowers, trees and colours, short, without accents."""

_NOT_NAMES = frozenset("m mr mme mlle mrs ms dr me monsieur madame mademoiselle docteur maitre".split())
_LONG_NUMBER = re.compile(r"\d{5,}")
_OTHER_LETTERS = re.compile(r"[^a-z0-9]+")
_DEEPEST = 3
"""Words in a row before giving up: sixty of them make more than two hundred thousand handles of one name."""


class NoHandleLeft(ValueError):
    """Every combination of friendly words is in use for this name: the list of words is too short."""


@dataclass(frozen=True)
class Candidate:
    """A conversation an agent may mean: its handle, its customer's name, and a key for whoever asks."""

    handle: str
    name: str
    key: str


def handle_for(
    name: str,
    *,
    channel_suffix: str,
    taken: Collection[str],
    words: Sequence[str],
    pick_word: Callable[[int], int],
) -> str:
    """A handle not in `taken`: `marie`, `marie-d`, `marie-wa`, then `marie-<word>`; never a counter (P2).

    A name without two Latin letters (emoji, digits, another script) makes `client-<word>`. Long numbers in a
    name are dropped: a handle must not give a phone number away (P19). `pick_word(count)` says at which of
    `count` words to begin, from 0. Raises NoHandleLeft when three words in a row do not tell it apart.
    """
    parts = _name_parts(name)
    first = next((part for part in parts if len(part) >= SHORTEST), "")
    for handle in _by_name(first, parts, channel_suffix):
        if handle not in taken:
            return handle
    for handle in _by_words(first or NAMELESS, words, pick_word):
        if handle not in taken:
            return handle
    raise NoHandleLeft(f"No friendly word is left to tell this {NAMELESS} from the others.")


def find(query: str, candidates: Sequence[Candidate]) -> list[Candidate]:
    """The conversations an agent's words name: the exact handle alone, else every equal match.

    Beginnings of a handle, a name or one of its parts come before misspellings of one: as soon as one reading
    finds any, the next is not tried. Several: the agent must choose. None: an empty list.
    """
    wanted = _spaced(query)
    if not wanted:
        return []
    readings: tuple[Callable[[Candidate], bool], ...] = (
        lambda each: _spaced(each.handle) == wanted,
        lambda each: any(part.startswith(wanted) for part in _names_of(each)),
        lambda each: any(near(wanted, part) for part in _names_of(each)),
    )
    for reads in readings:
        found = [candidate for candidate in candidates if reads(candidate)]
        if found:
            return found
    return []


def _name_parts(name: str) -> list[str]:
    """The words of a name that can stand in a handle: no title, no digits alone, no long number."""
    parts = [_OTHER_LETTERS.sub("", _LONG_NUMBER.sub("", word)) for word in fold(name).split()]
    return [part for part in parts if not part.isdigit() and part not in ("", *_NOT_NAMES)]


def _by_name(first: str, parts: list[str], channel_suffix: str) -> Iterator[str]:
    if not first:
        return
    yield first[:LONGEST]
    last = parts[-1]
    if last != first:
        yield _joined(first, last[0])
    if channel_suffix:
        yield _joined(first, channel_suffix)


def _by_words(first: str, words: Sequence[str], pick_word: Callable[[int], int]) -> Iterator[str]:
    """The name with one word, beginning where chance says, then with two, then with three."""
    begin = pick_word(len(words)) if words else 0
    for depth in range(1, _DEEPEST + 1):
        for step in range(len(words) ** depth):
            places = [begin + step // len(words) ** digit for digit in range(depth)]
            handle = _joined(first, *(words[place % len(words)] for place in places))
            if len(handle) <= LONGEST:
                yield handle


def _joined(first: str, *ends: str) -> str:
    """The name, cut as short as the ends require but never below two letters, and the ends."""
    end = "".join(f"-{each}" for each in ends)
    return first[: max(SHORTEST, LONGEST - len(end))] + end


def _names_of(candidate: Candidate) -> list[str]:
    """What a candidate may be called: handle, whole name, each part of the name."""
    name = _spaced(candidate.name)
    return [each for each in (_spaced(candidate.handle), name, *name.split()) if each]


def _spaced(text: str) -> str:
    """Folded, one space wherever there is anything but a letter or a digit, of any script."""
    return " ".join(tokens(text))
