"""What people type in a conversation's thread: internal notes, `!verbs`, changes of both, and a card deleted.

These are events: Slack comes again with one that was not answered, so a store that is down is no loss here.
What Slack gave up meanwhile is found by `handoff.catch_up`, and heard here as well.
"""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final

from core.desk import Desk, Outcome
from core.domain.events import AgentNoted, CardLost, NoteDeleted, NoteEdited
from core.domain.rules import Agent
from core.store import journal
from core.store.engine import Store
from handoff.acts import Acts
from handoff.answers import Answer
from handoff.bang import Bang
from handoff.courtesies import Courtesies, Place
from handoff.hidden import MARK, hides_a_verb, looks_called
from handoff.registry import COMMANDS, Command, Who, spoken
from handoff.roster import UNAVAILABLE, NotOnRoster, Roster
from handoff.typed import Changed, Gone, Line, at, read

YOUNG: Final = timedelta(seconds=60)
"""So old a line may be before it is late: Slack brings most within the second, and repeats after a minute."""


class NotYet(Exception):
    """Slack has not told what is needed to hear it. Nothing was kept, nobody was told: it must come again."""


class Thread:
    """Hears what happens in threads."""

    def __init__(
        self,
        *,
        store: Store,
        desk: Desk,
        acts: Acts,
        bang: Bang,
        roster: Roster,
        courtesies: Courtesies,
        is_bang_on: bool,
    ) -> None:
        self._store = store
        self._desk = desk
        self._acts = acts
        self._bang = bang
        self._roster = roster
        self._courtesies = courtesies
        self._is_bang_on = is_bang_on

    async def heard(self, event: Mapping[str, Any], team: str, *, again: bool = False) -> None:
        """A message event; most of them are nothing to us. `again`: Slack had to come more than once.

        Raises:
            StoreError, NotYet: nothing was kept; Slack must come again.
        """
        match read(event, team):
            case Line() as line:
                await self.line(line, late=self._late(line, again=again))
            case Changed() as changed:
                await self.changed(changed)
            case Gone() as gone:
                await self.gone(gone)

    def _late(self, line: Line, *, again: bool) -> datetime | None:
        """When it was typed, if that is so long ago, or so far in the past of this database, to matter."""
        typed, restored = at(line.ts), self._desk.restored_at
        if typed is None:
            return None
        is_old = again and self._acts.now() - typed > YOUNG
        return typed if is_old or (restored is not None and typed <= restored) else None

    async def line(self, line: Line, *, late: datetime | None = None) -> bool:
        """A line that somebody typed; `late`: when, if it comes late. Whether anything came of it.

        Raises:
            StoreError: nothing was kept.
            NotYet: nor was it, for Slack did not say who typed it, or whether the thread is ours.
        """
        is_reply = line.thread != line.ts
        conversation, stands_here = await self._conversation(line.place, line.thread, may_be_ours=is_reply)
        if not conversation:
            await self._stray(line)
            return False
        try:
            agent = await self._roster.agent(line.user, line.team)
        except NotOnRoster as refusal:
            await self._not_kept(line, refusal, late)
            return False
        is_gone, change = await self._heard_ahead(line)
        if is_gone:
            return await self._taken_back(line)
        key = line.key
        if not stands_here:
            # What is typed where the conversation stood before is shown where it stands now.
            line = replace(line, ts="")
        command, words = self._called(line.text)
        if command is None:
            is_kept = await self._noted(line, agent, conversation, key, late)
            if is_kept and change and line.ts:
                await self._desk.handle(change, key=f"{key}:changed")
            return is_kept
        line = replace(line, is_changed=line.is_changed or change is not None)
        answer = await self._bang.act(
            command, words, line, agent, conversation=conversation, key=key, late=late
        )
        if answer is not None:
            self._tell(line, answer)
        return answer is not None

    async def _heard_ahead(self, line: Line) -> tuple[bool, NoteEdited | None]:
        """What people did to a line before it was heard: whether it is gone, and its latest words.

        Slack brings again what was not kept, and what was done to it meanwhile came first.
        """
        gone = Gone(line.place, line.thread, line.ts, 0).key
        asked = partial(journal.heard_ahead, key=line.key, gone=gone, changes=line.changes)
        is_gone, kept = await self._store.read(asked)
        change = json.loads(kept) if kept else {}
        if "conversation_id" not in change:
            return is_gone, None
        words = str(change.get("text", "")), int(change.get("version", 0))
        return is_gone, NoteEdited(str(change["conversation_id"]), line.ts, *words)

    async def _taken_back(self, line: Line) -> bool:
        """Nothing is done for somebody who saw nothing happen and took the line away; nor is it kept."""
        command, _ = self._called(line.text)
        if await self._desk.remember_refusal(line.key) and command is not None:
            told = Answer(self._acts.said("bang.taken_back"), given_back=self._bang.note(line.text, ()))
            self._tell(line, told)
        return False

    async def _conversation(self, place: str, thread: str, *, may_be_ours: bool = True) -> tuple[str, bool]:
        """The conversation of a thread, if any, and whether it stands there still.

        Raises:
            NotYet: a card of ours whose post is not confirmed yet may stand there.
        """
        found = await self._desk.conversation_in_thread(place, thread)
        if may_be_ours and not found[0] and await self._desk.awaits_thread(place):
            raise NotYet
        return found

    async def _not_kept(self, line: Line, refusal: NotOnRoster, late: datetime | None) -> None:
        """Strangers are told, once, and leave nothing here but that they were told.

        Of whom Slack says nothing nothing is refused: a note by one of us would be lost with it.
        """
        if refusal.reason == UNAVAILABLE:
            raise NotYet from refusal
        if not await self._desk.remember_refusal(line.key):
            return
        words = self._acts.said("answers.outsider_thread", why=self._acts.said(refusal.reason))
        # Whoever is told long after is told of what.
        told = Answer(words, given_back=self._bang.note(line.text, ()) if late else "")
        self._courtesies.whisper(Place(line.place, line.thread), line.user, told, only_here=True)

    async def _stray(self, line: Line) -> None:
        """A verb typed beside the threads: it is no note either, so that silence would pass for success."""
        if not (self._is_bang_on and hides_a_verb(line.text)):
            return
        try:
            await self._roster.agent(line.user, line.team)
        except NotOnRoster:
            return
        thread = "" if line.thread == line.ts else line.thread
        told = Answer(self._acts.said("bang.stray"), given_back=self._bang.note(line.text, ()))
        self._courtesies.whisper(Place(line.place, thread), line.user, told, only_here=True)

    def _called(self, text: str) -> tuple[Command | None, str]:
        """The verb a line calls, where the rules let it, and its words."""
        if not (self._is_bang_on and text.startswith(MARK) and text[1:2].isalpha()):
            return None, text  # « ! rendre l’argent » is said to colleagues, and gives nothing back
        return spoken(text.removeprefix(MARK))

    async def _noted(
        self, line: Line, agent: Agent, conversation: str, key: str, late: datetime | None
    ) -> bool:
        """Words in a conversation's thread by somebody of the roster are a note (P3)."""
        text = self._bang.note(line.text, line.files)
        heard = await self._desk.handle(AgentNoted(agent, conversation, text, line.ts, late), key=key)
        if heard.outcome is Outcome.DONE and looks_called(line.text):
            self._tell(line, Answer(self._acts.said(self._why_a_note(), verbs=_verbs())))
        return heard.outcome is Outcome.DONE

    def _why_a_note(self) -> str:
        return "bang.unknown" if self._is_bang_on else "bang.off"

    async def changed(self, changed: Changed) -> None:
        """Every version of a note is kept; nothing is ever sent by changing a line."""
        line = changed.line
        is_reply = line.thread != line.ts
        conversation, stands_here = await self._conversation(line.place, line.thread, may_be_ours=is_reply)
        if not conversation:
            return
        command, words = self._called(line.text)
        note = words if command is not None and command.verb == "note" else line.text
        text = self._bang.note(note, line.files)
        edited = NoteEdited(conversation, line.ts, text, changed.version)
        heard = await self._desk.handle(edited, key=changed.key)
        was_called, _ = self._called(changed.before)
        acts = [each for each in (command, was_called) if each is not None and each.verb != "note"]
        calls_now = hides_a_verb(note) and not hides_a_verb(changed.before)
        if (acts or calls_now) and heard.outcome is not Outcome.DUPLICATE:
            self._tell(line, Answer(self._acts.said("bang.edited")))
        elif not stands_here and heard.outcome is Outcome.IGNORED:
            self._tell(line, Answer(self._acts.said("bang.moved")))

    async def gone(self, gone: Gone) -> None:
        """A note taken away, or a conversation's card."""
        conversation, _ = await self._conversation(gone.place, gone.thread)
        if not conversation:
            return
        if gone.ts == gone.thread:
            await self._desk.handle(CardLost(conversation, gone.ts), key=gone.key)
        else:
            await self._desk.handle(NoteDeleted(conversation, gone.ts, gone.version), key=gone.key)

    def _tell(self, line: Line, answer: Answer) -> None:
        """In the thread, to the author alone."""
        self._courtesies.whisper(Place(line.place, line.thread), line.user, answer)


def _verbs() -> str:
    of_all = [command.names[-1] for command in COMMANDS if command.who in {Who.TEAM, Who.OWNER}]
    return ", ".join(f"{MARK}{name.removeprefix('/')}" for name in of_all)
