"""Gathering the facts of a decision: before the transaction what costs time, inside it what must be true."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from core.deliveries import is_in_doubt
from core.domain.channel import Capabilities
from core.domain.conversation import Conversation, Status
from core.domain.customer import Customer
from core.domain.decide.reading import is_overtaken
from core.domain.events import (
    AgentEvent,
    AgentReplied,
    AgentSettled,
    CardLost,
    CustomerEdited,
    CustomerGesture,
    CustomerReacted,
    CustomerWrote,
    DeliveryEvent,
    Event,
    ManagerSettled,
    Quoted,
    ReportStatus,
    ThreadEvent,
    TimerKind,
    TimerRang,
)
from core.domain.knowledge import Article, FindAnswer, Finding
from core.domain.situation import SentEffect, Situation
from core.ids import Ids
from core.masks import mask_text
from core.store import conversations, jobs, people, replies, reports
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


@dataclass(frozen=True)
class Met:
    """The situation of a customer's message, and what is to be written of the customer besides."""

    situation: Situation
    is_new: bool
    is_noted: bool
    """They wrote from there a moment ago: nothing of their address changes."""


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
        restored_at: datetime | None = None,
    ) -> None:
        self._store = store
        self._knowledge = knowledge
        self._channels = channels
        self._ids = ids
        self._agent_name = agent_name
        self._default_language = default_language
        self._burst = burst
        self._restored_at = restored_at

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
        reads = self._burst == timedelta(0) and not event.album
        return reads and event.tap is None and bool(event.text)

    async def customer_wrote(self, db: Db, event: CustomerWrote, facts: Facts | None, now: datetime) -> Met:
        """The situation of a customer's message."""
        known = await _active(db, event)
        active = known.talk if known else None
        customer = known.customer if known else Customer(self._ids.new(to_ms(now) or 0))
        last = await conversations.last_of(db, customer.id) if known and active is None else None
        situation = Situation(
            customer=customer,
            channel=self._channels[event.address.channel],
            conversation=active,
            last=last,
            language=self._knowledge.language_of(event.text),
            shown_name=mask_text(event.name.strip() or customer.name),
            quoted=await _quoted(db, event.quoted, active or last),
            absence=known.absence if known else "",
            new_id="" if active else self._ids.new(to_ms(now) or 0),
            pick=self._ids.pick(),
        )
        if not is_overtaken(situation, event):
            situation = replace(situation, back_from=situation.absence, absence="")
        is_noted = known is not None and known.address == event.address and known.is_noted(now)
        return Met(await self._with_bot_facts(db, situation, facts, now), known is None, is_noted)

    async def _with_bot_facts(
        self, db: Db, situation: Situation, facts: Facts | None, now: datetime
    ) -> Situation:
        """What only a talk with the bot needs; nothing of it costs an agent's conversation anything."""
        talk = situation.conversation
        if talk is not None and talk.status is not Status.BOT:
            return situation
        offered = talk.talk.options if talk else ()
        keys = (option.id.removeprefix("a:") for option in offered if option.id.startswith("a:"))
        found = facts.finding.articles if facts else ()  # the team may have changed them meanwhile
        is_known = all(self._knowledge.find_article(each.id) == each for each in found)
        fresh = facts if is_known and facts and facts.version == (talk.version if talk else 0) else None
        return replace(
            situation,
            articles={key: article for key in keys if (article := self._knowledge.find_article(key))},
            handles=await conversations.handles_in_use(db, now),
            recent_complaint=await conversations.complained_lately(db, talk, now) if talk else False,
            finding=fresh.finding if fresh else None,
            near=fresh.finding.near(self._knowledge.find_article) if fresh else (),
            guess=fresh.guess if fresh else None,
        )

    async def customer_did(self, db: Db, event: CustomerGesture, now: datetime) -> Situation | None:
        """The situation of what a customer did beside writing; None when nothing of theirs is known here.

        Of their past, only the latest conversation is looked at: what is older is over. An edit may hand
        over, as a message may.
        """
        known = await people.known_at(db, event.address)
        if known is None:
            return None
        customer, absence = known
        active = await conversations.active_of(db, customer.id)
        last = await conversations.last_of(db, customer.id)
        shown, quoted = active or last, ""
        if isinstance(event, CustomerEdited | CustomerReacted):
            for each in filter(None, (active, last)):
                said = await conversations.said_at(db, each.id, event.reference)
                if said is not None:
                    shown, quoted = each, said
                    break
        channel = self._channels[event.address.channel]
        shown_name = mask_text(customer.name)
        situation = Situation(
            customer,
            channel,
            shown,
            shown_name=shown_name,
            quoted=quoted,
            absence=absence,
            pick=self._ids.pick(),
        )
        if shown is None or not isinstance(event, CustomerEdited):
            return situation
        return await self._with_bot_facts(db, situation, None, now)

    async def thread_changed(self, db: Db, event: ThreadEvent) -> Situation | None:
        """The situation of a change in the team's own thread; None when it is about nothing we keep."""
        conversation = await conversations.conversation(db, event.conversation_id)
        if conversation is None:
            return None
        situation = await self._of(db, conversation)
        if isinstance(event, CardLost):
            return situation
        said = await conversations.said_at(db, conversation.id, event.reference)
        return None if said is None else replace(situation, quoted=said)

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
        if isinstance(event, AgentSettled | ManagerSettled):
            situation = replace(situation, effect=await jobs.find_effect(db, event.outbox_id))
        return situation

    async def delivery(
        self, db: Db, event: DeliveryEvent, effect: SentEffect, now: datetime
    ) -> Situation | None:
        """Of a delivery's ending; where the bot was not heard, people may have to be called."""
        conversation = await conversations.conversation(db, effect.conversation_id)
        if conversation is None:
            return None
        shows = effect.about if effect.agent or effect.kind == "line" else ""
        parts = tuple(await reports.parts_of(db, shows)) if shows else ()
        situation = replace(await self._of(db, conversation), effect=effect, parts=parts)
        if is_in_doubt(event):
            situation = await self._with_bot_facts(db, situation, None, now)
        elif effect.reported != ReportStatus.FAILED:
            return situation
        said, promise = await replies.told_with(db, conversation.id, effect.id)
        return replace(situation, replies=said, promise=promise)

    async def _of(self, db: Db, conversation: Conversation) -> Situation:
        customer = await people.customer(db, conversation.customer_id)
        return Situation(
            customer=customer,
            shown_name=mask_text(customer.name),
            channel=self._channels.get(conversation.address.channel, UNKNOWN_CHANNEL),
            conversation=conversation,
            absence=await people.absence_at(db, conversation.address),
            pick=self._ids.pick(),
            restored_at=self._restored_at,
            owner_name=self._agent_name(conversation.owner) if conversation.owner else "",
        )


