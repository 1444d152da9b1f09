"""What is not proven to come from its platform costs next to nothing, at every door (W8)."""

import time
from statistics import median

import pytest
from starlette.types import Message, Scope

from tests.stories.forged import Forged, slack, telegram, twilio
from tests.stories.town import Town

LONGEST_WORDS = "x" * 1_600
FORM_SENT_BACK = b"payload=" + b"%7B%22" * 2_000
"""As long as a form of ours that comes back from Slack."""


def _forged(place: Town) -> dict[str, tuple[Forged, int]]:
    """As platforms write them, each signed with another secret; and what answers them."""
    return {
        "slack": (slack(place, FORM_SENT_BACK, secret="x" * 32), 401),
        "twilio": (twilio([("Body", LONGEST_WORDS), ("From", "whatsapp:+33612345678")], token="b" * 32), 403),
        "telegram": (telegram(b'{"text": "' + LONGEST_WORDS.encode() + b'"}', secret="x" * 32), 403),
    }


@pytest.mark.parametrize("platform", ["slack", "twilio", "telegram"])
async def test_a_forged_request_costs_less_than_a_millisecond(place: Town, platform: str) -> None:
    request, status = _forged(place)[platform]
    costs = []
    for _ in range(101):
        began = time.process_time()
        answered = await _knock(place, request)
        costs.append(time.process_time() - began)
        assert answered == status
    assert median(costs) < 0.001


async def _knock(place: Town, request: Forged) -> int:
    """The service as its server calls it, which costs nothing of its own here; the status of the answer."""
    statuses = []

    async def receive() -> Message:
        return {"type": "http.request", "body": request.body, "more_body": False}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])

    await place.service.asgi(_scope(request), receive, send)
    return int(statuses[0])


def _scope(request: Forged) -> Scope:
    return {
        "type": "http",
        "method": "POST",
        "path": request.path,
        "raw_path": request.path.encode(),
        "query_string": b"",
        "headers": [(name.lower().encode(), value.encode()) for name, value in request.headers.items()],
    }
