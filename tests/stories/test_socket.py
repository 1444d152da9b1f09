"""Slack by socket: nobody calls us, and everything is the same for customers and agents."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from core.store.errors import StoreError
from sandbox.slack import refusal
from sandbox.slack_socket import SocketServer
from sandbox.wire import Fault
from tests.samples_seen import Group, saw
from tests.stories.people import press, waiting, words
from tests.stories.town import CHANNEL, LEA, PATIENCE, Town, town

TEXT = "Bonjour Marie, votre colis part demain. payload & <3"


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Town]:
    """A town whose Slack is reached by sockets."""
    async with town(tmp_path, over_socket=True) as built:
        yield built


def sockets(place: Town) -> SocketServer:
    """Slack's end."""
    assert place.sockets is not None
    return place.sockets


async def test_a_whole_journey_by_socket_and_no_address_of_ours_is_served(place: Town) -> None:
    marie = await waiting(place)
    (card,) = place.cards
    await press(place, LEA, card, "Prendre")
    assert marie.reads[-1] == "Léa prend votre demande en charge."
    answer = await place.command(LEA, "/reply", TEXT)
    assert words(answer).startswith("En route vers Marie Dupont (")
    assert marie.received[-1] == TEXT
    await place.slack.say(LEA.id, CHANNEL, "!r À demain.", card.ts)
    await place.settle()
    assert marie.reads[-1] == "À demain."
    await place.slack.hands.shortcut(LEA.id, "sc_resolve", CHANNEL, card.ts)
    refused = await place.slack.hands.submit(LEA.id, {"text": "Colis renvoyé."})
    assert list(refused.errors) == ["motive"]
    await place.slack.hands.submit(LEA.id, {"motive": "delivery"})
    await place.settle()
    assert "Colis renvoyé." in marie.reads[-1]
    assert (await place.http.post(f"{place.url}/slack")).status_code == 404


async def test_both_sockets_are_used_and_every_envelope_is_acknowledged_once(place: Town) -> None:
    await waiting(place)
    for _ in range(4):
        await place.command(LEA, "/backlog")
    assert len(sockets(place).sockets) == 2
    answered = [each["envelope_id"] for each in sockets(place).acknowledged]
    assert len(set(answered)) == len(answered) >= 4
    events = [each for each in sockets(place).acknowledged if "payload" not in each]
    assert events, "an event is acknowledged without a word"


