"""All that a decision may look at, gathered beforehand; and what it comes to."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from core.domain.channel import Capabilities
from core.domain.conversation import Conversation
from core.domain.customer import Customer
from core.domain.effects import Effect
from core.domain.knowledge import Article, Finding, Match
from core.domain.lines import Words


@dataclass(frozen=True)
class SentEffect:
    """An outbox row, as far as a decision needs it."""

    id: str
    conversation_id: str
    destination: str
    kind: str
    place: str = ""
    """The team's place an effect goes to; empty for a customer's."""
    agent: str = ""
    text: str = ""
    is_for_customer: bool = False
    reported: str = ""
    """The furthest report so far; empty before the first."""
    reference: str = ""
    state: str = ""
    created_at: datetime | None = None
    to: str = ""
    """The customer's address on the channel that carries it."""
    has_menu: bool = False
    """It shows a list of choices in a form of the channel's own."""
    about: str = ""
    """What the messages that are one reply, and the thread line that tells it, have in common."""
    condition: str = ""
    """What must hold when it leaves: a `Condition`."""
    error: str = ""
    """Of what failed: a key of the catalogue and the platform's code."""


@dataclass(frozen=True)
class Reply:
    """Words of the team to a customer, all their messages together: a reply, or the recap of a resolution."""

    written: datetime
    is_lost: bool
    """One of its messages is known not to have arrived."""


@dataclass(frozen=True)
class Promise:
    """The time that a customer was told (P20)."""

    told_at: datetime
    due_at: datetime
    is_settled: bool
    """Kept, or kept too late; not renegotiated."""


@dataclass(frozen=True)
class Situation:
    """The facts of one decision. Whoever gathers them decides nothing.

    `finding` and `guess` cost time and were gathered before the transaction; None when they were not, or
    when the conversation has changed since, so that they must not be used.
    """

    customer: Customer
    channel: Capabilities
    conversation: Conversation | None = None
    last: Conversation | None = None
    """The customer's latest closed conversation."""
    finding: Finding | None = None
    near: tuple[Match, ...] = ()
    """The articles of `finding` that somebody who searches is shown."""
    guess: str | None = None
    """The motive the words are most probably about; "" when unsure."""
    articles: Mapping[str, Article] = field(default_factory=dict)
    """The articles offered by the menu shown last, by id."""
    language: str = ""
    """The language of the message, when its words tell."""
    new_id: str = ""
    pick: int = 0
    """A random number, for choices where any will do."""
    handles: frozenset[str] = frozenset()
    """Handles in use, or too fresh to be used again."""
    recent_complaint: bool = False
    """The customer had a complaint within the last 30 days."""
    effect: SentEffect | None = None
    shown_name: str = ""
    """The customer's name as the team may see it; empty when none is known (P19)."""
    parts: tuple[SentEffect, ...] = ()
    """The messages of the reply that the effect belongs to, or tells in the thread."""
    quoted: str = ""
    """The words a message answers to, or those an edit replaces; empty when they are not known."""
    restored_at: datetime | None = None
    """When the database was put back from a copy: what was done shortly before then is not known here."""
    absence: str = ""
    """Why nothing may be sent where replies go (`Absence`); empty when they may."""
    back_from: str = ""
    """The absence that this very message puts an end to: whoever writes may be answered."""
    replies: tuple[Reply, ...] = ()
    """What the team told the customer, in the order in which it was said, when the effect is a part of it and
    did not arrive, or did after all; as it is now."""
    promise: Promise | None = None
    """The latest promise, when `replies` are given."""
    sent_before: datetime | None = None
    """When the same agent sent the same words in this conversation, if within the last minute."""
    owner_name: str = ""
    """First name of the present owner; empty when nobody owns or the name is unknown."""


@dataclass(frozen=True)
class Decision:
    """What a decision comes to. A refusal changes nothing: no effect, the state as it was."""

    conversation: Conversation | None = None
    customer: Customer | None = None
    effects: tuple[Effect, ...] = ()
    answer: Words = ()
    """What the speaker is told at once, when the speaker is an agent."""
    refusal: str = ""
    """Why nothing was done, as a word the agent's door can act on (`owned`, `closed`, `again`, …)."""
    ignored: bool = False
    stands: bool = False
    """The conversation and the customer are as they were: nothing of them need be written."""


NOTHING = Decision(ignored=True)
