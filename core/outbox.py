"""Lanes: carry what was decided, in order, once, within each platform's budgets (ARCHITECTURE §6).

One loop a destination takes the heads of its lanes. The attempt is on disk before the call leaves; how the
call ended comes back through the desk as an event.
"""

import asyncio
from collections.abc import Coroutine, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import structlog

from core.clock import Clock, Jumps
from core.desk import Desk
from core.endings import STORE_PAUSE, Endings
from core.ids import Ids
from core.jobs import Budget, Carrier, Job, Refused, Retry, ThreadGone, Unknown
from core.metrics import Metrics
from core.permits import Picking
from core.store import budgets, jobs
from core.store.db import Db
from core.store.engine import Store
from core.store.errors import StoreError
from core.store.rows import to_ms
from core.unknown import FIRST_LOOK_MS, NEXT_LOOK_MS, Unknowns

__all__ = ["FIRST_LOOK_MS", "NEXT_LOOK_MS", "Lanes"]

log = structlog.get_logger("outbox")

AT_ONCE = 16
"""Calls out at the same time, a destination: platforms limit them, and do not say to how many (T38)."""
LOOKS_AT_ONCE = 4
"""Of these, at most so many that only ask."""
GIVE_UP_MS = 24 * 3_600_000
"""A message that never got through is a human's matter after a day."""
TOLD_AFTER_MS = 3 * 60_000
"""A message that waits for somebody to mend something is told to the team after so long."""
TEAM_WAIT = 300.0
"""Seconds between two attempts at what the team cannot be told otherwise."""
LONGEST_PAUSE = 24 * 3600.0
LONGEST_WAIT = 60.0


@dataclass(frozen=True)
class Turn:
    """What a loop may do now: jobs to carry, jobs to ask about, and when to look again (ms)."""

    to_carry: Sequence[Job]
    to_look_up: Sequence[Job]
    held_back: Sequence[tuple[Job, str]]
    next_ms: int | None


