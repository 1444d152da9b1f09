"""What is set at Twilio, held against what we serve: a wrong address there loses every message (T10).

Nothing is changed there: the operator is told, in the log and by `/ready`, and told when it is mended. A key
that may not see the settings, a Twilio that is down and an answer of another shape stop nothing.
"""

from datetime import datetime, timedelta
from urllib.parse import urlsplit

import structlog

from bots.twilio_api import Json, NotRead, TwilioApi, objects
from core.clock import Clock

log = structlog.get_logger("whatsapp")

EVERY = timedelta(minutes=5)
"""How soon it is looked at again, after a trouble or when Twilio did not answer."""
SANDBOX = "whatsapp:+14155238886"
"""Twilio's number for trials, which everybody shares: its address is on a page of the console alone."""
MOST = "100"
SENDERS, SERVICES = "/v2/Channels/Senders", "/v1/Services"
NO_SENDER = "Twilio has no such WhatsApp sender in this account: check TWILIO_WHATSAPP_FROM"
NOT_SET = "{where} is empty, so messages do not reach us: set it to {ours}, method POST"
DISABLED = (
    "{where} is empty, so Twilio does not even keep what customers write: set it to {ours}, method POST"
)
ELSEWHERE = "{where} leads to {host}, not to us: set it to {ours}, method POST"
METHOD = "{where} is right, its method is not: set it to POST"


class Console:
    """Looks at the sender's address, or at that of the Messaging Service which stands before it."""

    def __init__(self, *, api: TwilioApi, sender: str, url: str, clock: Clock) -> None:
        self.trouble = ""
        """What the operator must set at Twilio, in plain words; empty when nothing is known."""
        self._api = api
        self._sender = sender
        self._url = url
        self._clock = clock
        self._next: datetime | None = None
        self._is_done = False

    async def check(self) -> None:
        """Look when it is time: until it is right, or cannot be seen for good."""
        now = self._clock.now()
        if self._is_done or (self._next is not None and now < self._next):
            return
        self._next = now + EVERY
        try:
            trouble = await self.look()
        except NotRead as error:
            self._is_done = error.is_for_good
            log.warning("webhook_not_read", error=str(error), again=not error.is_for_good)
            return
        self._is_done = not trouble
        if trouble and trouble != self.trouble:
            log.error("webhook_elsewhere", told=trouble)
        elif self.trouble and not trouble:
            log.info("webhook_mended")
        self.trouble = trouble

    async def look(self) -> str:
        """What is wrong; empty: nothing.

        Raises:
            NotRead: Twilio did not tell.
        """
        if self._sender == SANDBOX:
            raise NotRead("the sandbox has no settings to read", status=200)
        service = await self._visible_service()
        if service is not None:
            where = f"inbound_request_url of the Messaging Service {service.get('sid')}"
            return self._wrong(service, "inbound_request_url", "inbound_method", where, DISABLED)
        sender = await self._listed_sender()
        if sender is None:
            return NO_SENDER
        where = "callback_url of the WhatsApp sender"
        return self._wrong(await self._webhook(sender), "callback_url", "callback_method", where, NOT_SET)

    def _wrong(self, settings: Json, address: str, method: str, where: str, empty: str) -> str:
        found = str(settings.get(address) or "").partition("#")[0]
        if not found:
            return empty.format(where=where, ours=self._url)
        if found != self._url:
            # An address may hold a secret: its host says enough.
            return ELSEWHERE.format(where=where, ours=self._url, host=_host(found))
        return METHOD.format(where=where) if settings.get(method) not in {None, "", "POST"} else ""

    async def _listed_sender(self) -> Json | None:
        answer = await self._api.settings(SENDERS, Channel="whatsapp", PageSize=MOST)
        listed = objects(answer, "senders")
        found = next((one for one in listed if one.get("sender_id") == self._sender), None)
        if found is None and len(listed) >= int(MOST):
            raise NotRead("more senders than a page holds", status=200)
        return found

    async def _webhook(self, sender: Json) -> Json:
        """The list need not say everything: the sender itself does."""
        if not isinstance(sender.get("webhook"), dict):
            sender = await self._api.settings(f"{SENDERS}/{sender.get('sid')}")
        if "webhook" not in sender:
            raise NotRead("answered without webhook", status=200)
        return sender["webhook"] if isinstance(sender["webhook"], dict) else {}

    async def _visible_service(self) -> Json | None:
        """A key may see the senders alone: then their own address is all that can be looked at."""
        try:
            return await self._service()
        except NotRead as error:
            if not error.is_for_good:
                raise
            return None

    async def _service(self) -> Json | None:
        """The Messaging Service whose own address counts; None where the sender's does."""
        for service in objects(await self._api.settings(SERVICES, PageSize=MOST), "services"):
            if service.get("use_inbound_webhook_on_number"):
                continue
            path = f"{SERVICES}/{service.get('sid')}/ChannelSenders"
            senders = objects(await self._api.settings(path, PageSize=MOST), "senders")
            if any(one.get("sender") == self._sender for one in senders):
                return service
        return None


def _host(address: str) -> str:
    try:
        return urlsplit(address).hostname or "somewhere"
    except ValueError:
        return "somewhere"
