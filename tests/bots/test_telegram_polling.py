"""Fetching updates over real HTTP: nothing is confirmed before it is on disk, and every failure is told."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

import pytest
from starlette.responses import JSONResponse, Response

from bots.telegram_polling import CONFLICT, NOT_KEPT, UNREACHABLE
from bots.telegram_setup import TOKEN_REFUSED, UPDATES
from core.domain.events import CustomerWrote
from sandbox.telegram import Chat, refusal
from sandbox.wire import Call, Fault
from tests.bots.conftest import SECRET, until

if TYPE_CHECKING:
    from tests.bots.conftest import Scenes, TelegramScene


@pytest.fixture
async def marie(fetching: TelegramScene) -> Chat:
    """A person; nothing is fetched yet."""
    return await fetching.telegram.person("Marie")


def polls(scene: TelegramScene) -> list[Call]:
    return [call for call in scene.telegram.wire.calls if call.method == "getUpdates"]


def is_open(scene: TelegramScene) -> bool:
    """Whether a question for updates waits at the platform."""
    return any(call.outcome == "open" for call in polls(scene))


def texts(scene: TelegramScene) -> list[str]:
    return [event.text for event in scene.desk.events if isinstance(event, CustomerWrote)]


async def test_a_webhook_that_was_set_is_removed_and_what_waits_is_fetched(telegram_scenes: Scenes) -> None:
    scene = await telegram_scenes("")
    await scene.telegram.call("setWebhook", {"url": "https://relais.test/elsewhere"})
    scene.telegram.updates.webhook = None  # nobody takes what comes meanwhile
    marie = await scene.telegram.person("Marie")
    await scene.telegram.write(marie.id, "bonjour")
    assert scene.door.trouble == "updates are not fetched yet"
    await scene.open()
    await until(lambda: not scene.telegram.updates.pending)
    assert texts(scene) == ["bonjour"]
    first = scene.telegram.wire.calls[0]
    assert (first.method, dict(first.arguments)) == ("deleteWebhook", {})
    assert scene.door.last_contact == scene.clock.now()


async def test_every_kind_is_asked_for_by_name_and_the_question_stays_open(fetching: TelegramScene) -> None:
    await fetching.open()
    await until(lambda: is_open(fetching))
    asked = polls(fetching)[0].arguments
    assert json.loads(asked["allowed_updates"]) == list(UPDATES)
    assert (asked["timeout"], "offset" in asked) == ("50", False)


async def test_an_update_is_confirmed_only_once_it_is_on_disk(fetching: TelegramScene, marie: Chat) -> None:
    await fetching.open()
    fetching.desk.is_down = True
    await fetching.telegram.write(marie.id, "un")
    await fetching.telegram.write(marie.id, "deux")
    await until(lambda: fetching.door.trouble == NOT_KEPT)
    asked = len(polls(fetching))
    await until(lambda: len(polls(fetching)) > asked + 2)
    assert len(fetching.telegram.updates.pending) == 2
    assert all("offset" not in call.arguments for call in polls(fetching))
    fetching.desk.is_down = False
    await until(lambda: not fetching.telegram.updates.pending)
    assert texts(fetching) == ["un", "deux"]
    assert fetching.door.trouble == ""


async def test_after_a_silence_no_offset_is_asked_for_since_ids_may_begin_anew(
    fetching: TelegramScene, marie: Chat
) -> None:
    fetching.telegram.account.longest_poll = 0.01
    await fetching.open()
    await fetching.tell(written(9_000_000, marie))
    await until(lambda: polls(fetching)[-2].arguments.get("offset") == "9000001")
    fetching.telegram.account.longest_poll = 50
    await until(lambda: "offset" not in polls(fetching)[-1].arguments)
    await fetching.tell(written(12, marie))
    assert [key.rpartition(":")[2] for _, key, _ in fetching.desk.heard] == ["9000000", "12"]


def written(update_id: int, chat: Chat) -> dict[str, Any]:
    message = {"message_id": update_id, "from": chat.user, "chat": chat.address, "date": 1795312841}
    return {"update_id": update_id, "message": message | {"text": "bonjour"}}


@pytest.mark.parametrize(
    ("answer", "trouble"),
    [
        (refusal(401, "Unauthorized"), TOKEN_REFUSED),
        (refusal(404, "Not Found"), TOKEN_REFUSED),
        (refusal(409, "Conflict: can't use getUpdates method while webhook is active"), CONFLICT),
        (refusal(429, "Too Many Requests: retry after 0"), UNREACHABLE),
        (refusal(500, "Internal Server Error"), UNREACHABLE),
        (Response("<html>Bad Gateway</html>", 502), UNREACHABLE),
        (JSONResponse({"ok": False}), UNREACHABLE),
        (None, UNREACHABLE),
    ],
    ids=["401", "404", "409", "429", "500", "502", "ok false", "cut"],
)
async def test_a_failure_is_told_and_the_loop_goes_on(
    fetching: TelegramScene, marie: Chat, answer: Response | None, trouble: str
) -> None:
    fault = Fault(answer=answer) if answer else Fault(cut="before")
    fetching.telegram.wire.plan("getUpdates", fault)
    await fetching.door.start()
    await until(lambda: fetching.door.trouble == trouble)
    await fetching.telegram.write(marie.id, "bonjour")
    await until(lambda: not fetching.telegram.updates.pending)
    assert texts(fetching) == ["bonjour"]
    assert fetching.door.trouble == ""


async def test_one_update_that_cannot_be_read_holds_nothing_back(
    fetching: TelegramScene, marie: Chat
) -> None:
    await fetching.telegram.send_update({"message": {"chat": {"id": 7}}})
    await fetching.telegram.write(marie.id, "bonjour")
    await fetching.door.start()
    await until(lambda: texts(fetching) == ["bonjour"] and not fetching.telegram.updates.pending)
    [kept] = fetching.desk.kept
    assert json.loads(kept["body"])["message"] == {"chat": {"id": 7}}


async def test_a_second_reader_is_told_and_the_first_takes_over_when_it_is_gone(
    fetching: TelegramScene, marie: Chat
) -> None:
    await fetching.open()
    await until(lambda: is_open(fetching))
    other = asyncio.create_task(fetching.telegram.call("getUpdates", {"timeout": 50}))
    await until(lambda: fetching.door.trouble == CONFLICT or other.done())
    with pytest.raises(Exception, match="terminated by other getUpdates"):
        await other
    await until(lambda: not fetching.door.trouble)
    await fetching.telegram.write(marie.id, "bonjour")
    await until(lambda: texts(fetching) == ["bonjour"])


async def test_stopping_ends_an_open_question_at_once(fetching: TelegramScene, marie: Chat) -> None:
    await fetching.open()
    await until(lambda: is_open(fetching))
    async with asyncio.timeout(5):
        await fetching.door.stop_listening()
    await fetching.telegram.write(marie.id, "bonjour")
    assert fetching.desk.heard == []
    assert len(fetching.telegram.updates.pending) == 1
    assert [task for task in asyncio.all_tasks() if "polling" in task.get_name()] == []


async def test_nobody_can_push_to_a_service_that_fetches(fetching: TelegramScene, marie: Chat) -> None:
    for headers in ({"X-Telegram-Bot-Api-Secret-Token": ""}, {"X-Telegram-Bot-Api-Secret-Token": SECRET}, {}):
        assert (await fetching.post(written(1, marie), headers or {"Other": "x"})).status_code == 403
    assert fetching.desk.heard == []
