"""Fetching updates instead of being called: for a service without a public address.

Telegram forgets whatever is below the offset we ask with, so the offset moves past an update only once what
it says is on disk (G2). A process that dies is told again what it had not confirmed; keys recognise it.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from telegram import Bot
from telegram.error import Conflict, InvalidToken

from bots.telegram_request import LONGEST_POLL, Request, TooManyRequests, fetch_updates
from bots.telegram_setup import LONGEST_PAUSE, TOKEN_REFUSED, UPDATES
from core.store.errors import StoreError

log = structlog.get_logger("telegram")

STOP_WITHIN = 1.5
"""Seconds; what is not heard by then comes again, for its offset was not confirmed."""
UNREACHABLE = "Telegram does not answer"
CONFLICT = "another process reads this bot's updates, or a webhook was set: only one may"
NOT_KEPT = "updates cannot be kept, and wait at Telegram"


class Polling:
    """The loop that fetches. `trouble` says what is in its way; empty while all is well.

    `hear` returns once an update is on disk. `first_pause`: seconds before trying again after a failure;
    each further pause is twice as long, a minute at most.
    """

    def __init__(
        self,
        bot: Bot,
        request: Request,
        *,
        hear: Callable[[bytes], Awaitable[None]],
        reached: Callable[[], None],
        first_pause: float,
    ) -> None:
        self.trouble = ""
        self._bot = bot
        self._request = request
        self._hear = hear
        self._reached = reached
        self._first_pause = first_pause
        self._pause = first_pause
        self._offset: int | None = None
        self._task: asyncio.Task[None] | None = None
        self._is_hearing = False
        self._is_stopping = False

    def start(self) -> None:
        """Begin to fetch."""
        if self._task is None and not self._is_stopping:
            self._task = asyncio.create_task(self._run(), name="telegram-polling")

    async def stop(self) -> None:
        """Fetch no more; an update that is being heard is heard to its end, `STOP_WITHIN` seconds at most."""
        self._is_stopping = True
        if self._task is None:
            return
        if self._is_hearing:
            await asyncio.wait({self._task}, timeout=STOP_WITHIN)
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        while not self._is_stopping:
            try:
                await self._round()
            except Exception as error:  # noqa: BLE001 - nothing that Telegram does may end the loop
                await self._rest(error)
            else:
                self.trouble, self._pause = "", self._first_pause

    async def _round(self) -> None:
        # After a failure the first question is short, so that it is soon known to be over.
        wait = 0 if self.trouble else LONGEST_POLL
        updates = await fetch_updates(self._bot, self._request, self._offset, UPDATES, wait)
        self._reached()
        if not updates:
            # All below the offset is confirmed; after a quiet week ids begin anywhere (G9).
            self._offset = None
        for update in updates:
            if self._is_stopping:
                return
            await self._take(update)

    async def _take(self, update: dict[str, Any]) -> None:
        self._is_hearing = True
        try:
            await self._hear(json.dumps(update).encode())
        finally:
            self._is_hearing = False
        self._offset = int(update["update_id"]) + 1

    async def _rest(self, error: Exception) -> None:
        """Say what is wrong, and wait before the next try."""
        self.trouble = _trouble_of(error)
        log.error("polling_failed", error=type(error).__name__)
        wait = error.after if isinstance(error, TooManyRequests) else self._pause
        self._pause = min(self._pause * 2, LONGEST_PAUSE)
        if not self._is_stopping:
            await asyncio.sleep(wait)


def _trouble_of(error: Exception) -> str:
    if isinstance(error, StoreError):
        return NOT_KEPT
    if isinstance(error, InvalidToken):
        return TOKEN_REFUSED
    return CONFLICT if isinstance(error, Conflict) else UNREACHABLE