async def _active(db: Db, event: CustomerWrote) -> people.Known | None:
    """Who writes, by this address or by another that the platform vouches for (T13); and their talk.

    Known at both as two customers, they are the one who has a conversation under way.
    """
    here = await people.active_at(db, event.address)
    there = await people.active_at(db, event.also) if event.also is not None else None
    if here is None or there is None or here.customer.id == there.customer.id:
        return here or there
    return there if here.talk is None and there.talk is not None else here


async def _quoted(db: Db, quoted: Quoted | None, conversation: Conversation | None) -> str:
    """The words a message answers to: the platform's, else ours."""
    if quoted is None or quoted.text or conversation is None:
        return quoted.text if quoted else ""
    return await conversations.said_at(db, conversation.id, quoted.reference) or ""


async def _talk_of(db: Db, conversation_id: str) -> tuple[int, str, str] | None:
    talk = await conversations.conversation(db, conversation_id)
    if talk is None or talk.status is not Status.BOT:
        return None
    customer = await people.customer(db, talk.customer_id)
    return talk.version, customer.language, "\n".join(talk.talk.burst)


async def _talk_at(db: Db, event: CustomerWrote) -> tuple[int, str, str] | None:
    known = await _active(db, event)
    language = known.customer.language if known else ""
    talk = known.talk if known else None
    if talk is None:
        return 0, language, event.text
    if talk.status is not Status.BOT:
        return None
    return talk.version, language, "\n".join((*talk.talk.burst, event.text))
