"""How the rules file writes durations, hours, dates and zones, read into what the core counts with."""

import re
from datetime import UTC, date, datetime, time, timedelta
from difflib import get_close_matches
from functools import cache
from itertools import pairwise
from typing import Final
from zoneinfo import ZoneInfo, available_timezones

from core.domain.rules import Delay
from rulebook.faults import Unfit

_DURATION: Final = re.compile(r"(\d{1,5})([smhj])", re.ASCII)
_RANGE: Final = re.compile(r"(\d\d):(\d\d)-(\d\d):(\d\d)", re.ASCII)
_SECONDS: Final = {"s": 1, "m": 60, "h": 3600}
_ECHOED: Final = 24
_FIRST_YEAR: Final = 2000
_LAST_YEAR: Final = 2099
_A_DURATION: Final = "write a whole number and a unit in quotes: 45s, 30m or 4h"

Ranges = tuple[tuple[time, time], ...]


def shown(value: object) -> str:
    """A value of the rules file as a fault may repeat it: a long one could be a secret pasted by mistake."""
    if isinstance(value, str):
        return f"“{value}”" if len(value) <= _ECHOED and value.isprintable() else "a long text"
    return "a list or a table" if isinstance(value, list | dict) else str(value).lower()


def read_delay(value: object) -> Delay:
    """`4h` or `1j`: a delay above zero."""
    number, unit = _duration(value, f"{_A_DURATION}, or 1j for one working day")
    if number == 0:
        raise Unfit("is zero", "write a longer time")
    return Delay(working_days=number) if unit == "j" else Delay(_elapsed(number, unit))


def read_wait(value: object) -> timedelta:
    """An elapsed time above zero."""
    wait = read_wait_or_none(value)
    if not wait:
        raise Unfit("is zero", "write a longer time (0s is for `burst`, `undo` and `silent_platform` only)")
    return wait


def read_wait_or_none(value: object) -> timedelta:
    """An elapsed time; `0s` means that nothing is waited for."""
    number, unit = _duration(value, _A_DURATION)
    if unit == "j":
        raise Unfit("counts working days, which only [delays] does", f"write hours, such as {24 * number}h")
    return _elapsed(number, unit)


def _duration(value: object, write: str) -> tuple[int, str]:
    match = _DURATION.fullmatch(value) if isinstance(value, str) else None
    if not match:
        raise Unfit(f"is {shown(value)}, not a duration", write)
    return int(match[1]), match[2]


def _elapsed(number: int, unit: str) -> timedelta:
    return timedelta(seconds=number * _SECONDS[unit])


def read_ranges(value: object) -> Ranges:
    """One day's opening hours: sorted, apart, each ending after it starts."""
    if not isinstance(value, list):
        raise Unfit(f"is {shown(value)}, not a list", 'write ["09:00-12:30", "13:30-18:00"], or [] if closed')
    ranges = tuple(_range(item) for item in value)
    for (_, end), (start, _) in pairwise(ranges):
        if start < end:
            raise Unfit("has ranges that overlap or are not in order", "write them apart, earliest first")
    return ranges


def _range(value: object) -> tuple[time, time]:
    match = _RANGE.fullmatch(value) if isinstance(value, str) else None
    try:
        opens, shuts = _times(match) if match else (time.max, time.max)
    except ValueError:
        raise Unfit(f"has {shown(value)}, an hour that does not exist", "write hours up to 23:59") from None
    if not match:
        raise Unfit(f"has {shown(value)}, not opening hours", 'write them as "09:00-12:30"')
    if shuts <= opens:
        raise Unfit(f"has {shown(value)}, which ends before it starts", "write the earlier hour first")
    return opens, shuts


def _times(match: re.Match[str]) -> tuple[time, time]:
    first, second, third, fourth = (int(part) for part in match.groups())
    return time(first, second), time(third, fourth)


def read_day(value: object) -> date:
    """A date, bare as TOML has them or in quotes."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    try:
        return date.fromisoformat(value if isinstance(value, str) else "")
    except ValueError:
        raise Unfit(f"is {shown(value)}, not a date", "write year, month and day: 2026-12-24") from None


def read_moment(value: object) -> datetime:
    """A date and an hour, bare or in quotes; local time unless an offset is written."""
    try:
        # A date alone would be midnight, which nobody who writes one means.
        timed = isinstance(value, str) and len(value) > len("2026-12-24")
        moment = datetime.fromisoformat(str(value)) if timed else value
    except ValueError:
        moment = None
    if not isinstance(moment, datetime):
        raise Unfit(f"is {shown(value)}, not a date with an hour", "write 2026-12-24T18:00:00, local time")
    if not _FIRST_YEAR <= moment.year <= _LAST_YEAR:
        raise Unfit(f"is {shown(value)}, of another century", "write a year of this century")
    return moment


def moment_in(zone: ZoneInfo, moment: datetime) -> datetime:
    """That moment in UTC: two local times of one zone compare wrongly when the clocks change between them."""
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)


@cache
def _zones() -> frozenset[str]:
    """The machine's list, read from hundreds of files."""
    return frozenset(available_timezones())


def read_zone(value: object) -> ZoneInfo:
    """A zone of the IANA list."""
    names = _zones()
    if isinstance(value, str) and value in names:
        return ZoneInfo(value)
    close = get_close_matches(str(value), names, n=1)
    raise Unfit(f"is {shown(value)}, not a time zone", f"write {close[0] if close else 'Europe/Paris'}")
