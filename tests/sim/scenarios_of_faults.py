"""Stories of faults that are easily taken for something else: for a refusal, for a loss, for an end."""

import asyncio
from dataclasses import replace
from datetime import timedelta

from starlette.responses import Response

from sandbox.slack import rate_limited
from sandbox.slack import refusal as denied_by_slack
from sandbox.telegram import refusal as slow_down
from sandbox.twilio import refusal as denied
from sandbox.wire import Fault as Wirefault
from tests.sim.cast import CAUGHT_UP, Cast, scenario
from tests.sim.fate import FAULTS
from tests.sim.people import cards, whatsapp
from tests.sim.scenarios_of_cards import slack_tells_nothing
from tests.sim.world import CHANNEL

_BY_NAME = {fault.name: fault for fault in FAULTS}
LATE = _BY_NAME["takes effect after the time-out"]
VERY_LATE = _BY_NAME["takes effect most of a minute later"]
OTHERS = "Votre avis compte : notez votre achat."
"""What another system of the company writes through the same sender."""


@scenario
async def slack_does_it_and_says_that_it_failed(cast: Cast) -> None:
    """Not once more: what it calls a failure may stand there."""
    marie = await cast.waits()
    for status in (500, 503):
        broken = Wirefault(cut="after", answer=Response("internal", status))
        cast.world.slack.wire.plan("chat.postMessage", broken)
        async with slack_tells_nothing(cast):
            await marie.writes(f"bidule {status}")
            await asyncio.sleep(30.0)


@scenario
async def telegram_does_it_and_says_that_it_failed(cast: Cast) -> None:
    """An agent's words leave once, whatever Telegram calls it."""
    await cast.waits_on_telegram()
    await cast.lea.types("/claim")
    await cast.settle()
    broken = Wirefault(cut="after", answer=Response("internal", 502))
    cast.world.telegram.wire.plan("sendMessage", broken)
    await cast.lea.replies("réponse une à Karim")


@scenario
async def a_post_stands_after_it_was_looked_for(cast: Cast) -> None:
    """The first look finds nothing, and proves nothing."""
    marie = await cast.waits()
    cast.world.fate.planned.append(("slack", "chat.postMessage", LATE))
    await marie.writes("bidule un")
    await asyncio.sleep(60.0)


@scenario
async def a_message_is_listed_most_of_a_minute_later(cast: Cast) -> None:
    """Twilio's list lags: that it is not there yet proves nothing."""
    await cast.claimed()
    cast.world.fate.planned.append(("twilio", "/Messages.json", VERY_LATE))
    await cast.lea.replies("réponse une à Marie")
    await asyncio.sleep(60.0)


@scenario
async def somebody_else_writes_while_a_reply_is_lost(cast: Cast) -> None:
    """Another system of the company uses the same sender: its message is not ours."""
    marie = await cast.claimed()
    wire = cast.world.twilio.wire
    await asyncio.sleep(30.0)  # what was said before is too old to be meant
    called = wire.count("messages.create")
    wire.plan("messages.create", Wirefault(cut="before"))
    await cast.lea.replies("réponse une à Marie")
    while wire.count("messages.create") == called:
        await asyncio.sleep(0.05)
    await cast.world.somebody_else_writes(marie.to, OTHERS)


@scenario
async def words_wait_and_their_reader_stops(cast: Cast) -> None:
    """What was typed before the STOP does not leave after it, and its author is told."""
    marie = await cast.claimed()
    refused = [Wirefault(answer=denied(401, 20003, "Authenticate"))] * 3
    cast.world.twilio.wire.plan("messages.create", *refused)
    await cast.lea.replies("réponse une à Marie")
    await marie.writes("STOP")


@scenario
async def words_wait_and_their_reader_blocks_the_bot(cast: Cast) -> None:
    """The same where nobody can be asked: they surely did not leave, whatever dies before that is told."""
    karim = await cast.waits_on_telegram()
    await cast.lea.types("/claim")
    await cast.settle()
    busy = Wirefault(answer=slow_down(429, "Too Many Requests", 5))
    cast.world.telegram.wire.plan("sendMessage", busy)
    await cast.lea.replies("réponse une à Karim")
    await karim.blocks()


@scenario
async def the_card_is_gone_and_slack_does_not_tell(cast: Cast) -> None:
    """With all that stood under it: the next line finds out, and does not vanish with it."""
    marie = await cast.waits()
    async with slack_tells_nothing(cast):
        card = cast.card
        for post in (*cast.world.slack.channels[CHANNEL].replies(card.ts), card):
            await cast.lea.deletes(post)
    await marie.writes("bidule un")


@scenario
async def the_card_is_gone_before_its_transcript_is_posted(cast: Cast) -> None:
    """The transcript finds out: under the next card everything stands once."""
    marie = await cast.marie()
    await marie.writes("bidule un")
    await cast.settle()
    later = Wirefault(answer=Response("", 429, {"Retry-After": "10"}))
    cast.world.slack.wire.plan("chat.postMessage", Wirefault(), later)
    async with slack_tells_nothing(cast):
        await marie.writes("conseiller")
        while not cards(cast.world):
            await asyncio.sleep(0.05)
        await cast.lea.deletes(cast.card)
        await asyncio.sleep(5.0)


