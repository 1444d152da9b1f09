"""What Slack brings, turned into acts: commands, buttons, and words typed in a thread.

Every handler ends before Slack is answered, so what it did is durable by then. Commands and buttons are never
sent again by Slack and the composer is already empty: whatever fails, the person is told, and what they typed
is given back. Words typed in a thread are internal notes and never leave Slack (P3).
"""

import asyncio
import json
from collections.abc import Mapping
from typing import Any

import structlog

from core.desk import Desk
from core.domain.events import AgentNoted
from core.domain.rules import Agent
from handoff import markup
from handoff.acts import Act, Acts
from handoff.answers import Answer, document
from handoff.api import SlackApi
from handoff.backlog import Backlog
from handoff.help_page import HelpPage
from handoff.registry import BY_NAME, Command
from handoff.roster import NotOnRoster, Roster

log = structlog.get_logger("handoff")

COURTESIES_END_WITHIN = 1.0
"""Seconds that what may be lost is still waited for when the service stops."""
SETTLING = {"resend": True, "abandon": False}


class _CommandInside(Exception):
    """A command was typed inside the words for a customer."""


class TeamDoor:
    """The handlers behind the endpoint."""

    def __init__(
        self,
        *,
        desk: Desk,
        acts: Acts,
        roster: Roster,
        backlog: Backlog,
        help_page: HelpPage,
        api: SlackApi,
    ) -> None:
        self._desk = desk
        self._acts = acts
        self._roster = roster
        self._backlog = backlog
        self._help_page = help_page
        self._api = api
        self._courtesies: set[asyncio.Task[Any]] = set()

    def document(self, answer: Answer) -> dict[str, Any]:
        """The JSON of an answer."""
        return document(answer, self._acts.said("answers.given_back"))

    async def command(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """A slash command: the answer to it, whatever happens."""
        typed = str(body.get("text") or "")
        try:
            answer = await self._command(body, typed)
        except NotOnRoster as refusal:
            answer = Answer(self._acts.said(refusal.reason), given_back=typed)
        except _CommandInside:
            answer = Answer(self._acts.said("answers.command_inside"), given_back=typed)
        except markup.InternalMention as found:
            told = self._acts.said("answers.internal_mention", found=str(found))
            answer = Answer(told, given_back=typed)
        except Exception as error:  # noqa: BLE001 - the composer is empty: the words must come back
            log.error("command_failed", command=body.get("command"), error=type(error).__name__)
            answer = Answer(self._acts.said("answers.failed"), given_back=typed)
        return self.document(answer)

    async def _command(self, body: Mapping[str, Any], typed: str) -> Answer:
        command = BY_NAME.get(str(body.get("command")))
        if command is None:
            return Answer(self._acts.said("answers.unknown_command"), given_back=typed)
        agent = await self._roster.agent(str(body["user_id"]), str(body.get("team_id", "")))
        if command.verb == "backlog":
            return await self._backlog.answer(typed.strip())
        if command.verb == "help":
            return await self._help_page.answer(agent)
        return await self._acts.typed(self._act(command, agent, body, typed))

    def _act(self, command: Command, agent: Agent, body: Mapping[str, Any], typed: str) -> Act:
        key = f"slack:{body.get('team_id', '')}:{agent.id}:{body.get('trigger_id', '')}"
        leaves = command.verb in {"reply", "resolve"}
        if leaves and (typed.strip().split(maxsplit=1) or [""])[0] in BY_NAME:
            raise _CommandInside
        text = markup.from_command(typed, users=self._names()) if leaves else typed.strip()
        return Act(agent, command.verb, key, text.strip())

    def _names(self) -> Mapping[str, str]:
        return self._roster.names()

    async def button(self, body: Mapping[str, Any]) -> None:
        """A button was pressed; what came of it is shown to that person alone."""
        action = body["actions"][0]
        verb = str(action["action_id"]).split(":")[0]
        value, failed = _value(str(action.get("value", ""))), False
        try:
            answer = await self._press(body, verb, value)
        except NotOnRoster as refusal:
            typed = await self._typed(str(body["user"]["id"]), value)
            answer = Answer(self._acts.said(refusal.reason), given_back=typed)
        except Exception as error:  # noqa: BLE001 - Slack never repeats a press: the person must be told
            log.error("button_failed", verb=verb, error=type(error).__name__)
            failed = True
            typed = await self._typed(str(body["user"]["id"]), value)
            answer = Answer(self._acts.said("answers.failed"), given_back=typed)
        self._show(body, answer, in_place=not failed)

    async def _typed(self, user: str, value: Mapping[str, str]) -> str:
        """What this very person typed before the press, if it can be read."""
        try:
            draft = await self._desk.draft(value.get("d", ""))
        except Exception:  # noqa: BLE001 - the store that failed the press fails this too
            return ""
        return draft.text if draft and draft.agent == user else ""

    async def _press(self, body: Mapping[str, Any], verb: str, value: dict[str, str]) -> Answer:
        user = body["user"]
        agent = await self._roster.agent(str(user["id"]), str(user.get("team_id", "")))
        key = f"slack:{user.get('team_id', '')}:{agent.id}:{body.get('trigger_id', '')}"
        if verb == "cancel":
            typed = await self._typed(agent.id, value)
            return Answer(self._acts.said("answers.cancelled"), given_back=typed)
        if verb == "motive":
            return await self._acts.choose_motive(value["c"])
        if verb in SETTLING:
            return await self._acts.settle(agent, key, value["c"], resend=SETTLING[verb])
        if verb not in {"claim", "reply", "note", "resolve", "release", "set_motive"}:
            return Answer(self._acts.said("answers.unknown_button"))
        return await self._with_draft(Act(agent, verb, key, conversation=value["c"]), value)

    async def _with_draft(self, act: Act, value: Mapping[str, str]) -> Answer:
        draft = await self._desk.draft(value["d"]) if value.get("d") else None
        if value.get("d") and draft is None:
            return Answer(self._acts.said("answers.draft_gone"))
        if draft is not None and draft.agent != act.agent.id:
            return Answer(self._acts.said("answers.not_yours_draft"))
        chosen = Act(
            act.agent,
            act.verb,
            act.key,
            text=draft.text if draft else "",
            motive=value.get("m", ""),
            draft=draft.id if draft else "",
            typed_at=draft.at if draft else None,
            take_over=value.get("f") == "take_over",
            again=value.get("f") == "again",
        )
        return await self._acts.on(chosen, act.conversation)

    def _show(self, body: Mapping[str, Any], answer: Answer, *, in_place: bool = True) -> None:
        """In place of the ephemeral line that held the button; beside a card, never instead of it.

        After a failure of ours the line stays: it may hold the only copy of what was typed.
        """
        is_ephemeral = bool(body.get("container", {}).get("is_ephemeral"))
        shown = self.document(answer) | {"replace_original": is_ephemeral and in_place}
        self._courtesy(self._api.respond(str(body.get("response_url", "")), shown))

    async def thread_message(self, event: Mapping[str, Any], team_id: str) -> None:
        """Words in a conversation's thread by somebody of the roster are a note (P3)."""
        conversation = await self._desk.conversation_in_thread(str(event["channel"]), str(event["thread_ts"]))
        if not conversation:
            return
        user, place = str(event["user"]), str(event["channel"])
        try:
            agent = await self._roster.agent(user, str(event.get("team") or team_id))
        except NotOnRoster as refusal:
            told = self._acts.said("answers.outsider_thread", why=self._acts.said(refusal.reason))
            self._courtesy(self._tell_alone(event, told))
            return
        gesture = event.get("client_msg_id") or event["ts"]
        key = f"slack:{team_id}:{place}:{event['thread_ts']}:{gesture}"
        text = str(event.get("text") or "")
        await self._desk.handle(AgentNoted(agent, conversation, text, str(event["ts"])), key=key)
        if text.startswith("!"):
            self._courtesy(self._tell_alone(event, self._acts.said("answers.bang_is_a_note")))

    async def _tell_alone(self, event: Mapping[str, Any], told: str) -> None:
        """A line in the thread that only the person who typed sees."""
        place = {"channel": event["channel"], "thread_ts": event["thread_ts"], "user": event["user"]}
        await self._api.call("chat.postEphemeral", place | {"text": told})

    def _courtesy(self, work: Any) -> None:  # noqa: ANN401 - any coroutine
        """Something that may be lost: it never holds up an answer, and never fails one."""
        task = asyncio.ensure_future(work)
        self._courtesies.add(task)
        task.add_done_callback(self._forget)

    def _forget(self, task: asyncio.Task[Any]) -> None:
        self._courtesies.discard(task)
        if not task.cancelled() and task.exception() is not None:
            log.info("courtesy_lost", error=type(task.exception()).__name__)

    async def close(self) -> None:
        """Let the courtesies end, briefly."""
        if self._courtesies:
            await asyncio.wait(self._courtesies, timeout=COURTESIES_END_WITHIN)


def _value(value: str) -> dict[str, str]:
    """What a button carries: our own JSON, or an id alone. Never trusted: the state is checked anew."""
    try:
        parsed = json.loads(value)
    except ValueError:
        return {"c": value}
    known = parsed if isinstance(parsed, dict) else {"c": value}
    return {"c": ""} | {str(name): str(part) for name, part in known.items()}
