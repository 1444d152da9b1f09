"""The Telegram door: updates in, one bot's messages out.

Updates carry a secret, not a signature: it is compared before anything is parsed. Whatever else is wrong with
an update is our matter and is answered 200, for a failing one would hold back everything behind it (G7).
"""

import asyncio
import hmac
from collections import Counter
from collections.abc import Coroutine
from contextlib import suppress
from datetime import datetime
from typing import Any

import httpx
import structlog
from starlette.requests import Request
from starlette.responses import Response

from bots import quiet_libraries
from bots.telegram_request import new_bot, new_request
from bots.telegram_send import send
from bots.telegram_setup import Registration
from bots.telegram_updates import Passed, Said, read_update
from bots.web import keep_malformed, take
from core.clock import Clock
from core.desk import Desk, Heard, Source
from core.domain.channel import Capabilities, LengthUnit, Menus
from core.jobs import Budget, Job, Look

log = structlog.get_logger("telegram")

CAPABILITIES = Capabilities(
    name="telegram",
    label="Telegram",
    suffix="tg",
    text_limit=4000,
    length_unit=LengthUnit.UTF16,
    menus=Menus.BUTTONS,
    asks_phone=True,
)
SOURCE = "telegram"
PROOF = "X-Telegram-Bot-Api-Secret-Token"
EVERY_CHAT = Budget("telegram:all", every_ms=40, burst=25)


def chat_budget(to: str) -> Budget:
    """About one message a second for one chat, short bursts aside (G38)."""
    return Budget(f"telegram:chat:{to}", every_ms=1050, burst=3)


def no_answer() -> Response:
    """Empty: a body that names a method would be executed as a call (G8)."""
    return Response()


class Telegram:
    """One bot."""

    name = CAPABILITIES.name
    capabilities = CAPABILITIES
    has_look_up = False

    def __init__(
        self,
        *,
        token: str,
        secret: str,
        api_url: str,
        public_url: str,
        desk: Desk,
        clock: Clock,
        transport: httpx.AsyncBaseTransport | None = None,
        first_pause: float = 1.0,
    ) -> None:
        quiet_libraries()
        self.last_contact: datetime | None = None
        """When Telegram was last heard, or last took a message of ours."""
        self.passed: Counter[str] = Counter()
        """Updates that were for nobody here, by kind."""
        self._bot_id = token.partition(":")[0]
        self._secret = secret.encode()
        self._desk = desk
        self._clock = clock
        self._is_lent = transport is not None
        self._http = new_request(transport)
        self._bot = new_bot(token, api_url, self._http)
        url = f"{public_url.rstrip('/')}/telegram"
        self._registration = Registration(self._bot, url=url, secret=secret, first_pause=first_pause)
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def registered(self) -> bool:
        """Telegram knows where updates go, since this process started."""
        return self._registration.is_done

    async def start(self) -> None:
        """Begin to register, in the background; a Telegram that is down stops nobody."""
        self._begin(self._registration.run())

    async def close(self) -> None:
        """End what runs in the background and close the connections; a lent transport stays its owner's."""
        ended = list(self._tasks)
        for task in ended:
            task.cancel()
        await asyncio.gather(*ended, return_exceptions=True)
        if not self._is_lent:
            await self._http.shutdown()

    async def receive(self, request: Request) -> Response:
        """`POST /telegram`: one update."""
        return await take(
            request,
            platform=self.name,
            is_genuine=self._knows_secret,
            hear=self._update_came,
            thanks=no_answer,
        )

    async def replay(self, body: bytes) -> Heard | None:
        """Hear a quarantined update again; its secret was verified when it came.

        None: it still cannot be read, or it says nothing; it is not quarantined a second time.

        Raises:
            StoreError: nothing was saved.
        """
        try:
            told = read_update(body)
        except Exception as error:  # noqa: BLE001 - the library's errors have no common kind (G7)
            log.warning("replay_unreadable", error=type(error).__name__)
            return None
        return None if isinstance(told, Passed) else await self._hear(told, body)

    def budgets(self, job: Job) -> tuple[Budget, ...]:
        """The chat's rate, and the bot's."""
        return (chat_budget(job.payload["to"]), EVERY_CHAT)

    async def carry(self, job: Job) -> str:
        """Send one text with its keyboard; returns the message's id.

        Raises:
            CallEnding: any other ending.
        """
        reference = await send(self._bot, job.payload, chat_budget(job.payload["to"]).name)
        self.last_contact = self._clock.now()
        return reference

    async def look_up(self, job: Job) -> str | Look:  # noqa: ARG002 - nothing can be asked
        """Telegram keeps no history that a bot could ask for."""
        return Look.CANNOT_TELL

    async def _update_came(self, _request: Request, body: bytes) -> None:
        self.last_contact = self._clock.now()
        try:
            told = read_update(body)
        except Exception as error:  # noqa: BLE001 - the library's errors have no common kind (G7)
            await keep_malformed(self._desk, source=SOURCE, body=body, error=error)
            return
        if isinstance(told, Passed):
            self.passed[told.kind] += 1
            log.info("update_passed", kind=told.kind)
            return
        await self._hear(told, body)
        if told.query_id:
            self._begin(self._stop_spinner(told.query_id))

    async def _hear(self, said: Said, body: bytes) -> Heard:
        key = f"telegram:{self._bot_id}:{said.occasion}"
        return await self._desk.handle(said.event, key=key, source=Source(SOURCE, body))

    async def _stop_spinner(self, query_id: str) -> None:
        """A courtesy: without an answer the pressed button goes on turning. Too late is no matter (G17)."""
        with suppress(Exception):
            await self._bot.answer_callback_query(query_id)

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _knows_secret(self, request: Request, _body: bytes) -> bool:
        given = request.headers.get(PROOF, "")
        return hmac.compare_digest(given.encode("latin-1", "replace"), self._secret)
