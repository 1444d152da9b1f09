"""Telegram's stand-in with one customer, and the true carrier towards it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx

from bots.telegram import Telegram
from composition.doors import CHANNELS
from sandbox.telegram import TelegramStandIn
from tests.core.desk_house import LEA, a_desk
from tests.faults.network import Network
from tests.faults.scene import Scene

TEXT = "Bonjour Marie, votre colis part demain."
TYPED, OURS, PROMPT = "an agent's words", "our words", "a prompt"
PHONE, CLEARS = "a request for the phone", "words that take a keyboard away"
LABELS = {"share": "Partager mon numéro", "skip": "Passer", "way_out": "Un conseiller"}


def kinds(to: str) -> dict[str, dict[str, Any]]:
    """What is enqueued for each kind of effect."""
    words = {"to": to, "text": TEXT}
    choices = [{"id": "yes", "label": "Oui"}, {"id": "no", "label": "Non"}]
    return {
        TYPED: {"agent": LEA.id, "payload": words},
        OURS: {"payload": words},
        PROMPT: {"payload": words | {"prompt": "abc.1.2", "choices": choices}},
        PHONE: {"payload": words | {"asks_phone": LABELS}},
        CLEARS: {"payload": words | {"clears_keyboard": True}},
    }


@asynccontextmanager
async def scene(folder: Path) -> AsyncIterator[Scene]:
    """Marie, and Léa, who answers her."""
    async with a_desk(folder, channels=CHANNELS) as desks, httpx.AsyncClient() as hands:
        telegram = TelegramStandIn(
            token="777000111:stand-in", clock=lambda: desks.clock.now().timestamp(), http=hands
        )
        network = Network(telegram.app)
        door = Telegram(
            token="777000111:stand-in",
            secret="w" * 32,
            api_url="https://telegram.test",
            public_url="https://relais.test",
            desk=desks.desk,
            clock=desks.clock,
            transport=network,
        )
        marie = await telegram.person("Marie", "Dupont")
        talk = await desks.talk(str(marie.id), channel="telegram")
        yield Scene(
            desks=desks,
            destination="telegram",
            carrier=door,
            network=network,
            wire=telegram.wire,
            method="sendMessage",
            talk=talk,
            kinds=kinds(str(marie.id)),
            copies=lambda _row: sum(message.outgoing for message in marie.messages),
        )
        await door.close()
        await telegram.close()
