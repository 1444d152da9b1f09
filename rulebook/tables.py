"""The tables of the rules file: their keys, what each may hold, and what an absent one means."""

import re
from datetime import date, datetime, timedelta
from typing import Annotated, Any, ClassVar, Final, Literal
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    PlainValidator,
    StringConstraints,
)
from pydantic.fields import FieldInfo

from core.domain.rules import Delay, Role, Urgent, UrgentCall
from rulebook import macros, units
from rulebook.faults import Unfit

LEAST_SURE: Final = 0.5
"""Below this confidence the first article is more often wrong than right."""
_PERSON: Final = r"^[UW][A-Z0-9]{2,}$"


def _written(default: str | list[str]) -> Any:  # noqa: ANN401 - the type of whichever field it is for
    """A default as the file would write it, so that it is read and documented the same way."""
    return Field(default=default)


def _spoken(text: str) -> str:
    if not text.strip() or text != text.strip():
        raise Unfit("is empty, or begins or ends with a space", "write a text")
    return text


def _private(url: str) -> str:
    if url and not url.startswith("https://"):
        raise Unfit("is not an https address", 'write https://…, or "" for none')
    return url


def _called(name: str) -> str:
    if name not in list(Role) and not re.fullmatch(_PERSON, name):
        raise Unfit(f"has {units.shown(name)}", f"write members' ids (U…) or roles: {', '.join(Role)}")
    return name


def _sure(confidence: float) -> float:
    if not LEAST_SURE <= confidence <= 1.0:
        raise Unfit(f"is {units.shown(confidence)}, no confidence to answer from", "write 0.5 to 1")
    return confidence


def _listed(items: tuple[str, ...]) -> tuple[str, ...]:
    if len({item.casefold() for item in items}) < len(items):
        raise Unfit("says the same thing twice", "remove one of the two")
    return items


Said = Annotated[str, AfterValidator(_spoken)]
Short = Annotated[str, StringConstraints(max_length=20), AfterValidator(_spoken)]
Key = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Place = Annotated[str, StringConstraints(pattern=r"^[CG][A-Z0-9]{2,}$")]
Person = Annotated[str, StringConstraints(pattern=_PERSON)]
Listed = Annotated[tuple[Said, ...], Field(strict=False), AfterValidator(_listed)]
Wait = Annotated[timedelta, PlainValidator(units.read_wait)]
WaitOrNone = Annotated[timedelta, PlainValidator(units.read_wait_or_none)]
Promised = Annotated[Delay, PlainValidator(units.read_delay)]
Day = Annotated[units.Ranges, PlainValidator(units.read_ranges)]
Closure = Annotated[date, PlainValidator(units.read_day)]
Moment = Annotated[datetime, PlainValidator(units.read_moment)]
Zone = Annotated[ZoneInfo, PlainValidator(units.read_zone)]


class Table(BaseModel):
    """One table. A key that is not a field is a fault, and a text is never taken for a number."""

    model_config: ClassVar[ConfigDict] = ConfigDict(
        extra="forbid", strict=True, frozen=True, validate_default=True, arbitrary_types_allowed=True
    )

    @classmethod
    def keys(cls) -> dict[str, FieldInfo]:
        """The fields by the name the file gives them."""
        return {field.alias or name: field for name, field in cls.model_fields.items()}

    def by_key(self) -> dict[str, Any]:
        """The values by the name the file gives them."""
        return {field.alias or name: getattr(self, name) for name, field in type(self).model_fields.items()}


class ServiceTable(Table):
    """`[service]`"""

    name: Said
    language: Literal["fr", "en"] = "fr"
    tone: Literal["pro", "formal", "warm"] = "pro"
    timezone: Zone = _written("Europe/Paris")
    privacy_url: Annotated[str, AfterValidator(_private)] = ""
    b2b: bool = False
    reply_on: Literal["latest", "main"] = "latest"


class WeekTable(Table):
    """`[hours.week]`: a missing day is closed."""

    mon: Day = _written([])
    tue: Day = _written([])
    wed: Day = _written([])
    thu: Day = _written([])
    fri: Day = _written([])
    sat: Day = _written([])
    sun: Day = _written([])


class HoursTable(Table):
    """`[hours]`"""

    week: WeekTable
    holidays: str = ""
    subdivision: str = ""
    closures: Annotated[tuple[Closure, ...], Field(strict=False)] = ()


class TeamTable(Table):
    """`[[team]]`: what its own hours leave out is the service's."""

    key: Key
    name: Said
    channel: Place | None = None
    hours: HoursTable | None = None


class AgentTable(Table):
    """`[[agent]]`"""

    slack: Person
    name: Said
    role: Annotated[Role, Field(strict=False)] = Role.AGENT
    teams: Listed = ()


