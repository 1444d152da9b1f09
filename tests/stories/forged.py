"""Requests made by hand: with the true signature of each platform, or with something wrong."""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

import httpx

from sandbox.twilio_signature import sign
from tests.stories.town import PUBLIC, Town

FORM = "application/x-www-form-urlencoded"
JSON = "application/json"


@dataclass(frozen=True)
class Forged:
    """A request as it will be posted."""

    path: str
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)

    async def post(self, place: Town, hands: httpx.AsyncClient | None = None) -> httpx.Response:
        """Knock at the service; with the town's own hands unless others are given."""
        client = hands or place.http
        headers = [(name.encode(), value.encode("latin-1")) for name, value in self.headers.items()]
        return await client.post(place.url + self.path, content=self.body, headers=headers, timeout=30)


def slack(
    place: Town,
    body: bytes,
    *,
    kind: str = FORM,
    secret: str = "s" * 32,
    age: float = 0.0,
    stamp: str | None = None,
) -> Forged:
    """A request signed as Slack signs it; `age` seconds old, or with any `stamp`."""
    return slack_at(str(int(place.clock.seconds() - age)) if stamp is None else stamp, body, kind, secret)


def slack_at(at: str, body: bytes, kind: str = FORM, secret: str = "s" * 32) -> Forged:
    """A request that Slack signed at a moment."""
    signed = hmac.new(secret.encode(), b"v0:" + at.encode() + b":" + body, hashlib.sha256).hexdigest()
    headers = {
        "Content-Type": kind,
        "X-Slack-Request-Timestamp": at,
        "X-Slack-Signature": f"v0={signed}",
    }
    return Forged("/slack", body, headers)


def twilio(
    fields: list[tuple[str, str]],
    *,
    path: str = "/twilio/message",
    token: str = "a" * 32,
    signed_url: str = "",
) -> Forged:
    """A form signed as Twilio signs it, for the address it is posted to unless another is given."""
    signature = sign(token, signed_url or PUBLIC + path, fields)
    return Forged(path, urlencode(fields).encode(), {"Content-Type": FORM, "X-Twilio-Signature": signature})


def telegram(body: bytes, *, secret: str = "w" * 32) -> Forged:
    """An update with the secret Telegram was given."""
    return Forged("/telegram", body, {"Content-Type": JSON, "X-Telegram-Bot-Api-Secret-Token": secret})


def without(request: Forged, *names: str, **replaced: str) -> Forged:
    """The same request without some of its headers, or with others (`_` stands for `-`)."""
    kept = {name: value for name, value in request.headers.items() if name not in names}
    changed = {name.replace("_", "-"): value for name, value in replaced.items()}
    return Forged(request.path, request.body, kept | changed)
