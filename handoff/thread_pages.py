"""Slack's lists of a channel and of a thread, page by page, and what would have been told of it as events.

What is asked for enters by the door of what comes by itself, under the same key: hearing both is hearing one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from handoff.api import SlackApi
from handoff.typed import Changed, Gone, Line, at, read

PAGE: Final = 200
MOST_PAGES: Final = 5
"""Of one channel, or of one thread."""
Message = Mapping[str, Any]


@dataclass
class Pages:
    """Reads with a budget: a page is a call, and Slack allows about fifty a minute of each kind."""

    api: SlackApi
    left: int
    """Calls that may still be made."""

    async def all(self, method: str, arguments: Mapping[str, Any]) -> "Listed":
        """Everything there is, as far as `MOST_PAGES` and the budget reach.

        Raises:
            CallEnding: as `SlackApi.call`.
        """
        listed, cursor = Listed(), ""
        for _ in range(min(self.left, MOST_PAGES)):
            self.left -= 1
            page = {"limit": PAGE} | ({"cursor": cursor} if cursor else {})
            answer = await self.api.call(method, {**arguments, **page})
            listed.messages += [each for each in answer.get("messages", ()) if isinstance(each, Mapping)]
            cursor = str((answer.get("response_metadata") or {}).get("next_cursor") or "")
            if not cursor:
                listed.is_whole = True
                break
        return listed


@dataclass
class Listed:
    """What was read; not `is_whole` where the budget ended first."""

    messages: list[Message] = field(default_factory=list)
    is_whole: bool = False
    since: datetime | None = None


@dataclass(frozen=True)
class Root:
    """A card as the channel's list shows it."""

    ts: str
    latest: datetime
    """When something was last said in its thread."""
    replies: int
    is_gone: bool

    @property
    def state(self) -> tuple[datetime, int, bool]:
        """What changes when anything is said there or taken away, the card among it."""
        return self.latest, self.replies, self.is_gone


def roots(messages: Sequence[Message]) -> list[Root]:
    """The roots of threads among what stands in a channel."""
    found = []
    for message in messages:
        ts, latest = str(message.get("ts") or ""), at(str(message.get("latest_reply") or ""))
        if latest is not None and str(message.get("thread_ts") or "") == ts:
            count = message.get("reply_count")
            is_gone = message.get("subtype") == "tombstone"
            found.append(Root(ts, latest, count if isinstance(count, int) else 0, is_gone))
    return found


def typed(message: Message, place: str, team: str) -> tuple[Line, Changed | None] | None:
    """A line of a person's, and its latest change; None for whatever else a thread holds."""
    line = read({**message, "channel": place}, team)
    if not isinstance(line, Line) or line.ts == line.thread:
        return None
    changed = None
    if line.is_changed:
        told = {"channel": place, "subtype": "message_changed", "message": message}
        changed = read(told, team)
    return line, changed if isinstance(changed, Changed) else None


def taken_away(place: str, thread: str, ts: str, now: datetime) -> Gone:
    """A message that stands there no more; when it was taken away nobody tells, but not after now."""
    return Gone(place, thread, ts, round(now.timestamp() * 1_000_000))
