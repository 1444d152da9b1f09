"""Sending through Telegram's stand-in over real HTTP, and every way a call can end."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from starlette.responses import JSONResponse, PlainTextResponse, Response

from bots.telegram import CAPABILITIES, Telegram
from core.domain.channel import LengthUnit
from core.jobs import Budget, CallEnding, Job, Look, Refused, Retry, Unknown
from core.texts import catalogue
from sandbox.telegram import Chat, refusal
from sandbox.wire import Fault
from tests.bots.conftest import until

if TYPE_CHECKING:
    from tests.bots.conftest import TelegramScene

NewJob = Callable[..., Job]
SAMPLES = Path(__file__).parent.parent / "payloads" / "telegram"


@pytest.fixture
async def marie(telegram: TelegramScene) -> Chat:
    return await telegram.telegram.person("Marie")


def to(chat: Chat, text: str = "Bonjour", **more: object) -> dict[str, Any]:
    return {"to": str(chat.id), "text": text, **more}


def choice(number: int, label: str) -> dict[str, str]:
    return {"id": f"c{number}", "label": label}


async def test_a_text_is_sent_as_it_is(telegram: TelegramScene, marie: Chat, job: NewJob) -> None:
    text = "*1* < 2 & _3_. https://relais.test 😀"
    assert await telegram.door.carry(job(to(marie, text))) == "1"
    [sent] = marie.messages
    assert (sent.text, sent.buttons, sent.keyboard) == (text, [], None)
    arguments = telegram.telegram.wire.calls[-1].arguments
    assert "parse_mode" not in arguments
    assert "is_disabled" in str(arguments["link_preview_options"])
    assert telegram.door.last_contact == telegram.clock.now()


async def test_short_choices_stand_side_by_side_and_a_press_tells_prompt_and_choice(
    telegram: TelegramScene, marie: Chat, job: NewJob
) -> None:
    labels = ["Oui", "Non", "Parler à un conseiller", "Peut-être", "Je ne sais pas", "1", "2", "3"]
    choices = [choice(n, label) for n, label in enumerate(labels)]
    await telegram.door.carry(job(to(marie, choices=choices, prompt="p12")))
    keyboard = marie.messages[0].document["reply_markup"]["inline_keyboard"]
    assert [[button["text"] for button in row] for row in keyboard] == [
        ["Oui", "Non"],
        ["Parler à un conseiller"],
        ["Peut-être"],
        ["Je ne sais pas"],
        ["1", "2"],
        ["3"],
    ]
    assert [b["callback_data"] for b in marie.messages[0].buttons][:2] == ["v1:p12:c0", "v1:p12:c1"]


@pytest.mark.parametrize(("length", "fits"), [(47, True), (48, False)])
async def test_a_choice_too_long_to_send_back_is_refused_before_it_leaves(
    telegram: TelegramScene, marie: Chat, job: NewJob, length: int, fits: bool
) -> None:
    payload = to(marie, choices=[{"id": "é" + "a" * (length - 1), "label": "x"}], prompt="p" * 12)
    if fits:
        assert await telegram.door.carry(job(payload)) == "1"
        return
    with pytest.raises(Refused) as caught:
        await telegram.door.carry(job(payload))
    assert (caught.value.reason, telegram.telegram.wire.calls) == ("refused.content", [])


async def test_the_phone_is_asked_by_a_keyboard_that_later_goes_away(
    telegram: TelegramScene, marie: Chat, job: NewJob
) -> None:
    labels = {"share": "Partager mon numéro", "skip": "Passer", "way_out": "Un conseiller"}
    await telegram.door.carry(job(to(marie, asks_phone=labels, clears_keyboard=True)))
    assert marie.keyboard is not None
    assert marie.keyboard["keyboard"] == [
        [{"text": "Partager mon numéro", "request_contact": True}],
        [{"text": "Passer"}, {"text": "Un conseiller"}],
    ]
    assert (marie.keyboard["one_time_keyboard"], marie.keyboard["resize_keyboard"]) == (True, True)
    await telegram.door.carry(job(to(marie, clears_keyboard=True)))
    assert marie.keyboard is None


def sample(name: str) -> Response:
    document = json.loads((SAMPLES / f"{name}.json").read_text(encoding="utf-8"))
    return JSONResponse(document["body"], document["status"])


GONE = "refused.chat_gone"
ENDINGS: dict[str, tuple[Response, type[CallEnding], dict[str, object]]] = {
    "blocked": (sample("api_403_blocked"), Refused, {"reason": "refused.blocked", "code": "403"}),
    "deactivated": (sample("api_403_deactivated"), Refused, {"reason": "refused.chat_gone"}),
    "kicked": (refusal(403, "Forbidden: bot was kicked from the group chat"), Refused, {"reason": GONE}),
    "never opened": (
        refusal(403, "Forbidden: bot can't initiate conversation with a user"),
        Refused,
        {"reason": GONE},
    ),
    "empty": (refusal(400, "Bad Request: message text is empty"), Refused, {"reason": "refused.content"}),
    "not found": (sample("api_400_chat_not_found"), Refused, {"reason": "refused.chat_gone"}),
    "migrated": (sample("api_400_migrated"), Refused, {"reason": "refused.chat_gone"}),
    "too long": (refusal(400, "Bad Request: message is too long"), Refused, {"reason": "refused.too_long"}),
    "entities": (sample("api_400_parse"), Refused, {"reason": "refused.content", "code": "400"}),
    "429": (sample("api_429"), Retry, {"after": 3.0, "blocks": "telegram:chat:{to}"}),
    "429 bare": (refusal(429, "Too Many Requests"), Retry, {"after": 1.0, "blocks": "telegram:chat:{to}"}),
    "429 html": (PlainTextResponse("slow down", 429), Retry, {"after": 1.0}),
    "429 long": (
        JSONResponse({"ok": False, "error_code": 429, "parameters": {"retry_after": 30}}, 429),
        Retry,
        {"after": 30.0, "blocks": "telegram:all"},
    ),
    "401": (sample("api_401"), Retry, {"after": 60.0, "blocks": "", "reason": "refused.credentials"}),
    "404": (refusal(404, "Not Found"), Retry, {"after": 60.0, "reason": "refused.credentials"}),
    "409": (sample("api_409_two_pollers"), Retry, {"after": None}),
    "500": (sample("api_500_restart"), Unknown, {}),
    "502 html": (PlainTextResponse("<html>Bad Gateway</html>", 502), Unknown, {}),
    "403 of a machine on the way": (PlainTextResponse("<html>Forbidden</html>", 403), Unknown, {}),
    "400 of a machine on the way": (JSONResponse(["no"], 400), Unknown, {}),
    "429 without end": (PlainTextResponse("[" * 200_000, 429), Retry, {"after": 1.0}),
    "ok false": (JSONResponse({"ok": False}), Unknown, {}),
    "no json": (PlainTextResponse("fine"), Unknown, {}),
}


@pytest.mark.parametrize("name", sorted(ENDINGS))
async def test_how_a_call_ends_is_told_by_what_telegram_answers(
    telegram: TelegramScene, marie: Chat, job: NewJob, name: str
) -> None:
    answer, kind, expected = ENDINGS[name]
    telegram.telegram.wire.plan("sendMessage", Fault(answer=answer))
    with pytest.raises(CallEnding) as caught:
        await telegram.door.carry(job(to(marie)))
    assert type(caught.value) is kind
    assert not isinstance(caught.value, Refused) or catalogue("fr")[caught.value.reason]
    told = {key: getattr(caught.value, key) for key in expected}
    shown = {k: v.format(to=marie.id) if isinstance(v, str) else v for k, v in expected.items()}
    assert told == shown
    assert marie.messages == []
    assert telegram.door.last_contact is None


@pytest.mark.parametrize("cured", [None, "api_403_blocked"])
async def test_a_token_that_is_refused_is_told_until_it_is_taken(
    telegram: TelegramScene, marie: Chat, job: NewJob, cured: str | None
) -> None:
    await telegram.door.start()
    await until(lambda: not telegram.door.trouble)
    told = []
    for name in ("api_401", "api_429", cured):
        if name:
            telegram.telegram.wire.plan("sendMessage", Fault(answer=sample(name)))
        with contextlib.suppress(CallEnding):
            await telegram.door.carry(job(to(marie)))
        told.append(telegram.door.trouble)
    assert told == ["Telegram refuses the token", "Telegram refuses the token", ""]


async def test_a_chat_that_moved_is_written_to_at_its_new_place_at_once(
    telegram: TelegramScene, marie: Chat, job: NewJob
) -> None:
    moved = Chat(-1001234567890123, "Marie")
    telegram.telegram.chats[moved.id] = moved
    telegram.telegram.wire.plan("sendMessage", Fault(answer=sample("api_400_migrated")))
    assert await telegram.door.carry(job(to(marie))) == "1"
    assert ([one.text for one in moved.messages], marie.messages) == (["Bonjour"], [])


@pytest.mark.parametrize(
    ("second", "kind"),
    [
        (sample("api_429"), Retry),
        (sample("api_500_restart"), Unknown),
        (sample("api_400_migrated"), Refused),
    ],
)
async def test_what_ends_the_second_call_of_a_chat_that_moved_ends_the_message(
    telegram: TelegramScene, marie: Chat, job: NewJob, second: Response, kind: type[CallEnding]
) -> None:
    moved = Fault(answer=sample("api_400_migrated"))
    telegram.telegram.wire.plan("sendMessage", moved, Fault(answer=second))
    with pytest.raises(CallEnding) as caught:
        await telegram.door.carry(job(to(marie)))
    assert type(caught.value) is kind
    assert telegram.telegram.wire.count("sendMessage") == 2


@pytest.mark.parametrize(("cut", "arrived"), [("before", 0), ("after", 1)])
async def test_a_connection_lost_after_the_call_left_is_unknown_and_not_tried_again(
    telegram: TelegramScene, marie: Chat, job: NewJob, cut: str, arrived: int
) -> None:
    telegram.telegram.wire.plan("sendMessage", Fault(cut=cut))
    with pytest.raises(Unknown):
        await telegram.door.carry(job(to(marie)))
    assert (telegram.telegram.wire.count("sendMessage"), len(marie.messages)) == (1, arrived)


async def test_a_customer_who_blocked_the_bot_is_told_to_the_team(
    telegram: TelegramScene, marie: Chat, job: NewJob
) -> None:
    marie.blocked = True
    with pytest.raises(Refused) as caught:
        await telegram.door.carry(job(to(marie)))
    assert caught.value.reason == "refused.blocked"


class Failing(httpx.AsyncBaseTransport):
    """A network that fails in one way."""

    def __init__(self, error: type[httpx.TransportError]) -> None:
        self._error = error

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        raise self._error("the network failed", request=request)


@pytest.mark.parametrize(
    ("error", "ending"),
    [
        (httpx.ConnectError, Retry),
        (httpx.ConnectTimeout, Retry),
        (httpx.PoolTimeout, Retry),
        (httpx.ReadTimeout, Unknown),
        (httpx.WriteTimeout, Unknown),
        (httpx.ReadError, Unknown),
        (httpx.RemoteProtocolError, Unknown),
    ],
)
async def test_only_what_surely_never_left_is_tried_again(
    telegram: TelegramScene, job: NewJob, error: type[httpx.TransportError], ending: type[CallEnding]
) -> None:
    door = Telegram(
        token="1:x",
        secret="s",
        api_url=telegram.api_url,
        public_url="https://relais.test",
        desk=telegram.desk.as_desk,
        clock=telegram.clock,
        transport=Failing(error),
    )
    with pytest.raises(CallEnding) as caught:
        await door.carry(job({"to": "7", "text": "x"}))
    assert type(caught.value) is ending
    assert "1:x" not in str(caught.value)


async def test_nothing_can_be_asked_after_an_unknown_outcome(telegram: TelegramScene, job: NewJob) -> None:
    assert telegram.door.has_look_up is False
    assert await telegram.door.look_up(job({"to": "7", "text": "x"})) is Look.CANNOT_TELL


def test_a_message_spends_the_chats_rate_and_the_bots(telegram: TelegramScene, job: NewJob) -> None:
    assert telegram.door.budgets(job({"to": "7", "text": "x"})) == (
        Budget("telegram:chat:7", 1050),
        Budget("telegram:all", 40, 5),
    )


def test_the_card_of_the_channel() -> None:
    assert (CAPABILITIES.suffix, CAPABILITIES.asks_phone) == ("tg", True)
    assert (CAPABILITIES.text_limit, CAPABILITIES.length_unit) == (4000, LengthUnit.UTF16)
