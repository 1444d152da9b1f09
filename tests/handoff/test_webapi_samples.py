"""Each sample of the Web API's answers, served once over HTTP: what it means for whoever called."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from starlette.responses import JSONResponse, PlainTextResponse

from core.jobs import CallEnding, Unknown
from handoff.api import RateLimited, SlackSaysNo
from handoff.roster import Roster
from sandbox.slack import refusal
from sandbox.wire import Fault

if TYPE_CHECKING:
    from tests.handoff.slack_room import Room

pytest_plugins = ("tests.handoff.slack_room",)

FOLDER = Path(__file__).parents[1] / "payloads" / "slack"
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
    "description": "says what the file is",
    "users.getPresence": "presence is not asked for",
    "files_upload_post": "no file is uploaded yet",
    "url_private_without_files_read": "no file is downloaded yet",
}
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
    served = {*WELL, "chat.postMessage_429", "usergroups_free_plan", *NOT_CALLED}
    served |= {"chat.postMessage_errors", "chat.update_errors", "views.open_errors"}
    assert set(SAMPLES) == served


@pytest.mark.parametrize("name", WELL)
async def test_an_answer_that_went_well_is_handed_over_whole(room: Room, name: str) -> None:
    method, arguments = WELL[name]
    room.slack.wire.plan(method, Fault(answer=JSONResponse(SAMPLES[name])))
    assert await room.api.call(method, arguments) == SAMPLES[name]


async def test_who_we_are_and_who_somebody_is_are_read_from_the_samples(room: Room) -> None:
    room.slack.wire.plan("auth.test", Fault(answer=JSONResponse(SAMPLES["auth.test"])))
    room.slack.wire.plan("users.info", Fault(answer=JSONResponse(SAMPLES["users.info"])))
    roster = Roster(api=room.api, rules=room.rules, channel="C0SAVINBOX", clock=room.clock, patience=30)
    agent = await roster.agent("U0AGENTLEA", "T0SAVFR01")
    assert (agent.id, agent.name) == ("U0AGENTLEA", "Léa")
    assert roster.identity is not None
    assert roster.identity.bot_id == "B0BOTSAV01"


async def test_a_closed_rate_says_how_long_to_wait(room: Room) -> None:
    sample = SAMPLES["chat.postMessage_429"]
    answer = JSONResponse(sample["body"], status_code=sample["status"], headers=sample["headers"])
    room.slack.wire.plan("chat.postMessage", Fault(answer=answer))
    with pytest.raises(RateLimited) as caught:
        await room.api.call("chat.postMessage", POST)
    assert caught.value.after == 2.0


async def test_what_a_free_plan_lacks_is_refused_for_good(room: Room) -> None:
    room.slack.wire.plan("usergroups.users.list", Fault(answer=JSONResponse(SAMPLES["usergroups_free_plan"])))
    with pytest.raises(SlackSaysNo, match="plan_upgrade_required"):
        await room.api.call("usergroups.users.list", {"usergroup": "S1"})


def _class_of(code: str) -> str:
    if code in OPERATOR:
        return "Retry"
    if code in MAYBE:
        return "Unknown"
    return "RateLimited" if code in TOO_FAST else "SlackSaysNo"


@pytest.mark.parametrize(("method", "code"), ERRORS)
async def test_each_error_has_its_class(room: Room, method: str, code: str) -> None:
    room.slack.wire.plan(method, Fault(answer=refusal(code)))
    with pytest.raises(CallEnding) as caught:
        await room.api.call(method, CALLS[method])
    assert type(caught.value).__name__ == _class_of(code)
    assert (code in room.api.trouble) == (code in OPERATOR)


async def test_a_page_in_place_of_a_document_may_stand_for_a_call_that_went_through(room: Room) -> None:
    page = PlainTextResponse("<!DOCTYPE html>", headers={"content-type": "text/html; charset=utf-8"})
    room.slack.wire.plan("chat.postMessage", Fault(answer=page))
    with pytest.raises(Unknown):
        await room.api.call("chat.postMessage", POST)
