"""What the Twilio stand-in posts, judged by the platform’s own signature check."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from sandbox.twilio import Person, TwilioStandIn
from sandbox.twilio_signature import sign

if TYPE_CHECKING:
    from tests.sandbox.twilio_house import Scene

pytest_plugins = ("tests.sandbox.twilio_house",)

ACCOUNT = "AC00000000000000000000000000000001"
TOKEN = "test_auth_token_0123456789abcdef"
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


def test_the_vectors_of_the_platforms_library_are_met() -> None:
    caller = {"CallSid": "CA1234567890ABCDE", "Caller": "+14158675309", "Digits": "1234"}
    call = caller | {"From": "+14158675309", "To": "+18005551212"}
    url = "https://mycompany.com/myapp.php?foo=1&bar=2"
    assert sign("12345", url, call.items()) == "RSOYDt4T1cUTdK1PDd93/VVr8B8="
    repeated = [
        ("Sid", "CA123"),
        ("SidAccount", "AC123"),
        ("Digits", "5678"),
        ("Digits", "1234"),
        ("Digits", "1234"),
    ]
    assert sign("12345", url, repeated) == "IK+Dwps556ElfBT0I3Rgjkr1wJU="


def _signed_samples() -> list[dict[str, Any]]:
    """The recorded forms signed with an account's token (others: answers, JSON bodies, shared keys)."""
    folder = Path(__file__).parent.parent / "payloads" / "twilio"
    samples = [json.loads(path.read_text()) for path in sorted(folder.glob("*.json"))]
    return [sample for sample in samples if sample.get("test_auth_token") and sample.get("form")]


def test_the_signatures_of_the_recorded_samples_are_met() -> None:
    samples = _signed_samples()
    assert len(samples) > 25
    for sample in samples:
        signature = sample["headers"]["X-Twilio-Signature"]
        assert sign(sample["test_auth_token"], sample["url"], sample["form"].items()) == signature


async def test_a_written_message_reaches_the_service_signed_and_whole(scene: Scene) -> None:
    marie = await scene.twilio.person("+33612345678")
    delivery = await scene.twilio.write(marie, "Bonjour 😀\nà tous")
    assert (delivery.status, delivery.attempts, delivery.body) == (200, 1, b"<Response/>")
    form = scene.listener.forms[0]
    sample = scene.sample("wa_text")["form"]
    assert set(form) == set(sample)
    assert (form["Body"], form["From"], form["To"]) == ("Bonjour 😀\nà tous", "whatsapp:+33612345678", SENDER)
    assert form["WaId"] == "33612345678"
    assert scene.is_signed(scene.twilio.deliveries[0])
    assert scene.twilio.messages[form["MessageSid"]].direction == "inbound"


async def test_a_person_without_phone_writes_under_an_opaque_id(scene: Scene) -> None:
    hidden = await scene.twilio.person(None)
    await scene.twilio.write(hidden, "bonjour")
    form = scene.listener.forms[0]
    assert form["From"] == form["ExternalUserId"] == hidden.address
    assert hidden.address.startswith("whatsapp:FR.")
    assert "WaId" not in form
    assert (await scene.create(To=hidden.address, Body="bonjour")).status_code == 201


async def test_persons_made_without_a_number_get_different_ones(scene: Scene) -> None:
    one, other = await scene.twilio.person(), await scene.twilio.person()
    assert one.phone != other.phone


@pytest.mark.parametrize("kind", ["image", "audio", "video", "document", "sticker", "contacts"])
async def test_media_can_be_fetched_with_credentials_only(
    scene: Scene, http: httpx.AsyncClient, kind: str
) -> None:
    marie = await scene.twilio.person()
    await scene.twilio.send_media(marie, kind, content=b"\x00\x01")
    form = scene.listener.forms[0]
    assert (form["NumMedia"], form["MessageType"]) == ("1", kind)
    assert form["Body"] == ("document.pdf" if kind == "document" else "")
    assert (await http.get(form["MediaUrl0"])).status_code == 401
    answer = await scene.api.get(form["MediaUrl0"], follow_redirects=True)
    assert answer.content == b"\x00\x01"
    assert answer.headers["content-type"].startswith(form["MediaContentType0"])


async def test_the_media_of_a_message_are_listed(scene: Scene) -> None:
    await scene.twilio.send_media(await scene.twilio.person(), "image")
    sid = scene.listener.forms[0]["MessageSid"]
    answer = await scene.api.get(f"/2010-04-01/Accounts/{ACCOUNT}/Messages/{sid}/Media.json")
    assert [one["content_type"] for one in answer.json()["media_list"]] == ["image/jpeg"]


async def test_a_location_has_coordinates_and_no_words(scene: Scene) -> None:
    await scene.twilio.send_media(await scene.twilio.person(), "location")
    form = scene.listener.forms[0]
    assert (form["Body"], form["NumMedia"], form["Latitude"]) == ("", "0", "48.8566")


