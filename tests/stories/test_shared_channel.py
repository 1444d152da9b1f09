"""A channel that people of another company can read: nothing of a customer is posted there meanwhile."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

from structlog.testing import capture_logs

from sandbox.wire import Fault
from tests.stories.people import on_telegram, waiting, words
from tests.stories.test_notices import trouble
from tests.stories.town import CHANNEL, LEA, PATIENCE, Town, shipped_rules, town

if TYPE_CHECKING:
    from pathlib import Path

A_MOMENT = timedelta(seconds=61)


async def shared(place: Town, *, is_shared: bool = True, is_told: bool = True) -> None:
    """The channel is shared with another company, or unshared; Slack tells of it, or the event is lost."""
    place.slack.channels[CHANNEL].is_ext_shared = is_shared
    if is_told:
        kind = "channel_shared" if is_shared else "channel_unshared"
        assert (await place.slack.push_event({"type": kind, "channel": CHANNEL})).delivered


async def a_town_that_opens_shared(folder: Path) -> Town:
    """The channel was shared before the service started."""
    place = Town(shipped_rules(), folder)
    await place.open_platforms()
    place.slack.channels[CHANNEL].is_ext_shared = True
    await place.open_service()
    return place


async def test_a_channel_shared_at_start_is_told_and_everything_waits_for_it_in_order(tmp_path: Path) -> None:
    place = await a_town_that_opens_shared(tmp_path)
    try:
        await place.until(lambda: place.slack.wire.count("users.info"))  # asked after the channels
        assert "unshare it" in await trouble(place)
        karim = await on_telegram(place)
        await karim.writes("conseiller")
        answered = len(karim.reads)
        assert answered
        await karim.writes("Le colis 12 est cassé")
        await karim.writes("Et le 13 aussi")
        await place.pass_time(A_MOMENT)
        assert place.posts == []
        await shared(place, is_shared=False)
        assert await trouble(place) == ""
        await place.pass_time(A_MOMENT)
        (card,) = place.cards
        said = "\n".join(words(post) for post in place.posts)
        assert place.posts[0] is card
        assert 0 < said.index("Le colis 12") < said.index("Et le 13")
    finally:
        await place.close()


async def test_a_channel_that_is_shared_meanwhile_is_told_once_and_hears_nothing_more(place: Town) -> None:
    marie = await waiting(place)
    before = [words(post) for post in place.posts]
    with capture_logs() as logs:
        await shared(place)
        await marie.writes("Mon adresse est 3 rue Haute")
        await place.command(LEA, "/claim", "marie")
        await place.command(LEA, "/reply", "Nous arrivons.")
        assert marie.messages[-1].body.endswith("Nous arrivons.")
        for _ in range(3):
            await place.pass_time(A_MOMENT)
    assert [words(post) for post in place.posts] == before
    told = [each["kind"] for each in logs if each["event"] == "slack_app_trouble"]
    assert told == [f"channel_shared {CHANNEL}"]
    await shared(place, is_shared=False)
    await place.pass_time(A_MOMENT)
    said = "\n".join(words(post) for post in place.posts)
    assert 0 < said.index("3 rue Haute") < said.index("Nous arrivons.")


async def test_an_event_of_unsharing_that_is_lost_holds_nothing_up_for_ever(place: Town) -> None:
    marie = await waiting(place)
    await shared(place)
    await marie.writes("Alors ?")
    await shared(place, is_shared=False, is_told=False)
    assert not any("Alors ?" in words(post) for post in place.posts)
    await place.pass_time(A_MOMENT)
    assert any("Alors ?" in words(post) for post in place.posts)
    assert await trouble(place) == ""


async def test_while_slack_does_not_say_who_reads_a_channel_nothing_is_posted_there(tmp_path: Path) -> None:
    place = Town(shipped_rules(), tmp_path)
    await place.open_platforms()
    place.slack.channels[CHANNEL].is_ext_shared = True
    place.slack.wire.plan("conversations.info", Fault(cut="before"), Fault(cut="before"))
    await place.open_service()
    try:
        await place.until(lambda: place.slack.wire.count("users.info"))
        assert await trouble(place) == ""
        await (await on_telegram(place)).writes("conseiller")
        await place.pass_time(A_MOMENT)
        assert place.posts == []
        assert "unshare it" in await trouble(place)
    finally:
        await place.close()


async def told_at_last(place: Town, *, is_trouble: bool = True) -> str:
    """What `/ready` says once it says that something, or nothing, is wrong."""
    async with asyncio.timeout(PATIENCE):
        while bool(said := await trouble(place)) is not is_trouble:
            await asyncio.sleep(0.01)
    return said


async def test_what_slack_did_not_say_of_a_channel_at_start_is_told_without_any_post(
    tmp_path: Path,
) -> None:
    place = Town(shipped_rules(), tmp_path, seams={"watch_every": 0.02})
    await place.open_platforms()
    place.slack.channels[CHANNEL].is_ext_shared = True
    place.slack.wire.plan("conversations.info", *(Fault(cut="before") for _ in range(3)))
    with capture_logs() as logs:
        await place.open_service()
    try:
        assert "unshare it" in await told_at_last(place)
        assert [each["event"] for each in logs].count("channel_unverified") == 1
        await shared(place, is_shared=False, is_told=False)
        place.clock.shift += A_MOMENT
        assert await told_at_last(place, is_trouble=False) == ""
    finally:
        await place.close()


async def test_an_event_of_sharing_that_is_lost_is_noticed_after_a_while(tmp_path: Path) -> None:
    async with town(tmp_path, seams={"watch_every": 0.02}) as place:
        marie = await waiting(place)
        await shared(place, is_told=False)
        place.clock.shift += timedelta(minutes=11)
        assert "unshare it" in await told_at_last(place)
        await marie.writes("Mon adresse est 3 rue Haute")
        assert not any("rue Haute" in words(post) for post in place.posts)
