"""The calls of the Telegram stand-in, met by the real library."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

import httpx
import pytest
from telegram import (
    Bot,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputFile,
    KeyboardButton,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
    ReplyParameters,
    Update,
)
from telegram.error import (
    BadRequest,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)
from telegram.request import HTTPXRequest

from sandbox.telegram import Chat, refusal
from sandbox.wire import Fault

if TYPE_CHECKING:
    from tests.sandbox.telegram_house import Scene

pytest_plugins = ("tests.sandbox.telegram_house",)

TOKEN = "777000111:stand-in"


@pytest.fixture
async def scene(telegram_scene: Scene) -> Scene:
    return telegram_scene


@pytest.fixture
async def marie(scene: Scene) -> Chat:
    return await scene.telegram.person("Marie", "Dupont", phone="+33612345678")


async def test_a_message_sent_by_the_real_library_is_remembered(scene: Scene, marie: Chat) -> None:
    sent = await scene.bot.send_message(marie.id, "Bonjour ! 😀")
    assert marie.messages[0].text == "Bonjour ! 😀"
    assert marie.messages[0].outgoing
    assert (sent.message_id, sent.chat.id, sent.chat.type) == (1, marie.id, "private")
    assert sent.from_user is not None
    assert sent.from_user.username == "relais_bot"
    assert sent.date.timestamp() == scene.clock.now


async def test_ids_of_persons_are_wider_than_32_bits_and_within_52(scene: Scene, marie: Chat) -> None:
    other = await scene.telegram.person("Paul")
    assert 2**32 < marie.id < other.id < 2**52


async def test_message_ids_count_within_a_chat(scene: Scene, marie: Chat) -> None:
    paul = await scene.telegram.person("Paul")
    numbers = [(await scene.bot.send_message(chat.id, "x")).message_id for chat in (marie, paul, marie)]
    assert numbers == [1, 1, 2]


async def test_inline_buttons_come_back_and_reply_keyboards_stay_in_the_chat(
    scene: Scene, marie: Chat
) -> None:
    buttons = InlineKeyboardMarkup([[InlineKeyboardButton("Oui", callback_data="v1:y")]])
    sent = await scene.bot.send_message(marie.id, "Est-ce réglé ?", reply_markup=buttons)
    assert sent.reply_markup == buttons
    assert marie.messages[0].buttons == [{"text": "Oui", "callback_data": "v1:y"}]
    keyboard = ReplyKeyboardMarkup([[KeyboardButton("Partager", request_contact=True)]])
    shown = await scene.bot.send_message(marie.id, "Votre numéro ?", reply_markup=keyboard)
    assert shown.reply_markup is None
    assert marie.keyboard is not None
    assert marie.keyboard["keyboard"] == [[{"text": "Partager", "request_contact": True}]]
    await scene.bot.send_message(marie.id, "Merci", reply_markup=ReplyKeyboardRemove())
    assert marie.keyboard is None


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ({"chat_id": 42}, BadRequest, "Chat not found"),
        ({"text": "   "}, BadRequest, "Message text is empty"),
        ({"text": "x" * 4097}, BadRequest, "Message is too long"),
        ({"text": "😀" * 2049}, BadRequest, "Message is too long"),
        ({"text": "<b>x", "parse_mode": "HTML"}, BadRequest, "Can't parse entities: Can't find end tag"),
        ({"text": "1 < 2", "parse_mode": "HTML"}, BadRequest, "Can't parse entities: Unsupported start tag"),
        ({"text": "<b>x</i>", "parse_mode": "HTML"}, BadRequest, "Unexpected end tag"),
        ({"text": "Fini.", "parse_mode": "MarkdownV2"}, BadRequest, "Character '.' is reserved"),
        ({"text": "*x", "parse_mode": "MarkdownV2"}, BadRequest, "Can't find end of Bold entity"),
        ({"text": "x", "parse_mode": "BBCode"}, BadRequest, "Unsupported parse_mode"),
        ({"reply_parameters": ReplyParameters(99)}, BadRequest, "Message to be replied not found"),
        ({"api_kwargs": {"txet": "x"}}, BadRequest, "Strict: unknown argument txet"),
    ],
)
async def test_what_telegram_refuses_is_refused_and_leaves_no_trace(
    scene: Scene, marie: Chat, arguments: dict[str, object], error: type[Exception], words: str
) -> None:
    call: dict[str, object] = {"chat_id": marie.id, "text": "x"} | arguments
    with pytest.raises(error, match="(?i)" + re.escape(words)) as caught:
        await scene.bot.send_message(**call)  # type: ignore[arg-type]
    assert type(caught.value) is error
    assert marie.messages == []
    assert scene.telegram.wire.calls[-1].outcome == "refused"


@pytest.mark.parametrize(
    ("data", "fine"), [("x" * 64, True), ("é" * 32, True), ("x" * 65, False), ("é" * 33, False)]
)
async def test_callback_data_is_measured_in_bytes(scene: Scene, marie: Chat, data: str, fine: bool) -> None:
    markup = {"inline_keyboard": [[{"text": "Oui", "callback_data": data}]]}
    call = {"chat_id": marie.id, "text": "x", "reply_markup": markup}
    if fine:
        assert await scene.telegram.call("sendMessage", call)
        return
    buttons = InlineKeyboardMarkup([[InlineKeyboardButton("Oui", callback_data=data)]])
    with pytest.raises(BadRequest, match=r"(?i)Button_data_invalid"):
        await scene.bot.send_message(marie.id, "x", reply_markup=buttons)


async def test_html_is_read_to_what_the_customer_sees(scene: Scene, marie: Chat) -> None:
    sent = await scene.bot.send_message(marie.id, "😀 <b>a &amp; b</b> <i>c</i>", parse_mode="HTML")
    assert sent.text == "😀 a & b c"
    assert [(e.type, e.offset, e.length) for e in sent.entities] == [("bold", 3, 5), ("italic", 9, 1)]


async def test_escaped_markdown_is_read_to_what_the_customer_sees(scene: Scene, marie: Chat) -> None:
    sent = await scene.bot.send_message(marie.id, r"*Fini* \(ou presque\)\.", parse_mode="MarkdownV2")
    assert sent.text == "Fini (ou presque)."
    assert [(e.type, e.offset, e.length) for e in sent.entities] == [("bold", 0, 4)]


async def test_a_wrong_token_is_unauthorized(scene: Scene) -> None:
    request = HTTPXRequest(httpx_kwargs={"trust_env": False})
    with pytest.raises(InvalidToken):
        await Bot("1:wrong", base_url=f"{scene.base}/bot", request=request).get_me()
    await request.shutdown()


async def test_an_unknown_method_is_not_found(scene: Scene, http: httpx.AsyncClient) -> None:
    answer = await http.post(f"{scene.base}/bot{TOKEN}/sendMesage")
    assert answer.status_code == 404
    assert answer.json() == {"ok": False, "error_code": 404, "description": "Not Found: method not found"}


async def test_json_query_and_form_arguments_are_all_read(
    scene: Scene, marie: Chat, http: httpx.AsyncClient
) -> None:
    url = f"{scene.base}/bot{TOKEN}/sendMessage"
    arguments: dict[str, str | int] = {"chat_id": marie.id, "text": "bonjour"}
    answers = [
        await http.post(url, json=arguments),
        await http.post(url, data=arguments),
        await http.get(url, params=arguments),
    ]
    assert [answer.json()["result"]["text"] for answer in answers] == ["bonjour"] * 3


async def test_a_blocked_bot_is_forbidden_until_it_is_unblocked(scene: Scene, marie: Chat) -> None:
    await scene.register()
    await scene.telegram.block(marie.id)
    with pytest.raises(Forbidden, match=r"(?i)bot was blocked by the user"):
        await scene.bot.send_message(marie.id, "x")
    await scene.telegram.unblock(marie.id)
    await scene.bot.send_message(marie.id, "x")
    seen = [Update.de_json(update, None).my_chat_member for update in scene.listener.taken]
    assert [member.new_chat_member.status for member in seen if member] == ["kicked", "member"]


async def test_planned_faults_become_the_errors_of_the_library(scene: Scene, marie: Chat) -> None:
    scene.telegram.wire.plan(
        "sendMessage",
        Fault(answer=refusal(429, "Too Many Requests: retry after 3", retry_after=3)),
        Fault(answer=refusal(500, "Internal Server Error: restart")),
        Fault(cut="after"),
        Fault(delay=0.2),
    )
    errors: list[type[TelegramError]] = []
    for patience in (5, 5, 5, 0.1):
        with pytest.raises(TelegramError) as caught:
            await scene.bot.send_message(marie.id, "x", read_timeout=patience)
        errors.append(type(caught.value))
    assert errors == [RetryAfter, NetworkError, NetworkError, TimedOut]
    await scene.until(lambda: scene.telegram.wire.in_flight == 0)
    effects = [call.took_effect for call in scene.telegram.wire.calls if call.method == "sendMessage"]
    assert effects == [False, False, True, True]
    assert len(marie.messages) == 2


async def test_the_fourth_message_within_a_second_must_wait_when_rates_are_limited(
    scene: Scene, marie: Chat
) -> None:
    scene.telegram.memory.rate_limits = True
    for _ in range(3):
        await scene.bot.send_message(marie.id, "x")
    with pytest.raises(RetryAfter) as caught:
        await scene.bot.send_message(marie.id, "x")
    assert caught.value.retry_after == timedelta(seconds=3)
    scene.clock.now += 3
    await scene.bot.send_message(marie.id, "x")


async def test_a_press_can_be_answered_within_fifteen_seconds(scene: Scene, marie: Chat) -> None:
    await scene.register()
    buttons = InlineKeyboardMarkup([[InlineKeyboardButton("Oui", callback_data="v1:y")]])
    sent = await scene.bot.send_message(marie.id, "Est-ce réglé ?", reply_markup=buttons)
    await scene.telegram.press(marie.id, sent.message_id, "v1:y")
    await scene.telegram.press(marie.id, sent.message_id, "forged")
    queries = [Update.de_json(update, None).callback_query for update in scene.listener.taken]
    first, second = [query for query in queries if query]
    assert await scene.bot.answer_callback_query(first.id, text="Merci")
    assert [press.offered for press in marie.presses] == [True, False]
    assert marie.presses[0].answers == [{"text": "Merci"}]
    scene.clock.now += 16
    for query_id in (second.id, "unknown"):
        with pytest.raises(BadRequest, match=r"(?i)Query is too old and response timeout expired"):
            await scene.bot.answer_callback_query(query_id)


async def test_a_message_can_be_edited_but_not_to_itself(scene: Scene, marie: Chat) -> None:
    buttons = InlineKeyboardMarkup([[InlineKeyboardButton("Oui", callback_data="v1:y")]])
    sent = await scene.bot.send_message(marie.id, "avant", reply_markup=buttons)
    await scene.bot.edit_message_text("après", marie.id, sent.message_id, reply_markup=buttons)
    assert marie.messages[0].text == "après"
    with pytest.raises(BadRequest, match=r"(?i)Message is not modified"):
        await scene.bot.edit_message_text("après", marie.id, sent.message_id, reply_markup=buttons)
    await scene.bot.edit_message_reply_markup(marie.id, sent.message_id)
    assert marie.messages[0].buttons == []
    assert [one["text"] for one in marie.messages[0].earlier] == ["avant", "après"]
    with pytest.raises(BadRequest, match=r"(?i)Message to edit not found"):
        await scene.bot.edit_message_text("x", marie.id, 99)


async def test_a_file_can_be_fetched_unless_it_is_too_big(scene: Scene, marie: Chat) -> None:
    await scene.register()
    await scene.telegram.send_media(marie.id, "document", content=b"%PDF", file_name="a.pdf")
    await scene.telegram.send_media(marie.id, "document", file_size=21 * 2**20)
    messages = [Update.de_json(update, None).message for update in scene.listener.taken]
    small, big = [message.document for message in messages if message and message.document]
    assert small.file_name == "a.pdf"
    stored = await scene.bot.get_file(small.file_id)
    assert bytes(await stored.download_as_bytearray()) == b"%PDF"
    with pytest.raises(BadRequest, match=r"(?i)File is too big"):
        await scene.bot.get_file(big.file_id)
    with pytest.raises(BadRequest, match=r"(?i)Invalid file_id"):
        await scene.bot.get_file("nonsense")


async def test_files_are_sent_by_upload_and_by_address(scene: Scene, marie: Chat) -> None:
    upload = InputFile(b"\x89PNG\r\n--x\r\n", filename="reçu.png")
    await scene.bot.send_photo(marie.id, upload, caption="Votre reçu")
    await scene.bot.send_document(marie.id, "https://relais.test/files/contrat.pdf")
    photo, document = marie.messages
    assert photo.upload is not None
    assert photo.upload.content == b"\x89PNG\r\n--x\r\n"
    assert photo.text == "Votre reçu"
    assert document.source == "https://relais.test/files/contrat.pdf"
    with pytest.raises(BadRequest, match=r"(?i)Message caption is too long"):
        await scene.bot.send_photo(marie.id, upload, caption="x" * 1025)


async def test_commands_are_kept_by_language_and_checked(scene: Scene) -> None:
    await scene.bot.set_my_commands([("aide", "Obtenir de l’aide")], language_code="fr")
    assert [one.command for one in await scene.bot.get_my_commands(language_code="fr")] == ["aide"]
    assert await scene.bot.get_my_commands() == ()
    with pytest.raises(BadRequest, match=r"(?i)Bot_command_invalid"):
        await scene.bot.set_my_commands([("Aide !", "x")])
    assert await scene.bot.set_my_description("Le service clients", language_code="fr")
    assert await scene.bot.set_my_short_description("Le service clients")
    assert scene.telegram.account.descriptions["description", "fr"] == "Le service clients"


async def test_a_typing_sign_is_remembered(scene: Scene, marie: Chat) -> None:
    await scene.bot.send_chat_action(marie.id, "typing")
    assert marie.actions == ["typing"]
