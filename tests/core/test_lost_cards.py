"""A card that is gone opens anew, with a way back; what waited for its thread follows; nothing loops."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from core.domain.conversation import Status
from core.domain.events import CardLost
from core.jobs import ThreadGone
from tests.core.desk_house import Desks, a_desk
from tests.core.platform_house import Platform
from tests.core.virtual import virtually


async def lane(desks: Desks, *texts: str, **more: Any) -> None:  # noqa: ANN401 - as `Desks.enqueue`
    """Lines of the team's lane."""
    for text in texts:
        await desks.enqueue(text, destination="team", kind="line", place="C0SAV", **more)


def test_a_lost_card_opens_anew_once_and_what_waited_follows_it_in_order(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as desks:
            gone = {text: [ThreadGone("thread_not_found")] for text in ("un", "carte")}
            team = Platform(desks.clock, script=gone)
            await desks.talk()
            await lane(desks, "un", "deux", "trois")
            await desks.enqueue(
                "carte", destination="team", kind="update_card", lane="talk-marie:card", place="C0SAV"
            )
            await desks.with_lanes({"team": team}).start()
            await asyncio.sleep(20)
            kinds = [job.kind for job in team.taken]
            assert kinds == ["open_thread", "transcript", "line", "line", "line", "line"]
            assert team.texts[3:] == ["un", "deux", "trois"]
            assert team.taken[2].payload["former"] == ["C0SAV", "thread-marie"]
            root = f"ref-{team.taken[0].id}"
            assert {job.thread_reference for job in team.taken[1:]} == {root}
            (talk,) = await desks.rows("SELECT thread_reference FROM conversations")
            assert talk["thread_reference"] == root
            assert (await desks.states())["carte"] == "cancelled"

    virtually(story())


def test_a_conversation_at_rest_gets_no_new_card_and_no_loop(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as desks:
            team = Platform(desks.clock, script={"un": [ThreadGone("thread_not_found")] * 9})
            closed: dict[str, Any] = {
                "status": Status.CLOSED,
                "closed_at": desks.clock.now(),
                "ending": "resolved",
            }
            await desks.talk(waiting_for=None, waiting_since=None, **closed)
            await lane(desks, "un", "deux")
            await desks.with_lanes({"team": team}).start()
            await asyncio.sleep(600)
            assert [text for _, text in team.asked] == ["un", "deux"]
            assert await desks.states() == {"un": "failed", "deux": "sent"}

    virtually(story())


@pytest.mark.parametrize("state", ["ready", "sending", "unknown"])
def test_a_transcript_that_perhaps_stands_under_the_lost_card_is_not_asked_about(
    tmp_path: Path, state: str
) -> None:
    """The new one tells all of it: found absent in the new thread, it would be posted there as well."""

    async def story() -> None:
        async with a_desk(tmp_path) as desks:
            talk = await desks.talk()
            old = await desks.enqueue("déjà dit", destination="team", kind="transcript", place="C0SAV")
            await desks.run("UPDATE outbox SET state = $1, unknown_since = 1 WHERE id = $2", state, old)
            await desks.desk.handle(CardLost(talk, "thread-marie"), key="lost")
            found = await desks.rows("SELECT id, state FROM outbox WHERE kind = 'transcript' ORDER BY seq")
            assert {row["id"]: row["state"] for row in found}[old] == "cancelled"
            assert [row["state"] for row in found].count("ready") == 1

    virtually(story())


@pytest.mark.parametrize("state", ["ready", "sending", "unknown"])
def test_a_customers_line_that_the_new_transcript_tells_is_not_told_once_more(
    tmp_path: Path, state: str
) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as desks:
            talk = await desks.talk()
            await desks.wrote("Toujours rien reçu", channel="mute")
            await lane(desks, "une note")
            await desks.run("UPDATE outbox SET state = $1, unknown_since = 1 WHERE kind = 'line'", state)
            await desks.desk.handle(CardLost(talk, "thread-marie"), key="lost")
            rows = await desks.rows("SELECT state, payload FROM outbox WHERE kind = 'line' ORDER BY seq")
            states = {row["state"] for row in rows if "Toujours" in row["payload"]}
            assert states == {"cancelled"}
            assert [row["state"] for row in rows if "une note" in row["payload"]] == [state]

    virtually(story())
