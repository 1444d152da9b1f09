"""A signature with one byte changed proves nothing: it is refused, and nothing is kept."""

import hashlib
import hmac
from base64 import b64encode
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import replace
from random import Random
from typing import Any
from urllib.parse import parse_qsl

import pytest
from starlette.requests import Request

from bots.twilio_signature import SharedKey, Signatures
from tests.fuzz.house import Fuzzed
from tests.stories.forged import FORM, Forged, slack_at, telegram, twilio
from tests.stories.test_forged_requests import COMMAND, MESSAGE, UPDATE
from tests.stories.town import PUBLIC

SLACKS, TWILIOS, TELEGRAMS = "X-Slack-Signature", "X-Twilio-Signature", "X-Telegram-Bot-Api-Secret-Token"
STAMP = "X-Slack-Request-Timestamp"
CLASSES = {
    "a figure": "7",
    "another figure": "0",
    "a small letter": "q",
    "a capital": "Q",
    "a sign": "+",
    "padding": "=",
    "a space": " ",
    "a tab": "\t",
    "beyond ASCII": "é",
    "NUL": "\x00",
    "the last byte": "\xff",
}
"""One byte of each class that a header may hold."""


def changed(text: str) -> Iterator[tuple[str, str]]:
    """The text with each of its bytes replaced by one of each class, doubled, left out; cut, turned."""
    yield from ((what, other) for what, other in _changes(text) if other != text)


def _changes(text: str) -> Iterator[tuple[str, str]]:
    for at, byte in enumerate(text):
        for name, other in CLASSES.items():
            yield f"byte {at}: {name}", text[:at] + other + text[at + 1 :]
        yield f"byte {at}: the other case", text[:at] + byte.swapcase() + text[at + 1 :]
        yield f"byte {at}: one bit", text[:at] + chr(ord(byte) ^ 1) + text[at + 1 :]
        yield f"byte {at} twice", text[:at] + byte + text[at:]
        yield f"without byte {at}", text[:at] + text[at + 1 :]
        yield f"cut at {at}", text[:at]
    yield "backwards", text[::-1]
    yield "twice", text * 2
    yield "longer", text + "0" * 1000
    yield "doubled by a comma", f"{text},{text}"


def with_header(request: Forged, name: str, value: str) -> Forged:
    return replace(request, headers={**request.headers, name: value})


def changed_bodies(body: bytes, chance: Random) -> Iterator[tuple[str, bytes]]:
    """One byte of the body changed, at each of some places."""
    for at in sorted(chance.sample(range(len(body)), min(40, len(body)))):
        for name, byte in {
            "NUL": 0,
            "a letter": 0x62,
            "and": 0x26,
            "beyond ASCII": 0xC3,
            "last": 0xFF,
        }.items():
            if body[at] != byte:
                yield f"body {at}: {name}", body[:at] + bytes([byte]) + body[at + 1 :]
        yield f"body without {at}", body[:at] + body[at + 1 :]
    yield "body longer", body + b"&x=1"
    yield "body empty", b""


def meaning(body: bytes) -> list[tuple[str, str]]:
    """What a form says."""
    return parse_qsl(body.decode("utf-8", "surrogateescape"), keep_blank_values=True)


def refused(house: Fuzzed, requests: dict[str, Forged], status: int) -> None:
    """All of them; not one row of any table is there that was not."""
    before = house.counts()
    through = {name for name, request in requests.items() if house.post(request).status_code != status}
    assert through == set()
    assert house.counts() == before
    assert len(requests) > 50


def of_slack(house: Fuzzed) -> Forged:
    return slack_at(str(int(house.seconds())), COMMAND)


def test_slacks_signature_is_refused_with_any_byte_changed(house: Fuzzed) -> None:
    true = of_slack(house)
    requests = {what: with_header(true, SLACKS, sign) for what, sign in changed(true.headers[SLACKS])}
    # hexadecimal in capitals is another text, and no signature
    requests["in capitals"] = with_header(true, SLACKS, true.headers[SLACKS].upper())
    refused(house, requests, 401)
    assert house.post(true).status_code == 200


def test_slacks_body_and_moment_are_signed_too(house: Fuzzed) -> None:
    true = of_slack(house)
    requests = {what: replace(true, body=body) for what, body in changed_bodies(COMMAND, Random(1))}
    requests |= {
        f"stamp, {what}": with_header(true, STAMP, stamp) for what, stamp in changed(true.headers[STAMP])
    }
    refused(house, requests, 401)


@pytest.mark.parametrize("age", [301, 302, 3600, 86_400, 10**9, -301, -3600, -(10**9)])
def test_what_slack_signed_at_another_time_is_refused_however_true(house: Fuzzed, age: int) -> None:
    before = house.counts()
    assert house.post(slack_at(str(int(house.seconds()) - age), COMMAND)).status_code == 401
    assert house.counts() == before


@pytest.mark.parametrize("age", [0, 1, 299, -299])
def test_within_five_minutes_it_is_taken(house: Fuzzed, age: int) -> None:
    assert house.post(slack_at(str(int(house.seconds()) - age), COMMAND)).status_code == 200


