"""Urgency that is taken back behind its word: "urgent pas du tout", "l'urgence est passée", "it was urgent".

`words_denial` looks before a word. Here is what follows it, in its clause or as a clause of its own, and what
makes urgent again what was not ("ce n'était pas urgent, maintenant ça l'est"). A short no counts only where
nothing comes after it: "urgent pas du tout reçu" is a complaint.
"""

import re

_IT = "(?:ca|ce|c|cela|il|elle|it|this)"
_END = r"(?: (?:merci|svp|stp|desole|desolee|thanks|thank you|sorry))*$"
_NO_MORE = (
    rf"(?:(?:{_IT} )?(?:(?:ne|n) )?(?:l )?est plus(?: le cas| vrai| d actualite)?"
    r"(?: maintenant| desormais| aujourd hui| du tout)?"
    rf"|plus (?:maintenant|desormais|aujourd hui|du tout)"
    rf"|(?:{_IT} (?:is|s) )?(?:not|isn t) (?:anymore|any more|now)|{_IT} no longer is|no longer)"
)
_NOT_AT_ALL = (
    r"(?:(?:non|no) )?(?:pas (?:du tout|vraiment|specialement|particulierement|forcement|trop|tellement)"
    r"|not (?:at all|really|particularly))"
)
_SHORT_NO = re.compile(rf"(?:mais |but )?(?:{_NOT_AT_ALL}|{_NO_MORE}){_END}")
_THEN_SHORT_NO = re.compile(
    r"(?:(?:\w+ ){0,4}(?:mais|but) (?:(?:en fait|finalement|maintenant|la|now) )?)?"
    rf"(?:{_NOT_AT_ALL}|{_NO_MORE}){_END}"
)
_NONE = re.compile(rf"(?:aucune?|nulle?|none){_END}")

_PAST = r"(?:passee?|terminee?|finie?|levee?|ecartee?|resolue?|derriere (?:nous|moi|vous))"
_IS_OVER = re.compile(
    rf"(?:est |etant |semble )?(?:maintenant |desormais |deja |bien |enfin |heureusement )*{_PAST}"
    rf"(?: (?:depuis|maintenant|mais|et|ce|hier|ouf)\b.*)?{_END}"
    r"|(?:a (?:disparu|cesse)|n a plus lieu|n existe plus)\b"
    r"|n est plus (?:la|d actualite|necessaire|justifiee?)\b"
    rf"|n (?:est|y est) plus{_END}"
    r"|(?:is|s|was) (?:now |already |long )?"
    r"(?:over|past|gone|resolved|sorted)\b(?! (?:\d|an?|due|one|two|three)\b)|(?:has|have) passed\b"
)
_NOW_IT_IS = re.compile(
    rf"\b(?:maintenant|aujourd hui|desormais) (?:\w+ )?{_IT} l est\b(?! (?:pas|plus))"
    rf"|\b{_IT} l est (?:maintenant|aujourd hui|desormais|devenue?)\b|\bnow it is{_END}"
)


def is_over(after: str) -> bool:
    """Whether the words behind an urgent one, within its clause, say that it is so no more, or never was."""
    rest = after.strip()
    return any(said.match(rest) is not None for said in (_THEN_SHORT_NO, _IS_OVER))


def takes_back(words: list[str]) -> bool:
    """Whether a clause of its own takes back the one before it: "c'était urgent hier, plus maintenant"."""
    return _SHORT_NO.fullmatch(" ".join(words)) is not None


def says_none(words: list[str]) -> bool:
    """Whether a clause answers with nothing but "aucune": "urgence : aucune"."""
    return _NONE.fullmatch(" ".join(words)) is not None


def makes_urgent_now(words: list[str]) -> bool:
    """Whether what was denied before is true now: "maintenant ça l'est"."""
    return _NOW_IT_IS.search(" ".join(words)) is not None