class Lanes:
    """All the loops. `wake` tells them that something was enqueued. `pace` stretches budgets, for tests."""

    def __init__(
        self,
        *,
        store: Store,
        desk: Desk,
        carriers: Mapping[str, Carrier],
        clock: Clock,
        ids: Ids,
        metrics: Metrics,
        first_look_ms: int = FIRST_LOOK_MS,
        next_look_ms: int = NEXT_LOOK_MS,
        pace: float = 1.0,
    ) -> None:
        self._store = store
        self._desk = desk
        self._carriers = carriers
        self._clock = clock
        self._ids = ids
        self._metrics = metrics
        self._pace = pace
        self._endings = Endings(store=store, desk=desk, clock=clock)
        self._unknowns = Unknowns(
            endings=self._endings,
            carriers=carriers,
            clock=clock,
            first_look_ms=first_look_ms,
            next_look_ms=next_look_ms,
        )
        self._bells = {name: asyncio.Event() for name in carriers}
        self._calls: dict[str, set[asyncio.Task[None]]] = {name: set() for name in carriers}
        self._held: set[str] = set()
        """Rows that were held back and whose ending is being written: no round takes them again."""
        self._loops: list[asyncio.Task[None]] = []
        self._stopping = False
        self._jumps: Jumps | None = None

    def wake(self) -> None:
        """Something may be due."""
        for bell in self._bells.values():
            bell.set()

    @property
    def is_running(self) -> bool:
        """Every loop is alive."""
        return bool(self._loops) and not any(loop.done() for loop in self._loops)

    async def start(self) -> None:
        """Hold what a dead process left in flight, then begin.

        Raises:
            StoreError: the database cannot be written; nothing has begun.
        """
        await self._store.write(self._unknowns.recover)
        self._jumps = Jumps(self._clock, asyncio.get_running_loop().time)
        self._loops = [asyncio.create_task(self._run(name), name=f"lane-{name}") for name in self._carriers]

    async def stop(self, timeout: float) -> None:
        """Take nothing new, let the calls that are out end, and cut them after `timeout` seconds."""
        self._stopping = True
        self.wake()
        deadline = asyncio.get_running_loop().time() + timeout
        await _end(self._loops, timeout)
        calls = [call for out in self._calls.values() for call in out]
        await _end(calls, max(0.0, deadline - asyncio.get_running_loop().time()))
        self._loops = []

    async def _run(self, destination: str) -> None:
        bell = self._bells[destination]
        while not self._stopping:
            bell.clear()
            await _rest(bell, await self._round(destination))

    async def _round(self, destination: str) -> float:
        """Begin what may begin now; returns for how many seconds there is nothing to do."""
        out = self._calls[destination]
        if len(out) >= AT_ONCE:
            return LONGEST_WAIT  # the end of a call rings the bell
        has_jumped = self._jumps is not None and self._jumps.seen()
        try:
            turn = await self._store.write(partial(self._take, destination, AT_ONCE - len(out), has_jumped))
        except StoreError as error:
            log.error("lane_store_down", destination=destination, error=str(error))
            return STORE_PAUSE
        except Exception as error:  # a lane never dies of our faults
            log.error("lane_failed", destination=destination, error=type(error).__name__, exc_info=error)
            return STORE_PAUSE
        if has_jumped and self._jumps is not None:
            self._jumps.noted()
            log.warning("clock_jumped")
        for job in turn.to_carry:
            self._begin(destination, self._carry(job))
        for job in turn.to_look_up:
            self._begin(destination, self._unknowns.look(job))
        for job, why in turn.held_back:
            self._held.add(job.id)
            self._begin(destination, self._held_back(job, why))
        if turn.to_carry or turn.to_look_up or turn.held_back:
            return 0.0
        return LONGEST_WAIT if turn.next_ms is None else (turn.next_ms - self._now()) / 1000

    def _begin(self, destination: str, work: Coroutine[None, None, None]) -> None:
        call = asyncio.create_task(work)
        out, bell = self._calls[destination], self._bells[destination]
        out.add(call)

        def ended(_call: asyncio.Task[None]) -> None:
            out.discard(call)
            bell.set()

        call.add_done_callback(ended)

    async def _take(self, destination: str, room: int, has_jumped: bool, db: Db) -> Turn:
        """Rows to ask about, then heads of lanes whose budgets have a permit, put in flight."""
        now = self._now()
        if has_jumped:
            await self._unknowns.ask_anew(db)
        looks = await self._unknowns.due(db, destination, min(room, LOOKS_AT_ONCE))
        picking = Picking(db, destination, self._budgets, self._desk.channels, now, self._held)
        await picking.take(room - len(looks))
        due = await jobs.next_due(db, destination, now)
        moments = [*picking.waits, *([due] if due is not None else [])]
        return Turn(picking.taken, looks, picking.held_back, min(moments, default=None))

    def _budgets(self, job: Job) -> tuple[Budget, ...]:
        try:
            budgets = self._carriers[job.destination].budgets(job)
        except Exception as error:  # noqa: BLE001 - one odd row must not stop all the others
            log.error("budgets_failed", outbox=job.id, error=type(error).__name__)
            return ()
        return tuple(budget.at(self._pace) for budget in budgets)

    async def _carry(self, job: Job) -> None:
        try:
            reference = await self._carriers[job.destination].carry(job)
        except Retry as ending:
            self._count(job, "retry")
            await self._retry(job, ending)
        except Refused as ending:
            self._count(job, "refused")
            await self._refused(job, ending)
        except ThreadGone as ending:
            self._count(job, "gone")
            log.warning("card_gone", outbox=job.id, kind=job.kind, error=str(ending))
            await self._endings.thread_gone(job)
        except asyncio.CancelledError:
            # Should this write fail too, the next start finds the row in flight.
            held = partial(self._unknowns.hold, job, "the service stopped during the call")
            await asyncio.shield(self._store.write(held))
            raise
        except Exception as error:  # noqa: BLE001 - an ending nobody foresaw may have happened
            self._count(job, "unknown")
            why = str(error) if isinstance(error, Unknown) else type(error).__name__
            log.warning("effect_unknown", outbox=job.id, error=why)
            await self._endings.write(partial(self._unknowns.hold, job, why))
        else:
            self._count(job, "sent")
            await self._endings.sent(job, reference, "sent")

    def _count(self, job: Job, ending: str) -> None:
        self._metrics.effects.labels(job.destination, ending).inc()

    async def _held_back(self, job: Job, why: str) -> None:
        self._count(job, "held_back")
        log.warning("effect_held_back", outbox=job.id, reason=why)
        try:
            await self._endings.held_back(job, why)
        finally:
            self._held.discard(job.id)

    async def _refused(self, job: Job, ending: Refused) -> None:
        log.warning("effect_refused", outbox=job.id, reason=ending.reason, code=ending.code)
        if job.kind != "open_thread":
            await self._endings.refused(job, ending.reason, ending.code)
            return
        # Without its thread nobody of the team would ever see the conversation: an operator must mend this.
        log.error("thread_refused", outbox=job.id, place=job.place, code=ending.code)
        await self._endings.write(partial(self._postpone, job, TEAM_WAIT, str(ending), ""))

    async def _retry(self, job: Job, ending: Retry) -> None:
        """Later; after a day a customer's message is given up, and its thread is told."""
        wait = self._wait(job, ending)
        age = self._now() - job.created_at
        is_old = age > GIVE_UP_MS
        if is_old and job.is_for_customer:
            await self._endings.refused(job, "refused.too_late")
            return
        pause = max(wait, TEAM_WAIT) if is_old else wait
        await self._endings.write(partial(self._postpone, job, pause, ending.why, ending.blocks))
        if ending.reason and job.is_for_customer and age >= TOLD_AFTER_MS:
            await self._endings.still_waits(job, ending.reason)

    def _wait(self, job: Job, ending: Retry) -> float:
        """Seconds: what the platform asks for; else 1, 2, 4 … 300, shortened by chance to spread waves."""
        if ending.after:
            return min(max(1.0, ending.after), LONGEST_PAUSE)
        longest = min(300.0, float(2 ** min(job.attempts - 1, 9)))
        return longest * (0.5 + (self._ids.pick() % 1000) / 2000)

    async def _postpone(self, job: Job, wait: float, why: str, blocks: str, db: Db) -> None:
        """Try again in `wait` seconds; so does everything else that spends the budget `blocks`."""
        until = self._now() + int(wait * 1000)
        if blocks:
            await budgets.block(db, blocks, until)
        await jobs.postpone(db, job, until, why)

    def _now(self) -> int:
        return to_ms(self._clock.now()) or 0


async def _rest(bell: asyncio.Event, seconds: float) -> None:
    if seconds == 0.0:
        return
    try:
        async with asyncio.timeout(min(max(seconds, 0.005), LONGEST_WAIT)):
            await bell.wait()
    except TimeoutError:
        return


async def _end(tasks: Sequence[asyncio.Task[None]], timeout: float) -> None:
    """Wait for tasks, and cut those that take longer."""
    if not tasks:
        return
    _, late = await asyncio.wait(tasks, timeout=timeout)
    for task in late:
        task.cancel()
    await asyncio.gather(*late, return_exceptions=True)
