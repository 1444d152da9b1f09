"""What was typed in threads while Slack could not reach us: read from the threads, heard like an event (S16).

Slack gives an event up after about six minutes, and nothing else would ever bring it. Threads that hold
something newer than what is known here are read, a few a minute; each place has its high-water mark.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Final

import structlog

from core.clock import Clock
from core.desk import ActFailed, Desk
from core.jobs import CallEnding
from core.store import sweeps
from core.store.db import Db
from core.store.engine import Store
from handoff.api import RateLimited, SlackApi, SlackSaysNo
from handoff.roster import UNAVAILABLE, NotOnRoster, Roster
from handoff.sharing import Sharing
from handoff.standing import NOT_THERE
from handoff.thread import YOUNG, NotYet, Thread
from handoff.thread_pages import MOST_PAGES, Listed, Pages, Root, roots, taken_away, typed
from handoff.typed import Changed, Line, at

log = structlog.get_logger("slack")

EVERY: Final = timedelta(minutes=5)
BACK: Final = timedelta(hours=1)
"""So far behind what is known a thread is read again: a note may have been changed or taken away since,"""
FARTHEST: Final = timedelta(days=7)
"""but, after a long stop, not farther."""
OLDEST_CARD: Final = timedelta(days=30)
"""Older cards are not looked for in the channel's list."""
CALLS: Final = 20
"""Pages read in one pulse, all places together: less than half of what Slack allows in that minute."""
LONGEST_PAUSE: Final = timedelta(hours=1)
"""Of those that Slack asks for."""
PUT_ASIDE: Final = ("AgentNoted", "NoteEdited", "NoteDeleted", "CardLost")
"""Kinds that, when deciding one failed, wait for the operator under these names, and are not heard again."""


@dataclass
class _Place:
    """Where the look through one channel of the team stands. A restart forgets all but the mark."""

    id: str
    next_at: datetime | None = None
    since: datetime | None = None
    until: datetime | None = None
    """All that was said until then is known here once nothing waits any more."""
    waiting: list[Root] = field(default_factory=list)
    """Threads still to be read."""
    is_unsure: bool = False
    """Slack did not say of somebody who they are: what they typed is looked for again."""
    silent: set[str] = field(default_factory=set)
    """Of whom it did not, this time: it is not asked for each of their lines, and none passes another."""
    seen: dict[str, tuple[datetime, int, bool]] = field(default_factory=dict)
    """How the threads stood that were read: what stands as it stood holds nothing new."""

    @property
    def name(self) -> str:
        """Under which its mark is kept."""
        return f"slack:{self.id}"


