"""What every decision needs of the house when it is written down."""

from collections.abc import Mapping
from dataclasses import dataclass

from core.domain.channel import Capabilities
from core.domain.rules import Rules
from core.ids import Ids
from core.store.restored import Mark
from core.texts import Texts

TEAM = "team"
"""The destination of everything the team sees."""


@dataclass(frozen=True)
class House:
    """The same for every decision: rules, texts, the channels' cards, and where ids come from."""

    rules: Rules
    texts: Texts
    channels: Mapping[str, Capabilities]
    ids: Ids
    restored: Mark | None = None
    """When the database was put back from a copy, if it ever was."""
    pace: float = 1.0
    """Stretches the short waits for more of the same; 0 lets a story run as fast as the machine."""

    @property
    def labels(self) -> dict[str, str]:
        """How the channels are called."""
        return {name: channel.label for name, channel in self.channels.items()}
