"""Which time a customer is promised, and by which day it is called (P7, P8, PRODUCT's table of promises)."""

from datetime import UTC, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from core.domain import hours as clock
from core.domain.rules import Delay, OpeningHours, Rules

QUARTER = timedelta(minutes=15)
URGENT_STEP = timedelta(minutes=5)

_OPENINGS_TRIED = 60
"""Openings in which a round time is looked for, before a calendar of mere minutes gets an uneven one."""


class SpokenDay(StrEnum):
    """How the day of a promise is said; the hour always follows."""

    TODAY = "today"
    TOMORROW = "tomorrow"
    """With its weekday: « demain, mardi »."""
    WEEKDAY = "weekday"
    """Alone: two or three days ahead."""
    WEEKDAY_DATE = "weekday_date"


def promise_due(
    handed_off: datetime, *, urgent: bool, channel: str, team: str | None, rules: Rules
) -> datetime:
    """The instant, in UTC, by which a customer handed off at `handed_off` is promised an answer.

    Rounded up in local time, to the quarter hour or to five minutes when urgent. Always inside the team's
    opening hours, except for an urgent request while someone is on call: then the calendar counts (P8).
    Raises NeverOpen.
    """
    hours = rules.hours_of(team)
    delay = rules.urgent_first_response if urgent else rules.first_response(channel)
    step = URGENT_STEP if urgent else QUARTER
    if urgent and on_call_at(handed_off, rules) is not None:
        return _rounded_up(_on_the_calendar(handed_off, delay, hours.zone), step, hours.zone)
    return _rounded_up_inside(clock.add(handed_off, delay, hours), step, hours)


def on_call_at(at: datetime, rules: Rules) -> str | None:
    """The id of the agent on call at that instant; a slot ends just before its `end`."""
    return next((duty.agent for duty in rules.on_call if duty.start <= at < duty.end), None)


def spoken_day(due: datetime, now: datetime, zone: ZoneInfo) -> SpokenDay:
    """How the day of `due` is said at `now`, by the dates of the zone. A past day is said with its date."""
    ahead = (due.astimezone(zone).date() - now.astimezone(zone).date()).days
    if ahead == 0:
        return SpokenDay.TODAY
    if ahead == 1:
        return SpokenDay.TOMORROW
    return SpokenDay.WEEKDAY if ahead in (2, 3) else SpokenDay.WEEKDAY_DATE


def _on_the_calendar(start: datetime, delay: Delay, zone: ZoneInfo) -> datetime:
    # Days are added on the wall, so that "tomorrow, same time" holds on the night the clocks change.
    days_later = start.astimezone(zone) + timedelta(days=delay.working_days)
    return days_later.astimezone(UTC) + delay.elapsed


def _rounded_up_inside(due: datetime, step: timedelta, hours: OpeningHours) -> datetime:
    """Round up; past the end of a range, go on to the next opening and round there."""
    opening = due
    for _ in range(_OPENINGS_TRIED):
        rounded = _rounded_up(opening, step, hours.zone)
        if clock.is_open(rounded, hours):
            return rounded
        opening = clock.add(rounded, Delay(), hours)
    return due


def _rounded_up(at: datetime, step: timedelta, zone: ZoneInfo) -> datetime:
    local = at.astimezone(zone)
    in_the_hour = timedelta(minutes=local.minute, seconds=local.second, microseconds=local.microsecond)
    over = in_the_hour % step
    return at.astimezone(UTC) + (step - over if over else timedelta())
