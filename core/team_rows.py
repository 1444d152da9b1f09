"""What the team sees, written down: cards, transcripts, thread lines, calls; masked, in final words."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core.cards import card
from core.domain.channel import Media
from core.domain.conversation import Conversation
from core.domain.customer import Customer
from core.domain.effects import (
    CallOnDuty,
    Effect,
    OpenThread,
    PostTranscript,
    ToThread,
    UpdateCard,
)
from core.domain.lines import Line
from core.house import TEAM, House
from core.masks import mask_secrets, mask_text
from core.store import conversations, jobs, people
from core.store.db import Db
from core.store.rows import to_ms


@dataclass
class TeamRows:
    """The team's side of one decision being written down."""

    db: Db
    house: House
    state: Conversation
    customer: Customer
    now: datetime

    async def write(self, effect: Effect) -> None:
        """Turn one effect into its row."""
        place = self.state.thread.place if self.state.thread else ""
        match effect:
            case OpenThread(place):
                await self._team_row("open_thread", await self._card(), place)
            case UpdateCard():
                await self._team_row("update_card", await self._card(), place, lane="card")
            case PostTranscript():
                await self._team_row("transcript", await self._transcript(), place)
            case ToThread():
                await self._team_row("line", self._thread_line(effect), place)
            case CallOnDuty(words, agent):
                call = {"text": self._team_words(words), "agent": agent}
                await self._team_row("call", call, place)

    async def _team_row(self, kind: str, payload: dict[str, Any], place: str, lane: str = TEAM) -> None:
        await jobs.enqueue(
            self.db,
            self.house.ids.new(self._now_ms()),
            conversation_id=self.state.id,
            lane=f"{self.state.id}:{lane}",
            destination=TEAM,
            kind=kind,
            payload=payload,
            now_ms=self._now_ms(),
            place=place or await jobs.place_of_thread(self.db, self.state.id),
            urgent=self.state.is_urgent,
        )

    async def _card(self) -> dict[str, Any]:
        previous = await conversations.conversation(self.db, self.state.previous_id)
        thread = previous.thread if previous else None
        return card(
            self.state,
            self.customer,
            rules=self.house.rules,
            texts=self.house.texts,
            labels=self.house.labels,
            same_phone=await people.same_phone(self.db, self.customer),
            previous=(thread.place, thread.reference) if thread else ("", ""),
        )

    async def _transcript(self) -> dict[str, Any]:
        said = await conversations.transcript(self.db, self.state.id)
        lines = [
            {
                "author": message.author,
                "at": int(message.at.timestamp()),
                "text": _masked(message.text, is_theirs=message.author == "customer"),
                "quoted": mask_text(message.quoted),
                "change": message.change,
                "media": [self._media(item) for item in message.media],
            }
            for message in said
        ]
        return {"customer": mask_text(self.customer.name) or self.state.handle, "lines": lines}

    def _thread_line(self, effect: ToThread) -> dict[str, Any]:
        is_theirs = effect.mark.value == "customer"
        text = self._team_words(effect.words)
        channel = self.house.channels.get(self.state.address.channel)
        return {
            "mark": effect.mark.value,
            "who": self._who(effect, is_theirs=is_theirs),
            "channel": channel.label if channel else "",
            "text": _masked(text, is_theirs=is_theirs),
            "quoted": mask_text(effect.quoted),
            "is_edit": effect.is_edit,
            "media": [self._media(item) for item in effect.media],
            "mentions": list(effect.mentions),
            "actions": [
                {"verb": a.verb, "label": self._team_words((a.label,)), "value": a.value}
                for a in effect.actions
            ],
        }

    def _who(self, effect: ToThread, *, is_theirs: bool) -> str:
        """A customer's name may be a phone number or an address: masked like their words."""
        return (mask_text(effect.who) or self.state.handle) if is_theirs else effect.who

    def _team_words(self, words: tuple[Line | str, ...]) -> str:
        return self.house.texts.write(words, self.house.rules.language, self.now)

    def _media(self, item: Media) -> str:
        """« image · facture.jpg · 183 Ko »"""
        texts, language = self.house.texts, self.house.rules.language
        known = texts.said(f"kind.{item.kind}", language)
        weight = texts.said("weight.size", language, size=max(1, item.size // 1024)) if item.size else ""
        return " · ".join(part for part in (known, item.name, item.detail, weight) if part)

    def _now_ms(self) -> int:
        return int(to_ms(self.now) or 0)


def _masked(text: str, *, is_theirs: bool) -> str:
    """Of a customer's words more is hidden than of our own (P19)."""
    return mask_text(text) if is_theirs else mask_secrets(text)
