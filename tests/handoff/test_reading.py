"""Pages of a conversation: whole messages, in order, within what one answer holds, and nothing of others'."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from core.domain.conversation import Status
from core.store import conversations
from core.store.db import Db
from handoff.acts import Acts
from handoff.answers import Answer, document
from handoff.lines import Lines
from handoff.reading import CHARACTERS, Reading
from handoff.targets import Targets
from sandbox.slack_blocks import complaints_about_blocks
from tests.core.desk_house import Desks, a_desk

TALK = "talk-marie"


@asynccontextmanager
async def reading(
    folder: Path,
    **changes: Any,  # noqa: ANN401 - fields of a conversation
) -> AsyncIterator[tuple[Desks, Reading]]:
    """Marie's conversation, and somebody who reads it."""
    async with a_desk(folder) as desks:
        await desks.talk(**changes)
        rules, texts = desks.desk.rules, desks.texts
        targets = Targets(desks.store, desks.clock.now)
        labels = {"mute": "Muet"}
        acts = Acts(
            desk=desks.desk, targets=targets, texts=texts, rules=rules, labels=labels, now=desks.clock.now
        )
        lines = Lines(texts, "fr")
        yield desks, Reading(store=desks.store, acts=acts, targets=targets, lines=lines, when=str)


async def said(desks: Desks, *texts: str, author: str = "customer") -> None:
    """So many messages, in the database."""

    async def write(db: Db) -> None:
        for text in texts:
            await conversations.add_message(db, TALK, at=desks.clock.now(), author=author, text=text)
        await db.run("UPDATE conversations SET messages = messages + $2 WHERE id = $1", TALK, len(texts))

    await desks.store.write(write)


def read(answer: Answer) -> str:
    return "\n".join(answer.details)


def next_page(answer: Answer, label: str) -> dict[str, str] | None:
    return next((choice.value for choice in answer.choices if choice.label == label), None)


async def test_messages_of_any_length_are_each_on_one_page_whole_and_every_page_fits(tmp_path: Path) -> None:
    async with reading(tmp_path) as (desks, reader):
        texts = [f"<{number}> " + "mot & " * (number * 37 % 690) for number in range(120)]
        await said(desks, *texts)
        value: dict[str, str] | None = {"c": TALK}
        pages: list[Answer] = []
        while value is not None:
            pages.append(await reader.page(value))
            value = next_page(pages[-1], "Suite")
        everything = "\n".join(map(read, pages))
        at = [everything.index(f"&lt;{number}&gt;") for number in range(120)]
        assert at == sorted(at)
        assert everything.count("mot ") == sum(text.count("mot ") for text in texts)
        for page in pages:
            shown = document(page, "")
            assert list(complaints_about_blocks(shown["blocks"])) == []
            assert len(read(page)) <= CHARACTERS


async def test_whose_words_they_are_is_said_once_for_all_that_follow(tmp_path: Path) -> None:
    async with reading(tmp_path) as (desks, reader):
        await said(desks, "un", "deux")
        await said(desks, "note de Léa", author="note")
        await said(desks, "trois")
        page = read(await reader.page({"c": TALK}))
        assert page.count("*Marie*") == 2
        assert [line for line in page.split("\n") if "*" not in line] == [
            "> un",
            "> deux",
            "note de Léa",
            "> trois",
        ]


async def test_a_message_that_no_page_holds_is_cut_and_the_way_goes_on(tmp_path: Path) -> None:
    async with reading(tmp_path) as (desks, reader):
        await said(desks, "&" * 4096, "deux " * 300)
        page = await reader.page({"c": TALK})
        assert 8_000 < len(read(page)) <= CHARACTERS
        assert "La suite n’est pas montrée ici" in read(page)
        value = next_page(page, "Suite")
        assert value is not None
        assert read(await reader.page(value)).count("deux") == 300


@pytest.mark.parametrize("odd", ["", "x", "-1", "1e9", "9" * 40, "²"])
async def test_odd_numbers_read_from_the_beginning(tmp_path: Path, odd: str) -> None:
    async with reading(tmp_path) as (desks, reader):
        await said(desks, "un", "deux")
        assert "> un" in read(await reader.page({"c": TALK, "p": odd, "b": odd}))


async def test_beyond_the_end_there_is_nothing_and_it_says_so(tmp_path: Path) -> None:
    async with reading(tmp_path) as (desks, reader):
        await said(desks, "un")
        assert (await reader.page({"c": TALK, "p": "7"})).text == "Il n’y a plus rien à lire de ce côté."


async def test_what_is_between_a_customer_and_the_bot_is_not_the_teams_to_read(tmp_path: Path) -> None:
    talk = {"status": Status.BOT, "owner": "", "handle": "", "handed_off_at": None, "thread": None}
    async with reading(tmp_path, **talk) as (desks, reader):
        await said(desks, "entre nous")
        answer = await reader.page({"c": TALK})
        assert "entre nous" not in answer.text + read(answer)
        assert (await reader.page({"c": "nobody"})).text == answer.text


async def test_what_is_masked_in_the_thread_is_masked_here(tmp_path: Path) -> None:
    async with reading(tmp_path) as (desks, reader):
        await said(desks, "ma carte 4970 1000 0000 0014 merci")
        page = read(await reader.page({"c": TALK}))
        assert "merci" in page
        assert "4970" not in page
