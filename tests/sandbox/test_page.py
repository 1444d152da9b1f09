"""The demo's page over real HTTP: what it shows is what the platforms hold, and its acts reach them."""

import asyncio
import json
import os
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from sandbox.page import FILES
from sandbox.scene import CHANNEL_ID, TEAM, Scene

if TYPE_CHECKING:
    from tests.sandbox.page_house import Visit

pytest_plugins = ("tests.sandbox.page_house",)

Json = dict[str, Any]
HOSTILE = '<script>alert(1)</script> <!channel> &amp; "quoted"'


async def _post_card(visit: "Visit", http: httpx.AsyncClient, text: str) -> str:
    """A card of the service with one button; its ts."""
    button = {
        "type": "button",
        "action_id": "claim:m",
        "value": "c1",
        "text": {"type": "plain_text", "text": "Prendre"},
    }
    blocks = [
        {"type": "section", "text": {"type": "mrkdwn", "text": text}},
        {"type": "actions", "elements": [button]},
    ]
    answer = await http.post(
        f"{visit.scene.slack.base_url}/api/chat.postMessage",
        headers={"Authorization": f"Bearer {visit.scene.slack.bot_token}"},
        json={"channel": CHANNEL_ID, "text": text, "blocks": blocks},
    )
    return str(answer.json()["ts"])


def _karim(scene: Scene) -> str:
    return str(next(iter(scene.telegram.chats)))


async def test_the_state_shows_what_the_customer_and_the_service_said_on_whatsapp(visit: "Visit") -> None:
    marie = visit.scene.twilio.persons[0]
    await visit.scene.twilio.write(marie, "Où est mon colis ?")
    shown = (await visit.state())["whatsapp"]
    assert [(one["id"], one["name"]) for one in shown] == [(marie.user_id, "Marie Dupont")]
    records = visit.scene.twilio.conversation(marie)
    assert [one["text"] for one in shown[0]["messages"]] == [record.body for record in records]
    assert [(one["mine"], one["status"]) for one in shown[0]["messages"]] == [(True, "received")]
    assert shown[0]["window_open"] is True


async def test_what_is_written_on_the_page_reaches_the_service_through_whatsapp(visit: "Visit") -> None:
    marie = visit.scene.twilio.persons[0]
    answer = await visit.act("/act/whatsapp/write", person=marie.user_id, text="Bonjour")
    assert answer.status_code == 200
    form = await visit.received("/twilio/message", lambda form: form["Body"] == "Bonjour")
    assert form["From"] == "whatsapp:+33612345678"


async def test_a_button_tapped_on_whatsapp_is_a_press_of_that_button(
    visit: "Visit", http: httpx.AsyncClient
) -> None:
    marie = visit.scene.twilio.persons[0]
    await visit.scene.twilio.write(marie, "Bonjour")
    sid = await _send_choice(visit, http)
    tapped = await visit.act("/act/whatsapp/press", person=marie.user_id, message=sid, button="yes")
    assert tapped.status_code == 200
    form = await visit.received("/twilio/message", lambda form: form.get("ButtonPayload") == "yes")
    assert form["OriginalRepliedMessageSid"] == sid
    other = await visit.act("/act/whatsapp/press", person=marie.user_id, message=sid, button="never shown")
    assert other.status_code == 409


async def test_a_row_tapped_on_whatsapp_is_a_press_of_that_row(
    visit: "Visit", http: httpx.AsyncClient
) -> None:
    marie = visit.scene.twilio.persons[0]
    await visit.scene.twilio.write(marie, "Bonjour")
    rows = {"body": "Quel sujet ?", "button": "Choisir", "items": [{"item": "Facture", "id": "billing"}]}
    sid = await _send_choice(visit, http, {"twilio/list-picker": rows})
    shown = (await visit.state())["whatsapp"][0]["messages"][-1]
    assert [(each["id"], each["title"], each["kind"]) for each in shown["buttons"]] == [
        ("billing", "Facture", "row")
    ]
    await visit.act("/act/whatsapp/press", person=marie.user_id, message=sid, button="billing")
    await visit.received("/twilio/message", lambda form: form.get("ListId") == "billing")


YES = {"body": "Est-ce clair ?", "actions": [{"type": "QUICK_REPLY", "id": "yes", "title": "Oui"}]}


