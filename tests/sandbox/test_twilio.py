"""The Message resource of the Twilio stand-in, met over HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest

from sandbox.twilio import Person, refusal
from sandbox.wire import Fault

if TYPE_CHECKING:
    from tests.sandbox.twilio_house import Scene

pytest_plugins = ("tests.sandbox.twilio_house",)

ACCOUNT = "AC00000000000000000000000000000001"
TOKEN = "test_auth_token_0123456789abcdef"
KEY = "SK00000000000000000000000000000001"
SENDER = "whatsapp:+33700000001"
PUBLIC = "https://relais.test"


@pytest.fixture
async def scene(twilio_scene: Scene) -> Scene:
    return twilio_scene


@pytest.fixture
async def marie(scene: Scene) -> Person:
    """Wrote a moment ago, so that the window is open."""
    person = await scene.twilio.person("+33612345678")
    await scene.twilio.write(person, "bonjour")
    scene.listener.forms.clear()
    return person


async def test_a_created_message_is_answered_in_twilios_shape_and_reported(
    scene: Scene, marie: Person
) -> None:
    marie.reads = True
    answer = await scene.create(To=marie.address, Body="Bonjour", StatusCallback=f"{PUBLIC}/s?oid=a%20b")
    sample = scene.sample("rest_messages_create_201")["body"]
    created = answer.json()
    assert answer.status_code == 201
    assert set(created) == set(sample)
    assert (created["status"], created["direction"], created["body"]) == ("queued", "outbound-api", "Bonjour")
    await scene.twilio.settle()
    assert scene.listener.reported() == ["sent", "delivered", "read"]
    reports = scene.twilio.deliveries[-3:]
    assert [attempt.url for attempt in reports] == [f"{PUBLIC}/s?oid=a%20b"] * 3
    assert all(scene.is_signed(attempt) for attempt in reports)
    record = scene.twilio.messages[created["sid"]]
    assert [step.status for step in record.history] == ["queued", "sent", "delivered", "read"]


async def test_a_free_message_after_24_hours_is_accepted_and_then_fails(scene: Scene, marie: Person) -> None:
    scene.clock.now += 24 * 3600
    answer = await scene.create(To=marie.address, Body="Bonjour", StatusCallback=f"{PUBLIC}/s")
    assert answer.status_code == 201
    await scene.twilio.settle()
    assert [(form["MessageStatus"], form["ErrorCode"]) for form in scene.listener.forms] == [
        ("failed", "63016")
    ]
    found = (await scene.api.get(answer.json()["uri"])).json()
    assert (found["status"], found["error_code"]) == ("failed", 63016)


async def test_what_is_sent_to_somebody_who_blocked_us_fails(scene: Scene, marie: Person) -> None:
    marie.blocked = True
    answer = await scene.create(To=marie.address, Body="Bonjour")
    await scene.twilio.settle()
    assert scene.twilio.messages[answer.json()["sid"]].error_code == 63014


@pytest.mark.parametrize(
    ("form", "code"),
    [
        ({"To": "whatsapp:0612345678", "Body": "x"}, 21211),
        ({"To": "+33612345678", "Body": "x"}, 21211),
        ({"To": "", "Body": "x"}, 21604),
        ({"Body": "x" * 1601}, 21617),
        ({"Body": " "}, 21619),
        ({"From": "whatsapp:+33799999999", "Body": "x"}, 63007),
        ({"ContentSid": "HX00000000000000000000000000000099"}, 21655),
        ({"Body": "x", "StatusCallback": "http://relais.test/s"}, 21609),
        ({"Body": "x", "StatusCallback": "https://127.0.0.1/s"}, 21609),
        ({"Body": "x", "StatusCallback": "https://localhost/s"}, 21609),
        ({"MediaUrl": "http://127.0.0.1/a.png"}, 21620),
        ({"Body": "x", "ValidityPeriod": "36001"}, 20001),
        ({"Body": "x", "Txet": "y"}, 20001),
        ({"Body": "x", "ContentVariables": "{}"}, 20001),
    ],
)
async def test_a_creation_twilio_would_refuse_is_refused(
    scene: Scene, marie: Person, form: dict[str, str], code: int
) -> None:
    before = len(scene.twilio.messages)
    assert scene.refused(await scene.create(**({"To": marie.address} | form))) == (400, code)
    assert len(scene.twilio.messages) == before


async def test_wrong_credentials_are_refused_and_both_right_ones_accepted(
    scene: Scene, marie: Person
) -> None:
    form = {"From": SENDER, "To": marie.address, "Body": "x"}
    path = f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
    wrong = await scene.api.post(path, data=form, auth=(KEY, "wrong"))
    assert scene.refused(wrong) == (401, 20003)
    assert (await scene.api.post(path, data=form, auth=(ACCOUNT, TOKEN))).status_code == 201
    other = await scene.api.post(path.replace(ACCOUNT, "AC" + "9" * 32), data=form)
    assert scene.refused(other) == (401, 20003)
    assert scene.refused(await scene.api.get("/nowhere")) == (404, 20404)


async def test_planned_faults_are_met_and_only_the_cut_after_leaves_a_message(
    scene: Scene, marie: Person
) -> None:
    scene.twilio.wire.plan(
        "messages.create",
        Fault(answer=refusal(429, 20429, "Too Many Requests")),
        Fault(cut="before"),
        Fault(cut="after"),
    )
    before = len(scene.twilio.messages)
    assert scene.refused(await scene.create(To=marie.address, Body="x")) == (429, 20429)
    for _ in range(2):
        with pytest.raises(httpx.RemoteProtocolError):
            await scene.create(To=marie.address, Body="x")
    assert len(scene.twilio.messages) == before + 1
    calls = scene.twilio.wire.calls[-3:]
    assert [(call.outcome, call.took_effect) for call in calls] == [
        ("refused", False),
        ("cut", False),
        ("cut", True),
    ]


async def test_the_list_is_newest_first_and_pages_are_not_moved_by_new_messages(
    scene: Scene, marie: Person
) -> None:
    for number in range(5):
        await scene.create(To=marie.address, Body=str(number))
    page = await scene.listing(
        f"?To={marie.address.replace('+', '%2B')}&From={SENDER.replace('+', '%2B')}&PageSize=2"
    )
    bodies: list[str] = []
    while True:
        messages = page["messages"]
        assert isinstance(messages, list)
        bodies += [message["body"] for message in messages]
        if page["next_page_uri"] is None:
            break
        await scene.create(To=marie.address, Body="plus tard")
        page = (await scene.api.get(str(page["next_page_uri"]))).json()
    assert bodies == ["4", "3", "2", "1", "0"]


async def test_the_list_is_filtered_by_the_day_of_sending(scene: Scene, marie: Person) -> None:
    scene.twilio.auto_report = False
    await scene.create(To=marie.address, Body="en file")
    sent = (await scene.create(To=marie.address, Body="partie")).json()["sid"]
    await scene.twilio.report(sent, "sent")

    async def bodies(query: str) -> list[str]:
        messages = (await scene.listing(f"?From=whatsapp%3A%2B33700000001&{query}"))["messages"]
        assert isinstance(messages, list)
        return [message["body"] for message in messages]

    assert await bodies("DateSent=2026-11-22") == ["partie"]
    assert await bodies("DateSent%3E=2026-11-22T00:00:00Z") == ["partie"]
    assert await bodies("DateSent%3C=2026-11-21") == []
    assert await bodies("PageSize=1000") == ["partie", "en file"]


async def test_a_list_query_nobody_knows_is_refused(scene: Scene) -> None:
    answer = await scene.api.get(f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json?Since=2026-11-22")
    assert scene.refused(answer) == (400, 20001)


async def test_an_inbound_message_whose_webhook_was_lost_is_still_listed(scene: Scene) -> None:
    scene.listener.statuses = [503]
    marie = await scene.twilio.person()
    delivery = await scene.twilio.write(marie, "perdu ?")
    assert (delivery.status, delivery.attempts) == (503, 1)
    messages = (await scene.listing(f"?To={SENDER.replace('+', '%2B')}"))["messages"]
    assert isinstance(messages, list)
    assert [(one["body"], one["direction"]) for one in messages] == [("perdu ?", "inbound")]


async def test_a_typing_sign_belongs_to_an_inbound_message(scene: Scene, marie: Person) -> None:
    (inbound,) = scene.twilio.conversation(marie)
    path = "/v3/Indicators/Typing.json"
    answer = await scene.api.post(path, json={"messageId": inbound.sid, "channel": "WHATSAPP"})
    assert answer.json() == {"success": True}
    assert inbound.typing
    outbound = (await scene.create(To=marie.address, Body="x")).json()["sid"]
    refused = await scene.api.post(path, json={"messageId": outbound, "channel": "WHATSAPP"})
    assert scene.refused(refused) == (400, 20001)
    as_form = await scene.api.post(path, data={"messageId": inbound.sid, "channel": "WHATSAPP"})
    assert scene.refused(as_form) == (400, 20001)
