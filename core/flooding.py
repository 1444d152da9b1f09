"""A customer who writes more than anybody reads: one line of the thread that counts and shows its ends.

Everything is kept, and can be read from the line; nobody else's thread waits for it. Two such lines of one
customer, one after the other, can always be made into one.
"""

from collections.abc import Sequence
from functools import reduce
from typing import Any, Final

from core.merging import Payload, go_together, parts_of

MESSAGES: Final = 30
"""Two full posts, and ..."""
WITHIN_MS: Final = 60_000
"""... within a minute: nobody types so much. After so long without another word, it is over."""
CLOSE_MS: Final = WITHIN_MS // MESSAGES
"""In every flood some messages are no further apart: only then is it worth counting."""
FIRST: Final = 5
LAST: Final = 5
WORDS: Final = 300
"""Characters of each message that is shown; the whole can be read from the line."""
GROWS_EVERY_MS: Final = 10_000
"""How long a line that stands waits for more: changes are the scarcest thing at the team's place."""

NAME: Final = "flood"


def is_flood(line: Payload) -> bool:
    """Whether the line counts more than it shows."""
    return bool(line.get(NAME))


def may_begin(line: Payload, at_ms: int) -> bool:
    """Whether a message written then comes so soon after the line that the customer may be flooding."""
    return 0 <= at_ms - int(_told(line)["until"]) <= CLOSE_MS


def goes_on(line: Payload, at_ms: int) -> bool:
    """Whether what is written then belongs to the flood that the line tells of."""
    return is_flood(line) and at_ms - int(line[NAME]["until"]) <= WITHIN_MS


def continues(line: Payload, after: Payload) -> bool:
    """Whether a line of the same customer belongs to the flood that the one before it tells of."""
    return go_together(line, after) and goes_on(line, _told(after)["since"])


def flooded(lines: Sequence[Payload], conversation: str) -> Payload:
    """Lines of one customer, in their order, as one that counts them all."""
    one = reduce(_together, lines)
    return one | {NAME: _told(one) | {"conversation": conversation}}


def _together(before: Payload, after: Payload) -> Payload:
    """Two lines as one: of both everything, as long as that is little; else the two ends."""
    told, then = _told(before), _told(after)
    beginning = _first(before) if told["gap"] else parts_of(before)
    end = _last(after) if then["gap"] else parts_of(after)
    first = beginning if told["gap"] else [*beginning, *_first(after)]
    last = end if then["gap"] else [*_last(before), *end]
    is_whole = not (told["gap"] or then["gap"] or len(first) > FIRST + LAST)
    shown = first if is_whole else [*first[:FIRST], *last[-LAST:]]
    count = {"count": told["count"] + then["count"], "gap": 0 if is_whole else FIRST}
    ends = {"to": then["to"], "until": then["until"]}
    words = [_short(part) for part in shown]
    return before | words[0] | {"more": words[1:], NAME: told | count | ends}


def _told(line: Payload) -> dict[str, Any]:
    """What a line counts; `gap`: behind how many messages others are left out, 0: nowhere."""
    if is_flood(line):
        return dict(line[NAME])
    parts = parts_of(line)
    first, last = parts[0], parts[-1]
    count = sum(int(part["count"]) for part in parts)
    ends = {"from": first["seq"], "to": last["upto"], "since": first["at"], "until": last["at"]}
    return {"count": count, "gap": 0, **ends}


def _first(line: Payload) -> list[Payload]:
    return parts_of(line)[: _told(line)["gap"] or None]


def _last(line: Payload) -> list[Payload]:
    return parts_of(line)[_told(line)["gap"] :]


def _short(part: Payload) -> Payload:
    return part | {name: _cut(part[name]) for name in ("text", "quoted")}


def _cut(words: str) -> str:
    return words if len(words) <= WORDS else f"{words[: WORDS - 1]}…"
