"""What a person does on Telegram beside writing: edits, answers, links, signs, shutting the door."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from core.domain.channel import Address
from core.domain.events import (
    CustomerEdited,
    CustomerLeft,
    CustomerReacted,
    CustomerReturned,
    CustomerWrote,
    Quoted,
)
from core.jobs import Job
from sandbox.telegram import Chat

if TYPE_CHECKING:
    from tests.bots.conftest import TelegramScene

NewJob = Callable[..., Job]
PERSON = {"id": 7, "is_bot": False, "first_name": "Marie"}
CHAT = {"id": 7, "type": "private", "first_name": "Marie"}
PLACE = {"latitude": 1.5, "longitude": 2.5}
WORDS = "Bonjour Marie, votre colis part demain."


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


async def test_every_edit_is_a_later_version_and_a_moving_place_is_none(
    telegram: TelegramScene, marie: Chat
) -> None:
    await telegram.telegram.write(marie.id, "colis 12")
    for text in ("colis 13", "colis 14"):  # within one second
        await telegram.telegram.edit(marie.id, 1, text)
    await telegram.post(telegram.telegram.deliveries[-1].content)
    _, *edits = telegram.desk.events
    assert [(one.reference, one.text) for one in edits if isinstance(one, CustomerEdited)] == [
        ("1", "colis 13"),
        ("1", "colis 14"),
    ]
    first, second = (one.version for one in edits if isinstance(one, CustomerEdited))
    assert first < second
    moved = message(location=PLACE)["message"] | {"edit_date": 1795312850}
    await telegram.post({"update_id": 501, "edited_message": moved})
    in_a_group = moved | {"chat": {"id": -5, "type": "group", "title": "x"}}
    await telegram.post({"update_id": 502, "edited_message": in_a_group})
    assert telegram.door.passed == {"edited_message.location": 1, "edited_message.group": 1}


async def test_the_caption_of_a_picture_can_be_edited_too(telegram: TelegramScene, marie: Chat) -> None:
    await telegram.telegram.send_media(marie.id, "photo", "colis 12")
    await telegram.telegram.edit(marie.id, 1, "colis 13")
    edited = telegram.desk.events[-1]
    assert isinstance(edited, CustomerEdited)
    assert (edited.reference, edited.text) == ("1", "colis 13")


@pytest.mark.parametrize(
    ("part", "quoted"),
    [
        ("", Quoted("1", "Bonjour Marie, votre colis part demain.")),
        ("part demain", Quoted("1", "part demain")),
    ],
)
async def test_an_answer_brings_the_words_it_answers(
    telegram: TelegramScene, marie: Chat, job: NewJob, part: str, quoted: Quoted
) -> None:
    assert await telegram.door.carry(job({"to": str(marie.id), "text": WORDS})) == "1"
    await telegram.telegram.write(marie.id, "vers quelle heure ?", reply_to=1, part=part)
    [event] = telegram.desk.events
    assert isinstance(event, CustomerWrote)
    assert (event.text, event.quoted) == ("vers quelle heure ?", quoted)


async def test_a_part_of_a_message_from_elsewhere_is_quoted_without_its_place(
    telegram: TelegramScene,
) -> None:
    origin = {"type": "channel", "chat": CHAT, "message_id": 9, "date": 1795312000}
    part = {"text": "livraison offerte", "position": 0}
    event = await hear(telegram, text="est-ce vrai ?", quote=part, external_reply={"origin": origin})
    assert event.quoted == Quoted("", "livraison offerte")


@pytest.mark.parametrize(
    ("text", "read", "link"),
    [
        ("/start ref_ABC-123", "/start", "ref_ABC-123"),
        ("/start@relais_bot boutique", "/start", "boutique"),
        ("/start " + "x" * 64, "/start", "x" * 64),
        ("/start " + "x" * 65, "/start " + "x" * 65, ""),
        ("/start où est mon colis ?", "/start où est mon colis ?", ""),
        ("/start colis/12", "/start colis/12", ""),
        ("/start", "/start", ""),
        ("je /start ref", "je /start ref", ""),
    ],
)
async def test_only_a_links_own_characters_are_taken_for_a_link(
    telegram: TelegramScene, text: str, read: str, link: str
) -> None:
    event = await hear(telegram, text=text)
    assert (event.text, event.link) == (read, link)


def put_there(*signs: object) -> list[dict[str, str]]:
    """Reactions of the Bot API: an emoji, or a picture of somebody's own."""
    custom = [
        {"type": "custom_emoji", "custom_emoji_id": str(sign)} for sign in signs if isinstance(sign, int)
    ]
    return [{"type": "emoji", "emoji": sign} for sign in signs if isinstance(sign, str)] + custom


@pytest.mark.parametrize(
    ("before", "after", "sign"),
    [
        ((), ("👍",), "👍"),
        (("👍",), ("👎",), "👎"),
        (("👍",), ("👍", "❤"), "❤"),
        (("👍",), (), ""),
        ((), (77,), None),
        (("👍",), (77,), None),
        ((), ("👍", 77), "👍"),
    ],
)
async def test_the_sign_that_was_added_is_heard_where_it_can_be_said(
    telegram: TelegramScene, before: tuple[object, ...], after: tuple[object, ...], sign: str | None
) -> None:
    change = {"chat": CHAT, "message_id": 9, "user": PERSON, "date": 1795312860}
    signs = {"old_reaction": put_there(*before), "new_reaction": put_there(*after)}
    await telegram.post({"update_id": 1, "message_reaction": change | signs})
    expected = [] if sign is None else [CustomerReacted(Address("telegram", "7"), "9", sign)]
    assert telegram.desk.events == expected
    assert telegram.door.passed == ({"message_reaction.unseen": 1} if sign is None else {})


async def test_a_person_who_blocks_and_unblocks_is_heard(telegram: TelegramScene, marie: Chat) -> None:
    await telegram.telegram.block(marie.id)
    await telegram.telegram.unblock(marie.id)
    address = Address("telegram", str(marie.id))
    assert telegram.desk.events == [CustomerLeft(address), CustomerReturned(address)]


async def test_a_message_of_somebodys_business_account_is_not_ours(telegram: TelegramScene) -> None:
    await telegram.post(message(text="oi", business_connection_id="bc_01"))
    assert (telegram.desk.heard, telegram.door.passed) == ([], {"message.business": 1})
