"""Twilio's own requests and answers, re-signed for our routes: what each one becomes, in one table."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

import pytest
from starlette.responses import Response
from twilio.request_validator import RequestValidator

from core.domain.channel import Address, Media
from core.domain.events import CustomerWrote, DeliveryReported, Quoted, ReportStatus
from core.jobs import CallEnding, Job, Refused, Retry, Unknown
from sandbox.wire import Fault
from tests.samples_seen import Group, saw

if TYPE_CHECKING:
    from tests.bots.conftest import WhatsAppScene

SAMPLES = Path(__file__).parent.parent / "payloads" / "twilio"
PUBLIC = "https://relais.test"
ACCOUNT = "AC00000000000000000000000000000001"
TOKEN, SHARED_SECRET = "test_auth_token_0123456789abcdef", "shared-key-secret-0123456789"
PHONE, OPAQUE = "+5511900000001", "BR.1000000000000001"
MEDIA = f"https://api.twilio.com/2010-04-01/Accounts/{ACCOUNT}/Messages"
SENT = "SM00000000000000000000000000000386"
NOT_OURS_YET = "kept aside: MalformedForm"
REFUSED = "refused: 403, and nothing kept"


def wrote(sid: str, text: str = "", *media: Media, **more: Any) -> CustomerWrote:  # noqa: ANN401 - fields
    reference = f"{'MM' if media and media[0].reference else 'SM'}{sid:0>32}"
    told: dict[str, Any] = {"name": "Cliente Teste", "phone": PHONE, "also": Address("whatsapp", OPAQUE)}
    return CustomerWrote(
        Address("whatsapp", PHONE), text=text, media=media, reference=reference, **told | more
    )


def link(message: str, media: str) -> str:
    return f"{MEDIA}/MM{message:0>32}/Media/ME{media:0>32}"


def told(status: ReportStatus, *why: str) -> DeliveryReported:
    return DeliveryReported(status, "7f1c2a", SENT, *why)


HIDDEN = CustomerWrote(Address("whatsapp", OPAQUE), "Cliente Teste", "oi", reference=f"SM{3:0>32}")
FACTURA = "Olá! Preciso de ajuda com a fatura 😀\nsegunda linha"
PDF = Media("document", "contrato_assinado.pdf", "application/pdf", reference=link("7", "46"))
PHOTO = Media("image", "", "image/jpeg", reference=link("6", "3c"))
CLUB = Media("location", detail="The Harrow Club, 187 Freston Road, London")
SMS = DeliveryReported(ReportStatus.DELIVERED, "9", f"SM{'3c':0>32}")

TABLE: dict[str, object] = {
    # What a customer does.
    "wa_text": wrote("1", FACTURA),
    "wa_same_sid_again": wrote("1", FACTURA),
    "wa_text_blank_profile": wrote("2", "oi", name=""),
    "wa_text_bsuid_only": HIDDEN,
    "wa_text_sharedkey_sha256": wrote("1", "oi"),
    "wa_message_with_query_in_url": wrote("f", "oi"),
    "wa_fallback_url_call": wrote("e", "oi"),
    "wa_stop": wrote("d", "STOP"),
    "wa_reply_to": wrote("c", "essa aqui", quoted=Quoted(SENT)),
    "wa_button_reply": wrote("4", "Confirmar"),
    "wa_list_reply": wrote("5", "Financeiro"),
    "wa_image_caption": wrote("6", "veja a foto", PHOTO),
    "wa_voice_note": wrote("8", "", Media("voice", "", "audio/ogg", reference=link("8", "50"))),
    "wa_document_no_caption": wrote("7", "", PDF),
    "wa_contact_vcard": wrote("b", "", Media("contact", "", "text/vcard", reference=link("b", "6e"))),
    "wa_location": wrote("9", "", Media("location", detail="-23.5505199, -46.6333094")),
    "wa_location_labelled": wrote("a", "", CLUB),
    # What became of a message of ours.
    "status_sent": told(ReportStatus.SENT),
    "status_delivered": told(ReportStatus.DELIVERED),
    "status_delivered_after_read": told(ReportStatus.DELIVERED),
    "status_read": told(ReportStatus.READ),
    "status_failed_63016": told(ReportStatus.FAILED, "refused.window", "63016"),
    "status_failed_63018": told(ReportStatus.FAILED, "refused.flooded", "63018"),
    "status_undelivered_63024": told(ReportStatus.FAILED, "refused.no_account", "63024"),
    "sms_status_delivered": SMS,  # of no row of ours: the desk ignores it
    # Other channels of Twilio, not ours yet.
    "sms_inbound": NOT_OURS_YET,
    "mms_inbound": NOT_OURS_YET,
    "messenger_inbound": NOT_OURS_YET,
    "voice_incoming": NOT_OURS_YET,
    "voice_gather_speech": NOT_OURS_YET,
    "voice_status_completed": NOT_OURS_YET,
    "json_bodysha256": REFUSED,  # events as JSON: nothing of ours asks for them
    # What the API answers when we send.
    "rest_messages_create_201": SENT,
    "rest_error_400_21610": Refused("refused.opted_out", "21610"),
    "rest_error_400_21617": Refused("refused.too_long", "21617"),
    "rest_error_400_21656": Refused("refused.content", "21656"),
    "rest_error_401_20003": Retry("credentials refused", after=60.0, reason="refused.credentials"),
    "rest_error_429_20429": Retry("too many requests", blocks="whatsapp:sender"),
    "rest_error_503_html": Unknown("answered 503"),
}  # fmt: skip


def sample(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((SAMPLES / f"{name}.json").read_text(encoding="utf-8"))
    return found


def signed(path: str, form: dict[str, str]) -> dict[str, str]:
    return {"X-Twilio-Signature": RequestValidator(TOKEN).compute_signature(PUBLIC + path, form)}


def headers_of(found: dict[str, Any], path: str) -> dict[str, str]:
    """The sample's own headers, with a signature for our address."""
    headers: dict[str, str] = dict(found["headers"])
    settings = headers.get("X-Twilio-Webhooks-Signature-Settings", "")
    if not settings:
        return headers | signed(path, found.get("form", {}))
    algorithm = settings.rpartition("=")[2]
    signature = RequestValidator(SHARED_SECRET).compute_signature(PUBLIC + path, found["form"], algorithm)
    return headers | {"X-Twilio-Signature": signature}


