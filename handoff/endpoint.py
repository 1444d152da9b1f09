"""`POST /slack`: verify, parse, then let Bolt dispatch what is left. Bolt never sees a raw body.

Its own parser loses every form that holds the word "payload", its own verification cannot be given a clock,
and it answers before a listener has run; so the signature is checked here, on the raw bytes, the body is
parsed here, and Bolt receives a dictionary and answers after the handler (`../docs/decisions/0004`).
"""

import json
import re
from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qsl

import structlog
from slack_bolt.adapter.starlette.async_handler import to_starlette_response
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.async_app import AsyncAck
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.signature import Clock as SignatureClock
from slack_sdk.signature import SignatureVerifier
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from core.clock import Clock
from core.desk import Desk
from core.domain.events import Delivered
from core.store.errors import StoreError
from handoff import shapes
from handoff.roster import Roster
from handoff.team_door import TeamDoor

log = structlog.get_logger("handoff")

_ANYTHING = re.compile(".*")
_TIMESTAMP = re.compile(r"[0-9]{1,12}")

LONGEST_BODY = 1 << 20


class _Now(SignatureClock):
    """The signature check reads our clock, so that tests and the demo can move it."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def now(self) -> float:
        return self._clock.now().timestamp()


class Endpoint:
    """The one address Slack knows."""

    def __init__(
        self,
        *,
        signing_secret: str,
        bot_token: str,
        desk: Desk,
        door: TeamDoor,
        roster: Roster,
        clock: Clock,
    ) -> None:
        self._verifier = SignatureVerifier(signing_secret, _Now(clock))
        self._desk = desk
        self._door = door
        self._roster = roster
        self._clock = clock
        self._bot_token = bot_token
        self._app = self._bolt()
        self.last_contact: datetime | None = None

    def _bolt(self) -> AsyncApp:
        async def authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:  # noqa: ARG001
            return self._authorized()  # Bolt reads the names of the parameters: they must be its own

        app = AsyncApp(
            authorize=authorize,
            process_before_response=True,
            request_verification_enabled=False,
            ssl_check_enabled=False,
            url_verification_enabled=False,
            raise_error_for_unhandled_request=False,
        )
        app.command(_ANYTHING)(self._command)
        app.action(_ANYTHING)(self._action)
        app.event("message")(self._message)
        app.event(_ANYTHING)(self._other_event)
        app.error(self._failed)
        return app

    async def _failed(self, error: Exception) -> BoltResponse:
        """An event was not handled: Slack comes again. Bolt's own handler would log what the error says."""
        log.error("slack_event_failed", error=type(error).__name__)
        return BoltResponse(status=503 if isinstance(error, StoreError) else 500)

    def _authorized(self) -> AuthorizeResult:
        """A constant: no call to Slack ever stands between a gesture and its answer."""
        known = self._roster.identity
        return AuthorizeResult(
            enterprise_id=None,
            team_id=known.team_id if known else None,
            bot_token=self._bot_token,
            bot_id=known.bot_id if known else None,
            bot_user_id=known.bot_user_id if known else None,
        )

    async def receive(self, request: Request) -> Response:
        """Everything Slack sends."""
        raw = await _bounded(request)
        if raw is None:
            return Response(status_code=413)
        if not self._is_signed(raw, request):
            return Response(status_code=401)
        self.last_contact = self._clock.now()
        try:
            body = _parse(raw, request.headers.get("content-type", ""))
            shapes.check(body)
        except (ValueError, RecursionError) as error:
            return await self._malformed(raw, error)
        return await self._dispatch(body, request)

    def _is_signed(self, raw: bytes, request: Request) -> bool:
        timestamp = request.headers.get("x-slack-request-timestamp", "")
        if not _TIMESTAMP.fullmatch(timestamp):
            return False
        try:
            return self._verifier.is_valid(
                body=raw,
                timestamp=timestamp,
                signature=request.headers.get("x-slack-signature", ""),
            )
        except (ValueError, TypeError):
            return False

    async def _malformed(self, raw: bytes, error: Exception) -> Response:
        kind = type(error).__name__
        try:
            key = f"slack:{sha256(raw).hexdigest()}"
            await self._desk.quarantine_malformed(source="slack", key=key, body=raw, error=kind)
        except StoreError:
            return Response(status_code=503, headers={"Retry-After": "1"})
        return Response(status_code=200)

    async def _dispatch(self, body: dict[str, Any], request: Request) -> Response:
        kind = body.get("type")
        if kind == "url_verification":
            return JSONResponse({"challenge": str(body.get("challenge", ""))})
        if body.get("ssl_check") or kind == "app_rate_limited":
            log.warning("slack_notice", kind=str(kind or "ssl_check"))
            return Response(status_code=200)
        try:
            if kind == "event_callback" and await self._is_own_post(body):
                return Response(status_code=200)
            return await self._with_bolt(body, request)
        except StoreError:
            log.error("slack_store_down", kind=str(kind))
            return Response(status_code=503, headers={"Retry-After": "1"})

    async def _is_own_post(self, body: dict[str, Any]) -> bool:
        """Our own post comes back with our outbox id: it proves that the post exists (ARCHITECTURE §6)."""
        event = body.get("event") or {}
        known = self._roster.identity
        if event.get("type") != "message" or known is None or event.get("bot_id") != known.bot_id:
            return False
        payload = (event.get("metadata") or {}).get("event_payload") or {}
        outbox_id, posted = str(payload.get("outbox_id", "")), str(event.get("ts", ""))
        if outbox_id and posted and not event.get("subtype"):
            key = f"slack:own:{outbox_id}"
            await self._desk.handle(Delivered(outbox_id, posted), key=key)
        return True

    async def _with_bolt(self, body: dict[str, Any], request: Request) -> Response:
        headers: dict[str, str | Sequence[str]] = {
            k: v for k, v in request.headers.items() if k.startswith("x-slack-retry")
        }
        bolt_request = AsyncBoltRequest(body=body, mode="socket_mode", headers=headers)
        answered = await self._app.async_dispatch(bolt_request)
        if answered.status == 404:  # nobody here wants it; Slack must not take that for a failure
            return Response(status_code=200)
        return to_starlette_response(answered)

    async def _command(self, body: dict[str, Any], ack: AsyncAck) -> None:
        answer = await self._door.command(body)
        await ack(text=answer["text"], blocks=answer["blocks"], response_type="ephemeral")

    async def _action(self, body: dict[str, Any], ack: AsyncAck) -> None:
        await self._door.button(body)
        await ack()

    async def _message(self, body: dict[str, Any], event: dict[str, Any], ack: AsyncAck) -> None:
        """Only what a person of our own workspace typed in a thread counts; edits come later."""
        typed = event.get("subtype") in {None, "thread_broadcast", "file_share"}
        by_person = event.get("user") and not event.get("bot_id") and not event.get("app_id")
        in_thread = event.get("thread_ts") and event.get("thread_ts") != event.get("ts")
        if typed and by_person and in_thread:
            await self._door.thread_message(event, str(body.get("team_id", "")))
        await ack()

    async def _other_event(self, event: dict[str, Any], ack: AsyncAck) -> None:
        if event.get("type") in {"member_joined_channel", "member_left_channel", "user_change"}:
            self._roster.member_changed()
        await ack()


async def _bounded(request: Request) -> bytes | None:
    """The body, or None when it is longer than anything Slack sends."""
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > LONGEST_BODY:
            return None
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
