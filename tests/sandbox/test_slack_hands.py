"""Forms, shortcuts, changes and deletions in the stand-in for Slack, and its end of Socket Mode."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

import aiohttp
import pytest
from starlette.responses import JSONResponse, Response

from sandbox.slack_hands import TROUBLE
from sandbox.slack_socket import MOST

if TYPE_CHECKING:
    from tests.sandbox.slack_house import House

pytest_plugins = ("tests.sandbox.slack_house",)

ROOM = "C0SAVINBOX"
LEA = "U0AGENTLEA"
APP = {"Authorization": "Bearer xapp-1"}


def form(**more: object) -> dict[str, Any]:
    """A form with a text that is needed and a menu that is not."""
    text = {"type": "plain_text", "text": "Réponse"}
    typing = {"type": "plain_text_input", "action_id": "value", "max_length": 20}
    menu = {"type": "static_select", "action_id": "value", "options": [{"text": text, "value": "m1"}]}
    fields = [
        {"type": "input", "block_id": "text", "label": text, "element": typing},
        {"type": "input", "block_id": "menu", "label": text, "element": menu, "optional": True},
    ]
    return {"type": "modal", "callback_id": "f", "title": text, "submit": text, "blocks": fields, **more}


async def opened(house: House) -> str:
    """Open the form before Léa; its id."""
    trigger = house.slack.memory.new_trigger(LEA)
    return str((await house.call("views.open", trigger_id=trigger, view=form()))["view"]["id"])


async def test_a_form_is_sent_with_what_stands_in_it_and_no_word_of_where(house: House) -> None:
    view_id = await opened(house)
    sent = await house.slack.hands.submit(LEA, {"text": "Bonjour & <b>", "menu": "m1"})
    got = house.service.last
    assert (got["type"], got["view"]["id"], got["user"]["id"]) == ("view_submission", view_id, LEA)
    values = got["view"]["state"]["values"]
    assert values["text"]["value"] == {"type": "plain_text_input", "value": "Bonjour & <b>"}
    assert values["menu"]["value"]["selected_option"]["value"] == "m1"
    assert not {"channel", "message", "response_url"} & got.keys()
    assert not sent.is_open
    assert house.slack.hands.modal(LEA) is None


@pytest.mark.parametrize(
    "values",
    [{"text": ""}, {"text": "x" * 21}, {"text": "a", "menu": "m2"}],
    ids=["empty", "long", "foreign"],
)
async def test_the_client_itself_sends_nothing_that_its_form_does_not_take(
    house: House, values: dict[str, str]
) -> None:
    await opened(house)
    before = len(house.service.got)
    with pytest.raises(ValueError, match=r"text|menu"):
        await house.slack.hands.submit(LEA, values)
    assert len(house.service.got) == before


@pytest.mark.parametrize(
    ("answer", "errors"),
    [
        (JSONResponse({"response_action": "errors", "errors": {"text": "Non."}}), {"text": "Non."}),
        (JSONResponse({"response_action": "errors", "errors": {"elsewhere": "Non."}}), {"": TROUBLE}),
        (JSONResponse({"response_action": "errors", "errors": {}}), {"": TROUBLE}),
        (JSONResponse({"response_action": "update", "view": form(title={})}), {"": TROUBLE}),
        (JSONResponse({"response_action": "dance"}), {"": TROUBLE}),
        (Response("ok"), {"": TROUBLE}),
        (Response(status_code=500), {"": TROUBLE}),
    ],
    ids=["errors", "elsewhere", "none", "bad view", "unknown", "no document", "500"],
)
async def test_an_answer_that_is_no_yes_leaves_the_form_open(
    house: House, answer: Response, errors: dict[str, str]
) -> None:
    await opened(house)
    house.service.answers = [answer]
    sent = await house.slack.hands.submit(LEA, {"text": "Bonjour"})
    assert (sent.is_open, sent.errors) == (True, errors)


async def test_a_form_shown_again_keeps_what_was_typed_and_can_be_cleared(house: House) -> None:
    await opened(house)
    told = {"type": "section", "text": {"type": "mrkdwn", "text": "Vraiment ?"}}
    again = form(blocks=[told, *form()["blocks"]])
    house.service.answers = [
        JSONResponse({"response_action": "update", "view": again}),
        JSONResponse({"response_action": "clear"}),
    ]
    sent = await house.slack.hands.submit(LEA, {"text": "Bonjour"})
    assert (sent.is_open, sent.content["blocks"][0]) == (True, told)
    assert not (await house.slack.hands.submit(LEA)).is_open
    assert house.service.last["view"]["state"]["values"]["text"]["value"]["value"] == "Bonjour"


async def test_a_shortcut_brings_the_message_and_an_address_to_answer_at(house: House) -> None:
    root = await house.card()
    reply = await house.slack.say(LEA, ROOM, "je regarde", thread_ts=root)
    await house.slack.hands.shortcut(LEA, "sc_reply", ROOM, reply.ts)
    got = house.service.last
    assert (got["type"], got["callback_id"]) == ("message_action", "sc_reply")
    assert (got["message"]["thread_ts"], got["channel"]["id"]) == (root, ROOM)
    assert (await house.http.post(got["response_url"], json={"text": "ok"})).status_code == 200


async def test_changes_and_deletions_are_told_as_slack_tells_them(house: House) -> None:
    root = await house.card()
    line = await house.slack.say(LEA, ROOM, "je regarde", thread_ts=root)
    hands = house.slack.hands
    await hands.edit(LEA, ROOM, line.ts, "j'ai regardé <b>")
    changed = house.service.last["event"]
    assert changed["subtype"] == "message_changed"
    assert changed["message"]["text"] == "j'ai regardé &lt;b&gt;"
    assert changed["message"]["edited"]["user"] == LEA
    assert changed["previous_message"]["text"] == "je regarde"
    await hands.unfurl(ROOM, line.ts)
    preview = house.service.last["event"]
    assert preview["message"]["text"] == preview["previous_message"]["text"]
    await hands.delete(ROOM, root)
    tombstone = house.service.last["event"]
    assert (tombstone["subtype"], tombstone["message"]["subtype"]) == ("message_changed", "tombstone")
    await hands.delete(ROOM, line.ts)
    assert house.service.last["event"]["subtype"] == "message_deleted"
    assert house.service.last["event"]["deleted_ts"] == line.ts
    with pytest.raises(ValueError, match="no message"):
        await hands.edit(LEA, ROOM, line.ts, "trop tard")


async def link(house: House, headers: dict[str, str] = APP) -> dict[str, Any]:
    """Ask for the address of a socket."""
    url = f"{house.slack.base_url}/api/apps.connections.open"
    return dict((await house.http.post(url, headers=headers)).json())


async def test_only_the_apps_own_token_opens_a_socket_and_a_link_opens_one(house: House) -> None:
    assert (await link(house))["error"] == "invalid_auth", "the app is not reached by sockets yet"
    await house.slack.open_socket("xapp-1")
    assert (await link(house, {"Authorization": "Bearer xoxb-1"}))["error"] == "not_allowed_token_type"
    url = (await link(house))["url"]
    async with aiohttp.ClientSession() as session, session.ws_connect(url) as socket:
        hello = await socket.receive_json()
        assert (hello["type"], hello["num_connections"]) == ("hello", 1)
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await session.ws_connect(url)


async def test_an_envelope_is_answered_acknowledged_or_brought_again(house: House) -> None:
    server = await house.slack.open_socket("xapp-1")
    house.slack.time_limit = 0.05
    async with aiohttp.ClientSession() as session, session.ws_connect((await link(house))["url"]) as socket:
        await socket.receive_json()
        typing = asyncio.create_task(house.slack.command(LEA, "/reply", "Bonjour"))
        envelope = await socket.receive_json()
        assert (envelope["type"], envelope["payload"]["text"]) == ("slash_commands", "Bonjour")
        answer = {"envelope_id": envelope["envelope_id"], "payload": {"text": "Envoyé"}}
        await socket.send_json(answer)
        assert (await typing).text == "Envoyé"
        telling = asyncio.create_task(house.slack.push_event({"type": "app_home_opened"}))
        envelopes = [await socket.receive_json() for _ in range(4)]
        assert [each.get("retry_attempt") for each in envelopes] == [None, 1, 2, 3]
        assert {each["payload"]["event_id"] for each in envelopes} == {(await telling).event_id}
        assert not (await telling).delivered
    assert server.acknowledged == [answer]


async def test_one_app_has_ten_sockets_at_most(house: House) -> None:
    server = await house.slack.open_socket("xapp-1")
    async with aiohttp.ClientSession() as session:
        opened_ = [await session.ws_connect((await link(house))["url"]) for _ in range(MOST)]
        assert [json.loads((await one.receive()).data)["type"] for one in opened_] == ["hello"] * MOST
        refused = await session.ws_connect((await link(house))["url"])
        assert (await refused.receive_json())["reason"] == "too_many_websockets"
        assert len(server.sockets) == MOST
