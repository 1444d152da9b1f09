"""The bodies Slack sends: the form of a command, the payload of a press, the envelope of an event."""

from sandbox import slack_documents as documents
from sandbox.slack_blocks import Button
from sandbox.slack_memory import Channel, Document, Ephemeral, Hook, Memory, Message, Shown, User, View

# Deprecated: apps check the signature. It is still sent.
VERIFICATION_TOKEN = "gIkuvaNzQIHg97ATvDxqgjtO"


def command(memory: Memory, person: User, channel: Channel, hook: Hook) -> dict[str, str]:
    """The form of a slash command, without anything that tells a thread: Slack gives nothing."""
    name, _, text = str(hook.typed).partition(" ")
    return {
        "token": VERIFICATION_TOKEN,
        "team_id": person.team_id,
        "team_domain": memory.domain,
        "channel_id": channel.id,
        "channel_name": documents.channel_name(channel),
        "user_id": person.id,
        "user_name": person.name,
        "command": name,
        "text": text,
        "api_app_id": memory.app_id,
        "is_enterprise_install": "false",
        "response_url": memory.hook_url(hook),
        "trigger_id": memory.new_trigger(person.id),
    }


def press(
    memory: Memory, person: User, channel: Channel, shown: Shown, *, button: Button, hook: Hook
) -> Document:
    """The block_actions of a button; an ephemeral's has no `message`."""
    ephemeral = isinstance(shown, Ephemeral)
    container: Document = {"type": "message", "message_ts": shown.ts, "channel_id": channel.id}
    in_thread = {"thread_ts": shown.thread_ts} if shown.thread_ts else {}
    message: Document = {}
    if isinstance(shown, Message):
        message = {"message": documents.message(memory, channel, shown)}
    return _from_person(memory, person) | {
        "type": "block_actions",
        "container": {**container, **in_thread, "is_ephemeral": ephemeral},
        "trigger_id": memory.new_trigger(person.id),
        "channel": {"id": channel.id, "name": documents.channel_name(channel)},
        **message,
        "state": {"values": {}},
        "response_url": memory.hook_url(hook),
        "actions": [_action(memory, button)],
    }


def shortcut(
    memory: Memory, person: User, channel: Channel, message: Message, *, callback_id: str, hook: Hook
) -> Document:
    """The message_action of a shortcut used on a message."""
    return _from_person(memory, person) | {
        "type": "message_action",
        "callback_id": callback_id,
        "action_ts": memory.new_ts(),
        "trigger_id": memory.new_trigger(person.id),
        "channel": {"id": channel.id, "name": documents.channel_name(channel)},
        "message_ts": message.ts,
        "message": documents.message(memory, channel, message),
        "response_url": memory.hook_url(hook),
    }


def submission(memory: Memory, person: User, view: View, values: Document) -> Document:
    """The view_submission of a modal: neither a channel nor an address to answer to."""
    return _from_person(memory, person) | {
        "type": "view_submission",
        "trigger_id": memory.new_trigger(person.id),
        "view": documents.view(memory, view) | {"state": {"values": values}},
        "response_urls": [],
    }


def _from_person(memory: Memory, person: User) -> Document:
    user = {"id": person.id, "username": person.name, "name": person.name, "team_id": person.team_id}
    return {
        "team": {"id": memory.team_id, "domain": memory.domain},
        "enterprise": None,
        "is_enterprise_install": False,
        "api_app_id": memory.app_id,
        "token": VERIFICATION_TOKEN,
        "user": user,
    }


def _action(memory: Memory, button: Button) -> Document:
    given = {"value": button.value, "style": button.style}
    return {
        "action_id": button.action_id,
        "block_id": button.block_id,
        "text": {"type": "plain_text", "text": button.label, "emoji": True},
        **{name: value for name, value in given.items() if value is not None},
        "type": "button",
        "action_ts": memory.new_ts(),
    }


def envelope(memory: Memory, event: Document, event_id: str) -> Document:
    """What an event travels in."""
    channel = memory.channels.get(str(event.get("channel")))
    authorization = {"enterprise_id": None, "team_id": memory.team_id, "user_id": memory.bot_user_id}
    return {
        "token": VERIFICATION_TOKEN,
        "team_id": memory.team_id,
        "context_team_id": memory.team_id,
        "context_enterprise_id": None,
        "api_app_id": memory.app_id,
        "event": event,
        "type": "event_callback",
        "event_id": event_id,
        "event_time": int(memory.clock()),
        "authorizations": [{**authorization, "is_bot": True, "is_enterprise_install": False}],
        "is_ext_shared_channel": channel is not None and channel.is_ext_shared,
        "event_context": f"4-{event_id}",
    }
