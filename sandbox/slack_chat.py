"""The methods that write messages: chat.* and reactions.*."""

from sandbox import slack_documents as documents
from sandbox import slack_events as events
from sandbox.slack_memory import Channel, Document, Ephemeral, Message
from sandbox.slack_turn import SlackError, Turn

TEXT_MOST = 40_000
UPDATE_TEXT_MOST = 4_000
MARKDOWN_MOST = 12_000


def _text(turn: Turn, blocks: list[Document]) -> str:
    markdown, text = turn.text("markdown_text"), turn.text("text")
    if markdown and (text or blocks):
        raise SlackError("markdown_text_conflict")
    if len(markdown) > MARKDOWN_MOST:
        raise SlackError("msg_too_long")
    if not (markdown or text or blocks or turn.arguments.get("attachments")):
        raise SlackError("no_text")
    return markdown or text


def _thread_ts(turn: Turn, channel: Channel) -> str | None:
    """The root the post hangs from: an existing message which is not itself a reply."""
    given = turn.text("thread_ts")
    if not given:
        return None
    root = channel.root(given)
    if root is None:
        raise SlackError("thread_not_found")
    if root.is_reply:
        raise SlackError("cannot_reply_to_message")
    return given


def _icons(turn: Turn) -> Document:
    given = {"emoji": turn.text("icon_emoji"), "image_48": turn.text("icon_url")}
    return {name: value for name, value in given.items() if value}


def _own(turn: Turn, channel: Channel, refusal: str) -> Message:
    message = channel.find(turn.text("ts"))
    if message is None:
        raise SlackError("message_not_found")
    if message.bot_id != turn.memory.bot_id:
        raise SlackError(refusal)
    return message


def post_message(turn: Turn) -> Document:
    """chat.postMessage: the post comes back as an event once the answer left."""
    memory, channel = turn.memory, turn.channel(writable=True)
    blocks = turn.blocks()
    text = _text(turn, blocks)
    attachments = turn.arguments.get("attachments")
    message = Message(
        channel=channel.id,
        text=text[:TEXT_MOST],
        blocks=blocks,
        thread_ts=_thread_ts(turn, channel),
        metadata=turn.metadata(),
        user=memory.bot_user_id,
        bot_id=memory.bot_id,
        username=turn.text("username") or None,
        icons=_icons(turn),
        reply_broadcast=turn.flag("reply_broadcast"),
        extra={"attachments": attachments} if attachments else {},
        ts=memory.new_ts(),
    )
    channel.add(message)
    turn.afterwards.append(lambda: events.posted(memory, channel, message))
    shown = documents.message(memory, channel, message, documents.METADATA_ALL)
    return {"channel": channel.id, "ts": message.ts, "message": shown}


def update(turn: Turn) -> Document:
    """chat.update: text without blocks removes the blocks; metadata stays unless given."""
    memory, channel = turn.memory, turn.channel(writable=True)
    message = _own(turn, channel, "cant_update_message")
    blocks = turn.blocks()
    text = _text(turn, blocks)
    if len(text) > UPDATE_TEXT_MOST:
        raise SlackError("msg_too_long")
    metadata = turn.metadata() if "metadata" in turn.arguments else message.metadata
    previous = documents.message(memory, channel, message)
    memory.revise(message, text or message.text, blocks)
    message.metadata = metadata
    if text:
        message.edited_ts = memory.new_ts()
    if memory.echo_updates:
        turn.afterwards.append(lambda: events.changed(memory, channel, message, previous))
    shown = documents.message(memory, channel, message, documents.METADATA_ALL)
    return {"channel": channel.id, "ts": message.ts, "text": message.text, "message": shown}


def delete(turn: Turn) -> Document:
    """chat.delete: a root with replies leaves a tombstone."""
    channel = turn.channel(writable=True)
    message = _own(turn, channel, "cant_delete_message")
    message.deleted = True
    return {"channel": channel.id, "ts": message.ts}


def post_ephemeral(turn: Turn) -> Document:
    """chat.postEphemeral: shown to one member of the channel, kept nowhere in Slack."""
    memory, channel = turn.memory, turn.channel(writable=True)
    user, blocks = turn.text("user"), turn.blocks()
    if user not in channel.members:
        raise SlackError("user_not_in_channel")
    shown = Ephemeral(
        user=user,
        channel=channel.id,
        ts=memory.new_ts(),
        text=_text(turn, blocks),
        at=memory.clock(),
        blocks=blocks,
        thread_ts=_thread_ts(turn, channel),
    )
    memory.ephemerals.append(shown)
    return {"message_ts": shown.ts}


def get_permalink(turn: Turn) -> Document:
    """chat.getPermalink: the address people paste."""
    channel = turn.channel()
    message = channel.find(turn.text("message_ts"))
    if message is None:
        raise SlackError("message_not_found")
    link = f"https://{turn.memory.domain}.slack.com/archives/{channel.id}/p{message.ts.replace('.', '')}"
    if message.is_reply:
        link += f"?thread_ts={message.thread_ts}&cid={channel.id}"
    return {"channel": channel.id, "permalink": link}


def _reacted(turn: Turn) -> tuple[Message, list[str]]:
    message = turn.channel(writable=True).find(turn.text("timestamp"))
    name = turn.text("name")
    if message is None:
        raise SlackError("message_not_found")
    if not name.replace("_", "").replace("-", "").replace("+", "").replace(":", "").isalnum():
        raise SlackError("invalid_name")
    return message, message.reactions.setdefault(name, [])


def add_reaction(turn: Turn) -> Document:
    """reactions.add."""
    _, users = _reacted(turn)
    if turn.memory.bot_user_id in users:
        raise SlackError("already_reacted")
    users.append(turn.memory.bot_user_id)
    return {}


def remove_reaction(turn: Turn) -> Document:
    """reactions.remove: the bot's own."""
    message, users = _reacted(turn)
    if turn.memory.bot_user_id not in users:
        _forget_empty(message)
        raise SlackError("no_reaction")
    users.remove(turn.memory.bot_user_id)
    _forget_empty(message)
    return {}


def _forget_empty(message: Message) -> None:
    message.reactions = {name: users for name, users in message.reactions.items() if users}
