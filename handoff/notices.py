"""What Slack says of our own app and its channels: counted, logged, told to the operator while it lasts."""

from collections.abc import Collection, Mapping
from typing import Any, Final

import structlog
from prometheus_client import Counter

log = structlog.get_logger("slack")

KINDS: Final = frozenset(
    {
        *("app_rate_limited", "app_uninstalled", "tokens_revoked", "channel_id_changed"),
        *("channel_shared", "channel_unshared", "group_left"),
    }
)
_REMEDIES: Final = {
    "app_uninstalled": "the app was removed from Slack: install it again, then restart with its new token",
    "channel_shared": (
        "the channel {channel} is shared with another company, which reads it all: unshare it, "
        "and what waits is posted in order"
    ),
    "group_left": "the app was removed from the channel {channel}: invite it again",
}


class Notices:
    """Remembers what an operator must mend; a restart forgets, and Slack's own refusals then tell again."""

    def __init__(self, counted: Counter, rooms: Collection[str]) -> None:
        self._counted = counted
        self._rooms = frozenset(rooms)
        self._troubles: dict[str, str] = {}

    @property
    def trouble(self) -> str:
        """What must be mended, in plain words; empty when nothing is known."""
        return ", ".join(self._troubles.values())

    def heard(self, notice: Mapping[str, Any]) -> None:
        """Slack said something of the app; what is about channels that are not the team's is only counted."""
        kind = str(notice.get("type"))
        self._counted.labels("slack", kind).inc()
        channel = str(notice.get("channel") or "")
        match kind:
            case "app_rate_limited":
                log.warning("slack_events_dropped", minute=notice.get("minute_rate_limited"))
            case "channel_id_changed":
                self._renamed(str(notice.get("old_channel_id")), str(notice.get("new_channel_id")))
            case "channel_unshared":
                self.unshared(channel)
            case "tokens_revoked":
                self._revoked(notice.get("tokens"))
            case _ if kind in _REMEDIES and (not channel or channel in self._rooms):
                self._met(f"{kind} {channel}".strip(), _REMEDIES[kind].format(channel=channel))

    def is_shared(self, channel: str) -> bool:
        """Whether people of other companies can read the channel, as far as Slack said."""
        return f"channel_shared {channel}" in self._troubles

    def shared(self, channel: str) -> None:
        """Slack was asked, and others can read the channel."""
        self._met(f"channel_shared {channel}", _REMEDIES["channel_shared"].format(channel=channel))

    def unshared(self, channel: str) -> None:
        """The channel is the team's alone, again."""
        if self._troubles.pop(f"channel_shared {channel}", None):
            log.info("slack_app_mended", kind=f"channel_shared {channel}")

    def _renamed(self, old: str, new: str) -> None:
        if old in self._rooms:
            told = f"the channel {old} is now called {new}: change SLACK_CHANNEL or the rules, then restart"
            self._met(f"channel_id_changed {old}", told)

    def _revoked(self, tokens: object) -> None:
        """Only the app's own token is ours; people withdraw theirs as they like."""
        if isinstance(tokens, Mapping) and tokens.get("bot"):
            self._met("tokens_revoked", "the bot token was revoked: start Relais with a new one")

    def _met(self, name: str, remedy: str) -> None:
        if self._troubles.get(name) != remedy:  # told once, however often it is met
            log.error("slack_app_trouble", kind=name)
        self._troubles[name] = remedy
