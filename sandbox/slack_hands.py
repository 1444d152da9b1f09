"""What people do beside typing and pressing: use a shortcut, fill in a form, change a line, take one away.

Held to what their client lets them do, like all acts: a ValueError says what a person could not have done.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sandbox import slack_acts as acts
from sandbox import slack_answers as answers
from sandbox import slack_documents as documents
from sandbox import slack_events as events
from sandbox import slack_payloads as payloads
from sandbox import slack_text
from sandbox.slack_answers import Answer
from sandbox.slack_blocks import complaints_about_view
from sandbox.slack_memory import Document, Memory, Message, View
from sandbox.slack_push import Attempt, Delivery, Pusher
from sandbox.slack_views import replace

TROUBLE = "We had some trouble connecting. Try again?"


@dataclass(frozen=True)
class Hands:
    """The hands of everybody in the workspace."""

    memory: Memory
    push: Pusher
    changed: Callable[[], None]

    async def shortcut(self, user: str, callback_id: str, channel: str, ts: str) -> Answer:
        """Use a shortcut on a message that stands at `ts`."""
        person, place = self.memory.person(user), self.memory.seen_by(user, channel)
        message = acts.message_at(self.memory, channel, ts)
        hook = self.memory.new_hook(user, place.id)
        payload = payloads.shortcut(self.memory, person, place, message, callback_id=callback_id, hook=hook)
        answer = answers.to_press(await self.push.interaction(payload), callback_id)
        self.changed()
        return answer

    def modal(self, user: str) -> View | None:
        """The form that stands before somebody; None when there is none."""
        shown = [view for view in self.memory.views.values() if view.user == user and view.is_open]
        return shown[-1] if shown else None

    async def submit(
        self, user: str, values: Mapping[str, str] | None = None, *, view: View | None = None
    ) -> View:
        """Fill in a form by its blocks and send it; a text, or the value of an option."""
        shown = view or self.modal(user)
        if shown is None:
            raise ValueError(f"no form stands before {user}")
        shown.typed |= values or {}
        state = dict(_state(shown))
        payload = payloads.submission(self.memory, self.memory.person(user), shown, state)
        self._take(shown, await self.push.interaction(payload))
        self.changed()
        return shown

    def _take(self, view: View, attempt: Attempt) -> None:
        """What the client makes of the answer to a form."""
        if attempt.response is None or attempt.status != 200:
            view.errors = {"": TROUBLE}
            return
        answer = _document(attempt.response.content)
        match answer.get("response_action"):
            case None | "clear":
                view.is_open = False
            case "errors" if _named(view, answer.get("errors")):
                view.errors = dict(answer["errors"])
            case "update" if not list(complaints_about_view(answer.get("view"), "modal")):
                replace(self.memory, view, answer["view"])
            case _:
                view.errors = {"": TROUBLE}

    def close(self, user: str) -> None:
        """Close the form without sending it."""
        shown = self.modal(user)
        if shown is not None:
            shown.is_open = False
        self.changed()

    async def edit(self, user: str, channel: str, ts: str, text: str) -> Delivery | None:
        """Change one's own line; Slack tells what stood there before."""
        message, previous = self._own(user, channel, ts)
        self.memory.revise(message, slack_text.encode(text), message.blocks)
        message.edited_ts = self.memory.new_ts()
        place = self.memory.channels[channel]
        return await self._tell(events.changed(self.memory, place, message, previous))

    async def unfurl(self, channel: str, ts: str) -> Delivery | None:
        """Slack adds the preview of a link, which changes the message without anybody's doing."""
        message, place = acts.message_at(self.memory, channel, ts), self.memory.channels[channel]
        previous = documents.message(self.memory, place, message)
        message.extra["attachments"] = [{"from_url": "https://exemple.fr", "fallback": "Exemple", "id": 1}]
        return await self._tell(events.changed(self.memory, place, message, previous))

    async def delete(self, channel: str, ts: str) -> Delivery | None:
        """Somebody who may (its author, an administrator) deletes a message."""
        message, place = acts.message_at(self.memory, channel, ts), self.memory.channels[channel]
        previous = documents.message(self.memory, place, message, documents.METADATA_ALL)
        message.deleted = True
        return await self._tell(events.deleted(self.memory, place, message, previous))

    def _own(self, user: str, channel: str, ts: str) -> tuple[Message, Document]:
        message = acts.message_at(self.memory, channel, ts)
        if message.user != user:
            raise ValueError(f"{ts} is no line of {user}'s")
        return message, documents.message(self.memory, self.memory.seen_by(user, channel), message)

    async def _tell(self, event: Document | None) -> Delivery | None:
        self.changed()
        return await self.push.deliver(event) if event is not None and self.push.has_app else None


def _state(view: View) -> list[tuple[str, Document]]:
    """What stands in each input, as a submission tells it."""
    inputs = [block for block in documents.with_block_ids(view.content["blocks"]) if block["type"] == "input"]
    if unknown := view.typed.keys() - {block["block_id"] for block in inputs}:
        view.typed = {name: value for name, value in view.typed.items() if name not in unknown}
    return [(block["block_id"], _value(block, view.typed.get(block["block_id"]))) for block in inputs]


def _value(block: Document, typed: str | None) -> Document:
    element = block["element"]
    if element["type"] == "plain_text_input":
        said = element.get("initial_value") if typed is None else typed
        given = {"type": element["type"], "value": said or None}
        is_long = len(said or "") > element.get("max_length", 3000)
    else:
        offered = {option["value"]: option for option in element["options"]}
        if typed and typed not in offered:
            raise ValueError(f"{block['block_id']} offers no {typed}: it shows {list(offered)}")
        said = offered[typed] if typed else element.get("initial_option")
        given, is_long = {"type": element["type"], "selected_option": said}, False
    if is_long or not (said or block.get("optional")):
        raise ValueError(f"the client itself does not send {block['block_id']} like that")
    return {element["action_id"]: given}


def _named(view: View, errors: object) -> bool:
    """Whether faults are told of inputs that are there: Slack shows no others."""
    inputs = {block.get("block_id") for block in view.content["blocks"] if block["type"] == "input"}
    return isinstance(errors, dict) and bool(errors) and errors.keys() <= inputs


def _document(content: bytes) -> Document:
    if not content:
        return {}
    try:
        read = json.loads(content)
    except ValueError:
        read = None
    return read if isinstance(read, dict) else {"response_action": "(unreadable)"}
