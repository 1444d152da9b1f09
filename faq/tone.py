"""How words read on a phone: tone, abbreviations, typography, length (R124, R129, R130); of any ready text.

Each complaint says what to write instead.
"""

import re
import unicodedata
from collections.abc import Iterator
from math import ceil
from typing import Final

from faq.stock_phrases import complaints as stock_phrases

LONGEST_SENTENCE: Final = 28
"""Words: a longer sentence is read twice on a phone."""
LINE: Final = 38
"""Characters of a line on a phone, in a bubble."""
SCREEN: Final = 18
"""Such lines that are seen at once, below the name and above what is typed."""

_ABBREVIATIONS = frozenset(
    "slt bjr bsr stp svp cad càd cdlt cdt mdp rdv pb pbs qd qq qqn qqch tjs tjrs bcp dsl jms msg cmd pr ds ns"
    " vs asap pls plz thx btw fyi imo u ur tbc tba".split()
)
_WORD = re.compile(r"[^\W\d_]+")
_DELAY = re.compile(
    r"\d+\s*(?:jours?|heures?|minutes?|semaines?|days?|hours?|minutes?|weeks?|working)|aussitôt|immédiat|"
    r"le jour même|à toute heure|at once|same day|at any hour|prochaine échéance|\{d[ée]la[iy]\b",
    re.IGNORECASE,
)
_DEGREE: Final = "°"
"""« Le n° de la commande », « 40 °C »: a sign of the keyboard."""
_TODAY_ALONE = re.compile(r"\{\s*(?:horaires[ _]du[ _]jour|hours[ _]today)\s*\}", re.IGNORECASE)
_ADDRESS = re.compile(r"(?:https?://|www\.)[^\s»]+", re.IGNORECASE)
_FRENCH_RULES = (
    (
        re.compile(r"(?<![\u00a0\u202f])[;!?»]|(?<![\u00a0\u202f\d]):"),
        "no no-break space before ; : ! ? or »; write one (U+00A0)",
    ),
    (re.compile(r"«(?![\u00a0\u202f])"), "no no-break space after «; write one (U+00A0)"),
    (re.compile(r"\b(?:tu|toi|ton|ta|tes)\b", re.IGNORECASE), "says tu; write vous"),
)


def names_delay(text: str) -> bool:
    """Whether it says by when (R124)."""
    return _DELAY.search(text) is not None


def phone_lines(text: str) -> int:
    """Lines of a text on a phone, the empty ones too."""
    return sum(ceil(len(line) / LINE) or 1 for line in text.split("\n"))


def tone(text: str) -> Iterator[str]:
    """What to change in the words of one line."""
    if any(unicodedata.category(mark) in {"So", "Sk", "Cs"} for mark in text if mark != _DEGREE):
        yield "emoji or symbol (R130); leave it out"
    short = [word for word in _WORD.findall(text) if word.lower() in _ABBREVIATIONS]
    if short:
        yield f"abbreviation {short[0]} (R130); write the whole word"
    if any(len(part.split()) > LONGEST_SENTENCE for part in re.split(r"[.!?;:]\s", text)):
        yield f"sentence of more than {LONGEST_SENTENCE} words (R130); make two of it"
    if _TODAY_ALONE.search(text):
        yield "hours of today that may be closed; write {horaires du jour|fermé} or {hours today|closed}"
    yield from stock_phrases(text)


def typography(text: str, language: str) -> Iterator[str]:
    """What to change in its signs."""
    if "'" in text:
        yield "straight apostrophe; write ’"
    if "  " in text or text != text.strip():
        yield "space too many; take it out"
    if language == "fr":
        prose = _ADDRESS.sub("", text)
        yield from (complaint for pattern, complaint in _FRENCH_RULES if pattern.search(prose))
