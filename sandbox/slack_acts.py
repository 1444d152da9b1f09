"""What people do in the workspace: type a command, press a button, write a line.

They are held to what their client lets them do: see the channel, press what is shown, no command in a
thread. A ValueError says what a person could not have done.
"""

import uuid

from sandbox import slack_answers as answers
from sandbox import slack_events as events
from sandbox import slack_payloads as payloads
from sandbox import slack_text
from sandbox.slack_answers import Answer
from sandbox.slack_blocks import Button, buttons_of
from sandbox.slack_memory import Channel, Document, Ephemeral, Memory, Message, Shown
from sandbox.slack_push import Pusher


def buttons(shown: Shown | Answer) -> list[Button]:
    """The buttons a message, an ephemeral or an answer shows, in reading order."""
    target = shown.shown if isinstance(shown, Answer) else shown
    return [] if target is None or target.deleted else buttons_of(target.blocks)


async def type_command(memory: Memory, push: Pusher, user: str, line: str, channel: str | None) -> Answer:
    """Type `line` in a channel, by default the first one the person is in, else their app's messages."""
    person = memory.person(user)
    place = _place(memory, user, channel)
    hook = memory.new_hook(user, place.id, typed=line)
    attempt = await push.form(payloads.command(memory, person, place, hook))
    return answers.to_command(memory, hook, attempt)


def _place(memory: Memory, user: str, channel: str | None) -> Channel:
    if channel is not None and not channel.startswith("D"):
        return memory.seen_by(user, channel)
    if channel is None:
        joined = [each for each in memory.channels.values() if user in each.members and not each.direct]
        if joined:
            return joined[0]
    return memory.direct_channel(user)


async def press(
    memory: Memory, push: Pusher, *, user: str, shown: Shown, action_id: str, value: str | None
) -> Answer:
    """Press the button of `shown` that has this action_id and value."""
    person = memory.person(user)
    button = _button(shown, action_id, value)
    if isinstance(shown, Message) and shown.bot_id != memory.bot_id:
        raise ValueError(f"{shown.ts} is no message of the app")
    channel = memory.seen_by(user, shown.channel)
    hook = memory.new_hook(user, channel.id, original=shown)
    attempt = await push.interaction(payloads.press(memory, person, channel, shown, button=button, hook=hook))
    return answers.to_press(attempt, action_id)


def _button(shown: Shown, action_id: str, value: str | None) -> Button:
    offered = buttons(shown)
    for button in offered:
        if (button.action_id, button.value) == (action_id, value):
            return button
    there = [(button.action_id, button.value) for button in offered]
    raise ValueError(f"no button {(action_id, value)} on {shown.ts}: it shows {there}")


def message_at(memory: Memory, channel: str, ts: str) -> Message:
    """The message standing at `ts`; ValueError when there is none."""
    found = memory.channels[channel].find(ts) if channel in memory.channels else None
    if found is None:
        raise ValueError(f"no message {ts} in {channel}")
    return found


def ephemeral_for(
    memory: Memory, user: str, channel: str, answer: Ephemeral | Answer | None, wanted: tuple[str, str | None]
) -> Ephemeral:
    """The ephemeral meant: the one given, else the last shown to `user` in `channel` with the button."""
    given = answer.shown if isinstance(answer, Answer) else answer
    candidates = [each for each in reversed(memory.ephemerals) if given is None or each is given]
    for each in candidates:
        offered = [(button.action_id, button.value) for button in buttons(each)]
        if (each.user, each.channel) == (user, channel) and wanted in offered:
            return each
    raise ValueError(f"nothing shown to {user} alone in {channel} has a button {wanted}")


def write(
    memory: Memory,
    *,
    user: str,
    channel: str,
    text: str | None,
    thread_ts: str | None,
    fields: dict[str, object],
) -> tuple[Message, Document | None]:
    """Write a line; the message and the event to push, None where the bot is no member.

    `fields` are shown as they are; one given as None is left out. A text of None is the null text some
    file posts have.
    """
    place = memory.seen_by(user, channel)
    if place.archived or (thread_ts is not None and place.root(thread_ts) is None):
        raise ValueError(f"nobody can write there: {channel} {thread_ts or ''}")
    message = Message(
        place.id,
        memory.new_ts(),
        slack_text.encode(text or ""),
        user=user,
        blocks=_rich_text(text) if text else [],
        thread_ts=thread_ts,
        reply_broadcast=fields.get("subtype") == "thread_broadcast",
        extra=_extra(memory, user, text, fields),
    )
    place.add(message)
    return message, events.posted(memory, place, message)


def _extra(memory: Memory, user: str, text: str | None, fields: dict[str, object]) -> Document:
    extra: Document = {"client_msg_id": str(uuid.uuid4())}
    team = memory.person(user).team_id
    if team != memory.team_id:
        extra |= {"user_team": team, "source_team": team}
    given = {
        name: value for name, value in {**extra, **fields}.items() if fields.get(name, value) is not None
    }
    return given if text is not None else {**given, "text": None}


def _rich_text(text: str) -> list[Document]:
    section = {"type": "rich_text_section", "elements": [{"type": "text", "text": text}]}
    return [{"type": "rich_text", "elements": [section]}]
