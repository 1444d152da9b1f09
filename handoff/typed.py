"""What people did in a thread, read from Slack's message events: a line typed, changed, or taken away.

Only people count here: other apps' posts, our own, joins, topics and a link's preview are none of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

_TYPED: Final = {None, "thread_broadcast", "file_share"}
_TOMBSTONE: Final = "tombstone"


@dataclass(frozen=True)
class Line:
    """A line that a person typed. `gesture` is the same however often Slack tells of it."""

    place: str
    thread: str
    ts: str
    user: str
    team: str
    """The workspace of the person, not the one the channel belongs to."""
    text: str
    gesture: str
    files: tuple[str, ...] = ()
    is_changed: bool = False
    """It was changed before we read it: these are not the first words."""

    @property
    def key(self) -> str:
        """The same, however we come to know of it."""
        return f"slack:{self.team}:{self.place}:{self.thread}:{self.gesture}"

    @property
    def changes(self) -> str:
        """How the keys of its changes begin."""
        return f"slack:{self.team}:{self.place}:{self.thread}:{self.ts}"


@dataclass(frozen=True)
class Changed:
    """A line after a person changed its words. `version` grows with each change."""

    line: Line
    before: str
    version: int

    @property
    def key(self) -> str:
        """The same, however we come to know of it."""
        return f"{self.line.changes}:{self.version}"


@dataclass(frozen=True)
class Gone:
    """A message that was deleted; whose it was is for whoever knows the place and the `ts`."""

    place: str
    thread: str
    ts: str
    version: int

    @property
    def key(self) -> str:
        """The same, however we come to know of it."""
        return f"slack:{self.place}:{self.ts}:deleted"


def read(event: Mapping[str, Any], team: str) -> Line | Changed | Gone | None:
    """What a message event tells of people, or None. `team`: the workspace it came from."""
    subtype, place = event.get("subtype"), str(event["channel"])
    if subtype in _TYPED:
        return _line(event, place, team)
    if subtype == "message_changed":
        return _changed(event, place, team)
    if subtype == "message_deleted":
        return _gone(_part(event, "previous_message"), place, event)
    return None


def _line(message: Mapping[str, Any], place: str, team: str) -> Line | None:
    """A line by a person. A reply names its root; what begins no thread yet stands as its own."""
    user, ts = message.get("user"), str(message.get("ts") or "")
    thread = str(message.get("thread_ts") or ts)
    if not user or not ts or message.get("bot_id") or message.get("app_id"):
        return None
    return Line(
        place=place,
        thread=thread,
        ts=ts,
        user=str(user),
        team=str(message.get("user_team") or message.get("source_team") or message.get("team") or team),
        text=str(message.get("text") or ""),
        gesture=str(message.get("client_msg_id") or ts),
        files=_files(message.get("files")),
        is_changed=bool(_part(message, "edited")),
    )


def _files(files: object) -> tuple[str, ...]:
    listed = files if isinstance(files, list) else []
    known = [each for each in listed if isinstance(each, Mapping)]
    return tuple(str(each.get("name") or each.get("title") or each.get("id") or "?") for each in known)


def _changed(event: Mapping[str, Any], place: str, team: str) -> Changed | Gone | None:
    """A person changed the words. A link's preview changes a message too, and leaves no `edited` in it.

    A root that has replies is not deleted but turned into a tombstone.
    """
    now, before = _part(event, "message"), _part(event, "previous_message")
    if now.get("subtype") == _TOMBSTONE:
        return None if before.get("subtype") == _TOMBSTONE else _gone(now, place, event)
    edited = _part(now, "edited")
    said = str(before.get("text") or "")
    line = _line(now, place, team)
    if line is None or not edited or line.text == said:
        return None
    return Changed(line, said, _version(edited.get("ts") or event.get("ts")))


def _gone(message: Mapping[str, Any], place: str, event: Mapping[str, Any]) -> Gone | None:
    ts = str(event.get("deleted_ts") or message.get("ts") or "")
    thread = str(message.get("thread_ts") or ts)
    return Gone(place, thread, ts, _version(event.get("ts"))) if ts else None


def is_removal(event: Mapping[str, Any]) -> bool:
    """Whether the event tells that a message was taken away."""
    subtype = event.get("subtype")
    is_tombstone = subtype == "message_changed" and _part(event, "message").get("subtype") == _TOMBSTONE
    return subtype == "message_deleted" or is_tombstone


def _part(document: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = document.get(name)
    return part if isinstance(part, Mapping) else {}


def at(ts: str) -> datetime | None:
    """The moment that a message's `ts` names; None for one that names none."""
    try:
        return datetime.fromtimestamp(float(ts), UTC) if ts else None
    except (ValueError, OverflowError, OSError):
        return None


def _version(ts: object) -> int:
    """Slack's date of a change, in microseconds: later changes have greater ones."""
    figures = str(ts or "").replace(".", "")
    return int(figures) if figures.isascii() and figures.isdigit() and len(figures) <= 18 else 0
