"""What the team sees, written down: cards, transcripts, thread lines, calls; masked, in final words."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from core import flooding, merging, transcripts
from core.cards import card
from core.domain.channel import Media
from core.domain.conversation import Conversation
from core.domain.customer import Customer
from core.domain.effects import (
    CallOnDuty,
    Effect,
    Follow,
    Mark,
    MarkLine,
    OpenThread,
    PostTranscript,
    ToThread,
    UpdateCard,
)
from core.domain.lines import Line, line
from core.house import TEAM, House
from core.masks import mask_text
from core.store import conversations, floods, jobs, people, showing
from core.store.conversations import Message
from core.store.db import Db
from core.store.rows import to_ms
from core.store.showing import Row

CARD_WAIT_MS = 2_000
"""How long a change of the card waits for the next: updates are the scarcest thing at the team's place."""
MARK_WAIT_MS = 4_000
"""The same for the mark of a reply: most are delivered a few seconds after they were sent."""
ALBUM_WAIT_MS = 1_500
"""The pictures of one album arrive one by one; after so long without another, they are all there."""
TRANSCRIPT_MESSAGES = 60
"""More than one post shows of a transcript, each message being a block at least."""


@dataclass
class TeamRows:
    """The team's side of one decision being written down. `about`: the message recorded last."""

    db: Db
    house: House
    state: Conversation
    customer: Customer
    now: datetime
    about: str = ""

    async def write(self, effect: Effect) -> None:
        """Turn one effect into its row."""
        place = self.state.thread.place if self.state.thread else ""
        match effect:
            case OpenThread(place):
                await showing.supersede(self.db, self._lane("card"), self._now_ms())
                await self._team_row("open_thread", await self._card(), place)
            case UpdateCard():
                await self._update_card(place)
            case PostTranscript():
                await self._post_transcript(place)
            case ToThread():
                await self._line(effect, place)
            case MarkLine():
                await self._mark(effect)
            case Follow(left):
                await showing.follow(self.db, self._lane(TEAM))
                await conversations.leave_thread(self.db, self.state.id, left, self.now)
            case CallOnDuty(words, agent):
                call = {"text": self._team_words(words), "agent": agent}
                await self._team_row("call", call, place)

    async def _team_row(
        self,
        kind: str,
        payload: dict[str, Any],
        place: str,
        lane: str = TEAM,
        *,
        due_ms: int = 0,
        about: str = "",
    ) -> None:
        await jobs.enqueue(
            self.db,
            self.house.ids.new(self._now_ms()),
            conversation_id=self.state.id,
            lane=self._lane(lane),
            destination=TEAM,
            kind=kind,
            payload=payload,
            now_ms=self._now_ms(),
            place=place or await jobs.place_of_thread(self.db, self.state.id),
            urgent=self.state.is_urgent,
            due_ms=due_ms,
            about=about,
        )

    def _lane(self, name: str) -> str:
        return f"{self.state.id}:{name}"

    async def _post_transcript(self, place: str) -> None:
        """The whole talk: what waits for an earlier card would say of it what it says, twice."""
        lane, now, payload = self._lane(TEAM), self._now_ms(), await self._transcript()
        await showing.supersede_kind(self.db, lane, "transcript", now)
        for line_id in merging.told_by_transcript(await showing.untold_lines(self.db, lane)):
            await showing.retell(self.db, line_id, now)
        await showing.supersede_changes(self.db, self._lane(floods.LANE), floods.RETELL, now)
        await self._team_row("transcript", payload, place)

    async def _update_card(self, place: str) -> None:
        """The latest card wins, and one that shows what is shown already is left out."""
        payload, lane = await self._card(), self._lane("card")
        due = await showing.due_for(
            self.db, lane, payload, self._now_ms(), self._wait_ms(CARD_WAIT_MS), card_of=self.state.id
        )
        if due is not None:
            await self._team_row("update_card", payload, place, "card", due_ms=due)

    async def _mark(self, effect: MarkLine) -> None:
        """The line once more, with its mark; nothing while the line does not stand."""
        standing = await showing.standing_line(self.db, effect.about)
        if standing is None:
            return
        line, place, reference = standing
        why = self._team_words((effect.why,)) if effect.why else ""
        mark = {"delivery": effect.delivery.value, "why": why, "reference": reference}
        lane = f"mark:{effect.about.rpartition(':')[2]}"
        payload, wait = line | mark, self._wait_ms(MARK_WAIT_MS)
        due = await showing.due_for(self.db, self._lane(lane), payload, self._now_ms(), wait)
        if due is not None:
            await self._team_row("mark", payload, place, lane, due_ms=due)

    def _wait_ms(self, wait: int) -> int:
        return int(wait * self.house.pace)

    async def _line(self, effect: ToThread, place: str) -> None:
        """A line of its own; or more words of a customer's line that waits, or that tells of a flood."""
        payload = self._thread_line(effect)
        due = self._now_ms() + ALBUM_WAIT_MS if effect.album else 0
        if effect.mark is Mark.CUSTOMER:
            last = await showing.last_of(self.db, self._lane(TEAM), "line")
            if last is not None and merging.go_together(last.payload, payload):
                if await self._joins(last, payload, due):
                    return
                if await self._is_flooding(last):
                    payload = flooding.flooded([payload], self.state.id)
        about = self.about if effect.shows_delivery else ""
        await self._team_row("line", payload, place, due_ms=due, about=about)

    async def _joins(self, last: Row, payload: dict[str, Any], due: int) -> bool:
        """Whether the line before takes it up: nothing that is said between a customer's words is passed."""
        is_flood = flooding.is_flood(last.payload)
        if not last.is_waiting:
            return is_flood and bool(last.reference) and await self._joins_standing(last, payload)
        if is_flood and not flooding.goes_on(last.payload, self._now_ms()):
            return False
        if is_flood or await self._is_flooding(last):
            await floods.take_up(self.db, last, payload, self.state.id, self._now_ms())
        elif merged := merging.merged(last.payload, payload):
            await showing.rewrite(self.db, last, merged, due)
        else:
            return False
        return True

    async def _is_flooding(self, last: Row) -> bool:
        if not flooding.may_begin(last.payload, self._now_ms()):
            return False
        return await floods.is_flooding(self.db, self.state.id)

    async def _joins_standing(self, last: Row, payload: dict[str, Any]) -> bool:
        """A flood's line that stands in the thread counts on, as long as nobody else says anything there."""
        told = await floods.last_told(self.db, last)
        if not flooding.goes_on(told.payload, self._now_ms()):
            return False
        if await floods.is_passed(self.db, told.payload, payload["seq"]):
            return False
        anew = await floods.retold(self.db, last, told, payload, self._now_ms())
        if anew is not None:
            lane = floods.lane_of(last).partition(":")[2]
            due = self._now_ms() + self._wait_ms(flooding.GROWS_EVERY_MS)
            await self._team_row(floods.RETELL, anew, last.place, lane, due_ms=due)
        return True

    async def _card(self) -> dict[str, Any]:
        previous = await conversations.conversation(self.db, self.state.previous_id)
        thread = previous.thread if previous else None
        return card(
            await self._without_lost_articles(),
            self.customer,
            rules=self.house.rules,
            texts=self.house.texts,
            labels=self.house.labels,
            same_phone=await people.same_phone(self.db, self.customer),
            previous=(thread.place, thread.reference) if thread else ("", ""),
        )

    async def _without_lost_articles(self) -> Conversation:
        """What did not arrive was not shown; what the customer spoke of was."""
        talk = self.state.talk
        if all(attempt.outcome != "shown" for attempt in talk.attempts):
            return self.state
        lost = await conversations.articles_lost(self.db, self._lane("customer"))
        kept = (each for each in talk.attempts if each.outcome != "shown" or each.article not in lost)
        return self.state.but(talk=replace(talk, attempts=tuple(kept)))

    async def _transcript(self) -> dict[str, Any]:
        """The latest of it: no post holds more, and the rest can be read from there."""
        said = await conversations.said_before(self.db, self.state.id, None, TRANSCRIPT_MESSAGES)
        texts, language = self.house.texts, self.house.rules.language
        return {
            "customer": mask_text(self.customer.name) or self.state.handle,
            "conversation": self.state.id,
            "before": said[0].seq - 1 if said else 0,
            "lines": [
                transcripts.line_of(message, texts, language) | {"remarks": self._remarks(message)}
                for message in said
            ],
        }

    def _remarks(self, message: Message) -> list[str]:
        """What may be missing of a customer's message; that it was found late stands above it."""
        channel = self.house.channels.get(message.channel)
        is_long = channel is not None and message.author == "customer" and channel.may_have_cut(message.text)
        return [self._team_words((line("thread.may_be_cut"),))] if is_long else []

    def _thread_line(self, effect: ToThread) -> dict[str, Any]:
        is_theirs = effect.mark.value == "customer"
        text = self._team_words(effect.words)
        channel = self.house.channels.get(self.state.address.channel)
        return {
            "mark": effect.mark.value,
            "who": self._who(effect, is_theirs=is_theirs),
            "channel": channel.label if channel else "",
            "text": transcripts.masked(text, is_theirs=is_theirs),
            "quoted": mask_text(effect.quoted),
            "is_edit": effect.is_edit,
            "media": [self._media(item) for item in effect.media],
            "album": effect.album,
            "remarks": [self._team_words((remark,)) for remark in effect.remarks],
            "former": [effect.former.place, effect.former.reference] if effect.former else [],
            "calls_team": effect.calls_team,
            "mentions": list(effect.mentions),
            "actions": [
                {"verb": a.verb, "label": self._team_words((a.label,)), "value": a.value}
                for a in effect.actions
            ],
        } | (self._numbered() if is_theirs else {})

    def _numbered(self) -> dict[str, int]:
        """Which message of the conversation a line shows, and when it came."""
        number = int(self.about.rpartition(":")[2] or 0)
        return {"count": 1, "seq": number, "upto": number, "at": self._now_ms()}

    def _who(self, effect: ToThread, *, is_theirs: bool) -> str:
        """A customer's name may be a phone number or an address: masked like their words."""
        return (mask_text(effect.who) or self.state.handle) if is_theirs else effect.who

    def _team_words(self, words: tuple[Line | str, ...]) -> str:
        return self.house.texts.write(words, self.house.rules.language, self.now)

    def _media(self, item: Media) -> str:
        return transcripts.media_of(item, self.house.texts, self.house.rules.language)

    def _now_ms(self) -> int:
        return int(to_ms(self.now) or 0)
