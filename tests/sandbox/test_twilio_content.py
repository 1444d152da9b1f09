"""The Content API of the Twilio stand-in, met over HTTP."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from sandbox.twilio import Person

if TYPE_CHECKING:
    from tests.sandbox.twilio_house import Scene

pytest_plugins = ("tests.sandbox.twilio_house",)


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


def _reply(*titles: str) -> dict[str, object]:
    return {"body": "x", "actions": [{"title": title, "id": str(i)} for i, title in enumerate(titles)]}


async def test_an_approved_template_opens_a_closed_window(scene: Scene, marie: Person) -> None:
    scene.clock.now += 24 * 3600
    made = (await scene.content("twilio/text", {"body": "Bonjour {{1}}"})).json()
    scene.twilio.contents[made["sid"]].approved = True
    variables = json.dumps({"1": "Marie"})
    answer = await scene.create(To=marie.address, ContentSid=made["sid"], ContentVariables=variables)
    await scene.twilio.settle()
    record = scene.twilio.messages[answer.json()["sid"]]
    assert (record.status, record.body) == ("delivered", "Bonjour Marie")


@pytest.mark.parametrize(
    ("variables", "code"),
    [
        ("not json", 21656),
        ('{"1": ""}', 21656),
        ('{"1": null}', 21656),
        ('{"1": "a\\nb"}', 21656),
        ("{}", 21656),
        (json.dumps({"1": "x" * 1601}), 21658),
    ],
)
async def test_variables_twilio_would_refuse_are_refused(
    scene: Scene, marie: Person, variables: str, code: int
) -> None:
    made = (await scene.content("twilio/text", {"body": "Bonjour {{1}}"})).json()
    answer = await scene.create(To=marie.address, ContentSid=made["sid"], ContentVariables=variables)
    assert scene.refused(answer) == (400, code)


async def test_quick_replies_are_shown_and_pressed(scene: Scene, marie: Person) -> None:
    actions = [{"type": "QUICK_REPLY", "title": "Oui", "id": "y:{{1}}"}, {"title": "Non", "id": "n:{{1}}"}]
    made = await scene.content("twilio/quick-reply", {"body": "Est-ce réglé ?", "actions": actions})
    assert made.status_code == 201
    sent = await scene.create(
        To=marie.address, ContentSid=made.json()["sid"], ContentVariables=json.dumps({"1": "7f"})
    )
    sid = sent.json()["sid"]
    assert [(one["id"], one["title"]) for one in scene.twilio.messages[sid].buttons] == [
        ("y:7f", "Oui"),
        ("n:7f", "Non"),
    ]
    await scene.twilio.press(marie, sid, "y:7f")
    form = scene.listener.forms[-1]
    sample = scene.sample("wa_button_reply")["form"]
    assert set(form) == set(sample)
    assert (form["Body"], form["ButtonPayload"], form["OriginalRepliedMessageSid"]) == ("Oui", "y:7f", sid)
    with pytest.raises(ValueError, match="holds no forged"):
        await scene.twilio.press(marie, sid, "forged")


async def test_rows_of_a_list_are_shown_and_pressed(scene: Scene, marie: Person) -> None:
    items = [{"item": "Facture", "id": "billing", "description": "Paiement, remboursement"}]
    made = await scene.content("twilio/list-picker", {"body": "Sujet ?", "button": "Choisir", "items": items})
    sent = await scene.create(To=marie.address, ContentSid=made.json()["sid"])
    await scene.twilio.press(marie, sent.json()["sid"], "billing")
    form = scene.listener.forms[-1]
    assert (form["ListId"], form["ListTitle"], form["MessageType"]) == ("billing", "Facture", "interactive")


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("twilio/quick-reply", _reply("Parler à un conseiller")),
        ("twilio/quick-reply", _reply("Oui", "Oui")),
        ("twilio/quick-reply", _reply()),
        ("twilio/quick-reply", _reply(*map(str, range(11)))),
        ("twilio/quick-reply", _reply("Oui") | {"body": "x" * 1025}),
        ("twilio/quick-reply", _reply("Oui") | {"footer": "x"}),
        ("twilio/list-picker", {"body": "x", "button": "Choisir", "items": [{"item": "x" * 25, "id": "a"}]}),
        ("twilio/list-picker", {"body": "x", "button": "Choisir", "items": [{"item": "a"}]}),
        ("twilio/list-picker", {"body": "x", "button": "x" * 21, "items": [{"item": "a", "id": "a"}]}),
        ("twilio/text", {"body": ""}),
        ("twilio/quick_reply", _reply("Oui")),
    ],
)
async def test_a_content_beyond_the_limits_is_refused(
    scene: Scene, kind: str, body: dict[str, object]
) -> None:
    assert scene.refused(await scene.content(kind, body)) == (400, 20001)
    assert scene.twilio.contents == {}


async def test_a_content_needs_a_language_and_a_json_body(scene: Scene) -> None:
    types = {"twilio/text": {"body": "x"}}
    assert scene.refused(await scene.api.post("/v1/Content", json={"types": types})) == (400, 20001)
    assert scene.refused(await scene.api.post("/v1/Content", data={"language": "fr"})) == (400, 20001)
    assert scene.refused(await scene.content("twilio/text", {"body": "x"}, name="x")) == (400, 20001)


async def test_contents_can_be_read_again(scene: Scene) -> None:
    made = (await scene.content("twilio/text", {"body": "x"}, friendly_name="accueil")).json()
    assert (await scene.api.get(f"/v1/Content/{made['sid']}")).json() == made
    assert (await scene.api.get("/v1/Content?PageSize=20")).json()["contents"] == [made]
    assert scene.refused(await scene.api.get("/v1/Content/HX" + "0" * 32)) == (404, 20404)


async def test_more_than_three_buttons_fail_without_an_approval(scene: Scene, marie: Person) -> None:
    made = (await scene.content("twilio/quick-reply", _reply("1", "2", "3", "4"))).json()
    sent = (await scene.create(To=marie.address, ContentSid=made["sid"])).json()
    await scene.twilio.settle()
    assert scene.twilio.messages[sent["sid"]].status == "failed"


async def test_a_phone_that_shows_no_menus_is_told_after_they_were_taken(scene: Scene, marie: Person) -> None:
    marie.shows_menus = False
    shown = (await scene.content("twilio/quick-reply", _reply("Oui", "Non"))).json()["sid"]
    menu = await scene.create(To=marie.address, ContentSid=shown)
    words = await scene.create(To=marie.address, Body="1. Oui")
    await scene.twilio.settle()
    assert [scene.twilio.messages[one.json()["sid"]].error_code for one in (menu, words)] == [63013, None]
