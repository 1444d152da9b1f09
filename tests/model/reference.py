"""A conversation as the product's pages tell it: who has it, who may do what, and what ends it.

Written apart from `core.domain.decide`, and far simpler: the customer asks for a person at once, so the bot
has no part in it. Each method returns whether the act is taken; a refusal changes nothing.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

CLOSES_AFTER = timedelta(hours=72)
WINDOW = timedelta(hours=24)
MARGIN = timedelta(minutes=5)
"""A reply that would only just be in time may be too late when it arrives."""


class Stage(StrEnum):
    """Where a request is."""

    NONE = "none"
    OPEN = "open"
    IN_PROGRESS = "in_progress"
    RESOLVED = "resolved"
    CLOSED = "closed"


@dataclass
class Request:
    """One customer's request."""

    has_window: bool
    """The channel takes free words for a day after the customer's latest (T29)."""
    stage: Stage = Stage.NONE
    owner: str = ""
    resolved_at: datetime | None = None
    heard_at: datetime | None = None
    replies: list[str] = field(default_factory=list)
    """What agents wrote and the customer gets, in order."""
    recaps: int = 0

    @property
    def is_with_team(self) -> bool:
        """Somebody of the team has it, or should."""
        return self.stage in {Stage.OPEN, Stage.IN_PROGRESS}

    # --- the customer -----------------------------------------------------------------------------------

    def asks_for_a_person(self) -> None:
        """The team gets it; an owner keeps it; a resolved one is taken up again."""
        if self.stage in {Stage.NONE, Stage.CLOSED}:
            self.stage, self.owner, self.resolved_at = Stage.OPEN, "", None
        elif self.stage is Stage.RESOLVED:
            self._opens_again()

    def writes_more(self) -> None:
        """More words belong to the request that is there; one that was resolved is taken up again (R091)."""
        if self.stage is Stage.RESOLVED:
            self._opens_again()

    def thanks(self) -> None:
        """A thanks opens nothing again."""

    def _opens_again(self) -> None:
        self.stage = Stage.IN_PROGRESS if self.owner else Stage.OPEN
        self.resolved_at = None

    # --- the team ---------------------------------------------------------------------------------------

    def is_claimed(self, by: str, *, instead_of: str = "") -> bool:
        """One winner; whoever has it is not passed by, unless they are named."""
        if not self.is_with_team or self.owner == by:
            return False
        if self.owner and self.owner != instead_of:
            return False
        self.stage, self.owner = Stage.IN_PROGRESS, by
        return True

    def is_answered(self, by: str, words: str, now: datetime, *, again: bool = False) -> bool:
        """A reply claims; to a resolved request it is confirmed first; and it must be able to arrive."""
        if self.has_window and self.heard_at is not None and now >= self.heard_at + WINDOW - MARGIN:
            return False
        if self.stage in {Stage.NONE, Stage.CLOSED} or (self.owner and self.owner != by):
            return False
        if self.stage is Stage.RESOLVED and not again:
            return False
        self.stage, self.owner, self.resolved_at = Stage.IN_PROGRESS, by, None
        self.replies.append(words)
        return True

    def is_resolved(self, by: str, now: datetime, *, is_manager: bool, has_motive: bool) -> bool:
        """By whoever has it, or by a manager whoever has it, and with a motive (I5)."""
        if not self.is_with_team or not has_motive:
            return False
        if self.owner != by and not is_manager:
            return False
        self.stage, self.resolved_at = Stage.RESOLVED, now
        self.recaps += 1
        return True

    def is_given_back(self, by: str, *, is_manager: bool) -> bool:
        """To the queue, by whoever has it or a manager."""
        if self.stage is not Stage.IN_PROGRESS or (self.owner != by and not is_manager):
            return False
        self.stage, self.owner = Stage.OPEN, ""
        return True

    # --- time -------------------------------------------------------------------------------------------

    def time_is(self, now: datetime) -> None:
        """A resolved request closes by itself after three days of silence."""
        if self.resolved_at is not None and now >= self.resolved_at + CLOSES_AFTER:
            self.stage, self.resolved_at = Stage.CLOSED, None
