"""The one aggregate: one request of one customer, from the first message to closing. Never a ticket (P1)."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeVar

from core.domain.channel import Address
from core.domain.triage import Criterion

T = TypeVar("T")


class Status(StrEnum):
    """OPEN, IN_PROGRESS and RESOLVED are the public three (R025); BOT comes before, CLOSED after."""

    BOT = "bot"
    OPEN = "open"
    IN_PROGRESS = "in_progress"
    RESOLVED = "resolved"
    CLOSED = "closed"


class Priority(StrEnum):
    """Customers only ever see urgent or not (P9)."""

    URGENT = "urgent"
    NORMAL = "normal"
    LOW = "low"


class Mode(StrEnum):
    """FORMAL is the field's *dossier*: the same object under stricter rules (P1)."""

    STANDARD = "standard"
    FORMAL = "formal"


class WaitingFor(StrEnum):
    """Who must act next; never automatic texts decide it (B15)."""

    US = "us"
    CUSTOMER = "customer"
    THIRD_PARTY = "third_party"


class Ending(StrEnum):
    """How a closed conversation ended; only RESOLVED counts as the team's work (P24)."""

    ANSWERED = "answered"
    UNCONFIRMED = "unconfirmed"
    ABANDONED = "abandoned"
    RESOLVED = "resolved"


class Step(StrEnum):
    """Where the bot's talk stands, that is, what it awaits."""

    LISTENING = "listening"
    CONFIRMING = "confirming"
    CHOOSING = "choosing"
    GUESSING = "guessing"
    MOTIVE = "motive"
    BLOCKING = "blocking"
    IDENTITY = "identity"


@dataclass(frozen=True)
class Option:
    """A choice as it was shown last: its id and its final label."""

    id: str
    label: str


@dataclass(frozen=True)
class Attempt:
    """An article the bot showed, and what the customer said of it: "shown", "helped", "not_helped".

    `beside`: it was shown together with the one before it, for the second question of one message.
    """

    article: str
    question: str
    outcome: str = "shown"
    beside: bool = False


@dataclass(frozen=True)
class Near:
    """An article near the latest question, not sure enough to be shown by itself, with the confidence."""

    article: str
    question: str
    confidence: float


@dataclass(frozen=True)
class Talk:
    """The bot's side of a conversation."""

    step: Step = Step.LISTENING
    prompt: str = ""
    """Names the menu shown last; a tap on an older one is told to be out of date."""
    options: tuple[Option, ...] = ()
    burst: tuple[str, ...] = ()
    """Messages read together, not read yet."""
    burst_since: datetime | None = None
    question: str = ""
    """The words of the request, used for the motive and shown on the card."""
    attempts: tuple[Attempt, ...] = ()
    near: tuple[Near, ...] = ()
    """What agents are offered to answer with (R136)."""
    guess: str = ""
    misunderstandings: int = 0
    fired: Criterion | None = None
    """The strongest urgent word or legal phrase written so far."""
    blocking: bool | None = None
    pleasantry_answered: bool = False
    greeted: bool = False

    def but(self, **changes: Any) -> "Talk":  # noqa: ANN401 - the fields have their own types
        """The same talk with some fields changed."""
        return _changed(self, changes)


@dataclass(frozen=True)
class Thread:
    """Where the team sees the conversation; both parts are the team door's own words."""

    place: str
    reference: str


@dataclass(frozen=True)
class Conversation:
    """The state of one conversation. `version` grows by one with each save."""

    id: str
    customer_id: str
    address: Address
    """Where the customer's latest message came from: replies go there (P21)."""
    entry_address: Address
    opened_at: datetime
    status: Status = Status.BOT
    mode: Mode = Mode.STANDARD
    handle: str = ""
    motive: str = ""
    priority: Priority = Priority.NORMAL
    criterion: Criterion | None = None
    owner: str = ""
    team: str = ""
    waiting_for: WaitingFor | None = WaitingFor.US
    waiting_since: datetime | None = None
    handed_off_at: datetime | None = None
    claimed_at: datetime | None = None
    first_reply_at: datetime | None = None
    resolved_at: datetime | None = None
    closed_at: datetime | None = None
    ending: Ending | None = None
    last_customer_at: datetime | None = None
    last_agent_at: datetime | None = None
    promised_for: datetime | None = None
    """The live promise told to the customer; None once it is kept, late or not yet made."""
    duty_called_at: datetime | None = None
    reopened: int = 0
    recap: str = ""
    thread: Thread | None = None
    previous_id: str = ""
    lost_by: str = ""
    """Who owned it before it left their hands by somebody else's act, and when."""
    lost_at: datetime | None = None
    origin: str = ""
    """What the link said by which the customer came (G27)."""
    talk: Talk = Talk()
    version: int = 0

    @property
    def with_team(self) -> bool:
        """Handed over and not closed."""
        return self.status in {Status.OPEN, Status.IN_PROGRESS, Status.RESOLVED}

    @property
    def is_urgent(self) -> bool:
        """Whether the priority is urgent."""
        return self.priority is Priority.URGENT

    def but(self, **changes: Any) -> "Conversation":  # noqa: ANN401 - the fields have their own types
        """The same conversation with some fields changed."""
        return _changed(self, changes)


def _changed(one: T, changes: dict[str, Any]) -> T:
    """What `dataclasses.replace` does, several times as fast: one message may need it a dozen times."""
    held = vars(one)
    if not changes.keys() <= held.keys():
        raise TypeError(f"{type(one).__name__} has no {', '.join(changes.keys() - held.keys())}")
    other = object.__new__(type(one))
    vars(other).update(held, **changes)
    return other
