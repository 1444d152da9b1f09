"""A conversation as the product's pages tell it: what the bot asks, who has it, what is promised.

Written apart from `core.domain.decide`, and far simpler: whoever drives it says what a message means. What a
customer may do returns nothing, since nobody is refused; what an agent does returns whether it is taken, and
a refusal changes nothing. `said` counts our own words where the pages say whether there are any.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from tests.model.hours import due

CLOSES_AFTER = timedelta(hours=72)
TAKEN_UP_WITHIN = timedelta(hours=72)
"""What ended by the customer's silence goes on with their next message (P24)."""
SILENCE = timedelta(hours=24)
SHORT_SILENCE = timedelta(minutes=15)
"""Whoever is urgent, or lacks a phone number alone, is handed over without an answer."""
WINDOW = timedelta(hours=24)
MARGIN = timedelta(minutes=5)
"""A reply that would only just be in time may be too late when it arrives."""
COMPLAINS_AGAIN = timedelta(days=30)
MOTIVES = {
    "delivery": "if blocking",
    "return": "if blocking",
    "billing": "if blocking",
    "product": "never",
    "account": "if blocking",
    "incident": "always",
    "complaint": "if escalating",
    "sales": "never",
    "appointment": "never",
    "legal": "if blocking",
}
"""In the order of the menu, and when each is urgent."""


class Stage(StrEnum):
    """Where a request is."""

    NONE = "none"
    BOT = "bot"
    OPEN = "open"
    IN_PROGRESS = "in_progress"
    RESOLVED = "resolved"
    CLOSED = "closed"


class Asks(StrEnum):
    """What the bot has asked last, and waits for."""

    NOTHING = "nothing"
    HELPED = "whether the article helped"
    GUESSED = "whether the motive is the one it guessed"
    MOTIVE = "which motive it is"
    BLOCKING = "whether it blocks"
    PHONE = "the phone number"


