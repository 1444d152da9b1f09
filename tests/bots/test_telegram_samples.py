"""Telegram's own updates: what each one becomes, or that it is passed over."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from core.domain.channel import Address, Media
from core.domain.events import CustomerWrote, Tap

if TYPE_CHECKING:
    from tests.bots.conftest import TelegramScene

SAMPLES = Path(__file__).parent.parent / "payloads" / "telegram"


def said(text: str = "", *media: Media, tap: Tap | None = None, phone: str = "") -> CustomerWrote:
    return CustomerWrote(
        Address("telegram", "1111111"),
        "Ana Teste",
        text,
        media,
        tap,
        language_hint="pt-br",
        phone=phone,
        shared_phone=bool(phone),
    )


SAID = {
    "text": said("Olá 👋, preciso de ajuda"),
    "edited_message": said("Olá, preciso de ajuda com a FATURA"),
    "forwarded": said("encaminhada"),
    "reply_to_bot": said("isso"),
    "bot_command_localized_user": said("/start"),
    "command_with_bot_name": said("/ajuda@suporte_teste_bot"),
    "start_deep_link": said("/start ref_ABC-123"),
    "callback_query": said(tap=Tap("cnf", "0f3a:y")),
    "callback_query_inaccessible": said(tap=Tap("cnf", "0f3a:n")),
    "callback_query_unknown_data": said(tap=Tap("", "../../etc")),
    "contact_own": said(phone="+5511900000001"),
    "contact_of_someone_else": said("", Media("contact", detail="Bruno")),
    "contact_without_user_id": said("", Media("contact", detail="Padaria")),
    "photo_caption": said("minha fatura", Media("image", "", "image/jpeg", 183211, "AgACAgQAAx1y")),
    "album_1": said("duas fotos", Media("image", "", "image/jpeg", 183211, "AgACAgQAAx2y")),
    "album_2": said("", Media("image", "", "image/jpeg", 183211, "AgACAgQAAx3y")),
    "document": said(
        "contrato", Media("document", "contrato.pdf", "application/pdf", 26214401, "BQACAgQAAxD")
    ),
    "voice": said("", Media("voice", "", "audio/ogg", 23000, "AwACAgQAAxV")),
    "sticker": said("", Media("sticker", reference="CAACAgQAAxS")),
    "location": said("", Media("location", detail="-23.55052, -46.633308")),
}
PASSED = {
    "group_message": "message.group",
    "group_migrated": "message.group",
    "my_chat_member_blocked": "my_chat_member.kicked",
    "my_chat_member_unblocked": "my_chat_member.member",
    "message_reaction": "message_reaction",
    "business_message": "business_message",
    "unknown_future_update": "brand_new_kind",
}


def update_of(name: str) -> dict[str, Any]:
    sample: dict[str, Any] = json.loads((SAMPLES / f"{name}.json").read_text(encoding="utf-8"))
    update: dict[str, Any] = sample["update"]
    return update


def test_every_sample_of_an_update_has_its_row() -> None:
    known = {path.stem for path in SAMPLES.glob("*.json") if "update" in json.loads(path.read_text())}
    assert known == SAID.keys() | PASSED.keys()


@pytest.mark.parametrize("name", sorted(SAID))
async def test_an_update_becomes_the_words_of_a_customer(telegram: TelegramScene, name: str) -> None:
    update = update_of(name)
    answer = await telegram.post(update)
    assert (answer.status_code, answer.content) == (200, b"")
    [(event, key, source)] = telegram.desk.heard
    assert event == SAID[name]
    occasion = "edit:41:1795312890" if name == "edited_message" else update["update_id"]
    assert key == f"telegram:777000111:1111111:{occasion}"
    assert source.name == "telegram"
    assert source.body is not None
    assert json.loads(source.body) == update


@pytest.mark.parametrize("name", sorted(PASSED))
async def test_what_is_for_nobody_here_is_answered_and_counted(telegram: TelegramScene, name: str) -> None:
    answer = await telegram.post(update_of(name))
    assert (answer.status_code, answer.content) == (200, b"")
    assert (telegram.desk.heard, telegram.desk.kept) == ([], [])
    assert telegram.door.passed == {PASSED[name]: 1}
