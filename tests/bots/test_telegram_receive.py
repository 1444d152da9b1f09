"""What reaches the Telegram door over HTTP: genuine or not, readable or not, store up or down."""

from __future__ import annotations

import asyncio
import json
import logging
from typing import TYPE_CHECKING, Any

import pytest

from core.desk import Outcome
from core.domain.channel import Address, Media
from core.domain.events import (
    CustomerWrote,
    Tap,
)
from sandbox.telegram import Chat
from tests.bots.conftest import until

if TYPE_CHECKING:
    from tests.bots.conftest import TelegramScene

PERSON = {"id": 7, "is_bot": False, "first_name": "Marie"}
CHAT = {"id": 7, "type": "private", "first_name": "Marie"}


def message(**content: object) -> dict[str, Any]:
    head = {"message_id": 1, "from": PERSON, "chat": CHAT, "date": 1795312841}
    return {"update_id": 500, "message": head | content}


async def hear(scene: TelegramScene, **content: object) -> CustomerWrote:
    """Post a genuine message, and return what the desk heard of it."""
    assert (await scene.post(message(**content))).status_code == 200
    [event] = scene.desk.events
    assert isinstance(event, CustomerWrote)
    return event


@pytest.fixture
async def marie(telegram: TelegramScene) -> Chat:
    """A person; the service has registered its webhook."""
    await telegram.open()
    return await telegram.telegram.person("Marie", "Dupont", phone="33612345678")


async def test_what_a_person_types_and_sends_reaches_the_desk(telegram: TelegramScene, marie: Chat) -> None:
    delivery = await telegram.telegram.write(marie.id, "bonjour")
    assert (delivery.status, delivery.attempts, delivery.body) == (200, 1, b"")
    await telegram.telegram.send_media(marie.id, "document", "voilà", file_name="a.pdf")
    written, sent = telegram.desk.events
    address = Address("telegram", str(marie.id))
    assert written == CustomerWrote(address, "Marie Dupont", "bonjour", language_hint="fr", reference="1")
    assert isinstance(sent, CustomerWrote)
    assert (sent.text, sent.media[0].kind, sent.media[0].name) == ("voilà", "document", "a.pdf")
    assert telegram.door.last_contact == telegram.clock.now()


async def test_only_the_persons_own_contact_proves_a_phone(telegram: TelegramScene, marie: Chat) -> None:
    await telegram.telegram.share_contact(marie.id)
    await telegram.telegram.share_contact(marie.id, phone="+33 6.99-(99) 99 99", user_id=42)
    await telegram.telegram.share_contact(marie.id, phone="33699999999", user_id=0)
    await telegram.telegram.share_contact(marie.id, forwarded=True)
    await telegram.telegram.share_contact(marie.id, phone="12")
    heard = [event for event in telegram.desk.events if isinstance(event, CustomerWrote)]
    assert [(one.phone, one.shared_phone) for one in heard] == [("+33612345678", True)] + [("", False)] * 4
    assert heard[0].media == ()
    assert {one.media for one in heard[1:]} == {(Media("contact", detail="Marie"),)}


