"""Every sample of Telegram in one table: updates pushed and fetched, each answer of the API served once."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from starlette.responses import JSONResponse

from bots.telegram_polling import CONFLICT
from core.domain.channel import Address, Media
from core.domain.events import (
    CustomerEdited,
    CustomerLeft,
    CustomerReacted,
    CustomerReturned,
    CustomerWrote,
    Event,
    Quoted,
    Tap,
)
from core.jobs import CallEnding, Job
from sandbox.wire import Fault
from tests.bots.conftest import SECRET, until
from tests.samples_seen import Group, saw

if TYPE_CHECKING:
    from tests.bots.conftest import Scenes, TelegramScene

NewJob = Callable[..., Job]
SAMPLES = Path(__file__).parent.parent / "payloads" / "telegram"
ANA = Address("telegram", "1111111")
ALBUM = "13400000000000001"


def said(text: str = "", *media: Media, **more: Any) -> CustomerWrote:  # noqa: ANN401 - fields of the event
    return CustomerWrote(ANA, "Ana Teste", text, media, language_hint="pt-br", **more)


def tap(prompt: str, choice: str) -> CustomerWrote:
    return said(tap=Tap(prompt, choice))


def photo(file: str) -> Media:
    return Media("image", "", "image/jpeg", 183211, file)


PDF = Media("document", "contrato.pdf", "application/pdf", 26214401, "BQACAgQAAxD")
VOICE = Media("voice", "", "audio/ogg", 23000, "AwACAgQAAxV")
STICKER = Media("sticker", reference="CAACAgQAAxS")
PLACE = Media("location", detail="-23.55052, -46.633308")
PHONE = "+5511900000001"

HEARD: dict[str, Event] = {
    "text": said("Olá 👋, preciso de ajuda", reference="41"),
    "forwarded": said("encaminhada", reference="55"),
    "reply_to_bot": said("isso", reference="54", quoted=Quoted("40", "Confirma?")),
    "bot_command_localized_user": said("/start", reference="61"),
    "command_with_bot_name": said("/ajuda@suporte_teste_bot", reference="43"),
    "start_deep_link": said("/start", reference="42", link="ref_ABC-123"),
    "edited_message": CustomerEdited(ANA, "41", "Olá, preciso de ajuda com a FATURA", 1795312890007),
    "message_reaction": CustomerReacted(ANA, "40", "👍"),
    "my_chat_member_blocked": CustomerLeft(ANA),
    "my_chat_member_unblocked": CustomerReturned(ANA),
    "callback_query": tap("cnf", "0f3a:y"),
    "callback_query_inaccessible": tap("cnf", "0f3a:n"),
    "callback_query_unknown_data": tap("", "../../etc"),
    "contact_own": said(phone=PHONE, shared_phone=True, reference="44"),
    "contact_of_someone_else": said("", Media("contact", detail="Bruno"), reference="45"),
    "contact_without_user_id": said("", Media("contact", detail="Padaria"), reference="46"),
    "photo_caption": said("minha fatura", photo("AgACAgQAAx1y"), reference="47"),
    "album_1": said("duas fotos", photo("AgACAgQAAx2y"), reference="48", album=ALBUM),
    "album_2": said("", photo("AgACAgQAAx3y"), reference="49", album=ALBUM),
    "document": said("contrato", PDF, reference="51"),
    "voice": said("", VOICE, reference="50"),
    "sticker": said("", STICKER, reference="53"),
    "location": said("", PLACE, reference="52"),
}
"""What the desk hears."""
PASSED = {
    "group_message": "message.group",  # and the bot leaves
    "group_migrated": "message.group.migrated",
    "business_message": "business_message",
    "unknown_future_update": "brand_new_kind",
}
"""What is for nobody here, and under which name it is counted. None of these samples goes to quarantine."""

SENT = {
    "api_send_ok": "71",
    "api_400_migrated": "1",  # sent again at once, to where the chat is now
    "api_400_chat_not_found": "Refused refused.chat_gone 400",
    "api_400_file_too_big": "Refused refused.content 400",
    "api_400_not_modified": "Refused refused.content 400",
    "api_400_parse": "Refused refused.content 400",
    "api_400_query_too_old": "Refused refused.content 400",
    "api_403_blocked": "Refused refused.blocked 403",
    "api_403_deactivated": "Refused refused.chat_gone 403",
    "api_401": "Retry token refused",
    "api_409_two_pollers": "Retry conflict",
    "api_429": "Retry too many requests",
    "api_500_restart": "Unknown NetworkError",
}
"""How a message ends that is answered so."""


def sample(name: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((SAMPLES / f"{name}.json").read_text(encoding="utf-8"))
    return document


def fault(name: str) -> Fault:
    return Fault(answer=JSONResponse(sample(name)["body"], sample(name)["status"]))


def test_every_sample_has_its_row() -> None:
    names = {path.stem for path in SAMPLES.glob("*.json")}
    assert names == HEARD.keys() | PASSED.keys() | SENT.keys()
    assert len(names) == 40


@pytest.mark.parametrize("secret", [SECRET, ""], ids=["pushed", "fetched"])
@pytest.mark.parametrize("name", sorted(HEARD | PASSED))
async def test_an_update_is_heard_or_passed_over(telegram_scenes: Scenes, name: str, secret: str) -> None:
    scene = await telegram_scenes(secret)
    await scene.open()
    update = sample(name)["update"]
    await scene.tell(update)
    assert scene.desk.kept == []
    assert scene.door.passed == ({PASSED[name]: 1} if name in PASSED else {})
    assert scene.desk.events == ([HEARD[name]] if name in HEARD else [])
    for _, key, source in scene.desk.heard:
        assert key == f"telegram:777000111:1111111:{update['update_id']}"
        assert (source.name, json.loads(source.body or b"")) == ("telegram", update)


@pytest.mark.parametrize("name", sorted(SENT))
async def test_an_answer_ends_a_message(
    telegram: TelegramScene, job: NewJob, record_property: Callable[[str, object], None], name: str
) -> None:
    ana = await telegram.telegram.person("Ana")
    moved = sample("api_400_migrated")["body"]["parameters"]["migrate_to_chat_id"]
    telegram.telegram.chats[moved] = type(ana)(moved, "Ana")
    telegram.telegram.wire.plan("sendMessage", fault(name))
    try:
        ended = await telegram.door.carry(job({"to": str(ana.id), "text": "Bonjour"}))
    except CallEnding as ending:
        ended = f"{type(ending).__name__} {ending}"
    saw(record_property, Group.TELEGRAM_ANSWERS, name, as_expected=ended == SENT[name])
    assert ended == SENT[name]
    assert ana.messages == []
    assert [one.text for one in telegram.telegram.chats[moved].messages] == (
        ["Bonjour"] if name == "api_400_migrated" else []
    )


@pytest.mark.parametrize("name", ["api_400_query_too_old", "api_429", "api_500_restart"])
async def test_a_press_is_heard_whatever_the_answer_to_its_courtesies(
    telegram: TelegramScene, name: str
) -> None:
    await telegram.open()
    telegram.telegram.wire.plan("answerCallbackQuery", fault(name))
    telegram.telegram.wire.plan("editMessageReplyMarkup", fault("api_400_not_modified"))
    await telegram.tell(sample("callback_query")["update"])
    wire = telegram.telegram.wire
    await until(lambda: wire.count("answerCallbackQuery") == wire.count("editMessageReplyMarkup") == 1)
    assert len(telegram.desk.heard) == 1


async def test_two_processes_that_fetch_are_told_apart_and_the_loop_goes_on(fetching: TelegramScene) -> None:
    fetching.telegram.wire.plan("getUpdates", fault("api_409_two_pollers"))
    await fetching.door.start()
    await until(lambda: fetching.door.trouble == CONFLICT)
    await until(lambda: not fetching.door.trouble)
    await fetching.tell(sample("text")["update"])
    assert fetching.desk.events == [HEARD["text"]]
