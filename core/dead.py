"""Dead letters in a manager's hands: what nobody was told of, what was put aside, what becomes of each."""

import json
from dataclasses import dataclass
from functools import partial
from typing import Final

from core.clock import Clock
from core.desk import Desk, Heard, Outcome
from core.domain.decide.delivery import OUT_OF_REACH
from core.domain.events import ManagerSettled
from core.domain.lines import line
from core.domain.rules import Agent
from core.operations import Operations
from core.store import journal, letters
from core.store.db import Db
from core.store.engine import Store
from core.store.letters import Letter

EFFECT: Final = "effect"
ALREADY: Final = Heard(Outcome.REFUSED, (line("refuse.settled"),), "settled")
NOT_A_MANAGER: Final = Heard(Outcome.REFUSED, (line("refuse.not_manager"),), "manager")


@dataclass(frozen=True)
class Listed:
    """The newest dead letters, and how many there are in all."""

    newest: tuple[Letter, ...]
    total: int


class DeadLetters:
    """The one way to look at them and to decide: by the desk for effects, by the operations for requests."""

    def __init__(self, *, store: Store, desk: Desk, operations: Operations, clock: Clock) -> None:
        self._store = store
        self._desk = desk
        self._operations = operations
        self._clock = clock

    async def judge(self, db: Db) -> None:
        """Look at what ended badly since the last time."""
        await letters.judge(db, self._clock.now(), OUT_OF_REACH)

    async def listed(self, limit: int) -> Listed:
        """What there is now."""
        await self._store.write(self.judge)
        newest, total = await self._store.read(partial(letters.listed, limit=limit))
        return Listed(tuple(newest), total)

    async def settle(self, agent: Agent, key: str, kind: str, letter_id: str, *, again: bool) -> Heard:
        """What a manager decides about one of them; the second decision changes nothing.

        Raises:
            StoreError: nothing was done.
        """
        if not agent.is_manager:
            return NOT_A_MANAGER
        if kind != EFFECT:
            return await self._request(agent, key, letter_id, again=again)
        conversation = await self._desk.conversation_of_effect(letter_id)
        event = ManagerSettled(agent, conversation, letter_id, resend=again)
        return await self._desk.handle(event, key=key)

    async def _request(self, agent: Agent, key: str, letter_id: str, *, again: bool) -> Heard:
        if not again:
            return await self._store.write(partial(self._abandon, agent, key, letter_id))
        if await self._store.read(partial(journal.is_heard, key=key)):
            return Heard(Outcome.DUPLICATE)
        replayed = await self._operations.replay(letter_id) if letter_id else []
        if not replayed:
            return ALREADY
        await self._store.write(partial(self._record, "RequestRetried", agent, key, letter_id))
        still = await self._store.read(partial(journal.is_aside, quarantine_id=letter_id))
        told = line("answer.request_still" if still else "answer.request_heard")
        return Heard(Outcome.DONE, (told,))

    async def _abandon(self, agent: Agent, key: str, letter_id: str, db: Db) -> Heard:
        if await journal.is_heard(db, key):
            return Heard(Outcome.DUPLICATE)
        if not await letters.abandon_request(db, letter_id, self._clock.now()):
            return ALREADY
        await self._record("RequestAbandoned", agent, key, letter_id, db)
        return Heard(Outcome.DONE, (line("answer.request_dropped"),))

    async def _record(self, kind: str, agent: Agent, key: str, letter_id: str, db: Db) -> None:
        """Who decided what, like everything that happens."""
        if await journal.is_heard(db, key):
            return
        event = json.dumps({"agent": agent.id, "request": letter_id})
        now = self._clock.now()
        await journal.record(db, key, at=now, kind=kind, conversation_id="", event=event, raw=None)
