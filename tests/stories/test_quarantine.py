"""What comes from its platform and cannot be read, or cannot be decided, is kept for the operator."""

import asyncio
import json
from datetime import timedelta
from pathlib import Path

import pytest

from core.ids import SystemIds
from tests.stories.child import ROOT, environment, relais
from tests.stories.forged import Forged, slack, telegram, twilio
from tests.stories.people import on_whatsapp
from tests.stories.town import Town, TownClock, shipped_rules, town

SECRET_WORDS = "mots-du-client-à-ne-pas-montrer"


def _malformed(place: Town) -> dict[str, Forged]:
    """Requests that are proven to come from their platform, and say nothing we can read."""
    broken = json.dumps({"update_id": 7, "message": {"text": SECRET_WORDS}}).encode()
    fields = [("MessageSid", "SM1"), ("AccountSid", "AC" + "1" * 32), ("Body", SECRET_WORDS)]
    return {
        "twilio/message": twilio(fields),
        "twilio/status": twilio([("Garbage", SECRET_WORDS)], path="/twilio/status"),
        "telegram": telegram(broken),
        "telegram, no JSON": telegram(SECRET_WORDS.encode()),
        "slack": slack(place, f'{{"{SECRET_WORDS}'.encode(), kind="application/json"),
        "slack, no object": slack(place, b"[1]", kind="application/json"),
    }


ODD_SHAPES = (
    {"type": "event_callback", "event": "x"},
    {"type": "event_callback", "event": {"type": "message", "ts": "1.1", "user": "U0LEA"}},
    {"type": "event_callback", "event": {"type": "message", "channel": ["C"], "ts": "1.1"}},
    {"type": "event_callback", "event": {"type": "message", "channel": "C", "ts": "1.2", "thread_ts": 3}},
    {"type": "block_actions", "user": None, "actions": [{"action_id": "claim"}]},
    {"type": "block_actions", "user": {"id": "U0LEA"}},
    {"command": "/reply", "text": "bonjour"},
    {"type": "event_callback", "event": {"type": "message", "channel": "C", "ts": "1.3", "message": 7}},
    {"type": "view_submission", "user": {"id": "U0LEA"}},
    {"type": "view_submission", "user": {"id": "U0LEA"}, "view": {"id": "V1", "callback_id": None}},
    {"type": "view_submission", "user": {"id": "U0LEA"}, "view": {"id": "V1", "callback_id": "reply"}},
    {"type": "message_action", "user": {"id": "U0LEA"}, "callback_id": "sc_reply"},
    {"type": "message_action", "callback_id": "sc_reply", "channel": {"id": "C"}, "message": {"ts": "1"}},
    {"foo": 1},
)


async def test_signed_words_of_slack_in_an_impossible_shape_are_kept_and_never_repeated(place: Town) -> None:
    for body in ODD_SHAPES:
        raw = json.dumps(body).encode()
        for _ in range(2):
            assert (await slack(place, raw, kind="application/json").post(place)).status_code == 200, body
    kept = await place.rows("SELECT kind, error FROM quarantine")
    assert [(row["kind"], row["error"]) for row in kept] == [("malformed", "Misshapen")] * len(ODD_SHAPES)


@pytest.mark.parametrize("kind", ["view_closed", "block_suggestion", "shortcut"])
async def test_what_nothing_of_ours_asks_for_is_acknowledged(place: Town, kind: str) -> None:
    raw = json.dumps({"type": kind, "user": {"id": "U0LEA"}}).encode()
    before = await place.counts()
    assert (await slack(place, raw, kind="application/json").post(place)).status_code == 200
    assert await place.counts() == before


async def test_a_malformed_request_of_a_true_sender_is_answered_200_and_kept_once(place: Town) -> None:
    requests = _malformed(place)
    before = await place.counts()
    for name, request in requests.items():
        assert (await request.post(place)).status_code == 200, name
    kept = await place.rows("SELECT source, kind, error, raw FROM quarantine")
    assert {row["kind"] for row in kept} == {"malformed"}
    assert sorted({row["source"] for row in kept}) == ["slack", "telegram", "twilio/message", "twilio/status"]
    assert all(row["error"] and SECRET_WORDS not in row["error"] for row in kept)
    assert await place.counts() == before | {"quarantine": len(requests)}
    for name in ("twilio/message", "telegram"):
        assert (await requests[name].post(place)).status_code == 200
    assert await place.counts() == before | {"quarantine": len(requests)}


async def test_replay_list_shows_id_kind_and_error_beside_a_running_service_and_without_it(
    tmp_path: Path,
) -> None:
    async with town(tmp_path) as place:
        assert (await _malformed(place)["twilio/message"].post(place)).status_code == 200
        env = environment(place, ROOT / "relais.toml")
        (row,) = await place.rows("SELECT id, error FROM quarantine")
        listed, body = await asyncio.gather(
            relais("replay", "--list", env=env), relais("replay", row["id"], "--body", env=env)
        )
        assert (listed.code, body.code) == (0, 0), (listed.err, body.err)
        for shown in (row["id"], row["error"], "malformed", "twilio/message"):
            assert shown in listed.out
        assert SECRET_WORDS not in listed.out + listed.err
        assert "mots-du-client" in body.out
        await place.service.stop()
        alone = await relais("replay", "--list", env=env)
        assert (alone.code, alone.out) == (0, listed.out)
        await place.open_service()


class Tired(SystemIds):
    """Chance that fails while `is_tired`: a decision that needs some cannot be made."""

    is_tired = True

    def pick(self) -> int:
        """A random number, or a fault of ours."""
        if self.is_tired:
            raise ArithmeticError("no chance today")
        return super().pick()


async def _undecided(place: Town) -> str:
    marie = await on_whatsapp(place)
    await marie.writes("Où est mon colis ?")
    assert marie.reads == []
    (row,) = await place.rows("SELECT id, kind, error FROM quarantine")
    assert (row["kind"], row["error"]) == ("undecided", "ArithmeticError")
    return str(row["id"])


@pytest.mark.parametrize("serving", [True, False], ids=["through the running service", "alone"])
async def test_replay_hears_again_what_a_fault_of_ours_put_aside(tmp_path: Path, serving: bool) -> None:
    # The command lives by the machine's clock; so does the town, on whatever day this runs.
    place = Town(shipped_rules(), tmp_path, TownClock(timedelta()), seams={"ids": Tired()})
    await place.open()
    try:
        put_aside = await _undecided(place)
        env = environment(place, ROOT / "relais.toml")
        place.seams["ids"].is_tired = False
        if not serving:
            await place.close_service()
        replayed = await relais("replay", env=env)
        assert replayed.code == 0, replayed.err
        assert f"{put_aside}  " in replayed.out
        if not serving:
            await place.open_service()
        await place.until(lambda: place.twilio.wire.count("messages.create") == 2)
        await place.settle()
        sent = [one for one in place.twilio.messages.values() if one.direction != "inbound"]
        assert ["espace client" in message.body for message in sent] == [True, False]
        (row,) = await place.rows("SELECT replayed_at FROM quarantine")
        assert row["replayed_at"] is not None
    finally:
        await place.close()
