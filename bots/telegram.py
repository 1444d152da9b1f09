"""The Telegram door: updates in, one bot's messages out.

Updates are pushed to us, or fetched (`TELEGRAM_MODE`); what follows is the same. A pushed one carries a
secret, not a signature: it is compared before anything is parsed. Whatever else is wrong with an update is
our matter and is answered 200, for a failing one would hold back everything behind it (G7).
"""

import asyncio
import hmac
from collections import Counter
from datetime import datetime

import httpx
import structlog
from starlette.requests import Request
from starlette.responses import Response

from bots import quiet_libraries
from bots.telegram_courtesies import Courtesies
from bots.telegram_messages import CHANNEL
from bots.telegram_polling import Polling
from bots.telegram_request import new_bot, new_request
from bots.telegram_send import LOCKED_OUT, send
from bots.telegram_setup import TOKEN_REFUSED, Registration, point_webhook, remove_webhook
from bots.telegram_updates import InGroup, Said, read_update
from bots.telegram_watch import Watch
from bots.web import is_being_read, keep_malformed, take
from core.clock import Clock
from core.desk import Desk, Heard, Outcome, Source
from core.domain.channel import Capabilities, LengthUnit, Menus
from core.domain.events import CustomerWrote
from core.jobs import Budget, Job, Look, Refused, Retry

log = structlog.get_logger("telegram")

CAPABILITIES = Capabilities(
    name=CHANNEL,
    label="Telegram",
    suffix="tg",
    text_limit=4000,
    length_unit=LengthUnit.UTF16,
    menus=Menus.BUTTONS,
    asks_phone=True,
)
SOURCE = "telegram"
PROOF = "X-Telegram-Bot-Api-Secret-Token"
EVERY_CHAT = Budget("telegram:all", every_ms=40, burst=5)
"""Not more than some thirty in any second, all chats together (G38)."""


def chat_budget(to: str) -> Budget:
    """Not more than one message a second for one chat (G38)."""
    return Budget(f"telegram:chat:{to}", every_ms=1050)


def no_answer() -> Response:
    """Empty: a body that names a method would be executed as a call (G8)."""
    return Response()


