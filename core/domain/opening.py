"""Opening hours as people say them: « du lundi au vendredi, de 9 h à 18 h ; le samedi, de 10 h à 12 h »."""

from collections.abc import Callable, Sequence
from datetime import date, time
from functools import reduce

from core.domain.hours import ranges_on
from core.domain.lines import Hour, Line, Value, Weekday, line
from core.domain.rules import OpeningHours

Ranges = tuple[tuple[time, time], ...]


def week_line(hours: OpeningHours) -> Line | None:
    """The usual week, days of the same hours together; None when no day is open."""
    days_of: dict[Ranges, list[int]] = {}
    for day in range(7):
        ranges = tuple(hours.week.get(day, ()))
        if ranges:
            days_of.setdefault(ranges, []).append(day)
    said = [
        line("opening.open", days=_days(days), ranges=_ranges(ranges)) for ranges, days in days_of.items()
    ]
    return _listed(said, _then, _then) if said else None


def day_line(day: date, hours: OpeningHours) -> Line | None:
    """The hours of one day, holidays and closures known; None when it is closed."""
    ranges = ranges_on(day, hours)
    return _ranges(ranges) if ranges else None


def _days(days: Sequence[int]) -> Line:
    if len(days) == 7:
        return line("opening.every_day")
    runs: list[list[int]] = []
    for day in days:
        if runs and runs[-1][-1] == day - 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    return _listed([said for run in runs for said in _run(run)], _comma, _and)


def _run(run: Sequence[int]) -> list[Line]:
    """Three days or more in a row have a beginning and an end; fewer are named."""
    if len(run) > 2:
        return [line("opening.days", first=Weekday(run[0]), last=Weekday(run[-1]))]
    return [line("opening.day", day=Weekday(day)) for day in run]


def _ranges(ranges: Ranges) -> Line:
    said = [_range(opens, closes) for opens, closes in ranges]
    return _listed(said, _comma, _and)


def _range(opens: time, closes: time) -> Line:
    is_midnight = closes == time.max
    if is_midnight and opens == time():
        return line("opening.all_day")
    end: Value = line("opening.midnight") if is_midnight else Hour(closes)
    return line("opening.range", opens=Hour(opens), closes=end)


def _listed(
    said: Sequence[Line], between: Callable[[Line, Line], Line], last: Callable[[Line, Line], Line]
) -> Line:
    if len(said) == 1:
        return said[0]
    return last(reduce(between, said[:-1]), said[-1])


def _and(before: Line, after: Line) -> Line:
    return line("opening.and", before=before, after=after)


def _comma(before: Line, after: Line) -> Line:
    return line("opening.comma", before=before, after=after)


def _then(before: Line, after: Line) -> Line:
    return line("opening.then", before=before, after=after)
