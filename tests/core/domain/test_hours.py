"""The business clock: examples a person can check by hand, and laws that hold on every calendar (I9)."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.domain.hours import NeverOpen, add, is_open, next_opening, open_time_between
from core.domain.rules import Delay, OpeningHours

PARIS = ZoneInfo("Europe/Paris")
OFFICE = ((time(9), time(12, 30)), (time(13, 30), time(18)))
ALL_DAY = ((time(0), time.max),)
ZONES = ("Europe/Paris", "America/New_York", "Australia/Lord_Howe")
CHANGES = {
    "Europe/Paris": (date(2026, 3, 29), date(2026, 10, 25)),
    "America/New_York": (date(2026, 3, 8), date(2026, 11, 1)),
    "Australia/Lord_Howe": (date(2026, 4, 5), date(2026, 10, 4)),
}


def office() -> OpeningHours:
    return OpeningHours(
        zone=PARIS,
        week=dict.fromkeys(range(5), OFFICE),
        is_holiday=lambda day: (day.month, day.day) in {(5, 1), (12, 25)},
        closures=frozenset({date(2026, 8, 14)}),
    )


def paris(*when: int) -> datetime:
    return datetime(*when, tzinfo=PARIS)  # type: ignore[misc, arg-type]


def hours(count: float) -> Delay:
    return Delay(timedelta(hours=count))


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (paris(2026, 1, 5, 9), True),
        (paris(2026, 1, 5, 8, 59), False),
        (paris(2026, 1, 5, 12, 30), True),
        (paris(2026, 1, 5, 12, 31), False),
        (paris(2026, 1, 5, 18), True),
        (paris(2026, 1, 5, 18, 0, 1), False),
        (paris(2026, 1, 10, 10), False),
        (paris(2026, 5, 1, 10), False),
        (paris(2026, 8, 14, 10), False),
    ],
)
def test_open_means_within_a_range_of_a_working_day_both_ends_included(at: datetime, expected: bool) -> None:
    assert is_open(at, office()) is expected
    assert is_open(at.astimezone(UTC), office()) is expected


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (paris(2026, 1, 5, 10, 7), paris(2026, 1, 5, 10, 7)),
        (paris(2026, 1, 5, 12, 45), paris(2026, 1, 5, 13, 30)),
        (paris(2026, 1, 9, 19), paris(2026, 1, 12, 9)),
        (paris(2026, 4, 30, 19), paris(2026, 5, 4, 9)),
        (paris(2026, 8, 13, 19), paris(2026, 8, 17, 9)),
    ],
)
def test_the_next_opening_skips_nights_weekends_holidays_and_closures(
    at: datetime, expected: datetime
) -> None:
    assert next_opening(at, office()) == expected


def test_what_is_returned_is_in_utc() -> None:
    opening = next_opening(paris(2026, 1, 5, 10), office())
    assert opening is not None
    assert opening.tzinfo is UTC
    assert add(paris(2026, 1, 5, 10), hours(1), office()).tzinfo is UTC
    assert add(paris(2026, 1, 5, 10), Delay(working_days=1), office()).tzinfo is UTC


@pytest.mark.parametrize(
    ("start", "days", "expected"),
    [
        (paris(2026, 1, 5, 10, 7), 1, paris(2026, 1, 6, 10, 7)),
        (paris(2026, 1, 9, 10, 7), 1, paris(2026, 1, 12, 10, 7)),
        (paris(2026, 1, 10, 10), 1, paris(2026, 1, 12, 10)),
        (paris(2026, 1, 5, 12, 45), 1, paris(2026, 1, 6, 13, 30)),
        (paris(2026, 1, 5, 20), 1, paris(2026, 1, 7, 9)),
        (paris(2026, 4, 30, 11), 1, paris(2026, 5, 4, 11)),
        (paris(2026, 3, 27, 11), 1, paris(2026, 3, 30, 11)),
        (paris(2026, 10, 23, 11), 2, paris(2026, 10, 27, 11)),
    ],
)
def test_a_working_day_keeps_the_local_time_and_moves_inside_the_hours(
    start: datetime, days: int, expected: datetime
) -> None:
    assert add(start, Delay(working_days=days), office()) == expected


def test_a_delay_of_nothing_moves_a_closed_instant_to_the_opening() -> None:
    assert add(paris(2026, 1, 5, 12, 45), Delay(), office()) == paris(2026, 1, 5, 13, 30)
    assert add(paris(2026, 1, 5, 12, 30), Delay(), office()) == paris(2026, 1, 5, 12, 30)


def test_a_team_that_never_closes_loses_nothing_at_midnight() -> None:
    always = OpeningHours(zone=PARIS, week=dict.fromkeys(range(7), ALL_DAY))
    assert add(paris(2026, 1, 5, 22), hours(4), always) == paris(2026, 1, 6, 2)
    assert open_time_between(paris(2026, 1, 5), paris(2026, 1, 12), always) == timedelta(days=7)


def test_a_delay_longer_than_the_look_ahead_is_still_counted() -> None:
    mondays = OpeningHours(zone=PARIS, week={0: ((time(9), time(10)),)})
    start = paris(2026, 1, 5, 9)
    assert add(start, hours(100), mondays) == start + timedelta(weeks=99, hours=1)


def test_a_skipped_hour_of_the_night_lasts_nothing_and_a_repeated_one_lasts_twice() -> None:
    night = OpeningHours(zone=PARIS, week={6: ((time(2), time(3)),)})
    spring, autumn = paris(2026, 3, 29), paris(2026, 10, 25)
    assert open_time_between(spring, spring + timedelta(days=1), night) == timedelta()
    assert open_time_between(autumn, autumn + timedelta(days=1), night) == timedelta(hours=2)


def test_time_runs_only_forward() -> None:
    assert open_time_between(paris(2026, 1, 6, 9), paris(2026, 1, 5, 9), office()) == timedelta()
    with pytest.raises(ValueError, match="negative"):
        add(paris(2026, 1, 5, 9), Delay(timedelta(minutes=-1)), office())


@pytest.mark.parametrize(
    "never",
    [
        OpeningHours(zone=PARIS, week={}),
        OpeningHours(zone=PARIS, week={0: OFFICE}, is_holiday=lambda _day: True),
    ],
)
def test_a_calendar_that_never_opens_is_told_in_a_sentence(never: OpeningHours) -> None:
    start = paris(2026, 1, 5, 9)
    assert next_opening(start, never) is None
    for delay in (hours(1), Delay(), Delay(working_days=1)):
        with pytest.raises(NeverOpen, match="never open in the 400 days after 2026-01-05"):
            add(start, delay, never)


def test_a_calendar_that_stops_opening_is_found_out() -> None:
    last = date(2026, 1, 5)
    closing_down = OpeningHours(zone=PARIS, week={0: OFFICE}, is_holiday=lambda day: day > last)
    assert add(paris(2026, 1, 5, 9), hours(8), closing_down) == paris(2026, 1, 5, 18)
    with pytest.raises(NeverOpen):
        add(paris(2026, 1, 5, 9), hours(8.5), closing_down)


# Laws, on calendars of any shape, around the two nights of each zone on which the clocks change.

unhurried = settings(deadline=None)
brute_force = settings(deadline=None, max_examples=25)

minutes_of_day = st.integers(0, 24 * 60 - 1)


def _as_ranges(minutes: list[int]) -> tuple[tuple[time, time], ...]:
    times = [time(minute // 60, minute % 60) for minute in sorted(minutes)]
    return tuple(zip(times[::2], times[1::2], strict=False))


ranges = st.lists(minutes_of_day, min_size=2, max_size=6, unique=True).map(_as_ranges)


@st.composite
def calendars(draw: st.DrawFn) -> OpeningHours:
    week = draw(st.dictionaries(st.integers(0, 6), ranges | st.just(ALL_DAY), min_size=1))
    zone = draw(st.sampled_from(ZONES))
    first = CHANGES[zone][0]
    closed = draw(st.frozensets(st.integers(-5, 5).map(lambda n: first + timedelta(days=n)), max_size=3))
    return OpeningHours(zone=ZoneInfo(zone), week=week, closures=closed)


@st.composite
def instants_near_a_change(draw: st.DrawFn, calendar: OpeningHours) -> datetime:
    day = draw(st.sampled_from(CHANGES[calendar.zone.key]))
    midnight = datetime.combine(day, time(), tzinfo=UTC)
    return midnight + timedelta(seconds=draw(st.integers(-4 * 86_400, 4 * 86_400)))


delays = st.integers(0, 40 * 3_600).map(lambda seconds: timedelta(seconds=seconds))


def shown_open(at: datetime, calendar: OpeningHours) -> bool:
    """An independent reading: does the wall show a time of a range (24:00 being the next day's 0:00)?"""
    local = at.astimezone(calendar.zone)
    today, yesterday = local.date(), local.date() - timedelta(days=1)
    days_ranges = calendar.week.get(today.weekday(), ()) if today not in calendar.closures else ()
    before = calendar.week.get(yesterday.weekday(), ()) if yesterday not in calendar.closures else ()
    if local.time() == time() and any(closes == time.max for _, closes in before):
        return True
    return any(opens <= local.time() <= closes for opens, closes in days_ranges)


@unhurried
@given(st.data())
def test_adding_a_then_b_is_adding_their_sum(data: st.DataObject) -> None:
    calendar = data.draw(calendars())
    start = data.draw(instants_near_a_change(calendar))
    a, b = data.draw(delays), data.draw(delays)
    one_by_one = add(add(start, Delay(a), calendar), Delay(b), calendar)
    assert one_by_one == add(start, Delay(a + b), calendar)


@unhurried
@given(st.data())
def test_what_was_added_is_the_open_time_between(data: st.DataObject) -> None:
    calendar = data.draw(calendars())
    start, delay = data.draw(instants_near_a_change(calendar)), data.draw(delays)
    assert open_time_between(start, add(start, Delay(delay), calendar), calendar) == delay


@unhurried
@given(st.data(), st.integers(0, 5))
def test_a_result_is_never_outside_the_hours_the_wall_shows(data: st.DataObject, days: int) -> None:
    calendar = data.draw(calendars())
    start, delay = data.draw(instants_near_a_change(calendar)), data.draw(delays)
    due = add(start, Delay(delay, days), calendar)
    assert due >= start
    assert is_open(due, calendar)
    assert shown_open(due, calendar)


@unhurried
@given(st.data())
def test_open_is_what_the_wall_shows(data: st.DataObject) -> None:
    calendar = data.draw(calendars())
    at = data.draw(instants_near_a_change(calendar))
    assert is_open(at, calendar) is shown_open(at, calendar)


@unhurried
@given(st.data())
def test_nothing_is_open_before_the_next_opening(data: st.DataObject) -> None:
    calendar = data.draw(calendars())
    at = data.draw(instants_near_a_change(calendar))
    opening = next_opening(at, calendar)
    assert opening is not None
    assert opening >= at
    assert shown_open(opening, calendar)
    assert open_time_between(at, opening, calendar) == timedelta()


@brute_force
@given(st.data())
def test_open_time_is_the_minutes_the_wall_shows_open(data: st.DataObject) -> None:
    calendar = data.draw(calendars())
    day = data.draw(st.sampled_from(CHANGES[calendar.zone.key]))
    start = datetime.combine(day, time(), tzinfo=UTC) - timedelta(days=1)
    minutes = [start + timedelta(minutes=n) for n in range(2 * 24 * 60)]
    # Half past the minute: ranges begin and end on whole minutes, so no boundary is counted twice.
    counted = sum(shown_open(minute + timedelta(seconds=30), calendar) for minute in minutes)
    assert open_time_between(start, start + timedelta(days=2), calendar) == timedelta(minutes=counted)
