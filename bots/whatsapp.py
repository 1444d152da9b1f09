"""The WhatsApp door, through Twilio: webhooks in, the Messages resource out.

A signature covers the public address and every field. It is computed over the configured address, never over
what a request's headers claim (C3), and before anything is parsed for its meaning. Twilio signs no date: the
message's own id is what makes a captured request harmless (T20).
"""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import quote

import httpx
import structlog
from starlette.datastructures import ImmutableMultiDict
from starlette.requests import Request
from starlette.responses import Response
from twilio.request_validator import RequestValidator

from bots import quiet_libraries
from bots.twilio_api import Json, TwilioApi
from bots.twilio_forms import PREFIX, is_status, read_fields, read_message, read_status, with_outbox_id
from bots.web import keep_malformed, take
from core.clock import Clock
from core.desk import Desk, Heard, Source
from core.domain.channel import Capabilities, Menus
from core.domain.events import Event
from core.jobs import Budget, Job, Look

log = structlog.get_logger("whatsapp")

CAPABILITIES = Capabilities(
    name="whatsapp",
    label="WhatsApp",
    suffix="wa",
    text_limit=1500,
    menus=Menus.NUMBERED,
    reply_window=timedelta(hours=24),
    address_is_phone=True,
    has_look_up=True,
)
MESSAGE_SOURCE = "twilio/message"
STATUS_SOURCE = "twilio/status"
READERS: Mapping[str, Callable[[bytes, str], tuple[str, Event] | None]] = {
    MESSAGE_SOURCE: read_message,
    STATUS_SOURCE: read_status,
}
FORM = "application/x-www-form-urlencoded"
RETRIES = "#rc=3&rp=ct,rt,5xx"
"""Asked of Twilio in the fragment of an address; it is not signed (T18)."""
EMPTY_ANSWER = '<?xml version="1.0" encoding="UTF-8"?><Response/>'
"""The only answer Twilio ever gets: nothing is said to the customer by it (T22)."""
SENDER_BUDGET = Budget("whatsapp:sender", every_ms=13, burst=20)
"""80 messages a second for a sender (T37)."""
BEFORE, AFTER = timedelta(seconds=5), timedelta(seconds=120)
"""A message created this long before or after our attempt may be the one we asked for (T54)."""
SIGNATURE = re.compile(r"[A-Za-z0-9+/=]{1,128}", re.ASCII)


def no_answer() -> Response:
    """The constant empty answer."""
    return Response(EMPTY_ANSWER, media_type="text/xml")


