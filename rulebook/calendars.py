"""Public holidays, computed for the year that is asked about, without the network."""

from collections.abc import Callable
from datetime import date

import holidays


def subdivisions(country: str) -> list[str] | None:
    """The parts of a country that have holidays of their own; None for a country that is not known."""
    return holidays.list_supported_countries().get(country)


def holiday_calendar(country: str, subdivision: str) -> Callable[[date], bool]:
    """Whether a day is a public holiday in a place that is known; never, without a country."""
    if not country:
        return lambda _day: False
    # The calendar fills itself one year at a time and keeps what it has computed.
    calendar = holidays.country_holidays(country, subdiv=subdivision or None)
    return lambda day: day in calendar
