"""Several messages of a customer in one line of the thread, as long as the line still waits to be posted.

A flood would otherwise keep everybody's threads waiting behind one customer's. Order is kept, and nothing is
left out: a line takes up what follows it only while one post surely holds it all.
"""

from collections.abc import Mapping
from typing import Any

MERGED_CHARACTERS = 2_000
MERGED_MESSAGES = 15
"""What one post surely holds, however the team's place spells it."""

Payload = dict[str, Any]
_PART: Payload = {
    "text": "",
    "quoted": "",
    "media": [],
    "album": "",
    "remarks": [],
    "count": 1,
    "seq": 0,
    "upto": 0,
    "at": 0,
}
"""What of a line belongs to one message alone: its words, its number (an album has several), its date."""


def merged(before: Payload, after: Payload) -> Payload | None:
    """The waiting line with one more message; None when each must stand alone, or one post holds no more."""
    if not go_together(before, after):
        return None
    parts = [*parts_of(before), *parts_of(after)]
    if len(parts) > 1 and _is_one_album(parts[-2], parts[-1]):
        parts[-2:] = [_together(parts[-2], parts[-1])]
    if len(parts) > MERGED_MESSAGES or sum(map(_size, parts)) > MERGED_CHARACTERS:
        return None
    first, *more = parts
    return before | first | {"more": more}


def go_together(before: Payload, after: Payload) -> bool:
    """Whether two lines may be one, however long.

    Only words of the same customer go together: an edit, or a line that asks something of somebody, is seen
    by itself. A line that names its agent may take up more, and goes on naming them.
    """
    if not (_is_plain(before) and _is_plain(after)) or after.get("mentions"):
        return False
    return (before["who"], before["channel"]) == (after["who"], after["channel"])


def parts_of(line: Payload) -> list[Payload]:
    """The messages of a line, in order."""
    first = {name: line.get(name, empty) for name, empty in _PART.items()}
    return [first, *line.get("more", ())]


def told_by_transcript(lines: Mapping[str, Payload]) -> list[str]:
    """Of waiting lines by id, those that a transcript of the whole talk tells: a customer's own words.

    What the transcript has no room for is read from there.
    """
    return [line_id for line_id, line in lines.items() if _is_plain(line)]


def _is_plain(line: Payload) -> bool:
    return line.get("mark") == "customer" and not line.get("is_edit") and not line.get("actions")


def _is_one_album(one: Payload, other: Payload) -> bool:
    return bool(one["album"]) and one["album"] == other["album"]


def _together(one: Payload, other: Payload) -> Payload:
    """Two pictures of an album as one message; its words are mostly under one of them."""
    words = "\n".join(text for text in (one["text"], other["text"]) if text)
    ends = {"count": one["count"] + other["count"], "upto": other["upto"]}
    remarks = list(dict.fromkeys([*one.get("remarks", ()), *other.get("remarks", ())]))
    return one | ends | {"text": words, "media": [*one["media"], *other["media"]], "remarks": remarks}


def _size(part: Payload) -> int:
    joined = (*part["media"], *part.get("remarks", ()))
    return len(part["text"]) + len(part["quoted"]) + sum(map(len, joined))
