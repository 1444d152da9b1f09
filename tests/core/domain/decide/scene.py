"""One customer, driven through `decide` alone: rules, articles and texts are the real ones.

A scene keeps what the desk would keep between two decisions, and nothing else.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from core.domain.channel import Address, Capabilities, Menus
from core.domain.conversation import Conversation, Option, Status, Step
from core.domain.customer import Customer
from core.domain.decide import decide
from core.domain.effects import Effect, Mark, StartTimer, StopTimer, ToCustomer, ToThread
from core.domain.events import AgentClaimed, AgentResolved, CustomerWrote, Event, Tap, TimerKind, TimerRang
from core.domain.lines import Line, Words
from core.domain.rules import Agent, Role, Rules
from core.domain.situation import Decision, Situation
from core.texts import Texts
from faq.files import read_articles
from faq.match import KnowledgeBase
from faq.motives import MotiveGuesser
from faq.words import detect_language
from settings import load_rules

ROOT = Path(__file__).parents[4]
MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
"""Monday, 10 h in Paris: the desk is open."""
LEA, SAM = Agent("U0LEA", "Léa"), Agent("U0SAM", "Sam")
NADIA = Agent("U0NADIA", "Nadia", role=Role.MANAGER)
WHATSAPP = Capabilities(
    "whatsapp", "WhatsApp", "wa", 1500, reply_window=timedelta(hours=24), address_is_phone=True
)
TELEGRAM = Capabilities("telegram", "Telegram", "tg", 4096, menus=Menus.BUTTONS, asks_phone=True)
PHONE = "+33612345678"
HOME = {
    WHATSAPP.name: Address(WHATSAPP.name, PHONE),
    TELEGRAM.name: Address(TELEGRAM.name, "700"),
}
KNOWN, UNSURE, UNKNOWN = "Où est mon colis ?", "Question sur la livraison", "Le vélo grince un peu"
"""Words that the shipped articles answer, may answer, and do not answer."""
BURST = timedelta(seconds=3)
Kind = TypeVar("Kind", bound=Effect)


@cache
def shipped() -> Rules:
    """The rules as they are shipped, and one agent that they name."""
    return replace(load_rules(ROOT / "relais.toml", "C0SAV"), agents=(LEA,))


@cache
def knowledge() -> KnowledgeBase:
    """The shipped articles."""
    return KnowledgeBase(read_articles(ROOT / "faq" / "articles"))


@cache
def guesser() -> MotiveGuesser:
    """The guesser over the shipped motives."""
    return MotiveGuesser(shipped().motives)


def keys(words: Words) -> list[str]:
    """The catalogue keys of some words; what a person typed stands for itself."""
    return [part.key if isinstance(part, Line) else part for part in words]


@dataclass
class Scene:
    """The state between two decisions."""

    channel: Capabilities = WHATSAPP
    rules: Rules = field(default_factory=shipped)
    now: datetime = MONDAY
    customer: Customer = field(default_factory=lambda: Customer("m1", "Marie Dupont"))
    conversation: Conversation | None = None
    last: Conversation | None = None
    facts: dict[str, Any] = field(default_factory=dict)
    """What the next situations hold beside the state: `recent_complaint`, `effect`, `finding`…"""
    timers: dict[TimerKind, datetime] = field(default_factory=dict)
    effects: list[Effect] = field(default_factory=list)
    """Of the latest act, and of the reading of its burst."""
    decision: Decision = field(default_factory=Decision)
    opened: int = 0

    @property
    def state(self) -> Conversation:
        """The conversation, active or just closed."""
        found = self.conversation or self.last
        assert found is not None
        return found

    @property
    def told(self) -> list[str]:
        """What the customer was told by the latest act, by key."""
        return [key for effect in self.of(ToCustomer) for key in keys(effect.words)]

    @property
    def thread(self) -> list[str]:
        """What the latest act put into the thread, by key."""
        return [key for effect in self.of(ToThread) for key in keys(effect.words)]

    def of(self, kind: type[Kind]) -> list[Kind]:
        """The latest effects of one kind."""
        return [effect for effect in self.effects if isinstance(effect, kind)]

    def says(self, *texts: str, **event: Any) -> list[str]:  # noqa: ANN401 - parts of the event
        """Write, let the burst end, and return what the customer was told."""
        for text in texts or ("",):
            self.writes(text, **event)
        if self.conversation and self.conversation.talk.burst:
            before = self.effects
            self.passes(BURST)
            self.rings(TimerKind.BURST)
            self.effects = [*before, *self.effects]
        return self.told

    def writes(self, text: str = "", **event: Any) -> Decision:  # noqa: ANN401 - parts of the event
        """Write one message; a burst it begins is not read yet."""
        wrote: dict[str, Any] = {"address": HOME[self.channel.name], "name": self.customer.name} | event
        if self.channel.address_is_phone:
            wrote["phone"] = PHONE
        return self.hears(CustomerWrote(text=text, **wrote))

    def taps(self, choice: str, prompt: str | None = None, after: int = 10) -> list[str]:
        """Press a button, of the menu shown last unless said otherwise, some seconds later."""
        self.passes(timedelta(seconds=after))
        shown = self.state.talk.prompt if prompt is None else prompt
        self.hears(CustomerWrote(HOME[self.channel.name], self.customer.name, tap=Tap(shown, choice)))
        return self.told

    def rings(self, kind: TimerKind) -> Decision:
        """A timer rings."""
        self.timers.pop(kind, None)
        return self.hears(TimerRang(self.state.id, kind, 1))

    def passes(self, span: timedelta) -> None:
        """Time goes by; nothing rings by itself."""
        self.now += span

    def hears(self, event: Event) -> Decision:
        """Decide one event, and keep what the desk would keep."""
        self.decision = decide(self._situation(event), event, self.now, self.rules)
        self.effects = list(self.decision.effects)
        if self.decision.conversation and self.decision.customer:
            self._keep(self.decision.conversation, self.decision.customer)
        return self.decision

    def _situation(self, event: Event) -> Situation:
        text = event.text if isinstance(event, CustomerWrote) else ""
        talk = self.conversation.talk if self.conversation else None
        read = "\n".join(talk.burst) if talk else ""
        situation = Situation(
            customer=self.customer,
            shown_name=getattr(event, "name", "") or self.customer.name,
            channel=self.channel,
            conversation=self.conversation or (None if isinstance(event, CustomerWrote) else self.last),
            last=self.last,
            finding=knowledge().find(read, self.customer.language or "fr"),
            guess=guesser().guess(read, self.customer.language or "fr") or "",
            articles={each.id: each for each in knowledge().articles},
            language=detect_language(text) or "",
            new_id=f"conversation-{self.opened + 1:06}",
            owner_name="Léa",
        )
        return replace(situation, **self.facts)

    def _keep(self, state: Conversation, customer: Customer) -> None:
        labels = {
            choice.id: Texts(self.rules.hours.zone).write((choice.label,), customer.language, self.now)
            for effect in self.of(ToCustomer)
            if effect.prompt == state.talk.prompt
            for choice in effect.choices
        }
        options = tuple(Option(each.id, labels.get(each.id, each.label)) for each in state.talk.options)
        state = state.but(talk=replace(state.talk, options=options), version=state.version + 1)
        known = {each.id for each in (self.conversation, self.last) if each}
        self.opened += state.id not in known
        self.customer = customer
        is_over = state.status is Status.CLOSED
        self.conversation, self.last = (None, state) if is_over else (state, self.last)
        self._keep_timers()

    def _keep_timers(self) -> None:
        for effect in self.effects:
            if isinstance(effect, StartTimer):
                self.timers[effect.kind] = effect.due
            elif isinstance(effect, StopTimer):
                self.timers.pop(effect.kind, None)


def at(step: Step, **scene: Any) -> Scene:  # noqa: ANN401 - parts of the scene
    """A talk that stands at a step of the bot."""
    made = Scene(**{"channel": TELEGRAM if step is Step.IDENTITY else WHATSAPP} | scene)
    ways: dict[Step, Sequence[str]] = {
        Step.LISTENING: ("bonjour",),
        Step.CONFIRMING: (KNOWN,),
        Step.CHOOSING: (UNSURE,),
        Step.GUESSING: (KNOWN, "non"),
        Step.MOTIVE: (UNKNOWN,),
        Step.BLOCKING: (KNOWN, "non", "oui"),
        Step.IDENTITY: (KNOWN, "non", "oui", "non"),
    }
    for text in ways[step]:
        made.says(text)
        made.passes(timedelta(seconds=20))
    assert made.state.talk.step is step
    return made


def handed_over(motive: str = "delivery", **scene: Any) -> Scene:  # noqa: ANN401 - as above
    """A conversation that waits for the team, with a motive unless it is empty."""
    made = Scene(**scene)
    made.says(UNKNOWN)
    if motive:
        made.taps(f"m:{motive}")
    if made.state.talk.step is Step.BLOCKING:
        made.taps("no")
    if made.state.status is Status.BOT:
        made.says("conseiller")
    made.passes(timedelta(minutes=1))
    assert made.state.status is Status.OPEN
    return made


def claimed(agent: Agent = LEA, motive: str = "delivery", **scene: Any) -> Scene:  # noqa: ANN401
    """A conversation that an agent owns."""
    made = handed_over(motive, **scene)
    made.hears(AgentClaimed(agent, made.state.id))
    made.passes(timedelta(minutes=1))
    return made


def resolved(motive: str = "delivery", **scene: Any) -> Scene:  # noqa: ANN401 - as above
    """A conversation at rest, owned by Léa."""
    made = claimed(LEA, motive, **scene)
    made.hears(AgentResolved(LEA, made.state.id, "Colis renvoyé ce matin.", motive="" if motive else "other"))
    made.passes(timedelta(minutes=1))
    return made


def lines(scene: Scene, mark: Mark) -> list[ToThread]:
    """The thread lines of one kind that the latest act put there."""
    return [effect for effect in scene.of(ToThread) if effect.mark is mark]


def shown(article: str) -> list[str]:
    """What of an article the customer reads, paragraph by paragraph."""
    found = knowledge().article(article)
    assert found is not None
    steps = "\n".join(f"- {step}" for step in found.steps)
    return [part for part in (found.answer, steps, found.follow_up) if part]