async def _send_choice(
    visit: "Visit", http: httpx.AsyncClient, types: dict[str, object] | None = None
) -> str:
    twilio, marie = visit.scene.twilio, visit.scene.twilio.persons[0]
    account = twilio.memory.account_sid
    credentials = (account, twilio._webhooks._auth_token)
    content = {"language": "fr", "types": types or {"twilio/quick-reply": YES}}
    made = await http.post(f"{twilio.media_base}/v1/Content", auth=credentials, json=content)
    form = {"From": twilio.memory.sender, "To": marie.address, "ContentSid": made.json()["sid"]}
    path = f"{twilio.media_base}/2010-04-01/Accounts/{account}/Messages.json"
    return str((await http.post(path, auth=credentials, data=form)).json()["sid"])


async def test_a_telegram_customer_writes_and_shares_their_own_number(visit: "Visit") -> None:
    karim = _karim(visit.scene)
    await visit.act("/act/telegram/write", chat=karim, text="Bonjour")
    await visit.received("/telegram", lambda update: update["message"].get("text") == "Bonjour")
    await visit.act("/act/telegram/share", chat=karim)
    update = await visit.received("/telegram", lambda update: "contact" in update["message"])
    assert update["message"]["contact"]["phone_number"] == "33698765432"
    shown = (await visit.state())["telegram"][0]
    assert [(one["text"], one["contact"]) for one in shown["messages"]] == [
        ("Bonjour", None),
        ("", "33698765432"),
    ]


async def test_keyboards_and_buttons_of_telegram_are_shown_and_can_be_tapped(visit: "Visit") -> None:
    karim = _karim(visit.scene)
    inline = {"inline_keyboard": [[{"text": "Oui", "callback_data": "y1"}]]}
    reply = {"keyboard": [[{"text": "Partager mon numéro", "request_contact": True}], [{"text": "Passer"}]]}
    for markup in (inline, reply):
        arguments = {"chat_id": int(karim), "text": "Est-ce cela ?", "reply_markup": markup}
        await visit.scene.telegram.call("sendMessage", arguments)
    shown = (await visit.state())["telegram"][0]
    assert shown["messages"][0]["rows"] == inline["inline_keyboard"]
    assert [[key["text"] for key in row] for row in shown["keyboard"]] == [
        ["Partager mon numéro"],
        ["Passer"],
    ]
    number = shown["messages"][0]["id"]
    await visit.act("/act/telegram/press", chat=karim, message=number, data="y1")
    update = await visit.received("/telegram", lambda update: "callback_query" in update)
    assert update["callback_query"]["data"] == "y1"
    other = await visit.act("/act/telegram/press", chat=karim, message=number, data="never shown")
    assert other.status_code == 409


async def test_a_command_shows_its_answer_to_its_author_alone_and_its_button_presses(visit: "Visit") -> None:
    typed = await visit.act("/act/slack/command", user="U0LEA", line="/claim marie d", channel=CHANNEL_ID)
    assert typed.json() == {"failure": None}
    form = await visit.received("/slack", lambda form: "command" in form)
    assert (form["command"], form["text"], form["user_id"]) == ("/claim", "marie d", "U0LEA")
    (whisper,) = (await visit.state())["slack"]["ephemerals"]
    assert (whisper["user"], whisper["text"]) == ("U0LEA", "Prendre ?")
    press = {"channel": CHANNEL_ID, "ephemeral": whisper["ts"], "action_id": "confirm", "value": "7"}
    assert (await visit.act("/act/slack/press", user="U0LEA", **press)).json() == {"failure": None}
    pressed = await visit.received("/slack", lambda form: "payload" in form)
    assert json.loads(pressed["payload"])["actions"][0]["value"] == "7"
    assert (await visit.act("/act/slack/press", user="U0HUGO", **press)).status_code == 409


async def test_a_command_that_nobody_answers_fails_as_slack_says_it(visit: "Visit") -> None:
    visit.receiver.statuses = [500]
    typed = await visit.act("/act/slack/command", user="U0LEA", line="/backlog", channel=CHANNEL_ID)
    assert typed.json() == {"failure": '/backlog failed with the error "dispatch_failed"'}


