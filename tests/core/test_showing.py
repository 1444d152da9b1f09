"""What the team is shown: marks and cards that lag a little and never lie, floods in few lines."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from core.domain.channel import Address, Media
from core.domain.conversation import Status
from core.domain.events import (
    AgentChoseMotive,
    AgentClaimed,
    AgentReleased,
    AgentReplied,
    AgentSettled,
    CustomerWrote,
    DeliveryReported,
    ReportStatus,
)
from core.jobs import Job, Refused, Retry, Unknown
from tests.core.desk_house import LEA, Desks, a_desk
from tests.core.platform_house import Platform
from tests.core.virtual import VirtualClock, virtually


async def replied(desks: Desks, text: str = "Bonjour", key: str = "r") -> None:
    """Léa answers Marie."""
    await desks.desk.handle(AgentReplied(LEA, "talk-marie", text), key=key)


async def reported(desks: Desks, *statuses: ReportStatus, part: int = 0, reason: str = "") -> None:
    """The customer's platform tells how far a part of the reply got."""
    rows = await desks.rows("SELECT id FROM outbox WHERE is_for_customer = 1 ORDER BY seq")
    for number, status in enumerate(statuses):
        event = DeliveryReported(status, rows[part]["id"], reason=reason)
        await desks.desk.handle(event, key=f"{part}:{number}:{status}")


def marks(team: Platform) -> list[str]:
    """The marks that the team's place took, in order."""
    return [job.payload["delivery"] for job in team.taken if job.kind == "mark"]


def of_kind(team: Platform, *kinds: str) -> list[Job]:
    """What the team's place took of some kinds."""
    return [job for job in team.taken if job.kind in kinds]


SENT, DELIVERED, READ, FAILED = ReportStatus


@pytest.mark.parametrize(
    ("statuses", "shown"),
    [
        ((SENT, DELIVERED, READ), "read"),
        ((READ, DELIVERED, SENT), "read"),
        ((DELIVERED, FAILED), "delivered"),
        ((SENT, FAILED), "failed"),
        ((FAILED, SENT), "failed"),
        ((), "sent"),
    ],
)
def test_reports_in_any_order_leave_one_mark_the_furthest(
    tmp_path: Path, statuses: Sequence[ReportStatus], shown: str
) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as desks:
            mute, team = Platform(desks.clock), Platform(desks.clock)
            await desks.talk()
            await desks.with_lanes({"mute": mute, "team": team}).start()
            await replied(desks)
            await asyncio.sleep(1)
            await reported(desks, *statuses, reason="refused.blocked")
            assert marks(team) == []
            await asyncio.sleep(10)
            assert marks(team) == [shown]
            (marked,) = of_kind(team, "mark")
            (line,) = [job for job in of_kind(team, "line") if job.payload["mark"] == "agent"]
            assert marked.payload["reference"] == f"ref-{line.id}"
            assert {**marked.payload, **line.payload} == marked.payload
            assert bool(marked.payload["why"]) is (shown == "failed")

    virtually(story())


