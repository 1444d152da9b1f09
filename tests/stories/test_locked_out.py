"""A platform that takes our credentials no more: nothing is lost, and the operator and the team know."""

import json
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from starlette.responses import JSONResponse, Response

from sandbox.wire import Fault
from tests.stories.people import on_telegram, sentence, thread, waiting
from tests.stories.town import LEA, Town

SAMPLES = Path(__file__).parents[1] / "payloads"
TEXT = "Votre colis part demain."
REFUSED = {"whatsapp": "twilio/rest_error_401_20003", "telegram": "telegram/api_401"}


def _sample(name: str) -> Response:
    document = json.loads((SAMPLES / f"{name}.json").read_text("utf-8"))
    return JSONResponse(document.get("body", document.get("json")), document["status"])


async def _trouble(place: Town, platform: str) -> str:
    async with httpx.AsyncClient(trust_env=False) as http:
        seen = (await http.get(f"{place.url}/ready")).json()["platforms"][platform]
    return str(seen.get("trouble", ""))


@pytest.mark.parametrize("platform", REFUSED)
async def test_what_waits_for_the_right_credentials_is_told_once_and_leaves_when_they_are_mended(
    place: Town, platform: str
) -> None:
    if platform == "whatsapp":
        await waiting(place, "Marie Dupont")
        wire, method = place.twilio.wire, "messages.create"
    else:
        await (await on_telegram(place, "Marie")).writes("conseiller")
        wire, method = place.telegram.wire, "sendMessage"
    await place.command(LEA, "/claim", "marie")
    wire.plan(method, *[Fault(answer=_sample(REFUSED[platform]))] * 5)
    await place.command(LEA, "/reply", TEXT)

    def told() -> int:
        return sum(sentence("refused.credentials") in line for line in thread(place, place.cards[0]))

    for _ in range(3):
        assert "refuses the" in await _trouble(place, platform)
        assert told() == 0
        await place.pass_time(timedelta(seconds=61))
    await place.until(lambda: told() == 1)
    for _ in range(2):
        await place.settle()
        await place.pass_time(timedelta(seconds=61))
    assert told() == 1
    assert not await _trouble(place, platform)
    (row,) = await place.rows("SELECT state FROM outbox WHERE agent <> ''")
    assert row == {"state": "sent"}
