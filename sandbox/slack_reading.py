"""The methods that read: conversations.*, users.*, usergroups.*, auth.test. Lists come in pages."""

import base64
import operator
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import TypeVar

from sandbox import slack_documents as documents
from sandbox.slack_memory import Channel, Document, Message
from sandbox.slack_turn import SlackError, Turn

T = TypeVar("T")

_CURSOR = "next:"


def _page(
    turn: Turn,
    items: Sequence[T],
    key: Callable[[T], str],
    limit: int,
    reached: Callable[[str, str], bool] = operator.ge,
) -> tuple[Sequence[T], str]:
    """The page the cursor asks for, and the cursor of the next one ("" at the end).

    A cursor names the first item of its page, so that what arrives meanwhile shifts nothing.
    """
    start = 0
    if cursor := turn.text("cursor"):
        wanted = _opened(cursor)
        start = next((i for i, item in enumerate(items) if reached(key(item), wanted)), len(items))
    end = start + limit
    following = base64.b64encode(f"{_CURSOR}{key(items[end])}".encode()).decode() if end < len(items) else ""
    return items[start:end], following


def _opened(cursor: str) -> str:
    try:
        text = base64.b64decode(cursor, validate=True).decode()
    except ValueError:
        text = ""
    if not text.startswith(_CURSOR):
        raise SlackError("invalid_cursor")
    return text.removeprefix(_CURSOR)


def _next(cursor: str) -> Document:
    return {"response_metadata": {"next_cursor": cursor}}


def auth_test(turn: Turn) -> Document:
    """auth.test: who the token is."""
    memory = turn.memory
    return {
        "url": f"https://{memory.domain}.slack.com/",
        "team": "Relais",
        "user": memory.bot_name,
        "team_id": memory.team_id,
        "user_id": memory.bot_user_id,
        "bot_id": memory.bot_id,
        "is_enterprise_install": False,
    }


def channel_info(turn: Turn) -> Document:
    """conversations.info."""
    channel = turn.channel()
    return {"channel": documents.channel(turn.memory, channel, count=turn.flag("include_num_members"))}


def members(turn: Turn) -> Document:
    """conversations.members, in pages."""
    found, cursor = _page(turn, sorted(turn.channel().members), str, turn.limit(100, 1000))
    return {"members": list(found)} | _next(cursor)


def _within(turn: Turn, messages: list[Message]) -> list[Message]:
    oldest, latest = turn.moment("oldest", "0"), turn.moment("latest", "99999999999")
    if turn.flag("inclusive"):
        return [each for each in messages if oldest <= Decimal(each.ts) <= latest]
    return [each for each in messages if oldest < Decimal(each.ts) < latest]


def _shown(turn: Turn, channel: Channel, messages: Sequence[Message], cursor: str) -> Document:
    depth = documents.METADATA_ALL if turn.flag("include_all_metadata") else documents.METADATA_TYPE
    found = [documents.message(turn.memory, channel, each, depth) for each in messages]
    return {"messages": found, "has_more": bool(cursor)} | _next(cursor)


def history(turn: Turn) -> Document:
    """conversations.history: what stands in the channel itself, newest first."""
    channel = turn.readable()
    standing = [
        each
        for each in reversed(channel.messages)
        if channel.root(each.ts) is not None and (not each.is_reply or each.reply_broadcast)
    ]
    found, cursor = _page(
        turn, _within(turn, standing), lambda each: each.ts, turn.limit(100, 999), operator.le
    )
    return _shown(turn, channel, found, cursor) | {"pin_count": 0}


def replies(turn: Turn) -> Document:
    """conversations.replies: the root and what hangs from it, oldest first; a reply's ts shows it alone.

    The root comes whatever `oldest` says, as the real answers show (no document promises it).
    """
    channel = turn.readable()
    root = channel.root(turn.text("ts"))
    if root is None:
        raise SlackError("thread_not_found")
    thread = [root, *_within(turn, channel.replies(root.ts))]
    found, cursor = _page(turn, thread, lambda each: each.ts, turn.limit(1000, 1000))
    return _shown(turn, channel, found, cursor)


def user_info(turn: Turn) -> Document:
    """users.info: the locale only when asked for."""
    person = turn.memory.users.get(turn.text("user"))
    if person is None:
        raise SlackError("user_not_found")
    return {"user": documents.user(turn.memory, person, locale=turn.flag("include_locale"))}


def user_list(turn: Turn) -> Document:
    """users.list, in pages."""
    people = sorted(turn.memory.users.values(), key=lambda person: person.id)
    found, cursor = _page(turn, people, lambda person: person.id, turn.limit(1000, 1000))
    locale = turn.flag("include_locale")
    return {"members": [documents.user(turn.memory, each, locale=locale) for each in found]} | _next(cursor)


def usergroup_users(turn: Turn) -> Document:
    """usergroups.users.list: only workspaces that pay have groups."""
    if not turn.memory.paid_plan:
        raise SlackError("plan_upgrade_required")
    if turn.text("usergroup") not in turn.memory.usergroups:
        raise SlackError("no_such_subteam")
    return {"users": list(turn.memory.usergroups[turn.text("usergroup")])}
