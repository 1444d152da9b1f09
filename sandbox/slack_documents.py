"""The JSON documents Slack shows of what it remembers: messages, people, channels, views, files."""

from sandbox.slack_memory import Channel, Document, Memory, Message, StoredFile, User, View

METADATA_ALL = "all"
METADATA_TYPE = "type"
METADATA_NONE = "none"

_VIEW_DEFAULTS = {
    **dict.fromkeys(("title", "close", "submit")),
    **dict.fromkeys(("callback_id", "external_id", "private_metadata"), ""),
    **dict.fromkeys(("clear_on_close", "notify_on_close"), False),
}


def with_block_ids(blocks: list[Document]) -> list[Document]:
    """The blocks with the block_id Slack assigns where the app gave none."""
    return [{**block, "block_id": block.get("block_id") or f"b{i}"} for i, block in enumerate(blocks)]


def message(memory: Memory, channel: Channel, shown: Message, metadata: str = METADATA_NONE) -> Document:
    """A message as the Web API, the events and the interactions show it."""
    if shown.deleted:
        return _tombstone(memory, channel, shown)
    document: Document = {"type": "message", "ts": shown.ts, "text": shown.text, "team": memory.team_id}
    document |= _author(memory, shown) | _thread(channel, shown) | _metadata(shown, metadata)
    if shown.blocks:
        document["blocks"] = with_block_ids(shown.blocks)
    if shown.edited_ts:
        editor = shown.user or memory.bot_user_id
        document["edited"] = {"user": editor, "ts": shown.edited_ts}
    if shown.reactions:
        document["reactions"] = [
            {"name": name, "users": list(users), "count": len(users)}
            for name, users in shown.reactions.items()
        ]
    return document | shown.extra


def _author(memory: Memory, shown: Message) -> Document:
    if shown.bot_id is None:
        return {"user": shown.user}
    ours = {"bot_id": shown.bot_id, "app_id": memory.app_id}
    if shown.username is None:
        return {"user": shown.user, **ours}
    # A post under another name comes back as a bot's, without the bot's user.
    return {"subtype": "bot_message", "username": shown.username, "icons": shown.icons, **ours}


def _thread(channel: Channel, shown: Message) -> Document:
    if shown.is_reply:
        root = channel.root(str(shown.thread_ts))
        parent = root.user if root is not None else None
        broadcast = {"subtype": "thread_broadcast"} if shown.reply_broadcast else {}
        return {"thread_ts": shown.thread_ts, "parent_user_id": parent, **broadcast}
    replies = channel.replies(shown.ts)
    if not replies:
        return {}
    users = sorted({str(reply.user) for reply in replies})
    counts = {"reply_count": len(replies), "reply_users_count": len(users), "reply_users": users}
    locks = {"is_locked": False, "subscribed": False}
    return {"thread_ts": shown.ts, **counts, "latest_reply": replies[-1].ts, **locks}


def _metadata(shown: Message, depth: str) -> Document:
    if shown.metadata is None or depth == METADATA_NONE:
        return {}
    if depth == METADATA_TYPE:
        return {"metadata": {"event_type": shown.metadata["event_type"]}}
    return {"metadata": shown.metadata}


def _tombstone(memory: Memory, channel: Channel, shown: Message) -> Document:
    gone = {"type": "message", "subtype": "tombstone", "user": "USLACKBOT", "hidden": True, "ts": shown.ts}
    return gone | {"text": "This message was deleted.", "team": memory.team_id} | _thread(channel, shown)


def bot_profile(memory: Memory) -> Document:
    """The short description of the app that stands beside its own posts."""
    identity = {"id": memory.bot_id, "name": memory.bot_name, "app_id": memory.app_id}
    return {**identity, "team_id": memory.team_id, "deleted": False, "updated": 1789000000, "icons": {}}


def user(memory: Memory, person: User, *, locale: bool) -> Document:
    """A person; the locale only when asked for, and never of another workspace's."""
    foreign = person.team_id != memory.team_id
    document = {
        "id": person.id,
        "team_id": person.team_id,
        "name": person.name,
        "deleted": person.deleted,
        "real_name": person.real_name,
        "tz": "Europe/Paris",
        "tz_label": "Central European Time",
        "tz_offset": 3600,
        "is_admin": False,
        "is_owner": False,
        "is_restricted": person.guest or person.ultra,
        "is_ultra_restricted": person.ultra,
        "is_bot": person.bot,
        "profile": {
            "display_name": person.real_name.split(" ")[0],
            "real_name": person.real_name,
            "team": person.team_id,
        },
    }
    if foreign:
        return document | {"is_stranger": True}
    return document | ({"locale": person.locale} if locale else {})


def channel(memory: Memory, shown: Channel, *, count: bool = False) -> Document:
    """A channel as conversations.info shows it to the bot."""
    document = {
        "id": shown.id,
        "name": shown.name,
        "is_channel": not shown.private,
        "is_group": shown.private and not shown.direct,
        "is_im": shown.direct,
        "is_private": shown.private,
        "is_archived": shown.archived,
        "is_shared": shown.is_ext_shared,
        "is_ext_shared": shown.is_ext_shared,
        "is_org_shared": False,
        "is_member": memory.bot_user_id in shown.members,
        "context_team_id": memory.team_id,
    }
    return document | ({"num_members": len(shown.members)} if count else {})


def channel_name(shown: Channel) -> str:
    """What pushes call a channel: the names of private ones are withheld."""
    if shown.direct:
        return "directmessage"
    return "privategroup" if shown.private else shown.name


def channel_type(shown: Channel) -> str:
    """The kind of channel named in message events."""
    if shown.direct:
        return "im"
    return "group" if shown.private else "channel"


def view(memory: Memory, shown: View) -> Document:
    """A view with what Slack adds to it."""
    lowest = shown
    while lowest.below is not None:
        lowest = lowest.below
    return {
        **_VIEW_DEFAULTS,
        **shown.content,
        "blocks": with_block_ids(shown.content["blocks"]),
        "id": shown.id,
        "team_id": memory.team_id,
        "app_id": memory.app_id,
        "bot_id": memory.bot_id,
        "app_installed_team_id": memory.team_id,
        "hash": shown.hash,
        "state": {"values": {}},
        "previous_view_id": shown.below.id if shown.below is not None else None,
        "root_view_id": lowest.id,
    }


def file(memory: Memory, shown: StoredFile) -> Document:
    """A file, with the messages that show it by channel."""
    shares: dict[str, dict[str, list[Document]]] = {}
    for channel_id, ts, thread_ts in shown.shares:
        private = channel_id not in memory.channels or memory.channels[channel_id].private
        place = {"ts": ts} | ({"thread_ts": thread_ts} if thread_ts else {})
        shares.setdefault("private" if private else "public", {}).setdefault(channel_id, []).append(place)
    url = f"{memory.base_url}/files/{shown.id}/{shown.name}"
    return {
        "id": shown.id,
        "name": shown.name,
        "title": shown.title or shown.name,
        "mimetype": shown.mimetype,
        "filetype": shown.name.rpartition(".")[2],
        "user": shown.user,
        "size": shown.size,
        "mode": "hosted",
        "is_external": False,
        "is_public": False,
        "url_private": url,
        "url_private_download": url,
        "permalink": f"https://{memory.domain}.slack.com/files/{shown.user}/{shown.id}/{shown.name}",
        "shares": shares,
        "file_access": "visible",
    }
