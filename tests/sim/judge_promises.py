"""Promised hours: told as they are, inside opening hours, no sooner and no later than the rules say.

The week, the holidays and the delays are those of `relais.toml`, written here anew: nothing of the product's
own clock is asked.
"""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import holidays

from tests.sim.world import World

PARIS = ZoneInfo("Europe/Paris")
RANGES = ((time(9), time(12, 30)), (time(13, 30), time(18)))
FRIDAY = 4
NORMAL = (timedelta(hours=4), timedelta(hours=4, minutes=15))
URGENT = (timedelta(minutes=30), timedelta(minutes=35))
"""Open time from the moment it is told: from, and less than; hours are rounded up to a step."""
DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
DAYS_EN = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
NEAR = (("aujourd’hui", "today"), ("demain", "tomorrow"))


def every_promise_was_told(world: World) -> Iterator[str]:
    """Whoever is promised a time is told that very time, in the same breath (I6)."""
    for row in world.rows("SELECT conversation_id id, seq, told_at, due_at FROM promises"):
        said = world.rows(
            "SELECT json_extract(payload, '$.text') text FROM outbox"
            " WHERE conversation_id = ? AND is_for_customer = 1 AND created_at = ?",
            row["id"],
            row["told_at"],
        )
        told, due = _moment(row["told_at"]), _moment(row["due_at"])
        if not any(names(one["text"], due, told) for one in said):
            yield f"promises: number {row['seq']} of {row['id']}, for {due:%a %H:%M}, was never told"


def promises_are_inside_opening_hours(world: World) -> Iterator[str]:
    """A promised hour is one at which the team works (I9). Nobody is on call in the simulation."""
    for row in world.rows("SELECT conversation_id id, due_at FROM promises"):
        due = _moment(row["due_at"])
        if not any(opens <= due <= closes for opens, closes in spans(due.date())):
            yield f"promises: {row['id']} is promised {due}, when nobody works"


def promises_last_as_long_as_the_rules_say(world: World) -> Iterator[str]:
    """Four open hours, or thirty open minutes when it is urgent, rounded up (P7)."""
    for row in world.rows(
        "SELECT p.conversation_id id, p.told_at, p.due_at, c.duty_called_at IS NOT NULL"
        " OR c.priority = 'urgent' AS was_urgent FROM promises p JOIN conversations c"
        " ON c.id = p.conversation_id"
    ):
        lasts = open_time(_moment(row["told_at"]), _moment(row["due_at"]))
        allowed = (NORMAL, URGENT) if row["was_urgent"] else (NORMAL,)
        if not any(least <= lasts < most for least, most in allowed):
            yield f"promises: {row['id']} is promised {lasts} of open time"


def names(text: str, due: datetime, told: datetime) -> bool:
    """Whether a text names that hour, and its day as seen from the moment it is told."""
    plain = text.replace("\u00a0", " ").replace("\u202f", " ").lower()
    ahead = (due.date() - told.date()).days
    days = NEAR[ahead] if 0 <= ahead < len(NEAR) else (DAYS[due.weekday()], DAYS_EN[due.weekday()])
    return any(day in plain for day in days) and re.search(_hour(due), plain) is not None


def _hour(due: datetime) -> str:
    """« 14 h », « 11 h 30 »; "2 pm", "11:30 am", "12 noon"."""
    minutes = f" {due.minute:02}" if due.minute else r"(?! \d)"
    half = "am" if due.hour < 12 else "pm"
    twelve = f"{due.hour % 12 or 12}" + (f":{due.minute:02}" if due.minute else "")
    english = "12 noon" if (due.hour, due.minute) == (12, 0) else f"{twelve} {half}"
    return rf"(?<!\d){due.hour} h{minutes}|(?<![\d:]){english}"


def open_time(since: datetime, until: datetime) -> timedelta:
    """How long the team works between two moments."""
    total, day = timedelta(), since.date()
    while day <= until.date():
        for opens, closes in spans(day):
            first, last = max(opens, since).astimezone(UTC), min(closes, until).astimezone(UTC)
            total += max(last - first, timedelta())
        day += timedelta(days=1)
    return total


@cache
def spans(day: date) -> tuple[tuple[datetime, datetime], ...]:
    """When the team works that day."""
    if day.weekday() > FRIDAY or day in _holidays():
        return ()
    return tuple(
        (datetime.combine(day, opens, PARIS), datetime.combine(day, closes, PARIS))
        for opens, closes in RANGES
    )


@cache
def _holidays() -> holidays.HolidayBase:
    return holidays.country_holidays("FR")


def _moment(at_ms: int) -> datetime:
    return datetime.fromtimestamp(at_ms / 1000, PARIS)
