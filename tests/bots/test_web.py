"""What both doors do with a request, where no platform is needed to see it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from starlette.requests import Request

from bots.telegram import Telegram
from bots.twilio_api import Hosts
from bots.web import LARGEST_BODY, BodyRefused, read_body
from bots.whatsapp import WhatsApp

if TYPE_CHECKING:
    from core.clock import HandClock
    from core.store.engine import Store
    from tests.bots.conftest import RecordingDesk


def request_of(*events: dict[str, Any]) -> Request:
    waiting = list(events)

    async def receive() -> dict[str, Any]:
        return waiting.pop(0)

    return Request({"type": "http", "method": "POST", "headers": []}, receive)


def chunk(body: bytes, *, more: bool) -> dict[str, Any]:
    return {"type": "http.request", "body": body, "more_body": more}


async def test_a_body_is_read_whole_up_to_the_limit() -> None:
    half = b"x" * (LARGEST_BODY // 2)
    assert await read_body(request_of(chunk(half, more=True), chunk(half, more=False))) == half + half


async def test_a_body_beyond_the_limit_is_refused_before_its_end() -> None:
    with pytest.raises(BodyRefused) as caught:
        await read_body(request_of(chunk(b"x" * LARGEST_BODY, more=True), chunk(b"x", more=True)))
    assert caught.value.status == 413


async def test_a_sender_who_hangs_up_has_said_nothing() -> None:
    with pytest.raises(BodyRefused) as caught:
        await read_body(request_of(chunk(b"x", more=True), {"type": "http.disconnect"}))
    assert caught.value.status == 400


async def test_a_door_that_opened_its_own_connections_closes_them(
    desk: RecordingDesk, store: Store, clock: HandClock
) -> None:
    common: dict[str, Any] = {"public_url": "https://relais.test", "desk": desk.as_desk, "clock": clock}
    telegram = Telegram(token="1:x", secret="s", api_url="https://api.telegram.org", **common)
    whatsapp = WhatsApp(
        account_sid="AC1",
        auth_token="t",
        api_key_sid=None,
        api_key_secret=None,
        sender="whatsapp:+33700000001",
        hosts=Hosts("https://api.test", "https://content.test", "https://messaging.test"),
        store=store,
        **common,
    )
    for door in (telegram, whatsapp):
        await door.close()
    assert [client._client.is_closed for client in telegram._clients] == [True, True]
    assert whatsapp._api._http.is_closed
