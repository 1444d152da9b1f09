"""What a message wishes: « je ne veux pas annuler » has the words of « je veux annuler », not its wish; nor
has « vous avez annulé », which tells what was done; and « je garde » is its end.
"""

from collections.abc import Iterator, Sequence

from faq.lexicon import Lexicon
from faq.stems import stem
from faq.words import COMMON_WEIGHT, Word

_REACH = 4
"""Words a negation may skip before the one it bears on;"""
_REACH_OF_CLAUSE = 7
"""so many into a clause that it opens: « pas que mon compte soit supprimé »."""
_CLAUSES = frozenset({"que", "qu", "that"})

_BACKWARD = frozenset({"pas", "plus", "jamais"})
_ADVERB = "ment"
"""« Absolument pas annuler »: what stands before is no verb."""
_UNABLE = frozenset({"impossible", "cannot", "can", "could", "able"})
_MARKS = frozenset({"ne", "n"})

_HELPING_ME = frozenset({"ai", "avons", "suis"})
_HELPING = frozenset({"avez", "ont", "ete"}) | _HELPING_ME
_WITHIN_DEED = frozenset({"m", "me", "nous", "tout", "deja", "bien", "mal", "encore", "aussi", "meme"})
_PARTICIPLES = ("e", "es", "er", "i", "is", "it", "u", "us")
"""With the infinitive, which many write for it."""
_INFINITIVES = ("er", "ir", "re")
_NOUNS_OF_WISHES = frozenset({"annulation", "resiliation", "suppression", "retractation"})
"""Of an end: « retractation » alone is its wish, where « facture » is a thing."""

KEEPING = frozenset(stem(word, "fr") for word in ("garder", "conserver", "maintenir", "continuer"))
"""Stems of the wish to go on;"""
ENDING = frozenset(
    stem(word, "fr")
    for word in """annuler annulation resilier resiliation supprimer suppression desabonner desinscrire
    cloturer retourner renvoyer""".split()
)
"""and of what would end it."""


def negated_stems(words: Sequence[Word], lexicon: Lexicon) -> frozenset[str]:
    """The stems that a negation of the message bears on."""
    return frozenset(stem for _, stem in _denials(words, lexicon))


def unable_stems(words: Sequence[Word], lexicon: Lexicon) -> frozenset[str]:
    """Those of them that somebody wishes and cannot do: who says « impossible d'annuler » wants to cancel."""
    return frozenset(stem for at, stem in _denials(words, lexicon) if _is_unable(words, at))


def _denials(words: Sequence[Word], lexicon: Lexicon) -> Iterator[tuple[int, str]]:
    """Where each negation stands, and the stem that it bears on."""
    marks = [
        at for at, word in enumerate(words) if word.surface == "plus" or word.surface in lexicon.negators
    ]
    for at in marks:
        if _negates(words, at, lexicon) and (stem := _target(words, at, lexicon)) is not None:
            yield at, stem


def _is_unable(words: Sequence[Word], at: int) -> bool:
    """« Impossible » is what the lexicon makes of « n'arrive pas à »; « can not », « not able »."""
    near = {word.surface for word in words[max(0, at - 1) : at + 2]}
    return not near.isdisjoint(_UNABLE)


def _negates(words: Sequence[Word], at: int, lexicon: Lexicon) -> bool:
    surface = words[at].surface
    if surface == "plus":
        # « plus vite » adds, « n'ai plus » denies: it takes the mark or an auxiliary before it.
        return _marked(words, at) or (at > 0 and words[at - 1].surface in lexicon.light_verbs)
    return surface in lexicon.negators


def _marked(words: Sequence[Word], at: int) -> bool:
    return any(word.surface in _MARKS for word in words[max(0, at - 3) : at])


def _target(words: Sequence[Word], at: int, lexicon: Lexicon) -> str | None:
    opens = at + 1 < len(words) and words[at + 1].surface in _CLAUSES
    reach = _REACH_OF_CLAUSE if opens else _REACH
    after = _first_full(words[at + 1 : at + 1 + reach], lexicon)
    if words[at].surface not in _BACKWARD or at == 0:
        return after
    before = words[at - 1]
    is_verb = _marked(words, at) and not before.surface.endswith(_ADVERB)
    if _is_full(before, lexicon) and (is_verb or after is None):
        return before.stem
    return after


def _first_full(words: Sequence[Word], lexicon: Lexicon) -> str | None:
    return next((word.stem for word in words if _is_full(word, lexicon)), None)


def _is_full(word: Word, lexicon: Lexicon) -> bool:
    return word.weight >= COMMON_WEIGHT and word.surface not in lexicon.light_verbs


def deeds(words: Sequence[Word], lexicon: Lexicon) -> frozenset[str]:
    """The stems of what is done already: « vous avez débité », « a été supprimé », « j'ai annulé hier ».

    Of the customers' own deeds, those alone that ended something: « j'ai déménagé » wishes what follows.
    In French alone.
    """
    if lexicon.code != "fr" or _HELPING.isdisjoint([word.surface for word in words]):
        return frozenset()
    return frozenset(word.stem for at, word in enumerate(words) if _is_deed(words, at))


def _is_deed(words: Sequence[Word], at: int) -> bool:
    word = words[at]
    if word.weight <= COMMON_WEIGHT or not word.surface.endswith(_PARTICIPLES):
        return False
    while at > 0 and words[at - 1].surface in _WITHIN_DEED:
        at -= 1
    before = [one.surface for one in words[max(0, at - 3) : at]]
    if not before or before[-1] not in _HELPING:
        return False
    if before[-1] in _HELPING_ME:
        return word.stem in ENDING
    # « J'ai été débité » is the customer's own trouble.
    return "ai" not in before


def is_wish(surface: str, lexicon: Lexicon) -> bool:
    """Whether a French word wishes what it says: the noun of an end, or an infinitive, as far as it shows."""
    if not surface.endswith(_INFINITIVES):
        return surface in _NOUNS_OF_WISHES
    # « Livré » and « facture » look like « rendre »; but « livrer » and « facturer » are words.
    return f"{surface}r" not in lexicon.dictionary


def keeps(words: Sequence[Word], lexicon: Lexicon) -> bool:
    """Whether somebody keeps what they have, and speaks of no end of it: « je garde ma commande »."""
    said = {word.stem for word in words}
    if lexicon.code != "fr" or KEEPING.isdisjoint(said) or not ENDING.isdisjoint(said):
        return False
    return not KEEPING.intersection(said) <= negated_stems(words, lexicon)
