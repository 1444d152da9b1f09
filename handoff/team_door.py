"""What Slack brings, turned into acts: commands and shortcuts here, and the doors to the rest.

Every handler ends before Slack is answered, so what it did is durable by then. Commands and shortcuts are
never sent again by Slack and the composer is already empty: whatever fails, the person is told, and what they
typed is given back.
"""

from collections.abc import Mapping
from typing import Any

import structlog

from core.desk import Desk
from core.domain.rules import Agent
from handoff import markup
from handoff.acts import Act, Acts
from handoff.answers import Answer
from handoff.article_form import ARTICLE
from handoff.backlog import Backlog
from handoff.base_door import VERBS, BaseDoor
from handoff.buttons import Buttons
from handoff.courtesies import COURTESIES_END_WITHIN, Courtesies, Place
from handoff.dead_page import DeadPage
from handoff.forms import Forms
from handoff.help_page import HelpPage
from handoff.hidden import holds_a_command
from handoff.registry import BY_NAME, SHORTCUTS, UMBRELLA, Command, spoken
from handoff.roster import NotOnRoster, Roster
from handoff.thread import Thread

log = structlog.get_logger("handoff")


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
        dead_page: DeadPage,
        help_page: HelpPage,
        base: BaseDoor,
        forms: Forms,
        thread: Thread,
        buttons: Buttons,
        courtesies: Courtesies,
    ) -> None:
        self._desk = desk
        self._acts = acts
        self._roster = roster
        self._backlog = backlog
        self._dead_page = dead_page
        self._help_page = help_page
        self._base = base
        self._courtesies = courtesies
        self.forms = forms
        self.thread = thread
        self.buttons = buttons

    async def command(self, body: Mapping[str, Any]) -> dict[str, Any] | None:
        """A slash command: the answer to it, whatever happens; None when a form was shown instead."""
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
        return self._acts.document(answer) if answer else None

    async def _command(self, body: Mapping[str, Any], typed: str) -> Answer | None:
        command = BY_NAME.get(str(body.get("command")))
        if command is None:
            return Answer(self._acts.said("answers.unknown_command"), given_back=typed)
        agent = await self._roster.agent(str(body["user_id"]), str(body.get("team_id", "")))
        if command is UMBRELLA:
            command, words = spoken(typed)
            if command is None:
                told = self._acts.said("answers.unknown_verb") if typed.strip() else ""
                return await self._help_page.answer(agent, told=told, given_back=typed.strip())
            return await self._run(command, agent, body, words)
        return await self._run(command, agent, body, typed)

    async def _run(
        self, command: Command, agent: Agent, body: Mapping[str, Any], typed: str
    ) -> Answer | None:
        if command.verb == "backlog":
            return await self._backlog.answer(typed.strip())
        if command.verb == "dead":
            return await self._dead_page.answer(agent)
        if command.verb == "help":
            return await self._help_page.answer(agent)
        place, trigger = Place(str(body.get("channel_id") or "")), str(body.get("trigger_id", ""))
        if command.verb in VERBS:
            return await self._base.typed(command.verb, agent, typed.strip(), trigger, place)
        if command.is_modal and not typed.strip():
            return await self.forms.offer(command.verb, agent, trigger, place)
        return await self._acts.typed(self._act(command, agent, body, typed))

    def _act(self, command: Command, agent: Agent, body: Mapping[str, Any], typed: str) -> Act:
        key = f"slack:{body.get('team_id', '')}:{agent.id}:{body.get('trigger_id', '')}"
        leaves = command.verb in {"reply", "resolve"}
        if leaves and holds_a_command(typed):
            raise _CommandInside
        text = markup.from_command(typed, users=self._roster.names()) if leaves else typed.strip()
        return Act(agent, command.verb, key, text.strip())

    async def shortcut(self, body: Mapping[str, Any]) -> None:
        """A shortcut on a message: a form for the conversation whose thread it stands in."""
        try:
            answer = await self._shortcut(body)
        except NotOnRoster as refusal:
            answer = Answer(self._acts.said(refusal.reason))
        except Exception as error:  # noqa: BLE001 - Slack never repeats a shortcut: the person must be told
            log.error("shortcut_failed", error=type(error).__name__)
            answer = Answer(self._acts.said("answers.failed"))
        if answer is not None:
            told = self._acts.document(answer) | {"replace_original": False}
            self._courtesies.respond(str(body.get("response_url", "")), told)

    async def _shortcut(self, body: Mapping[str, Any]) -> Answer | None:
        command = SHORTCUTS.get(str(body.get("callback_id")))
        if command is None:
            return Answer(self._acts.said("answers.unknown_button"))
        user, message = body["user"], body["message"]
        agent = await self._roster.agent(str(user["id"]), str(user.get("team_id", "")))
        channel, thread = str(body["channel"]["id"]), str(message.get("thread_ts") or message["ts"])
        conversation, _ = await self._desk.conversation_in_thread(channel, thread)
        if not conversation:
            return Answer(self._acts.said("answers.no_conversation_here"))
        place, trigger = Place(channel, thread), str(body.get("trigger_id", ""))
        if command.verb in VERBS:
            line = str(message["ts"])
            return await self._base.articles.offer_promoted(agent, trigger, place, conversation, line)
        return await self.forms.offer_for(command.verb, conversation, trigger, place)

    async def sent(self, body: Mapping[str, Any]) -> dict[str, Any] | None:
        """A form was sent: what Slack is answered."""
        if body["view"].get("callback_id") == ARTICLE:
            return await self._base.articles.sent(body)
        return await self.forms.sent(body)

    async def settle(self, within: float = COURTESIES_END_WITHIN) -> None:
        """Let what is told meanwhile end, for so many seconds."""
        await self._courtesies.settle(within)
