"""What goes on while the disk is recorded: customers write, the bot answers, agents help, lanes carry."""

import asyncio
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from random import Random

from core.desk import Heard, Outcome
from core.domain.channel import Address
from core.domain.events import (
    AgentClaimed,
    AgentNoted,
    AgentReleased,
    AgentReplied,
    AgentResolved,
    CustomerWrote,
    Event,
)
from core.store.sqlite import ConnectionFactory
from tests.core.desk_house import LEA, Desks, a_desk
from tests.core.platform_house import Platform
from tests.powercut.disk import Acknowledged, Opened, Tape

STARTS = 3
"""How often the service is started in one run: a closed database is checkpointed, its log removed."""
OPENING = ("Bonjour", "Où est mon colis ?", "conseiller")
PAUSE = 20.0


@dataclass
class Talking:
    """One run of the service, its events by the keys under which they came."""

    desks: Desks
    tape: Tape
    events: dict[str, Event] = field(default_factory=dict)

    async def hear(self, event: Event, key: str) -> Heard:
        """The desk hears, and what it acknowledges is on tape."""
        self.events[key] = event
        heard = await self.desks.desk.handle(event, key=key)
        if heard.outcome is not Outcome.REFUSED:
            self.tape.steps.append(Acknowledged(key))
        return heard

    async def customer(self, name: str, channel: str, messages: int, chance: Random) -> None:
        """From the first word to the recap."""
        address, talk, owned = Address(channel, name), "", False
        texts = [
            *OPENING,
            *(f"message {n} de {name}, " + "long " * chance.randrange(200) for n in range(messages)),
        ]
        for number, text in enumerate(texts):
            event = CustomerWrote(address, name=f"{name.title()} Test", text=text)
            heard = await self.hear(event, f"{channel}:{name}:{number}")
            talk = heard.conversation.id if heard.conversation else talk
            await asyncio.sleep(chance.choice((0.0, 0.0, 3.0)))
            if talk and number >= len(OPENING):
                owned = await self._agent(talk, f"{talk}:{number}", chance, owned=owned)
        await self.hear(AgentResolved(LEA, talk, "Colis retrouvé."), f"{talk}:end")

    async def _agent(self, talk: str, key: str, chance: Random, *, owned: bool) -> bool:
        """Claims first; afterwards replies, notes, or gives it back."""
        if not owned:
            return (await self.hear(AgentClaimed(LEA, talk), f"{key}:claim")).outcome is Outcome.DONE
        act = chance.choice(("reply", "reply", "reply", "note", "release"))
        if act == "release":
            await self.hear(AgentReleased(LEA, talk), f"{key}:release")
            return False
        made = AgentReplied if act == "reply" else AgentNoted
        await self.hear(made(LEA, talk, f"Je regarde ({key})."), f"{key}:{act}")
        return True


async def record(folder: Path, tape: Tape, connect: ConnectionFactory, customers: int) -> dict[str, Event]:
    """Play everything; the events by their keys."""
    events: dict[str, Event] = {}
    for start in range(STARTS):
        async with AsyncExitStack() as stack:
            opened = a_desk(folder, connect=connect, burst=timedelta(seconds=2), seed=start + 1)
            desks = await stack.enter_async_context(opened)
            tape.steps.append(Opened())
            platforms = {name: Platform(desks.clock, seconds=0.2) for name in ("askable", "mute", "team")}
            await desks.with_lanes(platforms).start()
            await desks.with_alarm().start()
            talking = Talking(desks, tape)
            lives = [
                talking.customer(f"{start}c{number}", ("askable", "mute")[number % 2], 6, Random(number))
                for number in range(customers)
            ]
            await asyncio.gather(*lives)
            await asyncio.sleep(PAUSE)
            events |= talking.events
    return events
