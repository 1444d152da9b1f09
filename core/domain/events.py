"""Everything that happens, in the past tense, each naming its speaker. Frozen: what happened stays."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from core.domain.channel import Address, Media
from core.domain.rules import Agent


@dataclass(frozen=True)
class Tap:
    """A choice pressed in a menu of ours: which menu, and which of its choices."""

    prompt: str
    choice: str


@dataclass(frozen=True)
class Quoted:
    """The earlier message that a message answers to. `text`: its words, when the platform brings them."""

    reference: str
    text: str = ""


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
    reference: str = ""
    """The platform's own id of this message; edits, reactions and quotes name it."""
    quoted: Quoted | None = None
    album: str = ""
    """What the pictures sent together have in common; empty for a message of its own."""
    also: Address | None = None
    """Another address that the platform vouches for as the same person's (T13)."""
    link: str = ""
    """What the link said by which they came. Anybody can write one: it is shown, never obeyed (G27)."""
    late: datetime | None = None
    """When it was written, if the platform did not bring it and it was found afterwards (T55)."""

    def written(self, now: datetime) -> datetime:
        """When it was written: now, unless it was found late."""
        return now if self.late is None else min(self.late, now)


@dataclass(frozen=True)
class CustomerEdited:
    """A customer changed the words of a message. `version` grows with each change of one message (G14)."""

    address: Address
    reference: str
    text: str
    version: int


@dataclass(frozen=True)
class CustomerReacted:
    """A customer put a sign under a message; `sign` is empty when it was taken away (G25)."""

    address: Address
    reference: str
    sign: str


@dataclass(frozen=True)
class CustomerLeft:
    """A customer blocked us: nothing reaches them there any more (G23)."""

    address: Address


@dataclass(frozen=True)
class CustomerReturned:
    """A customer who had blocked us lets us in again."""

    address: Address


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
    """A platform refused an effect for good, or would. `reason` is a key of the catalogue (`refused.…`)."""

    outbox_id: str
    reason: str
    code: str = ""
    held_back: bool = False
    """It never left: while it waited, it became impossible (ARCHITECTURE §6)."""


@dataclass(frozen=True)
class DeliveryUnknown:
    """An effect may have happened, and nobody can tell any more without a human."""

    outbox_id: str


@dataclass(frozen=True)
class DeliveryWaits:
    """An effect cannot leave until somebody mends something; it is tried again. `reason`: `refused.…`."""

    outbox_id: str
    reason: str


@dataclass(frozen=True)
class AgentClaimed:
    """An agent takes a conversation; `take_over_from`: the owner from whom they agreed to take it."""

    agent: Agent
    conversation_id: str
    take_over_from: str = ""
    late: datetime | None = None
    """Of this and what follows: when it was typed, if the team's door brought it late, or it was found."""


@dataclass(frozen=True)
class AgentReplied:
    """An agent answers the customer. What follows the words is what they confirmed, when they were asked.

    `take_over_from`: the owner from whom they agreed to take the conversation.
    """

    agent: Agent
    conversation_id: str
    text: str
    take_over_from: str = ""
    reopens: datetime | None = None
    """The resolution that they agreed to undo, by its moment."""
    twice: bool = False
    """They meant the same words a second time."""
    late: datetime | None = None
    article: str = ""
    """The article whose words they sent, if any."""


@dataclass(frozen=True)
class AgentNoted:
    """An internal note. `reference`: it already stands in the thread, under that id."""

    agent: Agent
    conversation_id: str
    text: str
    reference: str = ""
    late: datetime | None = None
    unsent: bool = False
    """It was meant to do more than to be kept, came too late for that, and its author must know."""


@dataclass(frozen=True)
class AgentResolved:
    """An agent declares the request resolved, with a recap for the customer.

    `next_step`: what happens next, in the agent's words; empty: nothing is left to do.
    """

    agent: Agent
    conversation_id: str
    recap: str
    motive: str = ""
    next_step: str = ""
    typed_at: datetime | None = None
    """Up to when the agent has read, if not up to now: when the recap was typed, or the customer's words
    that they were then shown."""
    late: datetime | None = None


@dataclass(frozen=True)
class AgentReleased:
    """An agent gives a conversation back to the queue (not to the bot, P15)."""

    agent: Agent
    conversation_id: str
    late: datetime | None = None


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


@dataclass(frozen=True)
class ManagerSettled:
    """A manager decides about an effect that did not leave, and that nobody was told of."""

    agent: Agent
    conversation_id: str
    outbox_id: str
    resend: bool


@dataclass(frozen=True)
class NoteEdited:
    """The words of a note were changed where they stand, by whoever wrote it. `version` grows."""

    conversation_id: str
    reference: str
    text: str
    version: int


@dataclass(frozen=True)
class NoteDeleted:
    """A note was taken out of the thread."""

    conversation_id: str
    reference: str
    version: int


@dataclass(frozen=True)
class CardLost:
    """The card is gone from the team's place: deleted there, or it can be changed no more."""

    conversation_id: str
    reference: str
    """Which card: one that was opened anew meanwhile is not meant."""


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


AgentAct = (
    AgentClaimed | AgentReplied | AgentNoted | AgentResolved | AgentReleased | AgentChoseMotive | AgentSettled
)
AgentEvent = AgentAct | ManagerSettled
CustomerGesture = CustomerEdited | CustomerReacted | CustomerLeft | CustomerReturned
ThreadEvent = NoteEdited | NoteDeleted | CardLost
DeliveryEvent = Delivered | NotDelivered | DeliveryUnknown | DeliveryWaits | DeliveryReported
Event = CustomerWrote | CustomerGesture | AgentEvent | ThreadEvent | TimerRang | DeliveryEvent