class MotiveTable(Table):
    """`[[motive]]`"""

    key: Key
    label: Said
    short: Short
    label_en: str = ""
    short_en: Annotated[str, StringConstraints(max_length=20)] = ""
    team: str
    copy_: Listed = Field(default=(), alias="copy")
    examples: Listed = ()
    examples_en: Listed = ()
    urgent: Annotated[Urgent, Field(strict=False)] = Urgent.IF_BLOCKING
    formal: bool = False
    asks: Annotated[Listed, AfterValidator(macros.points)] = ()
    asks_en: Annotated[Listed, AfterValidator(macros.points)] = ()


class UrgencyTable(Table):
    """`[urgency]`"""

    words: Listed = ()
    legal_words: Listed = ()
    critical: Listed = ()
    harmless: Listed = ()
    vip: bool = True


class SlackTable(Table):
    """`[slack]`"""

    bang: bool = True
    urgent_call: Annotated[UrgentCall, Field(strict=False)] = UrgentCall.ON_CALL


class ChannelTable(Table):
    """`[delays.whatsapp]`, `[delays.telegram]`"""

    first_response: Promised = _written("4h")
    resolution: Promised = _written("24h")


class WebTable(ChannelTable):
    """`[delays.web]`: who waits in front of a page waits less."""

    first_response: Promised = _written("1h")


class UrgentTable(Table):
    """`[delays.urgent]`"""

    first_response: Promised = _written("30m")


class DelaysTable(Table):
    """`[delays]`"""

    whatsapp: ChannelTable = ChannelTable()
    telegram: ChannelTable = ChannelTable()
    web: WebTable = WebTable()
    urgent: UrgentTable = UrgentTable()


class TimersTable(Table):
    """`[timers]`"""

    burst: WaitOrNone = _written("3s")
    burst_limit: Wait = _written("15s")
    undo: WaitOrNone = _written("8s")
    urgent_unclaimed: Wait = _written("30m")
    silent_team: Wait = _written("24h")
    silent_customer: Wait = _written("24h")
    silent_platform: WaitOrNone = _written("2h")
    close_after: Wait = _written("72h")
    bot_silence: Wait = _written("24h")
    resume_within: Wait = _written("72h")
    pleasantry_within: Wait = _written("24h")


class FaqTable(Table):
    """`[faq]`"""

    answer_from: Annotated[float, AfterValidator(_sure)] | None = None
    evaluation: Said | None = None


class DutyTable(Table):
    """`[[on_call]]`: local times, in the zone of the service."""

    slack: Person
    from_: Moment = Field(alias="from")
    to: Moment


class EscalationTable(Table):
    """`[[escalation]]`"""

    level: Annotated[int, Field(ge=1, le=9)]
    who: Annotated[tuple[Annotated[str, AfterValidator(_called)], ...], Field(strict=False, min_length=1)]
    after: Wait


class MacroTable(Table):
    """`[[macro]]`"""

    key: Annotated[str, AfterValidator(macros.typed)]
    text: Annotated[Said, AfterValidator(macros.filled_in)]
    actions: Listed = ()


class RulesFile(Table):
    """The whole file."""

    service: ServiceTable
    hours: HoursTable
    team: Annotated[tuple[TeamTable, ...], Field(strict=False, min_length=1)]
    motive: Annotated[tuple[MotiveTable, ...], Field(strict=False)]
    agent: Annotated[tuple[AgentTable, ...], Field(strict=False)] = ()
    urgency: UrgencyTable = UrgencyTable()
    slack: SlackTable = SlackTable()
    delays: DelaysTable = DelaysTable()
    timers: TimersTable = TimersTable()
    faq: FaqTable = FaqTable()
    on_call: Annotated[tuple[DutyTable, ...], Field(strict=False)] = ()
    escalation: Annotated[tuple[EscalationTable, ...], Field(strict=False)] = ()
    macro: Annotated[tuple[MacroTable, ...], Field(strict=False)] = ()


TABLES: Final[dict[str, type[Table]]] = {
    "": RulesFile,
    "service": ServiceTable,
    "hours": HoursTable,
    "hours.week": WeekTable,
    "team": TeamTable,
    "team.hours": HoursTable,
    "team.hours.week": WeekTable,
    "agent": AgentTable,
    "motive": MotiveTable,
    "urgency": UrgencyTable,
    "slack": SlackTable,
    "delays": DelaysTable,
    "delays.whatsapp": ChannelTable,
    "delays.telegram": ChannelTable,
    "delays.web": WebTable,
    "delays.urgent": UrgentTable,
    "timers": TimersTable,
    "faq": FaqTable,
    "on_call": DutyTable,
    "escalation": EscalationTable,
    "macro": MacroTable,
}
ROWS: Final = ("team", "agent", "motive", "on_call", "escalation", "macro")
