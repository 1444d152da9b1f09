"""Gathering the facts of a decision: before the transaction what costs time, inside it what must be true."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from core.domain.channel import Capabilities
from core.domain.conversation import Conversation, Status
from core.domain.customer import Customer
from core.domain.events import (
    AgentEvent,
    AgentReplied,
    AgentSettled,
    CustomerWrote,
    Event,
    TimerKind,
    TimerRang,
)
from core.domain.knowledge import Article, FindAnswer, Finding
from core.domain.situation import SentEffect, Situation
from core.ids import Ids
from core.store import conversations, jobs, people
from core.store.db import Db
from core.store.engine import Store
from core.store.rows import to_ms

UNKNOWN_CHANNEL = Capabilities(name="", label="", suffix="", text_limit=1600)


@dataclass(frozen=True)
class Knowledge:
    """What can be asked about words, from outside the trade. All of it pure, and quick."""

    find_answer: FindAnswer
    find_article: Callable[[str], Article | None]
    guess_motive: Callable[[str, str], str]
    """The motive's key; empty when unsure."""
    language_of: Callable[[str], str]
    """"fr", "en", or empty when the words do not tell."""


@dataclass(frozen=True)
class Facts:
    """What was found before the transaction, and the version of the conversation it was found for."""

    version: int
    text: str
    finding: Finding
    guess: str


class Gathering:
    """Loads situations."""

    def __init__(
        self,
        store: Store,
        knowledge: Knowledge,
        channels: Mapping[str, Capabilities],
        ids: Ids,
        agent_name: Callable[[str], str],
        default_language: str,
        burst: timedelta,
    ) -> None:
        self._store = store
        self._knowledge = knowledge
        self._channels = channels
        self._ids = ids
        self._agent_name = agent_name
        self._default_language = default_language
        self._burst = burst

    async def facts(self, event: Event) -> Facts | None:
        """Search the knowledge base, where the event may need it. Outside any transaction."""
        if isinstance(event, TimerRang) and event.kind is TimerKind.BURST:
            found = await self._store.read(partial(_talk_of, conversation_id=event.conversation_id))
        elif isinstance(event, CustomerWrote) and self._reads_at_once(event):
            found = await self._store.read(partial(_talk_at, event=event))
        else:
            return None
        if found is None:
            return None
        version, language, text = found
        asked = language or self._default_language
        return Facts(
            version=version,
            text=text,
            finding=self._knowledge.find_answer(text, asked),
            guess=self._knowledge.guess_motive(text, asked),
        )

    def _reads_at_once(self, event: CustomerWrote) -> bool:
        return self._burst == timedelta(0) and event.tap is None and bool(event.text)

    async def customer_wrote(
        self, db: Db, event: CustomerWrote, facts: Facts | None, now: datetime
    ) -> tuple[Situation, bool]:
        """The situation of a customer's message, and whether the customer is new."""
        known = await people.customer_at(db, event.address)
        customer = known or Customer(self._ids.new(to_ms(now) or 0))
        active = await conversations.active_of(db, customer.id) if known else None
        last = await conversations.last_of(db, customer.id) if known and active is None else None
        situation = Situation(
            customer=customer,
            channel=self._channels[event.address.channel],
            conversation=active,
            last=last,
            language=self._knowledge.language_of(event.text),
            new_id=self._ids.new(to_ms(now) or 0),
            pick=self._ids.pick(),
        )
        return await self._with_bot_facts(db, situation, facts, now), known is None

    async def _with_bot_facts(
        self, db: Db, situation: Situation, facts: Facts | None, now: datetime
    ) -> Situation:
        """What only a talk with the bot needs; nothing of it costs an agent's conversation anything."""
        talk = situation.conversation
        if talk is not None and talk.status is not Status.BOT:
            return situation
        offered = talk.talk.options if talk else ()
        ids = [option.id.removeprefix("a:") for option in offered if option.id.startswith("a:")]
        articles = {key: self._knowledge.find_article(key) for key in ids}
        is_fresh = facts is not None and facts.version == (talk.version if talk else 0)
        return replace(
            situation,
            articles={key: article for key, article in articles.items() if article},
            handles=await conversations.handles_in_use(db, now),
            recent_complaint=await conversations.complained_lately(db, talk, now) if talk else False,
            finding=facts.finding if facts and is_fresh else None,
            guess=facts.guess if facts and is_fresh else None,
        )

    async def timer_rang(
        self, db: Db, event: TimerRang, facts: Facts | None, now: datetime
    ) -> Situation | None:
        """The situation of a deadline; None when its conversation is gone."""
        conversation = await conversations.conversation(db, event.conversation_id)
        if conversation is None:
            return None
        return await self._with_bot_facts(db, await self._of(db, conversation), facts, now)

    async def agent_acted(self, db: Db, event: AgentEvent, conversation_id: str, now: datetime) -> Situation:
        """The situation of an agent's act; one without a conversation when there is none of that id."""
        conversation = await conversations.conversation(db, conversation_id)
        if conversation is None:
            return Situation(Customer(""), UNKNOWN_CHANNEL)
        situation = await self._of(db, conversation)
        if isinstance(event, AgentReplied):
            agent, text = event.agent.id, event.text
            sent = await conversations.sent_before(db, conversation.id, agent, text, now)
            situation = replace(situation, sent_before=sent)
        if isinstance(event, AgentSettled):
            situation = replace(situation, effect=await jobs.find_effect(db, event.outbox_id))
        return situation

    async def delivery(self, db: Db, effect: SentEffect) -> Situation | None:
        """The situation of a delivery's ending."""
        conversation = await conversations.conversation(db, effect.conversation_id)
        if conversation is None:
            return None
        return replace(await self._of(db, conversation), effect=effect)

    async def _of(self, db: Db, conversation: Conversation) -> Situation:
        return Situation(
            customer=await people.customer(db, conversation.customer_id),
            channel=self._channels.get(conversation.address.channel, UNKNOWN_CHANNEL),
            conversation=conversation,
            new_id="",
            pick=self._ids.pick(),
            owner_name=self._agent_name(conversation.owner) if conversation.owner else "",
        )


async def _talk_of(db: Db, conversation_id: str) -> tuple[int, str, str] | None:
    talk = await conversations.conversation(db, conversation_id)
    if talk is None or talk.status is not Status.BOT:
        return None
    customer = await people.customer(db, talk.customer_id)
    return talk.version, customer.language, "\n".join(talk.talk.burst)


async def _talk_at(db: Db, event: CustomerWrote) -> tuple[int, str, str] | None:
    customer = await people.customer_at(db, event.address)
    if customer is None:
        return 0, "", event.text
    talk = await conversations.active_of(db, customer.id)
    if talk is None:
        return 0, customer.language, event.text
    if talk.status is not Status.BOT:
        return None
    return talk.version, customer.language, "\n".join((*talk.talk.burst, event.text))
