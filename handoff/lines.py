"""What is posted in a conversation's thread: lines, the transcript, the urgent call.

A reader must see at a glance whose words they are: a customer's are quoted, what was sent to the customer
carries an arrow, a note says that it is internal, facts are small, alarms stand out. One effect is one post
with one receipt, so that what does not fit is cut with a sentence that says so; the database keeps it whole.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from core.texts import Texts
from handoff import markup
from handoff.cards import (
    Block,
    actions,
    button,
    context,
    fitted,
    label,
    live_date,
    mention,
    section,
    thread_link,
)
from handoff.latest import latest

POST_TEXT: Final = 3900
"""Above 4,000 characters Slack splits the text; it is also what stands when the blocks are refused."""
PIECE: Final = 2700
"""A section holds 3,000; a heading or a mention joins the first piece."""
POST_CHARACTERS: Final = 10_500
POST_BLOCKS: Final = 40
BUTTONS: Final = 10
MEDIA: Final = 900
QUOTED: Final = 120

_OURS: Final = {"bot": "bot", "agent": "agent_before", "note": "note_before"}

_DELIVERIES: Final = {"sent", "delivered", "read", "failed", "unknown"}
_CHANGES: Final = {
    "edited": "was_edited",
    "deleted": "was_deleted",
    "failed": "was_failed",
    "unknown": "was_unknown",
    "late": "was_late",
}

Payload = Mapping[str, Any]


@dataclass(frozen=True)
class Post:
    """One message: `text` for notifications and as the plain fallback, `blocks` for the eye."""

    text: str
    blocks: list[Block]


@dataclass(frozen=True)
class Lines:
    """Lays out what the thread shows, in the team's language."""

    texts: Texts
    language: str

    def line(self, payload: Payload) -> Post:
        """A thread line, by its mark: customer, agent, note, fact or alarm."""
        shapes = {"customer": self._customer, "agent": self._agent, "note": self._note, "alarm": self._alarm}
        text, blocks = shapes.get(payload.get("mark", ""), self._fact)(payload)
        joined = () if payload.get("mark") == "customer" else payload.get("media", ())
        offered = _actions(payload.get("actions", ()))
        blocks = [*blocks, *self._media(joined), *self._delivery(payload), *offered, *self._flood(payload)]
        return Post(fitted(_called(payload, text), POST_TEXT) or "…", blocks or [section("…")])

    def call(self, payload: Payload, called: Sequence[str]) -> Post:
        """The urgent call. `called` are Slack's own forms: `<@U…>`, `<!here>`."""
        said = f"🚨 {' '.join(called)} {markup.said(payload.get('text', ''))}"
        return Post(fitted(said, POST_TEXT), [section(said)])

    def transcript(self, payload: Payload) -> Post:
        """Everything said so far, oldest first; when it is too long, the latest of it."""
        customer, said = payload.get("customer", ""), payload.get("lines", ())
        name = markup.name(customer)
        entries = [entry for each in said if (entry := self._entry(each, name))]
        shown = latest(entries, [sum(map(_size, entry)) for entry in entries], POST_CHARACTERS)
        shown = latest(shown, list(map(len, shown)), POST_BLOCKS)
        missing = len(entries) - len(shown) + int(payload.get("before", 0))
        cut = context(self._said("cut_before", count=missing)) if missing else []
        title = section(self._said("transcript", customer=name))
        reading = self._reading(payload) if missing else []
        blocks = [title, *cut, *(block for entry in shown for block in entry), *reading]
        return Post(self._transcript_text(name, said), blocks)

    def _said(self, key: str, **values: str | int) -> str:
        return self.texts.said(f"line.{key}", self.language, **values)

    def _customer(self, payload: Payload) -> tuple[str, list[Block]]:
        """`*Marie Dupont* · WhatsApp · @Léa`, then the words as a quote; what came with them, one by one."""
        name, channel = markup.name(payload.get("who", "")), label(payload.get("channel", ""))
        about, more = self._about(payload), payload.get("more", ())
        heading = " · ".join(part for part in (f"*{name}*", channel, about, _mentions(payload)) if part)
        said = [_spoken(part) for part in (payload, *more)]
        flood = payload.get("flood")
        if flood:
            heading = f"{heading}\n{self._counted(flood)}"
            said = [self._said("flood_text", count=int(flood["count"])), *said]
        parts = [self._message(payload, heading), *map(self._message, more)]
        if flood and (gap := int(flood.get("gap", 0))):
            parts.insert(gap, self._left_out(flood, (payload, *more)))
        blocks = [block for part in parts for block in part]
        return f"{name} ({channel})\u00a0: " + "\n".join(said), self._bounded(blocks)

    def _counted(self, flood: Payload) -> str:
        """How many messages, from when to when, as each reader's clock shows it."""
        since, until = (self._time(int(flood.get(end, 0))) for end in ("since", "until"))
        return self._said("flood", count=int(flood["count"]), since=since, until=until)

    def _left_out(self, flood: Payload, shown: Sequence[Payload]) -> list[Block]:
        count = int(flood["count"]) - sum(int(part.get("count", 1)) for part in shown)
        return context(self._said("flood_gap", count=count)) if count > 0 else []

    def _time(self, at_ms: int) -> str:
        return live_date(at_ms // 1000, "{time}", texts=self.texts, language=self.language)

    def _flood(self, payload: Payload) -> list[Block]:
        """What is not shown, or cut, can be read."""
        return self._reading(payload["flood"]) if payload.get("flood") else []

    def _reading(self, told: Payload) -> list[Block]:
        if not told.get("conversation"):
            return []
        value = json.dumps({"c": told["conversation"], "p": told.get("from", 1)})
        return actions([button("read_all", self._said("read_all"), value)])

    def _message(self, part: Payload, heading: str = "") -> list[Block]:
        """The words of one message as a quote, and what is joined to it."""
        above = [heading or self._about(part)]
        first, *rest = markup.quotes(part.get("text", ""), PIECE) or [""]
        pieces = ["\n".join(filter(None, [*above, first])), *rest]
        said = (section(piece) for piece in pieces if piece)
        return [*said, *self._media(part.get("media", ())), *_remarks(part)]

    def _about(self, payload: Payload) -> str:
        """The words that these answer to, or take the place of; cut short, they stand above in the thread."""
        before = label(payload.get("quoted", ""), QUOTED)
        if payload.get("is_edit"):
            return self._said("edited", before=before) if before else self._said("edited_unknown")
        return self._said("quoted", before=before) if before else ""

    def _agent(self, payload: Payload) -> tuple[str, list[Block]]:
        """What left for the customer: an arrow, and the words as the customer reads them."""
        who, channel = markup.name(payload.get("who", "")), label(payload.get("channel", ""))
        said = markup.escape(payload.get("text", ""))
        text = self._said("agent_text", who=who, channel=channel, text=said)
        return text, self._under(self._said("agent", who=who, channel=channel), markup.chunks(said, PIECE))

    def _note(self, payload: Payload) -> tuple[str, list[Block]]:
        who, said = markup.name(payload.get("who", "")), markup.escape(payload.get("text", ""))
        text = self._said("note_text", who=who, text=said)
        return text, self._under(self._said("note", who=who), markup.chunks(said, PIECE))

    def _fact(self, payload: Payload) -> tuple[str, list[Block]]:
        said = markup.said(payload.get("text", ""))
        if before := label(payload.get("quoted", ""), QUOTED):
            said = f"{said} {self._said('reacted_to', before=before)}"
        pieces = markup.chunks(said, PIECE)
        place, reference = payload.get("former") or ("", "")
        former = thread_link(place, reference, self._said("former"))
        mentions = f"{former} {_mentions(payload)}".strip()
        small = [f"{pieces[0]} {mentions}".strip(), *pieces[1:]] if pieces else [mentions]
        blocks = [block for piece in small for block in context(piece)]
        return said, self._bounded(blocks)

    def _alarm(self, payload: Payload) -> tuple[str, list[Block]]:
        """What happened, with whoever must act; then the words it is about, as a quote."""
        happened, _, about = str(payload.get("text", "")).partition("\n\n")
        heading = f"{self._said('alarm')} {_mentions(payload)}".strip()
        told = markup.chunks(markup.said(happened), PIECE)
        text = self._said("alarm_text", text=markup.escape(payload.get("text", "")))
        return text, self._under(heading, [*told, *markup.quotes(about, PIECE)])

    def _under(self, heading: str, pieces: Sequence[str]) -> list[Block]:
        """A heading and the words below it in the same section; long words go on in further sections."""
        first, rest = pieces[:1], pieces[1:]
        return self._bounded([section("\n".join([heading, *first])), *map(section, rest)])

    def _bounded(self, blocks: list[Block]) -> list[Block]:
        """What one post holds, and a sentence when that is not everything."""
        kept: list[Block] = []
        spent = 0
        for block in blocks:
            spent += _size(block)
            if spent > POST_CHARACTERS or len(kept) == POST_BLOCKS:
                return [*kept, *context(self._said("cut_after"))]
            kept.append(block)
        return kept

    def _media(self, media: Sequence[str]) -> list[Block]:
        listed = _listed(media)
        return context(self._said("media", list=listed)) if listed else []

    def _delivery(self, payload: Payload) -> list[Block]:
        """How far what was sent got; nothing while nothing is known."""
        known = payload.get("delivery", "")
        if known not in _DELIVERIES:
            return []
        return context(self._said(f"mark_{known}", why=fitted(markup.escape(payload.get("why", "")), MEDIA)))

    def _entry(self, line: Payload, customer: str) -> list[Block]:
        """One line of the transcript: whose, when, and the words."""
        said, ours = line.get("text", ""), line.get("author", "") in _OURS
        form = "{date_short_pretty} {time}"
        at = live_date(int(line.get("at", 0)), form, texts=self.texts, language=self.language)
        pieces = markup.chunks(markup.escape(said), PIECE) if ours else markup.quotes(said, PIECE)
        media = [*self._media(line.get("media", ())), *_remarks(line)]
        about, change = self._about(line), self._changed(line)
        heading = " · ".join(part for part in (self._whose(line, customer), at, about, change) if part)
        return self._under(heading, pieces) + media if pieces or media or change else []

    def spoken(self, line: Payload, customer: str, at: str) -> tuple[str, list[str]]:
        """One message to be read among many: whose and when, then the words and what was joined to them."""
        said, ours = line.get("text", ""), line.get("author", "") in _OURS
        pieces = markup.chunks(markup.escape(said), PIECE) if ours else markup.quotes(said, PIECE)
        listed = _listed(line.get("media", ()))
        media = [self._said("media", list=listed)] if listed else []
        parts = (self._whose(line, customer), at, self._about(line), self._changed(line))
        return " · ".join(part for part in parts if part), [*pieces, *media] or ["…"]

    def _changed(self, line: Payload) -> str:
        """What became of it after it was written."""
        known = (str(line.get(name, "")) for name in ("change", "trouble"))
        return " · ".join(self._said(_CHANGES[each]) for each in known if each in _CHANGES)

    def _whose(self, line: Payload, customer: str) -> str:
        key = _OURS.get(line.get("author", ""))
        return self._said(key) if key else f"*{customer}*"

    def _transcript_text(self, customer: str, lines: Sequence[Payload]) -> str:
        """Short for the notification; the latest words follow, for when the blocks are refused."""
        title = self._said("transcript_text", customer=customer)
        room = POST_TEXT - len(title) - len(self._said("cut_before", count=len(lines))) - 2
        whose = ((self._whose(line, customer).replace("*", ""), _spoken(line)) for line in lines)
        spoken = [f"{who}\u00a0: {words}" for who, words in whose if words]
        told = latest(spoken, [len(words) + 1 for words in spoken], room)
        missing = len(spoken) - len(told)
        cut = [self._said("cut_before", count=missing)] if missing else []
        return fitted("\n".join([title, *cut, *told]), POST_TEXT)


def _listed(media: Sequence[str]) -> str:
    return fitted(", ".join(label(item, 120) for item in media[:BUTTONS] if item), MEDIA)


def _spoken(part: Payload) -> str:
    said = markup.escape(part.get("text", "")) or _listed(part.get("media", ()))
    return "\n".join([said, *map(markup.said, part.get("remarks", ()))])


def _remarks(part: Payload) -> list[Block]:
    remarks = (markup.said(remark) for remark in part.get("remarks", ()))
    return [block for said in remarks for piece in markup.chunks(said, PIECE) for block in context(piece)]


def _size(block: Block) -> int:
    if block["type"] == "context":
        return sum(len(element["text"]) for element in block["elements"])
    return len(block["text"]["text"])


def _mentions(payload: Payload) -> str:
    return " ".join(filter(None, map(mention, list(payload.get("mentions", ()))[:BUTTONS])))


def _called(payload: Payload, text: str) -> str:
    """The mentions come first: whatever is cut behind them, they still call."""
    return f"{_mentions(payload)} {text}".strip()


def _actions(offered: Sequence[Payload]) -> list[Block]:
    """A button each. `action_id` is the verb; a second of the same verb is told apart by a number."""
    buttons: list[Block] = []
    verbs: list[str] = []
    for number, action in enumerate(offered[:BUTTONS]):
        verb = str(action.get("verb") or "…")[:200]
        name = f"{verb}:{number}" if verb in verbs else verb
        verbs.append(verb)
        buttons.append(button(name, action.get("label", ""), str(action.get("value", ""))))
    return actions(buttons)
