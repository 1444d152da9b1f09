"""The inner events Slack pushes about messages."""

from sandbox import slack_documents as documents
from sandbox.slack_memory import Channel, Document, Memory, Message


def posted(memory: Memory, channel: Channel, message: Message) -> Document | None:
    """The message event of a post; None from a channel the bot is no member of."""
    if memory.bot_user_id not in channel.members:
        return None
    event = documents.message(memory, channel, message, documents.METADATA_ALL)
    if message.bot_id == memory.bot_id:
        event["bot_profile"] = documents.bot_profile(memory)
    if message.is_reply and message.reply_broadcast:
        root = channel.root(str(message.thread_ts))
        event["root"] = documents.message(memory, channel, root) if root is not None else None
    return event | _place(channel, message.ts)


def changed(memory: Memory, channel: Channel, message: Message, previous: Document) -> Document | None:
    """The message_changed event of an edit; `previous` is the document as it was."""
    if memory.bot_user_id not in channel.members:
        return None
    now = documents.message(memory, channel, message, documents.METADATA_ALL)
    event = {"type": "message", "subtype": "message_changed", "message": now, "hidden": True}
    ts = memory.new_ts()
    return event | {"previous_message": previous, "ts": ts} | _place(channel, ts)


def deleted(memory: Memory, channel: Channel, message: Message, previous: Document) -> Document | None:
    """The event of a deletion: a root that has replies is turned into a tombstone, and that is told."""
    if memory.bot_user_id not in channel.members:
        return None
    ts = memory.new_ts()
    if channel.replies(message.ts):
        now = documents.message(memory, channel, message)
        told: Document = {"subtype": "message_changed", "message": now}
    else:
        told = {"subtype": "message_deleted", "deleted_ts": message.ts}
    event = {"type": "message", "hidden": True, "previous_message": previous, "ts": ts}
    return event | told | _place(channel, ts)


def _place(channel: Channel, ts: str) -> Document:
    return {"channel": channel.id, "event_ts": ts, "channel_type": documents.channel_type(channel)}
