"""X-Twilio-Signature, computed the way the platform does (T16): the stand-in signs what it sends."""

import base64
import hashlib
import hmac
from collections.abc import Iterable


def sign(auth_token: str, url: str, fields: Iterable[tuple[str, str]]) -> str:
    """Sign a form post to `url`, which is taken as it is, without its fragment (T18).

    Names are sorted, blank values count, equal pairs count once and values of a repeated name are sorted.
    """
    signed = url.partition("#")[0] + "".join(name + value for name, value in sorted(set(fields)))
    digest = hmac.new(auth_token.encode(), signed.encode(), hashlib.sha1).digest()
    return base64.b64encode(digest).decode()
