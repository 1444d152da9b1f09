"""The people of the simulation: what customers and agents do, and what each remembers of it for the judge.

They are as people are: who gets no answer from Slack types it again, who sees a question presses a button.
What the service acknowledged to them must hold, whatever died meanwhile.
"""

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from core.domain.rules import Agent
from sandbox.slack import Answer, Button, Ephemeral, buttons
from sandbox.slack import Message as Post
from sandbox.slack_memory import View
from sandbox.telegram import Chat
from sandbox.twilio import Person
from tests.sim.world import CHANNEL, World

PATIENCE = 6
"""How often somebody types again what Slack says has failed."""
BARE = frozenset({"stop", "start", "fin"})
"""Orders of customers without a slash: whole messages."""


def now() -> float:
    """The loop's own time."""
    return asyncio.get_running_loop().time()


def orders_in(text: str) -> list[str]:
    """What a message orders, if it orders something: "/fin", "stop"."""
    first = next(iter(text.lower().split()), "")
    return [first] if first.startswith("/") or text.lower() in BARE else []


@dataclass
class Said:
    """Words somebody wrote. `marked` occurs in them and in nothing else, but for a customer's orders."""

    marked: str
    acknowledged: bool
    began: float = 0.0
    ended: float = 0.0
    """When it was sent, and when it was taken or given up: what overlaps has no order."""


@dataclass
class Customer:
    """Whoever writes, on either channel."""

    world: World
    name: str
    done: Counter[str] = field(default_factory=Counter)
    said: list[Said] = field(default_factory=list)

    def _begins(self, text: str) -> Said:
        """What is under way: it may be kept already while its platform still waits for the answer."""
        said = Said(text, acknowledged=False, began=now())
        self.said.append(said)
        return said

    @property
    def to(self) -> str:
        """Their address, as the service writes it."""
        raise NotImplementedError

    @property
    def phone(self) -> str:
        """Their own number, as it is written everywhere."""
        raise NotImplementedError

    @property
    def reads(self) -> list[str]:
        """What they got, in order."""
        raise NotImplementedError

    async def writes(self, text: str) -> None:
        """Write a message; it is remembered whether it was taken."""
        raise NotImplementedError

    async def presses(self, at: int = 0) -> bool:
        """Press a button of the latest menu; False when there is none."""
        raise NotImplementedError

    async def sends(self, kind: str) -> None:
        """Send an "image", an "audio" or a "document"."""
        raise NotImplementedError


@dataclass
class OnWhatsApp(Customer):
    """A customer of Twilio's."""

    person: Person = field(kw_only=True)

    @property
    def to(self) -> str:
        return str(self.person.phone or self.person.user_id)

    @property
    def phone(self) -> str:
        return str(self.person.phone or "")

    @property
    def reads(self) -> list[str]:
        there = self.world.twilio.conversation(self.person)
        return [one.body for one in there if one.direction != "inbound"]

    async def writes(self, text: str) -> None:
        self.done["whatsapp: writes"] += 1
        self.done.update(f"says {order}" for order in orders_in(text))
        said = self._begins(text)
        delivery = await self.world.twilio.write(self.person, text)
        said.acknowledged, said.ended = delivery.status == 200, now()

    async def presses(self, at: int = 0) -> bool:
        menus = [one for one in self.world.twilio.conversation(self.person) if one.buttons]
        if not menus:
            return False
        self.done["whatsapp: presses"] += 1
        pressed = menus[-1].buttons[at % len(menus[-1].buttons)]
        await self.world.twilio.press(self.person, menus[-1].sid, pressed["id"])
        return True

    async def sends(self, kind: str) -> None:
        self.done[f"whatsapp: sends {kind}"] += 1
        await self.world.twilio.send_media(self.person, kind)


