"""What Slack sends: requests signed for the app's address, or envelopes on its sockets."""

import asyncio
import hashlib
import hmac
import json
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar
from urllib.parse import urlencode

import httpx

from sandbox import slack_payloads as payloads
from sandbox.slack_memory import Document, Memory
from sandbox.slack_socket import SocketServer

T = TypeVar("T")

JSON_TYPE = "application/json"
FORM_TYPE = "application/x-www-form-urlencoded"
USER_AGENT = "Slackbot 1.0 (+https://api.slack.com/robots)"


@dataclass(frozen=True)
class Attempt:
    """One request sent. `reason` is Slack's word for its failure, "" when it succeeded."""

    response: httpx.Response | None
    reason: str
    error: BaseException | None = None

    @property
    def status(self) -> int | None:
        """The status of the answer, None when there was none in time."""
        return None if self.response is None else self.response.status_code


@dataclass
class Delivery:
    """One event and the attempts to deliver it."""

    event_id: str
    event: Document
    attempts: list[Attempt] = field(default_factory=list)

    @property
    def delivered(self) -> bool:
        """Whether the app took it."""
        return bool(self.attempts) and not self.attempts[-1].reason


class Tasks:
    """Background work that can be waited for and stopped."""

    def __init__(self) -> None:
        self._running: set[asyncio.Task[Any]] = set()

    def start(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        """Run `work` beside the caller."""
        task = asyncio.ensure_future(work)
        self._running.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._running.discard(task)
        # Looked at, so that an error nobody waits for any more is no warning.
        if not task.cancelled():
            task.exception()

    async def settle(self) -> None:
        """Wait until nothing runs, what was started meanwhile included."""
        while self._running:
            await asyncio.wait(self._running)

    async def close(self) -> None:
        """Stop everything."""
        for task in self._running:
            task.cancel()
        await self.settle()


@dataclass
class Pusher:
    """Sends to `request_url`, mapped by `resolve`; an answer counts within `time_limit` seconds."""

    memory: Memory
    http: httpx.AsyncClient
    signing_secret: str
    resolve: Callable[[str], str]
    changed: Callable[[], None]
    request_url: str | None = None
    socket: SocketServer | None = None
    """The app's sockets, when it is reached by them and not at an address."""
    time_limit: float = 3.0
    retry_delays: tuple[float, ...] = (0.0, 0.1, 0.3)
    deliveries: list[Delivery] = field(default_factory=list)
    tasks: Tasks = field(default_factory=Tasks)

    @property
    def has_app(self) -> bool:
        """Whether there is anybody to send to."""
        return self.socket is not None or self.request_url is not None

    async def form(self, fields: Mapping[str, str]) -> Attempt:
        """Send a command: once."""
        if self.socket is not None:
            return await self._envelope(self.socket, "slash_commands", dict(fields), {})
        return await self._send(urlencode(fields), FORM_TYPE, {})

    async def interaction(self, payload: Document) -> Attempt:
        """Send an interaction, as Slack wraps it."""
        if self.socket is not None:
            return await self._envelope(self.socket, "interactive", payload, {})
        return await self._send(urlencode({"payload": json.dumps(payload)}), FORM_TYPE, {})

    async def deliver(self, event: Document, event_id: str | None = None) -> Delivery:
        """Send an event until it is taken, 3 retries at most, fewer if the answer asks for none."""
        delivery = Delivery(event_id or self.memory.new_id("Ev0"), event)
        self.deliveries.append(delivery)
        body = payloads.envelope(self.memory, event, delivery.event_id)
        for number, delay in enumerate((0.0, *self.retry_delays)):
            await asyncio.sleep(delay)
            attempt = await self._event(body, _retry_headers(number, delivery))
            delivery.attempts.append(attempt)
            if not attempt.reason or _wants_no_retry(attempt):
                break
        self.changed()
        return delivery

    async def _event(self, body: Document, retry: Mapping[str, str]) -> Attempt:
        if self.socket is not None:
            return await self._envelope(self.socket, "events_api", body, retry)
        return await self._send(json.dumps(body), JSON_TYPE, retry)

    async def _envelope(
        self, socket: SocketServer, kind: str, payload: Document, retry: Mapping[str, str]
    ) -> Attempt:
        told: Document = {}
        if retry:
            number, reason = int(retry["x-slack-retry-num"]), retry["x-slack-retry-reason"]
            told = {"retry_attempt": number, "retry_reason": reason}
        response = await socket.send(kind, payload, within=self.time_limit, retry=told)
        if response is None:
            return Attempt(None, "http_timeout" if socket.sockets else "connection_failed")
        return Attempt(response, "" if response.is_success else "http_error")

    async def _send(self, body: str, content_type: str, headers: Mapping[str, str]) -> Attempt:
        if self.request_url is None:
            return Attempt(None, "connection_failed")
        signed = self._signed(body, content_type) | dict(headers)
        url = self.resolve(self.request_url)
        # The request outlives our patience, as an app's work outlives Slack's: it is left, not cancelled.
        sending = self.tasks.start(self.http.post(url, content=body.encode(), headers=signed, timeout=30.0))
        await asyncio.wait({sending}, timeout=self.time_limit)
        return _outcome(sending)

    def _signed(self, body: str, content_type: str) -> dict[str, str]:
        at = str(int(self.memory.clock()))
        mac = hmac.new(self.signing_secret.encode(), f"v0:{at}:{body}".encode(), hashlib.sha256)
        return {
            "Content-Type": content_type,
            "User-Agent": USER_AGENT,
            "X-Slack-Request-Timestamp": at,
            "X-Slack-Signature": f"v0={mac.hexdigest()}",
        }


def _outcome(sending: "asyncio.Task[httpx.Response]") -> Attempt:
    if not sending.done():
        return Attempt(None, "http_timeout")
    if sending.cancelled():
        return Attempt(None, "unknown_error")
    if error := sending.exception():
        return Attempt(None, "connection_failed", error)
    response = sending.result()
    return Attempt(response, "" if response.is_success else "http_error")


def _retry_headers(number: int, delivery: Delivery) -> dict[str, str]:
    if not number:
        return {}
    return {"x-slack-retry-num": str(number), "x-slack-retry-reason": delivery.attempts[-1].reason}


def _wants_no_retry(attempt: Attempt) -> bool:
    return attempt.response is not None and attempt.response.headers.get("x-slack-no-retry") == "1"