async def test_a_card_shows_its_blocks_and_its_thread_takes_notes(
    visit: "Visit", http: httpx.AsyncClient
) -> None:
    ts = await _post_card(visit, http, "*Marie Dupont*")
    pressed = {"channel": CHANNEL_ID, "message": ts, "action_id": "claim:m", "value": "c1"}
    await visit.act("/act/slack/press", user="U0HUGO", **pressed)
    await visit.received("/slack", lambda form: '"value": "c1"' in form.get("payload", ""))
    note = {"channel": CHANNEL_ID, "text": "Vu avec le transporteur", "thread_ts": ts}
    await visit.act("/act/slack/say", user="U0HUGO", **note)
    await visit.received("/slack", lambda got: got.get("event", {}).get("text") == "Vu avec le transporteur")
    card, written = (await visit.state())["slack"]["messages"]
    stored = visit.scene.slack.channels[CHANNEL_ID].messages
    assert card["blocks"] == stored[0].blocks
    assert (card["bot"], card["reply"]) == (True, False)
    assert (written["user"], written["thread_ts"], written["reply"]) == ("U0HUGO", ts, True)


async def test_hostile_texts_stay_the_texts_they_are(visit: "Visit", http: httpx.AsyncClient) -> None:
    marie = visit.scene.twilio.persons[0]
    await visit.act("/act/whatsapp/write", person=marie.user_id, text=HOSTILE)
    await visit.act("/act/telegram/write", chat=_karim(visit.scene), text=HOSTILE)
    await visit.received("/telegram", lambda update: update["message"]["text"] == HOSTILE)
    await visit.received("/twilio/message", lambda form: form["Body"] == HOSTILE)
    await _post_card(visit, http, HOSTILE)
    answer = await visit.browser.get("/state")
    state = answer.json()
    assert state["whatsapp"][0]["messages"][0]["text"] == HOSTILE
    assert state["telegram"][0]["messages"][0]["text"] == HOSTILE
    assert state["slack"]["messages"][0]["text"] == HOSTILE
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_open_pages_are_told_once_of_changes_that_come_together(visit: "Visit") -> None:
    stream = visit.page.changes.stream()
    assert "data: changed" in await anext(stream)
    for _ in range(20):
        visit.scene.slack.wire.changed()
    assert await anext(stream) == "data: changed\n\n"
    silent = asyncio.ensure_future(anext(stream))
    done, _ = await asyncio.wait({silent}, timeout=0.15)
    assert not done
    visit.scene.telegram.wire.changed()
    assert await silent == "data: changed\n\n"
    await stream.aclose()  # type: ignore[attr-defined]


async def test_the_feed_over_http_says_changed_and_ends_with_the_page(visit: "Visit") -> None:
    seen = []
    async with visit.browser.stream("GET", "/events") as feed:
        assert feed.headers["content-type"].startswith("text/event-stream")
        async for line in feed.aiter_lines():
            seen.append(line)
            if line == "data: changed" and seen.count(line) == 1:
                await visit.act("/act/person/new", channel="telegram", name="Inès Laurent")
            elif line == "data: changed":
                visit.page.changes.close()
    assert seen.count("data: changed") >= 2


async def test_new_customers_join_on_either_channel(visit: "Visit") -> None:
    for channel in ("whatsapp", "telegram"):
        made = await visit.act("/act/person/new", channel=channel, name="Inès Laurent")
        shown = (await visit.state())[channel]
        assert (shown[-1]["id"], shown[-1]["name"]) == (made.json()["id"], "Inès Laurent")
    assert (await visit.act("/act/person/new", channel="fax", name="Inès")).status_code == 400


async def test_time_moves_forward_for_the_platforms_and_for_whoever_asks(visit: "Visit") -> None:
    before = visit.scene.slack.memory.clock()
    moving = asyncio.ensure_future(visit.act("/clock/advance", seconds=3600))
    while (await visit.browser.get("/clock")).json() != {"offset_seconds": 3600}:
        await asyncio.sleep(0.002)
    assert (await moving).json() == {"offset_seconds": 3600}
    assert visit.scene.slack.memory.clock() - before == 3600
    assert visit.scene.twilio.memory.clock() == visit.scene.telegram.memory.clock() == before + 3600
    assert (await visit.state())["clock"] == {"now": before + 3600, "offset_seconds": 3600}
    assert (await visit.act("/clock/advance", seconds=-5)).status_code == 409


