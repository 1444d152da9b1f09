"""From a verb and its words to an event, and from what became of it to the answer one person sees.

Commands and buttons meet here: both know who acts, what is meant, and which conversation, or must ask.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core.desk import Desk, Heard, Outcome
from core.domain.events import (
    AgentChoseMotive,
    AgentClaimed,
    AgentEvent,
    AgentNoted,
    AgentReleased,
    AgentReplied,
    AgentResolved,
    AgentSettled,
)
from core.domain.lines import Line
from core.domain.rules import Agent, Rules
from core.store.screens import Entry
from core.texts import Texts
from handoff import markup
from handoff.answers import Answer, Choice, document
from handoff.hidden import hides_a_verb
from handoff.targets import Target, Targets

Said = Callable[..., str]


@dataclass(frozen=True)
class Act:
    """What somebody wants done. `key` is Slack's own id of the gesture; `draft` keeps the typed words."""

    agent: Agent
    verb: str
    key: str
    text: str = ""
    conversation: str = ""
    motive: str = ""
    next_step: str = ""
    draft: str = ""
    typed_at: datetime | None = None
    """When the draft was typed, or up to which words of the customer a refusal bade to read."""
    take_over_from: str = ""
    """The owner whom a refusal named, and from whom the agent takes over all the same."""
    reopens: datetime | None = None
    """The resolution that a refusal named, and that the agent undoes all the same."""
    twice: bool = False
    """They were asked whether the same words are meant once more, and are."""
    reference: str = ""
    """Of a note: where it stands in the thread already."""
    late: datetime | None = None
    """When it was typed, if it was brought late."""
    article: str = ""
    """The article whose words a reply began with."""


class Acts:
    """Carries acts to the desk."""

    def __init__(
        self,
        *,
        desk: Desk,
        targets: Targets,
        texts: Texts,
        rules: Rules,
        labels: Mapping[str, str],
        now: Callable[[], datetime],
    ) -> None:
        self._desk = desk
        self._targets = targets
        self._texts = texts
        self._rules = rules
        self._labels = labels
        self._now = now

    def now(self) -> datetime:
        """The moment, aware, UTC."""
        return self._now()

    def said(self, key: str, **values: str | int) -> str:
        """A sentence for agents."""
        return self._texts.said(key, self._rules.language, **values)

    def line(self, line: Line) -> str:
        """A sentence that somebody else chose."""
        return self._texts.line(line, self._rules.language, self._now())

    def document(self, answer: Answer) -> dict[str, Any]:
        """The JSON of an answer."""
        return document(answer, self.said("answers.given_back"))

    async def typed(self, act: Act) -> Answer:
        """A verb typed as a command: find its conversation, or let the agent choose."""
        if act.verb == "claim":
            return await self._claim(act)
        target = await self._targets.own(act.agent, act.verb)
        if target.one is not None:
            return await self.on(act, target.one.id)
        return await self._choose(act, target)

    async def _claim(self, act: Act) -> Answer:
        if act.text.strip():
            target = await self._targets.named(act.text)
            if target.one is not None:
                return await self.on(act, target.one.id)
            return await self._choose(act, target)
        waiting = await self._targets.waiting()
        if not waiting:
            return Answer(self.said("answers.nobody_waits"))
        first = waiting[0]
        label = self.said("button.confirm_claim", customer=first.customer)
        asked = self.said("answers.confirm_claim", customer=first.customer, channel=self._label(first))
        choices = (Choice("claim", label, {"c": first.id}, "primary"), self._cancel())
        return Answer(asked, choices)

    async def _choose(self, act: Act, target: Target) -> Answer:
        """A chooser over people; what was typed is kept here meanwhile, and shown."""
        asked = self._asked(act, target)
        if not target.several:
            return Answer(asked, given_back=self._given_back(act))
        draft = await self._keep(act)
        value = {"d": draft} if draft else {}
        choices = [
            Choice(act.verb, self._entry(entry, target.several), value | {"c": entry.id})
            for entry in target.several
        ]
        return Answer(asked, (*choices, self._cancel(draft)), self._given_back(act))

    def _asked(self, act: Act, target: Target) -> str:
        if target.why == "answers.nobody_named" and not target.several:
            return self.said("answers.nobody_named_or_waiting", words=act.text)
        return self.said(target.why, words=act.text, lost=target.lost)

    async def _keep(self, act: Act) -> str:
        if act.draft or act.verb in {"claim", "release"}:
            return act.draft
        return await self._desk.keep_draft(act.agent.id, act.verb, act.text)

    def _given_back(self, act: Act) -> str:
        return "" if act.verb in {"claim", "release", "motive"} else act.text

    def _cancel(self, draft: str = "") -> Choice:
        return Choice("cancel", self.said("button.cancel"), {"d": draft} if draft else {})

    def _label(self, entry: Entry) -> str:
        return self._labels.get(entry.channel, entry.channel)

    def _entry(self, entry: Entry, beside: Sequence[Entry]) -> str:
        """A person as a button; two of the same name are told apart by their handles (P2)."""
        name = markup.plain(entry.customer, 40)
        if sum(other.customer == entry.customer for other in beside) > 1:
            name = f"{name} ({entry.handle})"
        if entry.status == "resolved":
            return self.said("answers.entry_resolved", customer=name, channel=self._label(entry))
        return self.said("answers.entry", customer=name, channel=self._label(entry))

    async def on(self, act: Act, conversation: str) -> Answer:
        """The act on a conversation that is certain."""
        return await self.answer(act, conversation, await self.heard(act, conversation))

    async def heard(self, act: Act, conversation: str) -> Heard:
        """Bring the act to the desk."""
        return await self._desk.handle(_event(act, conversation), key=_key(act))

    async def is_said_again(self, act: Act, conversation: str) -> bool:
        """Of an act that was heard before: whether the same was said then."""
        return await self._desk.is_said_again(_event(act, conversation), key=_key(act))

    def told(self, heard: Heard) -> str:
        """What the desk says to whoever acted."""
        return self._texts.write(heard.answer, self._rules.language, self._now())

    async def answer(self, act: Act, conversation: str, heard: Heard) -> Answer:
        """What the agent is told; a refusal gives their words back, with a way on where there is one."""
        if heard.outcome is Outcome.DUPLICATE:
            return Answer(self.said("answers.duplicate"))
        told = self.told(heard)
        if heard.outcome is Outcome.DONE:
            return Answer(told, details=self._echo(act))
        choices = await self._ways_on(act, conversation, heard)
        return Answer(told, choices, self._given_back(act))

    def _echo(self, act: Act) -> tuple[str, ...]:
        """A reply that leaves is shown once more, so that the agent sees what the customer reads.

        Of a note that holds a verb, they are told that nothing left.
        """
        if act.verb == "note" and hides_a_verb(act.text):
            return (markup.escape(self.said("bang.inside")),)
        return (markup.quote(act.text),) if act.verb == "reply" else ()

    async def _ways_on(self, act: Act, conversation: str, heard: Heard) -> tuple[Choice, ...]:
        refusal = heard.refusal
        if refusal == "motive":
            return await self._motives(act, conversation)
        if refusal == "owned" and act.verb in {"reply", "claim"}:
            key = "button.take_over_reply" if act.verb == "reply" else "button.take_over"
            value = {"c": conversation, "d": await self._keep(act), "w": owner_of(heard)}
            return (Choice(act.verb, self.said(key), value, "danger"), self._cancel(value["d"]))
        if refusal in {"again", "reopens", "twice"} or (
            refusal == "late" and act.verb in {"reply", "resolve"}
        ):
            value = {"c": conversation, "d": await self._keep(act)} | _confirmed(act, heard)
            key = "button.resolve_again" if act.verb == "resolve" else "button.send_again"
            return (Choice(act.verb, self.said(key), value, "danger"), self._cancel(value["d"]))
        if refusal == "unclaimed":
            return (Choice("claim", self.said("button.claim"), {"c": conversation}, "primary"),)
        return ()

    async def _motives(self, act: Act, conversation: str) -> tuple[Choice, ...]:
        """One tap chooses the motive and resolves with the recap that was typed."""
        value = {"c": conversation, "d": await self._keep(act)}
        return tuple(
            Choice("resolve", motive.short, value | {"m": motive.key}) for motive in self._rules.motives
        )

    async def choose_motive(self, conversation: str) -> Answer:
        """The list of motives, for a card that has none or a wrong one."""
        entry = await self._targets.entry(conversation)
        if entry is None:
            return Answer(self.said("refuse.gone"))
        choices = [
            Choice("set_motive", motive.short, {"c": conversation, "m": motive.key})
            for motive in self._rules.motives
        ]
        return Answer(self.said("answers.choose_motive", customer=entry.customer), (*choices, self._cancel()))

    async def settle(self, agent: Agent, key: str, outbox_id: str, *, resend: bool) -> Answer:
        """An agent decides about a message nobody can tell the outcome of."""
        conversation = await self._desk.conversation_of_effect(outbox_id)
        event = AgentSettled(agent, conversation, outbox_id, resend)
        heard = await self._desk.handle(event, key=key)
        return await self.answer(Act(agent, "settle", key), conversation, heard)


