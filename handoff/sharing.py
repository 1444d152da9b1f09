"""Channels that people of other companies can read: no customer's words are posted there (S44).

Slack is asked about every channel of the team at start, and at the latest before the first post there; its
events keep the answer in step, and because an event can be lost it is asked again meanwhile, posts or none.
What waits keeps its order, and leaves once the channel is the team's alone.
"""

import asyncio
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Final

import structlog

from core.clock import Clock
from core.jobs import CallEnding, Retry
from handoff.api import SlackSaysNo
from handoff.notices import Notices
from handoff.roster import Roster

log = structlog.get_logger("slack")

PAUSE: Final = timedelta(minutes=1)
WATCH_EVERY: Final = 60.0
"""Seconds after which it is looked at whether Slack must be asked again."""
KNOWN_FOR: Final = timedelta(minutes=10)
"""How long an answer counts without an event: as long as the loss of one is noticed by nobody."""


class Sharing:
    """Says whether a channel is the team's alone. A restart forgets, and asks again."""

    def __init__(self, *, roster: Roster, notices: Notices, channels: Collection[str], clock: Clock) -> None:
        self._roster = roster
        self._notices = notices
        self._channels = sorted(channels)
        self._clock = clock
        self._again_at: dict[str, datetime | None] = {}
        """When to ask again about a channel that was asked about; None: only an event changes the answer."""

        self._asked_at: dict[str, datetime] = {}
        self._unverified: dict[str, str] = {}
        """Why Slack did not say, of each channel; told once, however often it is met."""

    async def refresh(self) -> None:
        """Ask about every channel whose answer is missing or old. Never fails: it is asked before a post."""
        for channel in self._channels:
            if not (self._must_ask(channel) or self._is_old(channel)):
                continue
            try:
                await self._ask(channel)
            except Exception as error:  # noqa: BLE001 - nothing that Slack does may end the watch
                self._not_said(channel, type(error).__name__)

    async def watch(self, every: float = WATCH_EVERY) -> None:
        """Go on asking, so many seconds apart, for as long as the service runs."""
        while True:
            await asyncio.sleep(every)
            await self.refresh()

    async def pass_through(self, channel: str) -> None:
        """Let go on what is to be shown in the channel.

        Raises:
            Retry: it must wait; nothing was shown.
        """
        if self._must_ask(channel):
            try:
                await self._ask(channel)
            except CallEnding as ending:
                after = ending.after if isinstance(ending, Retry) else None
                raise Retry("who reads its channel is not known", after=after) from ending
        if self._notices.is_shared(channel):
            self._again_at[channel] = self._again_at.get(channel) or self._clock.now() + PAUSE
            raise Retry("its channel is shared with another company", after=PAUSE.total_seconds())

    def _must_ask(self, channel: str) -> bool:
        if channel not in self._again_at:
            return True
        at = self._again_at[channel]
        return at is not None and self._clock.now() >= at

    def _is_old(self, channel: str) -> bool:
        at = self._asked_at.get(channel)
        return at is None or self._clock.now() - at >= KNOWN_FOR

    def _not_said(self, channel: str, error: str) -> None:
        if self._unverified.get(channel) != error:
            log.warning("channel_unverified", channel=channel, error=error)
        self._unverified[channel] = error

    async def _ask(self, channel: str) -> None:
        """What Slack says; an event that came while it was asked is newer, and stays."""
        was_shared = self._notices.is_shared(channel)
        self._again_at.pop(channel, None)
        try:
            is_shared = await self._roster.is_shared(channel)
        except SlackSaysNo as refusal:  # it will say so again: the post itself shall tell what is wrong
            self._not_said(channel, refusal.error)
            self._again_at[channel] = self._clock.now() + PAUSE
            return
        self._unverified.pop(channel, None)
        self._asked_at[channel] = self._clock.now()
        self._again_at[channel] = self._asked_at[channel] + PAUSE if is_shared else None
        if is_shared:
            self._notices.shared(channel)
        elif was_shared:
            self._notices.unshared(channel)