class Telegram:
    """One bot. Without a `secret` nobody can push updates to it: they are fetched."""

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
        self._is_locked_out = False
        """The token was refused when something last had to leave."""
        self._bot_id = token.partition(":")[0]
        self._secret = secret.encode()
        self._url = f"{public_url.rstrip('/')}/telegram"
        self._desk = desk
        self._clock = clock
        self._clients = [] if transport is not None else [new_request(None), new_request(None, 1)]
        sending, fetching = self._clients or [new_request(transport), new_request(transport, 1)]
        self._bot = new_bot(token, api_url, sending)
        self._courtesies = Courtesies(self._bot)
        self._registration = Registration(self._bot, self._open_door, first_pause=first_pause)
        self._watch = Watch(self._bot, self._url, clock) if secret else None
        self._registering: asyncio.Task[None] | None = None
        self._polling = (
            None
            if secret
            else Polling(
                self._bot, fetching, hear=self._update_came, reached=self._reached, first_pause=first_pause
            )
        )

    @property
    def fetches(self) -> bool:
        """Updates are fetched, not pushed."""
        return self._polling is not None

    @property
    def trouble(self) -> str:
        """What keeps updates from coming or messages from leaving, for the operator."""
        if self._is_locked_out:
            return TOKEN_REFUSED
        if not self._registration.is_done:
            waits = "updates are not fetched yet" if self._polling else "the webhook is not registered yet"
            return self._registration.trouble or waits
        return (self._polling or self._watch or self._registration).trouble

    @property
    def pending(self) -> int | None:
        """Updates that waited at Telegram when it was last asked; None: it is not asked."""
        return self._watch.pending if self._watch else None

    async def start(self) -> None:
        """Begin to register, in the background; a Telegram that is down stops nobody."""
        self._registering = asyncio.create_task(self._register())

    async def _register(self) -> None:
        await self._registration.run()
        if self._watch is not None:
            await self._watch.run()

    async def stop_listening(self) -> None:
        """Fetch no more; what is pushed ends with the web server."""
        if self._registering is not None:
            self._registering.cancel()
            await asyncio.gather(self._registering, return_exceptions=True)
        if self._polling is not None:
            await self._polling.stop()

    async def close(self) -> None:
        """End what runs in the background and close the connections; a lent transport stays its owner's."""
        await self.stop_listening()
        await self._courtesies.close()
        for client in self._clients:
            await client.shutdown()

    async def _open_door(self) -> None:
        if self._polling is None:
            await point_webhook(self._bot, self._url, self._secret.decode())
        else:
            await remove_webhook(self._bot)
            self._polling.start()

    async def receive(self, request: Request) -> Response:
        """`POST /telegram`: one update."""
        return await take(
            request,
            platform=self.name,
            may_be_genuine=self._knows_secret,
            is_genuine=lambda _request, _body: (
                True
            ),  # nothing signs the body: the secret is all there is (G4)
            hear=lambda _request, body: self._update_came(body),
            thanks=no_answer,
        )

    async def replay(self, body: bytes) -> Heard | None:
        """Hear a quarantined update again; it was known to be genuine when it came.

        None: it still cannot be read, or it says nothing; it is not quarantined a second time.

        Raises:
            StoreError: nothing was saved.
        """
        try:
            told = read_update(body)
        except Exception as error:  # noqa: BLE001 - the library's errors have no common kind (G7)
            log.warning("replay_unreadable", error=type(error).__name__)
            return None
        return await self._hear(told, body) if isinstance(told, Said) else None

    def budgets(self, job: Job) -> tuple[Budget, ...]:
        """The chat's rate, and the bot's."""
        return (chat_budget(job.payload["to"]), EVERY_CHAT)

    async def carry(self, job: Job) -> str:
        """Send one text with its keyboard; returns the message's id.

        Raises:
            CallEnding: any other ending.
        """
        own = chat_budget(job.payload["to"]).name
        try:
            reference = await send(self._bot, job.payload, own, EVERY_CHAT.name)
        except Retry as ending:
            self._is_locked_out = self._is_locked_out or ending.reason == LOCKED_OUT
            raise
        except Refused:
            self._is_locked_out = False
            raise
        self._is_locked_out = False
        self._reached()
        return reference

    async def look_up(self, job: Job) -> str | Look:  # noqa: ARG002 - nothing can be asked
        """Telegram keeps no history that a bot could ask for."""
        return Look.CANNOT_TELL

    def _reached(self) -> None:
        self.last_contact = self._clock.now()

    async def _update_came(self, body: bytes) -> None:
        """Hear one update, however it came.

        Raises:
            StoreError: nothing was saved; it must come again.
        """
        self._reached()
        try:
            told = read_update(body)
        except Exception as error:  # noqa: BLE001 - the library's errors have no common kind (G7)
            await keep_malformed(self._desk, source=SOURCE, body=body, error=error)
            return
        if isinstance(told, Said):
            await self._said(told, body)
            return
        self.passed[told.kind] += 1
        log.info("update_passed", kind=told.kind)
        if isinstance(told, InGroup):
            self._courtesies.leave(told)

    async def _said(self, said: Said, body: bytes) -> None:
        if said.pressed:
            self._courtesies.stop_spinner(said.pressed)
        heard = await self._hear(said, body)
        if said.pressed and heard.outcome is Outcome.DONE:
            self._courtesies.put_away(said.pressed)
        elif isinstance(said.event, CustomerWrote) and said.event.text and is_being_read(heard):
            self._courtesies.show_typing(int(said.event.address.external_id))

    async def _hear(self, said: Said, body: bytes) -> Heard:
        key = f"telegram:{self._bot_id}:{said.occasion}"
        return await self._desk.handle(said.event, key=key, source=Source(SOURCE, body))

    def _knows_secret(self, request: Request) -> bool:
        given = request.headers.get(PROOF, "")
        return bool(self._secret) and hmac.compare_digest(given.encode("latin-1", "replace"), self._secret)
