"""Finding the rules' urgent words and legal phrases in a message: slips forgiven, negation understood (R065).

Each word of a phrase may be misspelt within the usual tolerance; one word may slip in between two of them
("porter une plainte"), a negation excepted. What a clause denies is told by `words_denial`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from core.domain.lexicon import COMMON
from core.domain.words_answers import says_unsettled, yes_or_no
from core.domain.words_denial import breaks_a_phrase, is_denied, is_renounced
from core.domain.words_over import makes_urgent_now, says_none, takes_back
from core.domain.words_spelling import Lookout, Vocabulary, clauses, near, osa_distance, squeezed, tokens

_OPPOSITES = ("de", "un")
"""Beginnings that turn a word into its contrary: "débloqué", "unblocked"."""

_NOTHING = "x"
"""Stands where a word was struck out, and means nothing."""

_REMEMBERED = 4096
"""Words whose meaning each list remembers: people write mostly the same few thousand."""

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
        self._meant_by = lru_cache(_REMEMBERED)(self._anchors_meant_by)
        self._contrary_of = lru_cache(_REMEMBERED)(self._anchors_denied_by)
        self.concern = Lookout(self._knows).any_of
        """Whether one of some words is an anchor, or the contrary of one."""

    def _knows(self, word: str) -> bool:
        return bool(self._meant_by(word) or self._contrary_of(word))

    def occurring(self, said: list[str]) -> Iterator[tuple[_Phrase, int, int]]:
        """The phrases that occur among the words, each with the places of its first and last word."""
        for at, word in enumerate(said):
            for anchor in self._meant_by(word):
                for phrase in self._by_anchor[anchor]:
                    span = _span_of(phrase, said, at)
                    if span is not None:
                        yield phrase, *span

    def undone(self, said: list[str]) -> Iterator[tuple[_Phrase, int]]:
        """The words whose contrary occurs, with its place."""
        for at, word in enumerate(said):
            for anchor in self._contrary_of(word):
                yield from ((phrase, at) for phrase in self._by_anchor[anchor] if len(phrase.words) == 1)

    def _anchors_meant_by(self, word: str) -> list[str]:
        close = self._anchors.all_near(word)
        if close:
            # "débloquant" is near "bloquant", and says the contrary.
            fitting = [anchor for anchor in close if _reads_as(word, anchor)]
            return fitting if fitting and not self._contrary_of(word) else []
        if word.startswith(self._stems):
            return [verb for verb in self._verbs if _is_form_of(word, verb)]
        return []

    def _anchors_denied_by(self, word: str) -> list[str]:
        if not word.startswith(_OPPOSITES) or word in self._by_anchor or word in COMMON:
            return []
        rest = word[2:]
        return [anchor for anchor in self._anchors.all_near(rest) if len(anchor) > 4 and anchor[0] == rest[0]]


_compiled = lru_cache(maxsize=16)(_Phrases)


def may_fire(text: str, *lists: tuple[str, ...]) -> bool:
    """Whether one word of a message at least belongs to the lists; most messages are done with by this."""
    said = tokens(text)
    return any(_compiled(words).concern(said) for words in lists)


@dataclass(frozen=True)
class Clause:
    """The words between two marks of punctuation, and what follows makes of them."""

    words: list[str]
    answered_no: bool
    """What follows says no to them, or takes them back."""
    is_so_now: bool = False
    """Whatever they deny, what follows says that it is so now."""


def read_clauses(text: str) -> list[Clause]:
    """The clauses of a message; "urgent ? non" is one that is answered."""
    cut = clauses(text)
    following = [*cut, ""][1:]
    return [_clause(this, after) for this, after in zip(cut, following, strict=True)]


def _clause(this: str, after: str) -> Clause:
    said, then = tokens(this), tokens(after)
    asks = this.endswith(("?", ":"))
    answered_no = takes_back(then) or (asks and (_answers_no(after) or says_none(then)))
    return Clause(said, answered_no, is_so_now=makes_urgent_now(said) or makes_urgent_now(then))


def _answers_no(after: str) -> bool:
    """ "Urgent : toujours pas réglé" denies nothing."""
    return yes_or_no(after) is False and not says_unsettled(after)


def first_word(message: list[Clause], words: tuple[str, ...]) -> str | None:
    """The first urgent word in the message that is not denied, as the rules write it.

    A denied contrary says the same: "mon compte n'est toujours pas débloqué".
    """
    phrases = _compiled(words)
    for clause in message:
        for phrase, denied in _read(clause, phrases):
            if not denied:
                return phrase.written
        for phrase, start in phrases.undone(clause.words):
            if is_denied(clause.words, start, start, set()):
                return phrase.written
    return None


def without(message: list[Clause], phrases: tuple[str, ...]) -> list[Clause]:
    """The message with the words of such phrases struck out."""
    return [replace(clause, words=_struck(clause.words, _compiled(phrases))) for clause in message]


def _struck(said: list[str], phrases: _Phrases) -> list[str]:
    struck = list(said)
    for _, start, end in phrases.occurring(said):
        struck[start : end + 1] = [_NOTHING] * (end + 1 - start)
    return struck


def denies_every(message: list[Clause], words: tuple[str, ...]) -> bool:
    """Whether the message says such words, and denies each: "je ne pense pas que ce soit bloquant"."""
    phrases = _compiled(words)
    read = [denied for clause in message for _, denied in _read(clause, phrases)]
    return bool(read) and all(read)


def _read(clause: Clause, phrases: _Phrases) -> Iterator[tuple[_Phrase, bool]]:
    """The phrases of a clause, and whether each is denied."""
    found = list(phrases.occurring(clause.words))
    places = {start for _, start, _ in found}
    for phrase, start, end in found:
        denied = clause.answered_no or is_denied(clause.words, start, end, places)
        yield phrase, denied and not clause.is_so_now


def first_legal(message: list[Clause], phrases: tuple[str, ...]) -> str | None:
    """The first legal or reputational phrase in the message that is not renounced, as the rules write it."""
    for clause in message:
        for phrase, start, _ in _compiled(phrases).occurring(clause.words):
            if not is_renounced(clause.words, start):
                return phrase.written
    return None


def _span_of(phrase: _Phrase, said: list[str], at: int) -> tuple[int, int] | None:
    """From where to where a phrase goes whose anchor stands at a place; None when it does not."""
    place = phrase.words.index(phrase.anchor)
    start = _match(phrase.words[:place][::-1], said, at, step=-1)
    end = _match(phrase.words[place + 1 :], said, at, step=1)
    return (start, end) if start is not None and end is not None else None


def _match(wanted: Sequence[str], said: list[str], at: int, step: int) -> int | None:
    """Follow the wanted words from a place, one word in between at most; the place of the last one."""
    for word in wanted:
        gaps = (1, 2) if len(word) > 1 else (1,)
        places = [at + step * gap for gap in gaps if 0 <= at + step * gap < len(said)]
        fitting = (place for place in places if _may_be(said[place], word))
        found = next(fitting, None)
        if found is None or (abs(found - at) == 2 and breaks_a_phrase(said[at + step])):
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
