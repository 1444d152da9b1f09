"""Everything that happens, in the past tense, each naming its speaker. Frozen: what happened stays."""

from dataclasses import dataclass
from enum import StrEnum

from core.domain.channel import Address, Media
from core.domain.rules import Agent


@dataclass(frozen=True)
class Tap:
    """A choice pressed in a menu of ours: which menu, and which of its choices."""

    prompt: str
    choice: str


@dataclass(frozen=True)
class CustomerWrote:
    """A customer sent something: words, a tap, media, or their own phone number."""

    address: Address
    name: str = ""
    text: str = ""
    media: tuple[Media, ...] = ()
    tap: Tap | None = None
    language_hint: str = ""
    """What the platform says of the person's language; empty when it says nothing."""
    phone: str = ""
    """Vouched for by the platform as the sender's own, E.164 (P13)."""
    shared_phone: bool = False
    """The phone came by the contact button, not with every message."""


class ReportStatus(StrEnum):
    """How far a message got, in growing order; FAILED ends it."""

    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    FAILED = "failed"


@dataclass(frozen=True)
class DeliveryReported:
    """A platform tells how far a message of ours got. Either id may be missing."""

    status: ReportStatus
    outbox_id: str = ""
    reference: str = ""
    reason: str = ""
    """Of a failure: a key of the catalogue (`refused.…`)."""
    code: str = ""
    """Of a failure: the platform's own code, for the operator."""


@dataclass(frozen=True)
class Delivered:
    """A platform accepted an effect; `reference` is its own id for it."""

    outbox_id: str
    reference: str


@dataclass(frozen=True)
class NotDelivered:
    """A platform refused an effect for good. `reason` is a key of the catalogue (`refused.…`)."""

    outbox_id: str
    reason: str
    code: str = ""


@dataclass(frozen=True)
class DeliveryUnknown:
    """An effect may have happened, and nobody can tell any more without a human."""

    outbox_id: str


@dataclass(frozen=True)
class AgentClaimed:
    """An agent takes a conversation; `take_over` takes it from its present owner."""

    agent: Agent
    conversation_id: str
    take_over: bool = False


@dataclass(frozen=True)
class AgentReplied:
    """An agent answers the customer. `again`: they confirmed that it is meant a second time."""

    agent: Agent
    conversation_id: str
    text: str
    take_over: bool = False
    again: bool = False


@dataclass(frozen=True)
class AgentNoted:
    """An internal note. `reference`: it already stands in the thread, under that id."""

    agent: Agent
    conversation_id: str
    text: str
    reference: str = ""


@dataclass(frozen=True)
class AgentResolved:
    """An agent declares the request resolved, with a recap for the customer."""

    agent: Agent
    conversation_id: str
    recap: str
    motive: str = ""


@dataclass(frozen=True)
class AgentReleased:
    """An agent gives a conversation back to the queue (not to the bot, P15)."""

    agent: Agent
    conversation_id: str


@dataclass(frozen=True)
class AgentChoseMotive:
    """An agent sets or corrects the motive; the channel stays (P28)."""

    agent: Agent
    conversation_id: str
    motive: str


@dataclass(frozen=True)
class AgentSettled:
    """An agent decides about an effect nobody can tell the outcome of: send it again, or leave it."""

    agent: Agent
    conversation_id: str
    outbox_id: str
    resend: bool


class TimerKind(StrEnum):
    """What is awaited."""

    BURST = "burst"
    BOT_SILENCE = "bot_silence"
    CLOSE = "close"


@dataclass(frozen=True)
class TimerRang:
    """A deadline passed. `generation` tells a timer from a later one of the same kind."""

    conversation_id: str
    kind: TimerKind
    generation: int


AgentEvent = (
    AgentClaimed | AgentReplied | AgentNoted | AgentResolved | AgentReleased | AgentChoseMotive | AgentSettled
)
DeliveryEvent = Delivered | NotDelivered | DeliveryUnknown | DeliveryReported
Event = CustomerWrote | AgentEvent | TimerRang | DeliveryEvent
