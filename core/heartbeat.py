"""Whether what customers and agents write comes in, and what we say goes out; told once, and when it is over.

Silence is only told where people usually write: on each of the last five open days, several did so in a
stretch that ended at this time of day and was as long. A quiet service is never told anything. The team's
platform is silent when it does not even bring what we post there (`core/echo.py`).
"""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from core.clock import Clock
from core.domain.hours import is_open, open_time_between
from core.domain.rules import Rules
from core.echo import Echo
from core.house import TEAM
from core.ids import Ids
from core.store import alerts, traffic
from core.store.db import Db
from core.store.engine import Store
from core.store.rows import to_ms
from core.store.stuck import stuck
from core.texts import Texts

STUCK_AFTER: Final = timedelta(minutes=1)
AGAIN_AFTER: Final = timedelta(minutes=10)
"""What comes and goes is not told each time."""
USUAL_DAYS: Final = 5
USUAL_TALKS: Final = 3
"""In how many conversations somebody wrote, on each of those days: fewer, and silence may be chance."""
LOOK_BACK: Final = timedelta(days=28)


class Heartbeat:
    """Looks at all of it. `labels`: how destinations are called; `channels`: where customers write."""

    def __init__(
        self,
        *,
        store: Store,
        clock: Clock,
        ids: Ids,
        texts: Texts,
        rules: Rules,
        labels: Mapping[str, str],
        channels: Collection[str],
        echo: Echo,
    ) -> None:
        self._store = store
        self._clock = clock
        self._ids = ids
        self._texts = texts
        self._rules = rules
        self._labels = labels
        self._channels = sorted(channels)
        self._echo = echo

    async def look(self) -> None:
        """One look."""
        now = self._clock.now()
        begun = await self._stuck(now)
        for channel in self._channels:
            if (last := await self._silent_since(channel, now)) is not None:
                when = self._texts.moment(last, self._rules.language, now)
                begun[f"silent:{channel}"] = self._said("ops.silent", channel=self._named(channel), when=when)
        if (since := await self._echo.missing_since(now)) is not None:
            when = self._texts.moment(since, self._rules.language, now)
            begun[f"silent:{TEAM}"] = self._said("ops.deaf", channel=self._named(TEAM), when=when)
        await self._store.write(partial(self._tell, now, begun))

    async def _stuck(self, now: datetime) -> dict[str, str]:
        """What must be told of what waits, by its subject."""
        found = await self._store.read(partial(stuck, now=now, after=STUCK_AFTER))
        return {
            f"stuck:{each.destination}": self._said(
                "ops.stuck", channel=self._named(each.destination), count=each.count
            )
            for each in found
        }

    async def _silent_since(self, channel: str, now: datetime) -> datetime | None:
        """When the last message came, if it is unusually long ago; None when all is well."""
        hours, wait = self._rules.hours, self._rules.timers.silent_platform
        if not wait or not is_open(now, hours):
            return None
        last = await self._store.read(partial(traffic.last_written_on, channel=channel))
        if last is None or now - last > LOOK_BACK or open_time_between(last, now, hours) < wait:
            return None
        return last if await self._is_unusual(channel, now, now - last) else None

    async def _is_unusual(self, channel: str, now: datetime, silence: timedelta) -> bool:
        """Whether people wrote in such a stretch, on each of the last open days."""
        hours = self._rules.hours
        local, days = now.astimezone(hours.zone), 0
        for back in range(1, LOOK_BACK.days + 1):
            end = local - timedelta(days=back)
            if not is_open(end, hours):
                continue
            talks = partial(traffic.talks_between, channel=channel, start=end - silence, end=end)
            if await self._store.read(talks) < USUAL_TALKS:
                return False
            days += 1
            if days == USUAL_DAYS:
                return True
        return False

    async def _tell(self, now: datetime, begun: Mapping[str, str], db: Db) -> None:
        lasting = await alerts.lasting(db)
        for subject, told_at in lasting.items():
            if subject not in begun and await self._is_over(db, subject, told_at):
                await self._end(db, subject, now)
        for subject, text in begun.items():
            latest = await alerts.latest(db, subject)
            if subject not in lasting and not (latest and latest <= now < latest + AGAIN_AFTER):
                await self._add(db, subject, text, now, lasts=True)

    async def _is_over(self, db: Db, subject: str, told_at: datetime) -> bool:
        """Silence ends with a message, and not with the opening hours."""
        kind, _, name = subject.partition(":")
        if (kind, name) == ("silent", TEAM):
            return self._echo.is_back(told_at)
        if kind != "silent" or name not in self._channels:
            return True
        last = await traffic.last_written_on(db, name)
        return last is not None and last > told_at

    async def _end(self, db: Db, subject: str, now: datetime) -> None:
        was_read = await alerts.over(db, subject)
        kind, _, name = subject.partition(":")
        if was_read:
            key = (
                "ops.stuck_over"
                if kind != "silent"
                else "ops.deaf_over"
                if name == TEAM
                else "ops.silent_over"
            )
            await self._add(db, subject, self._said(key, channel=self._named(name)), now)

    async def _add(self, db: Db, subject: str, text: str, now: datetime, *, lasts: bool = False) -> None:
        await alerts.add(db, self._ids.new(to_ms(now) or 0), subject, text, now, lasts=lasts)

    def _named(self, name: str) -> str:
        return self._labels.get(name, name)

    def _said(self, key: str, **values: str | int) -> str:
        return self._texts.said(key, self._rules.language, **values)
