"""Twenty customers and their agents, who write while the service is killed and started again.

Newcomers join along the run, so that a kill finds talks with the bot as well; they answer its menus in words.
"""

import asyncio
import time
from collections import Counter
from dataclasses import dataclass, field
from random import Random

from sandbox.slack import Message as Post
from sandbox.telegram import Chat
from sandbox.twilio import Person
from tests.stories.child import ChildTown
from tests.stories.people import seen, words
from tests.stories.town import CHANNEL

CUSTOMERS = 20
"""Under whose load every kill comes."""
NEWCOMERS = 20
"""As many as there are names; a short run sees fewer."""
THEIR_MESSAGES = 12
"""Then a newcomer has said all: the load stays what it is."""
OPENING = ("Bonjour", "Où est mon colis ?", "conseiller")
IN_WORDS = ("Où est mon colis ?", "Non", "Un autre sujet", "3", "Non")
ANSWER = "C’est noté"
WHISPERED_WITHIN = 40
"""Twentieths of a second."""
REPLY = "réponse "
LATER = "message "
"""How everything begins that a customer writes once the team has the conversation."""
NAMES = (
    *"Alice Bruno Chloe David Emma Felix Gaelle Henri Ines Jules".split(),
    *"Karim Louise Marie Nadia Oscar Paul Rose Simon Tania Yves".split(),
    *"Agathe Basile Cyril Doris Edgar Fanny Gustave Helene Irma Justin".split(),
    *"Kevin Lucie Martin Noemie Olga Pierre Quentin Regine Sylvie Thomas".split(),
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
    unheard: set[str] = field(default_factory=set)
    """What the service did not acknowledge, at least once."""
    heard_at: list[float] = field(default_factory=list)
    """When it did, on the monotonic clock."""
    card: Post | None = None
    acts: Counter[str] = field(default_factory=Counter)
    """What was done here beside writing and replying."""

    @property
    def name(self) -> str:
        """First and last name."""
        return f"{NAMES[self.number]} Test"

    @property
    def agent(self) -> str:
        """The agent's id in Slack."""
        return f"U0AGENT{self.number:02d}"

    @property
    def is_newcomer(self) -> bool:
        """Comes along the run, and answers menus in words."""
        return self.number >= CUSTOMERS

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
            self.heard_at.append(time.monotonic())
        else:
            self.unheard.add(text)

    async def act(self, command: str, text: str) -> bool:
        """The agent types a command; whether it was done. Slack never sends it a second time."""
        answer = await self.town.slack.command(self.agent, command, text, CHANNEL)
        return answer.status == 200 and seen(answer.text).startswith((self.name, "En route"))

    async def reply(self, reply: str) -> bool:
        """The agent answers by the command."""
        return await self.act("/reply", reply)

    async def type_in_thread(self, reply: str) -> bool:
        """The agent types `!r` under the card; whether they were told that it is on its way.

        That Slack was told 200 says only that the line is kept: its author may be told why it does not leave.
        """
        card = self._card()
        if card is None:
            return False
        before = self._told_on_its_way()
        await self.town.slack.say(self.agent, CHANNEL, f"!r {reply}", card.ts)
        self.acts["reply typed in the thread"] += 1
        for _ in range(WHISPERED_WITHIN):
            if self._told_on_its_way() > before:
                return True
            await asyncio.sleep(0.05)
        return False

    def _told_on_its_way(self) -> int:
        """How often this agent was told, them alone, that their words are on their way."""
        mine = (one for one in self.town.slack.ephemerals if one.user == self.agent)
        return sum(seen(one.text).startswith("En route") for one in mine)

    async def lose_card(self) -> None:
        """Somebody deletes the card in Slack."""
        card = self._card()
        if card is not None:
            self.acts["card deleted"] += 1
            await self.town.slack.hands.delete(CHANNEL, card.ts)

    def _card(self) -> Post | None:
        if self.card is None or self.card.deleted:
            posts = self.town.slack.channels[CHANNEL].messages
            roots = (post for post in posts if not post.is_reply and not post.deleted)
            self.card = next((post for post in roots if words(post).startswith(f"*{self.name}*")), None)
        return self.card

    async def live(self, chance: Random, stop: asyncio.Event) -> None:
        """Write until the run ends; from the hand-off on, the agent claims and replies too."""
        await (self._open_in_words(chance) if self.is_newcomer else self._insist(OPENING, chance, 0.05, 0.6))
        claimed, number = False, 0
        while not stop.is_set() and not (self.is_newcomer and number == THEIR_MESSAGES):
            number += 1
            await self.say(f"{LATER}{number} de {self.name}")
            claimed = claimed or await self.act("/claim", NAMES[self.number].lower())
            reply = f"{REPLY}{number} à {self.name}"
            if claimed and await (self.type_in_thread if number % 3 == 2 else self.reply)(reply):
                self.accepted.append(reply)
            if number == 3 and self.number % 3 == 1:
                await self.lose_card()
            await asyncio.sleep(chance.uniform(1.5, 5.0))

    async def _open_in_words(self, chance: Random) -> None:
        """Type what the menus offer; whoever is not understood asks for a person."""
        await self._insist(IN_WORDS, chance, 0.9, 1.5)
        self.acts["menus answered in words"] += 1
        if not any(ANSWER in text for text in self.received):
            await self._insist(("conseiller",), chance, 0.05, 0.6)

    async def _insist(self, texts: tuple[str, ...], chance: Random, least: float, most: float) -> None:
        """Say all of it: Twilio gives up after a while, and whoever is not heard repeats."""
        for text in texts:
            heard = len(self.acknowledged)
            while len(self.acknowledged) == heard:
                await self.say(text)
                await asyncio.sleep(0.05)  # a platform that has nobody to tell yet answers at once
            await asyncio.sleep(chance.uniform(least, most))


async def arrive(town: ChildTown) -> list[Writer]:
    """Half on WhatsApp and half on Telegram, with an agent each."""
    writers = []
    for number in range(CUSTOMERS + NEWCOMERS):
        person: Person | Chat = (
            await town.twilio.person(profile_name=f"{NAMES[number]} Test")
            if number % 2
            else await town.telegram.person(NAMES[number], "Test")
        )
        if isinstance(person, Person):
            person.shows_menus = number % 4 == 1
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
