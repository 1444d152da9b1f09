"""Every row of `docs/faults.md` is played: the true carrier and lanes, the stand-in, time that is moved."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import pytest

from tests.core.virtual import virtually
from tests.faults import slack, slack_scene, telegram, telegram_scene, twilio, twilio_scene
from tests.faults.rows import Row
from tests.faults.scene import Scene, is_said

Opens = Callable[[Path], AbstractAsyncContextManager[Scene]]


def named(row: Row) -> str:
    return f"{row.name} / {row.carries}"


def holds(opens: Opens, row: Row, folder: Path) -> None:
    """What becomes of the row is what the page says, and the team reads exactly the sentence it names."""

    async def story() -> tuple[str, list[str]]:
        async with opens(folder) as scene:
            became = await scene.play(row)
            await asyncio.sleep(1)
            return became, await scene.told()

    became, told = virtually(story())
    assert became == row.becomes
    assert bool(told) == bool(row.told), told
    assert [text for text in told if not is_said(row.told, text)] == []


@pytest.mark.parametrize("row", twilio.rows(), ids=named)
def test_what_a_call_to_twilio_meets_becomes_what_the_page_says(row: Row, tmp_path: Path) -> None:
    holds(twilio_scene.scene, row, tmp_path)


@pytest.mark.parametrize("row", telegram.rows(), ids=named)
def test_what_a_call_to_telegram_meets_becomes_what_the_page_says(row: Row, tmp_path: Path) -> None:
    holds(telegram_scene.scene, row, tmp_path)


@pytest.mark.parametrize("row", slack.rows(), ids=named)
def test_what_a_call_to_slack_meets_becomes_what_the_page_says(row: Row, tmp_path: Path) -> None:
    holds(slack_scene.scene, row, tmp_path)
