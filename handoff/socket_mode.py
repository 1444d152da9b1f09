"""Slack by socket, for a service without a public address: the same documents, the same dispatch.

Slack's own client holds each connection. It acknowledges nothing by itself: an envelope is answered after our
commit, with what a webhook would have answered; what was not kept is not answered, and Slack brings it again.
"""

import asyncio
import json
import logging
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import structlog
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web.async_client import AsyncWebClient

from core.clock import Clock
from core.jobs import CallEnding, Retry
from handoff.api import OPERATOR_PAUSE, SlackApi, SlackSaysNo
from handoff.dispatch import Dispatch

log = structlog.get_logger("slack")

CONNECTIONS: Final = 2
"""Slack renews each every few hours and delivers to any: while one is renewed the other hears."""
PING_EVERY: Final = 5.0
STOP_WITHIN: Final = 1.5

# At its finest level the client logs what people wrote.
_SILENT: Final = logging.getLogger("slack_sdk.socket_mode.ours")
_SILENT.setLevel(logging.CRITICAL)


class _Connection(SocketModeClient):
    """One connection. It asks for its address through our own client, which retries nothing by itself."""

    def __init__(self, api: SlackApi, stopping: asyncio.Event, ping_every: float, *, direct: bool) -> None:
        web = AsyncWebClient(retry_handlers=[])
        super().__init__(app_token="", logger=_SILENT, web_client=web, ping_interval=ping_every)
        if direct:
            self.proxy = None  # a proxy of the machine has no way to a stand-in on this very machine
        self._api = api
        self._stopping = stopping
        self.refused = ""
        """Why Slack opens no socket, in its own word; empty when it does."""

    @property
    def is_up(self) -> bool:
        """Whether Slack can be heard on it."""
        return self.current_session is not None and not self.current_session.closed

    async def issue_new_wss_url(self) -> str:
        """Where to connect. The client comes again at once after a failure, so the wait is here."""
        try:
            answer = await self._api.call("apps.connections.open", {})
        except CallEnding as ending:
            self.refused = ending.error if isinstance(ending, SlackSaysNo) else ""
            log.warning("socket_not_opened", error=self.refused or type(ending).__name__)
            await self._wait(self._pause(ending))
            raise
        self.refused = ""
        return str(answer["url"])

    def _pause(self, ending: CallEnding) -> float:
        if isinstance(ending, SlackSaysNo):
            return OPERATOR_PAUSE
        asked = ending.after if isinstance(ending, Retry) else None
        return min(asked or self.ping_interval, OPERATOR_PAUSE)

    async def _wait(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._stopping.wait()
        except TimeoutError:
            return

    async def open(self) -> None:
        """Connect, however often it takes."""
        await self.connect()  # type: ignore[no-untyped-call]  # Slack's client says no types here

    async def end(self) -> None:
        """Close, and wait until nothing of it runs any more."""
        running = [self.message_processor, self.current_session_monitor, self.message_receiver]
        await self.close()  # type: ignore[no-untyped-call]  # Slack's client says no types here
        await asyncio.gather(*(task for task in running if task is not None), return_exceptions=True)


class SocketMode:
    """Slack's side of the team's door, by socket. `start` returns at once; connections come up meanwhile."""

    def __init__(
        self, *, api: SlackApi, dispatch: Dispatch, clock: Clock, ping_every: float = PING_EVERY
    ) -> None:
        self._api = api
        self._dispatch = dispatch
        self._clock = clock
        self._ping_every = ping_every
        self._stopping = asyncio.Event()
        self._connections: list[_Connection] = []
        self._opening: list[asyncio.Task[Any]] = []
        self._hearing: set[asyncio.Task[Any]] = set()
        self.last_contact: datetime | None = None

    @property
    def trouble(self) -> str:
        """What an operator must know: nothing can be heard, or what Slack says of the app's token."""
        if self._api.trouble:
            return self._api.trouble
        if any(connection.is_up for connection in self._connections):
            return ""
        refused = next((each.refused for each in self._connections if each.refused), "")
        return f"{refused} apps.connections.open" if refused else "no socket is open yet"

    async def start(self) -> None:
        """Begin to connect."""
        for _ in range(CONNECTIONS):
            connection = _Connection(self._api, self._stopping, self._ping_every, direct=self._api.is_local)
            connection.socket_mode_request_listeners.append(self._heard)
            self._connections.append(connection)
            self._opening.append(asyncio.create_task(connection.open(), name="slack socket"))

    async def stop(self) -> None:
        """Hear nothing new, let what was heard end, then close: what was not answered comes again."""
        self._stopping.set()
        if self._hearing:
            await asyncio.wait(self._hearing, timeout=STOP_WITHIN)
        for connection in self._connections:
            connection.closed = True
        for task in self._opening:
            task.cancel()
        await asyncio.gather(*self._opening, return_exceptions=True)
        for connection in self._connections:
            await connection.end()
        await self._api.close()

    async def _heard(self, client: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        if self._stopping.is_set():
            return
        task = asyncio.ensure_future(self._answer(client, request))
        self._hearing.add(task)
        task.add_done_callback(self._hearing.discard)
        await task

    async def _answer(self, client: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        """An answer that cannot leave any more is no loss: Slack brings the envelope again."""
        self.last_contact = self._clock.now()
        answered = await self._dispatch.heard(
            request.payload, json.dumps(request.payload).encode(), _retries(request)
        )
        if answered.status != 200:
            return
        payload = json.loads(answered.body) if answered.body else None
        try:
            await client.send_socket_mode_response(SocketModeResponse(request.envelope_id, payload))
        except (ConnectionError, RuntimeError) as error:
            log.warning("socket_answer_lost", error=type(error).__name__)


def _retries(request: SocketModeRequest) -> Mapping[str, str | Sequence[str]]:
    """What tells a repetition, as a webhook's headers say it."""
    if not request.retry_attempt:
        return {}
    return {
        "x-slack-retry-num": str(request.retry_attempt),
        "x-slack-retry-reason": request.retry_reason or "",
    }
