"""What Twilio's webhooks say, as events. Pure: a form comes in, an event or nothing goes out.

Whatever is wrong with a form is a `MalformedForm`: it came from Twilio, so it is kept and not lost.
"""

import re
from collections.abc import Mapping
from urllib.parse import parse_qsl, urlencode

from bots.twilio_codes import reason_for
from bots.twilio_media import media_of
from core.domain.channel import Address
from core.domain.events import CustomerWrote, DeliveryReported, ReportStatus

CHANNEL = "whatsapp"
PREFIX = "whatsapp:"
MOST_FIELDS = 500
LONGEST_ID = 160
"""A person who hides the phone is known by an opaque id of up to 140 characters (T13)."""
_E164 = re.compile(r"\+[1-9]\d{6,14}", re.ASCII)
_EXTERNAL_ID = re.compile(rf"[\x21-\x7e]{{1,{LONGEST_ID}}}")
_STATUSES = {
    "sent": ReportStatus.SENT,
    "delivered": ReportStatus.DELIVERED,
    "read": ReportStatus.READ,
    "failed": ReportStatus.FAILED,
    "undelivered": ReportStatus.FAILED,
}
_OUTBOX_ID = "oid"


class MalformedForm(ValueError):
    """A genuine form that cannot be read."""


class ForeignAccount(MalformedForm):
    """It speaks of another account than ours."""


def read_fields(body: bytes) -> list[tuple[str, str]]:
    """Every field in order, blank and repeated ones too: the signature covers them all (T17).

    Raises:
        ValueError: no form, or one of more than `MOST_FIELDS` fields.
    """
    return parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=MOST_FIELDS)


def with_outbox_id(body: bytes, outbox_id: str) -> bytes:
    """A status form that holds what its address said, so that it can be heard again without it."""
    return body + b"&" + urlencode({_OUTBOX_ID: outbox_id}).encode()


def is_status(body: bytes) -> bool:
    """Whether a form reports on a message of ours."""
    return b"&MessageStatus=" in b"&" + body


def read_message(body: bytes, account_sid: str) -> tuple[str, CustomerWrote]:
    """A customer's message, and Twilio's own key for it.

    Raises:
        MalformedForm: it cannot be read.
    """
    form = _ours(body, account_sid)
    sender, sid = _part(form, "From"), _part(form, "MessageSid")
    external_id = sender.removeprefix(PREFIX)
    if external_id == sender or not _EXTERNAL_ID.fullmatch(external_id):
        raise MalformedForm("From is no WhatsApp address")
    media = media_of(form)
    body_is_name = any(medium.name for medium in media)
    event = CustomerWrote(
        address=Address(CHANNEL, external_id),
        name=form.get("ProfileName", "").strip(),
        text="" if body_is_name else _words(form),
        media=media,
        phone=external_id if _E164.fullmatch(external_id) else "",
    )
    return f"twilio:{account_sid}:{sender}:{sid}", event


def read_status(body: bytes, account_sid: str) -> tuple[str, DeliveryReported] | None:
    """A report on a message of ours, and its key; None for a status that is no news.

    Raises:
        MalformedForm: it cannot be read.
    """
    form = _ours(body, account_sid)
    sid, status, code = _part(form, "MessageSid"), _part(form, "MessageStatus"), form.get("ErrorCode", "")
    known = _STATUSES.get(status)
    if known is None:
        return None
    has_failed = known is ReportStatus.FAILED
    event = DeliveryReported(
        known,
        outbox_id=form.get(_OUTBOX_ID, ""),
        reference=sid,
        reason=reason_for(code) if has_failed else "",
        code=code if has_failed else "",
    )
    return f"twilio-status:{account_sid}:{sid}:{status}:{code}", event


def _ours(body: bytes, account_sid: str) -> dict[str, str]:
    form = dict(read_fields(body))
    if _part(form, "AccountSid") != account_sid:
        raise ForeignAccount("it speaks of another account")
    return form


def _part(form: Mapping[str, str], name: str) -> str:
    value = form.get(name, "")
    if not value:
        raise MalformedForm(f"{name} is missing")
    return value


def _words(form: Mapping[str, str]) -> str:
    """A pressed button or row speaks by the words it was shown with."""
    return form.get("ButtonText") or form.get("ListTitle") or form.get("Body", "")
