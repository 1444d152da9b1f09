"""What Slack says of the app itself: counted, and told to the operator in plain words while it lasts."""

import json

import pytest

from tests.stories.forged import JSON, slack
from tests.stories.town import CHANNEL, Town

TROUBLES = [
    ({"type": "app_uninstalled"}, "the app was removed from Slack: install it again"),
    ({"type": "tokens_revoked", "tokens": {"oauth": [], "bot": ["U0BOT"]}}, "the bot token was revoked"),
    ({"type": "channel_shared", "channel": CHANNEL}, f"the channel {CHANNEL} is shared with another company"),
    ({"type": "group_left", "channel": CHANNEL}, f"the app was removed from the channel {CHANNEL}"),
    (
        {"type": "channel_id_changed", "old_channel_id": CHANNEL, "new_channel_id": "C0NEW"},
        f"the channel {CHANNEL} is now called C0NEW: change SLACK_CHANNEL",
    ),
]
NO_TROUBLE = [
    {"type": "tokens_revoked", "tokens": {"oauth": ["U0LEA"], "bot": []}},
    {"type": "tokens_revoked", "tokens": None},
    {"type": "channel_shared", "channel": "C0OTHER"},
    {"type": "channel_id_changed", "old_channel_id": "G0OTHER", "new_channel_id": "C0OTHER"},
    {"type": "team_rename", "name": "x"},
    {"type": "an_event_of_tomorrow", "what": {"ever": []}},
]


async def trouble(place: Town) -> str:
    """What `/ready` says of Slack."""
    answer = await place.http.get(f"{place.url}/ready")
    assert answer.status_code == 200
    return str(answer.json()["platforms"]["slack"].get("trouble", ""))


@pytest.mark.parametrize(("event", "told"), TROUBLES, ids=lambda each: str(each)[:40])
async def test_what_an_operator_must_mend_is_told_with_the_remedy(
    place: Town, event: dict[str, object], told: str
) -> None:
    before = await place.counts()
    assert (await place.slack.push_event(event)).delivered
    assert told in await trouble(place)
    assert await place.counts() == before
    metrics = (await place.http.get(f"{place.url}/metrics")).text
    assert f'relais_notices_total{{kind="{event["type"]}",platform="slack"}} 1.0' in metrics


@pytest.mark.parametrize("event", NO_TROUBLE, ids=lambda each: str(each)[:50])
async def test_what_is_no_trouble_of_ours_is_acknowledged_and_no_more(
    place: Town, event: dict[str, object]
) -> None:
    before = await place.counts()
    assert (await place.slack.push_event(event)).delivered
    assert (await trouble(place), await place.counts()) == ("", before)


async def test_a_channel_that_is_unshared_is_no_trouble_any_more(place: Town) -> None:
    await place.slack.push_event({"type": "channel_shared", "channel": CHANNEL})
    assert await trouble(place)
    await place.slack.push_event({"type": "channel_unshared", "channel": CHANNEL})
    assert await trouble(place) == ""


async def test_events_that_slack_holds_back_are_counted(place: Town) -> None:
    notice = {"type": "app_rate_limited", "team_id": "T0RELAIS01", "minute_rate_limited": 1790000040}
    for _ in range(2):
        answer = await slack(place, json.dumps(notice).encode(), kind=JSON).post(place)
        assert answer.status_code == 200
    metrics = (await place.http.get(f"{place.url}/metrics")).text
    assert 'relais_notices_total{kind="app_rate_limited",platform="slack"} 2.0' in metrics
