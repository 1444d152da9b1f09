"""The WhatsApp door, through Twilio: webhooks in; messages, menus and the typing sign out."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

import httpx
import structlog
from starlette.requests import Request
from starlette.responses import Response

from bots import quiet_libraries
from bots.twilio_api import Hosts, TwilioApi
from bots.twilio_codes import LOST_CONTENT, is_about_content
from bots.twilio_console import Console
from bots.twilio_contents import Contents
from bots.twilio_forms import PREFIX, fallback_code, is_status, read_message, read_status, with_outbox_id
from bots.twilio_found import Found
from bots.twilio_listed import has_none, left_before, may_be
from bots.twilio_menus import LIST, QUICK_REPLIES, values
from bots.twilio_reports import WITHIN, LateReports
from bots.twilio_signature import SharedKey, Signatures, may_be_signed
from bots.twilio_typing import TypingSign, awaits_the_bot
from bots.web import LARGEST_FORM, keep_malformed, take
from core.clock import Clock
from core.desk import Desk, Heard, Outcome, Source
from core.domain.channel import Capabilities, Menus
from core.domain.events import CustomerWrote, Event
from core.jobs import Budget, Candidates, Job, Look, Refused
from core.store.engine import Store
from core.sweeps import PULSE, Sweeps

log = structlog.get_logger("whatsapp")

CAPABILITIES = Capabilities(
    name="whatsapp",
    label="WhatsApp",
    suffix="wa",
    text_limit=1500,
    menus=Menus.NUMBERED,
    menu_forms=(QUICK_REPLIES, LIST),
    reply_window=timedelta(hours=24),
    address_is_phone=True,
    inbound_limit=1600,
    honours_stop=True,
    has_look_up=True,
    report_within=WITHIN,
)
MESSAGE_SOURCE = "twilio/message"
STATUS_SOURCE = "twilio/status"
READERS: Mapping[str, Callable[[bytes, str], tuple[str, Event] | None]] = {
    MESSAGE_SOURCE: read_message,
    STATUS_SOURCE: read_status,
}
RETRIES = "#rc=3&rp=ct,rt,5xx"
"""Asked of Twilio in the fragment of an address; it is not signed (T18)."""
EMPTY_ANSWER = '<?xml version="1.0" encoding="UTF-8"?><Response/>'
"""The only answer Twilio ever gets: nothing is said to the customer by it (T22)."""
SENDER_BUDGET = Budget("whatsapp:sender", every_ms=13, burst=20)
"""80 messages a second for a sender (T37)."""
SHOWS_WITHIN = timedelta(seconds=60)
"""How long a created message may take to show in the list (T54)."""


_NO_ANSWER = Response(EMPTY_ANSWER, media_type="text/xml")


def no_answer() -> Response:
    """The constant empty answer."""
    return _NO_ANSWER


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
        hosts: Hosts,
        public_url: str,
        desk: Desk,
        store: Store,
        clock: Clock,
        shared_key: SharedKey | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
        pulse: float = PULSE,
    ) -> None:
        quiet_libraries()
        self.last_contact: datetime | None = None
        """When Twilio was last heard, or last answered us."""
        self._account_sid = account_sid
        self._sender = sender
        self._public_url = public_url.rstrip("/")
        self._desk = desk
        self._clock = clock
        self._signatures = Signatures(
            auth_token=auth_token, public_url=self._public_url, shared_key=shared_key
        )
        has_key = api_key_sid and api_key_secret
        self._api = TwilioApi(
            account_sid=account_sid,
            credentials=(api_key_sid or "", api_key_secret or "") if has_key else (account_sid, auth_token),
            hosts=hosts,
            budget=SENDER_BUDGET.name,
            transport=transport,
        )
        self._contents = Contents(account_sid=account_sid, api=self._api, store=store, clock=clock)
        self._typing = TypingSign(self._api, clock)
        url = f"{self._public_url}/twilio/message"
        self._console = Console(api=self._api, sender=sender, url=url, clock=clock)
        asked: dict[str, Any] = {"account_sid": account_sid, "api": self._api, "store": store, "clock": clock}
        found = Found(sender=sender, source=MESSAGE_SOURCE, hear=self._message_found, **asked)
        late = LateReports(hear=self._report_found, **asked)
        self.sweeps = Sweeps((self._console.check, found.sweep, late.sweep), pulse=pulse)

    @property
    def trouble(self) -> str:
        """What an operator must mend, what keeps messages from leaving first."""
        return ", ".join(filter(None, (self._api.trouble, self._console.trouble)))

    async def start(self) -> None:
        """Twilio's addresses are set at Twilio: they are only looked at, and what they lost is looked for."""
        self.sweeps.start()

    async def stop_listening(self) -> None:
        """Look for nothing more."""
        await self.sweeps.stop()

    async def close(self) -> None:
        """Close the connections."""
        await self.sweeps.stop()
        await self._typing.close()
        await self._api.close()

    async def receive_message(self, request: Request) -> Response:
        """`POST /twilio/message`: what a customer sent."""
        return await take(
            request,
            platform=self.name,
            may_be_genuine=may_be_signed,
            is_genuine=self._signatures.are_genuine,
            largest=LARGEST_FORM,
            hear=self._message_came,
            thanks=no_answer,
        )

    async def receive_status(self, request: Request) -> Response:
        """`POST /twilio/status?oid=…`: how far a message of ours got."""
        return await take(
            request,
            platform=self.name,
            may_be_genuine=may_be_signed,
            is_genuine=self._signatures.are_genuine,
            largest=LARGEST_FORM,
            hear=self._status_came,
            thanks=no_answer,
        )

    async def replay(self, body: bytes) -> Heard | None:
        """Hear a quarantined body again; it was verified when it came.

        None: it still cannot be read, or it says nothing; it is not quarantined a second time.

        Raises:
            StoreError: nothing was saved.
        """
        source = STATUS_SOURCE if is_status(body) else MESSAGE_SOURCE
        told = await self._hear(source, body, keeps=False)
        return told[1] if told else None

    def budgets(self, job: Job) -> tuple[Budget, ...]:  # noqa: ARG002 - one sender, one budget
        """Every message spends the sender's rate."""
        return (SENDER_BUDGET,)

    async def carry(self, job: Job) -> str:
        """Send one message, as a menu where it is one and Twilio shows it; returns its SID.

        Raises:
            CallEnding: any other ending.
        """
        addressed = {
            "To": f"{PREFIX}{job.payload['to']}",
            "From": self._sender,
            "StatusCallback": self._report_to(job.id),
        }
        sid = await self._carry_menu(job, addressed) if "menu" in job.payload else ""
        sid = sid or await self._api.create(addressed | {"Body": job.payload["text"]})
        self.last_contact = self._clock.now()
        return sid

    async def look_up(self, job: Job) -> str | Look | Candidates:
        """The SID when exactly one message can be the one this job asked for (T54).

        `ABSENT` only a minute after the attempt: until then a created message may not show in the list yet,
        nor its report be on its way.
        """
        if job.attempted_at is None:
            return Look.CANNOT_TELL
        attempted = datetime.fromtimestamp(job.attempted_at / 1000, UTC)
        menu = job.payload.get("menu")
        texts = {job.payload["text"], *([menu["body"]] if menu else [])}
        listed = await self._api.listed(to=f"{PREFIX}{job.payload['to']}", sender=self._sender)
        if listed is None:
            return Look.CANNOT_TELL
        if job.doubt is not None:
            told = left_before(listed, texts, job.doubt)
            is_shown = self._clock.now().timestamp() - job.doubt.until / 1000 >= SHOWS_WITHIN.total_seconds()
            return told if is_shown or isinstance(told, Candidates) else Look.CANNOT_TELL
        found = [one for one in listed if may_be(one, texts, attempted)]
        if len(found) == 1:
            return str(found[0]["sid"])
        is_settled = self._clock.now() - attempted >= SHOWS_WITHIN
        return Look.ABSENT if is_settled and has_none(listed, texts, attempted) else Look.CANNOT_TELL

    async def _carry_menu(self, job: Job, addressed: Mapping[str, str]) -> str:
        """Send a menu; empty when it must be said in numbered words, and surely was not sent.

        One that the account has lost is made anew, once (T32).
        """
        menu, text = job.payload["menu"], job.payload["text"]
        for _ in range(2):
            content = await self._contents.sid_for(menu, text)
            if not content:
                return ""
            shown = {"ContentSid": content, "ContentVariables": values(menu)}
            try:
                return await self._api.create({**addressed, **shown})
            except Refused as refused:
                if not is_about_content(refused.code):
                    raise
                await self._refused_menu(job, content, refused.code)
        return ""

    async def _refused_menu(self, job: Job, content: str, code: str) -> None:
        if code == LOST_CONTENT:
            await self._contents.forget(content)
        else:
            self._contents.give_up(job.payload["menu"], job.payload["text"], code)

    async def _message_came(self, _request: Request, body: bytes) -> None:
        self.last_contact = self._clock.now()
        told = await self._hear(MESSAGE_SOURCE, body)
        if told is None:
            return
        if code := fallback_code(body):
            log.warning("message_by_fallback", code=code)
        event, heard = told
        if isinstance(event, CustomerWrote) and heard.outcome is Outcome.DONE and awaits_the_bot(heard):
            self._typing.show(event.reference)

    async def _message_found(self, body: bytes) -> bool:
        told = await self._hear(MESSAGE_SOURCE, body)
        return told is not None and told[1].outcome is Outcome.DONE

    async def _report_found(self, body: bytes) -> None:
        await self._hear(STATUS_SOURCE, body, keeps=False)

    async def _status_came(self, request: Request, body: bytes) -> None:
        self.last_contact = self._clock.now()
        await self._hear(STATUS_SOURCE, with_outbox_id(body, request.query_params.get("oid", "")))

    async def _hear(self, source: str, body: bytes, *, keeps: bool = True) -> tuple[Event, Heard] | None:
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
        return event, await self._desk.handle(event, key=key, source=Source(source, body))

    def _report_to(self, outbox_id: str) -> str:
        """Where reports go, with our id (T33f); Twilio repeats them when we fail, not by default (T24)."""
        return f"{self._public_url}/twilio/status?oid={quote(outbox_id, safe='')}{RETRIES}"
