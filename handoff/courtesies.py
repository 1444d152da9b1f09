"""What is told to one person at once and may be lost: it never holds up an answer, and never fails one.

Where an answer of its own is impossible (a form that was sent, a line typed in a thread) it is shown in one
of the team's channels, where the app is a member; anywhere else in the person's own messages with the app,
which they can always open. Nothing durable hangs on it: what was done stands in the conversation's thread.
"""

import asyncio
from collections.abc import Callable, Collection, Coroutine, Mapping
from dataclasses import dataclass
from typing import Any

import structlog

from core.jobs import CallEnding
from handoff.answers import Answer
from handoff.api import SlackApi

log = structlog.get_logger("handoff")

COURTESIES_END_WITHIN = 1.0
"""Seconds that what may be lost is still waited for when the service stops."""


@dataclass(frozen=True)
class Place:
    """Where somebody acted: a channel, and the thread in it, if any. Both may be empty."""

    channel: str = ""
    thread: str = ""


class Courtesies:
    """Tells, and forgets."""

    def __init__(
        self, api: SlackApi, rooms: Collection[str], document: Callable[[Answer], dict[str, Any]]
    ) -> None:
        self._api = api
        self._rooms = frozenset(rooms)
        self._document = document
        self._running: set[asyncio.Task[Any]] = set()

    def respond(self, response_url: str, document: Mapping[str, Any]) -> None:
        """Answer a gesture that brought an address for answers."""
        self._start(self._api.respond(response_url, document))

    def whisper(self, place: Place, user: str, answer: Answer, *, only_here: bool = False) -> None:
        """Tell one person something, where they are or, unless it is `only_here`, in their own messages."""
        self._start(self._whisper(place, user, answer, only_here=only_here))

    async def _whisper(self, place: Place, user: str, answer: Answer, *, only_here: bool) -> None:
        told = self._document(answer)
        words = {"text": told["text"], "blocks": told["blocks"]}
        if place.channel in self._rooms:
            where = {"channel": place.channel, "user": user}
            where |= {"thread_ts": place.thread} if place.thread else {}
            try:
                await self._api.call("chat.postEphemeral", where | words)
            except CallEnding as ending:
                log.info("whisper_refused", error=type(ending).__name__)
            else:
                return
        if only_here:
            return
        quiet = {"unfurl_links": False, "unfurl_media": False}
        await self._api.call("chat.postMessage", {"channel": user} | words | quiet)

    def _start(self, work: Coroutine[Any, Any, Any]) -> None:
        task = asyncio.ensure_future(work)
        self._running.add(task)
        task.add_done_callback(self._forget)

    def _forget(self, task: asyncio.Task[Any]) -> None:
        self._running.discard(task)
        if not task.cancelled() and task.exception() is not None:
            log.info("courtesy_lost", error=type(task.exception()).__name__)

    async def settle(self, within: float) -> None:
        """Let what is under way end, for so many seconds."""
        if self._running:
            await asyncio.wait(self._running, timeout=within)
