"""Whether what customers write reaches us: Telegram is asked now and then how its webhook fares (G11).

A webhook that fails, or leads elsewhere, is silent here, and silence looks like a quiet day.
"""

import asyncio
from datetime import datetime, timedelta
from typing import Final

import structlog
from telegram import Bot, WebhookInfo
from telegram.error import InvalidToken

from bots.telegram_setup import TOKEN_REFUSED
from core.clock import Clock

log = structlog.get_logger("telegram")

EVERY: Final = 300.0
"""Seconds between two questions."""
LASTS: Final = timedelta(minutes=10)
"""A failure that did not come again for so long is over."""
ELSEWHERE: Final = "Telegram brings updates to another address: another installation uses this bot"
FAILING: Final = "Telegram cannot bring us updates, {pending} wait there: {why}"


class Watch:
    """Asks for as long as it runs. `pending`: updates that waited at Telegram when it was last asked."""

    def __init__(self, bot: Bot, url: str, clock: Clock) -> None:
        self.trouble = ""
        self.pending: int | None = None
        self._bot = bot
        self._url = url
        self._clock = clock
        self._since = clock.now()

    async def run(self) -> None:
        """Ask now, and again and again."""
        while True:
            await self.look()
            await asyncio.sleep(EVERY)

    async def look(self) -> None:
        """Ask once; a question without an answer leaves what is known."""
        try:
            told = await self._bot.get_webhook_info()
        except Exception as error:  # noqa: BLE001 - nothing that Telegram does may end the service
            log.warning("webhook_not_looked_at", error=type(error).__name__)
            if isinstance(error, InvalidToken):
                self.trouble = TOKEN_REFUSED
            return
        self.pending = told.pending_update_count
        trouble = self._trouble_of(told)
        if trouble and trouble != self.trouble:
            log.error("webhook_in_trouble", pending=self.pending, is_ours=told.url == self._url)
        self.trouble = trouble

    def _trouble_of(self, told: WebhookInfo) -> str:
        if told.url != self._url:
            return ELSEWHERE
        if not _is_fresh(told.last_error_date, max(self._since, self._clock.now() - LASTS)):
            return ""
        return FAILING.format(pending=told.pending_update_count, why=told.last_error_message or "no reason")


def _is_fresh(at: datetime | None, since: datetime) -> bool:
    """What failed before we ran tells nothing of us."""
    return at is not None and at >= since
