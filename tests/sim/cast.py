"""Who plays in the stories of the simulation, and the list of these stories."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from sandbox.slack import Message as Post
from tests.sim.judge import judge
from tests.sim.judge_platforms import unheard_of_twilio
from tests.sim.people import Customer, Member, OnTelegram, OnWhatsApp, cards, telegram, whatsapp
from tests.sim.watch import Watch
from tests.sim.world import HUGO, LEA, SOFIA, World

Scenario = Callable[["Cast"], Awaitable[None]]
SCENARIOS: dict[str, Scenario] = {}
CAUGHT_UP = 15 * 60.0
"""Seconds in which every thread was read twice."""


@dataclass
class Cast:
    """Who plays, and what is found wrong after each of their acts."""

    world: World
    customers: list[Customer] = field(default_factory=list)
    lea: Member = field(init=False)
    hugo: Member = field(init=False)
    sofia: Member = field(init=False)
    _given_up: int = 0
    """Events that Slack brought in vain, when we last looked."""

    def __post_init__(self) -> None:
        self.lea, self.hugo, self.sofia = (Member(self.world, who) for who in (LEA, HUGO, SOFIA))
        Watch(self.world)

    @property
    def members(self) -> Sequence[Member]:
        return (self.lea, self.hugo, self.sofia)

    async def marie(self) -> OnWhatsApp:
        """A customer on WhatsApp."""
        self.customers.append(one := await whatsapp(self.world))
        return one

    async def karim(self) -> OnTelegram:
        """A customer on Telegram."""
        self.customers.append(one := await telegram(self.world))
        return one

    @property
    def done(self) -> list[Counter[str]]:
        """What everybody did, and how often."""
        return [one.done for one in self.customers] + [one.done for one in self.members]

    @property
    def card(self) -> Post:
        """The latest card."""
        return cards(self.world)[-1]

    async def waits(self) -> OnWhatsApp:
        """A customer on WhatsApp who waits for a person."""
        one = await self.marie()
        await one.writes("conseiller")
        await self.settle()
        return one

    async def claimed(self) -> OnWhatsApp:
        """A customer whom Léa has taken."""
        one = await self.waits()
        await self.lea.types("/claim")
        await self.settle()
        return one

    async def waits_on_telegram(self) -> OnTelegram:
        """The same on Telegram."""
        one = await self.karim()
        await one.writes("conseiller")
        await self.settle()
        return one

    async def settle(self) -> None:
        """Wait until nothing moves, then judge; what Slack gave up is found in its threads by then."""
        await self.world.settle()
        events = self.world.slack.push.deliveries
        given_up = [one for one in events if one.attempts and one.attempts[-1].status != 200]
        if len(given_up) > self._given_up:
            self._given_up = len(given_up)
            self._put_the_clock_right(max(float(one.event.get("ts", 0)) for one in given_up))
            await asyncio.sleep(CAUGHT_UP)
            await self.world.settle()
        if unheard_of_twilio(self.world):
            await asyncio.sleep(CAUGHT_UP)
            await self.world.settle()
        assert not self.world.fate.planned or self.world.fate.deadly, "a fault that was planned was never met"
        if found := judge(self.world, self.customers, self.members):
            raise AssertionError("; ".join(found))

    def look(self, after: str) -> None:
        """While things are under way: what holds at any moment must hold now."""
        if found := judge(self.world, self.customers, self.members, at_rest=False):
            raise AssertionError("; ".join(f"{each} (after {after})" for each in found))

    def _put_the_clock_right(self, latest: float) -> None:
        """Ours was set back, Slack's was not: what it dates later than now is looked for from then on."""
        behind = latest - self.world.clock.seconds()
        self.world.clock.jump(timedelta(seconds=max(0.0, behind)))


def scenario(told: Scenario) -> Scenario:
    """One more story."""
    SCENARIOS[told.__name__] = told
    return told
