"""Twilio's own requests, signed anew for our routes: what each one becomes, or why it is kept aside."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pytest
from twilio.request_validator import RequestValidator

from core.domain.channel import Address, Media
from core.domain.events import CustomerWrote, DeliveryReported, ReportStatus

if TYPE_CHECKING:
    from tests.bots.conftest import WhatsAppScene

SAMPLES = Path(__file__).parent.parent / "payloads" / "twilio"
PUBLIC = "https://relais.test"
ACCOUNT = "AC00000000000000000000000000000001"
PHONE = "+5511900000001"
MEDIA = f"https://api.twilio.com/2010-04-01/Accounts/{ACCOUNT}/Messages"
SENT = "SM00000000000000000000000000000386"


def wrote(text: str = "", *media: Media, name: str = "Cliente Teste") -> CustomerWrote:
    return CustomerWrote(Address("whatsapp", PHONE), name, text, media, phone=PHONE)


def link(message: str, media: str) -> str:
    return f"{MEDIA}/MM{message:0>32}/Media/ME{media:0>32}"


MESSAGES = {
    "wa_text": wrote("Olá! Preciso de ajuda com a fatura 😀\nsegunda linha"),
    "wa_same_sid_again": wrote("Olá! Preciso de ajuda com a fatura 😀\nsegunda linha"),
    "wa_text_blank_profile": wrote("oi", name=""),
    "wa_text_sharedkey_sha256": wrote("oi"),
    "wa_text_bsuid_only": CustomerWrote(
        Address("whatsapp", "BR.1000000000000001"), "Cliente Teste", "oi", phone=""
    ),
    "wa_message_with_query_in_url": wrote("oi"),
    "wa_fallback_url_call": wrote("oi"),
    "wa_stop": wrote("STOP"),
    "wa_reply_to": wrote("essa aqui"),
    "wa_button_reply": wrote("Confirmar"),
    "wa_list_reply": wrote("Financeiro"),
    "wa_image_caption": wrote("veja a foto", Media("image", "", "image/jpeg", reference=link("6", "3c"))),
    "wa_voice_note": wrote("", Media("voice", "", "audio/ogg", reference=link("8", "50"))),
    "wa_document_no_caption": wrote(
        "", Media("document", "contrato_assinado.pdf", "application/pdf", reference=link("7", "46"))
    ),
    "wa_contact_vcard": wrote("", Media("contact", "", "text/vcard", reference=link("b", "6e"))),
    "wa_location": wrote("", Media("location", detail="-23.5505199, -46.6333094")),
    "wa_location_labelled": wrote("", Media("location", detail="The Harrow Club, 187 Freston Road, London")),
}
STATUSES = {
    "status_sent": DeliveryReported(ReportStatus.SENT, "7f1c2a", SENT),
    "status_delivered": DeliveryReported(ReportStatus.DELIVERED, "7f1c2a", SENT),
    "status_delivered_after_read": DeliveryReported(ReportStatus.DELIVERED, "7f1c2a", SENT),
    "status_read": DeliveryReported(ReportStatus.READ, "7f1c2a", SENT),
    "status_failed_63016": DeliveryReported(ReportStatus.FAILED, "7f1c2a", SENT, "refused.window", "63016"),
    "status_failed_63018": DeliveryReported(ReportStatus.FAILED, "7f1c2a", SENT, "refused.other", "63018"),
    "status_undelivered_63024": DeliveryReported(
        ReportStatus.FAILED, "7f1c2a", SENT, "refused.no_account", "63024"
    ),
    "sms_status_delivered": DeliveryReported(
        ReportStatus.DELIVERED, "9", "SM0000000000000000000000000000003c"
    ),
}
KEPT_ASIDE = {
    "messenger_inbound": "MalformedForm",
    "mms_inbound": "MalformedForm",
    "sms_inbound": "MalformedForm",
    "voice_gather_speech": "MalformedForm",
    "voice_incoming": "MalformedForm",
    "voice_status_completed": "MalformedForm",
}


def form_of(name: str) -> dict[str, str]:
    sample: dict[str, Any] = json.loads((SAMPLES / f"{name}.json").read_text(encoding="utf-8"))
    form: dict[str, str] = sample["form"]
    return form


def signed(path: str, form: dict[str, str]) -> dict[str, str]:
    validator = RequestValidator("test_auth_token_0123456789abcdef")
    signature: str = validator.compute_signature(PUBLIC + path, form)
    return {"X-Twilio-Signature": signature}


def test_every_sample_of_a_form_has_its_row() -> None:
    known = {path.stem for path in SAMPLES.glob("*.json") if "form" in json.loads(path.read_text())}
    assert known == MESSAGES.keys() | STATUSES.keys() | KEPT_ASIDE.keys()


@pytest.mark.parametrize("name", sorted(MESSAGES))
async def test_a_message_becomes_the_words_of_a_customer(whatsapp: WhatsAppScene, name: str) -> None:
    form = form_of(name)
    body = urlencode(form)
    answer = await whatsapp.post("/twilio/message", body, signed("/twilio/message", form))
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/xml")
    assert answer.text == '<?xml version="1.0" encoding="UTF-8"?><Response/>'
    [(event, key, source)] = whatsapp.desk.heard
    assert event == MESSAGES[name]
    assert key == f"twilio:{ACCOUNT}:{form['From']}:{form['MessageSid']}"
    assert (source.name, source.body) == ("twilio/message", body.encode())


@pytest.mark.parametrize("name", sorted(STATUSES))
async def test_a_status_becomes_a_report(whatsapp: WhatsAppScene, name: str) -> None:
    form = form_of(name)
    path = f"/twilio/status?oid={STATUSES[name].outbox_id}"
    headers = signed(path, form) | {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}
    answer = await whatsapp.post(path, urlencode(form), headers)
    assert answer.status_code == 200
    [(event, key, source)] = whatsapp.desk.heard
    assert event == STATUSES[name]
    expected = (form["MessageSid"], form["MessageStatus"], form.get("ErrorCode", ""))
    assert key == ":".join(("twilio-status", ACCOUNT, *expected))
    assert source.name == "twilio/status"


@pytest.mark.parametrize("name", sorted(KEPT_ASIDE))
async def test_what_is_no_whatsapp_message_is_kept_aside_and_answered(
    whatsapp: WhatsAppScene, name: str
) -> None:
    form = form_of(name)
    body = urlencode(form)
    answer = await whatsapp.post("/twilio/message", body, signed("/twilio/message", form))
    assert (answer.status_code, answer.text[-11:]) == (200, "<Response/>")
    [kept] = whatsapp.desk.kept
    assert (kept["source"], kept["error"], kept["body"]) == (
        "twilio/message",
        KEPT_ASIDE[name],
        body.encode(),
    )
    assert whatsapp.desk.heard == []


async def test_the_samples_own_signatures_are_not_valid_for_our_address(whatsapp: WhatsAppScene) -> None:
    sample = json.loads((SAMPLES / "wa_text.json").read_text(encoding="utf-8"))
    answer = await whatsapp.post("/twilio/message", sample["raw_body"], sample["headers"])
    assert answer.status_code == 403
    assert whatsapp.desk.heard == []


@pytest.mark.parametrize("status", ["queued", "sending", "accepted", "canceled", "a_new_one"])
async def test_a_status_that_is_no_news_is_answered_and_passed_over(
    whatsapp: WhatsAppScene, status: str
) -> None:
    form = form_of("status_sent") | {"MessageStatus": status}
    path = "/twilio/status?oid=x"
    answer = await whatsapp.post(path, urlencode(form), signed(path, form))
    assert answer.status_code == 200
    assert (whatsapp.desk.heard, whatsapp.desk.kept) == ([], [])
