"""A real desk on a store in memory, without lanes: a walk plays the platforms and moves the clock itself."""

import asyncio
import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from core.clock import HandClock
from core.desk import Desk, Heard
from core.domain.channel import Address, Capabilities
from core.domain.conversation import Conversation, Status
from core.domain.events import (
    AgentChoseMotive,
    AgentClaimed,
    AgentEvent,
    AgentNoted,
    AgentReleased,
    AgentReplied,
    AgentResolved,
    AgentSettled,
    Event,
    Tap,
    TimerKind,
    TimerRang,
)
from core.domain.knowledge import Finding
from core.domain.rules import Agent, Rules
from core.gather import Gathering, Knowledge
from core.house import House
from core.ids import SeededIds
from core.metrics import Metrics
from core.store.db import Db
from core.store.engine import MEMORY, Store, inline
from core.store.rows import conversation_from, to_ms
from core.texts import Texts
from faq.words import detect_language
from tests.core.domain.decide.scene import LEA, NADIA, SAM, TELEGRAM, WHATSAPP, guesser, knowledge

CHANNELS = {card.name: card for card in (WHATSAPP, TELEGRAM)}
AGENTS: dict[str, Agent] = {agent.id: agent for agent in (LEA, SAM, NADIA)}


@cache
def find(text: str, language: str) -> Finding:
    """The shipped articles, each text of the repertoire searched for once."""
    return knowledge().find(text, language)


@cache
def guess(text: str, language: str) -> str:
    """The motive of a text of the repertoire."""
    return guesser().guess(text, language) or ""


@dataclass(frozen=True)
class Pressable:
    """A button that a customer once saw."""

    tap: Tap
    label: str


