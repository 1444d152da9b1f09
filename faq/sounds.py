"""How a French word sounds, roughly: « resilié » and « résiller », « reçu » and « ressu » get one key."""

import re
from functools import lru_cache

_RULES = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        ("eau|au", "o"),
        ("qu|ck|k", "k"),
        ("c(?=[eiy])|ss|sc(?=[eiy])", "s"),
        ("c", "k"),
        ("ph", "f"),
        ("h", ""),
        ("ais|ait|ai|ei|er$|ez$|ee$|ees$|et$", "e"),
        ("y", "i"),
        ("z", "s"),
        ("[ae]n(?=[^aeiou]|$)|[ae]m(?=[bp])", "1"),
        ("g(?=[eiy])", "j"),
        (r"(.)\1+", r"\1"),
        ("[esxtdp]+$", ""),
    )
)


@lru_cache(maxsize=20_000)
def sound_of(surface: str) -> str:
    """The key of a word in plain form; words of one key are taken for one another."""
    key = surface
    for pattern, sound in _RULES:
        key = pattern.sub(sound, key)
    return key
