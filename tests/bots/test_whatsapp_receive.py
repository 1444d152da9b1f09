"""What reaches the WhatsApp door over HTTP: genuine or not, readable or not, store up or down."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pytest
from twilio.request_validator import RequestValidator

from bots.twilio_forms import read_fields
from bots.web import LARGEST_FORM
from core.desk import Outcome
from core.domain.channel import Address, Media
from core.domain.events import CustomerWrote, DeliveryReported, ReportStatus

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.bots.conftest import WhatsAppScene

PUBLIC = "https://relais.test"
ACCOUNT = "AC00000000000000000000000000000001"
AUTH_TOKEN = "test_auth_token_0123456789abcdef"
MESSAGE = "/twilio/message"
FORM = {
    "MessageSid": "SM1",
    "AccountSid": ACCOUNT,
    "From": "whatsapp:+33612345678",
    "To": "whatsapp:+14155238886",
    "Body": "mon colis fuyant",
    "MessageType": "text",
    "ProfileName": "Marie",
    "Blank": "",
}


def sign(path: str, form: dict[str, str], token: str = AUTH_TOKEN, public: str = PUBLIC) -> dict[str, str]:
    signature: str = RequestValidator(token).compute_signature(public + path, form)
    return {"X-Twilio-Signature": signature}


PLACE = Media("location", detail="1, 2")


async def send(scene: WhatsAppScene, **fields: str) -> CustomerWrote:
    """Post a genuine form, and return what the desk heard of it."""
    form = FORM | fields
    answer = await scene.post(MESSAGE, urlencode(form), sign(MESSAGE, form))
    assert answer.status_code == 200
    event = scene.desk.events[-1]
    assert isinstance(event, CustomerWrote)
    return event


async def test_what_a_person_types_and_sends_reaches_the_desk(whatsapp: WhatsAppScene) -> None:
    marie = await whatsapp.twilio.person("+33612345678", "Marie Dupont")
    delivery = await whatsapp.twilio.write(marie, "bonjour")
    assert (delivery.status, delivery.attempts) == (200, 1)
    await whatsapp.twilio.send_media(marie, "document", file_name="Facture mars 2026.pdf")
    written, sent = whatsapp.desk.events
    phone = "+33612345678"
    assert isinstance(written, CustomerWrote)
    assert isinstance(sent, CustomerWrote)
    assert written == CustomerWrote(
        Address("whatsapp", phone),
        "Marie Dupont",
        "bonjour",
        phone=phone,
        reference=written.reference,
        also=Address("whatsapp", marie.user_id),
    )
    assert written.reference in whatsapp.twilio.messages
    assert (sent.text, sent.media[0].name) == ("", "Facture mars 2026.pdf")
    assert whatsapp.door.last_contact == whatsapp.clock.now()


async def test_an_opaque_address_is_no_phone_number(whatsapp: WhatsAppScene) -> None:
    hidden = await whatsapp.twilio.person(None, user_id="FR.ENT." + "a" * 128)
    await whatsapp.twilio.write(hidden, "bonjour")
    [event] = whatsapp.desk.events
    assert isinstance(event, CustomerWrote)
    assert (event.address.external_id, event.phone) == ("FR.ENT." + "a" * 128, "")


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-Twilio-Signature": ""},
        {"X-Twilio-Signature": "é"},
        {"X-Twilio-Signature": "AAAA"},
        sign(MESSAGE, FORM, token="another-token"),
        sign(MESSAGE, FORM, public="http://relais.test"),
        sign(MESSAGE, FORM, public="https://RELAIS.test"),
        sign(f"{MESSAGE}?a=1", FORM),
        sign("/twilio/status", FORM),
        sign(MESSAGE, {name: value for name, value in FORM.items() if value}),
        sign(MESSAGE, FORM) | {"Content-Type": "application/json"},
        sign(MESSAGE, FORM) | {"Content-Type": "multipart/form-data; boundary=x"},
        sign(MESSAGE, FORM, public="https://evil.test") | {"Host": "evil.test"},
        sign(MESSAGE, FORM, public="https://evil.test") | {"X-Forwarded-Host": "evil.test"},
    ],
)
async def test_a_request_that_twilio_did_not_sign_is_refused_and_leaves_no_trace(
    whatsapp: WhatsAppScene, headers: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    encoded = {name.encode(): value.encode() for name, value in headers.items()}
    content_type = {b"Content-Type": b"application/x-www-form-urlencoded"}
    answer = await whatsapp.web.post(MESSAGE, content=urlencode(FORM), headers=content_type | encoded)
    assert (answer.status_code, answer.content) == (403, b"")
    assert (whatsapp.desk.heard, whatsapp.desk.kept) == ([], [])
    assert whatsapp.door.last_contact is None
    assert "colis" not in caplog.text


@pytest.mark.parametrize("body", [b"\xff\xfe", b"&".join(b"a%d=1" % n for n in range(501))])
async def test_a_body_that_is_no_form_of_twilio_is_refused(whatsapp: WhatsAppScene, body: bytes) -> None:
    answer = await whatsapp.post(MESSAGE, body, sign(MESSAGE, {}))
    assert answer.status_code == 403


async def test_a_form_with_a_field_twice_and_one_blank_is_genuine(whatsapp: WhatsAppScene) -> None:
    twice = "&".join((urlencode(FORM), "Tag=b", "Tag=a", "Empty="))
    # As the platform does it: names sorted, and the values of a repeated name sorted too.
    everything = sorted([*FORM.items(), ("Tag", "a"), ("Tag", "b"), ("Empty", "")])
    signed_over = f"{PUBLIC}{MESSAGE}" + "".join(name + value for name, value in everything)
    headers = {"X-Twilio-Signature": RequestValidator(AUTH_TOKEN).compute_signature(signed_over, {})}
    answer = await whatsapp.post(MESSAGE, twice, headers)
    assert (answer.status_code, len(whatsapp.desk.heard)) == (200, 1)


async def test_the_address_is_signed_as_it_was_written(whatsapp: WhatsAppScene) -> None:
    path = f"{MESSAGE}?b=%20x&a=%C3%A9"
    answer = await whatsapp.post(path, urlencode(FORM), sign(path, FORM))
    assert (answer.status_code, len(whatsapp.desk.heard)) == (200, 1)


async def test_the_longest_message_is_taken_and_64_kib_are_not(whatsapp: WhatsAppScene) -> None:
    longest = FORM | {"Body": "\U0001f600" * 4096}
    answer = await whatsapp.post(MESSAGE, urlencode(longest), sign(MESSAGE, longest))
    assert (answer.status_code, len(whatsapp.desk.heard)) == (200, 1)
    longer = FORM | {"Filler": "x" * LARGEST_FORM}
    answer = await whatsapp.post(MESSAGE, urlencode(longer), sign(MESSAGE, longer))
    assert (answer.status_code, len(whatsapp.desk.heard)) == (413, 1)


@pytest.mark.parametrize("path", [MESSAGE, "/twilio/status"])
async def test_of_a_form_without_end_64_kib_are_held_and_nothing_is_parsed(
    whatsapp: WhatsAppScene, path: str
) -> None:
    came = 0

    async def without_end() -> AsyncIterator[bytes]:
        nonlocal came
        while True:
            came += 4096
            yield b"a" * 4096

    parsed = read_fields.cache_info().misses
    headers = sign(path, FORM) | {"Content-Type": "application/x-www-form-urlencoded"}
    answer = await whatsapp.web.post(path, content=without_end(), headers=headers)
    assert (answer.status_code, came) == (413, LARGEST_FORM + 4096)
    assert read_fields.cache_info().misses == parsed


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"AccountSid": "AC" + "9" * 32}, "ForeignAccount"),
        ({"AccountSid": ""}, "MalformedForm"),
        ({"MessageSid": ""}, "MalformedForm"),
        ({"From": "whatsapp:"}, "MalformedForm"),
        ({"From": "+33612345678"}, "MalformedForm"),
        ({"From": "whatsapp:FR. 1"}, "MalformedForm"),
        ({"From": "whatsapp:FR." + "1" * 160}, "MalformedForm"),
    ],
)
async def test_a_genuine_form_that_cannot_be_read_is_kept_and_answered(
    whatsapp: WhatsAppScene, change: dict[str, str], error: str
) -> None:
    form = FORM | change
    keys = []
    for _ in range(2):
        answer = await whatsapp.post(MESSAGE, urlencode(form), sign(MESSAGE, form))
        assert (answer.status_code, answer.text[-11:]) == (200, "<Response/>")
        keys.append(whatsapp.desk.kept[-1]["key"])
    assert whatsapp.desk.kept[0]["error"] == error
    assert keys[0] == keys[1]
    assert whatsapp.desk.heard == []


@pytest.mark.parametrize("form", [FORM, FORM | {"AccountSid": "AC1"}])
async def test_while_the_store_is_down_twilio_is_asked_to_come_again(
    whatsapp: WhatsAppScene, form: dict[str, str]
) -> None:
    whatsapp.desk.is_down = True
    answer = await whatsapp.post(MESSAGE, urlencode(form), sign(MESSAGE, form))
    assert (answer.status_code, answer.headers["retry-after"], answer.content) == (503, "1", b"")
    whatsapp.desk.is_down = False
    assert (await whatsapp.post(MESSAGE, urlencode(form), sign(MESSAGE, form))).status_code == 200


@pytest.mark.parametrize(
    ("fields", "text", "media"),
    [
        ({"MessageType": "reaction", "Body": ""}, "", [Media("other")]),
        ({"MessageType": "order", "Body": "deux"}, "deux", [Media("other")]),
        ({"MessageType": "", "Body": "oui"}, "oui", []),
        ({"MessageType": "", "Body": ""}, "", [Media("other")]),
        ({"MessageType": "", "Body": "", "Latitude": "1", "Longitude": "2"}, "", [PLACE]),
        ({"MessageType": "interactive", "Body": "x", "ButtonText": "Oui", "ButtonPayload": "y"}, "Oui", []),
    ],
)  # fmt: skip
async def test_kinds_without_a_file(
    whatsapp: WhatsAppScene, fields: dict[str, str], text: str, media: list[Media]
) -> None:
    event = await send(whatsapp, **fields)
    assert (event.text, list(event.media)) == (text, media)


@pytest.mark.parametrize(
    ("message_type", "content_type", "kind"),
    [
        ("image", "image/jpeg", "image"),
        ("sticker", "image/webp", "sticker"),
        ("video", "video/mp4", "video"),
        ("audio", "audio/mpeg", "audio"),
        ("audio", "audio/ogg; codecs=opus", "voice"),
        ("contacts", "text/vcard", "contact"),
        ("document", "image/jpeg", "document"),
        ("", "image/webp", "sticker"),
        ("", "image/png", "image"),
        ("", "audio/ogg", "voice"),
        ("", "audio/amr", "audio"),
        ("", "text/x-vcard", "contact"),
        ("", "application/pdf", "document"),
        ("", "", "document"),
        ("something_new", "video/mp4", "video"),
    ],
)
async def test_the_kind_of_a_file_is_told_by_the_message_or_by_its_content(
    whatsapp: WhatsAppScene, message_type: str, content_type: str, kind: str
) -> None:
    fields = {"MessageType": message_type, "MediaUrl0": "https://api.twilio.com/m", "Body": ""}
    event = await send(whatsapp, **fields, MediaContentType0=content_type)
    media_type = content_type.partition(";")[0]
    assert event.media == (Media(kind, "", media_type, reference="https://api.twilio.com/m"),)


@pytest.mark.parametrize(
    ("body", "name"),
    [
        ("contrat.pdf", "contrat.pdf"),
        ("Facture mars 2026.PDF", "Facture mars 2026.PDF"),
        ("scan.p7m", "scan.p7m"),
        ("Voici ma facture", ""),
        ("Bonjour, voici le contrat.Merci", ""),
        ("Voici.\ncontrat.pdf", ""),
        ("", ""),
    ],
)
async def test_the_body_of_a_document_is_its_name_or_words(
    whatsapp: WhatsAppScene, body: str, name: str
) -> None:
    fields = {"MessageType": "document", "MediaUrl0": "u", "MediaContentType0": "application/pdf"}
    event = await send(whatsapp, **fields, Body=body)
    assert (event.media[0].name, event.text) == (name, "" if name else body)


async def test_a_picture_keeps_its_caption_even_if_it_looks_like_a_file_name(whatsapp: WhatsAppScene) -> None:
    fields = {"MessageType": "image", "MediaUrl0": "u", "MediaContentType0": "image/png"}
    event = await send(whatsapp, **fields, Body="logo.png")
    assert (event.media[0].name, event.text) == ("", "logo.png")


async def test_a_quarantined_message_can_be_heard_again(whatsapp: WhatsAppScene) -> None:
    await send(whatsapp)
    [(event, key, source)] = whatsapp.desk.heard
    whatsapp.desk.heard.clear()
    assert source.body is not None
    heard = await whatsapp.door.replay(source.body)
    assert heard is not None
    assert heard.outcome is Outcome.DONE
    assert [(one, its_key) for one, its_key, _ in whatsapp.desk.heard] == [(event, key)]


async def test_a_quarantined_report_is_heard_again_with_its_outbox_id(whatsapp: WhatsAppScene) -> None:
    form = {"MessageSid": "SM9", "AccountSid": ACCOUNT, "MessageStatus": "failed", "ErrorCode": "63016"}
    path = "/twilio/status?oid=01J%26A"
    await whatsapp.post(path, urlencode(form), sign(path, form))
    body = whatsapp.desk.heard.pop()[2].body
    assert body is not None
    await whatsapp.door.replay(body)
    expected = DeliveryReported(ReportStatus.FAILED, "01J&A", "SM9", "refused.window", "63016")
    assert whatsapp.desk.events == [expected]


@pytest.mark.parametrize(
    "body", [b"", b"\xff", b"MessageStatus=sent", urlencode(FORM | {"From": ""}).encode()]
)
async def test_what_still_cannot_be_read_stays_where_it_is(whatsapp: WhatsAppScene, body: bytes) -> None:
    assert await whatsapp.door.replay(body) is None
    assert (whatsapp.desk.heard, whatsapp.desk.kept) == ([], [])
