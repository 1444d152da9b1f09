"""`relais faq gaps` and `coverage`, beside a running service."""

import asyncio
from datetime import timedelta

import click
from click.testing import CliRunner

from composition.faq_base import Base
from composition.faq_reports import covered, gaps
from core.clock import WallClock
from tests.stories.people import on_whatsapp
from tests.stories.test_knowledge_grows import ASKED, nobody_knows, replied
from tests.stories.town import Town


def told(place: Town, command: click.Command, *arguments: str) -> list[str]:
    """What a command prints."""
    base = Base(place.settings, WallClock(lambda: place.clock.shift))
    ran = CliRunner().invoke(command, arguments, obj=lambda: base)
    assert ran.exit_code == 0, ran.output
    return ran.output.splitlines()


async def asked(place: Town, command: click.Command, *arguments: str) -> list[str]:
    """The same, from beside the town's loop."""
    return await asyncio.to_thread(told, place, command, *arguments)


async def test_what_nobody_answered_is_printed_with_what_an_agent_said(place: Town) -> None:
    assert await asked(place, gaps) == ["No question was left without an answer in the last 4 weeks."]
    await nobody_knows(place)
    await replied(place)
    first, *rest = await asked(place, gaps, "--weeks", "1")
    assert first.startswith("3 customers: ")
    assert {line.strip() for line in (first.removeprefix("3 customers: "), *rest[:2])} == set(ASKED)
    assert rest[2].startswith("    an agent answered: Bonjour Marie, nous gravons")
    await place.pass_time(timedelta(weeks=2))
    assert len(await asked(place, gaps, "--weeks", "1")) == 1


async def test_the_share_that_an_article_answered_is_told_by_motive(place: Town) -> None:
    assert await asked(place, covered) == ["Nobody asked anything in the last 90 days."]
    await nobody_knows(place)
    karim = await on_whatsapp(place, "Karim Benali")
    await karim.writes("Où est mon colis ?")
    await karim.presses("Oui")
    printed = await asked(place, covered)
    assert printed[0].endswith(": 4.")
    assert printed[1] == "An article answered 1 of them (25 %)."
    assert any(line.split() == ["delivery", "1", "of", "1", "100", "%"] for line in printed)