def owner_of(heard: Heard) -> str:
    """Whom a refusal named as the owner: what is confirmed afterwards is to take over from them alone."""
    return heard.conversation.owner if heard.conversation else ""


def read_up_to(heard: Heard) -> int:
    """The customer's latest words that a refusal knew of, in milliseconds: newer ones nobody has read."""
    latest = heard.conversation.last_customer_at if heard.conversation else None
    return round(latest.timestamp() * 1000) if latest else 0


def resolved_ms(heard: Heard) -> int:
    """Which resolution a refusal knew of, by its moment in milliseconds: a later one is not meant."""
    resolved = heard.conversation.resolved_at if heard.conversation else None
    return round(resolved.timestamp() * 1000) if resolved else 0


def _confirmed(act: Act, heard: Heard) -> dict[str, str]:
    """What a button confirms: what was confirmed before, and what this refusal asks about; nothing else."""
    if act.verb == "resolve":
        return {"m": act.motive, "o": str(read_up_to(heard))}
    before = round(act.reopens.timestamp() * 1000) if act.reopens else 0
    reopens = resolved_ms(heard) if heard.refusal == "reopens" else before
    is_twice = act.twice or heard.refusal == "twice"
    return {"w": act.take_over_from, "r": str(reopens), "f": "twice" if is_twice else ""}


def _key(act: Act) -> str:
    """A draft, or else a gesture, acts once."""
    return f"draft:{act.draft}" if act.draft else act.key


def _event(act: Act, conversation: str) -> AgentEvent:
    agent, text = act.agent, act.text
    match act.verb:
        case "claim":
            return AgentClaimed(agent, conversation, act.take_over_from, act.late)
        case "reply":
            confirmed = act.take_over_from, act.reopens, act.twice
            return AgentReplied(agent, conversation, text, *confirmed, act.late, act.article)
        case "note":
            return AgentNoted(agent, conversation, text, act.reference, act.late)
        case "resolve":
            read = act.typed_at, act.late
            return AgentResolved(agent, conversation, text, act.motive, act.next_step, *read)
        case "set_motive":
            return AgentChoseMotive(agent, conversation, act.motive)
        case "release":
            return AgentReleased(agent, conversation, act.late)
        case _:
            raise ValueError(f"no event for the verb {act.verb}")
