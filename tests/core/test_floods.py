"""A customer floods: one line that counts, grows where it stands, and holds up nobody; nothing is lost."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from core.domain.channel import Address
from core.domain.events import AgentNoted, AgentReplied, CardLost, CustomerWrote
from core.jobs import Job, Look, Refused, Retry, Unknown
from core.merging import parts_of
from tests.core.desk_house import LEA, Desks, a_desk
from tests.core.platform_house import Platform
from tests.core.virtual import virtually


async def flood(desks: Desks, count: int, *, begin: int = 0, pause: float = 0.01) -> None:
    """Marie writes so many messages, a hundred a second."""
    for number in range(begin, begin + count):
        await desks.wrote(f"message {number}", who="marie", channel="mute")
        await asyncio.sleep(pause)


def standing(team: Platform) -> list[dict[str, Any]]:
    """What the customer's lines say in the thread, each as it was changed last."""
    lines = {f"ref-{job.id}": job for job in team.taken if job.kind == "line"}
    shown: dict[str, Job] = dict(lines)
    for job in team.taken:
        if job.kind == "retell":
            shown[job.payload["reference"]] = job
    return [dict(job.payload) for job in shown.values() if job.payload["mark"] == "customer"]


def counted(lines: Sequence[dict[str, Any]]) -> int:
    """How many messages the lines tell of."""
    return sum(line["flood"]["count"] if "flood" in line else 1 + len(line.get("more", ())) for line in lines)


def words(line: Mapping[str, Any]) -> list[str]:
    return [line["text"], *(part["text"] for part in line.get("more", ()))]


@pytest.mark.parametrize(("seconds", "most"), [(0.0, 30), (0.05, 8), (1.0, 2), (30.0, 2)])
def test_a_flood_is_one_line_that_counts_all_of_it(tmp_path: Path, seconds: float, most: int) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as desks:
            team = Platform(desks.clock, seconds=seconds)
            await desks.talk()
            await desks.with_lanes({"team": team}).start()
            await flood(desks, 600)
            await asyncio.sleep(200)
            lines = standing(team)
            told = [line for line in lines if "flood" in line]
            assert len(told) == 1
            assert counted(lines) == 600
            assert len(lines) <= most, "what was posted before anybody could know, and the line of the flood"
            assert words(told[0])[-5:] == [f"message {number}" for number in range(595, 600)]
            assert told[0]["flood"]["to"] == 600
            assert not await desks.rows("SELECT 1 FROM outbox WHERE state NOT IN ('sent', 'cancelled')")
            changes = [job for job in team.taken if job.kind == "retell"]
            assert len(changes) <= 3

    virtually(story())


def test_a_flood_that_is_found_late_is_one_line_too(tmp_path: Path) -> None:
    """What is remarked about a message belongs to its line and does not stand between two."""

    async def story() -> None:
        async with a_desk(tmp_path) as desks:
            team = Platform(desks.clock, seconds=1.0)
            await desks.talk()
            await desks.with_lanes({"team": team}).start()
            written = desks.clock.now() - timedelta(hours=2)
            for number in range(200):
                late = written + timedelta(milliseconds=number)
                found = CustomerWrote(
                    Address("mute", "marie"), "Marie Dupont", f"message {number}", late=late
                )
                await desks.desk.handle(found, key=f"late:{number}")
            await asyncio.sleep(60)
            lines = standing(team)
            assert counted(lines) == 200
            assert len(lines) <= 2
            assert all(part["remarks"] for line in lines for part in parts_of(line))
            assert {job.payload["mark"] for job in team.taken if job.kind == "line"} == {"customer"}

    virtually(story())


def test_a_change_that_waits_is_not_told_again_under_the_next_card(tmp_path: Path) -> None:
    """The transcript there tells all of it."""

    async def story() -> None:
        async with a_desk(tmp_path) as desks:
            team = Platform(desks.clock, seconds=0.2)
            talk = await desks.talk()
            await desks.with_lanes({"team": team}).start()
            await flood(desks, 100)
            await asyncio.sleep(30)
            await flood(desks, 5, begin=100)
            waits = "SELECT 1 FROM outbox WHERE kind = 'retell' AND state = 'ready'"
            assert await desks.rows(waits)
            await desks.desk.handle(CardLost(talk, "thread-marie"), key="lost")
            assert not await desks.rows(waits)
            await asyncio.sleep(60)
            assert not [job for job in team.taken if job.kind == "line" and "message 104" in str(job.payload)]

    virtually(story())


