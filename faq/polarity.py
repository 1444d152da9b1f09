"""What a message negates: « je ne veux pas annuler » has the words of « je veux annuler », not its wish."""

from collections.abc import Sequence

from faq.lexicon import Lexicon
from faq.words import COMMON_WEIGHT, Word

_REACH = 4
"""Words a negation may skip before the one it bears on."""

_BACKWARD = frozenset({"pas", "plus", "jamais"})
_MARKS = frozenset({"ne", "n"})


def negated_stems(words: Sequence[Word], lexicon: Lexicon) -> frozenset[str]:
    """The stems that a negation of the message bears on."""
    marks = [
        at for at, word in enumerate(words) if word.surface == "plus" or word.surface in lexicon.negators
    ]
    found = (_target(words, at, lexicon) for at in marks if _negates(words, at, lexicon))
    return frozenset(stem for stem in found if stem is not None)


def _negates(words: Sequence[Word], at: int, lexicon: Lexicon) -> bool:
    surface = words[at].surface
    if surface == "plus":
        # « plus vite » adds, « n'ai plus » denies: it takes the mark or an auxiliary before it.
        return _marked(words, at) or (at > 0 and words[at - 1].surface in lexicon.light_verbs)
    return surface in lexicon.negators


def _marked(words: Sequence[Word], at: int) -> bool:
    return any(word.surface in _MARKS for word in words[max(0, at - 3) : at])


def _target(words: Sequence[Word], at: int, lexicon: Lexicon) -> str | None:
    after = _first_full(words[at + 1 : at + 1 + _REACH], lexicon)
    if words[at].surface not in _BACKWARD or at == 0:
        return after
    before = words[at - 1]
    is_verb = _is_full(before, lexicon)
    if is_verb and (_marked(words, at) or after is None):
        return before.stem
    return after


def _first_full(words: Sequence[Word], lexicon: Lexicon) -> str | None:
    return next((word.stem for word in words if _is_full(word, lexicon)), None)


def _is_full(word: Word, lexicon: Lexicon) -> bool:
    return word.weight >= COMMON_WEIGHT and word.surface not in lexicon.light_verbs
