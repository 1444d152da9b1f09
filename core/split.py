"""Cutting a long text into messages a channel accepts, at paragraph, line, sentence or word edges."""

import unicodedata

from core.domain.channel import Capabilities, LengthUnit

EDGES = (("\n\n",), ("\n",), (". ", "? ", "! ", "… "), (" ",))
"""Where to cut, the best first; equals together."""

_JOINER = "\u200d"
_SKIN_TONES = range(0x1F3FB, 0x1F400)
_TAGS = range(0xE0020, 0xE0080)
"""Invisible letters that make the flags of England, Scotland and Wales."""
_FLAG_LETTERS = range(0x1F1E6, 0x1F200)
_JAMO = range(0x1160, 0x1200)
"""Korean vowels and finals written apart from the consonant they belong to."""

_VIRAMA = 9
"""The class of signs that bind two consonants into one, in the scripts of India."""


def split(text: str, channel: Capabilities) -> list[str]:
    """The text as one message or several; nothing is lost but the white space at the cuts and the ends.

    No visible character is torn, unless it alone is longer than the channel takes. The channel's limit is 2
    or more.
    """
    parts = []
    rest = text.strip()
    while measure(rest, channel.length_unit) > channel.text_limit:
        cut = _cut(rest, channel)
        parts.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    return [*parts, rest] if rest else parts


def measure(text: str, unit: LengthUnit) -> int:
    """How long a channel finds a text."""
    if unit is LengthUnit.UTF16:
        return len(text.encode("utf-16-le", "surrogatepass")) // 2
    return len(text)


def _cut(text: str, channel: Capabilities) -> int:
    """Where the first part ends: the last best edge that fits, if the part is then at least half full."""
    limit = _fitting(text, channel)
    for edges in EDGES:
        cuts = [at + len(edge) for edge in edges if (at := text.rfind(edge, limit // 2, limit)) > 0]
        if cuts:
            return max(cuts)
    return limit


def _fitting(text: str, channel: Capabilities) -> int:
    """How many code points fit; never between the parts of one visible character."""
    count = channel.text_limit
    while (over := measure(text[:count], channel.length_unit) - channel.text_limit) > 0:
        count -= max(1, over // 2)
    whole = count
    while whole and _is_inside(text, whole):
        whole -= 1
    return whole or count


def _is_inside(text: str, at: int) -> bool:
    """Whether the code points on both sides of a place belong to one visible character."""
    if not 0 < at < len(text):
        return False
    before, after = text[at - 1], text[at]
    if ord(after) in _FLAG_LETTERS:
        return _flag_letters_before(text, at) % 2 == 1
    return _JOINER in {before, after} or unicodedata.combining(before) == _VIRAMA or _extends(after)


def _extends(character: str) -> bool:
    """Accents, variation selectors, skin tones: whatever belongs to the character before it."""
    code = ord(character)
    return unicodedata.category(character).startswith("M") or any(
        code in extending for extending in (_SKIN_TONES, _TAGS, _JAMO)
    )


def _flag_letters_before(text: str, at: int) -> int:
    """A flag is two letters: an odd number of them before a place means that it is inside one."""
    start = at
    while start and ord(text[start - 1]) in _FLAG_LETTERS:
        start -= 1
    return at - start
