"""What a thread leaves out, and where it can be read: a line that counts a flood, a transcript that was cut.

Neither is taken at its word: what it says it leaves out must be what the database holds there, and only a
customer who really floods is counted instead of shown.
"""

import json
import re
from collections.abc import Iterable, Iterator
from itertools import islice

from core.flooding import MESSAGES, WITHIN_MS
from sandbox.slack import Message as Post
from sandbox.slack import buttons
from tests.sim.world import CHANNEL, World

_COUNTED = re.compile(r"(\d+) messages? de <!date")
_OLDER = re.compile(r"(\d+) messages? plus anciens?")


def readable_from(world: World, conversation: str, thread: Iterable[Post]) -> set[int]:
    """The numbers of the messages that its posts lead to."""
    found: set[int] = set()
    for post in thread:
        for value in _ways(post):
            if value.get("c") == conversation:
                found |= _led_to(world, conversation, post, int(value["p"]))
    return found


def of_floods(world: World) -> Iterator[str]:
    """Who is counted wrote too much to be shown, and the line counts what was written."""
    for post in world.slack.channels[CHANNEL].messages:
        counted = _COUNTED.search(_words(post))
        for value in _ways(post) if counted and not post.deleted else ():
            span = _span(world, value["c"], int(value["p"]), int(counted[1]) if counted else 0)
            if counted and len(span) != int(counted[1]):
                yield f"floods: {post.ts} counts {counted[1]} messages, and {len(span)} were written"
            if span and _is_passed(world, value["c"], span):
                yield f"floods: {post.ts} counts messages on both sides of what somebody else said"
            if not _is_flood(world, value["c"], span):
                yield f"floods: {post.ts} counts messages of somebody who only writes"


def _ways(post: Post) -> list[dict[str, str]]:
    """What the buttons that read everything carry."""
    return [json.loads(str(one.value)) for one in buttons(post) if one.action_id.startswith("read_all")]


def _words(post: Post) -> str:
    return json.dumps(post.blocks, ensure_ascii=False)


def _led_to(world: World, conversation: str, post: Post, begin: int) -> set[int]:
    if counted := _COUNTED.search(_words(post)):
        return set(_span(world, conversation, begin, int(counted[1])))
    older = _OLDER.search(_words(post))
    return set(range(1, int(older[1]) + 1)) if older else set()


def _span(world: World, conversation: str, begin: int, count: int) -> list[int]:
    """So many of the customer's messages, from one on."""
    rows = world.rows(
        "SELECT seq FROM messages WHERE conversation_id = ? AND author = 'customer' AND seq >= ?"
        " ORDER BY seq LIMIT ?",
        conversation,
        begin,
        count,
    )
    return [row["seq"] for row in rows]


def _is_passed(world: World, conversation: str, span: list[int]) -> bool:
    return bool(
        world.rows(
            "SELECT 1 FROM messages WHERE conversation_id = ? AND seq > ? AND seq < ?"
            " AND author <> 'customer'",
            conversation,
            span[0],
            span[-1],
        )
    )


def _is_flood(world: World, conversation: str, span: list[int]) -> bool:
    """Whether some message of it came within a minute of the one that many before it."""
    rows = world.rows(
        "SELECT seq, at FROM messages WHERE conversation_id = ? AND author = 'customer' ORDER BY seq",
        conversation,
    )
    later = islice(rows, MESSAGES - 1, None)
    pairs = zip(rows, later, strict=False)
    return any(then["seq"] in span and then["at"] - first["at"] <= WITHIN_MS for first, then in pairs)
