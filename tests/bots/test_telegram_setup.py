"""Registering with Telegram when the service starts, also when Telegram is down just then."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

import pytest
from starlette.responses import JSONResponse, PlainTextResponse

from bots.telegram_setup import UPDATES
from sandbox.telegram import refusal
from sandbox.wire import Fault
from tests.bots.conftest import until

if TYPE_CHECKING:
    from tests.bots.conftest import TelegramScene


async def test_the_webhook_and_the_commands_are_registered(telegram: TelegramScene) -> None:
    assert telegram.door.trouble == "the webhook is not registered yet"
    await telegram.door.start()
    await until(lambda: telegram.telegram.wire.count("setMyCommands") == 2)
    await until(lambda: telegram.telegram.wire.in_flight == 0)
    webhook = telegram.telegram.webhook
    assert telegram.door.trouble == ""
    assert webhook is not None
    assert (webhook.url, webhook.secret_token) == ("https://relais.test/telegram", "test-secret_token-1")
    assert webhook.allowed_updates == UPDATES
    assert webhook.max_connections == 40
    listed = {language: menu for (_, language), menu in telegram.telegram.account.commands.items()}
    assert {language: [one["command"] for one in menu] for language, menu in listed.items()} == {
        "": ["start", "aide", "humain", "langue", "fin"],
        "en": ["start", "help", "human", "language", "end"],
    }
    assert [one["description"] for one in listed["en"]][:2] == ["Ask a question", "What you can ask"]


async def test_what_waited_at_telegram_is_never_dropped(telegram: TelegramScene) -> None:
    marie = await telegram.telegram.person("Marie")
    await telegram.telegram.write(marie.id, "bonjour")
    await telegram.door.start()
    await until(lambda: len(telegram.desk.heard) == 1)
    [call] = [one for one in telegram.telegram.wire.calls if one.method == "setWebhook"]
    assert "drop_pending_updates" not in call.arguments


async def test_a_telegram_that_is_down_is_tried_again_until_it_answers(telegram: TelegramScene) -> None:
    telegram.telegram.wire.plan(
        "setWebhook",
        Fault(answer=refusal(502, "Bad Gateway")),
        Fault(answer=refusal(401, "Unauthorized")),
        Fault(answer=JSONResponse({"ok": False, "parameters": {"retry_after": 0.002}}, 429)),
        Fault(answer=JSONResponse({"ok": False})),
        Fault(cut="before"),
    )
    await telegram.door.start()
    await until(lambda: telegram.telegram.wire.count("setWebhook") == 3)
    assert telegram.door.trouble == "Telegram refuses the token"
    telegram.telegram.wire.plan("setMyCommands", Fault(answer=refusal(500, "Internal Server Error")))
    await until(lambda: telegram.telegram.wire.count("setMyCommands") == 3)
    assert telegram.door.trouble == ""
    assert telegram.telegram.wire.count("setWebhook") == 6


async def test_a_service_that_stops_before_it_is_registered_leaves_nothing_running(
    telegram: TelegramScene,
) -> None:
    telegram.telegram.wire.plan("setWebhook", Fault(delay=30))
    await telegram.door.start()
    await until(lambda: telegram.telegram.wire.count("setWebhook") == 1)
    await telegram.door.close()
    assert [task for task in asyncio.all_tasks() if "Registration" in repr(task)] == []


@pytest.mark.parametrize("library", ["httpx", "httpcore", "telegram"])
async def test_libraries_that_log_addresses_with_the_token_are_silent(
    telegram: TelegramScene, caplog: pytest.LogCaptureFixture, library: str
) -> None:
    caplog.set_level(logging.DEBUG)
    await telegram.door.start()
    await until(lambda: not telegram.door.trouble)
    assert logging.getLogger(library).isEnabledFor(logging.INFO) is False
    # The stand-in's own server writes down what it is asked.
    written = [one.getMessage() for one in caplog.records if not one.name.startswith("uvicorn")]
    assert "stand-in-of-the-bot-token" not in " ".join(written)


async def test_an_answer_that_cannot_be_read_is_not_written_down(
    telegram: TelegramScene, caplog: pytest.LogCaptureFixture
) -> None:
    """The library would: what is cut off may hold what a customer is told."""
    caplog.set_level(logging.DEBUG)
    cut_off = PlainTextResponse('{"ok":true,"result":{"text":"votre colis', media_type="application/json")
    telegram.telegram.wire.plan("setWebhook", Fault(answer=cut_off))
    await telegram.door.start()
    await until(lambda: not telegram.door.trouble)
    written = [one.getMessage() for one in caplog.records if not one.name.startswith("uvicorn")]
    assert telegram.telegram.wire.count("setWebhook") > 1, "it was not understood, and asked again"
    assert "votre colis" not in " ".join(written)
