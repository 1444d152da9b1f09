"""Which effects may leave now: the heads of lanes, as far as the platforms' budgets have permits.

A closed budget must neither hold back those that do not need it nor cost a look at everything that does. What
there is of an open one goes round: whoever writes much has no more of it than whoever writes little.
"""

from collections.abc import Callable, Collection, Mapping, Sequence

from core.domain.channel import Capabilities
from core.jobs import Budget, Job, JobState
from core.recheck import is_told, why_held_back
from core.store import budgets as rates
from core.store import jobs, turns
from core.store.db import Db

PAGE = 32
"""Heads looked at together."""


class Picking:
    """One round over the heads of one destination, within one transaction. Used once."""

    def __init__(
        self,
        db: Db,
        destination: str,
        budgets_of: Callable[[Job], Sequence[Budget]],
        channels: Mapping[str, Capabilities],
        now_ms: int,
        without: Collection[str] = (),
    ) -> None:
        """`without`: ids of rows to leave out."""
        self.taken: list[Job] = []
        self.held_back: list[tuple[Job, str]] = []
        """What may not leave any more, and why: its ending is to be told.

        Nothing is put on disk before: no call will be out, and a process that dies first looks once more.
        """
        self.waits: list[int] = []
        """When closed budgets open, milliseconds."""
        self._db = db
        self._destination = destination
        self._budgets_of = budgets_of
        self._channels = channels
        self._now_ms = now_ms
        self._without = set(without)
        self._made_way = False
        """A row was cancelled: what stood behind it is a head now."""
        self._opens: dict[str, int] = {}

    async def take(self, room: int) -> None:
        """Put as many as `room` in flight, the urgent first, each with its permits spent."""
        while len(self.taken) + len(self.held_back) < room:
            without = sorted(self._without)
            self._made_way = False
            heads = await turns.heads(self._db, self._destination, self._now_ms, PAGE, without)
            closed = [await self._try(job, room) for job in heads]
            is_last = len(heads) < PAGE or _holds_everybody_back(heads, closed)
            if is_last and not self._made_way:
                return

    async def _try(self, job: Job, room: int) -> set[str]:
        """Take a head if it may go; else the names of the budgets it waits for."""
        if len(self.taken) + len(self.held_back) >= room:
            return set()
        spent = self._budgets_of(job)
        closed = {budget.name for budget in spent if await self._is_closed(budget)}
        if closed:
            self.waits.append(max(self._opens[name] for name in closed))
            # In one place everything of one kind waits together; a customer waits alone.
            self._without.add(f"{job.place} {job.kind}" if job.place else job.id)
            return closed
        if not await self._hold_back(job):
            await self._start(job, spent)
        return set()

    async def _hold_back(self, job: Job) -> bool:
        """Let what may not leave any more leave nothing behind but its reason, and the lane go on."""
        why = await why_held_back(self._db, job, self._channels, self._now_ms)
        if not why:
            return False
        if not is_told(job, why):
            await jobs.settle(self._db, job.id, JobState.CANCELLED, self._now_ms, error=why)
            self._made_way = True
        else:
            self._without.add(job.id)
            self.held_back.append((job, why))
        return True

    async def _is_closed(self, budget: Budget) -> bool:
        if budget.name not in self._opens:
            at = await rates.permitted_at(self._db, budget)
            if at <= self._now_ms:
                return False
            self._opens[budget.name] = at
        return True

    async def _start(self, job: Job, spent: Sequence[Budget]) -> None:
        started = await jobs.start(self._db, job, self._now_ms)
        if started is None:
            self._without.add(job.id)
            return
        await rates.spend(self._db, spent, self._now_ms)
        self.taken.append(started)


def _holds_everybody_back(heads: Sequence[Job], closed: Sequence[set[str]]) -> bool:
    """One budget for all the customers of a channel is closed: looking further would find nobody."""
    return bool(set.intersection(*closed)) and not any(job.place for job in heads)
