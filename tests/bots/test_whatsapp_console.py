"""What is set at Twilio, held against what we serve: told with what to do, and in nobody's way."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from starlette.responses import JSONResponse
from structlog.testing import capture_logs

from bots.twilio_api import Hosts
from bots.whatsapp import WhatsApp
from sandbox.twilio import refusal
from sandbox.twilio_console import Service
from sandbox.wire import Fault
from tests.bots.conftest import ACCOUNT, AUTH_TOKEN, PUBLIC

if TYPE_CHECKING:
    from tests.bots.conftest import WhatsAppScene

OURS = f"{PUBLIC}/twilio/message"
SENDER = "whatsapp:+33700000001"
SERVICE = "MG" + "1" * 32
ELSEWHERE = "https://user:secret@old.example/wa?key=secret"
ASKED = ("senders.list", "senders.fetch", "services.list", "services.senders")


@pytest.fixture
async def door(whatsapp: WhatsAppScene) -> AsyncIterator[WhatsApp]:
    """A door whose sender is no trial number; nothing has been looked at yet."""
    whatsapp.twilio.memory.sender = SENDER
    built = WhatsApp(
        account_sid=ACCOUNT,
        auth_token=AUTH_TOKEN,
        api_key_sid=None,
        api_key_secret=None,
        sender=SENDER,
        hosts=Hosts(whatsapp.api_url, whatsapp.api_url, whatsapp.api_url),
        public_url=PUBLIC,
        desk=whatsapp.desk.as_desk,
        store=whatsapp.store,
        clock=whatsapp.clock,
    )
    yield built
    await built.close()


def asked(scene: WhatsAppScene) -> int:
    return sum(scene.twilio.wire.count(method) for method in ASKED)


async def looked(door: WhatsApp) -> tuple[str, list[str]]:
    """What is told once it was looked at, and the events of the log."""
    with capture_logs() as logs:
        await door.sweeps.run()
    assert "secret" not in str(logs) + door.trouble
    return door.trouble, [log["event"] for log in logs if log["event"].startswith("webhook")]


@pytest.mark.parametrize("lists_webhooks", [True, False])
async def test_an_address_that_is_ours_is_no_trouble_and_not_looked_at_again(
    whatsapp: WhatsAppScene, door: WhatsApp, lists_webhooks: bool
) -> None:
    whatsapp.twilio.console.lists_webhooks = lists_webhooks
    whatsapp.twilio.message_url = f"{OURS}#rc=3&rp=ct,rt,5xx"
    assert await looked(door) == ("", [])
    before = asked(whatsapp)
    whatsapp.clock.move(timedelta(hours=1))
    await looked(door)
    assert asked(whatsapp) == before


@pytest.mark.parametrize(
    ("webhook", "told"),
    [
        ({"callback_url": None}, f"callback_url of the WhatsApp sender is empty.* set it to {OURS}"),
        ({"callback_url": ""}, "is empty"),
        ({"callback_url": ELSEWHERE}, f"leads to old.example, not to us: set it to {OURS}, method POST"),
        ({"callback_url": f"{OURS}/"}, "leads to relais.test, not to us"),
        ({"callback_url": f"http{OURS.removeprefix('https')}"}, "leads to relais.test, not to us"),
        ({"callback_url": "http://[half"}, "leads to somewhere"),
        ({"callback_method": "PUT"}, "set it to POST"),
    ],
)
async def test_an_address_that_is_not_ours_is_told_once_with_what_to_set_and_told_when_it_is_mended(
    whatsapp: WhatsAppScene, door: WhatsApp, webhook: dict[str, Any], told: str
) -> None:
    whatsapp.twilio.console.webhook = webhook
    trouble, events = await looked(door)
    assert re.search(told, trouble)
    assert events == ["webhook_elsewhere"]
    whatsapp.clock.move(timedelta(minutes=5))
    assert await looked(door) == (trouble, [])
    whatsapp.twilio.console.webhook = {}
    whatsapp.clock.move(timedelta(minutes=5))
    assert await looked(door) == ("", ["webhook_mended"])


@pytest.mark.parametrize(
    ("service", "told"),
    [
        (Service(SERVICE, None, senders=[SENDER]), "does not even keep what customers write"),
        (
            Service(SERVICE, ELSEWHERE, senders=[SENDER]),
            f"inbound_request_url of the Messaging Service {SERVICE}",
        ),
        (Service(SERVICE, OURS, senders=[SENDER]), ""),
        (Service(SERVICE, None, senders=["whatsapp:+33700000009"]), "callback_url of the WhatsApp sender"),
        (
            Service(SERVICE, None, use_inbound_webhook_on_number=True, senders=[SENDER]),
            "callback_url of the WhatsApp sender",
        ),
    ],
)
async def test_a_service_that_has_the_sender_stands_before_the_senders_own_address(
    whatsapp: WhatsAppScene, door: WhatsApp, service: Service, told: str
) -> None:
    whatsapp.twilio.console.webhook = {"callback_url": ELSEWHERE}
    whatsapp.twilio.console.services = [service]
    trouble, _ = await looked(door)
    assert told in trouble
    assert bool(told) == bool(trouble)


async def test_a_sender_that_the_account_has_not_is_told(whatsapp: WhatsAppScene, door: WhatsApp) -> None:
    whatsapp.twilio.memory.sender = "whatsapp:+33700000009"
    trouble, _ = await looked(door)
    assert trouble.endswith("check TWILIO_WHATSAPP_FROM")
    assert "+337" not in trouble


async def test_a_key_that_may_see_nothing_is_told_once_and_stops_nothing(
    whatsapp: WhatsAppScene, door: WhatsApp
) -> None:
    whatsapp.twilio.console.is_restricted = True
    assert await looked(door) == ("", ["webhook_not_read"])
    whatsapp.clock.move(timedelta(hours=1))
    assert await looked(door) == ("", [])


async def test_a_key_that_may_see_the_senders_alone_still_tells_of_their_address(
    whatsapp: WhatsAppScene, door: WhatsApp
) -> None:
    whatsapp.twilio.console.webhook = {"callback_url": None}
    whatsapp.twilio.wire.plan("services.list", Fault(answer=refusal(403, 70051, "not authorized")))
    trouble, _ = await looked(door)
    assert "is empty" in trouble


@pytest.mark.parametrize("method", ["services.list", "senders.list"])
@pytest.mark.parametrize("answer", [refusal(503, 20500, "down"), refusal(429, 20429, "slow down"), None])
async def test_a_twilio_that_is_down_is_asked_again_later(
    whatsapp: WhatsAppScene, door: WhatsApp, method: str, answer: JSONResponse | None
) -> None:
    whatsapp.twilio.console.webhook = {"callback_url": None}
    fault = Fault(answer=answer) if answer else Fault(cut="before")
    whatsapp.twilio.wire.plan(method, fault)
    assert await looked(door) == ("", ["webhook_not_read"])
    whatsapp.clock.move(timedelta(minutes=5))
    trouble, _ = await looked(door)
    assert "is empty" in trouble


@pytest.mark.parametrize("method", ["services.list", "senders.list", "senders.fetch"])
@pytest.mark.parametrize(
    "document",
    [{"meta": {}}, [], "text", {"senders": {}, "services": {}}, {"senders": [{"sender_id": SENDER}]}],
)
async def test_answers_of_any_other_shape_are_no_trouble(
    whatsapp: WhatsAppScene, door: WhatsApp, method: str, document: object
) -> None:
    whatsapp.twilio.console.lists_webhooks = method != "senders.fetch"
    whatsapp.twilio.wire.plan(method, Fault(answer=JSONResponse(document)))
    trouble, _ = await looked(door)
    assert trouble == ""


async def test_the_trial_number_has_no_settings_to_look_at(whatsapp: WhatsAppScene) -> None:
    await whatsapp.door.sweeps.run()
    assert (asked(whatsapp), whatsapp.door.trouble) == (0, "")
