"""Every sample that Twilio and Telegram send, re-signed for one town, through real HTTP and in this order.

The table is the record: the status that was answered, and what the journal gained. What is heard twice gains
nothing anywhere.
"""

import json
import re
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
from twilio.request_validator import RequestValidator

from bots.telegram import Telegram as Bot
from sandbox.telegram import Chat
from settings import Secret
from tests.samples_seen import Group, saw
from tests.stories.forged import Forged, telegram
from tests.stories.town import PUBLIC, Town, shipped_rules

PAYLOADS = Path(__file__).parents[1] / "payloads"
KEY, KEY_SECRET = "webhooks_sharedkey_01test", "shared-key-secret-0123456789"
SENT = "SM00000000000000000000000000000386"
OURS = {
    "AC00000000000000000000000000000001": "AC" + "1" * 32,
    "whatsapp:+14155238886": "whatsapp:+33700000001",
}
"""The account and the sender of Twilio's samples, and the town's."""
ANA = 1111111
NOISE = {"Delivered", "TimerRang"}
FAILED_CALL = "wa_fallback_url_call, the call that failed"
Row = tuple[int, str]
Record = Callable[[str, object], None]

WROTE: Row = (200, "CustomerWrote")
AGAIN: Row = (200, "heard already")
ASIDE: Row = (200, "quarantine: MalformedForm")
NOT_GENUINE: Row = (403, "refused")

TWILIO: dict[str, Row] = {
    "wa_text": WROTE,
    "wa_same_sid_again": AGAIN,
    "wa_text_sharedkey_sha256": AGAIN,  # of the same id, under the shared key
    "wa_text_blank_profile": WROTE,
    "wa_text_bsuid_only": WROTE,
    "wa_message_with_query_in_url": WROTE,
    FAILED_CALL: WROTE,
    "wa_fallback_url_call": AGAIN,
    "wa_stop": WROTE,
    "wa_reply_to": WROTE,
    "wa_button_reply": WROTE,
    "wa_list_reply": WROTE,
    "wa_image_caption": WROTE,
    "wa_voice_note": WROTE,
    "wa_document_no_caption": WROTE,
    "wa_contact_vcard": WROTE,
    "wa_location": WROTE,
    "wa_location_labelled": WROTE,
    "status_sent": (200, "DeliveryReported, the message is sent"),
    "status_delivered": (200, "DeliveryReported, the message is delivered"),
    "status_read": (200, "DeliveryReported, the message is read"),
    "status_delivered_after_read": (200, "heard already, the message is read"),
    "status_failed_63016": (200, "DeliveryReported, the message is read"),
    "status_failed_63018": (200, "DeliveryReported, the message is read"),
    "status_undelivered_63024": (200, "DeliveryReported, the message is read"),
    "sms_status_delivered": (200, "DeliveryReported, the message is read"),
    "sms_inbound": ASIDE,
    "mms_inbound": ASIDE,
    "messenger_inbound": ASIDE,
    "voice_incoming": ASIDE,
    "voice_gather_speech": ASIDE,
    "voice_status_completed": ASIDE,
    "json_bodysha256": NOT_GENUINE,
}
TELEGRAM: dict[str, Row] = {
    "text": WROTE,
    "text, again": AGAIN,
    "start_deep_link": WROTE,
    "command_with_bot_name": WROTE,
    "bot_command_localized_user": WROTE,
    "reply_to_bot": WROTE,
    "forwarded": WROTE,
    "edited_message": (200, "CustomerEdited"),
    "edited_message, again": AGAIN,
    "message_reaction": (200, "CustomerReacted"),
    "callback_query": WROTE,
    "callback_query, again": AGAIN,
    "callback_query_inaccessible": WROTE,
    "callback_query_unknown_data": WROTE,
    "contact_own": WROTE,
    "contact_of_someone_else": WROTE,
    "contact_without_user_id": WROTE,
    "photo_caption": WROTE,
    "album_1": WROTE,
    "album_2": WROTE,
    "document": WROTE,
    "voice": WROTE,
    "location": WROTE,
    "sticker": WROTE,
    "my_chat_member_blocked": (200, "CustomerLeft"),
    "my_chat_member_unblocked": (200, "CustomerReturned"),
    "group_message": (200, "passed: message.group"),
    "group_migrated": (200, "passed: message.group.migrated"),
    "business_message": (200, "passed: business_message"),
    "unknown_future_update": (200, "passed: brand_new_kind"),
}


@pytest.fixture
async def keyed(tmp_path: Path) -> AsyncIterator[Town]:
    """A town whose Twilio also signs with a shared key, and where nothing is reported by itself."""
    built = Town(shipped_rules(), tmp_path)
    await built.open_platforms()
    built.twilio.auto_report = False
    twilio = built.settings.twilio
    assert twilio is not None
    shared = replace(twilio, shared_key=KEY, shared_key_secret=Secret(KEY_SECRET))
    built.settings = replace(built.settings, twilio=shared)
    await built.open_service()
    yield built
    await built.close()


def sample(platform: str, name: str) -> dict[str, Any]:
    """The file of a row: what follows a comma says which playing of it this is."""
    path = PAYLOADS / platform / f"{name.partition(',')[0]}.json"
    found: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return found


