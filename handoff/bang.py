"""`!verb` in a conversation's thread: the thread is the target, and the rest of the line is the words.

Slack has no commands inside threads, so this is how one answers from there. Nothing else typed in a thread
ever leaves Slack (P3). Slack repeats an event it believes lost: what was refused is remembered, so that it is
not decided anew, and perhaps sent, when it comes again.
"""

from dataclasses import replace

import structlog

from core.desk import ActFailed, Desk, Outcome
from core.domain.rules import Agent
from handoff import markup
from handoff.acts import Act, Acts
from handoff.answers import Answer
from handoff.backlog import Backlog
from handoff.help_page import HelpPage
from handoff.hidden import holds_a_command
from handoff.registry import Command
from handoff.roster import Roster
from handoff.typed import Line

log = structlog.get_logger("handoff")

_LEAVES = frozenset({"reply", "resolve"})


class Bang:
    """Carries the verbs out."""

    def __init__(
        self, *, desk: Desk, acts: Acts, roster: Roster, backlog: Backlog, help_page: HelpPage
    ) -> None:
        self._desk = desk
        self._acts = acts
        self._roster = roster
        self._backlog = backlog
        self._help_page = help_page

    async def act(
        self, command: Command, words: str, line: Line, agent: Agent, *, conversation: str, key: str
    ) -> Answer | None:
        """What the author is told, once; None when the line was heard before.

        Raises:
            StoreError: nothing was done; Slack must come again.
        """
        if command.verb == "help":
            return await self._help_page.answer(agent)
        if command.verb == "backlog":
            return await self._backlog.answer(words.strip())
        refusal = self._unfit(command, words, line)
        if refusal is not None:
            return await self._refused(refusal, key)
        act = Act(agent, command.verb, key, self._text(command, words, line), reference=line.ts)
        try:
            heard = await self._acts.heard(act, conversation)
        except ActFailed:
            given_back = self._spelt(words)
            return await self._refused(Answer(self._acts.said("answers.failed"), given_back=given_back), key)
        if heard.outcome is Outcome.DUPLICATE:
            return None
        answer = await self._acts.answer(act, conversation, heard)
        if heard.outcome is Outcome.REFUSED:
            return await self._refused(answer, key)
        # The line in the thread shows what left, and what did not must be told.
        return replace(answer, details=()) if command.verb in _LEAVES else answer

    def _unfit(self, command: Command, words: str, line: Line) -> Answer | None:
        """Why a line cannot be carried out, whatever the conversation."""
        verb, said = command.verb, self._acts.said
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

    async def _refused(self, answer: Answer, key: str) -> Answer:
        await self._desk.remember_refusal(key)
        return answer
