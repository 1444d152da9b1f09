"""What Twilio's webhooks say, as events. Pure: a form comes in, an event or nothing goes out.

Whatever is wrong with a form is a `MalformedForm`: it came from Twilio, so it is kept and not lost.
"""

import re
from binascii import a2b_qp
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from urllib.parse import urlencode

from bots.twilio_codes import reason_for
from bots.twilio_media import announced, media_of
from bots.twilio_menus import read_tap
from core.domain.channel import Address
from core.domain.events import CustomerWrote, DeliveryReported, Quoted, ReportStatus, Tap

CHANNEL = "whatsapp"
PREFIX = "whatsapp:"
MOST_FIELDS = 500
LONGEST_ID = 160
"""A person who hides the phone is known by an opaque id of up to 140 characters (T13)."""
_STRAY = re.compile(rb"%(?![0-9A-Fa-f]{2})")
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
LATE = "FoundLate"
"""When a message that was found in the list was created: no form of Twilio's has such a field."""
_PRESSED = ("ButtonPayload", "ButtonText", "ListId", "ListTitle")


class MalformedForm(ValueError):
    """A genuine form that cannot be read."""


class ForeignAccount(MalformedForm):
    """It speaks of another account than ours."""


# The signature and the meaning of a request are read one right after the other.
@lru_cache(maxsize=1)
def read_fields(body: bytes) -> tuple[tuple[str, str], ...]:
    """Every field in order, blank and repeated ones too: the signature covers them all (T17).

    A forger is read before anything shows that it is one, so whatever is slow to read is no form.

    Raises:
        ValueError: no form: not UTF-8, a `%` that stands for nothing, or more than `MOST_FIELDS` fields.
    """
    body.decode()
    if body.count(b"&") >= MOST_FIELDS:
        raise ValueError("more fields than a form has")
    if _STRAY.search(body):
        raise ValueError("a percent sign that stands for nothing")
    parts = [pair.partition(b"=") for pair in body.replace(b"+", b" ").split(b"&") if pair]
    return tuple([(_unquoted(name), _unquoted(value)) for name, _, value in parts])


def _unquoted(text: bytes) -> str:
    """What `urllib.parse.unquote` makes of it, without its microsecond for each `%`: quoted-printable writes
    the same bytes behind another sign, and is read in C.
    """
    if b"%" in text:
        text = a2b_qp(text.replace(b"=", b"=3D").replace(b"%", b"="))
    return text.decode(errors="replace")


def with_outbox_id(body: bytes, outbox_id: str) -> bytes:
    """A status form that holds what its address said, so that it can be heard again without it."""
    return body + b"&" + urlencode({_OUTBOX_ID: outbox_id}).encode()


def is_status(body: bytes) -> bool:
    """Whether a form reports on a message of ours."""
    return b"&MessageStatus=" in b"&" + body


def fallback_code(body: bytes) -> str:
    """Why Twilio sends a message to the fallback address: the code of our failure; else empty (T25).

    It is the message itself, under the same key.
    """
    if b"ErrorUrl=" not in body:
        return ""
    form = dict(read_fields(body))
    return form.get("ErrorCode", "") if "ErrorUrl" in form else ""


def read_message(body: bytes, account_sid: str) -> tuple[str, CustomerWrote]:
    """A customer's message, and Twilio's own key for it.

    Raises:
        MalformedForm: it cannot be read.
    """
    form = _ours(body, account_sid)
    sender, sid = _part(form, "From"), _part(form, "MessageSid")
    external_id = _external_id(sender)
    if not external_id:
        raise MalformedForm("From is no WhatsApp address")
    late = datetime.fromisoformat(form[LATE]) if LATE in form else None
    media = announced(form) if late else media_of(form)
    body_is_name = any(medium.name for medium in media)
    also = _also(form, external_id)
    event = CustomerWrote(
        address=Address(CHANNEL, external_id),
        name=form.get("ProfileName", "").strip(),
        text="" if body_is_name else _words(form),
        media=media,
        tap=_tap(form),
        phone=next((each for each in (external_id, also) if _E164.fullmatch(each)), ""),
        reference=sid,
        quoted=_quoted(form),
        also=Address(CHANNEL, also) if also else None,
        late=late,
    )
    return message_key(account_sid, sender, sid), event


def message_key(account_sid: str, sender: str, sid: str) -> str:
    """Twilio's own key for a message, however it reached us."""
    return f"twilio:{account_sid}:{sender}:{sid}"


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


def _external_id(address: str) -> str:
    """What stands behind the prefix: a number, or an opaque id (T11, T12); empty when it is neither."""
    found = address.removeprefix(PREFIX)
    return found if found != address and _EXTERNAL_ID.fullmatch(found) else ""


def _also(form: Mapping[str, str], external_id: str) -> str:
    """The same person's other address, under either of its names (T13); empty when there is none.

    `WaId` proves nothing: what it holds beside a hidden phone is documented nowhere.
    """
    told = [_external_id(form.get(name, "")) for name in ("ExternalUserId", "ExternalUserIdentifier")]
    return next((each for each in told if each and each != external_id), "")


def _tap(form: Mapping[str, str]) -> Tap | None:
    """A choice of a menu of ours, by its id (T3); any other id speaks by its words."""
    return read_tap(form.get("ButtonPayload") or form.get("ListId", ""))


def _quoted(form: Mapping[str, str]) -> Quoted | None:
    """The message that typed words answer to. A press always names its menu, which is no quote."""
    is_pressed = any(form.get(name) for name in _PRESSED)
    reference = "" if is_pressed else form.get("OriginalRepliedMessageSid", "")
    return Quoted(reference) if reference else None


def _words(form: Mapping[str, str]) -> str:
    """A pressed button or row speaks by the words it was shown with."""
    return form.get("ButtonText") or form.get("ListTitle") or form.get("Body", "")
