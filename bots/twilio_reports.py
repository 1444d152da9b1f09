"""Reports that never came: a message without a final one is asked about, three times, ever later (T33e).

A phone that is off leaves a message at « sent » for good, so nobody is asked for ever: the third answer is
the last. Whatever comes later by itself is heard all the same.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from functools import partial

import structlog

from bots.twilio_api import NotRead, TwilioApi
from bots.twilio_forms import CHANNEL
from bots.twilio_listed import as_report
from core.clock import Clock
from core.store import reports
from core.store.engine import Store
from core.store.reports import Unreported

log = structlog.get_logger("whatsapp")

AT_ONCE = 50
"""Messages asked about in one sweep; the others have their turn in the next."""
WITHIN = timedelta(minutes=15)
"""After so long without a final report a message is asked about for the first time,"""
AGAIN = (timedelta(hours=1), timedelta(hours=6))
"""and after so long, counted from its sending, for the second and the third time."""
NOT_THERE = 404


class LateReports:
    """Asks for what was not told. `hear` takes the form of a report, as the webhook does."""

    def __init__(
        self,
        *,
        account_sid: str,
        api: TwilioApi,
        store: Store,
        clock: Clock,
        hear: Callable[[bytes], Awaitable[object]],
    ) -> None:
        self._account_sid = account_sid
        self._api = api
        self._store = store
        self._clock = clock
        self._hear = hear

    async def sweep(self) -> None:
        """Ask about what is due, one after the other; while Twilio does not answer, nothing counts as asked.

        Raises:
            StoreError: the rest is asked about when the store is back.
        """
        due = partial(reports.unreported, channel=CHANNEL, now=self._clock.now(), limit=AT_ONCE)
        try:
            for message in await self._store.read(due):
                await self._ask(message)
        except NotRead as error:
            log.warning("reports_not_read", error=str(error))

    async def _ask(self, message: Unreported) -> None:
        again = self._again(message)
        try:
            told = await self._api.message(message.reference)
            await self._hear(as_report(told, self._account_sid, message.id))
        except NotRead as error:
            if error.status != NOT_THERE:
                raise
            again = None
        is_open = await self._store.write(partial(reports.asked, message=message, again=again))
        if is_open and again is None:
            log.warning("report_given_up", outbox=message.id, report=message.report)

    def _again(self, message: Unreported) -> datetime | None:
        """When to ask the next time; after a long stop of ours not at once either."""
        if message.looks >= len(AGAIN):
            return None
        return max(message.sent_at + AGAIN[message.looks], self._clock.now() + WITHIN)
