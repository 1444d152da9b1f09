"""What is set in the console of the Twilio stand-in: the sender's webhooks, and the Messaging Services (T10).

Read only, in the shapes that are published: senders of messaging v2, services and their senders of v1.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from sandbox.twilio_memory import Json, Memory, RefusedError, not_found, strict

SENDER_QUERY = {"Channel", "PageSize", "Page", "PageToken"}
SERVICE_QUERY = {"PageSize", "Page", "PageToken"}
SENDER_SID = f"XE{1:032x}"


@dataclass
class Service:
    """A Messaging Service. `senders` are addresses; without an `inbound_request_url` nothing is received."""

    sid: str
    inbound_request_url: str | None = None
    use_inbound_webhook_on_number: bool = False
    senders: list[str] = field(default_factory=list)

    def document(self, account_sid: str) -> Json:
        """The Service resource, as far as anybody here reads it."""
        return {
            "sid": self.sid,
            "account_sid": account_sid,
            "friendly_name": "Service",
            "inbound_request_url": self.inbound_request_url,
            "inbound_method": "POST",
            "fallback_url": None,
            "fallback_method": None,
            "status_callback": None,
            "use_inbound_webhook_on_number": self.use_inbound_webhook_on_number,
        }


class Console:
    """The settings of one account. `message_url`: where its sender calls, until `webhook` says otherwise."""

    def __init__(self, memory: Memory, message_url: Callable[[], str | None]) -> None:
        self.webhook: Json = {}
        """What is set differently from how a sender is that calls the service."""
        self.lists_webhooks = True
        """The list of senders tells their webhooks too; else only the sender itself does."""
        self.services: list[Service] = []
        self.is_restricted = False
        """The key may not see any of this."""
        self._memory = memory
        self._message_url = message_url

    def senders(self, pairs: list[tuple[str, str]]) -> Json:
        """`GET /v2/Channels/Senders`."""
        self._check(pairs, SENDER_QUERY)
        if dict(pairs).get("Channel") != "whatsapp":
            raise strict("Channel is required: whatsapp")
        sender = self._sender()
        listed = sender if self.lists_webhooks else {k: v for k, v in sender.items() if k != "webhook"}
        return _page("senders", [listed])

    def sender(self, sid: str) -> Json:
        """`GET /v2/Channels/Senders/{sid}`."""
        self._check([], set())
        if sid != SENDER_SID:
            raise not_found(f"/v2/Channels/Senders/{sid}")
        return self._sender()

    def listed_services(self, pairs: list[tuple[str, str]]) -> Json:
        """`GET /v1/Services`."""
        self._check(pairs, SERVICE_QUERY)
        account = self._memory.account_sid
        return _page("services", [service.document(account) for service in self.services])

    def senders_of(self, sid: str, pairs: list[tuple[str, str]]) -> Json:
        """`GET /v1/Services/{sid}/ChannelSenders`."""
        self._check(pairs, SERVICE_QUERY)
        service = next((one for one in self.services if one.sid == sid), None)
        if service is None:
            raise not_found(f"/v1/Services/{sid}/ChannelSenders")
        named = {"messaging_service_sid": sid, "sender_type": "WhatsApp", "sid": SENDER_SID}
        return _page("senders", [named | {"sender": sender} for sender in service.senders])

    def _check(self, pairs: list[tuple[str, str]], known: set[str]) -> None:
        if self.is_restricted:
            raise RefusedError(403, 70051, "The API key is not authorized for this resource")
        for name, _ in pairs:
            if name not in known:
                raise strict(f"unknown field {name}")

    def _sender(self) -> Json:
        webhook = {
            "callback_url": self._message_url(),
            "callback_method": "POST",
            "fallback_url": None,
            "fallback_method": None,
            "status_callback_url": None,
            "status_callback_method": None,
        }
        return {
            "sid": SENDER_SID,
            "status": "ONLINE",
            "sender_id": self._memory.sender,
            "webhook": webhook | self.webhook,
            "url": f"https://messaging.twilio.com/v2/Channels/Senders/{SENDER_SID}",
        }


def _page(key: str, listed: list[Json]) -> Json:
    meta = {"key": key, "page": 0, "page_size": 50, "next_page_url": None, "previous_page_url": None}
    return {key: listed, "meta": meta}
