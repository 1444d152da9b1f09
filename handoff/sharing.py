"""Channels that people of other companies can read: no customer's words are posted there (S44).

Slack is asked about every channel of the team at start, and at the latest before the first post there; its
events keep the answer in step. What waits keeps its order, and leaves once the channel is the team's alone.
"""

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


class Sharing:
    """Says whether a channel is the team's alone. A restart forgets, and asks again."""

    def __init__(self, *, roster: Roster, notices: Notices, channels: Collection[str], clock: Clock) -> None:
        self._roster = roster
        self._notices = notices
        self._channels = sorted(channels)
        self._clock = clock
        self._again_at: dict[str, datetime | None] = {}
        """When to ask again about a channel that was asked about; None: only an event changes the answer."""

    async def refresh(self) -> None:
        """Ask about every channel. Never fails: what Slack does not tell now is asked before a post."""
        for channel in self._channels:
            try:
                await self._ask(channel)
            except CallEnding as ending:
                log.warning("channel_unverified", channel=channel, error=type(ending).__name__)

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

    async def _ask(self, channel: str) -> None:
        """What Slack says; an event that came while it was asked is newer, and stays."""
        was_shared = self._notices.is_shared(channel)
        self._again_at.pop(channel, None)
        try:
            is_shared = await self._roster.is_shared(channel)
        except SlackSaysNo as refusal:  # it will say so again: the post itself shall tell what is wrong
            log.warning("channel_unverified", channel=channel, error=refusal.error)
            self._again_at[channel] = self._clock.now() + PAUSE
            return
        self._again_at[channel] = self._clock.now() + PAUSE if is_shared else None
        if is_shared:
            self._notices.shared(channel)
        elif was_shared:
            self._notices.unshared(channel)