class WhatsApp:
    """One WhatsApp sender of one Twilio account."""

    name = CAPABILITIES.name
    capabilities = CAPABILITIES
    has_look_up = True

    def __init__(
        self,
        *,
        account_sid: str,
        auth_token: str,
        api_key_sid: str | None,
        api_key_secret: str | None,
        sender: str,
        api_url: str,
        public_url: str,
        desk: Desk,
        clock: Clock,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        quiet_libraries()
        self.last_contact: datetime | None = None
        """When Twilio was last heard, or last answered us."""
        self._account_sid = account_sid
        self._sender = sender
        self._public_url = public_url.rstrip("/")
        self._desk = desk
        self._clock = clock
        self._validator = RequestValidator(auth_token)
        has_key = api_key_sid and api_key_secret
        self._api = TwilioApi(
            account_sid=account_sid,
            credentials=(api_key_sid or "", api_key_secret or "") if has_key else (account_sid, auth_token),
            api_url=api_url,
            budget=SENDER_BUDGET.name,
            transport=transport,
        )

    async def start(self) -> None:
        """Nothing to do: Twilio's addresses are set at Twilio."""

    async def close(self) -> None:
        """Close the connections."""
        await self._api.close()

    async def receive_message(self, request: Request) -> Response:
        """`POST /twilio/message`: what a customer sent."""
        return await take(
            request,
            platform=self.name,
            is_genuine=self._is_signed,
            hear=self._message_came,
            thanks=no_answer,
        )

    async def receive_status(self, request: Request) -> Response:
        """`POST /twilio/status?oid=…`: how far a message of ours got."""
        return await take(
            request, platform=self.name, is_genuine=self._is_signed, hear=self._status_came, thanks=no_answer
        )

    async def replay(self, body: bytes) -> Heard | None:
        """Hear a quarantined body again; it was verified when it came.

        None: it still cannot be read, or it says nothing; it is not quarantined a second time.

        Raises:
            StoreError: nothing was saved.
        """
        source = STATUS_SOURCE if is_status(body) else MESSAGE_SOURCE
        return await self._hear(source, body, keeps=False)

    def budgets(self, job: Job) -> tuple[Budget, ...]:  # noqa: ARG002 - one sender, one budget
        """Every message spends the sender's rate."""
        return (SENDER_BUDGET,)

    async def carry(self, job: Job) -> str:
        """Send one text; returns its SID.

        Raises:
            CallEnding: any other ending.
        """
        sid = await self._api.create(
            {
                "To": f"{PREFIX}{job.payload['to']}",
                "From": self._sender,
                "Body": job.payload["text"],
                "StatusCallback": self._report_to(job.id),
            }
        )
        self.last_contact = self._clock.now()
        return sid

    async def look_up(self, job: Job) -> str | Look:
        """The SID when exactly one message can be the one this job asked for (T54).

        Never `ABSENT`: nothing says how soon a created message shows in the list.
        """
        if job.attempted_at is None:
            return Look.CANNOT_TELL
        attempted = datetime.fromtimestamp(job.attempted_at / 1000, UTC)
        listed = await self._api.listed(to=f"{PREFIX}{job.payload['to']}", sender=self._sender)
        found = [one for one in listed if _may_be(one, job.payload["text"], attempted)]
        return str(found[0]["sid"]) if len(found) == 1 else Look.CANNOT_TELL

    async def _message_came(self, _request: Request, body: bytes) -> None:
        self.last_contact = self._clock.now()
        await self._hear(MESSAGE_SOURCE, body)

    async def _status_came(self, request: Request, body: bytes) -> None:
        self.last_contact = self._clock.now()
        kept = with_outbox_id(body, request.query_params.get("oid", ""))
        await self._hear(STATUS_SOURCE, kept)

    async def _hear(self, source: str, body: bytes, *, keeps: bool = True) -> Heard | None:
        """Read and hear a genuine form; `keeps`: one that cannot be read is put into quarantine."""
        try:
            told = READERS[source](body, self._account_sid)
        except Exception as error:  # noqa: BLE001 - whatever cannot be read is kept, never lost
            if keeps:
                await keep_malformed(self._desk, source=source, body=body, error=error)
            return None
        if told is None:
            return None
        key, event = told
        return await self._desk.handle(event, key=key, source=Source(source, body))

    def _is_signed(self, request: Request, body: bytes) -> bool:
        """Whether Twilio signed this very form for this very address (T16, T17).

        Only forms: a signature over a JSON body would cover the address alone.
        """
        signature = request.headers.get("X-Twilio-Signature", "")
        media_type = request.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        if media_type != FORM or not SIGNATURE.fullmatch(signature):
            return False
        try:
            fields = ImmutableMultiDict(read_fields(body))
            return bool(self._validator.validate(self._signed_url(request), fields, signature))
        except ValueError:
            return False

    def _report_to(self, outbox_id: str) -> str:
        """Where reports go, with our id (T33f); Twilio repeats them when we fail, not by default (T24)."""
        return f"{self._public_url}/twilio/status?oid={quote(outbox_id, safe='')}{RETRIES}"

    def _signed_url(self, request: Request) -> str:
        path: bytes = request.scope.get("raw_path") or request.scope["path"].encode()
        query: bytes = request.scope["query_string"]
        return (self._public_url.encode() + path + (b"?" + query if query else b"")).decode("latin-1")


def _may_be(message: Json, text: str, attempted: datetime) -> bool:
    is_ours = str(message.get("direction", "")).startswith("outbound")
    if not is_ours or message.get("body") != text or not message.get("sid"):
        return False
    try:
        created = parsedate_to_datetime(str(message.get("date_created", "")))
    except ValueError:
        return False
    return attempted - BEFORE <= created.replace(tzinfo=created.tzinfo or UTC) <= attempted + AFTER
