"""What persons do in the Telegram stand-in reaches the service: webhooks, retries, order, polling."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import httpx
import pytest
from starlette.responses import JSONResponse
from telegram import (
    KeyboardButton,
    ReplyKeyboardMarkup,
    Update,
)
from telegram.error import (
    BadRequest,
    Conflict,
    Forbidden,
)

from sandbox.telegram import Chat, TelegramStandIn

if TYPE_CHECKING:
    from tests.sandbox.telegram_house import Scene

pytest_plugins = ("tests.sandbox.telegram_house",)

TOKEN = "777000111:stand-in"
PUBLIC = "https://relais.test/telegram"


@pytest.fixture
async def scene(telegram_scene: Scene) -> Scene:
    return telegram_scene


@pytest.fixture
async def marie(scene: Scene) -> Chat:
    return await scene.telegram.person("Marie", "Dupont", phone="+33612345678")


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://relais.test/telegram", "An HTTPS URL must be provided for webhook"),
        ("https://relais.test:9000/telegram", "Webhook can be set up only on ports 80, 88, 443 or 8443"),
    ],
)
async def test_a_webhook_address_telegram_cannot_reach_is_refused(scene: Scene, url: str, words: str) -> None:
    with pytest.raises(BadRequest, match=f"(?i)Bad webhook: {words}"):
        await scene.bot.set_webhook(url)
    assert scene.telegram.webhook is None


async def test_a_secret_of_other_characters_is_refused(scene: Scene) -> None:
    with pytest.raises(BadRequest, match=r"(?i)Secret token contains unallowed characters"):
        await scene.bot.set_webhook(PUBLIC, secret_token="a b")


async def test_what_a_person_writes_reaches_the_webhook_with_the_secret(scene: Scene, marie: Chat) -> None:
    await scene.register()
    delivery = await scene.telegram.write(marie.id, "/start bonjour")
    assert (delivery.status, delivery.attempts) == (200, 1)
    assert scene.listener.secrets == ["s3cret_-"]
    message = Update.de_json(scene.listener.taken[0], None).message
    assert message is not None
    assert message.text == "/start bonjour"
    assert [(e.type, e.offset, e.length) for e in message.entities] == [("bot_command", 0, 6)]
    assert scene.telegram.deliveries[0].url == PUBLIC


async def test_a_webhook_that_fails_is_tried_again_until_it_answers(scene: Scene, marie: Chat) -> None:
    await scene.register()
    scene.listener.statuses = [503, 500, 404, 200]
    delivery = await scene.telegram.write(marie.id, "bonjour")
    assert (delivery.status, delivery.attempts) == (200, 4)
    assert [attempt.status for attempt in scene.telegram.deliveries] == [503, 500, 404, 200]
    assert (await scene.bot.get_webhook_info()).pending_update_count == 0


async def test_a_webhook_nobody_listens_to_is_given_up_at_the_limit(http: httpx.AsyncClient) -> None:
    telegram = TelegramStandIn(
        token=TOKEN,
        http=http,
        resolve=lambda _: "http://127.0.0.1:9/",
        retry_after=0.001,
        retry_limit=3,
    )
    await telegram.call("setWebhook", {"url": PUBLIC})
    paul = await telegram.person("Paul")
    delivery = await telegram.write(paul.id, "bonjour")
    assert (delivery.status, delivery.attempts) == (None, 3)
    assert telegram.updates.pending == []


async def test_an_expired_update_is_dropped(scene: Scene, marie: Chat) -> None:
    await scene.register()
    scene.listener.statuses = [503] * 9
    scene.listener.hold.clear()
    press = asyncio.create_task(scene.telegram.press(marie.id, 1, "v1:y"))
    await scene.until(lambda: len(scene.listener.seen) == 1)
    scene.clock.now += 151
    scene.listener.hold.set()
    assert (await press).attempts == 1


async def test_updates_of_a_chat_keep_their_order_behind_a_failing_one(scene: Scene, marie: Chat) -> None:
    await scene.register()
    scene.listener.statuses = [503, 503]
    words = ["un", "deux", "trois"]
    await asyncio.gather(*(scene.telegram.write(marie.id, word) for word in words))
    taken = [Update.de_json(update, None).message for update in scene.listener.taken]
    assert [message.text for message in taken if message] == words
    assert scene.listener.seen[0] == scene.listener.seen[1] == scene.listener.seen[2]


async def test_a_press_and_another_chat_pass_by_a_chat_that_waits(scene: Scene, marie: Chat) -> None:
    await scene.register()
    paul = await scene.telegram.person("Paul")
    scene.listener.hold.clear()
    deliveries = [
        asyncio.create_task(scene.telegram.write(marie.id, "un")),
        asyncio.create_task(scene.telegram.write(marie.id, "deux")),
        asyncio.create_task(scene.telegram.press(marie.id, 1, "v1:y")),
        asyncio.create_task(scene.telegram.write(paul.id, "trois")),
    ]
    await scene.until(lambda: len(scene.listener.seen) == 3)
    assert sorted(scene.listener.seen) == [500_001, 500_003, 500_004]
    scene.listener.hold.set()
    assert [(await one).status for one in deliveries] == [200] * 4


async def test_kinds_that_were_not_asked_for_are_not_sent(scene: Scene, marie: Chat) -> None:
    await scene.bot.set_webhook(PUBLIC, allowed_updates=["message"])
    assert (await scene.telegram.press(marie.id, 1, "v1:y")).attempts == 0
    await scene.bot.set_webhook(PUBLIC)
    assert (await scene.telegram.block(marie.id)).attempts == 0
    assert scene.listener.taken == []


async def test_a_press_on_a_deleted_message_is_not_accessible(scene: Scene, marie: Chat) -> None:
    await scene.register()
    sent = await scene.bot.send_message(marie.id, "Est-ce réglé ?")
    await scene.bot.delete_message(marie.id, sent.message_id)
    await scene.telegram.press(marie.id, sent.message_id, "v1:y")
    query = Update.de_json(scene.listener.taken[0], None).callback_query
    assert query is not None
    assert query.message is not None
    assert not query.message.is_accessible


async def test_an_own_contact_names_its_sender_and_a_foreign_or_forwarded_one_can_be_told(
    scene: Scene, marie: Chat
) -> None:
    await scene.register()
    keyboard = ReplyKeyboardMarkup([[KeyboardButton("Partager", request_contact=True)]])
    asked = await scene.bot.send_message(marie.id, "Votre numéro ?", reply_markup=keyboard)
    await scene.telegram.share_contact(marie.id)
    await scene.telegram.share_contact(marie.id, phone="+33600000009", user_id=42)
    await scene.telegram.share_contact(marie.id, phone="+33600000009", user_id=0)
    await scene.telegram.share_contact(marie.id, forwarded=True)
    messages = [Update.de_json(update, None).message for update in scene.listener.taken]
    own, foreign, bare, forwarded = [message for message in messages if message]
    assert own.contact is not None
    assert (own.contact.user_id, own.contact.phone_number) == (marie.id, "33612345678")
    assert own.reply_to_message is not None
    assert own.reply_to_message.message_id == asked.message_id
    assert foreign.contact is not None
    assert foreign.contact.user_id == 42
    assert bare.contact is not None
    assert bare.contact.user_id is None
    assert forwarded.forward_origin is not None
    assert own.forward_origin is None


@pytest.mark.parametrize("kind", ["photo", "document", "voice", "sticker", "location", "video"])
async def test_media_of_every_kind_arrive_as_the_library_reads_them(
    scene: Scene, marie: Chat, kind: str
) -> None:
    await scene.register()
    await scene.telegram.send_media(marie.id, kind, caption="ma facture")
    message = Update.de_json(scene.listener.taken[0], None).message
    assert message is not None
    assert message.effective_attachment is not None
    assert getattr(message, kind)
    assert message.text is None


async def test_an_edited_message_comes_as_such(scene: Scene, marie: Chat) -> None:
    await scene.register()
    await scene.telegram.write(marie.id, "avant")
    await scene.telegram.edit(marie.id, 1, "après")
    edited = Update.de_json(scene.listener.taken[1], None).edited_message
    assert edited is not None
    assert (edited.message_id, edited.text) == (1, "après")
    assert marie.messages[0].text == "après"


async def test_a_caption_is_edited_and_both_forms_are_kept(scene: Scene, marie: Chat) -> None:
    await scene.register()
    await scene.telegram.send_media(marie.id, "photo", "avant")
    await scene.telegram.edit(marie.id, 1, "après")
    edited = Update.de_json(scene.listener.taken[1], None).edited_message
    assert edited is not None
    assert (edited.caption, edited.text, len(edited.photo)) == ("après", None, 2)
    assert marie.messages[0].earlier[0]["caption"] == "avant"


async def test_an_answer_brings_the_message_and_the_part_that_was_chosen(scene: Scene, marie: Chat) -> None:
    await scene.register()
    sent = await scene.bot.send_message(marie.id, "Votre colis part demain.")
    await scene.telegram.write(marie.id, "à quelle heure ?", reply_to=sent.message_id, part="part demain")
    message = Update.de_json(scene.listener.taken[0], None).message
    assert message is not None
    assert message.reply_to_message is not None
    assert message.quote is not None
    assert (message.reply_to_message.text, message.quote.text) == ("Votre colis part demain.", "part demain")


async def test_pictures_of_an_album_share_what_names_it(scene: Scene, marie: Chat) -> None:
    await scene.register()
    for caption in ("deux photos", None):
        await scene.telegram.send_media(marie.id, "photo", caption, album="77")
    messages = [Update.de_json(update, None).message for update in scene.listener.taken]
    told = [(message.media_group_id, message.caption) for message in messages if message]
    assert told == [("77", "deux photos"), ("77", None)]


async def test_a_sign_comes_only_to_who_asked_for_it_by_name(scene: Scene, marie: Chat) -> None:
    await scene.register()
    assert (await scene.telegram.react(marie.id, 1, "👍")).attempts == 0
    await scene.bot.set_webhook(PUBLIC, allowed_updates=["message_reaction"])
    await scene.telegram.react(marie.id, 1, "👎", before="👍")
    change = Update.de_json(scene.listener.taken[0], None).message_reaction
    assert change is not None
    assert [len(change.old_reaction), len(change.new_reaction), change.message_id] == [1, 1, 1]


async def test_a_bot_put_into_a_group_may_speak_there_until_it_leaves(scene: Scene, marie: Chat) -> None:
    await scene.register()
    group = await scene.telegram.group("Famille", marie)
    added = Update.de_json(scene.listener.taken[0], None).my_chat_member
    assert added is not None
    assert (added.chat.type, added.from_user.id, added.new_chat_member.status) == (
        "group",
        marie.id,
        "member",
    )
    await scene.bot.send_message(group.id, "Au revoir.")
    assert await scene.bot.leave_chat(group.id)
    with pytest.raises(Forbidden, match="bot is not a member of the group chat"):
        await scene.bot.send_message(group.id, "Encore un mot.")
    with pytest.raises(BadRequest, match="private chats"):
        await scene.bot.leave_chat(marie.id)


async def test_a_raw_update_of_an_unknown_person_opens_their_chat(scene: Scene) -> None:
    await scene.register()
    who = {"id": 1111111, "is_bot": False, "first_name": "Ana", "language_code": "pt-br"}
    message = {"from": who, "chat": {"id": 1111111, "type": "private", "first_name": "Ana"}, "text": "olá"}
    await scene.telegram.send_update({"message": message})
    await scene.telegram.send_update({"subscription": {"new": True}})
    assert scene.telegram.chats[1111111].language_code == "pt-br"
    assert (await scene.bot.send_message(1111111, "oi")).message_id == 2
    assert scene.ids() == [500_001, 500_002]


async def test_polling_confirms_by_offset_and_excludes_a_webhook(scene: Scene, marie: Chat) -> None:
    assert (await scene.telegram.write(marie.id, "un")).attempts == 0
    await scene.telegram.write(marie.id, "deux")
    updates = await scene.bot.get_updates()
    assert [update.message.text for update in updates if update.message] == ["un", "deux"]
    left = await scene.bot.get_updates(offset=updates[0].update_id + 1)
    assert [update.update_id for update in left] == [updates[1].update_id]
    await scene.register()
    with pytest.raises(Conflict, match=r"(?i)can't use getUpdates method while webhook is active"):
        await scene.bot.get_updates()
    await scene.telegram.settle()
    assert scene.ids() == [updates[1].update_id]


async def test_a_long_poll_ends_with_the_first_update_or_with_another_poller(
    scene: Scene, marie: Chat, http: httpx.AsyncClient
) -> None:
    url = f"{scene.base}/bot{TOKEN}/getUpdates?timeout=30"
    first = asyncio.create_task(http.get(url))
    await scene.until(lambda: scene.telegram.wire.in_flight == 1)
    second = asyncio.create_task(http.get(url))
    ended = await first
    assert ended.status_code == 409
    assert ended.json()["description"].startswith("Conflict: terminated by other getUpdates request")
    await scene.telegram.write(marie.id, "un")
    assert len((await second).json()["result"]) == 1


async def test_an_answer_that_names_a_method_is_executed(scene: Scene, marie: Chat) -> None:
    await scene.register()
    call = {"method": "sendMessage", "chat_id": marie.id, "text": "par la réponse"}
    scene.listener.body = bytes(JSONResponse(call).body)
    await scene.telegram.write(marie.id, "bonjour")
    assert [message.text for message in marie.messages] == ["bonjour", "par la réponse"]


async def test_webhook_state_can_be_read_and_removed(scene: Scene, marie: Chat) -> None:
    await scene.bot.set_webhook(PUBLIC, allowed_updates=["message"], max_connections=10)
    scene.listener.statuses = [503] * 6
    await scene.telegram.write(marie.id, "bonjour")
    state = await scene.bot.get_webhook_info()
    assert (state.url, state.max_connections, state.allowed_updates) == (PUBLIC, 10, ("message",))
    assert state.last_error_message == "Wrong response from the webhook: 503 Service Unavailable"
    assert await scene.bot.delete_webhook()
    assert (await scene.bot.get_webhook_info()).url == ""


async def test_closing_ends_whoever_waits_for_a_delivery(scene: Scene, marie: Chat) -> None:
    await scene.register()
    scene.listener.hold.clear()
    waiting = asyncio.create_task(scene.telegram.write(marie.id, "bonjour"))
    await scene.until(lambda: len(scene.listener.seen) == 1)
    await scene.telegram.close()
    assert (await waiting).status is None


async def test_whoever_watches_is_told_of_every_change(scene: Scene, marie: Chat) -> None:
    seen: list[int] = []
    scene.telegram.wire.watch(lambda: seen.append(len(marie.messages)))
    await scene.telegram.write(marie.id, "bonjour")
    await scene.bot.send_message(marie.id, "bonjour")
    assert seen[0] == 1
    assert seen[-1] == 2
