"""`POST /slack`: verify, parse, then dispatch. Bolt never sees a raw body.

Its own parser loses every form that holds the word "payload", and its own verification cannot be given a
clock; so the signature is checked here, on the raw bytes, and the body is parsed here.
"""

import json
import re
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl

from slack_bolt.adapter.starlette.async_handler import to_starlette_response
from slack_sdk.signature import Clock as SignatureClock
from slack_sdk.signature import SignatureVerifier
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from core.clock import Clock
from handoff.dispatch import Dispatch

_PROOF = "x-slack-signature"
_TIMESTAMP = re.compile(r"[0-9]{1,12}")
_SIGNATURE = re.compile(r"v0=[0-9a-f]{64}")

LONGEST_BODY = 1 << 20
"""Bytes. A form's own limit is 250 KB, and an address writes three bytes for one that is no letter."""
LATEST = 300.0
"""Seconds that a signature stays good: Slack's own figure."""


class _Now(SignatureClock):
    """The signature check reads our clock, so that tests and the demo can move it."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def now(self) -> float:
        return self._clock.now().timestamp()


class Endpoint:
    """The one address Slack knows."""

    def __init__(self, *, signing_secret: str, dispatch: Dispatch, clock: Clock) -> None:
        self._verifier = SignatureVerifier(signing_secret, _Now(clock))
        self._dispatch = dispatch
        self._clock = clock
        self.last_contact: datetime | None = None

    async def receive(self, request: Request) -> Response:
        """Everything Slack sends."""
        if not self._may_be_signed(request):
            return Response(status_code=401)
        raw = await _bounded(request)
        if raw is None:
            return Response(status_code=413)
        if not self._is_signed(raw, request):
            return Response(status_code=401)
        self.last_contact = self._clock.now()
        try:
            body = _parse(raw, request.headers.get("content-type", ""))
        except (ValueError, RecursionError) as error:
            return to_starlette_response(await self._dispatch.malformed(raw, type(error).__name__))
        if body.get("type") == "url_verification":
            challenge = str(body.get("challenge", "")).encode("utf-8", "replace")
            return JSONResponse({"challenge": challenge.decode()})
        retries = {k: v for k, v in request.headers.items() if k.startswith("x-slack-retry")}
        return to_starlette_response(await self._dispatch.heard(body, raw, retries))

    def _may_be_signed(self, request: Request) -> bool:
        """Whether it comes with what looks like a signature of now; its body was not read for that."""
        stamp = request.headers.get("x-slack-request-timestamp", "")
        if not (_TIMESTAMP.fullmatch(stamp) and _SIGNATURE.fullmatch(request.headers.get(_PROOF, ""))):
            return False
        return abs(self._clock.now().timestamp() - int(stamp)) <= LATEST

    def _is_signed(self, raw: bytes, request: Request) -> bool:
        try:
            return self._verifier.is_valid(
                body=raw,
                timestamp=request.headers["x-slack-request-timestamp"],
                signature=request.headers[_PROOF],
            )
        except ValueError:
            return False


async def _bounded(request: Request) -> bytes | None:
    """The body, or None when it is longer than anything Slack sends."""
    body = bytearray()
    async for piece in request.stream():
        if len(body) + len(piece) > LONGEST_BODY:
            return None
        body += piece
    return bytes(body)


def _parse(raw: bytes, content_type: str) -> dict[str, Any]:
    """A command, an interaction or an event as a dictionary. Raises ValueError."""
    text = raw.decode("utf-8")
    if content_type.partition(";")[0].strip() == "application/json":
        body = json.loads(text)
    else:
        form = dict(parse_qsl(text, keep_blank_values=True))
        body = json.loads(form["payload"]) if "payload" in form else form
    if not isinstance(body, dict) or not body:
        raise ValueError("not an object")
    return body
