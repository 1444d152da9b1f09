"""The outbox's values: what a lane carries, who carries it, and how a call may end.

A call has four endings. A receipt (the platform's reference); `Retry`: it surely did not take effect, and
`ThreadGone`, which is one, for a card that is there no more; `Refused`: the platform says no and will again;
anything else is `Unknown`: it may have happened, and nobody sends it again blindly (ARCHITECTURE §6).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Protocol


@dataclass(frozen=True)
class Doubt:
    """The database is a copy that was put back: this may have left in the life it knows nothing of.

    Milliseconds. `asked`: when the customer wrote what it answers; None where it was decided before.
    """

    since: int
    until: int
    asked: int | None = None


class JobState(StrEnum):
    """The states of an outbox row; the table of ARCHITECTURE §6."""

    HELD = "held"
    READY = "ready"
    SENDING = "sending"
    UNKNOWN = "unknown"
    SENT = "sent"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class Job:
    """One effect on its way. `payload` holds the final words; `thread` where the team sees the talk."""

    id: str
    conversation_id: str
    destination: str
    kind: str
    place: str
    payload: Mapping[str, Any]
    thread_place: str = ""
    thread_reference: str = ""
    left_threads: tuple[tuple[str, str], ...] = ()
    """Of one that is asked about: where the talk stood before, and where the call may have put it."""
    is_for_customer: bool = False
    agent: str = ""
    state: JobState = JobState.READY
    attempts: int = 0
    attempted_at: int | None = None
    """Milliseconds UTC of the latest attempt."""
    created_at: int = 0
    unknown_since: int | None = None
    looks: int = 0
    resends: int = 0
    reference: str = ""
    condition: str = ""
    """What must still hold when it leaves (`effects.Condition`)."""
    talk_status: str = ""
    """Where the conversation stands now (`conversation.Status`)."""
    urgent: bool = False
    served_at: int = 0
    """When something of its lane was last tried, milliseconds; 0: never, or long ago."""
    doubt: Doubt | None = None


@dataclass(frozen=True)
class Budget:
    """How often a platform lets something be called: one every `every_ms`, `burst` at once after rest."""

    name: str
    every_ms: int
    burst: int = 1

    def at(self, pace: float) -> "Budget":
        """The same budget, stretched: tests run at a pace of 0, where nothing waits for a permit."""
        return self if pace == 1.0 else replace(self, every_ms=int(self.every_ms * pace))


class CallEnding(Exception):
    """How a call that gave no receipt ended."""


class Retry(CallEnding):
    """It surely did not take effect; try again, not before `after` seconds when the platform says so.

    `blocks`: the name of the budget that the platform closed, so that others wait too. `reason`: a key of the
    catalogue (`refused.…`) for what somebody must mend first; the team is told when it takes long.
    """

    def __init__(self, why: str, *, after: float | None = None, blocks: str = "", reason: str = "") -> None:
        super().__init__(why)
        self.why = why
        self.after = after
        self.blocks = blocks
        self.reason = reason


class Refused(CallEnding):
    """The platform says no, and will again. `reason` is a key of the catalogue (`refused.…`)."""

    def __init__(self, reason: str, code: str = "") -> None:
        super().__init__(f"{reason} {code}".strip())
        self.reason = reason
        self.code = code


class ThreadGone(CallEnding):
    """It surely did not take effect: the card it was for is there no more, or can be changed no more."""


class Unknown(CallEnding):
    """It may have happened: a time-out, a connection lost after sending, an answer of 500 or more."""


class Look(StrEnum):
    """What a platform tells when it is asked what it has."""

    ABSENT = "absent"
    CANNOT_TELL = "cannot_tell"


@dataclass(frozen=True)
class Candidates:
    """Each of these may be it, the oldest first; those that are known to be another's are not."""

    references: tuple[str, ...]


class Carrier(Protocol):
    """A platform's module, as far as a lane needs it."""

    has_look_up: bool
    """The platform can be asked what it has."""

    def budgets(self, job: Job) -> tuple[Budget, ...]:
        """What this job spends, all of which must have a permit."""
        ...

    async def carry(self, job: Job) -> str:
        """Do it once and return the platform's reference.

        Raises:
            CallEnding: any other ending. Any other exception counts as `Unknown`.
        """
        ...

    async def look_up(self, job: Job) -> str | Look | Candidates:
        """After an unknown outcome: the reference if the platform has it, else what it can tell.

        Of a job in doubt, also those that may be it, where the platform keeps no id of ours.
        """
        ...