@dataclass
class OnTelegram(Customer):
    """A customer of Telegram's."""

    chat: Chat = field(kw_only=True)

    @property
    def to(self) -> str:
        return str(self.chat.id)

    @property
    def phone(self) -> str:
        return self.chat.phone or ""

    @property
    def reads(self) -> list[str]:
        return [one.text for one in self.chat.messages if one.outgoing]

    async def writes(self, text: str) -> None:
        self.done["telegram: writes"] += 1
        self.done.update(f"says {order}" for order in orders_in(text))
        said = self._begins(text)
        delivery = await self.world.telegram.write(self.chat.id, text)
        is_taken = delivery.status == 200 or self.world.telegram.updates.webhook is None  # to be fetched
        said.acknowledged, said.ended = is_taken, now()

    async def presses(self, at: int = 0) -> bool:
        menus = [one for one in self.chat.messages if one.outgoing and one.ever_offered]
        if not menus:
            return False
        self.done["telegram: presses"] += 1
        pressed = menus[-1].ever_offered[at % len(menus[-1].ever_offered)]
        await self.world.telegram.press(self.chat.id, menus[-1].message_id, str(pressed["callback_data"]))
        return True

    async def edits(self, text: str) -> None:
        """Change the latest message they wrote."""
        theirs = [one for one in self.chat.messages if not one.outgoing and one.text]
        if theirs:
            self.done["telegram: edits"] += 1
            await self.world.telegram.edit(self.chat.id, theirs[-1].message_id, text)

    async def reacts(self) -> None:
        ours = [one for one in self.chat.messages if one.outgoing]
        if ours:
            self.done["telegram: reacts"] += 1
            await self.world.telegram.react(self.chat.id, ours[-1].message_id, "👍")

    async def shares_phone(self) -> None:
        self.done["telegram: shares a phone"] += 1
        await self.world.telegram.share_contact(self.chat.id)

    async def sends(self, kind: str) -> None:
        self.done[f"telegram: sends {kind}"] += 1
        theirs = {"image": "photo", "audio": "voice"}.get(kind, kind)
        await self.world.telegram.send_media(self.chat.id, theirs)

    async def blocks(self) -> None:
        self.done["telegram: blocks"] += 1
        await self.world.telegram.block(self.chat.id)

    async def unblocks(self) -> None:
        self.done["telegram: unblocks"] += 1
        await self.world.telegram.unblock(self.chat.id)


@dataclass
class Member:
    """An agent or a manager."""

    world: World
    agent: Agent
    done: Counter[str] = field(default_factory=Counter)
    said: list[Said] = field(default_factory=list)
    """Replies. Acknowledged: the service told them that it is on its way."""
    noted: list[Said] = field(default_factory=list)

    async def types(self, command: str, text: str = "", *, chooses: int | None = 0) -> Answer:
        """A slash command, typed again while Slack says that it failed; a question is answered by a press."""
        self.done[command] += 1
        answer = await self.world.slack.command(self.agent.id, command, text, CHANNEL)
        for _ in range(PATIENCE):
            if answer.status == 200:
                break
            await asyncio.sleep(7.0)
            answer = await self.world.slack.command(self.agent.id, command, text, CHANNEL)
        if chooses is not None and answer.shown is not None and (offered := _sane(buttons(answer.shown))):
            await self.presses(answer, offered[chooses % len(offered)])
        return answer

    async def replies(self, text: str, *, chooses: int = 0) -> None:
        """`/reply`; when nobody is claimed, to whom is chosen by a press."""
        answer = await self.types("/reply", text, chooses=chooses)
        is_told = any("En route" in line and text in line for line in (_read(answer), *self._whispers()))
        self.said.append(Said(text, is_told))

    async def presses(self, shown: Answer | Post | Ephemeral, button: Button) -> Answer | None:
        """Press one button."""
        self.done[f"presses {button.action_id.split(':')[0]}"] += 1
        target: Any = shown.shown if isinstance(shown, Answer) else shown
        is_post = isinstance(target, Post)
        return await self.world.slack.press(
            self.agent.id,
            channel_id=target.channel,
            message_ts=target.ts if is_post else None,
            action_id=button.action_id,
            value=button.value,
            ephemeral_answer=None if is_post else target,
        )

    async def presses_on(self, post: Post, verb: str) -> bool:
        """Press the button of that verb under a post; False when there is none."""
        for button in buttons(post):
            if button.action_id.split(":")[0] == verb:
                await self.presses(post, button)
                return True
        return False

    async def notes(self, post: Post, text: str) -> Post:
        """Type a line in a thread."""
        self.done["types a line"] += 1
        said = await self.world.slack.say(self.agent.id, CHANNEL, text, post.ts)
        if text.startswith("!r "):
            words = text.removeprefix("!r ")
            is_told = any("En route" in line and words in line for line in self._whispers())
            self.said.append(Said(words, is_told))
        else:
            self.noted.append(Said(text, True))
        return said

    async def presses_what_was_offered(self, at: int = 0) -> bool:
        """Press a button of the latest line that only they see; False when there is none."""
        mine = [one for one in self.world.slack.ephemerals if one.user == self.agent.id and not one.deleted]
        offered = _sane(buttons(mine[-1])) if mine else []
        if not offered:
            return False
        await self.presses(mine[-1], offered[at % len(offered)])
        return True

    async def reads_everything(self, post: Post) -> list[str]:
        """Press *Tout lire* under a post, and go on to the last page: what stands on each."""
        self.done["reads everything"] += 1
        (first,) = [button for button in buttons(post) if button.action_id.startswith("read_all")]
        page = await self._page(post, first)
        pages = [page]
        while page is not None and (on := [one for one in buttons(page) if one.label == "Suite"]):
            page = await self._page(page, on[0])
            pages.append(page)
        return [f"{one.blocks}" for one in pages if one is not None]

    async def _page(self, shown: Post | Ephemeral, button: Button) -> Ephemeral | None:
        """The page that comes of a press; whoever sees none presses again."""
        for _ in range(PATIENCE):
            before = self._shown()
            await self.presses(shown, button)
            await asyncio.sleep(7.0)
            if (now_shown := self._shown()) is not None and _text(now_shown) != _text(before):
                return now_shown
        return None

    def _shown(self) -> Ephemeral | None:
        mine = [one for one in self.world.slack.ephemerals if one.user == self.agent.id and not one.deleted]
        pages = [one for one in mine if " sur " in one.text]
        return pages[-1] if pages else None

    async def changes(self, line: Post, text: str) -> None:
        """Change a line of their own."""
        self.done["changes a line"] += 1
        await self.world.slack.hands.edit(self.agent.id, CHANNEL, line.ts, text)

    async def deletes(self, line: Post) -> None:
        """Take a message out of the channel: their own, or a card."""
        self.done["deletes a card" if line.bot_id else "deletes a line"] += 1
        await self.world.slack.hands.delete(CHANNEL, line.ts)

    async def fills_in(self, command: str, text: str) -> bool:
        """Open a form by a command without words, and send what stands there until it is taken; False when
        nothing does."""
        self.done[f"{command} by a form"] += 1
        answer = await self.types(command, chooses=0)
        return await self._sends(text, is_heard=answer.status == 200)

    async def replies_by_card(self, card: Post, text: str) -> bool:
        """*Répondre* on a card, and its form."""
        self.done["/reply by a form"] += 1
        return await self.presses_on(card, "open_reply") and await self._sends(text, is_heard=True)

    async def uses(self, shortcut: str, ts: str) -> None:
        """A shortcut on a message."""
        self.done[f"uses {shortcut}"] += 1
        await self.world.slack.hands.shortcut(self.agent.id, shortcut, CHANNEL, ts)

    async def fills_in_by_shortcut(self, shortcut: str, post: Post, text: str) -> bool:
        """A shortcut on a message, and its form."""
        await self.uses(shortcut, post.ts)
        return await self._sends(text, is_heard=True)

    async def sends_reply(self, text: str) -> bool:
        """Send the reply form that stands before them."""
        return await self._sends(text, is_heard=True)

    async def _sends(self, text: str, *, is_heard: bool) -> bool:
        """Whether it was taken. An earlier form may stand there, for something else than was asked for last:
        the words are what the form is for."""
        hands = self.world.slack.hands
        view = hands.modal(self.agent.id)
        if view is None:
            return False
        verb = view.content["callback_id"]
        values = {"text": text} | ({"motive": "delivery"} if verb == "resolve" else {}) | _first_of(view)
        for _ in range(PATIENCE):
            view = await hands.submit(self.agent.id, values, view=view)
            if not view.is_open or "" not in view.errors:
                break
            await asyncio.sleep(7.0)
        if verb in {"reply", "note"}:
            words = Said(text, acknowledged=not view.is_open and is_heard)
            (self.said if verb == "reply" else self.noted).append(words)
        hands.close(self.agent.id)
        return not view.is_open

    def _whispers(self) -> list[str]:
        mine = [one for one in self.world.slack.ephemerals if one.user == self.agent.id]
        return [f"{one.text} {one.blocks}" for one in mine]


