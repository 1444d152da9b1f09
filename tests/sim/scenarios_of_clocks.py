"""Stories over a change of clocks, or a holiday: what was promised is due at the hour that was said."""

import asyncio
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from tests.sim.cast import CAUGHT_UP, Cast, scenario
from tests.sim.scenarios_of_cards import slack_tells_nothing

PARIS = ZoneInfo("Europe/Paris")
SHIFTED_FORWARD = datetime(2028, 3, 26, 3, 0, tzinfo=PARIS)
"""Two o'clock does not exist that Sunday."""
SHIFTED_BACK = datetime(2028, 10, 29, 3, 0, tzinfo=PARIS)
"""From two to three comes twice that Sunday."""
CHRISTMAS_EVE = datetime(2026, 12, 24, 17, 45, tzinfo=PARIS)
"""A Thursday; Friday is a holiday."""
A_MINUTE = timedelta(minutes=1)


async def _goes_on_until(cast: Cast, there: datetime) -> None:
    """Let it be that hour; the way there is slept through, but for its last minute."""
    await cast.world.pass_time(there - A_MINUTE - cast.world.clock.now())


async def _over_the_shift(cast: Cast, sunday: datetime) -> None:
    """Asked on Friday evening, promised for Monday; urgent in the night itself, called for at once."""
    await _goes_on_until(cast, (sunday - timedelta(days=2)).replace(hour=17, minute=45))
    await cast.waits()
    monday = (sunday + timedelta(days=1)).replace(hour=9, minute=0)
    for row in cast.world.rows("SELECT due_at FROM promises"):
        due = datetime.fromtimestamp(row["due_at"] / 1000, PARIS)
        assert (due.date(), due.hour) == (monday.date(), 13), f"four open hours later is not {due}"
    await _goes_on_until(cast, sunday.replace(hour=1, minute=45))
    karim = await cast.karim()
    await karim.writes("urgent, parler à quelqu'un")
    await cast.settle()
    await cast.world.pass_time(timedelta(minutes=31))
    await cast.settle()
    await _goes_on_until(cast, monday)
    await cast.lea.types("/claim", chooses=0)
    await cast.settle()
    await cast.lea.replies("réponse du lundi")
    await cast.settle()
    await cast.lea.types("/resolve", "Vu ce lundi.")
    await cast.world.pass_time(timedelta(hours=73))


@scenario
async def an_hour_is_skipped(cast: Cast) -> None:
    await _over_the_shift(cast, SHIFTED_FORWARD)


@scenario
async def an_hour_comes_twice(cast: Cast) -> None:
    await _over_the_shift(cast, SHIFTED_BACK)


@scenario
async def nobody_works_at_christmas(cast: Cast) -> None:
    """Promised for Monday, however little is left of the four hours."""
    await _goes_on_until(cast, CHRISTMAS_EVE)
    await cast.waits()
    karim = await cast.karim()
    await karim.writes("urgent, parler à quelqu'un")


@scenario
async def the_clock_is_set_back_to_before_the_first_start(cast: Cast) -> None:
    """What Slack gives up from then on is found all the same."""
    cast.world.clock.be_set(-timedelta(minutes=90))
    await cast.waits()
    async with slack_tells_nothing(cast):
        await cast.lea.notes(cast.card, "note de Léa")
    await asyncio.sleep(CAUGHT_UP)


@scenario
async def the_team_takes_over_a_day_late(cast: Cast) -> None:
    """The customer cannot be written to any more, and is promised nothing until they write again."""
    marie = await cast.marie()
    for text in ("bidule truc", "bidule machin", "bidule chose"):
        await marie.writes(text)
        await cast.settle()
    await marie.writes("bidule encore")
    await cast.world.pass_time(timedelta(hours=26))
    await cast.settle()
    await marie.writes("vous êtes là ?")
