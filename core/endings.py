"""How calls ended, written down for good: it waits for a store that is down, and loses nothing."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial

import structlog

from core.clock import Clock
from core.desk import Desk, Outcome
from core.domain.decide.letters import CARD_GONE
from core.domain.events import CardLost, Delivered, DeliveryUnknown, DeliveryWaits, NotDelivered
from core.jobs import Candidates, Job, JobState, Look
from core.store import conversations, jobs, restored
from core.store.db import Db
from core.store.engine import Store
from core.store.errors import StoreError
from core.store.rows import to_ms

log = structlog.get_logger("outbox")

STORE_PAUSE = 1.0
"""Seconds between two attempts to write while the store is down."""

UNDECIDED_PAUSE_MS = 5 * 60_000
"""Milliseconds until what could not be decided is tried again: by then somebody may have mended it."""

Ending = Delivered | NotDelivered | DeliveryUnknown | DeliveryWaits | CardLost


class Endings:
    """The way back from a platform: through the desk, like everything that happens."""

    def __init__(self, *, store: Store, desk: Desk, clock: Clock) -> None:
        self._store = store
        self._desk = desk
        self._clock = clock

    async def sent(self, job: Job, reference: str, how: str) -> None:
        """The platform has it. `how`: "sent" by a call, "found" by a look-up."""
        await self._tell(Delivered(job.id, reference), job, how)

    async def refused(self, job: Job, reason: str, code: str = "") -> None:
        """It will never arrive. `reason` is a key of the catalogue (`refused.…`)."""
        await self._tell(NotDelivered(job.id, reason, code), job, "refused")

    async def held_back(self, job: Job, reason: str) -> None:
        """It never left: while it waited, it became impossible."""
        await self._tell(NotDelivered(job.id, reason, held_back=True), job, "held_back")

    async def cannot_tell(self, job: Job) -> None:
        """Nobody knows, and nobody can be asked any more: a human decides, and is told once."""
        await self._tell(DeliveryUnknown(job.id), job, "unknown")

    async def still_waits(self, job: Job, reason: str) -> None:
        """No ending: it waits until somebody mends something. Told once, however often it is tried."""
        await self._hear(DeliveryWaits(job.id, reason), f"outbox:{job.id}:waits:{reason}")

    async def thread_gone(self, job: Job) -> None:
        """Its card is there no more: the desk opens another, which it follows; without one it is given up."""
        now_ms = to_ms(self._clock.now()) or 0
        outcome = await self._tell(CardLost(job.conversation_id, job.thread_reference), job, "gone")
        if outcome is Outcome.QUARANTINED:
            why = "its card is gone, and what follows could not be decided"
            await self.write(lambda db: jobs.postpone(db, job, now_ms + UNDECIDED_PAUSE_MS, why))
        else:
            await self.write(partial(_follow_card, job, now_ms))

    async def is_anothers(self, job: Job, reference: str) -> bool:
        """Whether the platform's reference belongs to another message to the customer already."""
        if not job.is_for_customer:
            return False
        return await self._store.read(partial(jobs.is_taken, job=job, reference=reference))

    async def first_free(self, job: Job, found: Candidates) -> str | Look:
        """The first that is not known to be another message: two equal texts are two messages."""
        free = await self._store.read(partial(restored.first_free, job=job, references=found.references))
        return free or Look.ABSENT

    async def write(self, fn: Callable[[Db], Awaitable[None]]) -> None:
        """Write an ending that is no event; again and again while the store is down."""
        while True:
            try:
                return await self._store.write(fn)
            except StoreError as error:
                log.error("ending_store_down", error=str(error))
                await asyncio.sleep(STORE_PAUSE)

    async def _tell(self, event: Ending, job: Job, how: str) -> Outcome:
        return await self._hear(event, f"outbox:{job.id}:{job.attempts}:{how}")

    async def _hear(self, event: Ending, key: str) -> Outcome:
        while True:
            try:
                heard = await self._desk.handle(event, key=key)
            except StoreError as error:
                log.error("ending_store_down", error=str(error))
                await asyncio.sleep(STORE_PAUSE)
                continue
            if heard.outcome is Outcome.QUARANTINED:
                await self.write(partial(_settle_plainly, event, to_ms(self._clock.now()) or 0))
            return heard.outcome


async def _follow_card(job: Job, now_ms: int, db: Db) -> None:
    """Again, where the new card is to stand; a conversation at rest gets none, and then nothing is shown.

    The new card was made from the state as it is: an older one must not change it back.
    """
    shown = await conversations.conversation(db, job.conversation_id)
    if shown is None or (shown.thread and shown.thread.reference == job.thread_reference):
        await jobs.settle(db, job.id, JobState.FAILED, now_ms, error=CARD_GONE)
    elif job.kind == "update_card":
        await jobs.settle(db, job.id, JobState.CANCELLED, now_ms, error="superseded by the new card")
    else:
        await jobs.postpone(db, job, now_ms, "its card is gone: it follows the new one")


async def _settle_plainly(event: Ending, now_ms: int, db: Db) -> None:
    """What follows from the ending could not be decided: the ending itself is kept all the same."""
    match event:
        case Delivered(outbox_id, reference):
            await jobs.settle(db, outbox_id, JobState.SENT, now_ms, reference=reference)
        case NotDelivered(outbox_id, reason, _, held_back):
            state = JobState.CANCELLED if held_back else JobState.FAILED
            await jobs.settle(db, outbox_id, state, now_ms, error=reason)
        case DeliveryUnknown(outbox_id):
            await jobs.ask_at(db, outbox_id, jobs.NEVER)
