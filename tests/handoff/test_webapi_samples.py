"""Each sample of the Web API's answers, served once over HTTP: what it means for whoever called."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from starlette.responses import JSONResponse, PlainTextResponse

from core.jobs import CallEnding, Job, Unknown
from handoff.api import RateLimited, SlackSaysNo
from handoff.carry import TeamCarrier
from handoff.roster import Roster
from sandbox.slack import refusal
from sandbox.wire import Fault
from tests.samples_seen import Group, saw

if TYPE_CHECKING:
    from tests.handoff.slack_room import Room

pytest_plugins = ("tests.handoff.slack_room",)

FOLDER = Path(__file__).parents[1] / "payloads" / "slack"
Record = Callable[[str, object], None]
SAMPLES: dict[str, Any] = json.loads((FOLDER / "webapi_responses.json").read_text("utf-8"))
POST = {"channel": "C0SAVINBOX", "text": "Bonjour"}
OPEN = {"trigger_id": "1", "view": {"type": "modal"}}
UPDATE = {**POST, "ts": "1.1"}
WELL: dict[str, tuple[str, dict[str, Any]]] = {
    "chat.postMessage_ok": ("chat.postMessage", POST),
    "conversations.replies_with_metadata": ("conversations.replies", {"channel": "C0SAVINBOX", "ts": "1.1"}),
    "auth.test": ("auth.test", {}),
    "users.info": ("users.info", {"user": "U0AGENTLEA"}),
    "usergroups.users.list": ("usergroups.users.list", {"usergroup": "S1"}),
    "views.open_ok": ("views.open", OPEN),
    "files.getUploadURLExternal": ("files.getUploadURLExternal", {"filename": "a", "length": 1}),
    "files.completeUploadExternal": ("files.completeUploadExternal", {"files": '[{"id":"F1"}]'}),
    "files.info_shared": ("files.info", {"file": "F1"}),
}
NOT_CALLED = {
    "users.getPresence": "not yet ours: presence is not asked for",
    "files_upload_post": "not yet ours: no file is uploaded",
    "url_private_without_files_read": "not yet ours: no file is downloaded",
}
NO_ANSWER = {"description": "says what the file is"}
OPERATOR = {
    *("channel_not_found", "not_in_channel", "is_archived", "restricted_action", "token_revoked"),
    *("account_inactive", "missing_scope", "is_inactive", "message_limit_exceeded"),
}
"""An operator mends these: tried again meanwhile, told in `/ready`."""
MAYBE = {"internal_error", "fatal_error", "service_unavailable"}
TOO_FAST = {"ratelimited", "rate_limited"}
CALLS: dict[str, dict[str, Any]] = {"chat.postMessage": POST, "chat.update": UPDATE, "views.open": OPEN}
ERRORS = [(method, code) for method in CALLS for code in SAMPLES[f"{method}_errors"]]


def test_every_sample_is_served_or_said_to_be_none_of_ours() -> None:
    served = {*WELL, "chat.postMessage_429", "usergroups_free_plan", *NOT_CALLED, *NO_ANSWER}
    served |= {"chat.postMessage_errors", "chat.update_errors", "views.open_errors"}
    assert set(SAMPLES) == served


@pytest.mark.parametrize("name", WELL)
async def test_an_answer_that_went_well_is_handed_over_whole(
    room: Room, record_property: Record, name: str
) -> None:
    method, arguments = WELL[name]
    room.slack.wire.plan(method, Fault(answer=JSONResponse(SAMPLES[name])))
    seen = await room.api.call(method, arguments)
    saw(record_property, Group.SLACK_ANSWERS, name, as_expected=seen == SAMPLES[name])
    assert seen == SAMPLES[name]


async def test_a_post_stands_where_the_sample_says_and_is_found_there_by_its_outbox_id(room: Room) -> None:
    carrier = TeamCarrier(api=room.api, texts=room.texts, rules=room.rules, sharing=room.sharing)
    at = int(room.clock.now().timestamp() * 1000)
    said = {"mark": "customer", "who": "Marie Dupont", "channel": "WhatsApp", "text": "Où est mon colis ?"}
    line = Job("01JOB", "01CONV", "team", "line", "C0SAVINBOX", said, attempted_at=at, created_at=at)
    line = replace(line, thread_place="C0SAVINBOX", thread_reference="1789996400.000100")
    room.slack.wire.plan("chat.postMessage", Fault(answer=JSONResponse(SAMPLES["chat.postMessage_ok"])))
    assert await carrier.carry(line) == "1789996500.000300"
    page = SAMPLES["conversations.replies_with_metadata"]
    for outbox_id, ts in (
        ("01J8ZQ5AAA0000000000000009", "1789996500.000300"),
        ("01J8ZQ4MCARD000000000000001", "1789996400.000100"),
    ):
        room.slack.wire.plan("conversations.replies", Fault(answer=JSONResponse(page)))
        assert await carrier.look_up(replace(line, id=outbox_id)) == ts


async def test_who_we_are_and_who_somebody_is_are_read_from_the_samples(room: Room) -> None:
    room.slack.wire.plan("auth.test", Fault(answer=JSONResponse(SAMPLES["auth.test"])))
    room.slack.wire.plan("users.info", Fault(answer=JSONResponse(SAMPLES["users.info"])))
    roster = Roster(api=room.api, rules=room.rules, channel="C0SAVINBOX", clock=room.clock, patience=30)
    agent = await roster.agent("U0AGENTLEA", "T0SAVFR01")
    assert (agent.id, agent.name) == ("U0AGENTLEA", "Léa")
    assert roster.identity is not None
    assert roster.identity.bot_id == "B0BOTSAV01"


async def test_a_closed_rate_says_how_long_to_wait(room: Room, record_property: Record) -> None:
    sample = SAMPLES["chat.postMessage_429"]
    answer = JSONResponse(sample["body"], status_code=sample["status"], headers=sample["headers"])
    room.slack.wire.plan("chat.postMessage", Fault(answer=answer))
    with pytest.raises(RateLimited) as caught:
        await room.api.call("chat.postMessage", POST)
    saw(record_property, Group.SLACK_ANSWERS, "chat.postMessage_429", as_expected=caught.value.after == 2.0)
    assert caught.value.after == 2.0


async def test_what_a_free_plan_lacks_is_refused_for_good(room: Room, record_property: Record) -> None:
    room.slack.wire.plan("usergroups.users.list", Fault(answer=JSONResponse(SAMPLES["usergroups_free_plan"])))
    with pytest.raises(SlackSaysNo, match="plan_upgrade_required"):
        await room.api.call("usergroups.users.list", {"usergroup": "S1"})
    saw(record_property, Group.SLACK_ANSWERS, "usergroups_free_plan", as_expected=True)


def class_of(code: str) -> str:
    """The ending that an error is."""
    if code in OPERATOR:
        return "Retry"
    if code in MAYBE:
        return "Unknown"
    return "RateLimited" if code in TOO_FAST else "SlackSaysNo"


@pytest.mark.parametrize(("method", "code"), ERRORS)
async def test_each_error_has_its_class(room: Room, record_property: Record, method: str, code: str) -> None:
    room.slack.wire.plan(method, Fault(answer=refusal(code)))
    with pytest.raises(CallEnding) as caught:
        await room.api.call(method, CALLS[method])
    seen = (type(caught.value).__name__, code in room.api.trouble)
    expected = (class_of(code), code in OPERATOR)
    saw(record_property, Group.SLACK_ANSWERS, f"{method} {code}", as_expected=seen == expected)
    assert seen == expected


async def test_a_page_in_place_of_a_document_may_stand_for_a_call_that_went_through(room: Room) -> None:
    page = PlainTextResponse("<!DOCTYPE html>", headers={"content-type": "text/html; charset=utf-8"})
    room.slack.wire.plan("chat.postMessage", Fault(answer=page))
    with pytest.raises(Unknown):
        await room.api.call("chat.postMessage", POST)
