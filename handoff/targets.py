"""Which conversation an act is about (P4). A guess is never sent: what is not certain becomes a chooser."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from core.domain.handles import Candidate, find
from core.domain.rules import Agent
from core.domain.words import tokens
from core.store import screens
from core.store.engine import Store
from core.store.screens import Entry

LOST_LATELY = timedelta(minutes=10)
"""How long an agent may not have noticed that one of two conversations is theirs no more."""
MOST = 10
"""How many people a chooser names."""


@dataclass(frozen=True)
class Target:
    """The one conversation, or those to choose from; `why` is the key of what the chooser says."""

    one: Entry | None = None
    several: tuple[Entry, ...] = ()
    why: str = ""
    lost: str = ""
    """Whom the agent may mean without knowing that they follow them no more."""


def _set_changed(left: Entry, lost: Entry) -> Target:
    return Target(several=(left,), why="answers.set_changed", lost=lost.customer)


class Targets:
    """Looks conversations up for agents."""

    def __init__(self, store: Store, now: Callable[[], datetime]) -> None:
        self._store = store
        self._now = now

    async def own(self, agent: Agent, verb: str) -> Target:
        """The agent's only claimed conversation; else a chooser over theirs; else over the unclaimed.

        Only a reply may choose among the unclaimed (it claims); nothing is ever sent at once.
        """
        mine = await self.mine(agent)
        if len(mine) == 1:
            lost = await self._lost(agent)
            return Target(one=mine[0]) if lost is None else _set_changed(mine[0], lost)
        if mine:
            return Target(several=tuple(mine[:MOST]), why=f"answers.choose_{verb}")
        if verb in {"reply", "note"}:
            return await self._others(agent, verb)
        claimed = await self._claimed_by_anyone() if agent.is_manager else ()
        return Target(several=claimed, why=f"answers.choose_{verb}" if claimed else "answers.none_yours")

    async def _others(self, agent: Agent, verb: str) -> Target:
        """With none of their own: who waits, then what they resolved and may still add a word to.

        Whoever left their hands a moment ago is most probably meant, and comes first.
        """
        waiting, resolved = await self.waiting(), await self._resolved(agent)
        lost = await self._lost(agent)
        if lost is not None:
            others = [entry for entry in (*waiting, *resolved) if entry.id != lost.id]
            return Target(several=(lost, *others)[:MOST], why="answers.set_left", lost=lost.customer)
        if not waiting and not resolved:
            return Target(why="answers.none_claimed")
        key = "answers.unclaimed_reply" if verb == "reply" and waiting else f"answers.choose_{verb}"
        room = max(MOST - len(resolved), MOST // 2)
        return Target(several=(*waiting[:room], *resolved)[:MOST], why=key)

    async def _resolved(self, agent: Agent) -> tuple[Entry, ...]:
        """What the agent has resolved and may still add a word to; always chosen, never sent at once."""
        own = partial(screens.owned_by, agent=agent.id, now=self._now(), with_resolved=True)
        return tuple((await self._store.read(own))[:MOST])

    async def _claimed_by_anyone(self) -> tuple[Entry, ...]:
        """What a manager may resolve or give back for somebody else."""
        now = self._now()
        return tuple(await self._store.read(partial(screens.in_progress, now=now, limit=MOST)))

    async def _lost(self, agent: Agent) -> Entry | None:
        """A conversation that left their hands a moment ago without their doing: they may still mean it."""
        since = self._now() - LOST_LATELY
        return await self._store.read(partial(screens.lost_lately, agent=agent.id, since=since))

    async def named(self, words: str) -> Target:
        """The conversation an agent names: exact handle, unique beginning, or a typo of it."""
        exact = await self._store.read(partial(screens.by_handle, handle="-".join(tokens(words))))
        if exact is not None:  # mostly; only what is not one is looked for among everything open
            return Target(one=exact)
        entries = await self._store.read(screens.open_ones)
        by_id = {entry.id: entry for entry in entries}
        found = find(words, [Candidate(e.handle, e.customer, e.id) for e in entries])
        if len(found) == 1:
            return Target(one=by_id[found[0].key])
        if found:
            several = tuple(by_id[candidate.key] for candidate in found[:MOST])
            return Target(several=several, why="answers.choose_claim")
        waiting = await self.waiting()
        return Target(several=waiting, why="answers.nobody_named")

    async def waiting(self) -> tuple[Entry, ...]:
        """The unclaimed, who needs someone most first."""
        now = self._now()
        return tuple(await self._store.read(partial(screens.unclaimed, now=now, limit=MOST)))

    async def mine(self, agent: Agent) -> list[Entry]:
        """What the agent has claimed, who needs them most first."""
        return await self._store.read(partial(screens.owned_by, agent=agent.id, now=self._now()))

    async def waiting_count(self) -> int:
        """How many nobody has claimed."""
        return (await self._store.read(partial(screens.counts, now=self._now()))).unowned

    async def entry(self, conversation_id: str) -> Entry | None:
        """One conversation, as a list shows it."""
        return await self._store.read(partial(screens.entry, conversation_id=conversation_id))