async def test_the_service_is_shown_as_another_process_and_can_be_stopped_and_started(visit: "Visit") -> None:
    shown = (await visit.state())["service"]
    assert (shown["phase"], shown["pid"], shown["page_pid"]) == ("ready", 4242, os.getpid())
    await visit.act("/service/stop")
    await visit.act("/service/restart")
    assert visit.child.calls == ["stop", "restart"]


@pytest.mark.parametrize(
    ("path", "wish", "status"),
    [
        ("/act/whatsapp/write", {"text": "Bonjour"}, 400),
        ("/act/whatsapp/write", {"person": "nobody", "text": "Bonjour"}, 404),
        ("/act/telegram/write", {"chat": "12x", "text": "Bonjour"}, 404),
        ("/act/slack/command", {"user": "U0NOBODY", "line": "/claim", "channel": CHANNEL_ID}, 409),
        (
            "/act/slack/press",
            {"user": "U0LEA", "channel": CHANNEL_ID, "message": "1.1", "action_id": "a"},
            409,
        ),
        ("/clock/advance", {"seconds": "3600"}, 400),
    ],
)
async def test_an_act_that_nobody_can_do_is_refused(
    visit: "Visit", path: str, wish: Json, status: int
) -> None:
    answer = await visit.act(path, **wish)
    assert (answer.status_code, "error" in answer.json()) == (status, True)
    assert visit.receiver.got == []


async def test_a_form_of_a_foreign_page_and_a_foreign_host_are_refused(visit: "Visit") -> None:
    wish = json.dumps({"seconds": 3600})
    plain = {"Content-Type": "text/plain"}
    assert (await visit.browser.post("/clock/advance", content=wish, headers=plain)).status_code == 415
    assert (await visit.browser.get("/state", headers={"Host": "evil.example"})).status_code == 400
    assert (await visit.state())["clock"]["offset_seconds"] == 0


async def test_the_page_asks_nothing_of_anybody_else(visit: "Visit") -> None:
    index = await visit.browser.get("/")
    assert index.headers["content-security-policy"].startswith("default-src 'self';")
    for file in FILES.iterdir():
        text = file.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
        assert "http://" not in text
        assert "https://" not in text
        assert "innerHTML" not in text
        served = await visit.browser.get(f"/page/{file.name}")
        assert (served.status_code, served.content) == (200, file.read_bytes())


async def test_everybody_of_the_scene_is_in_the_channel_and_nina_is_not_on_the_team(visit: "Visit") -> None:
    shown = (await visit.state())["slack"]
    assert [(one["id"], one["name"]) for one in shown["team"]] == [(one.id, one.first_name) for one in TEAM]
    assert visit.scene.slack.channels[CHANNEL_ID].members >= {one.id for one in TEAM}
    assert [one.first_name for one in TEAM if one.role is None] == ["Nina"]


async def test_a_form_is_shown_to_whom_it_stands_before_and_can_be_sent_or_closed(
    visit: "Visit", http: httpx.AsyncClient
) -> None:
    slack, who = visit.scene.slack, TEAM[0].id
    text = {"type": "plain_text", "text": "Réponse"}
    typing = {"type": "plain_text_input", "action_id": "value"}
    field = {"type": "input", "block_id": "text", "label": text, "element": typing}
    view = {"type": "modal", "callback_id": "reply", "title": text, "submit": text, "blocks": [field]}
    for sending in (True, False):
        opened = await http.post(
            f"{slack.base_url}/api/views.open",
            headers={"Authorization": f"Bearer {slack.bot_token}"},
            json={"trigger_id": slack.memory.new_trigger(who), "view": view},
        )
        assert opened.json()["ok"], opened.json()
        (form,) = (await visit.state())["slack"]["forms"]
        assert (form["user"], form["title"], form["errors"]) == (who, "Réponse", {})
        if sending:
            wish: Json = {"user": who, "view": form["id"], "values": {"text": "Bonjour"}}
            assert (await visit.act("/act/slack/submit", **wish)).status_code == 200
            assert slack.memory.views[form["id"]].typed == {"text": "Bonjour"}
            assert (await visit.act("/act/slack/submit", **wish | {"view": "V1"})).status_code == 409
            assert (await visit.act("/act/slack/submit", **wish | {"values": [1]})).status_code == 400
        assert (await visit.act("/act/slack/close", user=who)).status_code == 200
        assert (await visit.state())["slack"]["forms"] == []