@dataclass
class Request:
    """One customer's latest request. `guess`: the motive of what this customer's known question is about."""

    has_window: bool
    """The channel takes free words for a day after the customer's latest (T29)."""
    asks_phone: bool
    stage: Stage = Stage.NONE
    asks: Asks = Asks.NOTHING
    guess: str = ""
    motive: str = ""
    owner: str = ""
    has_fired: bool = False
    """Words of the rules were read, or the customer said that it blocks."""
    is_urgent: bool = False
    was_called: bool = False
    is_shut: bool = False
    """The customer wants to be written to no more."""
    promise: datetime | None = None
    resolved_at: datetime | None = None
    closed_at: datetime | None = None
    is_resumable: bool = False
    """It was closed by the customer's silence, or because they shut the door on the bot."""
    heard_at: datetime | None = None
    was_asked_phone: bool = False
    requests: int = 0
    calls: int = 0
    said: int = 0
    recap: str = ""
    notes: int = 0
    replies: list[str] = field(default_factory=list)
    """What agents wrote and the customer gets, in order."""
    earlier: list[tuple[datetime, str]] = field(default_factory=list)
    """When the requests before this one were handed over, and why."""
    handed_at: datetime | None = None

    @property
    def is_with_team(self) -> bool:
        return self.stage in {Stage.OPEN, Stage.IN_PROGRESS}

    @property
    def is_over(self) -> bool:
        return self.stage in {Stage.NONE, Stage.CLOSED}

    def goes_on(self, now: datetime) -> bool:
        """Whether a message takes up what was closed."""
        return self.closed_at is not None and self.is_resumable and now <= self.closed_at + TAKEN_UP_WITHIN

    def is_reached(self, now: datetime) -> bool:
        """Whether free words arrive."""
        is_late = self.heard_at is None or now >= self.heard_at + WINDOW - MARGIN
        return not self.is_shut and not (self.has_window and is_late)

    # --- the customer and the bot -----------------------------------------------------------------------

    def asks_a_question(self, now: datetime, *, guess: str = "", is_urgent: bool = False) -> None:
        """Of a new request. `guess`: the base has the answer, and the motive it belongs to."""
        self._begins(now)
        self.guess, self.has_fired = guess, is_urgent
        self._asks(Asks.HELPED if guess else Asks.MOTIVE)

    def agrees(self, now: datetime, *, yes: bool) -> None:
        """Yes or no to what the bot asks."""
        self._hears(now)
        if self.asks is Asks.HELPED and yes:
            self.said += 1
            self._ends(now, is_resumable=False)
        elif self.asks is Asks.HELPED:
            self._asks(Asks.GUESSED)
        elif self.asks is Asks.GUESSED and not yes:
            self._asks(Asks.MOTIVE)
        elif self.asks is Asks.GUESSED:
            self._has_motive(now, self.guess)
        else:
            self.has_fired = yes
            self._is_qualified(now)

    def picks(self, now: datetime, motive: str) -> None:
        """A line of the menu of motives."""
        self._hears(now)
        self._has_motive(now, motive)

    def skips(self, now: datetime) -> None:
        """No phone number: the bot asks once (P13)."""
        self._hears(now)
        self._is_handed_over(now)

    def asks_for_a_person(self, now: datetime, *, is_urgent: bool = False) -> None:
        """The team gets it at once, whatever the bot was asking (P12); a resolved one is taken up again."""
        if self.is_over:
            self._begins(now)
        self._hears(now)
        self.has_fired = self.has_fired or is_urgent
        if self.stage is Stage.BOT:
            self._is_handed_over(now)
        elif self.stage is Stage.RESOLVED:
            self._opens_again(now)
        elif self.stage is Stage.OPEN:
            self._is_told_a_time(now)

    # --- the customer and the team ----------------------------------------------------------------------

    def writes_more(self, now: datetime) -> None:
        """More words belong to the request that is there; one that was resolved is taken up again (R091)."""
        self._hears(now)
        if self.stage is Stage.RESOLVED:
            self._opens_again(now)
        self._is_in_queue(now)

    def says_it_is_urgent(self, now: datetime) -> None:
        """A nearer time is told while nobody has it (P15), and with the re-opening of what was resolved."""
        self._hears(now)
        is_news, self.is_urgent = not self.is_urgent, True
        if self.stage is Stage.RESOLVED:
            self._opens_again(now)
        elif self.stage is Stage.OPEN and is_news:
            sooner = due(now, is_urgent=True)
            if self.promise is None or not now < self.promise <= sooner:
                self._promises(now)
        self._is_in_queue(now)

    def thanks(self, now: datetime) -> None:
        """A thanks opens nothing again (P24, B16); to the bot it means that the article helped."""
        if self.asks is Asks.HELPED:
            self.agrees(now, yes=True)
        self._hears(now)

    def has_had_enough(self, now: datetime) -> None:
        """`/fin`: with the bot it is over; with the team it is resolved, and needs no motive of theirs."""
        self._hears(now)
        self.said += 1
        if self.stage is Stage.BOT:
            self._ends(now, is_resumable=self.asks is not Asks.HELPED)
        else:
            self.motive, self.recap = self.motive or "other", "Clos par le client"
            self.stage, self.resolved_at, self.promise = Stage.RESOLVED, now, None

    def shuts_the_door(self, now: datetime, *, is_told: bool) -> None:
        """STOP, or the bot blocked: nothing more leaves. `is_told`: it is confirmed, once (T39)."""
        self.said += is_told and not self.is_shut
        if is_told:
            self._hears(now)
        self.is_shut = True
        if self.stage is Stage.BOT:
            self._ends(now, is_resumable=True)

    def opens_the_door(self, now: datetime, *, is_told: bool) -> None:
        """START, or unblocked; whoever waits for a person is told a time again."""
        self.is_shut = False
        if is_told:
            self._hears(now)
            self._is_told_a_time(now)

    def _is_told_a_time(self, now: datetime) -> None:
        """Again; another one when it has passed, for nobody is told a time that is over."""
        self.said += 1
        if self.stage is Stage.OPEN and (self.promise is None or self.promise <= now):
            self.promise = due(now, is_urgent=self.is_urgent)

    def _hears(self, now: datetime) -> None:
        self.heard_at, self.is_shut = now, False

    def _begins(self, now: datetime) -> None:
        if not self.goes_on(now):
            if self.handed_at is not None:
                self.earlier.append((self.handed_at, self.motive))
            self.motive = self.guess = self.owner = self.recap = ""
            self.has_fired = self.is_urgent = self.was_called = False
            self.handed_at = None
            self.requests += 1
        self.stage, self.closed_at = Stage.BOT, None
        self._hears(now)

    def _asks(self, what: Asks) -> None:
        self.asks = what
        self.said += 1

    def _has_motive(self, now: datetime, motive: str) -> None:
        self.motive = motive
        if MOTIVES[motive] == "if blocking" and not self._should_be_urgent(now):
            self._asks(Asks.BLOCKING)
        else:
            self._is_qualified(now)

    def _is_qualified(self, now: datetime) -> None:
        if self.asks_phone and not self.was_asked_phone:
            self.was_asked_phone = True
            self._asks(Asks.PHONE)
        else:
            self._is_handed_over(now)

    def _should_be_urgent(self, now: datetime) -> bool:
        again = self.motive == "complaint" and any(
            motive == "complaint" and now - at <= COMPLAINS_AGAIN for at, motive in self.earlier
        )
        return self.has_fired or again or MOTIVES.get(self.motive) == "always"

    def _is_handed_over(self, now: datetime) -> None:
        self.stage, self.asks, self.handed_at = Stage.OPEN, Asks.NOTHING, now
        self.is_urgent = self._should_be_urgent(now)
        self._promises(now)
        self._is_in_queue(now)

    def _opens_again(self, now: datetime) -> None:
        self.stage = Stage.IN_PROGRESS if self.owner else Stage.OPEN
        self.resolved_at = None
        self._promises(now)

    def _promises(self, now: datetime) -> None:
        self.promise = due(now, is_urgent=self.is_urgent)
        self.said += 1

    def _is_in_queue(self, now: datetime) -> None:
        """Whoever waits for anybody is told a time as soon as they can be (I6); if it is urgent the team is
        called, once in a request's life (I7)."""
        if self.stage is not Stage.OPEN:
            return
        if self.promise is None and self.is_reached(now):
            self._promises(now)
        if self.is_urgent and not self.was_called:
            self.was_called = True
            self.calls += 1

    def _ends(self, now: datetime, *, is_resumable: bool) -> None:
        self.stage, self.asks, self.closed_at, self.is_resumable = (
            Stage.CLOSED,
            Asks.NOTHING,
            now,
            is_resumable,
        )

    # --- the team ---------------------------------------------------------------------------------------

    def is_claimed(self, by: str, *, instead_of: str = "") -> bool:
        """One winner; whoever has it is not passed by, unless they are named (I2)."""
        if not self.is_with_team or self.owner == by:
            return False
        if self.owner and self.owner != instead_of:
            return False
        self.stage, self.owner = Stage.IN_PROGRESS, by
        return True

    def is_answered(self, by: str, words: str, now: datetime, *, again: bool = False) -> bool:
        """A reply claims, and keeps what was promised (P6); to a resolved request it is confirmed first; and
        it must be able to arrive."""
        if not self.is_reached(now) or not (self.is_with_team or (again and self.stage is Stage.RESOLVED)):
            return False
        if self.owner and self.owner != by:
            return False
        self.stage, self.owner, self.resolved_at, self.promise = Stage.IN_PROGRESS, by, None, None
        self.replies.append(words)
        return True

    def is_resolved(self, by: str, now: datetime, recap: str, *, is_manager: bool, motive: str) -> bool:
        """By whoever has it, or by a manager whoever has it, and with a motive (I5)."""
        if not self.is_with_team or not (motive or self.motive):
            return False
        if self.owner != by and not is_manager:
            return False
        self.motive, self.recap = motive or self.motive, recap
        self.stage, self.resolved_at, self.promise = Stage.RESOLVED, now, None
        return True

    def is_given_back(self, by: str, now: datetime, *, is_manager: bool) -> bool:
        """To the queue, by whoever has it or a manager."""
        if self.stage is not Stage.IN_PROGRESS or (self.owner != by and not is_manager):
            return False
        self.stage, self.owner = Stage.OPEN, ""
        self._is_in_queue(now)
        return True

    def is_noted(self) -> bool:
        """By anybody, at any time from the hand-off on; it is kept, and never leaves (P3)."""
        self.notes += 1
        return True

    # --- time -------------------------------------------------------------------------------------------

    def time_is(self, now: datetime) -> None:
        """A silent talk with the bot ends, or goes to the team; a resolved request closes by itself (I8)."""
        if self.stage is Stage.BOT and self.heard_at is not None:
            is_short = self.asks is Asks.PHONE or self.has_fired
            end = self.heard_at + (SHORT_SILENCE if is_short else SILENCE)
            if now >= end and is_short:
                self._is_handed_over(end)
            elif now >= end:
                self._ends(end, is_resumable=True)
        elif self.resolved_at is not None and now >= self.resolved_at + CLOSES_AFTER:
            self._ends(self.resolved_at + CLOSES_AFTER, is_resumable=False)
            self.resolved_at = None