class WalkHouse:
    """The desk of one walk, and what a walk looks at."""

    channels: Mapping[str, Capabilities] = CHANNELS

    def __init__(self, rules: Rules) -> None:
        self.runner = asyncio.Runner()
        self.clock = HandClock(datetime(2026, 11, 23, 9, 0, tzinfo=UTC))
        self.rules = rules
        self.heard = 0
        self.answers: dict[tuple[Any, ...], list[sqlite3.Row]] = {}
        self.store = self.runner.run(self._opened())
        self.desk = self._desk(SeededIds(7))

    async def _opened(self) -> Store:
        return await Store.open(MEMORY, now_ms=self._now_ms, executor=inline)

    def _desk(self, ids: SeededIds) -> Desk:
        known = Knowledge(find, knowledge().article, guess, lambda text: detect_language(text) or "")
        gathering = Gathering(
            self.store, known, self.channels, ids, self._agent_name, "fr", self.rules.timers.burst
        )
        return Desk(
            store=self.store,
            house=House(self.rules, Texts(self.rules.hours.zone), self.channels, ids),
            gathering=gathering,
            clock=self.clock,
            ids=ids,
            metrics=Metrics(),
            woken=lambda: None,
        )

    @staticmethod
    def _agent_name(agent_id: str) -> str:
        return AGENTS[agent_id].name

    def _now_ms(self) -> int:
        return to_ms(self.clock.now()) or 0

    def close(self) -> None:
        """Leave nothing behind."""
        self.runner.run(self.store.close())
        self.runner.close()

    def hear(self, event: Event, key: str = "") -> Heard:
        """Through the one door, as every event."""
        self.heard += 1
        self.answers.clear()
        return self.runner.run(self.desk.handle(event, key=key or f"walk:{self.heard}"))

    def rows(self, sql: str, *values: Any) -> list[sqlite3.Row]:  # noqa: ANN401 - what SQL takes
        """Read the database, once for each state of it: nobody else writes."""
        asked = (sql, *values)
        if asked not in self.answers:

            async def read(db: Db) -> list[sqlite3.Row]:
                return list(await db.all(sql, *values))

            self.answers[asked] = self.runner.run(self.store.read(read))
        return self.answers[asked]

    def run(self, sql: str, *values: Any) -> None:  # noqa: ANN401 - what SQL takes
        """Write what the desk does not write: what a lane, or a joining of customers, would."""

        async def write(db: Db) -> None:
            await db.run(sql, *values)

        self.answers.clear()
        self.runner.run(self.store.write(write))

    def conversations(self) -> list[Conversation]:
        """All of them, the oldest first."""
        return [
            conversation_from(row) for row in self.rows("SELECT * FROM conversations ORDER BY opened_at, id")
        ]

    def conversation(self, conversation_id: str) -> Conversation | None:
        """One of them."""
        return next((each for each in self.conversations() if each.id == conversation_id), None)

    def active_at(self, address: Address) -> Conversation | None:
        """The active conversation of whoever is reached there."""
        sql = """
        SELECT v.id FROM conversations v JOIN addresses a ON a.customer_id = v.customer_id
        WHERE a.channel = $1 AND a.external_id = $2 AND v.status <> 'closed'
        """
        found = self.rows(sql, address.channel, address.external_id)
        return self.conversation(found[0]["id"]) if found else None

    def resumable_at(self, address: Address) -> Conversation | None:
        """The latest conversation of whoever is reached there, if a button may still take it up."""
        sql = """
        SELECT v.id FROM conversations v JOIN addresses a ON a.customer_id = v.customer_id
        WHERE a.channel = $1 AND a.external_id = $2 ORDER BY v.opened_at DESC LIMIT 1
        """
        found = self.rows(sql, address.channel, address.external_id)
        last = self.conversation(found[0]["id"]) if found else None
        within = self.rules.timers.resume_within
        recent = last and last.closed_at and self.clock.now() - last.closed_at <= within
        return last if recent else None

    def bot_messages(self, conversation_id: str) -> int:
        """How often our own words were said in a conversation."""
        sql = "SELECT count(*) AS n FROM messages WHERE author = 'bot' AND conversation_id = $1"
        return int(self.rows(sql, conversation_id)[0]["n"])

    def pass_time(self, span: timedelta) -> None:
        """Move the clock from one awaited moment to the next, and ring each."""
        end = self.clock.now() + span
        while due := self._next_due(end):
            self.clock.set(max(self.clock.now(), due[1]))
            self.hear(due[0])
        self.clock.set(end)

    def _next_due(self, end: datetime) -> tuple[TimerRang, datetime] | None:
        rows = self.rows("SELECT * FROM timers WHERE due_at <= $1 ORDER BY due_at LIMIT 1", to_ms(end))
        if not rows:
            return None
        row = rows[0]
        event = TimerRang(row["conversation_id"], TimerKind(row["kind"]), row["generation"])
        return event, datetime.fromtimestamp(row["due_at"] / 1000, UTC)

    def pressable(self, address: Address) -> list[Pressable]:
        """Every button that an address was ever sent, the newest first."""
        sql = "SELECT payload FROM outbox WHERE is_for_customer = 1 AND destination = $1 ORDER BY id DESC"
        payloads = [json.loads(row["payload"]) for row in self.rows(sql, address.channel)]
        return [
            Pressable(Tap(payload["prompt"], choice["id"]), choice["label"])
            for payload in payloads
            if payload["to"] == address.external_id
            for choice in payload.get("choices", ())
        ]

    def act(self, agent: Agent, state: Conversation, verb: str) -> AgentEvent:
        """The event of a verb."""
        sql = "SELECT id FROM outbox WHERE conversation_id = $1 ORDER BY state <> 'unknown' LIMIT 1"
        effect = next((row["id"] for row in self.rows(sql, state.id)), "none")
        text = "Bonjour {prenom} 👋, le n° #12 est parti."
        acts: dict[str, AgentEvent] = {
            "claim": AgentClaimed(agent, state.id),
            "take": AgentClaimed(agent, state.id, take_over_from=state.owner),
            "reply": AgentReplied(agent, state.id, text),
            "over": AgentReplied(agent, state.id, text, take_over_from=state.owner),
            "again": AgentReplied(agent, state.id, text, reopens=state.resolved_at, twice=True),
            "note": AgentNoted(agent, state.id, "Transporteur prévenu."),
            "resolve": AgentResolved(agent, state.id, "Colis renvoyé."),
            "as": AgentResolved(agent, state.id, "Colis renvoyé.", motive="return"),
            "release": AgentReleased(agent, state.id),
            "motive": AgentChoseMotive(agent, state.id, "incident"),
            "settle": AgentSettled(agent, state.id, effect, resend=True),
            "drop": AgentSettled(agent, state.id, effect, resend=False),
        }
        return acts[verb]


def active(found: list[Conversation]) -> list[Conversation]:
    """Those that are not closed."""
    return [each for each in found if each.status is not Status.CLOSED]
