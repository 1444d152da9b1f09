"""Rings the timers that are due: a row with a date becomes an event, once."""

import asyncio
from functools import partial

import structlog

from core.clock import Clock
from core.desk import Desk
from core.domain.events import TimerKind, TimerRang
from core.loops import Loop
from core.store import timers
from core.store.db import Db
from core.store.engine import Store
from core.store.errors import StoreError
from core.store.timers import Timer

log = structlog.get_logger("alarm")

AT_ONCE = 64
LONGEST_SLEEP = 30.0
"""Seconds; a clock that was set forward is noticed this soon."""
STORE_PAUSE = 1.0


class Alarm:
    """One loop that sleeps until the next date. `wake` tells it that a date may have changed."""

    def __init__(self, *, store: Store, desk: Desk, clock: Clock) -> None:
        self._store = store
        self._desk = desk
        self._clock = clock
        self._bell = asyncio.Event()
        self._loop = Loop("alarm")

    def wake(self) -> None:
        """A timer may have been started."""
        self._bell.set()

    @property
    def is_running(self) -> bool:
        """The loop is alive."""
        return self._loop.is_running

    async def start(self) -> None:
        """Begin; what became due while nothing ran rings at once, the earliest first."""
        self._loop.start(self._run)

    async def stop(self) -> None:
        """Ring no more."""
        await self._loop.stop()

    async def _run(self) -> None:
        while True:
            self._bell.clear()
            try:
                rung = await self.ring_due()
                wait = 0.0 if rung else await self._until_next()
            except StoreError as error:
                log.error("alarm_store_down", error=str(error))
                wait = STORE_PAUSE
            except Exception as error:  # the alarm never dies of our faults
                log.error("alarm_failed", error=type(error).__name__, exc_info=error)
                wait = STORE_PAUSE
            await self._rest(wait)

    async def ring_due(self) -> int:
        """Ring what is due now, one after the other in order of date; returns how many.

        Raises:
            StoreError: the rest rings when the store is back.
        """
        now = self._clock.now()

        async def due(db: Db) -> list[Timer]:
            return await timers.due(db, now, AT_ONCE)

        rings = await self._store.read(due)
        for timer in rings:
            await self._ring(timer)
        return len(rings)

    async def _ring(self, timer: Timer) -> None:
        if timer.kind not in set(TimerKind):
            await self._silence(timer)
            return
        event = TimerRang(timer.conversation_id, TimerKind(timer.kind), timer.generation)
        key = f"timer:{timer.conversation_id}:{timer.kind}:{timer.generation}"
        await self._desk.handle(event, key=key)

    async def _silence(self, timer: Timer) -> None:
        """A newer release, gone back from, awaited something this one does not know."""
        log.error("timer_unknown", kind=timer.kind)
        unknown = partial(
            timers.park,
            conversation_id=timer.conversation_id,
            kind=timer.kind,
            generation=timer.generation,
        )
        await self._store.write(unknown)

    async def _until_next(self) -> float:
        due = await self._store.read(timers.next_due)
        if due is None:
            return LONGEST_SLEEP
        return min(max((due - self._clock.now()).total_seconds(), 0.005), LONGEST_SLEEP)

    async def _rest(self, wait: float) -> None:
        if wait == 0.0:
            return
        try:
            async with asyncio.timeout(wait):
                await self._bell.wait()
        except TimeoutError:
            return