async def became(scene: WhatsAppScene, name: str, new_job: Callable[..., Job]) -> object:
    """Replay one sample over HTTP; what came of it."""
    found = sample(name)
    if "status" in found:
        return await answered(scene, found, new_job({"to": PHONE, "text": "Olá"}))
    query = urlsplit(found["url"]).query
    route = "/twilio/status" if "/status" in found["url"] else "/twilio/message"
    path = f"{route}?{query}" if query else route
    body = found.get("raw_body") or urlencode(found["form"])
    answer = await scene.post(path, body, headers_of(found, path))
    if answer.status_code == 403:
        assert (scene.desk.heard, scene.desk.kept) == ([], [])
        return REFUSED
    assert (answer.status_code, answer.text[-11:]) == (200, "<Response/>")
    if scene.desk.kept:
        [kept] = scene.desk.kept
        assert (kept["source"], kept["body"]) == ("twilio/message", body.encode())
        return f"kept aside: {kept['error']}"
    [event] = scene.desk.events
    return event


async def answered(scene: WhatsAppScene, found: dict[str, Any], job: Job) -> object:
    body = found["body"] if isinstance(found["body"], str) else json.dumps(found["body"])
    answer = Response(body, found["status"], {"Content-Type": "application/json"} | found["headers"])
    scene.twilio.wire.plan("messages.create", Fault(answer=answer))
    try:
        return await scene.door.carry(job)
    except CallEnding as ending:
        return ending


def comparable(what: object) -> object:
    """An ending as all that it holds; anything else as it is."""
    return (type(what), vars(what), str(what)) if isinstance(what, CallEnding) else what


def test_every_sample_has_its_row() -> None:
    assert {path.stem for path in SAMPLES.glob("*.json")} == TABLE.keys()


@pytest.mark.parametrize("name", sorted(TABLE))
async def test_every_sample_becomes_what_its_row_says(
    whatsapp: WhatsAppScene,
    job: Callable[..., Job],
    record_property: Callable[[str, object], None],
    name: str,
) -> None:
    seen, expected = comparable(await became(whatsapp, name, job)), comparable(TABLE[name])
    if "status" in sample(name):
        saw(record_property, Group.TWILIO_ANSWERS, name, as_expected=seen == expected)
    assert seen == expected


@pytest.mark.parametrize("name", ["wa_text", "wa_button_reply", "wa_fallback_url_call"])
async def test_the_key_of_a_message_is_twilios_own_id_for_it(whatsapp: WhatsAppScene, name: str) -> None:
    form = sample(name)["form"]
    for _ in range(2):
        await whatsapp.post("/twilio/message", urlencode(form), signed("/twilio/message", form))
    [(_, key, source)] = whatsapp.desk.heard
    assert key == f"twilio:{ACCOUNT}:{form['From']}:{form['MessageSid']}"
    assert (source.name, source.body) == ("twilio/message", urlencode(form).encode())


async def test_the_key_of_a_report_holds_its_status_and_its_code(whatsapp: WhatsAppScene) -> None:
    form = sample("status_failed_63016")["form"]
    path = "/twilio/status?oid=7f1c2a"
    headers = signed(path, form) | {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}
    for _ in range(2):
        assert (await whatsapp.post(path, urlencode(form), headers)).status_code == 200
    [(_, key, source)] = whatsapp.desk.heard
    assert (key, source.name) == (f"twilio-status:{ACCOUNT}:{SENT}:failed:63016", "twilio/status")


async def test_the_samples_own_signatures_are_not_valid_for_our_address(whatsapp: WhatsAppScene) -> None:
    found = sample("wa_text")
    answer = await whatsapp.post("/twilio/message", found["raw_body"], found["headers"])
    assert answer.status_code == 403
    assert whatsapp.desk.heard == []


@pytest.mark.parametrize("status", ["queued", "sending", "accepted", "canceled", "a_new_one"])
async def test_a_status_that_is_no_news_is_answered_and_passed_over(
    whatsapp: WhatsAppScene, status: str
) -> None:
    form = sample("status_sent")["form"] | {"MessageStatus": status}
    path = "/twilio/status?oid=x"
    answer = await whatsapp.post(path, urlencode(form), signed(path, form))
    assert answer.status_code == 200
    assert (whatsapp.desk.heard, whatsapp.desk.kept) == ([], [])
