"""A line that could not be kept at once comes again after its author changed it or took it away."""

from datetime import timedelta
from typing import Any

import pytest

from tests.stories.people import sentence, waiting, words
from tests.stories.test_lost_events import (
    NOTES,
    TEXT,
    VERSIONS,
    after,
    is_silent_of_people,
    replies,
    statuses,
    whispers,
)
from tests.stories.town import CHANNEL, LEA, Town


async def not_kept(place: Town, text: str) -> dict[str, Any]:
    """Léa types, Slack does not say who she is, and nothing is kept: the event that will come again."""
    place.slack.retry_delays = ()
    is_silent_of_people(place, 1)
    line = await place.slack.say(LEA.id, CHANNEL, text, place.cards[0].ts)
    await place.settle()
    assert await statuses(place, text) == [503]
    place.clock.shift += timedelta(seconds=10)
    event = next(each for each in await replies(place) if each["ts"] == line.ts)
    return {**event, "channel": CHANNEL, "event_ts": line.ts}


async def comes_again(place: Town, event: dict[str, Any]) -> None:
    """A minute later, and once more; then everything is looked for."""
    await place.settle()
    for _ in range(2):
        place.clock.shift += timedelta(seconds=50)
        await place.slack.push_event(event)
        await place.settle()
    await after(place)
    await after(place)


@pytest.mark.parametrize("text", [f"!r {TEXT}", "je regarde"])
async def test_a_line_taken_away_before_it_was_heard_does_nothing(place: Town, text: str) -> None:
    marie = await waiting(place)
    event = await not_kept(place, text)
    await place.slack.hands.delete(CHANNEL, event["ts"])
    await comes_again(place, event)
    assert TEXT not in marie.reads
    assert await place.rows(NOTES) == []
    told = [words(one) for one in whispers(place)]
    assert [one.startswith(sentence("bang.taken_back")) and TEXT in one for one in told] == (
        [True] if text.startswith("!") else []
    )


async def test_a_reply_changed_before_it_was_heard_is_not_sent_as_it_was(place: Town) -> None:
    marie = await waiting(place)
    event = await not_kept(place, f"!r {TEXT}")
    await place.slack.hands.edit(LEA.id, CHANNEL, event["ts"], "!r Votre colis repart lundi.")
    await comes_again(place, event)
    assert [text for text in marie.reads if "Votre colis" in text] == []
    assert words(whispers(place)[-1]).startswith(sentence("bang.edited"))


async def test_a_note_changed_before_it_was_heard_is_kept_with_its_latest_words(place: Town) -> None:
    await waiting(place)
    event = await not_kept(place, "je regarde")
    for text in ("je cherche", "je ne regarde pas"):
        await place.slack.hands.edit(LEA.id, CHANNEL, event["ts"], text)
        place.clock.shift += timedelta(seconds=1)
    await comes_again(place, event)
    assert [row["text"] for row in await place.rows(NOTES)] == ["je regarde"]
    assert await place.rows(VERSIONS) == [{"kind": "edited", "text": "je ne regarde pas"}]
