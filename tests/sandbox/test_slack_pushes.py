"""What the stand-in for Slack pushes, and what people see of the answers."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest
from starlette.responses import JSONResponse, Response

from sandbox.slack import buttons
from sandbox.wire import Fault
from tests.samples_seen import Group, saw

if TYPE_CHECKING:
    from tests.sandbox.slack_house import House

pytest_plugins = ("tests.sandbox.slack_house",)

ROOM = "C0SAVINBOX"
LEA = "U0AGENTLEA"


async def test_an_own_post_comes_back_as_a_signed_event_even_when_its_answer_was_cut(house: House) -> None:
    metadata = {"event_type": "card", "event_payload": {"outbox_id": "1"}}
    ts = await house.card(metadata=metadata)
    headers, envelope = house.service.got[0]
    assert "x-slack-retry-num" not in headers
    event = envelope["event"]
    assert (event["ts"], event["bot_id"], event["metadata"]) == (ts, house.slack.bot_id, metadata)
    house.slack.wire.plan("chat.postMessage", Fault(cut="after"))
    with pytest.raises(httpx.HTTPError):
        await house.call("chat.postMessage", channel=ROOM, text="coupé")
    await house.slack.settle()
    assert house.service.last["event"]["text"] == "coupé"
    call = house.slack.wire.calls[-1]
    assert (call.outcome, call.took_effect) == ("cut", True)


async def test_the_line_of_a_person_is_stored_and_pushed_in_slacks_own_writing(house: House) -> None:
    root = await house.card()
    said = await house.slack.say(LEA, ROOM, f"<b> & https://a.fr/?x=1 🎉 <@{LEA}>", thread_ts=root)
    assert said.text == f"&lt;b&gt; &amp; <https://a.fr/?x=1> :tada: <@{LEA}>"
    event = house.service.last["event"]
    assert (event["text"], event["thread_ts"], event["channel_type"]) == (said.text, root, "group")
    assert event["parent_user_id"] == house.slack.bot_user_id
    assert house.slack.thread(ROOM, root)[-1] is said


async def test_an_event_is_retried_three_times_with_its_reason_and_the_same_id(house: House) -> None:
    house.service.answers = [Response(status_code=500) for _ in range(5)]
    delivery = await house.slack.push_event({"type": "app_home_opened"}, event_id="Ev1")
    assert not delivery.delivered
    assert {document["event_id"] for _, document in house.service.got} == {"Ev1"}
    tried = [(h.get("x-slack-retry-num"), h.get("x-slack-retry-reason")) for h, _ in house.service.got]
    assert tried == [(None, None), *((str(n), "http_error") for n in (1, 2, 3))]


async def test_retries_end_when_taken_or_when_asked_to_stop(house: House) -> None:
    house.service.answers = [Response(status_code=500)]
    assert (await house.slack.push_event({"type": "a"})).delivered
    house.service.answers = [Response(status_code=500, headers={"x-slack-no-retry": "1"})]
    await house.slack.push_event({"type": "b"})
    assert [document["event"]["type"] for _, document in house.service.got] == ["a", "a", "b"]


async def test_a_command_shows_its_answer_to_its_author_alone(house: House) -> None:
    house.service.answers = [JSONResponse({"text": "Envoyé à Marie."})]
    answer = await house.slack.command(LEA, "/reply", "Bonjour payload=1 & merci")
    assert (answer.status, answer.text) == (200, "Envoyé à Marie.")
    form = house.service.last
    assert (form["command"], form["text"]) == ("/reply", "Bonjour payload=1 & merci")
    assert (form["channel_name"], form["user_id"]) == ("privategroup", LEA)
    assert not form.keys() & {"thread_ts", "message_ts"}
    (shown,) = house.slack.ephemerals
    assert (shown.user, shown.channel, shown.text) == (LEA, ROOM, "Envoyé à Marie.")
    assert house.room.messages == []
    with pytest.raises(ValueError, match=r"^/reply is not supported in threads\. Sorry!$"):
        await house.slack.command(LEA, "/reply", "x", thread_ts="1.000000")


async def test_a_late_or_failing_answer_to_a_command_is_an_error_and_never_retried(house: House) -> None:
    house.service.answers = [Response(status_code=500)]
    assert (await house.slack.command(LEA, "/reply")).text == '/reply failed with the error "dispatch_failed"'
    house.slack.time_limit, house.service.patience = 0.01, 0.05
    late = await house.slack.command(LEA, "/reply")
    assert late.text == '/reply failed with the error "operation_timeout"'
    await house.slack.settle()
    assert len(house.service.got) == 2
    assert house.slack.ephemerals == []


async def test_a_public_answer_publishes_the_typed_line_too(house: House) -> None:
    house.service.answers = [JSONResponse({"text": "fait", "response_type": "in_channel"})]
    await house.slack.command(LEA, "/reply", "secret")
    assert [(m.user, m.text) for m in house.room.messages] == [
        (LEA, "/reply secret"),
        (house.slack.bot_user_id, "fait"),
    ]


async def test_a_press_names_the_message_and_only_what_is_shown_can_be_pressed(house: House) -> None:
    root = await house.card()
    ts = await house.card(thread_ts=root)
    assert [(b.action_id, b.label) for b in buttons(house.room.messages[1])] == [("claim", "Prendre")]
    await house.slack.press(LEA, channel_id=ROOM, message_ts=ts, action_id="claim", value="c1")
    payload = house.service.last
    assert payload["container"] == {
        "type": "message",
        "message_ts": ts,
        "channel_id": ROOM,
        "thread_ts": root,
        "is_ephemeral": False,
    }
    assert (payload["actions"][0]["value"], payload["message"]["ts"]) == ("c1", ts)
    for action_id, value in (("claim", "c2"), ("resolve", "c1")):
        with pytest.raises(ValueError, match="no button"):
            await house.slack.press(LEA, channel_id=ROOM, message_ts=ts, action_id=action_id, value=value)
    house.slack.add_user("U0OUT", "dehors")
    with pytest.raises(ValueError, match="cannot see"):
        await house.slack.press("U0OUT", channel_id=ROOM, message_ts=ts, action_id="claim", value="c1")


async def test_an_ephemeral_is_pressed_and_replaced_in_place_by_its_response_url(house: House) -> None:
    house.service.answers = [JSONResponse({"text": "Laquelle ?", "blocks": house.blocks})]
    answer = await house.slack.command(LEA, "/claim", "marie")
    await house.slack.press(LEA, channel_id=ROOM, action_id="claim", value="c1", ephemeral_answer=answer)
    payload = house.service.last
    assert (payload["container"]["is_ephemeral"], "message" in payload) == (True, False)
    replaced = await house.http.post(
        payload["response_url"], json={"replace_original": True, "text": "Prise."}
    )
    assert replaced.status_code == 200
    (shown,) = house.slack.ephemerals
    assert (shown.text, shown.blocks, shown.history[0].text) == ("Prise.", [], "Laquelle ?")
    with pytest.raises(ValueError, match="nothing shown"):
        await house.slack.press(LEA, channel_id=ROOM, action_id="claim", value="c1")


async def test_the_bodies_of_the_samples_show_replace_and_delete(
    house: House, record_property: Callable[[str, object], None]
) -> None:
    path = Path(__file__).parents[1] / "payloads" / "slack" / "response_url_bodies.json"
    sample = json.loads(path.read_text("utf-8"))
    house.service.answers = [JSONResponse({"text": "Laquelle ?"})]
    await house.slack.command(LEA, "/claim", "marie")
    url = house.service.last["response_url"]
    answers = [
        await house.http.post(url, json=sample[name])
        for name in ("replace", "ephemeral", "in_thread_public", "delete")
    ]
    replaced, whispered = house.slack.ephemerals
    public = house.room.messages[-1]
    seen = (
        [answer.status_code for answer in answers],
        (replaced.text, replaced.deleted, whispered.text),
        (public.text, public.thread_ts),
    )
    expected = (
        [200, 200, 200, 200],
        ("Pris par <@U0AGENTLEA>", True, "Envoyé à Marie Dupont (WhatsApp)."),
        ("...", "1789996400.000100"),
    )
    saw(record_property, Group.SLACK_PARTS, "response_url_bodies", as_expected=seen == expected)
    assert seen == expected


async def test_a_response_url_is_good_five_times_for_thirty_minutes(house: House) -> None:
    await house.slack.command(LEA, "/claim")
    url = house.service.last["response_url"]
    assert (await house.http.post(url, json={"txt": "x"})).status_code == 400
    got = [(await house.http.post(url, json={"text": str(n)})).status_code for n in range(6)]
    assert got == [200] * 5 + [404]
    assert [shown.text for shown in house.slack.ephemerals] == list("01234")
    await house.slack.command(LEA, "/claim")
    house.now.at += 1801
    assert (await house.http.post(house.service.last["response_url"], json={"text": "x"})).status_code == 404
    assert (await house.http.post(f"{house.slack.base_url}/response/x", json={})).status_code == 404
    assert house.slack.wire.count("response_url") == 9


async def test_what_is_whispered_to_one_member_stands_among_the_ephemerals(house: House) -> None:
    await house.call("chat.postEphemeral", channel=ROOM, user=LEA, text="Pour vous", blocks=house.blocks)
    await house.slack.press(LEA, channel_id=ROOM, action_id="claim", value="c1")
    await house.http.post(house.service.last["response_url"], json={"delete_original": True})
    assert [(shown.text, shown.deleted) for shown in house.slack.ephemerals] == [("Pour vous", True)]
    other = await house.call("chat.postEphemeral", channel=ROOM, user="U404", text="x")
    assert other["error"] == "user_not_in_channel"


async def test_a_person_of_another_workspace_and_a_null_text_arrive_as_slack_sends_them(house: House) -> None:
    house.slack.add_user("U0EXT", "ext", team_id="T0AUTRE")
    house.room.members.add("U0EXT")
    house.room.is_ext_shared = True
    await house.slack.say("U0EXT", ROOM, "bonjour")
    envelope = house.service.last
    assert (envelope["is_ext_shared_channel"], envelope["event"]["user_team"]) == (True, "T0AUTRE")
    photo = house.slack.add_file(LEA, "colis.png", b"abc")
    await house.slack.say(LEA, ROOM, None, subtype="file_share", files=[photo], client_msg_id=None)
    event = house.service.last["event"]
    assert (event["text"], event["subtype"], "client_msg_id" in event) == (None, "file_share", False)
    fetched = await house.http.get(event["files"][0]["url_private"], headers=house.token)
    assert (fetched.content, fetched.headers["content-type"]) == (b"abc", "image/png")


async def test_a_command_typed_in_the_apps_own_messages_can_be_pressed_there(house: House) -> None:
    house.slack.add_user("U0NEW", "stagiaire")
    house.service.answers = [JSONResponse({"text": "Bonjour", "blocks": house.blocks})]
    answer = await house.slack.command("U0NEW", "/sav")
    assert house.service.last["channel_name"] == "directmessage"
    channel = house.service.last["channel_id"]
    assert [button.value for button in buttons(answer)] == ["c1"]
    assert (await house.slack.press("U0NEW", channel_id=channel, action_id="claim", value="c1")).status == 200
    house.service.answers = [JSONResponse({"text": "x", "blocks": [{"type": "section"}]})]
    assert "invalid_blocks" in (await house.slack.command("U0NEW", "/sav")).text
