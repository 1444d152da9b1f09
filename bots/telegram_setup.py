"""What Telegram must know of us when the service starts: where updates go, and the menu of commands.

Telegram may be down just then, and the service must live without it: registering is tried again in the
background, with growing pauses, until it has worked once.
"""

import asyncio

import structlog
from telegram import Bot

from bots.telegram_request import TooManyRequests
from core.texts import catalogue

log = structlog.get_logger("telegram")

UPDATES = ("message", "edited_message", "callback_query", "my_chat_member")
"""Always told in full: what is left out keeps its previous setting (G10)."""
CONNECTIONS = 40
LONGEST_PAUSE = 60.0
NAMES = ("start", "aide", "langue", "fin")


def _described(language: str) -> tuple[tuple[str, str], ...]:
    texts = catalogue(language)
    return tuple((name, texts[f"command.{name}"]) for name in NAMES)


COMMANDS: dict[str | None, tuple[tuple[str, str], ...]] = {None: _described("fr"), "en": _described("en")}
"""By language; None is everybody else's."""


class Registration:
    """Registers the bot once. `is_done` as soon as updates come to `url`.

    `first_pause`: seconds before the second try; each further pause is twice as long, a minute at most.
    """

    def __init__(self, bot: Bot, *, url: str, secret: str, first_pause: float) -> None:
        self.is_done = False
        self._bot = bot
        self._url = url
        self._secret = secret
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
                log.error("registration_failed", error=type(error).__name__)
                await asyncio.sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE)
            else:
                return

    async def _register(self) -> None:
        # Never with drop_pending_updates: what waits at Telegram are customers' messages (G11).
        await self._bot.set_webhook(
            self._url, max_connections=CONNECTIONS, allowed_updates=UPDATES, secret_token=self._secret
        )
        if not self.is_done:
            log.info("webhook_registered")
        self.is_done = True
        for language, commands in COMMANDS.items():
            await self._bot.set_my_commands(commands, language_code=language)
