"""Once more before a message leaves: what became impossible while it waited stays here, and is told."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from core.domain.channel import Address
from core.domain.conversation import Status
from core.domain.effects import Absence, Condition
from core.domain.events import AgentReplied, CustomerLeft, CustomerWrote
from core.jobs import Look, Refused, Unknown
from tests.core import desk_house
from tests.core.desk_house import LEA, MUTE, Desks, a_desk
from tests.core.platform_house import Platform
from tests.core.virtual import VirtualClock, virtually

STRICT = replace(MUTE, reply_window=timedelta(hours=24), honours_stop=True)


@asynccontextmanager
async def a_house(folder: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Desks]:
    """A desk whose channel has a window, and the word STOP."""
    monkeypatch.setitem(desk_house.CHANNELS, "mute", STRICT)
    async with a_desk(folder) as desks:
        yield desks


async def alarms(desks: Desks) -> list[str]:
    """What the thread warns of, with the words it is about."""
    rows = await desks.rows("SELECT payload FROM outbox WHERE kind = 'line' ORDER BY seq")
    said = [json.loads(row["payload"]) for row in rows]
    return [line["text"].replace("\u00a0", " ") for line in said if line["mark"] == "alarm"]


async def ended(desks: Desks) -> dict[str, tuple[str, str]]:
    """How every message to the customer ended, by its words."""
    rows = await desks.rows(
        "SELECT json_extract(payload, '$.text') AS text, state, error FROM outbox WHERE is_for_customer = 1"
    )
    return {row["text"]: (row["state"], row["error"]) for row in rows}


def to_marie(**more: Any) -> dict[str, Any]:  # noqa: ANN401 - as `Desks.enqueue`
    return {"payload": {"to": "marie", "text": more.pop("text")}, **more}


@pytest.mark.parametrize("status", [Status.OPEN, Status.IN_PROGRESS])
def test_what_the_bot_had_still_to_say_leaves_no_more_once_the_team_has_the_conversation(
    tmp_path: Path, status: Status
) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as desks:
            mute = Platform(desks.clock)
            await desks.talk(status=status, owner=LEA.id if status is Status.IN_PROGRESS else "")
            await desks.enqueue("question", condition=Condition.WITH_BOT)
            await desks.enqueue("encore une", condition=Condition.WITH_BOT)
            await desks.enqueue("C’est noté.")
            await desks.with_lanes({"mute": mute}).start()
            await asyncio.sleep(0.1)
            assert mute.texts == ["C’est noté."]
            held = ("cancelled", "the team has the conversation")
            assert await ended(desks) == {
                "question": held,
                "encore une": held,
                "C’est noté.": ("sent", ""),
            }
            assert await alarms(desks) == []

    virtually(story())


def test_the_bot_speaks_as_long_as_nobody_else_has_the_conversation(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as desks:
            mute = Platform(desks.clock)
            await desks.talk(status=Status.BOT, owner="", handed_off_at=None, thread=None, handle="")
            await desks.enqueue("question", condition=Condition.WITH_BOT)
            await desks.with_lanes({"mute": mute}).start()
            await asyncio.sleep(1)
            assert mute.texts == ["question"]

    virtually(story())


def test_an_answer_that_the_hand_off_has_overtaken_never_leaves_and_its_transcript_says_so(
    tmp_path: Path,
) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as desks:
            mute, team = Platform(desks.clock), Platform(desks.clock)
            await desks.wrote("question", channel="mute")
            await desks.wrote("conseiller", channel="mute")
            await desks.with_lanes({"mute": mute, "team": team}).start()
            await asyncio.sleep(5)
            assert [text.partition(",")[0] for text in mute.texts] == ["C’est noté"]
            card, transcript = (job.payload for job in team.taken)
            assert card["tried"] == []
            assert [(line["author"], line["trouble"]) for line in transcript["lines"]] == [
                ("customer", ""),
                ("bot", "failed"),
                ("customer", ""),
                ("bot", ""),
            ]

    virtually(story())


async def handed_over(desks: Desks, mute: Platform, team: Platform) -> tuple[Any, Any]:
    """The card and the transcript of a customer whose question met with some ending."""
    await desks.with_lanes({"mute": mute, "team": team}).start()
    await desks.wrote("question", channel="mute")
    await asyncio.sleep(60)
    await desks.wrote("conseiller", channel="mute")
    await asyncio.sleep(60)
    card, transcript = (job.payload for job in team.taken if job.kind != "line")
    return card, transcript


@pytest.mark.parametrize(
    ("ending", "trouble", "tried"),
    [
        (None, "", ["question"]),
        (Refused("refused.no_account", "63024"), "failed", []),
        (Unknown("cut"), "unknown", ["question"]),
    ],
)
def test_what_did_not_arrive_is_marked_in_the_transcript_and_was_not_shown(
    tmp_path: Path, ending: Exception | None, trouble: str, tried: list[str]
) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as desks:
            steps = _AnyFirst([ending])
            mute = Platform(desks.clock, script=steps)
            mute.answers = [Look.CANNOT_TELL] * 99
            card, transcript = await handed_over(desks, mute, Platform(desks.clock))
            assert [question for question, _ in card["tried"]] == tried
            assert [line["trouble"] for line in transcript["lines"]] == ["", trouble, "", ""]

    virtually(story())


class _AnyFirst(dict[str, list[Any]]):
    """A script for whatever is carried first."""

    def __init__(self, steps: list[Any]) -> None:
        super().__init__()
        self._steps = steps

    def get(self, _text: str, _default: Any = None) -> list[Any]:  # noqa: ANN401 - as its parent
        return self._steps


@pytest.mark.parametrize(
    ("absence", "why"),
    [
        (Absence.STOPPED, "ne souhaite plus recevoir"),
        (Absence.BLOCKED, "a bloqué le service"),
        (Absence.UNREACHABLE, "n’est plus joignable"),
    ],
)
def test_nothing_leaves_for_who_wants_nothing_and_an_agents_words_come_back_in_the_thread(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, absence: Absence, why: str
) -> None:
    async def story() -> None:
        async with a_house(tmp_path, monkeypatch) as desks:
            mute = Platform(desks.clock)
            await desks.talk()
            await desks.run("UPDATE addresses SET absence = $1", absence)
            await desks.enqueue("", **to_marie(text="Bonjour Marie", agent=LEA.id))
            await desks.enqueue("", **to_marie(text="à nous"))
            await desks.enqueue("", **to_marie(text="confirmé", condition=Condition.ALWAYS))
            await desks.with_lanes({"mute": mute}).start()
            await asyncio.sleep(5)
            assert mute.texts == ["confirmé"]
            assert {text: state for text, (state, _) in (await ended(desks)).items()} == {
                "Bonjour Marie": "cancelled",
                "à nous": "cancelled",
                "confirmé": "sent",
            }
            (told,) = await alarms(desks)
            assert why in told
            assert told.endswith("Bonjour Marie")

    virtually(story())


def test_stop_is_confirmed_and_what_waited_does_not_leave(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def story() -> None:
        async with a_house(tmp_path, monkeypatch) as desks:
            mute = Platform(desks.clock)
            await desks.talk()
            reply = AgentReplied(LEA, "talk-marie", "Bonjour Marie")
            await desks.desk.handle(reply, key="reply")
            await desks.wrote("STOP", channel="mute")
            await desks.with_lanes({"mute": mute}).start()
            await asyncio.sleep(5)
            assert len(mute.texts) == 1
            assert "plus" in mute.texts[0]
            stopped, told = await alarms(desks)
            assert "STOP" in stopped
            assert told.endswith("Bonjour Marie")
            (talk,) = await desks.rows("SELECT waiting_for FROM conversations")
            assert talk["waiting_for"] == "us"

    virtually(story())


def test_a_customer_who_leaves_and_writes_again_gets_what_the_agent_wrote(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def story() -> None:
        async with a_house(tmp_path, monkeypatch) as desks:
            mute = Platform(desks.clock)
            await desks.talk()
            await desks.desk.handle(AgentReplied(LEA, "talk-marie", "Bonjour Marie"), key="reply")
            address = Address("mute", "marie")
            await desks.desk.handle(CustomerLeft(address), key="left")
            await desks.desk.handle(CustomerWrote(address, text="me revoilà"), key="back")
            await desks.with_lanes({"mute": mute}).start()
            await asyncio.sleep(5)
            assert mute.texts == ["Bonjour Marie"]

    virtually(story())


@pytest.mark.parametrize("agent", [LEA.id, ""])
def test_what_waited_past_the_window_stays_here_and_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, agent: str
) -> None:
    async def story() -> None:
        async with a_house(tmp_path, monkeypatch) as desks:
            assert isinstance(desks.clock, VirtualClock)
            mute = Platform(desks.clock)
            await desks.talk()
            await desks.enqueue("", **to_marie(text="Bonjour Marie", agent=agent))
            desks.clock.step(timedelta(hours=24))
            await desks.with_lanes({"mute": mute}).start()
            await asyncio.sleep(5)
            assert mute.texts == []
            assert (await ended(desks))["Bonjour Marie"] == ("cancelled", "refused.window")
            (told,) = await alarms(desks)
            assert "24 h" in told
            assert told.endswith("Bonjour Marie")

    virtually(story())


def test_one_who_is_held_back_does_not_hold_back_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def story() -> None:
        async with a_house(tmp_path, monkeypatch) as desks:
            mute = Platform(desks.clock)
            for number in range(40):
                await desks.talk(f"c{number:02}")
                payload = {"to": f"c{number:02}", "text": f"t{number:02}"}
                await desks.enqueue("", f"talk-c{number:02}", payload=payload, agent=LEA.id)
            await desks.run("UPDATE addresses SET absence = 'stopped' WHERE external_id < 'c35'")
            await desks.with_lanes({"mute": mute}).start()
            await asyncio.sleep(5)
            assert sorted(mute.texts) == [f"t{number}" for number in range(35, 40)]
            assert len(await alarms(desks)) == 35

    virtually(story())
