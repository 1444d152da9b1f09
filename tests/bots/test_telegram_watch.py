"""Asking Telegram how its webhook fares (G11)."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from starlette.responses import JSONResponse, Response

from bots.telegram_watch import ELSEWHERE, LASTS, Watch
from sandbox.telegram import refusal
from sandbox.wire import Fault
from tests.bots.conftest import until

if TYPE_CHECKING:
    from tests.bots.conftest import TelegramScene

OURS = "https://relais.test/telegram"


async def started(scene: TelegramScene) -> Watch:
    """The door, registered and looked at once."""
    await scene.door.start()
    await until(lambda: scene.door.pending is not None)
    watch = scene.door._watch
    assert watch is not None
    return watch


def told(scene: TelegramScene, **info: object) -> Response:
    """What Telegram says of the webhook."""
    sound = {"url": OURS, "has_custom_certificate": False, "pending_update_count": 0}
    return JSONResponse({"ok": True, "result": sound | info})


async def test_a_webhook_that_works_is_no_trouble(telegram: TelegramScene) -> None:
    watch = await started(telegram)
    assert (telegram.door.trouble, telegram.door.pending) == ("", 0)
    telegram.telegram.wire.plan("getWebhookInfo", Fault(answer=told(telegram, pending_update_count=3)))
    await watch.look()
    assert (telegram.door.trouble, telegram.door.pending) == ("", 3)


async def test_updates_that_do_not_come_through_are_told_while_it_lasts(telegram: TelegramScene) -> None:
    watch = await started(telegram)
    telegram.clock.move(timedelta(minutes=1))
    telegram.desk.is_down = True
    marie = await telegram.telegram.person("Marie")
    await telegram.telegram.write(marie.id, "bonjour")
    await watch.look()
    assert telegram.door.trouble.startswith("Telegram cannot bring us updates, ")
    assert "Wrong response from the webhook: 503" in telegram.door.trouble
    telegram.clock.move(LASTS + timedelta(seconds=1))
    telegram.telegram.wire.plan("getWebhookInfo", Fault(answer=refusal(502, "Bad Gateway")))
    await watch.look()
    assert "Wrong response" in telegram.door.trouble
    await watch.look()
    assert not telegram.door.trouble


async def test_what_failed_before_the_start_is_not_told(telegram: TelegramScene) -> None:
    watch = await started(telegram)
    before = int((telegram.clock.now() - timedelta(minutes=1)).timestamp())
    failed = {"last_error_date": before, "last_error_message": "Connection refused"}
    telegram.telegram.wire.plan("getWebhookInfo", Fault(answer=told(telegram, **failed)))
    await watch.look()
    assert not telegram.door.trouble


@pytest.mark.parametrize("url", ["", "https://other.test/telegram"])
async def test_a_bot_that_another_installation_took_is_told(telegram: TelegramScene, url: str) -> None:
    watch = await started(telegram)
    telegram.telegram.wire.plan("getWebhookInfo", Fault(answer=told(telegram, url=url)))
    await watch.look()
    assert telegram.door.trouble == ELSEWHERE
    await watch.look()
    assert not telegram.door.trouble


async def test_a_token_that_is_taken_no_more_is_told_although_nothing_leaves(telegram: TelegramScene) -> None:
    watch = await started(telegram)
    telegram.telegram.wire.plan("getWebhookInfo", Fault(answer=refusal(401, "Unauthorized")))
    await watch.look()
    assert telegram.door.trouble == "Telegram refuses the token"