class Player:
    """Plays samples in one town."""

    def __init__(self, place: Town) -> None:
        self.place = place
        self.known: set[str] = set()

    async def play(self, request: Forged) -> Row:
        """Post one, and look at what was gained; what is heard already must leave every table as it was."""
        before, repeats, passed = await self.place.counts(), await self._repeats(), self._passed()
        answer = await request.post(self.place)
        await self.place.settle()
        gained = await self._gained() or [f"passed: {kind}" for kind in self._passed() - passed]
        if await self._repeats() > repeats:
            gained.append("heard already")
        if answer.status_code == 403:
            gained.append("refused")
        if gained in (["heard already"], ["refused"]):
            assert await self.place.counts() == before
        return answer.status_code, " and ".join(gained)

    async def _gained(self) -> list[str]:
        journal = await self.place.rows("SELECT key, kind AS told FROM journal")
        aside = await self.place.rows("SELECT id AS key, 'quarantine: ' || error AS told FROM quarantine")
        new = [row for row in (*journal, *aside) if row["key"] not in self.known]
        self.known |= {row["key"] for row in new}
        return [row["told"] for row in new if row["told"] not in NOISE]

    async def _repeats(self) -> float:
        """How many events were heard before."""
        page = (await self.place.http.get(f"{self.place.url}/metrics")).text
        told = re.findall(r'^relais_events_total{.*outcome="duplicate"} (.+)$', page, re.MULTILINE)
        return sum(map(float, told))

    def _passed(self) -> Counter[str]:
        """Updates that were for nobody here."""
        door = self.place.service.bots["telegram"]
        assert isinstance(door, Bot)
        return Counter(door.passed)


async def twilio_request(place: Town, name: str) -> Forged:
    """A sample of Twilio as it would come to the town, about the town's first answer."""
    found = sample("twilio", name)
    ours = OURS | {SENT: (await first_answer(place))["reference"] or SENT}
    form = {field: _renamed(value, ours) for field, value in found.get("form", {}).items()}
    if name == FAILED_CALL:
        form = {field: value for field, value in form.items() if not field.startswith("Error")}
    route = "/twilio/status" if "/status" in found["url"] else "/twilio/message"
    query = urlsplit(found["url"]).query.replace("oid=7f1c2a", f"oid={(await first_answer(place))['id']}")
    path = f"{route}?{query}" if query else route
    body = urlencode(form) if form else found["raw_body"]
    return Forged(path, body.encode(), found["headers"] | _signature(found["headers"], path, form))


def _renamed(text: str, names: dict[str, str]) -> str:
    for theirs, ours in names.items():
        text = text.replace(theirs, ours)
    return text


def _signature(headers: dict[str, str], path: str, form: dict[str, str]) -> dict[str, str]:
    """Under the token, or under the shared key where the sample's own headers name one."""
    algorithm = headers.get("X-Twilio-Webhooks-Signature-Settings", "").rpartition("=")[2]
    if algorithm:
        signed = RequestValidator(KEY_SECRET).compute_signature(PUBLIC + path, form, algorithm)
    else:
        signed = RequestValidator("a" * 32).compute_signature(PUBLIC + path, form)
    return {"X-Twilio-Signature": signed}


async def first_answer(place: Town) -> dict[str, Any]:
    """The first message that the town sent to a customer of WhatsApp."""
    rows = await place.rows(
        "SELECT id, reference, report FROM outbox WHERE destination = 'whatsapp' ORDER BY created_at, id"
    )
    return rows[0] if rows else {"id": "", "reference": "", "report": ""}


def telegram_request(place: Town, name: str) -> Forged:
    """A sample of Telegram as it would come now; a message out of reach keeps its date of zero."""
    now = int(place.clock.seconds())

    def dated(each: dict[str, Any]) -> dict[str, Any]:
        return each | {field: now for field in ("date", "edit_date") if each.get(field)}

    text = json.dumps(sample("telegram", name)["update"])
    return telegram(json.dumps(json.loads(text, object_hook=dated)).encode())


def tell(record: Record, group: Group, seen: Mapping[str, Row], expected: Mapping[str, Row]) -> None:
    """Count each sample's file, whatever the playing."""
    for name, row in expected.items():
        saw(record, group, name.partition(",")[0], as_expected=seen[name] == row)


async def test_every_sample_of_twilio_gains_what_its_row_says(keyed: Town, record_property: Record) -> None:
    await keyed.twilio.person("+5511900000001", "Cliente Teste", "BR.1000000000000001")
    player, seen = Player(keyed), dict[str, Row]()
    for name in TWILIO:
        status, gained = await player.play(await twilio_request(keyed, name))
        is_report = "status_" in name and not name.startswith("voice")
        about = f", the message is {(await first_answer(keyed))['report']}" if is_report else ""
        seen[name] = (status, gained + about)
    tell(record_property, Group.TWILIO_REQUESTS, seen, TWILIO)
    assert seen == TWILIO


async def test_every_sample_of_telegram_gains_what_its_row_says(place: Town, record_property: Record) -> None:
    place.telegram.chats[ANA] = Chat(ANA, "Ana", "Teste", "anateste", "pt-br")
    player = Player(place)
    seen = {name: await player.play(telegram_request(place, name)) for name in TELEGRAM}
    tell(record_property, Group.TELEGRAM_REQUESTS, seen, TELEGRAM)
    assert seen == TELEGRAM


@pytest.mark.parametrize(("platform", "table"), [("twilio", TWILIO), ("telegram", TELEGRAM)])
def test_no_sample_that_comes_in_is_left_out(platform: str, table: dict[str, Row]) -> None:
    names = {path.stem for path in (PAYLOADS / platform).glob("*.json")}
    comes_in = {name for name in names if {"url", "update"} & sample(platform, name).keys()}
    assert comes_in == {name.partition(",")[0] for name in table}
    assert all("status" in sample(platform, name) for name in names - comes_in)
