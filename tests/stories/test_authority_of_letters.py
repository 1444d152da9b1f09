"""Who may decide about what may have left, and about dead letters; and who may read everything: by role."""

import json
from typing import Any

import pytest

from core.dead import DeadLetters
from handoff.reading import Reading
from sandbox.wire import Fault
from tests.stories.people import on_telegram, thread, waiting
from tests.stories.test_authority import TEAM, WHO, by_button, full_house
from tests.stories.test_dead_letters import put_aside
from tests.stories.town import LEA, Town

__all__ = ["full_house"]
TEXT = "Votre colis part demain."
REFUSED = sorted(WHO.keys() - TEAM)
BY_LETTER = ("dead_again", "dead_drop")


async def _decided(place: Town) -> list[dict[str, Any]]:
    return await place.rows("SELECT event FROM journal WHERE kind = 'AgentSettled'")


async def _unsure(place: Town) -> dict[str, Any]:
    """Léa's words to Karim may have left, and she is asked."""
    karim = await on_telegram(place)
    await karim.writes("conseiller")
    await place.command(LEA, "/claim", "karim")
    place.telegram.wire.plan("sendMessage", Fault(cut="after"))
    await place.command(LEA, "/reply", TEXT)
    await place.until(lambda: "À vérifier" in thread(place, place.cards[0])[-1])
    (row,) = await place.rows("SELECT id AS talk FROM outbox WHERE state = 'unknown' AND agent <> ''")
    return row


@pytest.mark.parametrize("verb", ["resend", "abandon"])
async def test_what_may_have_left_is_decided_by_the_team_alone_and_once(full_house: Town, verb: str) -> None:
    place = full_house
    told = await _unsure(place)
    for who in REFUSED:
        await by_button(place, *WHO[who], verb, told)
    await place.settle()
    assert await _decided(place) == []
    (row,) = await place.rows("SELECT state FROM outbox WHERE id = $1", told["talk"])
    assert row["state"] == "unknown"
    await by_button(place, *WHO["the owner"], verb, told)
    for who in sorted(TEAM):
        await by_button(place, *WHO[who], verb, told)
    await place.settle()
    (event,) = await _decided(place)
    assert json.loads(event["event"])["agent"]["id"] == LEA.id


def _heard(monkeypatch: pytest.MonkeyPatch, method: Any, name: str) -> list[object]:  # noqa: ANN401 - any
    """Each time that somebody got so far; what it does is done all the same."""
    came: list[object] = []

    async def through(*told: Any, **named: Any) -> Any:  # noqa: ANN401 - whatever it is told
        came.append(told)
        return await method(*told, **named)

    monkeypatch.setattr(name, through)
    return came


async def _let_through(place: Town, verb: str, told: dict[str, Any], came: list[object]) -> set[str]:
    through = set()
    for who, (user, team) in WHO.items():
        before = len(came)
        assert (await by_button(place, user, team, verb, told)).status_code == 200
        await place.settle()
        if len(came) > before:
            through.add(who)
    return through


@pytest.mark.parametrize("verb", BY_LETTER)
async def test_a_dead_letter_is_decided_by_managers_alone(
    full_house: Town, verb: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = full_house
    await put_aside(place)
    (letter,) = await place.rows("SELECT id FROM quarantine")
    told = {"talk": str(letter["id"]), "value": {"k": "aside"}}
    came = _heard(monkeypatch, DeadLetters._request, "core.dead.DeadLetters._request")
    assert await _let_through(place, verb, told, came) == {"a manager"}
    (row,) = await place.rows("SELECT abandoned_at FROM quarantine")
    assert (row["abandoned_at"] is not None) == (verb == "dead_drop")


async def test_everything_is_read_by_the_team_alone(
    full_house: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = full_house
    await waiting(place)
    (talk,) = await place.rows("SELECT id FROM conversations")
    came = _heard(monkeypatch, Reading.page, "handoff.reading.Reading.page")
    assert await _let_through(place, "read_all", {"talk": talk["id"]}, came) == TEAM
