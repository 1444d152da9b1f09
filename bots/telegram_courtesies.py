"""Small kindnesses to whoever writes: none carries anything, and each may be lost in silence."""

import asyncio
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any

import structlog
from telegram import Bot
from telegram.constants import ChatAction
from telegram.error import BadRequest, Forbidden

from bots.telegram_updates import InGroup, Pressed
from core.texts import catalogue

log = structlog.get_logger("telegram")


class Courtesies:
    """What is done beside the outbox, in the background."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot
        self._tasks: set[asyncio.Task[None]] = set()
        self._told: set[int] = set()
        """The groups that heard why the bot leaves; it is never said twice."""
        self._left: set[int] = set()

    def begin(self, work: Coroutine[Any, Any, object]) -> None:
        """Do it in the background; whatever becomes of it is no matter."""
        task = asyncio.create_task(_forgotten(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """End what still runs."""
        ended = list(self._tasks)
        for task in ended:
            task.cancel()
        await asyncio.gather(*ended, return_exceptions=True)

    def stop_spinner(self, pressed: Pressed) -> None:
        """Without an answer the pressed button goes on turning. Too late is no matter (G17)."""
        self.begin(self._bot.answer_callback_query(pressed.query_id))

    def put_away(self, pressed: Pressed) -> None:
        """Take the used buttons away, so that nobody presses them again (G40)."""
        if pressed.message_id:
            self.begin(
                self._bot.edit_message_reply_markup(chat_id=pressed.chat_id, message_id=pressed.message_id)
            )

    def show_typing(self, chat_id: int) -> None:
        """The bot reads, and will answer in a moment."""
        self.begin(self._bot.send_chat_action(chat_id, ChatAction.TYPING))

    def leave(self, group: InGroup) -> None:
        """Say once why, leave, and be silent from then on (G21)."""
        if group.is_added:
            self._left.discard(group.chat_id)
        if group.chat_id not in self._left:
            self._left.add(group.chat_id)  # at once: updates that are under way do not begin it twice
            self.begin(self._refuse(group))

    async def _refuse(self, group: InGroup) -> None:
        if group.chat_id not in self._told:
            self._told.add(group.chat_id)
            language = "fr" if group.language[:2].lower() in {"", "fr"} else "en"
            with suppress(Exception):
                await self._bot.send_message(group.chat_id, catalogue(language)["group.private_only"])
        try:
            await self._bot.leave_chat(group.chat_id)
        except (BadRequest, Forbidden):
            return  # not there any more
        except Exception as error:  # noqa: BLE001 - whatever it is, the next word there tries again
            self._left.discard(group.chat_id)
            log.warning("group_not_left", error=type(error).__name__)


async def _forgotten(work: Coroutine[Any, Any, object]) -> None:
    with suppress(Exception):
        await work
