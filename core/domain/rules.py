"""What the team decides, as data: the rules file once it has been read and checked (ARCHITECTURE §7)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from pathlib import Path
from zoneinfo import ZoneInfo


class Urgent(StrEnum):
    """When a motive is urgent by itself. "Never" and "if escalating" only suppress the blocking question."""

    NEVER = "never"
    IF_BLOCKING = "if_blocking"
    IF_ESCALATING = "if_escalating"
    ALWAYS = "always"


class Role(StrEnum):
    """What an agent may do."""

    AGENT = "agent"
    REFERENT = "referent"
    QUALITY = "quality"
    MANAGER = "manager"


@dataclass(frozen=True)
class Delay:
    """A delay as the rules file writes it: elapsed time (`45s`, `30m`, `4h`) or working days (`1j`).

    On a business clock `4h` means four open hours, and `1j` the same time on the next working day.
    """

    elapsed: timedelta = timedelta()
    working_days: int = 0


@dataclass(frozen=True)
class OpeningHours:
    """When a team works, in local time. Ranges are sorted, do not overlap, and end after they start."""

    zone: ZoneInfo
    week: Mapping[int, tuple[tuple[time, time], ...]]
    """Monday is 0. A missing day is closed."""
    is_holiday: Callable[[date], bool] = lambda _day: False
    closures: frozenset[date] = frozenset()


@dataclass(frozen=True)
class Motive:
    """Why a customer writes: one of a closed list (R023, P12)."""

    key: str
    label: str
    short: str
    team: str
    label_en: str = ""
    short_en: str = ""
    examples: tuple[str, ...] = ()
    examples_en: tuple[str, ...] = ()
    copy: tuple[str, ...] = ()
    urgent: Urgent = Urgent.IF_BLOCKING
    formal: bool = False
    asks: tuple[str, ...] = ()
    asks_en: tuple[str, ...] = ()

    def asked_in(self, language: str) -> tuple[str, ...]:
        """What a customer is asked for, so that such a request can be answered (R120)."""
        return self.asks_en if language == "en" else self.asks


@dataclass(frozen=True)
class Team:
    """Who takes a motive. `place` is the channel where the team's conversations open."""

    key: str
    name: str
    place: str
    hours: OpeningHours | None = None


@dataclass(frozen=True)
class Agent:
    """A person of the roster. `id` is the team door's own id of that person."""

    id: str
    name: str
    role: Role = Role.AGENT
    teams: tuple[str, ...] = ()

    @property
    def is_manager(self) -> bool:
        """Whether this person may act on conversations of others."""
        return self.role is Role.MANAGER

    @property
    def is_referent(self) -> bool:
        """Whether this person may change the knowledge base."""
        return self.role in {Role.REFERENT, Role.MANAGER}


@dataclass(frozen=True)
class UrgencyRules:
    """Words that make a request urgent (R061-R065)."""

    words: tuple[str, ...] = ()
    legal_words: tuple[str, ...] = ()
    critical: tuple[str, ...] = ()
    """Words of a danger: no article answers them, and the team has the request at once."""
    harmless: tuple[str, ...] = ()
    """Phrases in which a critical word alarms nobody: "détecteur de fumée"."""
    vip: bool = True


@dataclass(frozen=True)
class ChannelDelays:
    """What is promised on one channel: first response by business clock, resolution by calendar (P7)."""

    first_response: Delay = Delay(timedelta(hours=4))
    resolution: Delay = Delay(timedelta(hours=24))


@dataclass(frozen=True)
class Timers:
    """How long things are waited for."""

    burst: timedelta = timedelta(seconds=3)
    burst_limit: timedelta = timedelta(seconds=15)
    undo: timedelta = timedelta(seconds=8)
    urgent_unclaimed: timedelta = timedelta(minutes=30)
    silent_team: timedelta = timedelta(hours=24)
    silent_customer: timedelta = timedelta(hours=24)
    silent_platform: timedelta = timedelta(hours=2)
    """Open time without any message on a channel where people usually write; zero: nobody is told."""
    close_after: timedelta = timedelta(hours=72)
    bot_silence: timedelta = timedelta(hours=24)
    """Silence after which the bot's own talk ends (P24)."""
    resume_within: timedelta = timedelta(hours=72)
    """A message within this time takes up a talk that ended unconfirmed or abandoned (P24)."""
    pleasantry_within: timedelta = timedelta(hours=24)
    """A pleasantry within this time of a closing opens nothing (P24)."""


@dataclass(frozen=True)
class Duty:
    """One slot of the on-call rota, aware datetimes."""

    agent: str
    start: datetime
    end: datetime


class UrgentCall(StrEnum):
    """Who is called for an urgent request when nobody is on call."""

    ON_CALL = "on_call"
    HERE = "here"
    TEAM = "team"


@dataclass(frozen=True)
class EscalationLevel:
    """One level of the escalation chain (R180)."""

    level: int
    who: tuple[str, ...]
    after: timedelta


@dataclass(frozen=True)
class Macro:
    """A ready text, whose variables are those of articles. Its actions are kept, and played by nobody yet."""

    key: str
    text: str
    actions: tuple[str, ...] = ()


@dataclass(frozen=True)
class Rules:
    """The whole rules file. Built once by `settings`, passed to every decision."""

    service_name: str
    hours: OpeningHours
    motives: tuple[Motive, ...]
    teams: tuple[Team, ...]
    language: str = "fr"
    tone: str = "pro"
    privacy_url: str = ""
    b2b: bool = False
    reply_on_latest: bool = True
    agents: tuple[Agent, ...] = ()
    urgency: UrgencyRules = UrgencyRules()
    delays: Mapping[str, ChannelDelays] = field(default_factory=dict)
    urgent_first_response: Delay = Delay(timedelta(minutes=30))
    timers: Timers = Timers()
    on_call: tuple[Duty, ...] = ()
    escalation: tuple[EscalationLevel, ...] = ()
    macros: tuple[Macro, ...] = ()
    bang: bool = True
    urgent_call: UrgentCall = UrgentCall.ON_CALL
    answer_from: float | None = None
    """The confidence from which an article is an answer; None: the one that is shipped."""
    evaluation: Path | None = None
    """The file of messages whose answers are known, on which articles are tried before they are saved."""

    def motive(self, key: str | None) -> Motive | None:
        """The motive of that key, if the list holds it."""
        return next((motive for motive in self.motives if motive.key == key), None)

    def team_of(self, motive_key: str | None) -> Team:
        """Where a motive goes; a conversation without one goes to the team of `other` (P28)."""
        motive = self.motive(motive_key) or self.motive("other") or self.motives[0]
        return next(team for team in self.teams if team.key == motive.team)

    def team(self, key: str | None) -> Team | None:
        """The team of that key."""
        return next((team for team in self.teams if team.key == key), None)

    def agent(self, agent_id: str | None) -> Agent | None:
        """The person of that id, when the file names anybody."""
        return next((agent for agent in self.agents if agent.id == agent_id), None)

    @property
    def agent_names(self) -> tuple[str, ...]:
        """How the people of the file are called, as customers may call them too."""
        return tuple(agent.name for agent in self.agents)

    def hours_of(self, team_key: str | None) -> OpeningHours:
        """The team's own hours, else the service's."""
        team = self.team(team_key)
        return (team.hours if team else None) or self.hours

    def first_response(self, channel: str) -> Delay:
        """The delay promised on a channel."""
        return self.delays.get(channel, ChannelDelays()).first_response
