"""Twilio's Message resource, as the form that its webhook would have brought. Pure.

What is asked for enters by the door of what comes by itself, under the same key: hearing both is hearing one.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import urlencode

from bots.twilio_api import PAGE, Json
from bots.twilio_forms import LATE, with_outbox_id
from core.jobs import Candidates, Doubt, Look

BEFORE, AFTER = timedelta(seconds=5), timedelta(seconds=120)
"""A message created this long before or after our attempt may be the one we asked for (T54)."""


def created(message: Json) -> datetime | None:
    """When Twilio made the message; None when it does not say."""
    try:
        at = parsedate_to_datetime(str(message.get("date_created", "")))
    except ValueError:
        return None
    return at.replace(tzinfo=at.tzinfo or UTC)


def is_inbound(message: Json) -> bool:
    """Whether a customer sent it, and it says who and which."""
    return message.get("direction") == "inbound" and all(message.get(name) for name in ("sid", "from"))


def as_message(message: Json, account_sid: str, at: datetime) -> bytes:
    """What a customer wrote: plain words, and how many files. Buttons and kinds are not in the list (T55)."""
    fields = {"Body": "body", "NumMedia": "num_media", "From": "from", "MessageSid": "sid"}
    return _form(message, fields, account_sid) + b"&" + urlencode({LATE: at.isoformat()}).encode()


def as_report(message: Json, account_sid: str, outbox_id: str) -> bytes:
    """How far a message of ours got (T33e)."""
    fields = {"MessageStatus": "status", "ErrorCode": "error_code", "MessageSid": "sid"}
    return with_outbox_id(_form(message, fields, account_sid), outbox_id)


def _form(message: Json, fields: Mapping[str, str], account_sid: str) -> bytes:
    known = {name: message.get(field) for name, field in fields.items()}
    told = {name: str(value) for name, value in known.items() if value is not None}
    return urlencode({"AccountSid": account_sid} | told).encode()


def may_be(message: Json, texts: set[str], attempted: datetime) -> bool:
    """Whether it can be the message that an attempt of then asked for (T54)."""
    at = created(message)
    return at is not None and attempted - BEFORE <= at <= attempted + AFTER and _says(message, texts)


def has_none(listed: Sequence[Json], texts: set[str], attempted: datetime) -> bool:
    """Whether a page, the newest first, holds everything since the attempt, and nothing that says this."""
    dates = [created(one) for one in listed]
    if len(listed) >= PAGE and (dates[-1] is None or dates[-1] >= attempted - BEFORE):
        return False
    said = [at for one, at in zip(listed, dates, strict=True) if _says(one, texts)]
    return all(at is not None and at < attempted - BEFORE for at in said)


def left_before(listed: Sequence[Json], texts: set[str], doubt: Doubt) -> Candidates | Look:
    """Which of a page, the newest first, may have left in the life that is not known here.

    None may be an answer to what nobody answered: a customer who wrote last is to be answered.
    """
    since = datetime.fromtimestamp(doubt.since / 1000, UTC) - BEFORE
    dated = [(at, one) for one in listed if (at := created(one)) is not None and _is_ours(one)]
    there = [(at, one) for at, one in dated if since <= at and at.timestamp() * 1000 <= doubt.until]
    is_answered = doubt.asked is None or any(at.timestamp() >= doubt.asked // 1000 for at, _ in there)
    said = [one for _, one in there if _says(one, texts)]
    if said and is_answered:
        return Candidates(tuple(str(one["sid"]) for one in reversed(said)))
    oldest = created(listed[-1]) if len(listed) >= PAGE else None
    is_whole = len(listed) < PAGE or (oldest is not None and oldest < since)
    return Look.ABSENT if is_whole else Look.CANNOT_TELL


def _is_ours(message: Json) -> bool:
    return str(message.get("direction", "")).startswith("outbound") and bool(message.get("sid"))


def _says(message: Json, texts: set[str]) -> bool:
    return _is_ours(message) and message.get("body") in texts
