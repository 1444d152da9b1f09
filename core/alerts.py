"""Lines for the operators' place: what must be mended, told once, and that it is over.

They are no part of any conversation, so that no lane carries them: one loop does, with the same four endings.
The attempt is on disk before the call; of a post whose outcome nobody knows, the place is asked first.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from functools import partial
from typing import Final, Protocol

import structlog

from core.clock import Clock
from core.jobs import Look, Refused, Retry
from core.loops import Loop
from core.store import alerts
from core.store.alerts import Alert
from core.store.engine import Store
from core.store.errors import StoreError

log = structlog.get_logger("alerts")

PULSE: Final = 15.0
"""Seconds between two looks at what must be told."""
PAUSE: Final = timedelta(minutes=1)
"""Until a post is tried again, or asked about."""
LONGEST_PAUSE: Final = timedelta(hours=1)

Watch = Callable[[], Awaitable[None]]
"""Looks at one thing, and adds the line that tells it when it must be told."""


class OpsPlace(Protocol):
    """Where operators read."""

    async def post(self, alert_id: str, text: str) -> str:
        """Post once and return the reference.

        Raises:
            CallEnding: any other ending. Any other exception counts as unknown.
        """
        ...

    async def find(self, alert_id: str, since_ms: int) -> str | Look:
        """The reference if it stands there, else what the place can tell."""
        ...


class Alerts:
    """Watches, and tells. `pulse`: seconds between two looks; a story says itself when."""

    def __init__(
        self,
        *,
        store: Store,
        clock: Clock,
        place: OpsPlace,
        watches: Sequence[Watch],
        pulse: float = PULSE,
    ) -> None:
        self._store = store
        self._clock = clock
        self._place = place
        self._watches = watches
        self._pulse = pulse
        self._loop = Loop("alerts")

    async def start(self) -> None:
        """Begin, after one pulse: what is in order a moment after the start need not be told."""
        self._loop.start(self._run)

    async def stop(self) -> None:
        """Look no more. What was being posted is asked about at the next start."""
        await self._loop.stop()

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(self._pulse)
            await self.look()

    async def look(self) -> None:
        """Look at everything once, and post what waits. Never fails: what it could not do, it does later."""
        for do in (*self._watches, self._post_all):
            try:
                await do()
            except StoreError as error:
                log.error("alerts_store_down", error=str(error))
            except Exception as error:  # the watch never dies of our faults
                log.error("alerts_failed", error=type(error).__name__, exc_info=error)

    async def _post_all(self) -> None:
        """In their order: that something is over is never told before it."""
        while (alert := await self._store.read(alerts.next_waiting)) is not None:
            if alert.due > self._clock.now() or not await self._settled(alert):
                return

    async def _settled(self, alert: Alert) -> bool:
        """Whether it stands there now; else it waits, and so do those behind it."""
        if alert.attempted is not None:
            found = await self._found(alert, round(alert.attempted.timestamp() * 1000))
            if not isinstance(found, Look):
                await self._store.write(partial(alerts.sent, alert_id=alert.id, reference=found))
                return True
            if found is Look.CANNOT_TELL or self._clock.now() < alert.attempted + PAUSE:
                due = self._clock.now() + PAUSE
                await self._store.write(partial(alerts.ask_at, alert_id=alert.id, due=due))
                return False
        return await self._posted(alert)

    async def _found(self, alert: Alert, since_ms: int) -> str | Look:
        try:
            return await self._place.find(alert.id, since_ms)
        except Exception as error:  # noqa: BLE001 - not knowing is an answer here
            log.warning("look_up_failed", outbox=alert.id, error=type(error).__name__)
            return Look.CANNOT_TELL

    async def _posted(self, alert: Alert) -> bool:
        now = self._clock.now()
        if not await self._store.write(partial(alerts.attempt, alert_id=alert.id, now=now)):
            return True
        try:
            reference = await self._place.post(alert.id, alert.text)
        except (Retry, Refused) as ending:
            asked = timedelta(seconds=ending.after or 0) if isinstance(ending, Retry) else PAUSE
            log.warning("alert_not_posted", outbox=alert.id, error=str(ending))
            due = now + min(max(asked, timedelta(seconds=1)), LONGEST_PAUSE)
            await self._store.write(partial(alerts.postpone, alert_id=alert.id, due=due))
            return False
        except Exception as error:  # noqa: BLE001 - an ending nobody foresaw may have happened
            log.warning("alert_unknown", outbox=alert.id, error=type(error).__name__)
            await self._store.write(partial(alerts.ask_at, alert_id=alert.id, due=now + PAUSE))
            return False
        await self._store.write(partial(alerts.sent, alert_id=alert.id, reference=reference))
        return True
