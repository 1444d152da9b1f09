"""How calls ended, written down for good: it waits for a store that is down, and loses nothing."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial

import structlog

from core.clock import Clock
from core.desk import Desk, Outcome
from core.domain.events import Delivered, DeliveryUnknown, NotDelivered
from core.jobs import Job, JobState
from core.store import jobs
from core.store.db import Db
from core.store.engine import Store
from core.store.errors import StoreError
from core.store.rows import to_ms

log = structlog.get_logger("outbox")

STORE_PAUSE = 1.0
"""Seconds between two attempts to write while the store is down."""

Ending = Delivered | NotDelivered | DeliveryUnknown


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

    async def cannot_tell(self, job: Job) -> None:
        """Nobody knows, and nobody can be asked any more: a human decides, and is told once."""
        await self._tell(DeliveryUnknown(job.id), job, "unknown")

    async def is_anothers(self, job: Job, reference: str) -> bool:
        """Whether the platform's reference belongs to another message to the customer already."""
        if not job.is_for_customer:
            return False
        return await self._store.read(partial(jobs.is_taken, job=job, reference=reference))

    async def write(self, fn: Callable[[Db], Awaitable[None]]) -> None:
        """Write an ending that is no event; again and again while the store is down."""
        while True:
            try:
                return await self._store.write(fn)
            except StoreError as error:
                log.error("ending_store_down", error=str(error))
                await asyncio.sleep(STORE_PAUSE)

    async def _tell(self, event: Ending, job: Job, how: str) -> None:
        key = f"outbox:{job.id}:{job.attempts}:{how}"
        while True:
            try:
                heard = await self._desk.handle(event, key=key)
            except StoreError as error:
                log.error("ending_store_down", error=str(error))
                await asyncio.sleep(STORE_PAUSE)
                continue
            if heard.outcome is Outcome.QUARANTINED:
                await self.write(partial(_settle_plainly, event, to_ms(self._clock.now()) or 0))
            return


async def _settle_plainly(event: Ending, now_ms: int, db: Db) -> None:
    """What follows from the ending could not be decided: the ending itself is kept all the same."""
    match event:
        case Delivered(outbox_id, reference):
            await jobs.settle(db, outbox_id, JobState.SENT, now_ms, reference=reference)
        case NotDelivered(outbox_id, reason):
            await jobs.settle(db, outbox_id, JobState.FAILED, now_ms, error=reason)
        case DeliveryUnknown(outbox_id):
            await jobs.ask_at(db, outbox_id, jobs.NEVER)
