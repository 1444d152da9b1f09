"""The typing sign: a courtesy while the bot searches. It may be lost, and nothing ever waits for it (T42).

It also marks the customer's message as read, so it is shown to nobody who waits for a person.
"""

import asyncio
from datetime import datetime, timedelta

import httpx
import structlog

from bots.twilio_api import TwilioApi
from core.clock import Clock
from core.desk import Heard
from core.domain.conversation import Status

log = structlog.get_logger("whatsapp")

MOST_AT_ONCE = 8
REST = timedelta(minutes=10)
"""How long no sign is shown after Twilio refused one."""


def awaits_the_bot(heard: Heard) -> bool:
    """Whether the words just heard begin a burst that the bot will read.

    A sign lasts until the answer or 25 seconds, longer than any burst: one is enough.
    """
    talk = heard.conversation
    return talk is not None and talk.status is Status.BOT and len(talk.talk.burst) == 1


class TypingSign:
    """Shows signs in the background."""

    def __init__(self, api: TwilioApi, clock: Clock) -> None:
        self._api = api
        self._clock = clock
        self._showing: set[asyncio.Task[None]] = set()
        self._resting_until: datetime | None = None

    def show(self, message_sid: str) -> None:
        """Let the customer see that their message is being read; returns at once."""
        rests = self._resting_until is not None and self._clock.now() < self._resting_until
        if rests or len(self._showing) >= MOST_AT_ONCE:
            return
        task = asyncio.create_task(self._show(message_sid))
        self._showing.add(task)
        task.add_done_callback(self._showing.discard)

    async def close(self) -> None:
        """Drop what is still on its way."""
        showing = list(self._showing)
        for task in showing:
            task.cancel()
        await asyncio.gather(*showing, return_exceptions=True)

    async def _show(self, message_sid: str) -> None:
        try:
            status = await self._api.show_typing(message_sid)
        except httpx.HTTPError as error:
            log.warning("courtesy_lost", error=type(error).__name__)
            return
        if status >= 400:
            log.warning("courtesy_lost", error=f"answered {status}")
            self._resting_until = self._clock.now() + REST
