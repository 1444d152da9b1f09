"""What waits too long, and a channel that falls silent, over real HTTP."""

from datetime import timedelta

from sandbox.twilio import refusal
from sandbox.wire import Fault
from tests.stories.people import on_whatsapp, sentence, waiting
from tests.stories.test_dead_letters import ops_lines
from tests.stories.town import LEA, Town


async def test_a_platform_that_takes_nothing_is_told_and_told_when_it_does(place: Town) -> None:
    marie = await waiting(place)
    await place.command(LEA, "/claim", "marie")
    slow = refusal(429, 20429, "slow down")
    slow.headers["Retry-After"] = "300"
    place.twilio.wire.plan("messages.create", Fault(answer=slow))
    await place.command(LEA, "/reply", "Votre colis part demain.")
    await place.service.alerts.look()
    assert ops_lines(place) == []
    await place.pass_time(timedelta(minutes=2))
    for _ in range(2):
        await place.service.alerts.look()
    (told,) = ops_lines(place)
    assert told == sentence("ops.stuck", channel="WhatsApp", count=1)
    await place.pass_time(timedelta(minutes=5))
    assert marie.reads[-1] == "Votre colis part demain."
    for _ in range(2):
        await place.service.alerts.look()
    assert ops_lines(place)[1:] == [sentence("ops.stuck_over", channel="WhatsApp")]


async def test_a_channel_that_falls_silent_is_told_until_somebody_writes(place: Town) -> None:
    people = [await on_whatsapp(place, f"Client {number}") for number in range(3)]
    for _ in range(8):  # a week and a day, at the same time of day
        for one in people:
            await one.writes("Bonjour")
        await place.service.alerts.look()
        await place.pass_time(timedelta(days=1))
    assert ops_lines(place) == []
    await place.pass_time(timedelta(hours=1, minutes=30))  # nobody has written for a day and a half
    for _ in range(2):
        await place.service.alerts.look()
    (told,) = ops_lines(place)
    assert "WhatsApp est silencieux" in told
    await people[0].writes("Bonjour")
    await place.service.alerts.look()
    assert ops_lines(place)[1:] == [sentence("ops.silent_over", channel="WhatsApp")]


async def test_slack_that_brings_not_even_our_own_posts_is_told_until_it_comes_by(place: Town) -> None:
    marie = await waiting(place)
    known, place.slack.request_url = place.slack.request_url, None
    await place.pass_time(timedelta(minutes=1))
    await marie.writes("Vous êtes là ?")
    await marie.writes("Il est urgent que je sache.")
    await place.pass_time(timedelta(minutes=8))
    await place.service.alerts.look()
    assert ops_lines(place) == [], "an event may come as late as that"
    await place.pass_time(timedelta(minutes=4))
    for _ in range(2):
        await place.service.alerts.look()
    (told,) = ops_lines(place)
    assert told.startswith("⚠️ *Slack ne nous transmet plus rien*")
    place.slack.request_url = known
    place.slack.echo_events = False
    await place.command(LEA, "/claim", "marie")
    await place.service.alerts.look()
    assert len(ops_lines(place)) == 1, "a command is no event"
    place.slack.echo_events = True
    await marie.writes("Merci")
    for _ in range(2):
        await place.service.alerts.look()
    assert ops_lines(place)[1:] == [sentence("ops.deaf_over", channel="Slack")]


async def test_a_team_that_types_nothing_is_not_taken_for_a_slack_that_brings_nothing(place: Town) -> None:
    marie = await waiting(place)
    for _ in range(6):
        await marie.writes("Vous êtes là ?")
        await place.pass_time(timedelta(minutes=20))
        await place.service.alerts.look()
    assert ops_lines(place) == []
