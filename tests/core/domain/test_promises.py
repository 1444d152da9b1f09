"""Promises: the rows of the product's table, and what the rounding must never do."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.domain.hours import is_open, next_opening
from core.domain.promises import SpokenDay, on_call_at, promise_due, spoken_day
from core.domain.rules import ChannelDelays, Delay, Duty, OpeningHours, Rules, Team

PARIS = ZoneInfo("Europe/Paris")
OFFICE = ((time(9), time(12, 30)), (time(13, 30), time(18)))
HOURS = OpeningHours(
    zone=PARIS,
    week=dict.fromkeys(range(5), OFFICE),
    is_holiday=lambda day: day == date(2026, 5, 1),
)
RULES = Rules(service_name="Relais", hours=HOURS, motives=(), teams=(Team("support", "Support", "C1"),))


def paris(*when: int) -> datetime:
    return datetime(*when, tzinfo=PARIS)  # type: ignore[misc, arg-type]


def due(handed_off: datetime, rules: Rules = RULES, *, urgent: bool = False) -> datetime:
    return promise_due(
        handed_off.astimezone(UTC), urgent=urgent, channel="letters", team="support", rules=rules
    )


def with_hours(*ranges: tuple[time, time]) -> Rules:
    return replace(RULES, hours=OpeningHours(zone=PARIS, week=dict.fromkeys(range(5), ranges)))


TABLE = [
    (paris(2026, 1, 5, 9), False, paris(2026, 1, 5, 14), SpokenDay.TODAY),
    (paris(2026, 1, 5, 10, 7), False, paris(2026, 1, 5, 15, 15), SpokenDay.TODAY),
    (paris(2026, 1, 5, 12, 45), False, paris(2026, 1, 5, 17, 30), SpokenDay.TODAY),
    (paris(2026, 1, 5, 14), False, paris(2026, 1, 5, 18), SpokenDay.TODAY),
    (paris(2026, 1, 5, 17), False, paris(2026, 1, 6, 12), SpokenDay.TOMORROW),
    (paris(2026, 1, 9, 17, 55), False, paris(2026, 1, 12, 14), SpokenDay.WEEKDAY),
    (paris(2026, 1, 10, 10), False, paris(2026, 1, 12, 14), SpokenDay.WEEKDAY),
    (paris(2026, 4, 30, 17), False, paris(2026, 5, 4, 12), SpokenDay.WEEKDAY_DATE),
    (paris(2026, 10, 23, 17), False, paris(2026, 10, 26, 12), SpokenDay.WEEKDAY),
    (paris(2026, 1, 5, 12, 20), True, paris(2026, 1, 5, 13, 50), SpokenDay.TODAY),
]


@pytest.mark.parametrize(("handed_off", "urgent", "told", "spoken"), TABLE)
def test_the_rows_of_the_table_are_promised(
    handed_off: datetime, urgent: bool, told: datetime, spoken: SpokenDay
) -> None:
    promised = due(handed_off, urgent=urgent)
    local = promised.astimezone(PARIS)
    assert local.replace(tzinfo=None) == told.replace(tzinfo=None)
    assert spoken_day(promised, handed_off.astimezone(UTC), PARIS) is spoken


def test_the_channel_says_the_delay() -> None:
    rules = replace(RULES, delays={"chat": ChannelDelays(first_response=Delay(timedelta(hours=1)))})
    at = paris(2026, 1, 5, 9)
    assert promise_due(at, urgent=False, channel="chat", team="support", rules=rules) == paris(2026, 1, 5, 10)
    assert promise_due(at, urgent=False, channel="letters", team="support", rules=rules) == paris(
        2026, 1, 5, 14
    )


def test_a_delay_in_working_days_is_promised_at_the_same_time() -> None:
    rules = replace(RULES, delays={"letters": ChannelDelays(first_response=Delay(working_days=1))})
    assert due(paris(2026, 1, 9, 10, 7), rules) == paris(2026, 1, 12, 10, 15)


def test_a_team_with_hours_of_its_own_promises_on_them() -> None:
    evening = OpeningHours(zone=PARIS, week={0: ((time(18), time(23)),)})
    rules = replace(RULES, teams=(Team("support", "Support", "C1", hours=evening),))
    assert due(paris(2026, 1, 5, 9), rules) == paris(2026, 1, 5, 22)


def test_rounding_past_the_end_of_a_range_moves_to_the_next_opening_and_rounds_there() -> None:
    rules = with_hours((time(9, 10), time(17, 50)))
    assert due(paris(2026, 1, 5, 13, 48), rules) == paris(2026, 1, 6, 9, 15)
    assert due(paris(2026, 1, 5, 13, 45), rules) == paris(2026, 1, 5, 17, 45)


def test_hours_without_a_round_time_get_an_uneven_promise_rather_than_none() -> None:
    rules = with_hours((time(9, 1), time(9, 14)))
    promised = due(paris(2026, 1, 5, 9, 1), rules)
    assert is_open(promised, rules.hours)


def test_seconds_are_rounded_up_too() -> None:
    assert due(paris(2026, 1, 5, 9, 0, 1)) == paris(2026, 1, 5, 14, 15)
    assert due(paris(2026, 1, 5, 9, 0, 1), urgent=True) == paris(2026, 1, 5, 9, 35)


@pytest.mark.parametrize("zone", ["Asia/Kathmandu", "Australia/Lord_Howe", "Asia/Kolkata"])
def test_the_quarter_hour_is_the_local_one(zone: str) -> None:
    hours = OpeningHours(zone=ZoneInfo(zone), week=dict.fromkeys(range(7), ((time(0), time.max),)))
    promised = due(datetime(2026, 1, 5, 9, 7, tzinfo=UTC), replace(RULES, hours=hours))
    assert promised.astimezone(hours.zone).minute % 15 == 0


NIGHT = Duty("U-lea", paris(2026, 1, 5, 18), paris(2026, 1, 6, 9))


def test_an_urgent_request_at_night_is_promised_at_once_when_someone_is_on_call() -> None:
    rules = replace(RULES, on_call=(NIGHT,))
    assert due(paris(2026, 1, 5, 22, 2), rules, urgent=True) == paris(2026, 1, 5, 22, 35)


def test_an_urgent_request_at_night_is_deferred_honestly_when_nobody_is_on_call() -> None:
    assert due(paris(2026, 1, 5, 22, 2), urgent=True) == paris(2026, 1, 6, 9, 30)
    assert due(paris(2026, 1, 7, 22, 2), replace(RULES, on_call=(NIGHT,)), urgent=True) == paris(
        2026, 1, 8, 9, 30
    )


def test_who_is_on_call_changes_nothing_for_a_request_that_is_not_urgent() -> None:
    assert due(paris(2026, 1, 5, 22, 2), replace(RULES, on_call=(NIGHT,))) == due(paris(2026, 1, 5, 22, 2))


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (paris(2026, 1, 5, 17, 59), None),
        (paris(2026, 1, 5, 18), "U-lea"),
        (paris(2026, 1, 6, 8, 59), "U-lea"),
        (paris(2026, 1, 6, 9), None),
    ],
)
def test_a_slot_holds_its_beginning_and_not_its_end(at: datetime, expected: str | None) -> None:
    assert on_call_at(at, replace(RULES, on_call=(NIGHT,))) == expected


@pytest.mark.parametrize(
    ("days", "spoken"),
    [
        (-1, SpokenDay.WEEKDAY_DATE),
        (0, SpokenDay.TODAY),
        (1, SpokenDay.TOMORROW),
        (2, SpokenDay.WEEKDAY),
        (3, SpokenDay.WEEKDAY),
        (4, SpokenDay.WEEKDAY_DATE),
        (7, SpokenDay.WEEKDAY_DATE),
    ],
)
def test_the_day_is_said_by_how_far_it_is(days: int, spoken: SpokenDay) -> None:
    now = paris(2026, 1, 5, 23, 30)
    assert spoken_day(now.replace(hour=0, minute=30) + timedelta(days=days), now, PARIS) is spoken


def test_the_day_is_the_one_of_the_zone_and_not_of_utc() -> None:
    late, after_midnight = paris(2026, 1, 5, 23, 50), paris(2026, 1, 6, 0, 10)
    assert spoken_day(after_midnight.astimezone(UTC), late.astimezone(UTC), PARIS) is SpokenDay.TOMORROW


@settings(deadline=None)
@given(minutes=st.integers(0, 366 * 24 * 60), urgent=st.booleans())
def test_a_promise_is_round_open_and_never_shorter_than_the_delay(minutes: int, urgent: bool) -> None:
    handed_off = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    promised = due(handed_off, urgent=urgent)
    opening = next_opening(handed_off, HOURS)
    assert opening is not None
    assert is_open(promised, HOURS)
    assert promised >= opening + timedelta(minutes=30 if urgent else 240)
    assert promised.astimezone(PARIS).minute % (5 if urgent else 15) == 0
