"""A service without a public address fetches Telegram's updates: across restarts, beside a second reader."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from bots.telegram_polling import CONFLICT
from sandbox.telegram import refusal
from sandbox.wire import Fault
from tests.stories.child import ROOT, ChildTown
from tests.stories.people import on_telegram
from tests.stories.town import Town, shipped_rules, town


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Town]:
    """A town whose service fetches."""
    async with town(tmp_path, fetches=True) as built:
        yield built


async def _trouble(place: Town) -> str:
    async with httpx.AsyncClient(trust_env=False) as client:
        answer = await client.get(f"{place.url}/ready")
    assert answer.status_code == 200
    return str(answer.json()["platforms"]["telegram"].get("trouble", ""))


async def test_there_is_no_door_to_knock_at(place: Town) -> None:
    async with httpx.AsyncClient(trust_env=False) as client:
        answer = await client.post(f"{place.url}/telegram", json={"update_id": 1})
    assert answer.status_code == 404
    assert place.telegram.webhook is None
    assert place.telegram.wire.count("setWebhook") == 0


async def test_what_is_written_while_the_service_is_down_is_heard_once_when_it_is_back(place: Town) -> None:
    karim = await on_telegram(place)
    await karim.writes("conseiller")
    async with asyncio.timeout(8):
        await place.close_service()
    for text in ("Le colis 12", "Le colis 13"):
        await place.telegram.write(karim.chat.id, text)
    await place.open_service()
    await place.until(lambda: not place.telegram.updates.pending)
    await place.settle()
    heard = await place.rows("SELECT text FROM messages WHERE author = 'customer' ORDER BY seq")
    assert [row["text"] for row in heard] == ["conseiller", "Le colis 12", "Le colis 13"]


async def test_what_was_heard_and_not_confirmed_is_told_again_and_changes_nothing(place: Town) -> None:
    karim = await on_telegram(place)
    await place.telegram.write(karim.chat.id, "conseiller")
    await place.until(lambda: karim.reads)
    update = karim.chat.messages[0].document
    await place.close_service()
    before = list(karim.reads)
    await place.telegram.send_update({"update_id": 500_001, "message": update})
    await place.open_service()
    await place.until(lambda: not place.telegram.updates.pending)
    await place.settle()
    heard = await place.rows("SELECT text FROM messages WHERE author = 'customer'")
    assert ([row["text"] for row in heard], karim.reads) == (["conseiller"], before)


async def test_a_second_reader_is_told_to_the_operator(place: Town) -> None:
    karim = await on_telegram(place)
    conflict = refusal(409, "Conflict: terminated by other getUpdates request")
    place.telegram.wire.plan("getUpdates", *[Fault(answer=conflict)] * 20)
    await place.telegram.write(karim.chat.id, "bonjour")  # ends the question that may be open
    telegram = place.service.bots["telegram"]
    await place.until(lambda: getattr(telegram, "trouble", "") == CONFLICT)
    assert await _trouble(place) == CONFLICT


async def test_a_process_that_fetches_ends_in_order_and_goes_on_where_it_was(tmp_path: Path) -> None:
    rules = (ROOT / "relais.toml").read_text(encoding="utf-8")
    place = ChildTown(tmp_path, shipped_rules(), rules)
    place.fetches = True
    await place.open_platforms()
    await place.open_service()
    try:
        karim = await on_telegram(place)
        await place.telegram.write(karim.chat.id, "conseiller")
        await place.until(lambda: karim.reads)
        async with asyncio.timeout(8):
            assert await place.end() == 0, place.last_words()
        await place.telegram.write(karim.chat.id, "Le colis 12")
        await place.start()
        await place.until(lambda: not place.telegram.updates.pending)
        heard = await place.rows("SELECT text FROM messages WHERE author = 'customer' ORDER BY seq")
        assert [row["text"] for row in heard] == ["conseiller", "Le colis 12"]
    finally:
        await place.close()
