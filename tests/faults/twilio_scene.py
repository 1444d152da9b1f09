"""Twilio's stand-in with one customer, and the true carrier towards it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
from starlette.applications import Starlette

from bots.twilio_api import Hosts
from bots.whatsapp import WhatsApp
from composition.doors import CHANNELS
from sandbox.twilio import TwilioStandIn
from tests.core.desk_house import LEA, Desks, a_desk
from tests.faults.network import Network
from tests.faults.scene import Scene

TO = "+33612345678"
TEXT = "Bonjour Marie, votre colis part demain."
API = "https://api.twilio.test"
PUBLIC = "https://relais.test"
ACCOUNT = "AC" + "1" * 32
MENU = {
    "form": "quick_replies",
    "language": "fr",
    "body": "Laquelle ?",
    "prompt": "abc.1.2",
    "choices": [{"id": "yes", "label": "Oui"}, {"id": "no", "label": "Non"}],
}
KINDS: dict[str, dict[str, Any]] = {
    "an agent's words": {"agent": LEA.id, "payload": {"to": TO, "text": TEXT}},
    "our words": {"payload": {"to": TO, "text": TEXT}},
    "a menu": {"payload": {"to": TO, "text": TEXT, "menu": MENU}},
}
TYPED, OURS, SHOWN = KINDS


@asynccontextmanager
async def scene(folder: Path) -> AsyncIterator[Scene]:
    """Marie, who wrote a moment ago, and Léa, who answers her."""
    async with a_desk(folder, channels=CHANNELS) as desks:
        service = Starlette()
        hands = httpx.AsyncClient(transport=httpx.ASGITransport(service))
        twilio = TwilioStandIn(
            account_sid=ACCOUNT,
            auth_token="a" * 32,
            sender="whatsapp:+33700000001",
            clock=lambda: desks.clock.now().timestamp(),
            http=hands,
        )
        twilio.auto_report = False
        network = Network(twilio.app)
        door = _door(desks, network)
        service.add_route("/twilio/status", door.receive_status, methods=["POST"])
        await twilio.write(await twilio.person(TO), "bonjour")
        talk = await desks.talk(TO, channel="whatsapp")

        def sent() -> list[str]:
            return [one.sid for one in twilio.messages.values() if one.direction == "outbound-api"]

        async def report(status: str, code: int) -> None:
            await twilio.report(sent()[0], status, code)

        yield Scene(
            desks=desks,
            destination="whatsapp",
            carrier=door,
            network=network,
            wire=twilio.wire,
            method="messages.create",
            talk=talk,
            kinds=KINDS,
            copies=lambda _row: len(sent()),
            report=report,
        )
        await door.close()
        await twilio.close()
        await hands.aclose()


def _door(desks: Desks, network: Network) -> WhatsApp:
    return WhatsApp(
        account_sid=ACCOUNT,
        auth_token="a" * 32,
        api_key_sid=None,
        api_key_secret=None,
        sender="whatsapp:+33700000001",
        hosts=Hosts(API, API, API),
        public_url=PUBLIC,
        desk=desks.desk,
        store=desks.store,
        clock=desks.clock,
        transport=network,
    )
