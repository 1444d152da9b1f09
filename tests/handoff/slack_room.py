"""A workspace over real HTTP for the tests of the team's door: the stand-in for Slack and our own client.

A plugin of the test modules that name it: they ask for the fixture `room`.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

import httpx
import pytest

from core.clock import Clock, HandClock
from core.domain.rules import OpeningHours, Rules, Team
from core.metrics import Metrics
from core.texts import Texts
from handoff.api import SlackApi
from handoff.notices import Notices
from handoff.roster import Roster
from handoff.sharing import Sharing
from sandbox.slack import SlackStandIn
from tests.serving import NOBODY, Serve

TESTS = Path(__file__).parents[1]

INBOX = "C0SAVINBOX"
LEA = "U0AGENTLEA"
PAUL = "U0AGENTPAU"
PARIS = ZoneInfo("Europe/Paris")
NOON = datetime(2026, 9, 21, 12, 0, tzinfo=UTC)
WEEK = dict.fromkeys(range(5), ((time(9), time(18)),))
TEXTS = Texts(PARIS)
RULES = Rules("Relais", OpeningHours(PARIS, WEEK), (), (Team("support", "Support", INBOX),))


def sharing_of(api: SlackApi, clock: Clock) -> Sharing:
    """What knows who reads the channels of the small house."""
    roster = Roster(api=api, rules=RULES, channel=INBOX, clock=clock)
    notices = Notices(Metrics().notices, {INBOX})
    return Sharing(roster=roster, notices=notices, channels={INBOX}, clock=clock)


@dataclass
class Room:
    """The stand-in, the client under test, the clock they share, and the rules of a small house."""

    slack: SlackStandIn
    api: SlackApi
    clock: HandClock
    sharing: Sharing
    texts: Texts = TEXTS
    rules: Rules = RULES


@pytest.fixture
async def room(serve: Serve) -> AsyncIterator[Room]:
    """A workspace with one private channel, the bot and two people in it."""
    clock = HandClock(NOON)
    transport = httpx.AsyncHTTPTransport(verify=NOBODY)
    async with httpx.AsyncClient(trust_env=False, verify=NOBODY) as http:
        slack = SlackStandIn(
            bot_token="xoxb-1", signing_secret="secret", clock=lambda: clock.now().timestamp(), http=http
        )
        slack.base_url = await serve(slack.app)
        slack.add_channel(INBOX, "sav", members=[slack.bot_user_id, LEA, PAUL])
        slack.add_user(LEA, "lea", "Léa Martin")
        slack.add_user(PAUL, "paul", "Paul Petit")
        url = f"{slack.base_url}/api/"
        api = SlackApi(token="xoxb-1", api_url=url, transport=transport, clock=clock)
        yield Room(slack, api, clock, sharing_of(api, clock))
        await api.close()
        await slack.close()