class CatchUp:
    """Looks through the channels of the team. `sweep` is one pulse; what it leaves, the next one takes up."""

    def __init__(
        self,
        *,
        api: SlackApi,
        store: Store,
        desk: Desk,
        thread: Thread,
        roster: Roster,
        sharing: Sharing,
        channels: Collection[str],
        clock: Clock,
    ) -> None:
        self._api = api
        self._store = store
        self._desk = desk
        self._thread = thread
        self._roster = roster
        self._sharing = sharing
        self._clock = clock
        self._places = [_Place(channel) for channel in sorted(channels)]
        self._begun_at = clock.now()
        """Events may be lost from the start on, and the first look may come late."""
        self._again_at: datetime | None = None
        """Slack closed a rate, for the whole workspace."""

    async def sweep(self) -> None:
        """Read what may hold something new, where it is time; whatever is in trouble is asked again later.

        Raises:
            StoreError: what is left is found by the next sweep.
        """
        pages = Pages(self._api, CALLS)
        for place in self._places:
            now = self._clock.now()
            if pages.left < MOST_PAGES:
                break
            if _waits(place.next_at, now, EVERY) or _waits(self._again_at, now, LONGEST_PAUSE):
                continue
            try:
                await self._look_through(place, pages)
            except RateLimited as ending:
                self._again_at = now + min(timedelta(seconds=ending.after or 0), LONGEST_PAUSE)
            except (CallEnding, NotOnRoster) as ending:
                place.next_at = now + EVERY
                log.warning("threads_not_read", channel=place.id, error=str(ending))

    async def _look_through(self, place: _Place, pages: Pages) -> None:
        if not place.waiting:
            await self._begin(place, pages)
        while place.waiting and pages.left >= MOST_PAGES:
            await self._read(place, place.waiting[0], pages)
            del place.waiting[0]
        if not place.waiting and place.until is not None:
            if not place.is_unsure:
                await self._store.write(partial(sweeps.reached, channel=place.name, until=place.until))
            place.next_at = self._clock.now() + EVERY

    async def _begin(self, place: _Place, pages: Pages) -> None:
        """Which threads to read: those whose card tells of something new, and those whose card is gone."""
        now = self._clock.now()
        place.until, place.is_unsure, place.silent = None, False, set()
        place.since = await self._since(place, now)
        until = now - YOUNG
        if place.since < until:
            await self._sharing.pass_through(place.id)
            live = await self._store.read(partial(sweeps.live_threads, place=place.id))
            listed = await self._listed(place, now, live, pages)
            found = _newer(roots(listed.messages), place.since, live)
            place.seen = {root.ts: place.seen[root.ts] for root in found if root.ts in place.seen}
            new = [root for root in found if place.seen.get(root.ts) != root.state]
            place.waiting = sorted(new, key=lambda root: root.latest) + _lost(live, listed, until)
        place.until = max(until, place.since)

    async def _since(self, place: _Place, now: datetime) -> datetime:
        """Before the very first start nothing was ours."""
        known = await self._store.read(partial(sweeps.known_until, channel=place.name))
        if known is None:
            begun = min(self._begun_at, now)
            await self._store.write(partial(sweeps.reached, channel=place.name, until=begun))
            return begun
        begun, until = known
        if begun > now:  # dated before the clock was set back: how long ago it was nobody knows
            begun = now - BACK
            await self._store.write(partial(sweeps.begun_by, channel=place.name, at=begun))
        return max(begun, now - FARTHEST, min(until, now) - BACK)

    async def _listed(self, place: _Place, now: datetime, live: Sequence[str], pages: Pages) -> Listed:
        """What stands in the channel, from the oldest card of a conversation that goes on."""
        known = [moment for ts in live[:1] if (moment := at(ts)) is not None]
        oldest = max(now - OLDEST_CARD, min([*known, place.since or now]))
        asked = {"channel": place.id, "oldest": _ts(oldest), "inclusive": True}
        listed = await pages.all("conversations.history", asked)
        if not listed.is_whole:
            log.error("threads_not_all_listed", channel=place.id, pages=MOST_PAGES)
        listed.since = oldest
        return listed

    async def _read(self, place: _Place, root: Root, pages: Pages) -> None:
        """Hear what the thread holds and is not known here."""
        conversation, stands_here = await self._desk.conversation_in_thread(place.id, root.ts)
        since, now = place.since, self._clock.now()
        if not conversation or since is None:
            place.is_unsure |= await self._desk.awaits_thread(place.id)
            return
        is_gone, listed = root.is_gone, Listed()
        asked = {"channel": place.id, "ts": root.ts, "oldest": _ts(since), "inclusive": True}
        try:
            listed = await pages.all("conversations.replies", asked)
        except SlackSaysNo as refusal:
            if refusal.error != NOT_THERE:
                raise
            is_gone = True
        is_all_heard = await self._hear(place, listed, now)
        if listed.is_whole and stands_here and not is_gone:
            await self._miss(place, root, listed, conversation, now)
        if is_gone:
            await self._thread.gone(taken_away(place.id, root.ts, root.ts, now))
        place.is_unsure |= not is_all_heard
        if is_all_heard and root.latest <= now - YOUNG:
            place.seen[root.ts] = root.state

    async def _hear(self, place: _Place, listed: Listed, now: datetime) -> bool:
        """Lines and their changes, as they were typed; of a young one the event may be on its way.

        False when Slack did not say who typed one of them: the others do not wait for it.
        """
        team = (await self._roster.identify()).team_id
        if not team:
            raise NotOnRoster(UNAVAILABLE)
        found = [each for message in listed.messages if (each := typed(message, place.id, team))]
        keys = [one.key for each in found for one in each if one is not None]
        heard = await self._store.read(partial(_heard, keys=keys))
        is_all_heard = True
        for line, changed in sorted(found, key=lambda each: each[0].ts):
            moment = at(line.ts)
            if moment is None or moment > now - YOUNG:
                continue
            if line.key not in heard:
                is_all_heard &= await self._line(place, line, changed, moment, now)
            elif changed is not None and changed.key not in heard:
                await self._thread.changed(changed)
        return is_all_heard

    async def _line(
        self, place: _Place, line: Line, changed: Changed | None, moment: datetime, now: datetime
    ) -> bool:
        """A line that no event brought: heard as it stands now, its latest change with it. Whether it was."""
        if line.user in place.silent:
            return False
        try:
            is_news = await self._thread.line(line, late=moment)
        except ActFailed:  # put aside, and told in the log
            return True
        except NotYet:
            log.warning("line_left_for_later", channel=line.place)
            place.silent.add(line.user)
            return False
        if is_news:
            log.warning("line_found_late", minutes=int((now - moment).total_seconds()) // 60)
        if is_news and changed is not None:
            await self._desk.remember_refusal(changed.key)
        return True

    async def _miss(
        self, place: _Place, root: Root, listed: Listed, conversation: str, now: datetime
    ) -> None:
        """Notes that are known here and stand there no more, of what was read."""
        first = max(place.since or now, at(root.ts) or now)
        there = {each.get("ts") for each in listed.messages}
        for ts in await self._store.read(partial(sweeps.notes_of, conversation_id=conversation)):
            moment = at(ts)
            if moment is not None and first < moment <= now - YOUNG and ts not in there:
                await self._thread.gone(taken_away(place.id, root.ts, ts, now))


async def _heard(db: Db, keys: Sequence[str]) -> frozenset[str]:
    return await sweeps.heard(db, keys, *PUT_ASIDE)


def _waits(due: datetime | None, now: datetime, longest: timedelta) -> bool:
    """A date farther off than any that is set was set before the clock was put back: it has come."""
    return due is not None and now < due <= now + longest


def _newer(listed: Sequence[Root], since: datetime, live: Sequence[str]) -> list[Root]:
    """Threads in which something was said since; and cards taken away, of which no date tells when."""
    return [root for root in listed if root.latest > since or (root.is_gone and root.ts in live)]


def _lost(live: Sequence[str], listed: Listed, until: datetime) -> list[Root]:
    """Cards that a whole list does not show: they are asked for by themselves, and then surely gone."""
    there = {each.get("ts") for each in listed.messages}
    dated = [(ts, at(ts)) for ts in live if ts not in there]
    within = [(ts, moment) for ts, moment in dated if moment and (listed.since or until) <= moment <= until]
    return [Root(ts, moment, 0, False) for ts, moment in within] if listed.is_whole else []


def _ts(moment: datetime) -> str:
    return f"{moment.timestamp():.6f}"
