"""Who may act for the team, asked of Slack over real HTTP: refusals with a reason, and what is remembered."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from core.domain.rules import Agent, Role
from handoff.roster import Identity, NotOnRoster, Roster
from sandbox.slack import refusal
from sandbox.wire import Fault

if TYPE_CHECKING:
    from tests.handoff.slack_room import Room

pytest_plugins = ("tests.handoff.slack_room",)

INBOX = "C0SAVINBOX"
LEA = "U0AGENTLEA"
PAUL = "U0AGENTPAU"
OURS = "T0RELAIS01"
THEIRS = "T0AUTRE001"
BOSS = Agent("U0BOSS", "Odile", Role.MANAGER, ("support",))
DOWN = refusal("internal_error")


@pytest.fixture
def roster(room: Room) -> Roster:
    return roster_of(room)


def roster_of(room: Room, **rules: Any) -> Roster:  # noqa: ANN401 - any field of the rules
    return Roster(api=room.api, rules=replace(room.rules, **rules), channel=INBOX, clock=room.clock)


def takes_slack_down(room: Room, *methods: str) -> None:
    for method in methods or ("users.info", "conversations.members", "auth.test"):
        room.slack.wire.plan(method, *[Fault(answer=DOWN)] * 20)


async def refused(roster: Roster, user_id: str, team_id: str = "") -> str:
    with pytest.raises(NotOnRoster) as refusal:
        await roster.agent(user_id, team_id)
    return refusal.value.reason


async def test_a_member_of_the_channel_is_an_agent_under_the_name_slack_shows(
    room: Room, roster: Roster
) -> None:
    assert await roster.agent(LEA, OURS) == Agent(LEA, "Léa", Role.AGENT, ())
    assert roster.name_of(LEA) == "Léa"
    assert roster.names() == {LEA: "Léa"}
    assert room.slack.wire.count("conversations.members") == 1


async def test_somebody_outside_the_channel_is_refused_with_a_reason(room: Room, roster: Roster) -> None:
    room.slack.add_user("U0VISITE", "visite")
    assert await refused(roster, "U0VISITE") == "roster.unknown"
    assert await refused(roster, "U0NOBODY") == "roster.unknown"


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ({"guest": True}, "roster.guest"),
        ({"ultra": True}, "roster.guest"),
        ({"bot": True}, "roster.bot"),
        ({"deleted": True}, "roster.unknown"),
        ({"team_id": THEIRS}, "roster.outsider"),
    ],
)
@pytest.mark.parametrize("named", [True, False])
async def test_guests_outsiders_apps_and_people_who_left_are_refused_even_where_they_are_listed(
    room: Room, kind: dict[str, Any], reason: str, named: bool
) -> None:
    room.slack.add_user("U0AUTRE", "autre", **kind)
    room.slack.channels[INBOX].members.add("U0AUTRE")
    agents = (Agent("U0AUTRE", "Autre"),) if named else ()
    assert await refused(roster_of(room, agents=agents), "U0AUTRE", OURS) == reason


async def test_slacks_own_bot_is_no_agent(room: Room, roster: Roster) -> None:
    room.slack.add_user("USLACKBOT", "slackbot")
    room.slack.channels[INBOX].members.add("USLACKBOT")
    assert await refused(roster, "USLACKBOT") == "roster.bot"


async def test_a_gesture_from_another_workspace_is_refused_whoever_makes_it(
    room: Room, roster: Roster
) -> None:
    assert await refused(roster, LEA, THEIRS) == "roster.outsider"
    assert room.slack.wire.count("users.info") == 0


async def test_the_rules_file_gives_name_role_and_teams_and_nobody_else_gets_in(room: Room) -> None:
    room.slack.add_user(BOSS.id, "odile", "Odile Marchand")
    roster = roster_of(room, agents=(BOSS,))
    assert await roster.agent(BOSS.id, OURS) == BOSS
    assert await refused(roster, LEA) == "roster.unknown"
    assert roster.name_of(BOSS.id) == "Odile"
    assert room.slack.wire.count("conversations.members") == 0


async def test_what_is_known_is_not_asked_again_until_it_is_old_or_somebody_changed(
    room: Room, roster: Roster
) -> None:
    async def counts() -> tuple[int, int]:
        await roster.agent(LEA)
        return room.slack.wire.count("conversations.members"), room.slack.wire.count("users.info")

    assert await counts() == (1, 1)
    room.clock.move(timedelta(minutes=4))
    assert await counts() == (1, 1)
    room.clock.move(timedelta(minutes=2))
    assert await counts() == (2, 1)
    roster.member_changed()
    assert await counts() == (3, 2)
    room.clock.move(timedelta(hours=25))
    assert await counts() == (4, 3)
    assert room.slack.wire.count("auth.test") == 1


async def test_whoever_leaves_the_channel_or_the_company_is_refused_at_once(
    room: Room, roster: Roster
) -> None:
    await roster.agent(LEA)
    await roster.agent(PAUL)
    room.slack.channels[INBOX].members.remove(LEA)
    room.slack.users[PAUL].deleted = True
    roster.member_changed()
    assert await refused(roster, LEA) == "roster.unknown"
    assert await refused(roster, PAUL) == "roster.unknown"
    assert PAUL not in roster.names()


async def test_a_refused_person_who_is_let_in_does_not_wait_for_a_day(room: Room, roster: Roster) -> None:
    room.slack.add_user("U0GUEST", "guest", guest=True)
    room.slack.channels[INBOX].members.add("U0GUEST")
    assert await refused(roster, "U0GUEST") == "roster.guest"
    room.slack.users["U0GUEST"].guest = False
    room.clock.move(timedelta(minutes=6))
    assert (await roster.agent("U0GUEST")).id == "U0GUEST"


async def test_every_page_of_a_large_channel_is_read(room: Room, roster: Roster) -> None:
    for n in range(450):
        room.slack.channels[INBOX].members.add(f"U0A{n:05d}")
    room.slack.add_user("U0ZZZ", "zoe")
    room.slack.channels[INBOX].members.add("U0ZZZ")
    assert (await roster.agent("U0ZZZ")).name == "zoe"
    assert room.slack.wire.count("conversations.members") == 3


async def test_a_known_agent_still_acts_for_a_day_while_slack_is_out_of_reach(
    room: Room, roster: Roster
) -> None:
    await roster.agent(LEA)
    takes_slack_down(room)
    roster.member_changed()
    assert (await roster.agent(LEA)).name == "Léa"
    room.clock.move(timedelta(hours=23))
    assert (await roster.agent(LEA)).name == "Léa"
    room.clock.move(timedelta(hours=2))
    assert await refused(roster, LEA) == "roster.unavailable"


async def test_a_slow_slack_holds_up_nobody_who_is_known(room: Room, roster: Roster) -> None:
    await roster.agent(LEA)
    room.clock.move(timedelta(minutes=10))
    roster._patience = 0.1
    room.slack.wire.plan("conversations.members", Fault(delay=0.5))
    assert (await roster.agent(LEA)).name == "Léa"
    room.slack.wire.plan("users.info", Fault(delay=0.5))
    assert await refused(roster, PAUL) == "roster.unavailable"


async def test_slack_is_left_alone_for_a_moment_after_it_failed(room: Room, roster: Roster) -> None:
    await roster.agent(LEA)
    takes_slack_down(room, "conversations.members")
    room.clock.move(timedelta(minutes=10))
    for _ in range(5):
        await roster.agent(LEA)
    assert room.slack.wire.count("conversations.members") == 2
    room.clock.move(timedelta(seconds=20))
    await roster.agent(LEA)
    assert room.slack.wire.count("conversations.members") == 3


async def test_a_manager_who_cannot_be_verified_is_refused(room: Room) -> None:
    room.slack.add_user(BOSS.id, "odile")
    roster = roster_of(room, agents=(BOSS, Agent(LEA, "Léa")))
    await roster.agent(BOSS.id)
    await roster.agent(LEA)
    takes_slack_down(room)
    roster.member_changed()
    assert await refused(roster, BOSS.id) == "roster.unavailable"
    assert (await roster.agent(LEA)).name == "Léa"


@pytest.mark.parametrize("method", ["auth.test", "users.info", "conversations.members"])
async def test_nobody_acts_before_slack_could_be_asked(room: Room, roster: Roster, method: str) -> None:
    takes_slack_down(room, method)
    assert await refused(roster, LEA) == "roster.unavailable"


async def test_who_we_are_is_asked_once_and_again_after_a_failure(room: Room, roster: Roster) -> None:
    room.slack.wire.plan("auth.test", Fault(answer=DOWN))
    assert await roster.identify() == Identity()
    assert roster.identity is None
    known = Identity(OURS, room.slack.bot_user_id, room.slack.bot_id)
    assert [await roster.identify(), await roster.identify(), roster.identity] == [known] * 3
    assert room.slack.wire.count("auth.test") == 2


async def test_a_refresh_learns_everybody_so_that_the_first_gesture_asks_nothing(
    room: Room, roster: Roster
) -> None:
    await roster.refresh()
    asked = len(room.slack.wire.calls)
    assert (await roster.agent(PAUL)).name == "Paul"
    assert roster.name_of(LEA) == "Léa"
    assert len(room.slack.wire.calls) == asked


async def test_a_refresh_without_slack_fails_nothing(room: Room, roster: Roster) -> None:
    takes_slack_down(room)
    await roster.refresh()
    assert roster.name_of(LEA) == ""


async def test_every_reason_is_a_sentence_that_says_what_to_do(room: Room) -> None:
    reasons = [f"roster.{name}" for name in ("unknown", "guest", "outsider", "bot", "unavailable")]
    told = [room.texts.said(reason, "fr") for reason in reasons]
    assert all("rien n’a été fait" in each for each in told)
    assert len(set(told)) == len(reasons)


async def test_a_channel_that_other_companies_read_is_known_as_such(room: Room, roster: Roster) -> None:
    assert await roster.is_shared(INBOX) is False
    room.slack.channels[INBOX].is_ext_shared = True
    assert await roster.is_shared(INBOX) is True
