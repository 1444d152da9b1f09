"""Calls of unknown outcome: asked about, never repeated blindly; a human decides where nobody can tell."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from core.desk import Outcome
from core.domain.events import AgentSettled, DeliveryReported, DeliveryUnknown, ReportStatus
from core.jobs import Candidates, Job, Look, Unknown
from tests.core.desk_house import LEA, Desks, a_desk
from tests.core.platform_house import Platform
from tests.core.virtual import VirtualClock, virtually

LOST = Unknown("timeout")
MESSAGE: Mapping[str, str] = {}
TYPED: Mapping[str, str] = {"agent": LEA.id}


@asynccontextmanager
async def a_lost_call(
    folder: Path, *, heard: bool, has_look_up: bool = True, row: Mapping[str, str] = MESSAGE
) -> AsyncIterator[tuple[Desks, Platform]]:
    """« m1 » is carried, its answer is lost. `heard`: the platform took it all the same."""
    async with a_desk(folder) as desks:
        channel = row.get("destination", "askable" if has_look_up else "mute")
        platform = Platform(desks.clock, has_look_up=has_look_up, script={"m1": [LOST]}, after=heard)
        await desks.talk(channel="askable" if has_look_up else "mute")
        await desks.enqueue("m1", **({"destination": channel} | dict(row)))
        await desks.with_lanes({channel: platform}).start()
        await asyncio.sleep(1)
        yield desks, platform


async def told(desks: Desks) -> list[dict[str, Any]]:
    """The questions put to the team."""
    sql = """
        SELECT json_extract(payload, '$.actions') AS actions, json_extract(payload, '$.text') AS text
        FROM outbox WHERE destination = 'team' AND kind = 'line' AND json_extract(payload, '$.mark') = 'alarm'
        """
    return await desks.rows(sql)


def test_what_the_platform_has_counts_as_sent(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_lost_call(tmp_path, heard=True) as (desks, platform):
            assert await desks.states() == {"m1": "unknown"}
            await asyncio.sleep(5)
            (row,) = await desks.rows("SELECT state, reference FROM outbox")
            assert row == {"state": "sent", "reference": f"ref-{platform.taken[0].id}"}
            assert [text for _, text in platform.asked] == ["m1"]
            assert platform.looks[0] - platform.times("m1")[0] >= 3.0

    virtually(story())


def test_what_is_absent_twice_is_sent_once_more(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_lost_call(tmp_path, heard=False) as (desks, platform):
            await desks.enqueue("m2", destination="askable")
            await asyncio.sleep(60)
            first, second = platform.looks
            assert second - first >= 10.0
            assert platform.texts == ["m1", "m2"]
            assert len(platform.times("m1")) == 2

    virtually(story())


def test_absent_once_proves_nothing(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_lost_call(tmp_path, heard=True) as (_desks, platform):
            platform.answers = [Look.ABSENT]  # it shows in the platform's list a little later
            await asyncio.sleep(60)
            assert [text for _, text in platform.asked] == ["m1"]

    virtually(story())


def test_slow_look_ups_that_overtake_each_other_send_nothing_twice(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as desks:
            platform = SlowLooks(desks.clock, script={"m1": [LOST, 120]})
            await desks.talk(channel="askable")
            await desks.enqueue("m1", destination="askable")
            await desks.with_lanes({"askable": platform}).start()
            await asyncio.sleep(400)
            assert len(platform.looks) > 3
            assert platform.times("m1")[1:] == platform.times("m1")[1:2]
            assert await desks.states() == {"m1": "sent"}

    virtually(story())


class SlowLooks(Platform):
    """Asking it takes longer than the pause between two questions."""

    async def look_up(self, job: Job) -> str | Look | Candidates:
        """The truth as it was at the question, half a minute later."""
        answer = await super().look_up(job)
        await asyncio.sleep(25)
        return answer


def test_who_cannot_tell_is_asked_again_then_the_lane_goes_on_and_the_agent_decides(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_lost_call(tmp_path, heard=False, row=TYPED) as (desks, platform):
            platform.answers = [Look.CANNOT_TELL, ConnectionError("down")] * 50
            await desks.enqueue("m2", destination="askable")
            await asyncio.sleep(85)
            assert [text for _, text in platform.asked] == ["m1"]
            assert len(platform.looks) >= 5
            assert await told(desks) == []

            await asyncio.sleep(3600)
            (question,) = await told(desks)
            assert platform.texts == ["m2"]
            assert '"verb":"resend"' in question["actions"]
            assert '"verb":"abandon"' in question["actions"]
            assert question["text"].endswith("m1")
            assert len(platform.looks) <= 11
            assert (await desks.states())["m1"] == "unknown"

    virtually(story())


def test_a_thread_that_may_stand_is_asked_about_until_it_is_known(tmp_path: Path) -> None:
    async def story() -> None:
        options = {"destination": "team", "kind": "open_thread", "place": "C0"}
        async with a_lost_call(tmp_path, heard=True, row=options) as (desks, team):
            await desks.run("UPDATE conversations SET thread_place = '', thread_reference = ''")
            team.answers = [Look.CANNOT_TELL] * 700
            await desks.enqueue("ligne", destination="team", kind="line", place="C0")
            await asyncio.sleep(7000)
            assert [text for _, text in team.asked] == ["m1"]
            await asyncio.sleep(60)
            assert team.texts == ["m1", "ligne"]
            assert team.taken[1].thread_reference == f"ref-{team.taken[0].id}"

    virtually(story())


def test_a_line_of_the_team_is_asked_about_for_ever_but_holds_nothing_back(tmp_path: Path) -> None:
    async def story() -> None:
        options = {"destination": "team", "kind": "line", "place": "C0"}
        async with a_lost_call(tmp_path, heard=False, row=options) as (desks, team):
            team.answers = [Look.CANNOT_TELL] * 18
            await desks.enqueue("m2", **options)
            await asyncio.sleep(95)
            assert team.texts == ["m2"]
            await asyncio.sleep(1800)
            assert len(team.looks) <= 16
            await asyncio.sleep(3600)
            assert team.texts == ["m2", "m1"]
            assert set((await desks.states()).values()) == {"sent"}

    virtually(story())


def test_our_own_words_go_once_more_where_nobody_can_be_asked(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_lost_call(tmp_path, heard=True, has_look_up=False) as (desks, mute):
            await desks.enqueue("m2")
            await asyncio.sleep(30)
            assert mute.texts == ["m1", "m1", "m2"]
            assert await desks.states() == {"m1": "sent", "m2": "sent"}
            assert await told(desks) == []

    virtually(story())


def test_our_own_words_go_no_third_time(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_lost_call(tmp_path, heard=True, has_look_up=False) as (desks, mute):
            mute.script["m1"] = [LOST] * 9
            await asyncio.sleep(3600)
            assert mute.texts == ["m1", "m1"]
            assert (await desks.states())["m1"] == "unknown"
            assert len(await told(desks)) == 1

    virtually(story())


def test_an_agents_words_wait_for_the_agent_where_nobody_can_be_asked(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_lost_call(tmp_path, heard=True, has_look_up=False, row=TYPED) as (desks, mute):
            await desks.enqueue("m2", agent=LEA.id)
            await asyncio.sleep(30)
            assert len(await told(desks)) == 1
            assert mute.texts == ["m1"]
            await asyncio.sleep(3600)
            assert mute.texts == ["m1", "m2"]
            assert len(await told(desks)) == 1
            assert mute.looks == []

    virtually(story())


@pytest.mark.parametrize("resend", [True, False])
def test_the_agent_decides_once_what_nobody_can_tell(tmp_path: Path, resend: bool) -> None:
    async def story() -> None:
        async with a_lost_call(tmp_path, heard=True, has_look_up=False, row=TYPED) as (desks, mute):
            await desks.enqueue("m2", agent=LEA.id)
            await asyncio.sleep(120)
            decision = AgentSettled(LEA, "talk-marie", mute.taken[0].id, resend=resend)
            heard = await asyncio.gather(*(desks.desk.handle(decision, key=f"tap{n}") for n in range(3)))
            await asyncio.sleep(30)
            outcomes = sorted(one.outcome for one in heard)
            assert outcomes == [Outcome.DONE, Outcome.REFUSED, Outcome.REFUSED]
            assert mute.texts == (["m1", "m2", "m1"] if resend else ["m1", "m2"])
            rows = await desks.rows(
                "SELECT state, agent, is_for_customer FROM outbox WHERE destination = 'mute' ORDER BY seq"
            )
            assert rows[0]["state"] == "cancelled"
            assert {(row["agent"], row["is_for_customer"]) for row in rows} == {(LEA.id, 1)}
            assert [row["state"] for row in rows[1:]] == ["sent"] * (2 if resend else 1)

    virtually(story())


@pytest.mark.parametrize("status", [ReportStatus.SENT, ReportStatus.READ])
def test_a_status_report_settles_what_nobody_could_tell(tmp_path: Path, status: ReportStatus) -> None:
    async def story() -> None:
        async with a_lost_call(tmp_path, heard=True, row=TYPED) as (desks, platform):
            platform.answers = [Look.CANNOT_TELL] * 99
            await asyncio.sleep(120)
            job = platform.taken[0].id
            report = DeliveryReported(status, outbox_id=job, reference="SM1")
            await desks.desk.handle(report, key="r1")
            late = AgentSettled(LEA, "talk-marie", job, resend=True)
            refused = await desks.desk.handle(late, key="tap")
            await asyncio.sleep(60)
            (row,) = await desks.rows(
                "SELECT state, reference, report FROM outbox WHERE destination = 'askable'"
            )
            assert row == {"state": "sent", "reference": "SM1", "report": status.value}
            assert refused.outcome is Outcome.REFUSED
            assert platform.texts == ["m1"]

    virtually(story())


def test_a_report_between_two_look_ups_ends_the_asking(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_lost_call(tmp_path, heard=True) as (desks, platform):
            platform.answers = [Look.ABSENT, Look.ABSENT]
            await asyncio.sleep(5)
            report = DeliveryReported(ReportStatus.SENT, outbox_id=platform.taken[0].id, reference="SM1")
            await desks.desk.handle(report, key="r1")
            await asyncio.sleep(120)
            assert platform.texts == ["m1"]
            assert len(platform.looks) == 1

    virtually(story())


def test_that_nobody_can_tell_is_told_once_however_often_it_is_heard(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_lost_call(tmp_path, heard=False, has_look_up=False, row=TYPED) as (desks, _mute):
            (row,) = await desks.rows("SELECT id FROM outbox WHERE destination = 'mute'")
            for n in range(3):
                await desks.desk.handle(DeliveryUnknown(row["id"]), key=f"again{n}")
            assert len(await told(desks)) == 1

    virtually(story())


def test_a_question_that_cannot_be_put_does_not_keep_the_lane_busy(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path, missing=["thread.unknown"]) as desks:
            mute = Platform(desks.clock, has_look_up=False, script={"m1": [LOST]})
            await desks.talk()
            await desks.enqueue("m1", agent=LEA.id)
            await desks.with_lanes({"mute": mute}).start()
            await asyncio.sleep(3600)
            assert (await desks.counts())["quarantine"] == 1
            failed = desks.metrics.events.labels("DeliveryUnknown", "quarantined")._value.get()
            assert failed == 1
            assert (await desks.states())["m1"] == "unknown"

    virtually(story())


def test_a_clock_that_jumps_does_not_let_later_words_pass_those_that_are_asked_about(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_lost_call(tmp_path, heard=False) as (desks, platform):
            await desks.enqueue("m2", destination="askable")
            await asyncio.sleep(5)
            assert isinstance(desks.clock, VirtualClock)
            desks.clock.step(timedelta(hours=2))
            await asyncio.sleep(120)
            assert platform.texts == ["m1", "m2"]

    virtually(story())


def test_a_machine_that_slept_asks_anew_before_the_teams_lane_goes_on(tmp_path: Path) -> None:
    async def story() -> None:
        options = {"destination": "team", "kind": "line", "place": "C0"}
        async with a_lost_call(tmp_path, heard=False, row=options) as (desks, team):
            await desks.enqueue("m2", **options)
            await asyncio.sleep(5)
            assert isinstance(desks.clock, VirtualClock)
            desks.clock.step(timedelta(hours=2))
            await asyncio.sleep(120)
            assert team.texts == ["m1", "m2"]

    virtually(story())
