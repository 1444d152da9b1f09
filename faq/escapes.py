"""Texts on one line, and back: a line break is `\\n`, a backslash `\\\\`, other odd signs `\\u000b`."""

import re
import unicodedata
from typing import Final

_ODD: Final = {"Cc", "Cf", "Zl", "Zp", "Co", "Cn"}
"""Kinds of signs that an editor or a spreadsheet may change or not show; no language of ours needs them."""
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(.))", re.DOTALL)


def escaped(text: str) -> str:
    """The text on one line."""
    return "".join(map(_escaped, text))


def unescaped(text: str) -> str:
    """What was escaped; a backslash before any other sign stands for that sign, one at the end for itself."""
    return _ESCAPE.sub(_meant, text)


def _escaped(sign: str) -> str:
    if sign == "\n":
        return "\\n"
    if sign == "\\":
        return "\\\\"
    if unicodedata.category(sign) in _ODD and sign != "\u200d":  # joins the parts of an emoji
        return f"\\u{ord(sign):04x}" if ord(sign) < 0x10000 else f"\\U{ord(sign):08x}"
    return sign


def _meant(found: re.Match[str]) -> str:
    code = found[1] or found[2]
    if code:
        return chr(int(code, 16)) if int(code, 16) <= 0x10FFFF else found[0]
    return "\n" if found[3] == "n" else found[3]
