"""The front desk: hear once, load, decide, save — one event, one transaction.

Every event of the house comes through `Desk.handle`. Its key is the sender's own id for what happened, so
hearing it twice changes nothing. When it returns, the event is on disk with all that must follow from it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import partial

from core.aside import Aside, as_json, says_the_same
from core.clock import Clock
from core.deliveries import effect_of, settle
from core.domain.channel import Address, Capabilities
from core.domain.conversation import Conversation
from core.domain.customer import Customer
from core.domain.decide import decide
from core.domain.decide.reading import is_overtaken
from core.domain.events import (
    AgentEvent,
    CustomerGesture,
    CustomerWrote,
    Delivered,
    DeliveryEvent,
    DeliveryReported,
    DeliveryUnknown,
    DeliveryWaits,
    Event,
    NotDelivered,
    ThreadEvent,
    TimerRang,
)
from core.domain.lines import Words
from core.domain.rules import Rules
from core.domain.situation import Decision, Situation
from core.gather import Facts, Gathering
from core.house import House
from core.ids import Ids
from core.metrics import Metrics
from core.saving import save
from core.store import conversations, drafts, jobs, journal, people, timers
from core.store.db import Db
from core.store.drafts import Draft
from core.store.engine import Store
from core.store.errors import StoreError
from core.store.rows import to_ms


class Outcome(StrEnum):
    """What became of an event."""

    DONE = "done"
    DUPLICATE = "duplicate"
    REFUSED = "refused"
    IGNORED = "ignored"
    QUARANTINED = "quarantined"


@dataclass(frozen=True)
class Heard:
    """What became of an event, and what its speaker is told when the speaker is an agent.

    `conversation`: as it is now; of a refusal, as it was looked at.
    """

    outcome: Outcome
    answer: Words = ()
    refusal: str = ""
    conversation: Conversation | None = None


class ActFailed(Exception):
    """Deciding an agent's act failed: our fault. Nothing was done; the agent gets their text back."""


@dataclass(frozen=True)
class Source:
    """The request an event came in with, kept for a replay. `body` is never logged."""

    name: str = ""
    body: bytes | None = None


NO_SOURCE = Source()


