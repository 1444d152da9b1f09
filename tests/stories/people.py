"""The people of a story: customers on their phones, and what agents read in Slack, as plain text."""

from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from core.domain.lines import Value
from core.domain.rules import Agent
from core.texts import Texts
from sandbox.slack import Answer, Button, Ephemeral, buttons
from sandbox.slack import Message as Post
from sandbox.telegram import Chat, Message
from sandbox.twilio import MessageRecord, Person
from tests.stories.town import CHANNEL, Town

TEXTS = Texts(ZoneInfo("Europe/Paris"))


def sentence(key: str, **values: Value) -> str:
    """A French sentence of the catalogue, as the eye reads it."""
    return seen(TEXTS.said(key, "fr", **values))


def seen(text: str) -> str:
    """A text as the eye reads it: no-break spaces are spaces."""
    return text.replace("\u00a0", " ")


@dataclass
class OnWhatsApp:
    """A customer who writes on WhatsApp."""

    town: Town
    person: Person

    async def writes(self, text: str) -> None:
        """Write a message, and wait until everything it causes has happened."""
        delivery = await self.town.twilio.write(self.person, text)
        assert delivery.status == 200
        await self.town.settle()

    async def presses(self, label: str, *, of: int = -1) -> None:
        """Press what has that name, on the latest menu that has it, or on an earlier one."""
        menus = [one for one in self.messages if any(each["title"] == label for each in one.buttons)]
        pressed = next(each for each in menus[of].buttons if each["title"] == label)
        delivery = await self.town.twilio.press(self.person, menus[of].sid, pressed["id"])
        assert delivery.status == 200
        await self.town.settle()

    @property
    def messages(self) -> list[MessageRecord]:
        """Everything that was sent to them, oldest first."""
        return [one for one in self.town.twilio.conversation(self.person) if one.direction != "inbound"]

    @property
    def received(self) -> list[str]:
        """The words of it, to the letter."""
        return [one.body for one in self.messages]

    @property
    def offered(self) -> list[str]:
        """What can be pressed on the latest message they got."""
        return [seen(each["title"]) for each in self.messages[-1].buttons]

    @property
    def reads(self) -> list[str]:
        """The same as the eye reads it."""
        return [seen(text) for text in self.received]


@dataclass
class OnTelegram:
    """A customer who writes on Telegram. Each act ends when everything it causes has happened."""

    town: Town
    chat: Chat

    async def writes(self, text: str, *, answering: str = "", part: str = "") -> None:
        """Write a message, perhaps as an answer to the latest one that begins so, or to a part of it."""
        answered = self._latest(answering).message_id if answering else None
        write = self.town.telegram.write(self.chat.id, text, reply_to=answered, part=part)
        await self.town.taken(await write)

    async def edits(self, before: str, after: str) -> None:
        """Change a message they wrote."""
        number = self._latest(before, outgoing=False).message_id
        await self.town.taken(await self.town.telegram.edit(self.chat.id, number, after))

    async def reacts(self, about: str, sign: str) -> None:
        """Put a sign under the latest message that begins so."""
        number = self._latest(about).message_id
        await self.town.taken(await self.town.telegram.react(self.chat.id, number, sign))

    async def blocks(self) -> None:
        """Shut the door."""
        await self.town.taken(await self.town.telegram.block(self.chat.id))

    async def unblocks(self) -> None:
        """Open it again, without a word."""
        await self.town.taken(await self.town.telegram.unblock(self.chat.id))

    async def presses(self, label: str) -> None:
        """Press the button of that name under the latest message that shows it, or showed it once."""
        pressed, offered = next(
            (message, button)
            for message in reversed(self.chat.messages)
            for button in message.ever_offered
            if button["text"] == label
        )
        data = str(offered["callback_data"])
        await self.town.taken(await self.town.telegram.press(self.chat.id, pressed.message_id, data))

    async def shares_phone(self) -> None:
        """Press the contact button."""
        await self.town.taken(await self.town.telegram.share_contact(self.chat.id))

    def _latest(self, words: str, *, outgoing: bool = True) -> Message:
        sent = (one for one in reversed(self.chat.messages) if one.outgoing is outgoing)
        return next(one for one in sent if seen(one.text).startswith(words))

    @property
    def received(self) -> list[str]:
        """Everything that was sent to them, oldest first, to the letter."""
        return [one.text for one in self.chat.messages if one.outgoing]

    @property
    def reads(self) -> list[str]:
        """The same as the eye reads it."""
        return [seen(text) for text in self.received]

    @property
    def offered(self) -> list[str]:
        """The buttons under the latest message they got."""
        latest = [one for one in self.chat.messages if one.outgoing][-1]
        return [str(button["text"]) for button in latest.buttons]