@pytest.mark.parametrize("headers", [
    {"Other": "x"},
    {"X-Telegram-Bot-Api-Secret-Token": ""},
    {"X-Telegram-Bot-Api-Secret-Token": "test-secret_token-2"},
    {"X-Telegram-Bot-Api-Secret-Token": "test-secret_token-1x"},
    {"X-Telegram-Bot-Api-Secret-Token": "\u00e9"},
])  # fmt: skip
async def test_a_request_without_the_secret_is_refused_and_leaves_no_trace(
    telegram: TelegramScene, headers: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    encoded = {name.encode(): value.encode("latin-1") for name, value in headers.items()}
    answer = await telegram.web.post("/telegram", json=message(text="mon colis fuyant"), headers=encoded)
    assert (answer.status_code, answer.content) == (403, b"")
    assert (telegram.desk.heard, telegram.desk.kept) == ([], [])
    assert telegram.door.last_contact is None
    assert "colis" not in caplog.text


async def test_a_body_of_more_than_a_mebibyte_is_not_read_to_its_end(telegram: TelegramScene) -> None:
    assert (await telegram.post(b"x" * ((1 << 20) + 1))).status_code == 413


@pytest.mark.parametrize("body", [
    b"",
    b"\xff",
    b"[]",
    b"{",
    b"[" * 100_000,
    b'{"message": {}}',
    b'{"update_id": "5"}',
    b'{"update_id": true}',
    b'{"update_id": 5, "message": {}}',
    b'{"update_id": 5, "message": 7}',
    b'{"update_id": 5, "callback_query": {"id": "1"}}',
])  # fmt: skip
async def test_a_genuine_update_that_cannot_be_read_is_kept_and_answered(
    telegram: TelegramScene, body: bytes
) -> None:
    for _ in range(2):
        answer = await telegram.post(body)
        assert (answer.status_code, answer.content) == (200, b"")
    first, again = telegram.desk.kept
    assert (first["source"], first["body"], first["key"]) == ("telegram", body, again["key"])
    assert telegram.desk.heard == []
    assert await telegram.door.replay(body) is None


@pytest.mark.parametrize("body", [json.dumps(message(text="x")).encode(), b"{"])
async def test_while_the_store_is_down_telegram_is_asked_to_come_again(
    telegram: TelegramScene, body: bytes
) -> None:
    telegram.desk.is_down = True
    answer = await telegram.post(body)
    assert (answer.status_code, answer.headers["retry-after"], answer.content) == (503, "1", b"")
    telegram.desk.is_down = False
    assert (await telegram.post(body)).status_code == 200


async def test_an_update_that_came_while_the_store_was_down_comes_again_by_itself(
    telegram: TelegramScene, marie: Chat
) -> None:
    telegram.desk.is_down = True
    telling = asyncio.create_task(telegram.telegram.write(marie.id, "bonjour"))
    await until(lambda: len(telegram.telegram.deliveries) == 1)
    telegram.desk.is_down = False
    delivery = await telling
    assert delivery.status == 200
    assert [event.text for event in telegram.desk.events if isinstance(event, CustomerWrote)] == ["bonjour"]


async def test_updates_of_a_chat_are_heard_in_order_behind_one_that_was_not_kept(
    telegram: TelegramScene, marie: Chat
) -> None:
    telegram.desk.is_down = True
    telling = [asyncio.create_task(telegram.telegram.write(marie.id, "un"))]
    await until(lambda: len(telegram.telegram.deliveries) == 1)
    telling.append(asyncio.create_task(telegram.telegram.write(marie.id, "deux")))
    await until(lambda: len(telegram.telegram.deliveries) >= 2)
    telegram.desk.is_down = False
    await asyncio.gather(*telling)
    told = [event.text for event in telegram.desk.events if isinstance(event, CustomerWrote)]
    assert told == ["un", "deux"]


FILE = {"file_id": "F", "file_unique_id": "U", "file_size": 9}
FILM = {"width": 1, "height": 1, "duration": 1}
POLL = {
    "id": "1",
    "question": "Quand ?",
    "options": [],
    "total_voter_count": 0,
    "is_closed": False,
    "is_anonymous": True,
    "type": "regular",
    "allows_multiple_answers": False,
    "members_only": False,
    "allows_revoting": False,
}
PLACE = {"latitude": 1.5, "longitude": 2.5}


@pytest.mark.parametrize(
    ("content", "medium"),
    [
        ({"video": FILE | FILM | {"file_name": "a.mp4", "mime_type": "video/mp4"}},
         Media("video", "a.mp4", "video/mp4", 9, "F")),
        ({"video_note": FILE | {"length": 1, "duration": 1}}, Media("video", "", "", 9, "F")),
        ({"audio": FILE | {"duration": 1, "title": "Valse"}}, Media("audio", "Valse", "", 9, "F")),
        ({"animation": FILE | FILM | {"mime_type": "video/mp4"}, "document": FILE},
         Media("video", "", "video/mp4", 9, "F")),
        ({"document": {"file_id": "F", "file_unique_id": "U"}}, Media("document", "", "", None, "F")),
        ({"venue": {"location": PLACE, "title": "Chez Léa", "address": "1 rue Haute"}, "location": PLACE},
         Media("location", detail="Chez Léa, 1 rue Haute")),
        ({"dice": {"emoji": "🎲", "value": 3}}, Media("other")),
        ({"brand_new_kind": {"a": 1}}, Media("other")),
        ({"story": {"chat": CHAT, "id": 3}}, Media("other")),
        ({"poll": POLL}, Media("other", detail="Quand ?")),
    ],
)  # fmt: skip
async def test_every_kind_of_message_is_heard(
    telegram: TelegramScene, content: dict[str, object], medium: Media
) -> None:
    event = await hear(telegram, **content, caption="voici")
    assert (event.text, event.media) == ("voici", (medium,))


async def test_a_gesture_in_the_chat_is_no_message(telegram: TelegramScene) -> None:
    pinned = {"message_id": 1, "chat": CHAT, "date": 0}
    await telegram.post(message(pinned_message=pinned))
    await telegram.post(message(write_access_allowed={"from_request": True}))
    assert (telegram.desk.heard, telegram.door.passed) == ([], {"message.gesture": 2})


async def test_a_press_tells_the_prompt_and_the_choice(telegram: TelegramScene, marie: Chat) -> None:
    await telegram.telegram.press(marie.id, 99, "v1:p1:a:livraison-suivi")
    [event] = telegram.desk.events
    assert isinstance(event, CustomerWrote)
    assert (event.tap, event.text) == (Tap("p1", "a:livraison-suivi"), "")
    assert event.address == Address("telegram", str(marie.id))


@pytest.mark.parametrize("data", ["v1:p1", "v2:p1:x", "", "v1:p1:", "v1::"])
async def test_a_press_of_no_button_of_ours_is_a_tap_on_no_prompt(
    telegram: TelegramScene, marie: Chat, data: str
) -> None:
    await telegram.telegram.press(marie.id, 99, data)
    [event] = telegram.desk.events
    assert isinstance(event, CustomerWrote)
    assert event.tap == Tap("", data)


async def test_a_press_elsewhere_than_in_a_private_chat_is_passed_over(telegram: TelegramScene) -> None:
    query = {"id": "1", "from": PERSON, "chat_instance": "1", "data": "v1:p1:yes"}
    await telegram.post({"update_id": 1, "callback_query": query})
    in_a_group = {"message_id": 1, "date": 0, "chat": {"id": -5, "type": "group", "title": "x"}}
    await telegram.post({"update_id": 2, "callback_query": query | {"message": in_a_group}})
    assert (telegram.desk.heard, telegram.door.passed) == ([], {"callback_query.elsewhere": 2})


async def test_a_quarantined_update_can_be_heard_again(telegram: TelegramScene) -> None:
    await hear(telegram, text="bonjour")
    event, key, source = telegram.desk.heard.pop()
    assert source.body is not None
    heard = await telegram.door.replay(source.body)
    assert heard is not None
    assert heard.outcome is Outcome.DONE
    assert telegram.desk.heard == [(event, key, source)]
    group = message(text="x")
    group["message"]["chat"] = {"id": -5, "type": "group", "title": "x"}
    assert await telegram.door.replay(json.dumps(group).encode()) is None


async def test_a_chat_that_is_no_number_is_put_aside(telegram: TelegramScene) -> None:
    """Nobody could be answered there; it is never Telegram's, and answered 200 all the same."""
    nowhere = message(text="bonjour")
    nowhere["message"]["chat"] = {"id": "&lt;", "type": "private", "first_name": "Ana"}
    answer = await telegram.post(nowhere)
    assert (answer.status_code, telegram.desk.heard, len(telegram.desk.kept)) == (200, [], 1)


async def test_a_button_under_a_message_that_is_no_number_is_put_aside(telegram: TelegramScene) -> None:
    under = message(text="menu")["message"] | {"message_id": "x"}
    query = {"id": "1", "from": PERSON, "chat_instance": "1", "data": "v1:p1:yes", "message": under}
    answer = await telegram.post({"update_id": 1, "callback_query": query})
    assert (answer.status_code, telegram.desk.heard, len(telegram.desk.kept)) == (200, [], 1)
