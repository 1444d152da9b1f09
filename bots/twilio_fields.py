"""What Twilio's signature covers: reckoned here for a form that is signed as it should be."""

import hmac
from base64 import b64encode
from collections.abc import Iterable

from twilio.request_validator import HMAC_SHA1, HMAC_SHA256, RequestValidator

from bots.twilio_forms import read_fields

_DIGESTS = {HMAC_SHA1: "sha1", HMAC_SHA256: "sha256"}


class _Fields(dict[str, list[str]]):
    """Every value of every field; the library asks for them by `getall`, its first guess of three."""

    def __init__(self, fields: Iterable[tuple[str, str]]) -> None:
        super().__init__()
        for name, value in fields:
            self.setdefault(name, []).append(value)

    def getall(self, name: str) -> list[str]:
        """The values of one field."""
        return self[name]


def is_signed(
    validator: RequestValidator, url: str, body: bytes, signature: str, algorithm: str = HMAC_SHA1
) -> bool:
    """Whether the signature is the one of this form at this address (T16, T17).

    The library's whole check signs twice, with and without a port: only what is not signed as it should be
    needs it.

    Raises:
        ValueError: this is no form.
    """
    fields = read_fields(body)
    signed = url + "".join([name + value for name, value in sorted(set(fields))])
    digest = hmac.digest(validator.token, signed.encode(), _DIGESTS[algorithm])
    if hmac.compare_digest(b64encode(digest), signature.encode()):
        return True
    return bool(validator.validate(url, _Fields(fields), signature, algorithm))
