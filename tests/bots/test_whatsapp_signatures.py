"""Signatures made with a shared key (T19), beside those of the account's own token."""

from __future__ import annotations

import time
from statistics import median
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pytest
from starlette.requests import Request
from twilio.request_validator import RequestValidator

from bots.twilio_signature import SharedKey, Signatures

if TYPE_CHECKING:
    from tests.bots.conftest import WhatsAppScene

PATH = "/twilio/message"
URL = f"https://relais.test{PATH}"
NAME, SECRET = "webhooks_sharedkey_01test", "shared-key-secret-0123456789"
TOKEN = "test_auth_token_0123456789abcdef"
FORM = {
    "MessageSid": "SM1",
    "AccountSid": "AC00000000000000000000000000000001",
    "From": "whatsapp:+33612345678",
    "Body": "bonjour",
    "MessageType": "text",
}


def headers(secret: str, algorithm: str, settings: str) -> dict[str, str]:
    signature = RequestValidator(secret).compute_signature(URL, FORM, algorithm)
    return {"X-Twilio-Signature": signature, "X-Twilio-Webhooks-Signature-Settings": settings}


@pytest.mark.parametrize(
    ("secret", "algorithm", "settings", "status"),
    [
        (SECRET, "HMAC_SHA256", f"key={NAME},algorithm=HMAC_SHA256", 200),
        (SECRET, "HMAC_SHA1", f"key={NAME},algorithm=HMAC_SHA1", 200),
        (SECRET, "HMAC_SHA1", f"key={NAME}", 200),
        (SECRET, "HMAC_SHA256", f" algorithm=HMAC_SHA256 , key={NAME}", 200),
        (TOKEN, "HMAC_SHA1", "", 200),
        (TOKEN, "HMAC_SHA1", "key=another,algorithm=HMAC_SHA256", 200),
        (TOKEN, "HMAC_SHA256", "algorithm=HMAC_SHA256", 403),
        (TOKEN, "HMAC_SHA256", f"key={NAME},algorithm=HMAC_SHA256", 403),
        (SECRET, "HMAC_SHA256", "key=another,algorithm=HMAC_SHA256", 403),
        (SECRET, "HMAC_SHA256", f"key={NAME},algorithm=HMAC_SHA1", 403),
        (SECRET, "HMAC_SHA256", f"key={NAME},algorithm=HMAC_MD5", 403),
        (SECRET, "HMAC_SHA1", "", 403),
        ("another-secret-0123456789", "HMAC_SHA256", f"key={NAME},algorithm=HMAC_SHA256", 403),
    ],
)
async def test_a_shared_key_signs_beside_the_token_and_a_header_chooses_nothing_else(
    whatsapp: WhatsAppScene, secret: str, algorithm: str, settings: str, status: int
) -> None:
    answer = await whatsapp.post(PATH, urlencode(FORM), headers(secret, algorithm, settings))
    assert (answer.status_code, len(whatsapp.desk.heard)) == (status, 1 if status == 200 else 0)


@pytest.mark.parametrize(
    ("shared_key", "is_genuine"), [(None, False), (SharedKey(NAME, SECRET), True)], ids=["none", "configured"]
)
def test_without_a_shared_key_no_header_brings_another_algorithm(
    shared_key: SharedKey | None, is_genuine: bool
) -> None:
    secret = SECRET if shared_key else TOKEN
    told = headers(secret, "HMAC_SHA256", f"key={NAME},algorithm=HMAC_SHA256")
    told |= {"Content-Type": "application/x-www-form-urlencoded"}
    encoded = [(name.lower().encode(), value.encode()) for name, value in told.items()]
    scope = {"type": "http", "path": PATH, "raw_path": PATH.encode(), "query_string": b"", "headers": encoded}
    signatures = Signatures(auth_token=TOKEN, public_url="https://relais.test", shared_key=shared_key)
    assert signatures.are_genuine(Request(scope), urlencode(FORM).encode()) is is_genuine


def test_a_forged_request_costs_less_than_a_millisecond() -> None:
    signatures = Signatures(auth_token=TOKEN, public_url="https://relais.test", shared_key=None)
    encoded = [(b"x-twilio-signature", b"forged"), (b"content-type", b"application/x-www-form-urlencoded")]
    scope = {"type": "http", "path": PATH, "raw_path": PATH.encode(), "query_string": b"", "headers": encoded}
    body = urlencode(FORM | {"Body": "x" * 1600}).encode()
    costs = []
    for _ in range(101):
        began = time.process_time()
        assert not signatures.are_genuine(Request(scope), body)
        costs.append(time.process_time() - began)
    assert median(costs) < 0.001