@scenario
async def the_second_who_waits_is_answered(cast: Cast) -> None:
    """Chosen by a press behind a command, and by the form of their own card."""
    await cast.waits()
    cast.customers.append(paul := await whatsapp(cast.world, "Paul Roux"))
    await paul.writes("conseiller")
    await cast.settle()
    await cast.lea.replies("réponse une à Paul", chooses=1)
    await cast.settle()
    await cast.lea.replies_by_card(cast.card, "réponse deux à Paul")


@scenario
async def a_form_does_not_open_over_an_earlier_one(cast: Cast) -> None:
    """What is sent is what the form that stands there is for, whatever was asked for since."""
    await cast.claimed()
    await cast.lea.presses_on(cast.card, "open_note")
    cast.world.slack.wire.plan("views.open", Wirefault(answer=rate_limited(1)))
    await cast.lea.fills_in("/reply", "mots de Léa")


@scenario
async def there_is_no_room_for_what_is_decided(cast: Cast) -> None:
    """Half of a decision is on the disk: it goes, and comes again whole with the message."""
    marie = await cast.waits()
    cast.world.fate.full_at = "INSERT INTO outbox"
    writing = asyncio.create_task(marie.writes("bidule un"))
    await asyncio.sleep(2.0)
    cast.world.fate.full_at = ""
    await writing


@scenario
async def there_is_no_room_when_a_timer_is_due(cast: Cast) -> None:
    """It rings when there is."""
    marie = await cast.marie()
    await marie.writes("où est mon colis ?")
    cast.world.fate.full_at = "BEGIN IMMEDIATE"
    await asyncio.sleep(5.0)
    cast.world.fate.full_at = ""


@scenario
async def updates_are_fetched_and_there_is_no_room(cast: Cast) -> None:
    """What Telegram is told to forget is kept."""
    world = cast.world
    assert world.settings.telegram is not None
    fetching = replace(world.settings.telegram, webhook_secret=None)
    world.settings = replace(world.settings, telegram=fetching)
    await world.restart()
    karim = await cast.karim()
    await karim.writes("bidule un")
    world.fate.full_at = "BEGIN IMMEDIATE"
    await karim.writes("bidule deux")
    await asyncio.sleep(3.0)
    world.fate.full_at = ""


@scenario
async def messages_are_found_hours_after_they_were_written(cast: Cast) -> None:
    """Twilio's calls never came, and the machine slept; each is found, wherever the look at its list ends: by
    a death, or by a disk that is full."""
    marie, twilio = await cast.marie(), cast.world.twilio
    known, twilio.message_url = twilio.message_url, None
    texts = [f"bidule {number}" for number in ("un", "deux", "trois")]
    for text in texts:
        await twilio.write(marie.person, text)
    twilio.message_url = known
    await asyncio.sleep(61.0)  # so old that nothing is on its way any more
    cast.world.fate.full_at = "INSERT INTO messages"
    cast.world.clock.jump(timedelta(hours=2))
    await asyncio.sleep(70.0)
    cast.world.fate.full_at = ""
    await asyncio.sleep(CAUGHT_UP)
    await cast.settle()
    kept = [row["text"] for row in cast.world.rows("SELECT text FROM messages WHERE author = 'customer'")]
    if kept != texts:
        raise AssertionError(f"Twilio holds {texts}, and {kept} is kept")


@scenario
async def a_lost_message_waits_for_a_list_that_cannot_be_read(cast: Cast) -> None:
    """Twilio's call never came, and its list cannot be read for minutes: nothing counts as known."""
    marie, twilio = await cast.marie(), cast.world.twilio
    await marie.writes("conseiller")
    await cast.settle()
    known, twilio.message_url = twilio.message_url, None
    await twilio.write(marie.person, "bidule perdu")
    twilio.message_url = known
    twilio.wire.plan("messages.list", *[Wirefault(answer=denied(503, 20503, "Unavailable"))] * 8)
    await asyncio.sleep(2 * CAUGHT_UP)
    await cast.settle()


@scenario
async def slack_does_not_say_for_minutes_who_typed(cast: Cast) -> None:
    """No event came either: the line is found, and left for later until it is known whose it is."""
    await cast.waits()
    slack = cast.world.slack
    await cast.world.restart()
    slack.wire.plan("users.info", *[Wirefault(answer=denied_by_slack("internal_error"))] * 4)
    async with slack_tells_nothing(cast):
        await cast.lea.notes(cast.card, "note de Léa")
    await asyncio.sleep(3 * CAUGHT_UP)
    await cast.settle()


@scenario
async def a_menu_is_shown_again_after_a_restart(cast: Cast) -> None:
    """Twilio keeps it, and so do we: it is made once."""
    marie = await cast.marie()
    await marie.writes("où est mon colis ?")
    await cast.settle()
    await cast.world.restart()
    cast.customers.append(paul := await whatsapp(cast.world, "Paul Roux"))
    await paul.writes("où est mon colis ?")
