"""Menus through Twilio's stand-in: made once, shown, pressed, and said in words when nothing else works."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from starlette.responses import JSONResponse, PlainTextResponse

from bots.twilio_api import Hosts
from bots.whatsapp import CAPABILITIES, WhatsApp
from core.domain.events import CustomerWrote, Tap
from core.jobs import Job, Refused, Retry, Unknown
from sandbox.twilio import MessageRecord, Person, refusal
from sandbox.wire import Fault

if TYPE_CHECKING:
    from tests.bots.conftest import WhatsAppScene

NewJob = Callable[..., Job]
TO = "+33612345678"
PROMPT = "7K2M9X.1a.0"
BODY = "Est-ce réglé ?\n\nÉcrivez « conseiller » pour parler à quelqu’un."
NUMBERED = "Est-ce réglé ?\n\n1. Oui\n2. Non\n\nÉcrivez « conseiller » pour parler à quelqu’un."
MENU: dict[str, Any] = {
    "form": "quick_replies",
    "body": BODY,
    "choices": [{"id": "yes", "label": "Oui"}, {"id": "no", "label": "Non"}],
    "prompt": PROMPT,
    "language": "fr",
}
ROWS = MENU | {
    "form": "list",
    "opener": "Choisir",
    "choices": [{"id": f"m:{n}", "label": f"Le sujet numéro {n} de 24"} for n in range(10)],
}


@pytest.fixture
async def marie(whatsapp: WhatsAppScene) -> Person:
    """Wrote a moment ago, so that the window is open."""
    person = await whatsapp.twilio.person(TO)
    await whatsapp.twilio.write(person, "bonjour")
    whatsapp.desk.heard.clear()
    return person


def asked(menu: dict[str, Any], **more: Any) -> dict[str, Any]:  # noqa: ANN401 - fields of a payload
    return {"to": TO, "text": NUMBERED, "menu": menu | more}


def sent(scene: WhatsAppScene) -> list[MessageRecord]:
    return [one for one in scene.twilio.messages.values() if one.direction == "outbound-api"]


def another_door(scene: WhatsAppScene) -> WhatsApp:
    """The same service, started anew on the same database."""
    return WhatsApp(
        account_sid="AC00000000000000000000000000000001",
        auth_token="test_auth_token_0123456789abcdef",
        api_key_sid=None,
        api_key_secret=None,
        sender="whatsapp:+14155238886",
        hosts=Hosts(scene.api_url, scene.api_url, scene.api_url),
        public_url="https://relais.test",
        desk=scene.desk.as_desk,
        store=scene.store,
        clock=scene.clock,
    )


@pytest.mark.parametrize(("menu", "kind"), [(MENU, "button"), (ROWS, "row")])
async def test_a_menu_is_shown_and_what_is_pressed_comes_back_as_its_choice(
    whatsapp: WhatsAppScene, marie: Person, job: NewJob, menu: dict[str, Any], kind: str
) -> None:
    reference = await whatsapp.door.carry(job(asked(menu)))
    [message] = sent(whatsapp)
    assert (message.sid, message.body) == (reference, BODY)
    assert {"Body", "MediaUrl"}.isdisjoint(message.form)
    assert [one["title"] for one in message.buttons] == [each["label"] for each in menu["choices"]]
    assert {one["kind"] for one in message.buttons} == {kind}
    await whatsapp.twilio.settle()
    assert message.status == "delivered"
    await whatsapp.twilio.press(marie, reference, message.buttons[1]["id"])
    event = whatsapp.desk.events[-1]
    assert isinstance(event, CustomerWrote)
    assert (event.tap, event.quoted) == (Tap(PROMPT, menu["choices"][1]["id"]), None)
    assert event.text == menu["choices"][1]["label"]


async def test_a_menu_is_made_once_for_everybody_in_its_language_and_remembered_across_starts(
    whatsapp: WhatsAppScene, marie: Person, job: NewJob
) -> None:
    for prompt in ("AAAAAA.1.0", "BBBBBB.2.1"):
        await whatsapp.door.carry(job(asked(MENU, prompt=prompt)))
    door = another_door(whatsapp)
    await door.carry(job(asked(MENU, prompt="CCCCCC.3.2")))
    await door.close()
    assert whatsapp.twilio.wire.count("content.create") == 1
    assert {one.content_sid for one in sent(whatsapp)} == set(whatsapp.twilio.contents)
    assert [one.buttons[0]["id"] for one in sent(whatsapp)] == [
        "AAAAAA.1.0:yes",
        "BBBBBB.2.1:yes",
        "CCCCCC.3.2:yes",
    ]
    await whatsapp.door.carry(job(asked(MENU, language="en")))
    assert whatsapp.twilio.wire.count("content.create") == 2


async def test_a_content_holds_what_a_channel_without_menus_would_show(
    whatsapp: WhatsAppScene, marie: Person, job: NewJob
) -> None:
    await whatsapp.door.carry(job(asked(MENU)))
    [content] = whatsapp.twilio.contents.values()
    assert content.types["twilio/text"] == {"body": NUMBERED}
    assert set(content.types) == {"twilio/text", "twilio/quick-reply"}


async def test_a_menu_the_account_has_lost_is_made_anew_and_sent(
    whatsapp: WhatsAppScene, marie: Person, job: NewJob
) -> None:
    await whatsapp.door.carry(job(asked(MENU)))
    whatsapp.twilio.contents.clear()
    await whatsapp.door.carry(job(asked(MENU)))
    assert [one.body for one in sent(whatsapp)] == [BODY, BODY]
    assert sent(whatsapp)[-1].content_sid in whatsapp.twilio.contents
    door = another_door(whatsapp)
    await door.carry(job(asked(MENU)))
    await door.close()
    assert whatsapp.twilio.wire.count("content.create") == 2


async def test_a_menu_that_is_lost_over_and_over_is_said_in_words(
    whatsapp: WhatsAppScene, marie: Person, job: NewJob
) -> None:
    lost = Fault(answer=refusal(400, 21655, "The ContentSid is Invalid"))
    whatsapp.twilio.wire.plan("messages.create", lost, lost)
    await whatsapp.door.carry(job(asked(MENU)))
    assert [one.body for one in sent(whatsapp)] == [NUMBERED]


@pytest.mark.parametrize("code", [21656, 21658, 63013])
async def test_a_menu_that_may_not_be_sent_is_numbered_from_then_on(
    whatsapp: WhatsAppScene, marie: Person, job: NewJob, code: int
) -> None:
    whatsapp.twilio.wire.plan("messages.create", Fault(answer=refusal(400, code, "no")))
    for _ in range(2):
        await whatsapp.door.carry(job(asked(MENU)))
    assert [one.body for one in sent(whatsapp)] == [NUMBERED, NUMBERED]
    assert whatsapp.twilio.wire.count("messages.create") == 3


@pytest.mark.parametrize(
    ("fault", "ending"),
    [
        (Fault(answer=refusal(400, 63014, "blocked")), Refused),
        (Fault(answer=refusal(429, 20429, "slow down")), Retry),
        (Fault(answer=PlainTextResponse("", 503)), Unknown),
        (Fault(cut="after"), Unknown),
    ],
)
async def test_what_is_not_about_the_menu_ends_the_call_and_nothing_is_sent_beside_it(
    whatsapp: WhatsAppScene, marie: Person, job: NewJob, fault: Fault, ending: type[Exception]
) -> None:
    whatsapp.twilio.wire.plan("messages.create", fault)
    with pytest.raises(ending):
        await whatsapp.door.carry(job(asked(MENU)))
    assert whatsapp.twilio.wire.count("messages.create") == 1


async def test_a_menu_twilio_does_not_want_is_said_in_words_and_not_offered_again(
    whatsapp: WhatsAppScene, marie: Person, job: NewJob
) -> None:
    whatsapp.twilio.wire.plan("content.create", Fault(answer=refusal(400, 20001, "Invalid parameter")))
    for _ in range(2):
        await whatsapp.door.carry(job(asked(MENU)))
    assert [one.body for one in sent(whatsapp)] == [NUMBERED, NUMBERED]
    assert whatsapp.twilio.wire.count("content.create") == 1


@pytest.mark.parametrize(
    "fault",
    [
        Fault(answer=PlainTextResponse("", 503)),
        Fault(answer=refusal(429, 20429, "slow down")),
        Fault(answer=refusal(401, 20003, "Authenticate")),
        Fault(answer=JSONResponse({"status": "queued"}, 201)),
        Fault(cut="before"),
        Fault(cut="after"),
    ],
)
async def test_while_menus_cannot_be_made_customers_get_numbered_words_at_once(
    whatsapp: WhatsAppScene, marie: Person, job: NewJob, fault: Fault
) -> None:
    whatsapp.twilio.wire.plan("content.create", fault)
    for _ in range(3):
        await whatsapp.door.carry(job(asked(MENU)))
    assert [one.body for one in sent(whatsapp)] == [NUMBERED] * 3
    assert whatsapp.twilio.wire.count("content.create") == 1, "Twilio is not asked again within the minute"
    whatsapp.clock.move(timedelta(minutes=1))
    await whatsapp.door.carry(job(asked(MENU)))
    assert (sent(whatsapp)[-1].body, whatsapp.twilio.wire.count("content.create")) == (BODY, 2)


async def test_a_death_between_making_and_remembering_leaves_a_content_that_nobody_uses(
    whatsapp: WhatsAppScene, marie: Person, job: NewJob
) -> None:
    whatsapp.twilio.wire.plan("content.create", Fault(cut="after"))
    await whatsapp.door.carry(job(asked(MENU)))
    door = another_door(whatsapp)
    await door.carry(job(asked(MENU)))
    await door.close()
    orphan, used = whatsapp.twilio.contents
    assert [one.content_sid for one in sent(whatsapp)] == [None, used]
    assert whatsapp.twilio.contents[orphan].types == whatsapp.twilio.contents[used].types


async def test_with_a_store_that_is_down_the_words_go_out_numbered(
    whatsapp: WhatsAppScene, marie: Person, job: NewJob
) -> None:
    await whatsapp.store.close()
    await whatsapp.door.carry(job(asked(MENU)))
    assert [one.body for one in sent(whatsapp)] == [NUMBERED]


@pytest.mark.parametrize(
    "choice",
    [
        {"id": "a", "label": "{{1}}"},
        {"id": "a:" + "x" * 200, "label": "Oui"},
    ],
)
async def test_what_twilio_would_take_for_something_else_is_never_made(
    whatsapp: WhatsAppScene, marie: Person, job: NewJob, choice: dict[str, str]
) -> None:
    await whatsapp.door.carry(job(asked(MENU, choices=[choice])))
    assert (whatsapp.twilio.wire.count("content.create"), sent(whatsapp)[0].body) == (0, NUMBERED)


@pytest.mark.parametrize("is_shown", [True, False])
async def test_a_menu_of_unknown_outcome_is_found_in_whichever_form_it_left(
    whatsapp: WhatsAppScene, marie: Person, job: NewJob, is_shown: bool
) -> None:
    if not is_shown:
        whatsapp.twilio.wire.plan("content.create", Fault(answer=refusal(400, 20001, "no")))
    whatsapp.twilio.wire.plan("messages.create", Fault(cut="after"))
    at = int(whatsapp.clock.now().timestamp() * 1000)
    with pytest.raises(Unknown):
        await whatsapp.door.carry(job(asked(MENU)))
    [message] = sent(whatsapp)
    assert message.body == (BODY if is_shown else NUMBERED)
    assert await whatsapp.door.look_up(job(asked(MENU), attempted_at=at)) == message.sid


def test_the_card_tells_what_fits_a_menu() -> None:
    shown = [(form.name, form.most, form.label_limit, form.body_limit) for form in CAPABILITIES.menu_forms]
    assert shown == [("quick_replies", 3, 20, 1024), ("list", 10, 24, 1024)]
