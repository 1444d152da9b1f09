"""The updates on their way to the service: one queue a chat, pushed to the webhook or fetched by polling.

Follows the official server's rules: one update at a time per queue (G6), a failing one holds the next
ones back (G7), any answer but a 2xx is tried again until the update expires (G5), kinds that were not asked
for are never made (G10), nothing is pushed without a webhook (G1), updates are kept 24 h (G12). Not
followed: the limit of parallel connections, and the webhook's removal after 23 h of 410.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count

import httpx

from sandbox.telegram_memory import Json, RefusedError, Webhook
from sandbox.wire import Attempt, Delivery, Errands

UNASKED = {"chat_member", "message_reaction", "message_reaction_count"}
"""Kinds that only an explicit `allowed_updates` brings (G10)."""
LIFETIME = {"callback_query": 150.0}
DAY = 86_400.0
IDLE_LIMIT = 60.0


@dataclass
class Pending:
    """An update that the service has not taken yet."""

    update: Json
    kind: str
    queue: tuple[str, int]
    expires: float
    taken: asyncio.Future[Delivery] = field(default_factory=asyncio.Future)
    attempts: int = 0
    status: int | None = None
    body: bytes = b""

    def end(self) -> None:
        if not self.taken.done():
            self.taken.set_result(Delivery(self.status, self.attempts, self.body))


def queue_of(kind: str, content: Json) -> tuple[str, int]:
    """The queue of an update: its chat for messages, its user for presses, one a kind for the rest (G6)."""
    if kind in {"message", "edited_message"}:
        return "chat", int(content.get("chat", {}).get("id", 0))
    if kind == "callback_query":
        return "user", int(content.get("from", {}).get("id", 0))
    return kind, int(content.get("chat", {}).get("id", 0))


class Updates:
    """The queues. One second of the platform's patience lasts `retry_after` seconds here."""

    def __init__(
        self,
        *,
        clock: Callable[[], float],
        http: httpx.AsyncClient,
        resolve: Callable[[str], str],
        retry_after: float,
        retry_limit: int,
        execute: Callable[[str, Json], Awaitable[object]],
        changed: Callable[[], None],
    ) -> None:
        self.webhook: Webhook | None = None
        self.allowed: tuple[str, ...] | None = None
        self.pending: list[Pending] = []
        self.deliveries: list[Attempt] = []
        self.last_error: tuple[float, str] | None = None
        self.errands = Errands()
        self._clock = clock
        self._http = http
        self._resolve = resolve
        self._retry_after = retry_after
        self._retry_limit = retry_limit
        self._execute = execute
        self._changed = changed
        self._ids = count(500_001)
        self._busy: set[tuple[str, int]] = set()
        self._arrived = asyncio.Event()
        self._poller: asyncio.Event | None = None

    async def add(self, update: Json) -> Delivery:
        """Queue an update and wait for what becomes of it; without a webhook it waits to be fetched."""
        update.setdefault("update_id", next(self._ids))
        kind = next(name for name in update if name != "update_id")
        if not self._asked_for(kind):
            return Delivery(None, 0)
        expires = self._clock() + LIFETIME.get(kind, DAY)
        one = Pending(update, kind, queue_of(kind, update[kind]), expires)
        self.pending.append(one)
        self._arrived.set()
        if self.webhook is None:
            return Delivery(None, 0)
        self.push()
        return await one.taken

    def _asked_for(self, kind: str) -> bool:
        return kind in self.allowed if self.allowed else kind not in UNASKED

    def push(self) -> None:
        """Set the queues in motion that wait for a webhook."""
        for queue in {one.queue for one in self.pending} - self._busy:
            self._busy.add(queue)
            self.errands.start(self._empty(queue))

    async def _empty(self, queue: tuple[str, int]) -> None:
        try:
            while self.webhook and (one := next((p for p in self.pending if p.queue == queue), None)):
                await self._until_taken(one)
        finally:
            self._busy.discard(queue)
            for one in self.pending:
                if one.queue == queue:
                    one.end()

    async def _until_taken(self, one: Pending) -> None:
        taken = False
        while self.webhook and not taken and not self._given_up(one):
            wait = await self._attempt(one, self.webhook)
            taken = wait is None
            await asyncio.sleep((wait or 0.0) * self._retry_after)
        # One that nobody took because the webhook was removed meanwhile stays, for getUpdates.
        if taken or self._given_up(one):
            self.drop(one)
        one.end()

    def _given_up(self, one: Pending) -> bool:
        return one.attempts >= self._retry_limit or self._clock() >= one.expires

    def drop(self, one: Pending) -> None:
        """Forget an update: taken, expired, or given up."""
        if one in self.pending:
            self.pending.remove(one)

    async def _attempt(self, one: Pending, webhook: Webhook) -> float | None:
        """Push once. None: taken; else the platform's seconds to wait before the next attempt."""
        headers = {"X-Telegram-Bot-Api-Secret-Token": webhook.secret_token} if webhook.secret_token else {}
        one.attempts += 1
        answer: httpx.Response | None = None
        try:
            answer = await self._http.post(
                self._resolve(webhook.url),
                json=one.update,
                headers=headers,
                timeout=IDLE_LIMIT,
                follow_redirects=False,
            )
        except httpx.TransportError as error:
            self.last_error = (self._clock(), f"Connection failed: {type(error).__name__}")
        one.status = answer.status_code if answer is not None else None
        one.body = answer.content if answer is not None else b""
        self.deliveries.append(Attempt(webhook.url, one.update, headers, self._clock(), one.status, one.body))
        self._changed()
        return await self._judge(one, answer)

    async def _judge(self, one: Pending, answer: httpx.Response | None) -> float | None:
        if answer is not None and answer.is_success:
            await self._obey(answer.content)
            return None
        asked = None
        if answer is not None:
            asked = answer.headers.get("retry-after")
            reason = f"{answer.status_code} {answer.reason_phrase}"
            self.last_error = (self._clock(), f"Wrong response from the webhook: {reason}")
        if asked is not None and asked.isdigit():
            return min(float(asked), 3600.0)
        return 0.0 if one.attempts == 1 else 2.0 ** min(one.attempts - 1, 3)

    async def _obey(self, body: bytes) -> None:
        """A 2xx whose body names a method is a call, of which the service never learns the result (G8)."""
        try:
            document = json.loads(body) if body.strip() else {}
        except ValueError:
            return
        if isinstance(document, dict) and isinstance(document.get("method"), str):
            method = document.pop("method")
            with suppress(RefusedError):
                await self._execute(method, document)

    def forget(self) -> None:
        """Drop all that is pending, as `drop_pending_updates` asks (G11)."""
        dropped, self.pending = self.pending, []
        for one in dropped:
            one.end()

    async def fetch(self, offset: int, limit: int, patience: float) -> list[Json]:
        """What getUpdates returns: everything below `offset` is confirmed and forgotten (G2).

        A second fetch ends the first one with 409 (G1).
        """
        if self._poller is not None:
            self._poller.set()
        self._poller = ended = asyncio.Event()
        now = self._clock()
        self.pending = [p for p in self.pending if p.update["update_id"] >= offset and p.expires > now]
        if not self.pending and patience > 0:
            await self._wait(ended, patience)
        if ended.is_set():
            raise RefusedError(
                409,
                "Conflict: terminated by other getUpdates request; "
                "make sure that only one bot instance is running",
            )
        self._poller = None
        return [one.update for one in self.pending[:limit]]

    async def _wait(self, ended: asyncio.Event, patience: float) -> None:
        self._arrived.clear()
        waits = {asyncio.create_task(self._arrived.wait()), asyncio.create_task(ended.wait())}
        try:
            await asyncio.wait(waits, timeout=patience, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in waits:
                task.cancel()
            await asyncio.gather(*waits, return_exceptions=True)

    async def close(self) -> None:
        """Stop pushing; whoever waits for an update learns what became of it so far."""
        if self._poller is not None:
            self._poller.set()
        await self.errands.close()
        for one in self.pending:
            one.end()
