"""What Telegram must know of us when the service starts: how updates reach us, and the menus of commands.

Telegram may be down just then, and the service must live without it: it is tried again in the background,
with growing pauses, until it has worked once.
"""

import asyncio
from collections.abc import Awaitable, Callable

import structlog
from telegram import Bot
from telegram.error import InvalidToken

from bots.telegram_request import TooManyRequests
from core.texts import catalogue

log = structlog.get_logger("telegram")

UPDATES = ("message", "edited_message", "callback_query", "my_chat_member", "message_reaction")
"""Always told in full: what is left out keeps its previous setting (G10), reactions come only if asked for
(G25)."""
CONNECTIONS = 40
LONGEST_PAUSE = 60.0
TOKEN_REFUSED = "Telegram refuses the token"  # noqa: S105 - a sentence for the operator
KEYS = ("start", "aide", "humain", "langue", "fin")
ENGLISH = {"aide": "help", "humain": "human", "langue": "language", "fin": "end"}


def _described(language: str) -> tuple[tuple[str, str], ...]:
    texts = catalogue(language)
    names = ENGLISH if language == "en" else {}
    return tuple((names.get(key, key), texts[f"command.{key}"]) for key in KEYS)


COMMANDS: dict[str | None, tuple[tuple[str, str], ...]] = {None: _described("fr"), "en": _described("en")}
"""By language; None is everybody else's."""


class Registration:
    """Registers the bot once. `is_done` as soon as updates may come; `trouble` says what is in the way.

    `open_door` tells Telegram how updates reach us. `first_pause`: seconds before the second try; each
    further pause is twice as long, a minute at most.
    """

    def __init__(self, bot: Bot, open_door: Callable[[], Awaitable[object]], *, first_pause: float) -> None:
        self.is_done = False
        self.trouble = ""
        self._bot = bot
        self._open_door = open_door
        self._first_pause = first_pause

    async def run(self) -> None:
        """Try until it has worked."""
        pause = self._first_pause
        while True:
            try:
                await self._register()
            except TooManyRequests as error:
                await asyncio.sleep(error.after)
            except Exception as error:  # noqa: BLE001 - nothing that Telegram does may end the service
                self.trouble = TOKEN_REFUSED if isinstance(error, InvalidToken) else ""
                log.error("registration_failed", error=type(error).__name__)
                await asyncio.sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE)
            else:
                self.trouble = ""
                return

    async def _register(self) -> None:
        if not self.is_done:
            await self._open_door()
        self.is_done = True
        for language, commands in COMMANDS.items():
            await self._bot.set_my_commands(commands, language_code=language)


async def point_webhook(bot: Bot, url: str, secret: str) -> None:
    """Updates come to `url`. What waits at Telegram are customers' messages: it is never dropped (G11)."""
    await bot.set_webhook(url, max_connections=CONNECTIONS, allowed_updates=UPDATES, secret_token=secret)
    log.info("webhook_registered")


async def remove_webhook(bot: Bot) -> None:
    """Updates are fetched from now on, which a webhook would forbid (G1); none that waits is dropped."""
    await bot.delete_webhook()
    log.info("webhook_removed")
