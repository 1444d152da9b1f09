"""Stories of cards that stand and were never confirmed, or were taken away in doubt."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from sandbox.wire import Fault as Wirefault
from tests.sim.cast import Cast, scenario
from tests.sim.people import cards

CUT = Wirefault(cut="after")


@asynccontextmanager
async def slack_tells_nothing(cast: Cast) -> AsyncIterator[None]:
    """Meanwhile no event of Slack's reaches us: not even that a post of ours stands."""
    slack = cast.world.slack
    ours, slack.request_url = slack.request_url, None
    yield
    slack.request_url = ours


async def _is_in_doubt(cast: Cast, *faults: Wirefault, until: Callable[[], bool]) -> None:
    """Somebody asks for a person; of what is posted then the answers are lost."""
    marie, slack = await cast.marie(), cast.world.slack
    slack.wire.plan("chat.postMessage", *faults)
    async with slack_tells_nothing(cast):
        await marie.writes("conseiller")
        while not until():
            await asyncio.sleep(0.05)


async def _card_is_in_doubt(cast: Cast) -> None:
    await _is_in_doubt(cast, CUT, until=lambda: bool(cards(cast.world)))


@scenario
async def a_note_stands_under_a_card_that_nobody_confirmed(cast: Cast) -> None:
    await _card_is_in_doubt(cast)
    await cast.lea.notes(cast.card, "note de Léa")


@scenario
async def a_card_is_deleted_while_its_transcript_is_in_doubt(cast: Cast) -> None:
    """It may stand under the card that is gone; under the new one it stands once."""
    wire = cast.world.slack.wire
    await _is_in_doubt(cast, Wirefault(), CUT, until=lambda: wire.count("chat.postMessage") >= 2)
    await cast.lea.deletes(cast.card)


@scenario
async def a_card_is_deleted_before_its_post_is_known(cast: Cast) -> None:
    """It is posted once more, for the first one stands no more."""
    await _card_is_in_doubt(cast)
    await cast.lea.deletes(cast.card)


@scenario
async def a_card_is_deleted_while_lines_wait_and_one_is_in_doubt(cast: Cast) -> None:
    """Of what may stand under the card that is gone nothing is said twice under the new one."""
    marie = await cast.waits()
    cast.world.slack.wire.plan("chat.postMessage", CUT, Wirefault(cut="before"))
    async with slack_tells_nothing(cast):
        await asyncio.gather(cast.lea.types("/claim"), marie.writes("bidule un"), marie.writes("bidule deux"))
        await asyncio.sleep(1.0)
    await cast.lea.deletes(cast.card)


@scenario
async def a_note_is_typed_under_a_card_that_is_deleted_before_its_post_is_known(cast: Cast) -> None:
    await _card_is_in_doubt(cast)
    card = cast.card
    await cast.lea.notes(card, "note de Léa")
    await cast.lea.deletes(card)
