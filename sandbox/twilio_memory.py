"""What the Twilio stand-in remembers: persons, messages in both directions, contents and media."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from itertools import count
from typing import Any

Json = dict[str, Any]

WINDOW = 24 * 3600.0
"""Seconds in which free-form messages may follow a customer's message (T29)."""
API_VERSION = "2010-04-01"
RANK = {
    "accepted": 0,
    "queued": 0,
    "sending": 1,
    "sent": 2,
    "delivered": 3,
    "read": 4,
    "failed": 5,
    "undelivered": 5,
    "received": 5,
}
"""A message's status only moves up, whatever order the reports come in (T33b)."""

_ADDRESS = re.compile(r"whatsapp:(?:\+[1-9]\d{6,14}|[A-Z]{2}\.(?:ENT\.)?[A-Za-z0-9]{1,128})")


def is_address(text: str) -> bool:
    """A WhatsApp address: a phone number, or the opaque id of a person who hides it (T11, T12)."""
    return _ADDRESS.fullmatch(text) is not None


class RefusedError(Exception):
    """The call is answered `status` with Twilio's error document."""

    def __init__(self, status: int, code: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.document: Json = {
            "code": code,
            "message": message,
            "more_info": f"https://www.twilio.com/docs/errors/{code}",
            "status": status,
        }


def strict(why: str) -> RefusedError:
    """A refusal of ours: the platform would pass over this mistake in silence."""
    return RefusedError(400, 20001, f"strict: {why}")


def not_found(path: str) -> RefusedError:
    return RefusedError(404, 20404, f"The requested resource {path} was not found")


@dataclass
class Person:
    """A WhatsApp user. Without a phone, both addresses are the opaque id (T13)."""

    user_id: str
    profile_name: str
    phone: str | None = None
    reads: bool = False
    """Read receipts are on: a delivered message is also reported read."""
    blocked: bool = False
    """Blocked the sender: what is sent fails with 63014."""
    shows_menus: bool = True
    """Else what has buttons fails with 63013 after it was taken."""
    last_inbound_at: float | None = None

    @property
    def address(self) -> str:
        return f"whatsapp:{self.phone or self.user_id}"

    @property
    def external_id(self) -> str:
        return f"whatsapp:{self.user_id}"


@dataclass(frozen=True)
class Media:
    """A file at Twilio, fetched with credentials (T34)."""

    sid: str
    message_sid: str
    content_type: str
    content: bytes


@dataclass(frozen=True)
class Step:
    """One entry of a message's status history."""

    status: str
    error_code: int | None
    at: float


@dataclass
class MessageRecord:
    """One message, inbound or outbound."""

    sid: str
    direction: str
    """"inbound" or "outbound-api"."""
    from_: str
    to: str
    body: str
    date_created: float
    status: str
    history: list[Step] = field(default_factory=list)
    status_callback: str | None = None
    error_code: int | None = None
    date_sent: float | None = None
    messaging_service_sid: str | None = None
    media_urls: list[str] = field(default_factory=list)
    content_sid: str | None = None
    content_variables: dict[str, str] = field(default_factory=dict)
    buttons: list[Json] = field(default_factory=list)
    """What the customer may press: `id`, `title` and `kind` ("button" or "row")."""
    typing: bool = False
    """The service showed a typing sign for it, which also marks it read (T42)."""
    form: Json = field(default_factory=dict)
    """As it was created (outbound) or sent to the webhook (inbound)."""

    def step(self, status: str, error_code: int | None, at: float) -> None:
        """Note a status; the message's own never moves down."""
        self.history.append(Step(status, error_code, at))
        if RANK[status] >= RANK[self.status]:
            self.status, self.error_code = status, error_code
        if status in {"sent", "delivered"} and self.date_sent is None:
            self.date_sent = at

    def document(self, account_sid: str) -> Json:
        """The Message resource."""
        uri = f"/{API_VERSION}/Accounts/{account_sid}/Messages/{self.sid}"
        return {
            "sid": self.sid,
            "account_sid": account_sid,
            "status": self.status,
            "direction": self.direction,
            "from": self.from_,
            "to": self.to,
            "body": self.body,
            "num_media": str(len(self.media_urls)),
            "num_segments": "1",
            "price": None,
            "price_unit": None,
            "error_code": self.error_code,
            "error_message": None,
            "messaging_service_sid": self.messaging_service_sid,
            "date_created": rfc2822(self.date_created),
            "date_updated": rfc2822(self.history[-1].at if self.history else self.date_created),
            "date_sent": rfc2822(self.date_sent) if self.date_sent is not None else None,
            "api_version": API_VERSION,
            "uri": f"{uri}.json",
            "subresource_uris": {"media": f"{uri}/Media.json"},
        }


@dataclass
class Content:
    """A Content resource. `approved`: WhatsApp lets it open a conversation."""

    sid: str
    friendly_name: str | None
    language: str
    variables: dict[str, str]
    types: Json
    date_created: float
    approved: bool = False

    def document(self, account_sid: str) -> Json:
        """The Content resource."""
        url = f"https://content.twilio.com/v1/Content/{self.sid}"
        when = datetime.fromtimestamp(self.date_created, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        return {
            "sid": self.sid,
            "account_sid": account_sid,
            "friendly_name": self.friendly_name,
            "language": self.language,
            "variables": self.variables,
            "types": self.types,
            "date_created": when,
            "date_updated": when,
            "url": url,
            "links": {
                "approval_create": f"{url}/ApprovalRequests/whatsapp",
                "approval_fetch": f"{url}/ApprovalRequests",
            },
        }


def rfc2822(at: float) -> str:
    """The dates of the 2010 API."""
    return format_datetime(datetime.fromtimestamp(at, UTC))


@dataclass
class Memory:
    """Everything one account holds."""

    account_sid: str
    sender: str
    clock: Callable[[], float]
    messages: dict[str, MessageRecord] = field(default_factory=dict)
    contents: dict[str, Content] = field(default_factory=dict)
    media: dict[str, Media] = field(default_factory=dict)
    persons: list[Person] = field(default_factory=list)
    ids: Iterator[int] = field(default_factory=lambda: count(1))

    def sid(self, prefix: str) -> str:
        """A new identifier: two letters and 32 hexadecimal digits."""
        return f"{prefix}{next(self.ids):032x}"

    def opaque_id(self) -> str:
        """A new id of a person for this business."""
        return f"FR.{10**15 + next(self.ids)}"

    def find_person(self, address: str) -> Person | None:
        """Who is reached under an address; a person with a phone has two."""
        return next((p for p in self.persons if address in {p.address, p.external_id}), None)

    def window_open(self, address: str) -> bool:
        """Free-form messages may be sent now (T29)."""
        person = self.find_person(address)
        at = person.last_inbound_at if person else None
        return at is not None and self.clock() < at + WINDOW
