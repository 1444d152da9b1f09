"""The small kindnesses of the Telegram door: each is seen at the stand-in, and losing one loses nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from starlette.responses import Response

from core.domain.channel import Address
from core.domain.conversation import Conversation, Status, Talk
from core.texts import catalogue
from sandbox.telegram import Chat, refusal
from sandbox.wire import Fault
from tests.bots.conftest import NOW, until

if TYPE_CHECKING:
    from tests.bots.conftest import TelegramScene


@pytest.fixture
async def marie(telegram: TelegramScene) -> Chat:
    """A person; the service has registered its webhook."""
    await telegram.open()
    return await telegram.telegram.person("Marie")


def talk(chat: Chat, status: Status, *burst: str) -> Conversation:
    address = Address("telegram", str(chat.id))
    said = Talk(burst=burst)
    return Conversation("c1", "m1", address, address, NOW, status=status, talk=said)


async def ask(scene: TelegramScene, chat: Chat) -> int:
    """Send a menu with one choice; returns its message id."""
    payload: dict[str, Any] = {"to": str(chat.id), "text": "Est-ce réglé ?", "prompt": "p1"}
    payload["choices"] = [{"id": "yes", "label": "Oui"}]
    sent = await scene.telegram.call("sendMessage", {"chat_id": chat.id, "text": "Est-ce réglé ?"} | markup())
    assert isinstance(sent, dict)
    return int(sent["message_id"])


def markup() -> dict[str, Any]:
    button = {"text": "Oui", "callback_data": "v1:p1:yes"}
    return {"reply_markup": {"inline_keyboard": [[button]]}}


async def test_a_press_stops_turning_and_its_buttons_go_away(telegram: TelegramScene, marie: Chat) -> None:
    shown = await ask(telegram, marie)
    await telegram.telegram.press(marie.id, shown, "v1:p1:yes")
    await until(lambda: marie.presses[0].answers == [{}])
    await until(lambda: not marie.messages[0].buttons)
    assert marie.messages[0].text == "Est-ce réglé ?"


async def test_a_press_on_a_message_that_is_gone_has_no_buttons_to_take_away(
    telegram: TelegramScene, marie: Chat
) -> None:
    await telegram.telegram.press(marie.id, 99, "v1:p1:yes")
    await until(lambda: marie.presses[0].answers == [{}])
    await telegram.door.close()
    assert telegram.telegram.wire.count("editMessageReplyMarkup") == 0


async def test_pressing_twice_edits_nothing_twice_and_is_no_error(
    telegram: TelegramScene, marie: Chat, caplog: pytest.LogCaptureFixture
) -> None:
    shown = await ask(telegram, marie)
    for count in (1, 2):
        await telegram.telegram.press(marie.id, shown, "v1:p1:yes")
        await until(lambda: telegram.telegram.wire.count("editMessageReplyMarkup") == count)  # noqa: B023
    assert len(telegram.desk.heard) == 2
    assert "not modified" not in caplog.text


async def test_a_press_is_answered_even_when_it_cannot_be_heard(telegram: TelegramScene, marie: Chat) -> None:
    telegram.desk.is_down = True
    await telegram.telegram.press(marie.id, 99, "v1:p1:yes")
    await until(lambda: marie.presses[0].answers)
    assert telegram.desk.heard == []


async def test_the_bot_is_seen_to_type_while_words_wait_to_be_read(
    telegram: TelegramScene, marie: Chat
) -> None:
    telegram.desk.conversation = talk(marie, Status.BOT, "où est mon colis ?")
    await telegram.telegram.write(marie.id, "où est mon colis ?")
    await until(lambda: marie.actions == ["typing"])


@pytest.mark.parametrize("status", [Status.BOT, Status.OPEN, Status.IN_PROGRESS])
async def test_nobody_is_seen_to_type_when_the_bot_does_not_read(
    telegram: TelegramScene, marie: Chat, status: Status
) -> None:
    telegram.desk.conversation = talk(marie, status)
    await telegram.telegram.write(marie.id, "bonjour")
    telegram.desk.conversation = talk(marie, Status.BOT, "")
    await telegram.telegram.send_media(marie.id, "photo")
    await telegram.door.close()
    assert marie.actions == []


@pytest.mark.parametrize("answer", [refusal(400, "Bad Request"), refusal(429, "Too Many Requests", 3), None])
async def test_a_courtesy_that_fails_is_forgotten(
    telegram: TelegramScene, marie: Chat, answer: Response | None
) -> None:
    fault = Fault(answer=answer) if answer else Fault(cut="after")
    telegram.telegram.wire.plan("sendChatAction", fault)
    telegram.desk.conversation = talk(marie, Status.BOT, "bonjour")
    delivery = await telegram.telegram.write(marie.id, "bonjour")
    await until(lambda: telegram.telegram.wire.count("sendChatAction") == 1)
    assert (delivery.status, len(telegram.desk.heard)) == (200, 1)


def word(group: Chat, by: Chat) -> dict[str, Any]:
    message = {"message_id": 3, "from": by.user, "chat": group.address, "date": 1795312841}
    return {"message": message | {"text": "/start@relais_bot"}}


@pytest.mark.parametrize(("language", "spoken"), [("fr", "fr"), (None, "fr"), ("pt-br", "en")])
async def test_a_group_is_refused_once_and_left(
    telegram: TelegramScene, marie: Chat, language: str | None, spoken: str
) -> None:
    marie.language_code = language
    group = await telegram.telegram.group("Famille", marie)
    await until(lambda: group.left)
    await telegram.telegram.send_update(word(group, marie))
    assert [one.text for one in group.messages] == [catalogue(spoken)["group.private_only"]]
    assert (telegram.desk.heard, telegram.telegram.wire.count("leaveChat")) == ([], 1)
    assert telegram.door.passed == {"my_chat_member.member": 1, "message.group": 1}


async def test_a_group_that_puts_the_bot_back_is_left_again_without_a_word(
    telegram: TelegramScene, marie: Chat
) -> None:
    group = await telegram.telegram.group("Famille", marie)
    await until(lambda: group.left)
    group.left = False
    added = telegram.telegram.deliveries[-1].content["my_chat_member"]
    await telegram.telegram.send_update({"my_chat_member": added})
    await until(lambda: group.left)
    assert len(group.messages) == 1


async def test_a_group_that_could_not_be_left_is_left_at_its_next_word(
    telegram: TelegramScene, marie: Chat
) -> None:
    telegram.telegram.wire.plan("leaveChat", Fault(answer=refusal(500, "Internal Server Error")))
    group = await telegram.telegram.group("Famille", marie)
    await until(lambda: telegram.telegram.wire.count("leaveChat") == 1 and group.messages)
    while not group.left:
        await telegram.telegram.send_update(word(group, marie))
    assert len(group.messages) == 1


async def test_a_bot_that_was_already_put_out_is_content(telegram: TelegramScene, marie: Chat) -> None:
    gone = Fault(answer=refusal(403, "Forbidden: bot was kicked from the group chat"))
    telegram.telegram.wire.plan("leaveChat", gone)
    group = await telegram.telegram.group("Famille", marie)
    await until(lambda: telegram.telegram.wire.count("leaveChat") == 1)
    await telegram.telegram.send_update(word(group, marie))
    await telegram.door.close()
    assert telegram.telegram.wire.count("leaveChat") == 1