class Desk:
    """The one door."""

    def __init__(
        self,
        *,
        store: Store,
        house: House,
        gathering: Gathering,
        clock: Clock,
        ids: Ids,
        metrics: Metrics,
        woken: Callable[[], None],
    ) -> None:
        self._store = store
        self._house = house
        self.restored_at = house.restored.at if house.restored else None
        """When the database was put back from a copy."""
        self._gathering = gathering
        self._clock = clock
        self._ids = ids
        self._metrics = metrics
        self._woken = woken
        self._aside = Aside(store=store, clock=clock, ids=ids)

    @property
    def rules(self) -> Rules:
        """The rules in force."""
        return self._house.rules

    @property
    def channels(self) -> Mapping[str, Capabilities]:
        """What every channel can do."""
        return self._house.channels

    async def handle(self, event: Event, *, key: str, source: Source = NO_SOURCE) -> Heard:
        """Hear an event once, decide, and save what follows; durable when this returns.

        Raises:
            StoreError: nothing was saved; the sender must come again.
            ActFailed: an agent's act could not be decided; nothing was done.
        """
        try:
            facts = await self._gathering.facts(event)
            heard = await self._store.write(partial(self._hear, event, key, source, facts))
        except StoreError:
            raise
        except Exception as error:  # noqa: BLE001 - whatever our fault is, nothing may be lost
            return await self._quarantine(event, key, source, error)
        self._metrics.heard(type(event).__name__, heard.outcome.value)
        self._woken()
        return heard

    async def _hear(self, event: Event, key: str, source: Source, facts: Facts | None, db: Db) -> Heard:
        if await journal.is_heard(db, key):
            if isinstance(event, TimerRang):  # it has rung: a row that is still there would ring for ever
                await timers.take(db, event.conversation_id, event.kind, event.generation, self._clock.now())
            return Heard(Outcome.DUPLICATE)
        now = self._clock.now()
        match event:
            case CustomerWrote():
                heard = await self._customer_wrote(db, event, facts, now)
            case TimerRang():
                heard = await self._timer_rang(db, event, facts, now)
            case Delivered() | NotDelivered() | DeliveryUnknown() | DeliveryWaits() | DeliveryReported():
                heard = await self._delivery(db, event, now)
            case _ if isinstance(event, CustomerGesture):
                situation = await self._gathering.customer_did(db, event, now)
                heard = await self._decide(db, situation, event, now)
            case _ if isinstance(event, ThreadEvent):
                situation = await self._gathering.thread_changed(db, event)
                heard = await self._decide(db, situation, event, now)
            case _:
                heard = await self._agent_acted(db, event, now)
        still_awaited = isinstance(event, TimerRang) and heard.outcome is Outcome.IGNORED
        if heard.outcome is not Outcome.REFUSED and not still_awaited:
            await self._remember(db, event, key, source, heard, now)
        return heard

    async def _customer_wrote(
        self, db: Db, event: CustomerWrote, facts: Facts | None, now: datetime
    ) -> Heard:
        met = await self._gathering.customer_wrote(db, event, facts, now)
        decision = decide(met.situation, event, now, self.rules)
        if met.is_new and decision.customer:
            await people.add_customer(db, decision.customer, event.address, event.written(now))
        elif not met.is_noted and not is_overtaken(met.situation, event):
            await people.touch_address(db, event.address, event.written(now))
        if event.also is not None and decision.customer is not None:
            await self._vouch(db, event, event.also, decision.customer, now)
        return await self._save(db, met.situation, decision, now, is_new=met.is_new)

    async def _vouch(
        self, db: Db, event: CustomerWrote, also: Address, customer: Customer, now: datetime
    ) -> None:
        """Both addresses lead to the one customer, whichever of them was known before (T13)."""
        owners = await people.owner_of(db, event.address), await people.owner_of(db, also)
        if owners != (customer.id, customer.id):
            is_here = owners[0] == customer.id
            known, new = (event.address, also) if is_here else (also, event.address)
            await people.vouch(db, known, new, now)

    async def _timer_rang(self, db: Db, event: TimerRang, facts: Facts | None, now: datetime) -> Heard:
        if not await timers.take(db, event.conversation_id, event.kind, event.generation, now):
            return Heard(Outcome.IGNORED)
        situation = await self._gathering.timer_rang(db, event, facts, now)
        return await self._decide(db, situation, event, now)

    async def _agent_acted(self, db: Db, event: AgentEvent, now: datetime) -> Heard:
        situation = await self._gathering.agent_acted(db, event, event.conversation_id, now)
        return await self._decide(db, situation, event, now)

    async def _delivery(self, db: Db, event: DeliveryEvent, now: datetime) -> Heard:
        effect = await effect_of(db, event)
        if effect is None or not await settle(db, event, effect, now, self._house):
            return Heard(Outcome.IGNORED)
        situation = await self._gathering.delivery(db, event, effect, now)
        return await self._decide(db, situation, event, now)

    async def _decide(self, db: Db, situation: Situation | None, event: Event, now: datetime) -> Heard:
        if situation is None:
            return Heard(Outcome.IGNORED)
        return await self._save(db, situation, decide(situation, event, now, self.rules), now)

    async def _save(
        self, db: Db, situation: Situation, decision: Decision, now: datetime, *, is_new: bool = False
    ) -> Heard:
        if decision.refusal:
            return Heard(Outcome.REFUSED, decision.answer, decision.refusal, situation.conversation)
        if decision.ignored:
            return Heard(Outcome.IGNORED)
        saved = await save(db, self._house, situation, decision, now, is_new=is_new)
        return Heard(Outcome.DONE, decision.answer, conversation=saved)

    async def _remember(
        self, db: Db, event: Event, key: str, source: Source, heard: Heard, now: datetime
    ) -> None:
        await journal.record(
            db,
            key,
            at=now,
            kind=type(event).__name__,
            conversation_id=await _conversation_of(db, event, heard),
            event=as_json(event),
            raw=source.body,
        )

    async def _quarantine(self, event: Event, key: str, source: Source, error: Exception) -> Heard:
        """Deciding failed: our bug. What a customer or a platform sent is kept for a replay."""
        self._metrics.heard(type(event).__name__, Outcome.QUARANTINED.value)
        await self._aside.undecided(event, key=key, source=source.name, body=source.body, error=error)
        if isinstance(event, AgentEvent):
            raise ActFailed(type(error).__name__) from error
        return Heard(Outcome.QUARANTINED)

    async def quarantine_malformed(self, *, source: str, key: str, body: bytes, error: str) -> None:
        """A verified sender sent what cannot be read: keep it, so that nothing is lost.

        Raises:
            StoreError: it could not be kept; the sender must come again.
        """
        await self._aside.malformed(source=source, key=key, body=body, error=error)

    async def remember_refusal(self, key: str) -> bool:
        """A gesture that its platform may repeat was refused: it is not decided anew when it comes again.

        False when it was heard before.
        """
        return await self._store.write(partial(journal.record_refusal, key=key, at=self._clock.now()))

    async def is_said_again(self, event: Event, *, key: str) -> bool:
        """Whether what was heard under a key said the same; not, where nothing can tell any more."""
        kept = await self._store.read(partial(journal.event_of, key=key))
        return kept is not None and says_the_same(event, kept)

    async def keep_draft(self, agent: str, verb: str, text: str) -> str:
        """Keep what an agent typed while they choose; returns the draft's id."""
        now = self._clock.now()
        draft_id = self._ids.new(to_ms(now) or 0)
        await self._store.write(
            partial(drafts.add, draft_id=draft_id, agent=agent, verb=verb, text=text, now=now)
        )
        return draft_id

    async def draft(self, draft_id: str) -> Draft | None:
        """What an agent typed."""
        return await self._store.read(partial(drafts.find, draft_id=draft_id))

    async def conversation_of_effect(self, outbox_id: str) -> str:
        """The conversation an effect belongs to; empty when there is no such effect."""
        effect = await self._store.read(partial(jobs.find_effect, job_id=outbox_id))
        return effect.conversation_id if effect else ""

    async def conversation_in_thread(self, place: str, reference: str) -> tuple[str, bool]:
        """The conversation of a thread: its id, empty for none; and whether it stands there still."""
        found = partial(conversations.in_thread, place=place, reference=reference)
        return await self._store.read(found)

    async def awaits_thread(self, place: str) -> bool:
        """Whether a thread may stand there that is not known here yet: its opening has not been told."""
        return await self._store.read(partial(conversations.is_opening, place=place))


async def _conversation_of(db: Db, event: Event, heard: Heard) -> str:
    """The id of the conversation an event belongs to; empty when there is none."""
    if heard.conversation is not None:
        return heard.conversation.id
    if isinstance(event, DeliveryEvent):
        effect = await effect_of(db, event)
        return effect.conversation_id if effect else ""
    return "" if isinstance(event, CustomerWrote | CustomerGesture) else event.conversation_id