async def test_reports_have_the_fields_of_real_ones(scene: Scene, marie: Person) -> None:
    await scene.create(To=marie.address, Body="Bonjour", StatusCallback=f"{PUBLIC}/s")
    await scene.twilio.settle()
    for form, name in zip(scene.listener.forms, ("status_sent", "status_delivered"), strict=True):
        assert set(form) == set(scene.sample(name)["form"])
    assert scene.listener.forms[0]["ChannelToAddress"] == "+3361234XXXX"
    assert scene.twilio.deliveries[-1].headers["Content-Type"].endswith("; charset=utf-8")


async def test_without_automatic_reports_the_test_decides(scene: Scene, marie: Person) -> None:
    scene.twilio.auto_report = False
    sid = (await scene.create(To=marie.address, Body="x", StatusCallback=f"{PUBLIC}/s")).json()["sid"]
    await scene.twilio.settle()
    assert scene.listener.reported() == []
    await scene.twilio.report(sid, "read")
    await scene.twilio.report(sid, "delivered")
    assert scene.listener.reported() == ["read", "delivered"]
    assert scene.twilio.messages[sid].status == "read"


@pytest.mark.parametrize(
    ("fragment", "statuses", "attempts"),
    [
        ("", [503, 200], 1),
        ("#rc=2&rp=5xx", [503, 503, 200], 3),
        ("#rc=1&rp=5xx", [503, 503, 200], 2),
        ("#rc=3&rp=ct,rt", [503, 200], 1),
        ("#rc=3&rp=all", [404, 200], 2),
    ],
)
async def test_a_webhook_is_repeated_as_its_fragment_asks_and_no_more(
    scene: Scene, fragment: str, statuses: list[int], attempts: int
) -> None:
    scene.twilio.message_url = f"{PUBLIC}/twilio/message{fragment}"
    scene.listener.statuses = list(statuses)
    delivery = await scene.twilio.write(await scene.twilio.person(), "bonjour")
    assert (delivery.attempts, delivery.status) == (attempts, statuses[attempts - 1])
    assert {attempt.url for attempt in scene.twilio.deliveries} == {f"{PUBLIC}/twilio/message"}
    assert len({attempt.headers["I-Twilio-Idempotency-Token"] for attempt in scene.twilio.deliveries}) == 1
    assert all(scene.is_signed(attempt) for attempt in scene.twilio.deliveries)


@pytest.mark.parametrize(("fragment", "attempts"), [("", 2), ("#rc=0", 1), ("#rc=4&rp=5xx", 1)])
async def test_a_connection_that_fails_is_tried_once_more_by_default(
    http: httpx.AsyncClient, fragment: str, attempts: int
) -> None:
    twilio = TwilioStandIn(
        account_sid=ACCOUNT,
        auth_token=TOKEN,
        sender=SENDER,
        http=http,
        resolve=lambda _: "http://127.0.0.1:9/",
        retry_delay=0.001,
    )
    twilio.message_url = f"{PUBLIC}/twilio/message{fragment}"
    delivery = await twilio.write(await twilio.person(), "bonjour")
    assert (delivery.status, delivery.attempts) == (None, attempts)


async def test_a_form_made_by_hand_keeps_blanks_and_repeated_fields(scene: Scene) -> None:
    fields = [
        ("From", "whatsapp:+33611111111"),
        ("To", SENDER),
        ("Body", ""),
        ("MessageSid", "SM" + "a" * 32),
    ]
    await scene.twilio.deliver([*fields, ("Extra", "2"), ("Extra", "1"), ("ProfileName", "Zoé")])
    attempt = scene.twilio.deliveries[0]
    assert scene.is_signed(attempt)
    assert ("Body", "") in attempt.content
    assert scene.twilio.messages["SM" + "a" * 32].from_ == "whatsapp:+33611111111"
    await scene.twilio.deliver(fields, f"{PUBLIC}/elsewhere?x=a%20b")
    assert scene.is_signed(scene.twilio.deliveries[1])
    assert (len(scene.twilio.messages), len(scene.twilio.persons)) == (1, 1)


async def test_closing_stops_the_reports_that_wait(scene: Scene, marie: Person) -> None:
    scene.twilio.report_delay = 60
    await scene.create(To=marie.address, Body="x", StatusCallback=f"{PUBLIC}/s")
    await scene.twilio.close()
    await asyncio.wait_for(scene.twilio.settle(), 1)
    assert scene.listener.reported() == []


async def test_whoever_watches_is_told_of_every_change(scene: Scene, marie: Person) -> None:
    seen: list[int] = []
    scene.twilio.wire.watch(lambda: seen.append(len(scene.twilio.messages)))
    await scene.twilio.write(marie, "encore")
    await scene.create(To=marie.address, Body="x")
    await scene.twilio.settle()
    assert seen[0] == 2
    assert seen[-1] == 3
