"""Finding the rules' urgent words and legal phrases in a message: slips forgiven, negation understood (R065).

Each word of a phrase may be misspelt within the usual tolerance; one word may slip in between two of them
("porter une plainte"). A negation reaches only as far as the words that may stand between it and what it
denies: "ce n'est pas vraiment urgent", but not "je ne peux plus rien faire c'est bloqué".
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from core.domain.lexicon import COMMON
from core.domain.words_answers import says_unsettled, yes_or_no
from core.domain.words_spelling import Vocabulary, clauses, near, osa_distance, squeezed, tokens

_NEGATORS = frozenset(
    """pas pa sans aucun aucune jamais ni non peu nullement point guere not no never nothing without
    isn aren wasn isnt arent wasnt doesn doesnt don dont nor""".split()
)
_FILLERS = frozenset(
    """si tres vraiment du tout forcement trop non encore d de completement totalement particulierement
    specialement absolument exactement franchement necessairement bien super hyper la un une
    etre ete en demande question chose cas caractere pour besoin plus t
    really that very so at all too an a be been completely totally exactly yet request matter of for in need
    terribly especially""".split()
)
_ADVERBS = frozenset("du tout vraiment forcement non t really at all".split())
"""What may stand between a legal phrase and its negation. Not "encore": "pas encore" is a threat."""

_JOINING = frozenset("ou et ni or and nor".split())

_OPPOSITES = ("de", "un")
"""Beginnings that turn a word into its contrary: "débloqué", "unblocked"."""

_CONJUGATED = ("e", "es", "ez", "ons", "ent", "ai", "as", "a", "ais", "ait", "er", "erai", "erais", "erons")


@dataclass(frozen=True)
class _Phrase:
    """A word or phrase of the rules: as it is written there, and its folded words."""

    written: str
    words: tuple[str, ...]

    @property
    def anchor(self) -> str:
        """The longest word: the one looked for first."""
        return max(self.words, key=len)


class _Phrases:
    """The phrases of one list of the rules, found by their anchors."""

    def __init__(self, written: Sequence[str]) -> None:
        phrases = [_Phrase(each, tuple(tokens(each))) for each in written]
        self._by_anchor: dict[str, list[_Phrase]] = {}
        for phrase in phrases:
            if phrase.words:
                self._by_anchor.setdefault(phrase.anchor, []).append(phrase)
        self._anchors = Vocabulary(self._by_anchor, COMMON)
        self._verbs = [anchor for anchor in self._by_anchor if anchor.endswith("er")]
        self._stems = tuple(verb[:-2] for verb in self._verbs)

    def starting(self, said: list[str]) -> Iterator[tuple[_Phrase, int]]:
        """The phrases that occur among the words, each with the place of its first word."""
        for at, word in enumerate(said):
            for anchor in self._meant_by(word):
                for phrase in self._by_anchor[anchor]:
                    start = _start_of(phrase, said, at)
                    if start is not None:
                        yield phrase, start

    def undone(self, said: list[str]) -> Iterator[tuple[_Phrase, int]]:
        """The words whose contrary occurs, with its place."""
        for at, word in enumerate(said):
            for anchor in self._contrary_of(word):
                yield from ((phrase, at) for phrase in self._by_anchor[anchor] if len(phrase.words) == 1)

    def _meant_by(self, word: str) -> list[str]:
        close = self._anchors.all_near(word)
        if close:
            # "débloquant" is near "bloquant", and says the contrary.
            fitting = [anchor for anchor in close if _reads_as(word, anchor)]
            return fitting if fitting and not self._contrary_of(word) else []
        if word.startswith(self._stems):
            return [verb for verb in self._verbs if _is_form_of(word, verb)]
        return []

    def _contrary_of(self, word: str) -> list[str]:
        if not word.startswith(_OPPOSITES) or word in self._by_anchor or word in COMMON:
            return []
        rest = word[2:]
        return [anchor for anchor in self._anchors.all_near(rest) if len(anchor) > 4 and anchor[0] == rest[0]]


_compiled = lru_cache(maxsize=16)(_Phrases)


@dataclass(frozen=True)
class Clause:
    """The words between two marks of punctuation, and whether what follows answers them with a no."""

    words: list[str]
    answered_no: bool


def read_clauses(text: str) -> list[Clause]:
    """The clauses of a message; "urgent ? non" is one that is answered."""
    cut = clauses(text)
    following = [*cut, ""][1:]
    return [
        Clause(tokens(this), this.endswith(("?", ":")) and _answers_no(after))
        for this, after in zip(cut, following, strict=True)
    ]


def _answers_no(after: str) -> bool:
    """ "Urgent : toujours pas réglé" denies nothing."""
    return yes_or_no(after) is False and not says_unsettled(after)


def first_word(message: list[Clause], words: tuple[str, ...]) -> str | None:
    """The first urgent word in the message that is not denied, as the rules write it.

    A denied contrary says the same: "mon compte n'est toujours pas débloqué".
    """
    phrases = _compiled(words)
    for clause in message:
        found = list(phrases.starting(clause.words))
        places = {start for _, start in found}
        for phrase, start in found:
            if not clause.answered_no and not _is_denied(clause.words, start, _FILLERS, places):
                return phrase.written
        for phrase, start in phrases.undone(clause.words):
            if _is_denied(clause.words, start, _FILLERS, places):
                return phrase.written
    return None


def first_legal(message: list[Clause], phrases: tuple[str, ...]) -> str | None:
    """The first legal or reputational phrase in the message, as the rules write it.

    Only a negation right before it denies it: "je n'hésiterai pas à porter plainte" is a threat.
    """
    for clause in message:
        for phrase, start in _compiled(phrases).starting(clause.words):
            if not _is_denied(clause.words, start, _ADVERBS, set()):
                return phrase.written
    return None


def _is_denied(said: list[str], at: int, fillers: frozenset[str], places: set[int]) -> bool:
    """Walk back from a word over what may stand between it and its negation."""
    at -= 1
    while at >= 0:
        if _denies(said, at):
            return True
        joined = said[at] in _JOINING or at in places
        if said[at] not in fillers and not joined:
            return False
        at -= 1
    return False


def _denies(said: list[str], at: int) -> bool:
    """Whether the word at a place is a negation of what follows it.

    "N'est plus urgent" denies, "encore plus urgent" insists; "rien d'urgent" denies, "toujours rien" only
    complains. "Rien n'est urgent", "tout sauf urgent", "loin d'être urgent" deny too.
    """
    before = said[max(0, at - 2) : at]
    if said[at] in ("est", "etait"):
        return before == ["rien", "n"]
    if said[at] == "sauf":
        return before[-1:] == ["tout"]
    if said[at] == "plus":
        return any(word in ("n", "ne") for word in said[max(0, at - 3) : at])
    if said[at] in ("rien", "loin"):
        return said[at + 1] in ("d", "de")
    return said[at] in _NEGATORS


def _start_of(phrase: _Phrase, said: list[str], at: int) -> int | None:
    """Where a phrase starts whose anchor stands at a place; None when its other words are not around it."""
    place = phrase.words.index(phrase.anchor)
    start = _match(phrase.words[:place][::-1], said, at, step=-1)
    end = _match(phrase.words[place + 1 :], said, at, step=1)
    return start if start is not None and end is not None else None


def _match(wanted: Sequence[str], said: list[str], at: int, step: int) -> int | None:
    """Follow the wanted words from a place, one word in between at most; the place of the last one."""
    for word in wanted:
        gaps = (1, 2) if len(word) > 1 else (1,)
        places = [at + step * gap for gap in gaps if 0 <= at + step * gap < len(said)]
        fitting = (place for place in places if _may_be(said[place], word))
        found = next(fitting, None)
        if found is None or (abs(found - at) == 2 and said[at + step] in _NEGATORS):
            return None
        at = found
    return at


def _may_be(word: str, target: str) -> bool:
    return word == target or _is_form_of(word, target) or (word not in COMMON and near(word, target))


def _reads_as(word: str, target: str) -> bool:
    """Stricter than nearness, since a long text holds many words.

    A word of four letters forgives letters swapped, repeated or added at its end; two slips at once are
    forgiven only where the first letter is right ("currently" is not "urgently").
    """
    if len(target) == 4:
        return word.startswith(target) or sorted(word) == sorted(target) or squeezed(word) == squeezed(target)
    return word[0] == target[0] or osa_distance(word, target, 1) == 1


def _is_form_of(word: str, target: str) -> bool:
    """Whether a word is a form of a verb in -er ("porterai" of "porter")."""
    if len(target) < 6 or not target.endswith("er") or not word.startswith(target[:-2]):
        return False
    return word[len(target) - 2 :] in _CONJUGATED
