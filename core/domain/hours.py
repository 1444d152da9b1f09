"""The business clock: when a team is open, and what an amount of open time adds up to (I9, D08, D09).

Open means that the wall clock of the team's zone shows a time of one of the day's ranges, both ends included.
Every calculation is made on instants: on the night the clocks change, a range that is skipped lasts nothing
and one that is shown twice lasts twice. Instants given and returned are aware; those returned are in UTC.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from core.domain.rules import Delay, OpeningHours

LOOK_AHEAD = 400
"""Days after which a calendar is held never to open: more than a year of holidays and closures."""

_WIDEST_OFFSET = timedelta(hours=15)
"""No zone is further from UTC, so a local day lies within its UTC day widened by this."""


class NeverOpen(ValueError):
    """The opening hours have no open range ahead: whoever keeps the rules file must correct them."""

    def __init__(self, after: datetime) -> None:
        super().__init__(f"These opening hours never open in the {LOOK_AHEAD} days after {after:%Y-%m-%d}.")


@dataclass(frozen=True)
class Span:
    """Open time from one instant to another, in UTC.

    The end is open too, except where the clocks change at it: the wall then shows another time already.
    """

    start: datetime
    end: datetime
    holds_end: bool

    def holds(self, at: datetime) -> bool:
        """Whether an instant is open time of this span."""
        return self.start <= at < self.end or (self.holds_end and at == self.end)

    def ends_before(self, at: datetime) -> bool:
        """Whether no open instant of this span is left from an instant on."""
        return self.end < at or (self.end == at and not self.holds_end)


def is_open(at: datetime, hours: OpeningHours) -> bool:
    """Whether the team works at that instant; the very end of a range still counts."""
    day = at.astimezone(hours.zone).date()
    # The day before too: a range that ends at midnight ends on the next day's first instant.
    spans = (*_spans_of(day - timedelta(days=1), hours), *_spans_of(day, hours))
    return any(span.holds(at) for span in spans)


def next_opening(at: datetime, hours: OpeningHours) -> datetime | None:
    """The first open instant from `at` on: `at` itself when open. None: closed for the next 400 days."""
    span = next(_spans_from(at, hours), None)
    return max(at.astimezone(UTC), span.start) if span else None


def add(start: datetime, delay: Delay, hours: OpeningHours) -> datetime:
    """The instant that comes a delay after `start` on the business clock: working days, then open time.

    The result is always open (an end of range is), so that adding a then b is adding a + b of open time (I9).
    Working days keep the local time, and move on to the next opening where the team is closed at that time.
    Raises NeverOpen; ValueError for a negative delay.
    """
    if delay.elapsed < timedelta() or delay.working_days < 0:
        raise ValueError("A delay on the business clock cannot be negative.")
    return _add_open_time(_add_working_days(start, delay.working_days, hours), delay.elapsed, hours)


def open_time_between(a: datetime, b: datetime, hours: OpeningHours) -> timedelta:
    """How much open time lies between two instants; nothing when `b` is not after `a`. Linear in days."""
    total = timedelta()
    day, last = a.astimezone(hours.zone).date(), b.astimezone(hours.zone).date()
    while day <= last:
        overlaps = (min(span.end, b) - max(span.start, a) for span in _spans_of(day, hours))
        total += sum((overlap for overlap in overlaps if overlap > timedelta()), timedelta())
        day += timedelta(days=1)
    return total


def _add_open_time(start: datetime, left: timedelta, hours: OpeningHours) -> datetime:
    instant = start.astimezone(UTC)
    while True:
        reached = instant
        for span in _spans_from(instant, hours):
            reached = max(instant, span.start)
            if span.holds(reached + left):
                return reached + left
            left -= span.end - reached
            reached = span.end
        if reached == instant:
            raise NeverOpen(start)
        instant = reached


def _add_working_days(start: datetime, count: int, hours: OpeningHours) -> datetime:
    local = start.astimezone(hours.zone)
    day, closed = local.date(), 0
    while count:
        day += timedelta(days=1)
        if ranges_on(day, hours):
            count, closed = count - 1, 0
        elif (closed := closed + 1) > LOOK_AHEAD:
            raise NeverOpen(start)
    if day == local.date():
        return start
    return datetime.combine(day, local.time(), tzinfo=hours.zone)


def _spans_from(at: datetime, hours: OpeningHours) -> Iterator[Span]:
    """The spans that end at or after an instant, in order, of the days to look at."""
    day = at.astimezone(hours.zone).date() - timedelta(days=1)
    for _ in range(LOOK_AHEAD + 2):
        yield from (span for span in _spans_of(day, hours) if not span.ends_before(at))
        day += timedelta(days=1)


def ranges_on(day: date, hours: OpeningHours) -> tuple[tuple[time, time], ...]:
    """The day's ranges in local time; none on a holiday or when it is closed for another reason."""
    if day in hours.closures or hours.is_holiday(day):
        return ()
    return tuple(hours.week.get(day.weekday(), ()))


def _spans_of(day: date, hours: OpeningHours) -> list[Span]:
    """The day's ranges as instants: cut where the clocks change, in order, the empty ones left out."""
    ranges = ranges_on(day, hours)
    if not ranges:
        return []
    spans = []
    for since, until, offset in _offsets_around(day, hours.zone):
        for opens, closes in ranges:
            start = max(since, datetime.combine(day, opens, tzinfo=UTC) - offset)
            end = min(until, _closing(day, closes) - offset)
            if start < end:
                spans.append(Span(start, end, holds_end=end < until))
    return spans


def _closing(day: date, closes: time) -> datetime:
    # 24:00 cannot be written as a time: the last one of the day stands for it, or each midnight of a team
    # that never closes would lose a microsecond, and a promise a quarter of an hour.
    if closes == time.max:
        return datetime.combine(day + timedelta(days=1), time(), tzinfo=UTC)
    return datetime.combine(day, closes, tzinfo=UTC)


def _offsets_around(day: date, zone: ZoneInfo) -> list[tuple[datetime, datetime, timedelta]]:
    """The periods of one offset from UTC that cover a local day: one, or two when the clocks change."""
    since = datetime.combine(day, time(), tzinfo=UTC) - _WIDEST_OFFSET
    until = since + timedelta(days=1) + 2 * _WIDEST_OFFSET
    before, after = _offset(since, zone), _offset(until, zone)
    if before == after:
        return [(since, until, before)]
    change = _change_between(since, until, zone)
    return [(since, change, before), (change, until, after)]


def _change_between(since: datetime, until: datetime, zone: ZoneInfo) -> datetime:
    """The instant at which the clocks change, by halving: the last minute with the earlier offset ends."""
    before = _offset(since, zone)
    low, high = 0, int((until - since) / timedelta(minutes=1))
    while high - low > 1:
        middle = (low + high) // 2
        if _offset(since + timedelta(minutes=middle), zone) == before:
            low = middle
        else:
            high = middle
    return since + timedelta(minutes=high)


def _offset(at: datetime, zone: ZoneInfo) -> timedelta:
    return at.astimezone(zone).utcoffset() or timedelta()