def _sane(offered: list[Button]) -> list[Button]:
    """Nobody who typed once means it twice."""
    return [button for button in offered if '"f":"twice"' not in str(button.value).replace(" ", "")]


def _text(shown: Ephemeral | None) -> str:
    return shown.text if shown else ""


def _read(answer: Answer) -> str:
    return f"{answer.text} {answer.document}"


def _first_of(view: View) -> dict[str, str]:
    """The first entry of a list of people, where a form asks for whom its words are."""
    for block in view.content["blocks"]:
        if block.get("block_id") == "conversation":
            return {"conversation": str(block["element"]["options"][0]["value"])}
    return {}


def cards(world: World) -> list[Post]:
    """The roots in the team's channel that stand, oldest first."""
    posts = world.slack.channels[CHANNEL].messages
    return [one for one in posts if not one.deleted and one.thread_ts in (None, one.ts) and one.bot_id]


async def whatsapp(world: World, name: str = "Marie Dupont", phone: str = "") -> OnWhatsApp:
    """A new customer on WhatsApp."""
    return OnWhatsApp(world, name, person=await world.twilio.person(phone, name))


async def telegram(world: World, name: str = "Karim Benali") -> OnTelegram:
    """A new customer on Telegram."""
    first, _, last = name.partition(" ")
    phone = f"+3369876{len(world.telegram.chats):04d}"
    return OnTelegram(world, name, chat=await world.telegram.person(first, last or None, phone=phone))
