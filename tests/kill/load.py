"""Twenty customers and their agents, who write while the service is killed and started again.

Newcomers join along the run, so that a kill finds talks with the bot as well.
"""

import asyncio
from dataclasses import dataclass, field
from random import Random

from sandbox.telegram import Chat
from sandbox.twilio import Person
from tests.stories.child import ChildTown
from tests.stories.people import seen
from tests.stories.town import CHANNEL

CUSTOMERS = 20
"""Under whose load every kill comes."""
NEWCOMERS = 8
OPENING = ("Bonjour", "Où est mon colis ?", "conseiller")
NAMES = (
    *"Alice Bruno Chloe David Emma Felix Gaelle Henri Ines Jules".split(),
    *"Karim Louise Marie Nadia Oscar Paul Rose Simon Tania Yves".split(),
    *"Agathe Basile Cyril Doris Edgar Fanny Gustave Helene".split(),
)


@dataclass
class Writer:
    """A customer, and the one agent who looks after them. `acknowledged`: what the service said it has."""

    town: ChildTown
    number: int
    reached_at: Person | Chat
    acknowledged: list[str] = field(default_factory=list)
    accepted: list[str] = field(default_factory=list)
    """The agent's replies that the service accepted."""

    @property
    def name(self) -> str:
        """First and last name."""
        return f"{NAMES[self.number]} Test"

    @property
    def agent(self) -> str:
        """The agent's id in Slack."""
        return f"U0AGENT{self.number:02d}"

    @property
    def external_id(self) -> str:
        """What the database knows the address by."""
        if isinstance(self.reached_at, Person):
            return self.reached_at.address.removeprefix("whatsapp:")
        return str(self.reached_at.id)

    @property
    def received(self) -> list[str]:
        """What stands on the customer's phone, written by the service."""
        if isinstance(self.reached_at, Person):
            said = self.town.twilio.conversation(self.reached_at)
            return [one.body for one in said if one.direction != "inbound"]
        return [one.text for one in self.reached_at.messages if one.outgoing]

    async def say(self, text: str) -> None:
        """Write, as often as the platform insists."""
        if isinstance(self.reached_at, Person):
            delivery = await self.town.twilio.write(self.reached_at, text)
        else:
            delivery = await self.town.telegram.write(self.reached_at.id, text)
        if delivery.status == 200:
            self.acknowledged.append(text)

    async def act(self, command: str, text: str) -> bool:
        """The agent types a command; whether it was done. Slack never sends it a second time."""
        answer = await self.town.slack.command(self.agent, command, text, CHANNEL)
        return answer.status == 200 and seen(answer.text).startswith((self.name, "En route"))

    async def live(self, chance: Random, stop: asyncio.Event) -> None:
        """Write until the run ends; from the hand-off on, the agent claims and replies too."""
        for text in OPENING:
            while (
                text not in self.acknowledged
            ):  # Twilio gives up after a while: whoever is not heard repeats
                await self.say(text)
            await asyncio.sleep(chance.uniform(0.05, 0.6))
        claimed, number = False, 0
        while not stop.is_set():
            number += 1
            await self.say(f"message {number} de {self.name}")
            claimed = claimed or await self.act("/claim", NAMES[self.number].lower())
            reply = f"réponse {number} à {self.name}"
            if claimed and await self.act("/reply", reply):
                self.accepted.append(reply)
            await asyncio.sleep(chance.uniform(1.5, 5.0))


async def arrive(town: ChildTown) -> list[Writer]:
    """Half on WhatsApp and half on Telegram, with an agent each."""
    writers = []
    for number in range(CUSTOMERS + NEWCOMERS):
        person: Person | Chat = (
            await town.twilio.person(profile_name=f"{NAMES[number]} Test")
            if number % 2
            else await town.telegram.person(NAMES[number], "Test")
        )
        writers.append(Writer(town, number, person))
        agent = writers[-1].agent
        town.slack.add_user(agent, agent.lower(), f"Conseiller {number}")
        town.slack.channels[CHANNEL].members.add(agent)
    return writers


def rules_text(shipped: str) -> str:
    """The shipped rules with all the agents, and a burst that is open when a kill comes."""
    agents = "\n\n".join(
        f'[[agent]]\nslack = "U0AGENT{number:02d}"\nname = "Conseiller"\nrole = "agent"\nteams = ["support"]'
        for number in range(CUSTOMERS + NEWCOMERS)
    )
    changed = shipped.replace('burst = "3s"', 'burst = "8s"')
    if changed == shipped:
        raise ValueError("the shipped rules no longer say burst = 3s")
    return f"{changed}\n\n{agents}\n"
