"""What of a long talk one post holds: the latest of it."""

from collections.abc import Sequence
from typing import TypeVar

Said = TypeVar("Said")


def latest(said: Sequence[Said], sizes: Sequence[int], room: int) -> list[Said]:
    """The last of what was said that fits into the room, in its order; the very last is always among it."""
    kept = 0
    for size in reversed(sizes):
        room -= size
        if kept and room < 0:
            break
        kept += 1
    return list(said[len(said) - kept :])
