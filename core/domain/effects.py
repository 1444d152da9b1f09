"""What must be done outside, as plain data. Nothing here does anything."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from core.domain.asked import QuestionEffect
from core.domain.channel import Address, Media
from core.domain.conversation import Thread
from core.domain.events import TimerKind
from core.domain.lines import Choice, Line, Words


class Author(StrEnum):
    """Whose words a message holds."""

    CUSTOMER = "customer"
    BOT = "bot"
    AGENT = "agent"
    NOTE = "note"


class Condition(StrEnum):
    """What must still hold when a message leaves, however long it waited; else it never leaves."""

    REACHABLE = ""
    """Something may be sent to the address."""
    WITH_BOT = "with_bot"
    """And nobody of the team has the conversation: the bot asks or answers here."""
    ALWAYS = "always"
    """Nothing: it confirms that nothing more will be sent."""


@dataclass(frozen=True)
class ToCustomer:
    """Say something to the customer, at an address.

    `way_out` adds the way to a person (P29). `agent` is the id of whoever typed it; empty: our own words,
    which a second copy would not harm. `article`: the one these words show. `recap`: they are the farewell of
    whoever resolved it, which counts as a reply.
    """

    address: Address
    words: Words
    choices: tuple[Choice, ...] = ()
    prompt: str = ""
    way_out: bool = False
    agent: str = ""
    asks_phone: bool = False
    clears_keyboard: bool = False
    condition: Condition = Condition.REACHABLE
    article: str = ""
    recap: bool = False


@dataclass(frozen=True)
class OpenThread:
    """Open the conversation at the team's place: the card, made from the state as it is saved."""

    place: str


@dataclass(frozen=True)
class UpdateCard:
    """Bring the card up to date with the state as it is saved."""


@dataclass(frozen=True)
class PostTranscript:
    """Put everything said so far into the thread."""


class Mark(StrEnum):
    """What kind of line a thread line is; the team's door gives each its look."""

    CUSTOMER = "customer"
    AGENT = "agent"
    NOTE = "note"
    FACT = "fact"
    ALARM = "alarm"


@dataclass(frozen=True)
class ThreadAction:
    """A button under a thread line: `verb` is one of the team door's own, on an outbox row."""

    verb: str
    label: Line
    value: str


@dataclass(frozen=True)
class ToThread:
    """Put a line into the thread; it never leaves the team's place (P3)."""

    mark: Mark
    words: Words
    who: str = ""
    media: tuple[Media, ...] = ()
    mentions: tuple[str, ...] = ()
    actions: tuple[ThreadAction, ...] = ()
    quoted: str = ""
    """The words that these answer to, or that an edit replaces."""
    is_edit: bool = False
    album: str = ""
    """Lines of one album are shown as one."""
    remarks: tuple[Line, ...] = ()
    """What the team must know about a customer's message; stands under its words."""

    shows_delivery: bool = False
    """It tells what was just said to the customer, and is kept up to date with how far that got."""
    former: Thread | None = None
    """A thread that it leads to."""
    calls_team: bool = False
    """Seen at the team's place too, and not in the thread alone, which nobody follows yet."""


class Delivery(StrEnum):
    """How far what an agent wrote got, as far as anybody knows."""

    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    FAILED = "failed"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class MarkLine:
    """Show on the line that tells a reply how far the reply got. `about`: what both have in common."""

    about: str
    delivery: Delivery
    why: Line | None = None
    """Of a failure: the reason, and what to do."""


@dataclass(frozen=True)
class Follow:
    """What waits for the thread that was left comes behind the one that opens now.

    What is typed in the one that was left still belongs to the conversation.
    """

    left: Thread


@dataclass(frozen=True)
class CallOnDuty:
    """Call somebody at once, in the thread and in the team's place: the person, or everybody present."""

    words: Words
    agent: str = ""


@dataclass(frozen=True)
class Record:
    """Remember a message that was received or typed; what is sent is remembered by itself."""

    author: Author
    text: str
    who: str = ""
    media: tuple[Media, ...] = ()
    reference: str = ""
    quoted: str = ""
    late: datetime | None = None
    """When it was written, if it was found afterwards (T55)."""


@dataclass(frozen=True)
class Revise:
    """Keep another version of a message; what was written before is never overwritten.

    `text` is empty for a note that was deleted.
    """

    reference: str
    text: str
    version: int
    is_deleted: bool = False


@dataclass(frozen=True)
class Withdraw:
    """Let nothing more leave for the customer of what still waits: they do not want it any more."""


class Absence(StrEnum):
    """Why nothing may be sent to an address: the customer asked for it, shut the door, or has gone."""

    STOPPED = "stopped"
    BLOCKED = "blocked"
    UNREACHABLE = "unreachable"


@dataclass(frozen=True)
class SetAbsence:
    """From now on nothing may be sent to this address, until the customer writes; None: it may again."""

    address: Address
    why: Absence | None


class PromiseOutcome(StrEnum):
    """What became of a time told to a customer (P20)."""

    KEPT = "kept"
    LATE = "late"
    RENEGOTIATED = "renegotiated"


@dataclass(frozen=True)
class MakePromise:
    """A time is told to the customer: a row of the ledger."""

    due: datetime


@dataclass(frozen=True)
class SettlePromise:
    """The live promise has ended."""

    outcome: PromiseOutcome


@dataclass(frozen=True)
class RevivePromise:
    """The latest promise lives again: the message that had settled it did not arrive."""

    due: datetime


@dataclass(frozen=True)
class StartTimer:
    """Await a moment; a later one of the same kind replaces it."""

    kind: TimerKind
    due: datetime


@dataclass(frozen=True)
class StopTimer:
    """Await it no more."""

    kind: TimerKind


@dataclass(frozen=True)
class Resend:
    """Send an effect of unknown outcome once more, as a new row."""

    outbox_id: str


@dataclass(frozen=True)
class SayInWords:
    """A list of choices that the platform would not show is sent once more, as numbered words."""

    outbox_id: str


DECIDED = "an agent decided"
MOOT = "nobody waits for it any more"
"""Whoever it was for has left, or their talk with the bot is over: there is nobody to ask about it."""


@dataclass(frozen=True)
class Abandon:
    """Leave an effect of unknown outcome as it is, and let it go. It may have happened all the same."""

    outbox_id: str
    why: str = DECIDED


Effect = (
    ToCustomer
    | OpenThread
    | UpdateCard
    | PostTranscript
    | ToThread
    | MarkLine
    | Follow
    | CallOnDuty
    | Record
    | Revise
    | Withdraw
    | SetAbsence
    | MakePromise
    | SettlePromise
    | RevivePromise
    | StartTimer
    | StopTimer
    | Resend
    | SayInWords
    | Abandon
    | QuestionEffect
)
