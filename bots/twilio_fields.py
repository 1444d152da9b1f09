"""What Twilio's signature covers: reckoned here for a form that is signed as it should be."""

import hmac
from base64 import b64encode
from urllib.parse import urlparse

from twilio.request_validator import HMAC_SHA1, HMAC_SHA256, RequestValidator, add_port, remove_port

from bots.twilio_forms import read_fields

_DIGESTS = {HMAC_SHA1: "sha1", HMAC_SHA256: "sha256"}


def is_signed(
    validator: RequestValidator, url: str, body: bytes, signature: str, algorithm: str = HMAC_SHA1
) -> bool:
    """Whether the signature is the one of this form at this address (T16, T17).

    Twilio may sign an address with its port or without, so both count, as in its library. That joins the
    fields anew for each; here it is done once, for a forger chooses how many there are.

    Raises:
        ValueError: this is no form.
    """
    fields = "".join([name + value for name, value in sorted(set(read_fields(body)))])
    given, parsed = signature.encode(), urlparse(url)
    return any(
        hmac.compare_digest(
            b64encode(hmac.digest(validator.token, signed.encode(), _DIGESTS[algorithm])), given
        )
        for signed in (url + fields, add_port(parsed) + fields, remove_port(parsed) + fields)
    )
