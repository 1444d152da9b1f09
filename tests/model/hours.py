"""Opening hours as the product's pages have them, and the time that is promised: a calendar of its own."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")
SHIFTS = ((time(9), time(12, 30)), (time(13, 30), time(18)))
WEEKEND = 5
HOLIDAYS = {(1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25)}
EASTERS = {date(2027, 3, 29), date(2027, 5, 6), date(2027, 5, 17)}
"""The Mondays of Easter and Pentecost and the Thursday between them, in the year of a walk."""


def due(now: datetime, *, is_urgent: bool) -> datetime:
    """Four open hours from now, to the next quarter; if urgent half an hour, to the next five minutes."""
    left = timedelta(minutes=30) if is_urgent else timedelta(hours=4)
    grain = timedelta(minutes=5 if is_urgent else 15)
    local = now.astimezone(PARIS).replace(tzinfo=None)
    day = local.date()
    while True:
        for begins, ends in SHIFTS if _is_open(day) else ():
            begin, end = max(local, datetime.combine(day, begins)), datetime.combine(day, ends)
            if begin < end and left <= end - begin:
                midnight = datetime.combine(day, time())
                quarters = -((midnight - begin - left) // grain)
                return (midnight + quarters * grain).replace(tzinfo=PARIS)
            left -= max(end - begin, timedelta())
        day += timedelta(days=1)


def _is_open(day: date) -> bool:
    return day.weekday() < WEEKEND and (day.month, day.day) not in HOLIDAYS and day not in EASTERS