def test_twilios_signature_is_refused_with_any_byte_changed(house: Fuzzed) -> None:
    true = twilio(MESSAGE)
    requests = {what: with_header(true, TWILIOS, sign) for what, sign in changed(true.headers[TWILIOS])}
    refused(house, requests, 403)
    assert house.post(true).status_code == 200


def test_every_field_of_twilios_is_signed_with_its_address(house: Fuzzed) -> None:
    true = twilio(MESSAGE)
    # What reads the same is the same: `%2b` for `%2B`, and the same field twice, say.
    requests = {
        what: replace(true, body=body)
        for what, body in changed_bodies(true.body, Random(2))
        if meaning(body) != meaning(true.body)
    }
    for path in ("/twilio/status", "/twilio/message?x=1", "/twilio/status?oid=1"):
        requests[path] = replace(true, path=path)
    for at, (name, value) in enumerate(MESSAGE):
        requests[f"without {name}"] = replace(true, body=twilio(MESSAGE[:at] + MESSAGE[at + 1 :]).body)
        requests[f"another {name}"] = replace(true, body=twilio([*MESSAGE, (name, f"{value}1")]).body)
    refused(house, requests, 403)


def test_telegrams_secret_is_refused_with_any_byte_changed(house: Fuzzed) -> None:
    true = telegram(UPDATE)
    requests = {
        what: with_header(true, TELEGRAMS, secret) for what, secret in changed(true.headers[TELEGRAMS])
    }
    refused(house, requests, 403)
    assert house.post(true).status_code == 200


def test_what_shows_at_once_that_it_is_nobodys_is_not_read(house: Fuzzed) -> None:
    async def never() -> AsyncIterator[bytes]:
        raise AssertionError("it was read")
        yield b""

    async def knock(path: str, headers: dict[str, str]) -> int:
        return (await house.hands.post(path, content=never(), headers=headers)).status_code

    stamp, form = str(int(house.seconds())), {"Content-Type": FORM}
    stale = slack_at(str(int(house.seconds()) - 301), COMMAND).headers
    for headers in ({}, {STAMP: stamp}, {STAMP: stamp, SLACKS: "v0=x"}, dict(stale)):
        assert house.run(knock("/slack", headers)) == 401
    for path in ("/twilio/message", "/twilio/status"):
        for headers in ({}, form, form | {TWILIOS: "no signature"}, form | {TWILIOS: "x" * 200}):
            assert house.run(knock(path, headers)) == 403
    for headers in ({}, {TELEGRAMS: ""}, {TELEGRAMS: "another"}):
        assert house.run(knock("/telegram", headers)) == 403


def joined(fields: list[tuple[str, str]]) -> str:
    """What is signed of them."""
    return "".join(name + value for name, value in sorted(set(fields)))


KEY = SharedKey("webhooks-key", "k" * 32)
SETTINGS = "X-Twilio-Webhooks-Signature-Settings"


@pytest.mark.parametrize(
    ("algorithm", "digest"), [("HMAC_SHA256", hashlib.sha256), ("HMAC_SHA1", hashlib.sha1)]
)
def test_the_signature_of_a_shared_key_is_refused_with_any_byte_changed(
    algorithm: str, digest: Callable[..., Any]
) -> None:
    signatures = Signatures(auth_token="a" * 32, public_url=PUBLIC, shared_key=KEY)
    signed = f"{PUBLIC}/twilio/message{joined(MESSAGE)}"
    true = b64encode(hmac.new(KEY.secret.encode(), signed.encode(), digest).digest()).decode()
    told = f"key={KEY.name},algorithm={algorithm}"
    body = twilio(MESSAGE).body

    def is_taken(signature: str = true, settings: str = told, form: bytes = body) -> bool:
        headers = {"content-type": FORM, TWILIOS.lower(): signature, SETTINGS.lower(): settings}
        raw = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
        path = "/twilio/message"
        scope = {"type": "http", "path": path, "raw_path": path.encode(), "query_string": b"", "headers": raw}
        return signatures.are_genuine(Request(scope), form)

    assert is_taken()
    assert [what for what, other in changed(true) if is_taken(other)] == []
    # Twilio signs names and values without what stands between them, so that is not in the signature.
    forms = [form for _, form in changed_bodies(body, Random(3)) if joined(meaning(form)) != joined(MESSAGE)]
    assert [form for form in forms if is_taken(form=form)] == []
    # The header is not signed: a change may spell the same key and algorithm, or the default, in another way.
    same = {(KEY.name, algorithm)} | ({(KEY.name, None)} if algorithm == "HMAC_SHA1" else set())
    taken = [other for _, other in changed(told) if is_taken(settings=other)]
    read = [dict(part.strip().partition("=")[::2] for part in other.split(",")) for other in taken]
    assert [each for each in read if (each.get("key"), each.get("algorithm")) not in same] == []
    others = ("", f"key={KEY.name},algorithm=none", "algorithm=HMAC_SHA256")
    assert [other for other in others if is_taken(settings=other)] == []