def test_a_flood_that_never_ends_costs_the_same_every_time(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as desks:
            team = Platform(desks.clock, seconds=0.2)
            await desks.talk()
            await desks.with_lanes({"team": team}).start()
            await flood(desks, 200)
            rows = await desks.counts()
            (early,) = await desks.rows("SELECT max(length(payload)) AS n FROM outbox")
            await flood(desks, 2_000, begin=200, pause=0.05)
            (late,) = await desks.rows("SELECT max(length(payload)) AS n FROM outbox")
            posts = (await desks.counts())["outbox"] - rows["outbox"]
            assert posts <= 12, "a change every ten seconds of a hundred"
            assert late["n"] <= early["n"] + 300
            assert counted(standing(team)) >= 1_900

    virtually(story())


def test_thirty_messages_in_a_few_minutes_are_no_flood_however_long_they_wait(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as desks:
            team = Platform(desks.clock, script={"message 0": [Retry("down", after=600.0)]})
            await desks.talk()
            await desks.with_lanes({"team": team}).start()
            await flood(desks, 60, pause=4.0)
            await asyncio.sleep(700)
            lines = standing(team)
            assert [text for line in lines for text in words(line)] == [f"message {n}" for n in range(60)]
            assert not any("flood" in line for line in lines)

    virtually(story())


def test_what_an_agent_says_meanwhile_keeps_its_place(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as desks:
            team = Platform(desks.clock, seconds=0.5)
            await desks.talk()
            await desks.with_lanes({"team": team, "mute": Platform(desks.clock)}).start()
            await flood(desks, 200)
            await desks.desk.handle(AgentReplied(LEA, "talk-marie", "Bonjour"), key="r")
            await flood(desks, 200, begin=200)
            await asyncio.sleep(60)
            posts = [job.payload for job in team.taken if job.kind == "line"]
            reply = next(n for n, line in enumerate(posts) if line["mark"] == "agent")
            before, after = standing(team), posts[reply + 1 :]
            assert words(after[0])[0] == "message 200"
            assert counted(before) == 400
            assert len([line for line in before if "flood" in line]) == 2

    virtually(story())


@pytest.mark.parametrize(("seconds", "pause"), [(0.05, 3.0), (1.0, 0.5)], ids=["it stands", "it leaves"])
def test_what_is_written_after_a_note_typed_in_the_thread_stands_below_it(
    tmp_path: Path, seconds: float, pause: float
) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as desks:
            team = Platform(desks.clock, seconds=seconds)
            await desks.talk()
            await desks.with_lanes({"team": team}).start()
            await flood(desks, 100)
            await asyncio.sleep(pause)
            await desks.desk.handle(AgentNoted(LEA, "talk-marie", "je regarde", "1.1"), key="n")
            await flood(desks, 100, begin=100)
            await asyncio.sleep(60)
            shown = standing(team)
            assert [line["flood"]["count"] > 60 for line in shown if "flood" in line] == [True, True]
            assert counted(shown) == 200
            for line in shown:
                numbers = [int(text.split()[1]) for text in words(line)]
                assert max(numbers) < 100 or min(numbers) >= 100

    virtually(story())


def test_words_after_a_while_are_a_line_of_their_own(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as desks:
            team = Platform(desks.clock, seconds=0.5)
            await desks.talk()
            await desks.with_lanes({"team": team}).start()
            await flood(desks, 200)
            await asyncio.sleep(90)
            await desks.wrote("pardon", who="marie", channel="mute")
            await asyncio.sleep(5)
            assert words(standing(team)[-1]) == ["pardon"]
            assert counted(standing(team)) == 201

    virtually(story())


@pytest.mark.parametrize("took", [True, False])
def test_a_line_whose_post_was_cut_counts_on_once_it_is_found(tmp_path: Path, took: bool) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as desks:
            team = Platform(desks.clock, seconds=0.5, script={"message 1": [Unknown("cut")]}, after=took)
            await desks.talk()
            await desks.with_lanes({"team": team}).start()
            await flood(desks, 300)
            await asyncio.sleep(120)
            lines = standing(team)
            assert counted(lines) == 300
            assert len([line for line in lines if "flood" in line]) == 1
            posts = [job.id for job in team.taken if job.kind == "line"]
            assert len(posts) == len(set(posts))

    virtually(story())


def test_a_line_that_can_be_changed_no_more_is_followed_by_one_that_tells_it_all(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as desks:
            gone = Refused("refused.other", "message_not_found")
            team = Platform(desks.clock, seconds=0.5, script={"message 1": [None, gone]})
            await desks.talk()
            await desks.with_lanes({"team": team}).start()
            await flood(desks, 300)
            await asyncio.sleep(60)
            anew = [job.payload for job in team.taken if job.kind == "line"][-1]
            assert (anew["flood"]["count"], "reference" in anew) == (299, False)
            assert not await desks.rows("SELECT 1 FROM outbox WHERE state NOT IN ('sent', 'cancelled')")

    virtually(story())


def test_a_change_of_unknown_outcome_never_takes_the_place_of_a_later_one(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as desks:
            team = Platform(desks.clock, seconds=0.5, script={"message 1": [None, Unknown("cut")]})
            team.answers = [Look.ABSENT] * 4
            await desks.talk()
            await desks.with_lanes({"team": team}).start()
            await flood(desks, 400, pause=0.05)
            await asyncio.sleep(120)
            told = [job.payload["flood"]["count"] for job in team.taken if job.kind == "retell"]
            assert told == sorted(told)
            assert counted(standing(team)) == 400

    virtually(story())
