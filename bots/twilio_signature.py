"""Whether Twilio signed a request: over the configured address and every field, before anything is parsed.

Never over what a request's headers claim (C3). A signature holds no date: the message's own id is what makes
a captured request harmless (T20).
"""

from dataclasses import dataclass

from starlette.requests import Request
from twilio.request_validator import HMAC_SHA1, HMAC_SHA256, SIGNATURE_SETTINGS_HEADER, RequestValidator

from bots.twilio_fields import is_signed

FORM = "application/x-www-form-urlencoded"
_BASE64 = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=")
_SIGNATURE = b"x-twilio-signature"
_LONGEST = 128
_SETTINGS = SIGNATURE_SETTINGS_HEADER.lower().encode()


@dataclass(frozen=True)
class SharedKey:
    """A key made at Twilio for webhooks alone: the name that requests give, and what it signs with (T19)."""

    name: str
    secret: str


def may_be_signed(request: Request) -> bool:
    """Whether it is a form that comes with what looks like a signature; its body was not read for that."""
    told = _headers(request)
    signature = told.get(_SIGNATURE, b"")
    media_type = told.get(b"content-type", b"").decode("latin-1").partition(";")[0].strip().lower()
    return media_type == FORM and 0 < len(signature) <= _LONGEST and _BASE64.issuperset(signature)


def _headers(request: Request) -> dict[bytes, bytes]:
    """Of a header that is given twice the first counts, as everywhere."""
    return dict(reversed(request.scope["headers"]))


class Signatures:
    """Checks requests to one public address. `public_url` has no slash at its end."""

    def __init__(self, *, auth_token: str, public_url: str, shared_key: SharedKey | None) -> None:
        self._public_url = public_url
        self._validator = RequestValidator(auth_token)
        self._shared_key = shared_key
        self._shared_validator = RequestValidator(shared_key.secret) if shared_key else None

    def are_genuine(self, request: Request, body: bytes) -> bool:
        """Whether Twilio signed this very form for this very address (T16, T17).

        Only forms: a signature over a JSON body would cover the address alone.
        """
        if not may_be_signed(request):
            return False
        told = _headers(request)
        signature = told[_SIGNATURE].decode("latin-1")
        validator, algorithm = self._way_of(told.get(_SETTINGS, b"").decode("latin-1"))
        try:
            return is_signed(validator, self._signed_url(request), body, signature, algorithm)
        except ValueError:
            return False

    def _way_of(self, settings: str) -> tuple[RequestValidator, str]:
        """Who checks, and how. A header chooses only what is ours: without a shared key it is not read."""
        if self._shared_key is None:
            return self._validator, HMAC_SHA1
        told = dict(part.strip().partition("=")[::2] for part in settings.split(","))
        algorithm = told.get("algorithm", HMAC_SHA1)
        is_ours = told.get("key") == self._shared_key.name
        if self._shared_validator and is_ours and algorithm in {HMAC_SHA1, HMAC_SHA256}:
            return self._shared_validator, algorithm
        return self._validator, HMAC_SHA1

    def _signed_url(self, request: Request) -> str:
        path: bytes = request.scope.get("raw_path") or request.scope["path"].encode()
        query: bytes = request.scope["query_string"]
        return (self._public_url.encode() + path + (b"?" + query if query else b"")).decode("latin-1")
