"""Everything that was said in a conversation, page by page, for whoever asks: what a thread cannot show.

A page is an answer that one person sees, with the way to the next; pressing the button again brings it back.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

from core.store import conversations
from core.store.conversations import Message
from core.store.engine import Store
from core.store.screens import Entry
from core.transcripts import line_of
from handoff import markup
from handoff.acts import Acts
from handoff.answers import Answer, Choice
from handoff.lines import PIECE, Lines
from handoff.targets import Targets

LISTED: Final = 150
"""Messages of one page, at most."""
CHARACTERS: Final = 9_000
"""What one message of Slack's surely holds, laid out."""
ALONE: Final = CHARACTERS - 500
"""Of one message, its heading besides: only of signs that each take five is there ever more."""
Payload = Mapping[str, Any]


@dataclass
class _Page:
    """Sections being filled; a message is on one page, whole."""

    sections: list[str] = field(default_factory=list)
    spent: int = 0
    heading: str = ""

    def takes(self, heading: str, pieces: Sequence[str]) -> bool:
        """Add one message, under its heading when that is another than before; False: it is full."""
        told = [heading, *pieces] if heading != self.heading else list(pieces)
        size = sum(len(piece) + 1 for piece in told)
        if self.sections and self.spent + size > CHARACTERS:
            return False
        self.spent += size
        self.heading = heading
        for piece in told:
            if self.sections and len(self.sections[-1]) + 1 + len(piece) <= PIECE:
                self.sections[-1] += f"\n{piece}"
            else:
                self.sections.append(piece)
        return True


class Reading:
    """Reads a conversation for one person of the team."""

    def __init__(
        self, *, store: Store, acts: Acts, targets: Targets, lines: Lines, when: Callable[[int], str]
    ) -> None:
        self._store = store
        self._acts = acts
        self._targets = targets
        self._lines = lines
        self._when = when

    async def page(self, value: Mapping[str, str]) -> Answer:
        """A page: of conversation `c`, from message `p` on, or the last before message `b`.

        What was never handed to the team is not the team's to read.
        """
        entry = await self._targets.entry(value["c"])
        if entry is None or not entry.handle:
            return Answer(self._acts.said("refuse.gone"))
        before = _number(value.get("b"))
        if before:
            said = await self._read(conversations.said_before, entry, before)
        else:
            said = await self._read(conversations.said_from, entry, _number(value.get("p")))
        if not said:
            return Answer(self._acts.said("reading.nothing"))
        total = await self._store.read(partial(conversations.said_in_all, conversation_id=entry.id))
        shown, page = self._laid_out(entry, said, is_backwards=bool(before))
        return self._answer(entry, shown, page, total)

    async def _read(self, read: Callable[..., Any], entry: Entry, seq: int) -> list[Message]:
        asked = partial(read, conversation_id=entry.id, seq=seq, limit=LISTED)
        found: list[Message] = await self._store.read(asked)
        return found

    def _laid_out(
        self, entry: Entry, said: Sequence[Message], *, is_backwards: bool
    ) -> tuple[Sequence[Message], _Page]:
        """As many as one page holds, from the end where the reader goes backwards."""
        name = markup.name(entry.customer)
        if is_backwards:
            fits = self._filled(name, said[::-1])[0]
            said = said[len(said) - fits :]
        fits, page = self._filled(name, said)
        return said[:fits], page

    def _filled(self, name: str, said: Sequence[Message]) -> tuple[int, _Page]:
        page = _Page()
        for number, message in enumerate(said):
            heading, pieces = self._message(name, message)
            if not page.takes(heading, pieces):
                return number, page
        return len(said), page

    def _message(self, name: str, message: Message) -> tuple[str, list[str]]:
        line = line_of(message, self._lines.texts, self._lines.language)
        heading, pieces = self._lines.spoken(line, name, self._when(line["at"]))
        return heading, self._bounded(pieces)

    def _bounded(self, pieces: Sequence[str]) -> list[str]:
        """A page that Slack refuses is seen by nobody, nor is the way on from it."""
        kept, spent = list[str](), 0
        for piece in pieces:
            spent += len(piece)
            if spent > ALONE:
                return [*kept, self._acts.said("line.cut_after")]
            kept.append(piece)
        return kept

    def _answer(self, entry: Entry, shown: Sequence[Message], page: _Page, total: int) -> Answer:
        first, last = shown[0].seq, shown[-1].seq
        title = self._acts.said("reading.title", customer=entry.customer, first=first, last=last, total=total)
        back = [("first", {"p": "1"}), ("before", {"b": str(first)})] if first > 1 else []
        on = [("next", {"p": str(last + 1)}), ("last", {"b": str(total + 1)})] if last < total else []
        choices = [
            Choice("read_all", self._acts.said(f"reading.{where}"), {"c": entry.id, **value})
            for where, value in (*back, *on)
        ]
        return Answer(title, tuple(choices), details=tuple(page.sections))


def _number(told: str | None) -> int:
    """A number of a message as a button carries it; 0 when it carries none."""
    return int(told) if told and told.isascii() and told.isdecimal() and len(told) < 15 else 0