def test_a_mark_never_goes_back_and_the_same_is_never_shown_twice(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as desks:
            mute, team = Platform(desks.clock), Platform(desks.clock)
            await desks.talk()
            await desks.with_lanes({"mute": mute, "team": team}).start()
            await replied(desks)
            for status in (READ, DELIVERED, SENT, READ):
                await asyncio.sleep(10)
                await reported(desks, status)
            await asyncio.sleep(10)
            assert marks(team) == ["sent", "read"]

    virtually(story())


def test_no_mark_is_made_before_the_line_stands_and_a_slow_mark_holds_up_nobody(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as desks:
            mute = Platform(desks.clock)
            team = Platform(desks.clock, script={"Bonjour": [Retry("429", after=30.0), None, 300]})
            await desks.talk()
            await desks.with_lanes({"mute": mute, "team": team}).start()
            await replied(desks)
            await asyncio.sleep(1)
            await reported(desks, DELIVERED)
            assert await desks.rows("SELECT id FROM outbox WHERE kind = 'mark'") == []
            await asyncio.sleep(35)
            (mark,) = await desks.rows("SELECT state FROM outbox WHERE kind = 'mark'")
            assert mark["state"] == "sending"
            await desks.wrote("Merci", who="marie", channel="mute")
            await asyncio.sleep(5)
            assert team.texts[-1] == "Merci"
            await asyncio.sleep(300)
            assert marks(team) == ["delivered"]

    virtually(story())


def test_a_reply_in_parts_is_as_far_as_the_slowest(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as desks:
            mute, team = Platform(desks.clock), Platform(desks.clock)
            await desks.talk()
            await desks.with_lanes({"mute": mute, "team": team}).start()
            await replied(desks, "mot " * 700)
            await asyncio.sleep(1)
            assert len(mute.taken) == 2
            await reported(desks, READ, part=0)
            await asyncio.sleep(10)
            await reported(desks, DELIVERED, part=1)
            await asyncio.sleep(10)
            await reported(desks, READ, part=1)
            await asyncio.sleep(10)
            assert marks(team) == ["sent", "delivered", "read"]

    virtually(story())


def test_a_reply_of_unknown_outcome_is_marked_and_once_sent_again_it_is_sent(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as desks:
            mute = Platform(desks.clock, has_look_up=False, script={"Bonjour": [Unknown("cut")]})
            team = Platform(desks.clock)
            await desks.talk()
            await desks.with_lanes({"mute": mute, "team": team}).start()
            await replied(desks)
            await asyncio.sleep(30)
            (asked,) = [job for job in of_kind(team, "line") if job.payload["actions"]]
            lost = asked.payload["actions"][0]["value"]
            await desks.desk.handle(AgentSettled(LEA, "talk-marie", lost, resend=True), key="again")
            await asyncio.sleep(30)
            assert marks(team) == ["unknown", "sent"]

    virtually(story())


def test_a_line_that_somebody_deleted_is_marked_in_vain_and_nothing_else_happens(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as desks:
            mute = Platform(desks.clock)
            gone = Refused("refused.other", "message_not_found")
            team = Platform(desks.clock, script={"Bonjour": [None, gone]})
            await desks.talk()
            await desks.with_lanes({"mute": mute, "team": team}).start()
            await replied(desks)
            await asyncio.sleep(30)
            (mark,) = await desks.rows("SELECT state FROM outbox WHERE kind = 'mark'")
            assert mark["state"] == "failed"
            assert len(await desks.rows("SELECT id FROM outbox WHERE kind = 'open_thread'")) == 0
            assert len(of_kind(team, "line")) == 1

    virtually(story())


async def cards(desks: Desks) -> list[str]:
    """The states of all updates of cards, in order."""
    rows = await desks.rows("SELECT state FROM outbox WHERE kind = 'update_card' ORDER BY seq")
    return [row["state"] for row in rows]


async def acted(desks: Desks, *events: type, key: str = "") -> None:
    """Léa claims or releases."""
    for number, event in enumerate(events):
        await desks.desk.handle(event(LEA, "talk-marie"), key=f"{key}:{number}:{event.__name__}")


def test_a_card_that_changes_often_is_updated_once_and_one_that_changes_back_not_at_all(
    tmp_path: Path,
) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as desks:
            team = Platform(desks.clock)
            await desks.talk(status=Status.OPEN, owner="", promised_for=desks.clock.now())
            await desks.with_lanes({"team": team, "mute": Platform(desks.clock)}).start()
            await acted(desks, AgentClaimed, key="a")
            await asyncio.sleep(1)
            assert of_kind(team, "update_card") == []
            await asyncio.sleep(5)
            assert [job.payload["owner"] for job in of_kind(team, "update_card")] == [LEA.id]
            await acted(desks, AgentReleased, AgentClaimed, key="b")
            await asyncio.sleep(5)
            assert len(of_kind(team, "update_card")) == 1
            assert await cards(desks) == ["sent", "cancelled"]

    virtually(story())


def test_a_card_that_changes_back_after_the_clock_was_set_back_is_shown(tmp_path: Path) -> None:
    """The change has an earlier date than the card it was made to."""

    async def story() -> None:
        async with a_desk(tmp_path) as desks:
            team = Platform(desks.clock)
            await desks.with_lanes({"team": team, "askable": Platform(desks.clock)}).start()
            heard = await desks.wrote("conseiller")
            assert heard.conversation is not None
            talk = heard.conversation.id
            await asyncio.sleep(10)
            assert isinstance(desks.clock, VirtualClock)
            desks.clock.step(-timedelta(hours=1))
            for event in (AgentClaimed(LEA, talk), AgentReleased(LEA, talk)):
                await desks.desk.handle(event, key=type(event).__name__)
                await asyncio.sleep(10)
            shown = [job.payload["status"] for job in of_kind(team, "update_card")]
            assert shown == ["in_progress", "open"]

    virtually(story())


def test_changes_that_never_end_do_not_put_a_card_off_for_ever(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as desks:
            team = Platform(desks.clock)
            await desks.talk()
            await desks.with_lanes({"team": team}).start()
            motives = [motive.key for motive in desks.desk.rules.motives][1:7]
            for number in range(18):
                chosen = AgentChoseMotive(LEA, "talk-marie", motives[number % len(motives)])
                await desks.desk.handle(chosen, key=str(number))
                await asyncio.sleep(1)
            await asyncio.sleep(5)
            shown = [job.payload["motive"] for job in of_kind(team, "update_card")]
            assert 5 <= len(shown) <= 10
            assert shown[-1] == desks.desk.rules.motives[6].label

    virtually(story())


def test_a_change_while_another_is_on_its_way_or_unsure_is_always_shown(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as desks:
            team = Platform(desks.clock, script={"in_progress": [None, Unknown("cut")]})
            await desks.talk(status=Status.OPEN, owner="", promised_for=desks.clock.now())
            await desks.with_lanes({"team": team, "mute": Platform(desks.clock)}).start()
            await acted(desks, AgentClaimed, key="a")
            await asyncio.sleep(5)
            await acted(desks, AgentReleased, key="b")
            await asyncio.sleep(5)
            await acted(desks, AgentClaimed, key="c")
            await asyncio.sleep(2.5)
            assert (await cards(desks))[-1] == "unknown"
            await acted(desks, AgentReleased, key="d")  # back to what surely stood, but does it stand?
            await asyncio.sleep(5)
            assert of_kind(team, "update_card")[-1].payload["status"] == "open"
            assert len(of_kind(team, "update_card")) == 3

    virtually(story())


def test_a_burst_is_few_lines_that_hold_every_word_in_order(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as desks:
            team = Platform(desks.clock, seconds=1.0)
            await desks.talk()
            await desks.with_lanes({"team": team}).start()
            said = [f"message {number}" for number in range(29)]
            for text in said:
                await desks.wrote(text, who="marie", channel="mute")
                await asyncio.sleep(0.05)
            await asyncio.sleep(30)
            assert len(of_kind(team, "line")) <= 5
            assert shown_words(team) == said

    virtually(story())


def shown_words(team: Platform) -> list[str]:
    """The customer's words as the thread holds them."""
    mine = [job.payload for job in of_kind(team, "line") if job.payload["mark"] == "customer"]
    return [part["text"] for line in mine for part in ({"text": line["text"]}, *line.get("more", ()))]


def test_what_is_said_between_a_customers_messages_keeps_its_place(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as desks:
            team = Platform(desks.clock, script={"un": [10]})
            await desks.talk()
            await desks.with_lanes({"team": team, "mute": Platform(desks.clock)}).start()
            for text in ("un", "deux", "trois"):
                await desks.wrote(text, who="marie", channel="mute")
                await asyncio.sleep(0.1)
            await replied(desks, "quatre")
            for text in ("cinq", "six", "sept"):
                await desks.wrote(text, who="marie", channel="mute")
            await asyncio.sleep(60)
            lines = of_kind(team, "line")
            assert [job.payload["text"] for job in lines] == ["un", "deux", "quatre", "cinq"]
            # « cinq » turns the table and names the agent; what follows it joins it.
            assert [job.payload["mentions"] for job in lines] == [[], [], [], [LEA.id]]
            assert shown_words(team) == ["un", "deux", "trois", "cinq", "six", "sept"]

    virtually(story())


async def pictured(desks: Desks, number: int, album: str = "a1", text: str = "") -> None:
    """A picture of an album arrives."""
    event = CustomerWrote(
        Address("mute", "marie"),
        name="Marie",
        text=text,
        media=(Media("image", f"{number}.jpg"),),
        album=album,
    )
    await desks.desk.handle(event, key=f"picture:{number}")


def test_the_pictures_of_an_album_are_one_line_and_hold_up_the_thread_a_moment_only(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as desks:
            team = Platform(desks.clock)
            await desks.talk()
            await desks.with_lanes({"team": team}).start()
            for number in range(4):
                await pictured(desks, number, text="vacances" if number == 0 else "")
                await asyncio.sleep(1)
            assert team.taken == []
            await asyncio.sleep(2)
            (line,) = team.taken
            assert line.payload["text"] == "vacances"
            assert [item.rpartition(" · ")[2] for item in line.payload["media"]] == [
                f"{number}.jpg" for number in range(4)
            ]
            assert not line.payload["more"]

    virtually(story())
