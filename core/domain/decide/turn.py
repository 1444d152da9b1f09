"""One decision in the making: the state as it stands, and the effects so far.

A turn is made, used and dropped within one call of `decide`; it never escapes, so the outside sees a pure
function.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from core.domain.conversation import Conversation, Option, Status, Talk
from core.domain.customer import Customer
from core.domain.effects import (
    Condition,
    Effect,
    Mark,
    OpenThread,
    StartTimer,
    StopTimer,
    ToCustomer,
    ToThread,
    UpdateCard,
)
from core.domain.events import TimerKind
from core.domain.lines import Choice, Line, Words, line
from core.domain.rules import Rules
from core.domain.situation import Decision, Situation

WINDOW_MARGIN = timedelta(minutes=5)
"""A text sent in the window's last minutes may arrive after its end (T29)."""


class Turn:
    """The working copy of one decision."""

    def __init__(self, situation: Situation, conversation: Conversation, now: datetime, rules: Rules) -> None:
        self.situation = situation
        self.now = now
        self.rules = rules
        self.conversation = conversation
        self.customer: Customer = situation.customer
        self.effects: list[Effect] = []

    @property
    def talk(self) -> Talk:
        """The bot's side of the conversation."""
        return self.conversation.talk

    def change(self, **changes: Any) -> None:  # noqa: ANN401 - the fields have their own types
        """Change fields of the conversation."""
        self.conversation = self.conversation.but(**changes)

    def change_talk(self, **changes: Any) -> None:  # noqa: ANN401 - the fields have their own types
        """Change fields of the bot's talk."""
        self.change(talk=self.talk.but(**changes))

    def change_customer(self, **changes: Any) -> None:  # noqa: ANN401 - the fields have their own types
        """Change fields of the customer; most messages tell nothing new of them."""
        if any(getattr(self.customer, name) != value for name, value in changes.items()):
            self.customer = replace(self.customer, **changes)

    def do(self, *effects: Effect) -> None:
        """Add effects, in the order in which they must happen."""
        self.effects.extend(effects)

    def say(
        self,
        *words: Line | str,
        way_out: bool = False,
        clears_keyboard: bool = False,
        article: str = "",
        recap: bool = False,
    ) -> None:
        """Tell the customer something that awaits no choice; the rest as in `ToCustomer`."""
        said = (*self._greeting(), *words)
        self._tell(said, way_out=way_out, clears_keyboard=clears_keyboard, article=article, recap=recap)

    def ask(self, words: Words, *choices: Choice, asks_phone: bool = False, article: str = "") -> None:
        """Show a closed list and remember it, so that an answer in any form finds its choice."""
        prompt = self._new_prompt()
        options = tuple(Option(choice.id, "") for choice in choices)
        self.change_talk(prompt=prompt, options=options)
        said = (*self._greeting(), *words)
        shown: dict[str, Any] = {"choices": choices, "prompt": prompt, "article": article}
        self._tell(said, way_out=True, asks_phone=asks_phone, **shown)

    def _tell(self, said: Words, **shown: Any) -> None:  # noqa: ANN401 - the fields have their own types
        """What the bot says for itself goes only as long as nobody of the team has the conversation."""
        with_bot = self.conversation.status is Status.BOT
        condition = Condition.WITH_BOT if with_bot else Condition.REACHABLE
        self.do(ToCustomer(self.conversation.address, said, condition=condition, **shown))

    def _new_prompt(self) -> str:
        """Unique among all menus of all conversations: an old one still on the screen is never taken for it.

        Short, because a button of some channels carries few bytes.
        """
        conversation = self.conversation
        return f"{conversation.id[-6:]}.{conversation.version + 1:x}.{len(self.effects):x}"

    def _greeting(self) -> Words:
        """The greeting before our first words, with what is said of personal data the first time."""
        if self.talk.greeted:
            return ()
        self.change_talk(greeted=True)
        name = self.customer.first_name
        if self.customer.greeted_at is not None:
            return (line("greeting.again", name=name),)
        self.change_customer(greeted_at=self.now)
        first = line("greeting.first", name=name, service=self.rules.service_name)
        if self.rules.privacy_url:
            return (first, line("greeting.privacy_link", url=self.rules.privacy_url))
        return (first, line("greeting.privacy"))

    def tell_team(self, mark: Mark, *words: Line | str, mentions: tuple[str, ...] = ()) -> None:
        """Add a line to the thread."""
        self.do(ToThread(mark, words, mentions=mentions))

    def refresh_card(self) -> None:
        """Ask for an up-to-date card, once a decision."""
        stale = any(isinstance(effect, UpdateCard | OpenThread) for effect in self.effects)
        if not stale:
            self.do(UpdateCard())

    def start(self, kind: TimerKind, after: timedelta) -> None:
        """Await a moment from now on."""
        self.do(StartTimer(kind, self.now + after))

    def stop(self, kind: TimerKind) -> None:
        """Await a moment no more."""
        self.do(StopTimer(kind))

    def shown_name(self) -> str:
        """Who the customer is for the team: their name, masked where it gives away more; else the handle."""
        return self.situation.shown_name or self.conversation.handle

    def language(self) -> str:
        """The language the customer is spoken to in."""
        return self.customer.language or self.rules.language

    def why_not_write(self) -> str:
        """Why nothing may be sent now: "stopped", "blocked", "window" when it is closed; empty: it may.

        The channel's window counts from the customer's latest message (T29).
        """
        if self.situation.absence:
            return self.situation.absence
        window = self.situation.channel.reply_window
        latest = self.conversation.last_customer_at
        is_closed = window and latest and self.now >= latest + window - WINDOW_MARGIN
        return "window" if is_closed else ""

    def lose(self, by: str) -> None:
        """The conversation leaves its owner's hands by the act of `by`; what they type next is not for it."""
        owner = self.conversation.owner
        if owner and owner != by:
            self.change(lost_by=owner, lost_at=self.now)

    def can_write(self) -> bool:
        """Whether the customer may be written to now."""
        return not self.why_not_write()

    def decided(self, *answer: Line | str) -> Decision:
        """What this turn comes to."""
        return Decision(self.conversation, self.customer, tuple(self.effects), answer)


def refused(reason: str, key: str, **values: str) -> Decision:
    """Nothing is done, and the agent is told why."""
    return Decision(answer=(line(key, **values),), refusal=reason)
