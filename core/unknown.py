"""Calls of unknown outcome: nothing is sent again blindly (ARCHITECTURE §6).

A platform that can be asked is asked. Where nobody can be asked, our own words may go once more, since a
second copy does no harm; what an agent typed waits for the agent. Every wait is a date in the row, so that a
process that dies in between changes nothing.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from functools import partial

import structlog

from core.clock import Clock
from core.endings import Endings
from core.jobs import Candidates, Carrier, Job, Look
from core.store import conversations, jobs, restored
from core.store.db import Db
from core.store.rows import to_ms

log = structlog.get_logger("outbox")

FIRST_LOOK_MS = 3_000
NEXT_LOOK_MS = 10_000
"""Two looks that find nothing must be this far apart to prove anything."""
TEAM_LOOK_MS = 5 * 60_000
"""How often a platform is asked about the team's own rows once their lane goes on without them."""


class Unknowns:
    """Holds, asks, and hands to a human."""

    def __init__(
        self,
        *,
        endings: Endings,
        carriers: Mapping[str, Carrier],
        clock: Clock,
        first_look_ms: int = FIRST_LOOK_MS,
        next_look_ms: int = NEXT_LOOK_MS,
    ) -> None:
        self._endings = endings
        self._carriers = carriers
        self._clock = clock
        self._first_look_ms = first_look_ms
        self._next_look_ms = next_look_ms
        self._in_doubt = asyncio.Lock()
        """Two rows that say the same must not take the same message for theirs."""

    async def recover(self, db: Db) -> None:
        """A row found in flight at the start may have happened: it is held like any other."""
        await restored.heed(db)
        await self.ask_anew(db)
        for job in await jobs.in_flight(db):
            await self.hold(job, "the process stopped during the call", db)

    async def ask_anew(self, db: Db) -> None:
        """The time in which a lane waits for an answer begins now.

        While nothing ran, or the machine slept, nobody was asked; going on without a row that is found absent
        later would put the lane out of order.
        """
        now = self._now()
        await jobs.ask_anew(db, now, now + self._first_look_ms)

    async def hold(self, job: Job, why: str, db: Db) -> None:
        """The call may have happened: to be asked about, once more, or to be decided by a human."""
        now = self._now()
        carrier = self._carriers.get(job.destination)
        if carrier is not None and carrier.has_look_up:
            await jobs.hold_as_unknown(db, job, now, now + self._first_look_ms, why)
        elif not job.agent and job.resends == 0:
            await jobs.resend(db, job, now + self._first_look_ms, why)
        else:
            await jobs.hold_as_unknown(db, job, now, now, why)

    async def due(self, db: Db, destination: str, limit: int) -> list[Job]:
        """The rows to ask about now; each is asked about again later, should this process die meanwhile."""
        now = self._now()
        found = await jobs.to_look_up(db, destination, now, limit)
        for job in found:
            await jobs.ask_at(db, job.id, now + self._next_look_ms)
        return [await _with_left_threads(db, job) for job in found]

    async def look(self, job: Job) -> None:
        """Settle a row if its platform can tell; else ask later, send again, or hand it to a human."""
        if job.doubt is None:
            await self._look(job)
        else:
            async with self._in_doubt:
                await self._look(job)

    async def _look(self, job: Job) -> None:
        carrier = self._carriers[job.destination]
        if not carrier.has_look_up:
            await self._endings.cannot_tell(job)
            return
        found = await _ask(carrier, job)
        if isinstance(found, Candidates):
            found = await self._endings.first_free(job, found)
        if not isinstance(found, Look) and await self._endings.is_anothers(job, found):
            found = Look.CANNOT_TELL  # two equal texts, and the platform has one: it is the other row's (T54)
        if not isinstance(found, Look):
            await self._endings.sent(job, found, "found")
        elif found is Look.ABSENT and job.looks >= 1:
            await self._endings.write(partial(self._send_again, job))
        elif found is Look.CANNOT_TELL and self._is_overdue(job) and job.is_for_customer:
            await self._endings.cannot_tell(job)
        else:
            looks = job.looks + (found is Look.ABSENT)
            await self._endings.write(partial(self._ask_later, job, looks))

    async def _send_again(self, job: Job, db: Db) -> None:
        await jobs.send_again(db, job, self._now())

    async def _ask_later(self, job: Job, looks: int, db: Db) -> None:
        """The team's lane goes on without a line, which is asked about for ever: nobody could be told.

        Without its thread the lane cannot go on at all, so that one is asked about often.
        """
        patient = self._is_overdue(job) and job.kind != "open_thread" and looks == 0
        wait = TEAM_LOOK_MS if patient else self._next_look_ms
        await jobs.found_nothing(db, job, looks, self._now() + wait)

    def _is_overdue(self, job: Job) -> bool:
        return self._now() - (job.unknown_since or 0) >= jobs.BLOCKS_FOR_MS

    def _now(self) -> int:
        return to_ms(self._clock.now()) or 0


async def _with_left_threads(db: Db, job: Job) -> Job:
    if job.is_for_customer:
        return job
    return replace(job, left_threads=await conversations.left_threads(db, job.conversation_id))


async def _ask(carrier: Carrier, job: Job) -> str | Look | Candidates:
    try:
        return await carrier.look_up(job)
    except Exception as error:  # noqa: BLE001 - not knowing is an answer here
        log.warning("look_up_failed", outbox=job.id, error=type(error).__name__)
        return Look.CANNOT_TELL
