"""Whether the team's platform brings us what happens there: what we post comes back, as all else does.

Agents may be quiet for hours; our own posts are not, and each of them is told to us like anybody's. Where
some were taken and nothing came by since, nothing of what agents type comes by either.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from core.clock import Clock
from core.house import TEAM
from core.store import traffic
from core.store.engine import Store

WITHIN: Final = timedelta(minutes=10)
"""An event that did not arrive is brought again within some six minutes: what is later does not come."""
LOOK_BACK: Final = timedelta(hours=2)
FEWEST: Final = 2
"""Posts without an echo: one may have been of a kind that is not told."""


class Echo:
    """Looks at our posts. `last_event`: when the platform last told of anything, if it did.

    A command, or a button, is no event: they come another way.
    """

    def __init__(self, *, store: Store, clock: Clock, last_event: Callable[[], datetime | None]) -> None:
        self._store = store
        self._last_event = last_event
        self._begun_at = clock.now()

    async def missing_since(self, now: datetime) -> datetime | None:
        """When the first post was taken after which nothing came; None: all is well, or nobody can tell."""
        since = max(self._last_event() or self._begun_at, now - LOOK_BACK)
        read = partial(traffic.posted_between, destination=TEAM, start=since, end=now - WITHIN)
        posted = await self._store.read(read)
        return posted[0] if len(posted) >= FEWEST else None

    def is_back(self, told_at: datetime) -> bool:
        """Whether anything was told since the operators were."""
        last = self._last_event()
        return last is not None and last > told_at