async def on_whatsapp(place: Town, name: str = "Marie Dupont", phone: str = "") -> OnWhatsApp:
    """A new WhatsApp customer; a phone is made up when none is given."""
    return OnWhatsApp(place, await place.twilio.person(phone, name))


async def on_telegram(place: Town, name: str = "Karim Benali", phone: str = "+33698765432") -> OnTelegram:
    """A new Telegram customer who has a phone they may share."""
    first, _, last = name.partition(" ")
    return OnTelegram(place, await place.telegram.person(first, last or None, phone=phone))


async def waiting(place: Town, name: str = "Marie Dupont", said: str = "conseiller") -> OnWhatsApp:
    """A WhatsApp customer who was handed to the team and whom nobody has claimed yet."""
    customer = await on_whatsapp(place, name)
    await customer.writes(said)
    return customer


def words(shown: Post | Ephemeral | Answer | None) -> str:
    """Everything a person reads of a message, its blocks in order, without the buttons."""
    target = shown.shown if isinstance(shown, Answer) else shown
    if target is None:
        return shown.text if isinstance(shown, Answer) else ""
    blocks = [_words_of(block) for block in target.blocks if block["type"] != "actions"]
    return seen("\n".join(blocks) or target.text)


def _words_of(block: dict[str, Any]) -> str:
    match block["type"]:
        case "context":
            return "\n".join(element["text"] for element in block["elements"])
        case "rich_text":
            return "\n".join(_rich_words(section) for section in block["elements"])
        case _:
            parts = [block["text"]] if "text" in block else []
            return "\n".join(part["text"] for part in [*parts, *block.get("fields", [])])


def _rich_words(section: dict[str, Any]) -> str:
    """The words of a part of rich text; a quote is told from our own words as in the other blocks."""
    said = "".join(each["text"] for each in section["elements"])
    is_quote = section["type"] == "rich_text_quote"
    return "\n".join(f"> {line}" for line in said.split("\n")) if is_quote else said


def labels(shown: Post | Ephemeral | Answer) -> list[str]:
    """The names of the buttons."""
    return [button.label for button in buttons(shown)]


def _button(shown: Post | Ephemeral, label: str) -> Button:
    return next(button for button in buttons(shown) if button.label == label)


async def press(place: Town, who: Agent | str, shown: Post | Ephemeral | Answer, label: str) -> Ephemeral:
    """Press the button of that name; what the person then sees alone, once everything has settled."""
    user = who if isinstance(who, str) else who.id
    target = shown.shown if isinstance(shown, Answer) else shown
    assert target is not None
    offered = _button(target, label)
    is_post = isinstance(target, Post)
    pressed = await place.slack.press(
        user,
        channel_id=target.channel,
        message_ts=target.ts if is_post else None,
        action_id=offered.action_id,
        value=offered.value,
        ephemeral_answer=None if isinstance(target, Post) else target,
    )
    assert pressed.status == 200, pressed.text
    await place.settle()
    return await told(place, user)


async def told(place: Town, user: str) -> Ephemeral:
    """What this person was shown last, them alone."""
    await place.until(lambda: any(one.user == user for one in place.slack.ephemerals))
    return [one for one in place.slack.ephemerals if one.user == user][-1]


def thread(place: Town, card: Post, channel: str = CHANNEL) -> list[str]:
    """The replies under a card, each as it is read."""
    return [words(post) for post in place.slack.thread(channel, card.ts)[1:]]
