"""`!verb` in a conversation's thread: the thread is the target, and the rest of the line is the words.

Slack has no commands inside threads, so this is how one answers from there. Nothing else typed in a thread
ever leaves Slack (P3). Slack repeats an event it believes lost: what was refused is remembered, so that it is
not decided anew, and perhaps sent, when it comes again.
"""

from dataclasses import replace
from datetime import datetime

import structlog

from core.desk import ActFailed, Desk, Outcome
from core.domain.events import AgentNoted
from core.domain.rules import Agent
from handoff import markup
from handoff.acts import Act, Acts
from handoff.answers import Answer
from handoff.backlog import Backlog
from handoff.base_door import VERBS, BaseDoor
from handoff.dead_page import DeadPage
from handoff.help_page import HelpPage
from handoff.hidden import holds_a_command
from handoff.registry import Command
from handoff.roster import Roster
from handoff.typed import Line

log = structlog.get_logger("handoff")

_LEAVES = frozenset({"reply", "resolve"})
_SHOWN = frozenset({"help", "backlog", "dead"}) | VERBS


class Bang:
    """Carries the verbs out."""

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
    ) -> None:
        self._desk = desk
        self._acts = acts
        self._roster = roster
        self._backlog = backlog
        self._dead_page = dead_page
        self._help_page = help_page
        self._base = base

    async def act(
        self,
        command: Command,
        words: str,
        line: Line,
        agent: Agent,
        *,
        conversation: str,
        key: str,
        late: datetime | None = None,
    ) -> Answer | None:
        """What the author is told, once; None when the line was heard before, or nothing is left to answer.

        `late`: when it was typed, if Slack brought it late or it was found.

        Raises:
            StoreError: nothing was done; Slack must come again.
        """
        if command.verb in _SHOWN:
            return None if late else await self._shown(command, words, agent, conversation)
        act = Act(agent, command.verb, key, reference=line.ts, late=late)
        answer, is_refused = await self._done(act, command, words, line, conversation)
        if is_refused:
            await self._remember(act, line, conversation)
        return answer

    async def _done(
        self, act: Act, command: Command, words: str, line: Line, conversation: str
    ) -> tuple[Answer | None, bool]:
        """What the author is told, and whether that is a refusal."""
        refusal = self._unfit(command, words, line)
        if refusal is not None:
            return refusal, True
        act = replace(act, text=self._text(command, words, line))
        try:
            heard = await self._acts.heard(act, conversation)
        except ActFailed:
            return Answer(self._acts.said("answers.failed"), given_back=self._spelt(words)), True
        if heard.outcome is Outcome.DUPLICATE:
            return None, False
        answer = await self._acts.answer(act, conversation, heard)
        if heard.outcome is Outcome.REFUSED:
            return answer, True
        # The line in the thread shows what left, and what did not must be told.
        return (replace(answer, details=()) if command.verb in _LEAVES else answer), False

    async def _remember(self, act: Act, line: Line, conversation: str) -> None:
        """A refusal is whispered; the author of a line that came late may not be there to hear it."""
        if act.late is not None and act.verb != "note":
            text = self.note(line.text, line.files)
            unsent = AgentNoted(act.agent, conversation, text, line.ts, act.late, unsent=True)
            if (await self._desk.handle(unsent, key=act.key)).outcome is not Outcome.REFUSED:
                return
        await self._desk.remember_refusal(act.key)

    async def _shown(self, command: Command, words: str, agent: Agent, conversation: str) -> Answer:
        if command.verb in VERBS:
            return await self._base.shown(command.verb, agent, self._spelt(words), conversation)
        if command.verb == "help":
            return await self._help_page.answer(agent)
        if command.verb == "dead":
            return await self._dead_page.answer(agent)
        return await self._backlog.answer(words.strip())

    def _unfit(self, command: Command, words: str, line: Line) -> Answer | None:
        """Why a line cannot be carried out, whatever the conversation."""
        verb, said = command.verb, self._acts.said
        if line.is_changed and verb != "note":  # nothing is ever sent by changing a line
            return Answer(said("bang.edited"), given_back=self._spelt(words))
        if command.is_modal and not words.strip() and not line.files:
            return Answer(said(f"bang.empty_{verb}"))
        if verb not in _LEAVES:
            return None
        given_back = self._spelt(words)
        if line.files:
            return Answer(said("bang.files"), given_back=given_back)
        if holds_a_command(words):
            return Answer(said("answers.command_inside"), given_back=given_back)
        try:
            markup.to_customer(words, users=self._roster.names())
        except markup.InternalMention as found:
            return Answer(said("answers.internal_mention", found=str(found)), given_back=given_back)
        return None

    def _text(self, command: Command, words: str, line: Line) -> str:
        if command.verb in _LEAVES:
            return markup.to_customer(words, users=self._roster.names()).strip()
        return self.note(words, line.files)

    def note(self, text: str, files: tuple[str, ...]) -> str:
        """What colleagues read: the words, and the names of what came with them."""
        joined = self._acts.said("line.media", list=", ".join(files)) if files else ""
        return "\n".join(part for part in (self._spelt(text), joined) if part)

    def _spelt(self, words: str) -> str:
        return markup.to_colleagues(words, users=self._roster.names()).strip()