async def test_what_was_not_kept_is_not_acknowledged_and_comes_again(
    place: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    await waiting(place)
    place.slack.time_limit, place.slack.retry_delays = 0.3, (0.0, 0.0, 0.0)
    true_write, failures = place.service.store.write, iter([True, True])

    async def failing(fn: object) -> object:
        is_gesture = getattr(getattr(fn, "func", None), "__name__", "") == "_hear"
        if is_gesture and next(failures, False):
            raise StoreError("down")
        return await true_write(fn)  # type: ignore[arg-type]  # passed on as it came

    monkeypatch.setattr(place.service.store, "write", failing)
    await place.slack.say(LEA.id, CHANNEL, "je regarde", place.cards[0].ts)
    monkeypatch.undo()
    place.slack.time_limit = 30.0
    await place.settle()
    attempts = next(one.attempts for one in place.slack.deliveries if one.event.get("text") == "je regarde")
    assert [attempt.status for attempt in attempts] == [None, None, 200]
    assert len(await place.rows("SELECT 1 FROM messages WHERE author = 'note'")) == 1


async def test_a_line_of_whom_slack_does_not_say_who_it_is_is_not_acknowledged_and_comes_again(
    place: Town,
) -> None:
    await waiting(place)
    place.slack.time_limit, place.slack.retry_delays = 0.3, (0.0, 0.0, 0.0)
    place.service.roster._people.clear()
    place.slack.wire.plan("users.info", *[Fault(answer=refusal("internal_error"))] * 2)
    await place.slack.say(LEA.id, CHANNEL, "je regarde", place.cards[0].ts)
    await place.settle()
    attempts = next(one.attempts for one in place.slack.deliveries if one.event.get("text") == "je regarde")
    assert [attempt.status for attempt in attempts] == [None, None, 200]
    assert len(await place.rows("SELECT 1 FROM messages WHERE author = 'note'")) == 1


@pytest.mark.parametrize("reason", ["warning", "refresh_requested", "link_disabled"])
async def test_a_socket_that_slack_renews_is_opened_again_and_nothing_is_lost(
    place: Town, reason: str
) -> None:
    marie = await waiting(place)
    before = sockets(place).opened
    await sockets(place).refresh(reason)
    await place.until(lambda: sockets(place).opened == before + 2 and len(sockets(place).sockets) == 2)
    await place.command(LEA, "/reply")
    shown = place.slack.hands.modal(LEA.id)
    assert shown is not None
    (option,) = shown.content["blocks"][0]["element"]["options"]
    await place.slack.hands.submit(LEA.id, {"conversation": option["value"], "text": TEXT})
    await place.settle()
    assert marie.received[-1] == TEXT


async def test_a_socket_that_breaks_is_opened_again(place: Town) -> None:
    await waiting(place)
    before = sockets(place).opened
    await sockets(place).hang_up()
    await place.until(lambda: sockets(place).opened >= before + 2 and len(sockets(place).sockets) == 2)
    assert words(await place.command(LEA, "/claim", "marie")).startswith("Marie Dupont (WhatsApp)")


async def test_two_envelopes_of_one_gesture_act_once(place: Town) -> None:
    marie = await waiting(place)
    line = await place.slack.say(LEA.id, CHANNEL, "!r C’est arrangé.", place.cards[0].ts)
    spoken = next(one.event for one in place.slack.deliveries if one.event.get("ts") == line.ts)
    await asyncio.gather(*(place.slack.push_event(spoken) for _ in range(3)))
    await place.settle()
    assert marie.reads.count("C’est arrangé.") == 1


async def test_trouble_with_the_sockets_is_told_and_never_makes_us_unready(place: Town) -> None:
    async def trouble() -> str:
        answer = await place.http.get(f"{place.url}/ready")
        assert answer.status_code == 200
        return str(answer.json()["platforms"]["slack"].get("trouble", ""))

    assert await trouble() == ""
    faults = [Fault(answer=refusal("socket_mode_disabled")) for _ in range(8)]
    place.slack.wire.plan("apps.connections.open", *faults)
    await sockets(place).hang_up()
    async with asyncio.timeout(PATIENCE):
        while await trouble() != "socket_mode_disabled apps.connections.open":
            await asyncio.sleep(0.02)


async def test_slacks_own_frames_are_answered_as_its_samples_are(
    place: Town, record_property: Callable[[str, object], None]
) -> None:
    folder = Path(__file__).parents[1] / "payloads" / "slack" / "socket_mode_envelopes.json"
    sample = json.loads(folder.read_text("utf-8"))
    await waiting(place)
    await place.command(LEA, "/claim", "marie")
    envelopes = [frame for frame in sample["frames"] if "envelope_id" in frame]
    theirs = {"U0AGENTLEA": LEA.id, "C0SAVINBOX": CHANNEL, "T0SAVFR01": place.slack.memory.team_id}
    theirs["1789996400.000100"] = place.cards[0].ts
    for envelope in envelopes:
        text = json.dumps(envelope)
        for name, ours in theirs.items():
            text = text.replace(name, ours)
        await sockets(place).sockets[0].send_str(text)
    expected = {ack["envelope_id"]: set(ack.get("payload", ())) for ack in sample["acks"]}

    def seen() -> dict[str, set[str]]:
        acks = {ack["envelope_id"]: ack for ack in sockets(place).acknowledged}
        return {key: set(acks[key].get("payload", ())) - {"blocks"} for key in expected if key in acks}

    await place.until(lambda: seen().keys() == expected.keys())
    await place.settle()
    notes = len(await place.rows("SELECT 1 FROM messages WHERE author = 'note'"))
    is_so = (seen(), notes) == (expected, 1)
    saw(record_property, Group.SLACK_PARTS, "socket_mode_envelopes", as_expected=is_so)
    assert (seen(), notes) == (expected, 1)
