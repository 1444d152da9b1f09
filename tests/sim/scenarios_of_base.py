"""Stories of the knowledge base: it is changed while customers write, and grows from what was answered."""

import asyncio

from tests.sim.cast import Cast, scenario
from tests.sim.people import whatsapp
from tests.sim.people_of_base import inserts, presses_of, promotes, writes_an_article
from tests.sim.world import CHANNEL

ASKED = "où est mon colis ?"
SKIS = "Louez-vous des skis ?"


@scenario
async def an_article_is_switched_off_while_somebody_asks(cast: Cast) -> None:
    """Whoever asks is shown it before, or not at all; and sees it again once it is on."""
    marie = await cast.marie()
    await marie.writes(ASKED)
    await asyncio.sleep(2.9)  # the burst ends about now, and the base is searched
    await presses_of(cast.sofia, "/kb", ASKED, "kb_off")
    await cast.settle()
    await cast.sofia.presses_what_was_offered(1)
    await cast.settle()
    karim = await cast.karim()
    await karim.writes(ASKED)


@scenario
async def an_article_is_written_and_answers_the_next(cast: Cast) -> None:
    if not await writes_an_article(cast.sofia, SKIS, "Oui, à la journée."):
        return  # the process died while the form opened: it is lost, as a form may be
    marie = await cast.marie()
    await marie.writes("vous louez des skis ?")
    await cast.settle()
    if not any("Oui, à la journée." in text for text in marie.reads):
        raise AssertionError("what was saved does not answer")


@scenario
async def a_reply_becomes_an_article(cast: Cast) -> None:
    marie = await cast.marie()
    await marie.writes("bidule louez-vous des skis")
    await cast.settle()
    await marie.writes("conseiller")
    await cast.settle()
    await cast.lea.notes(cast.card, "!r Nous louons des skis.")
    await cast.settle()
    line = cast.world.slack.channels[CHANNEL].replies(cast.card.ts)[-1]
    await promotes(cast.sofia, cast.card.ts, line.ts)
    cast.customers.append(paul := await whatsapp(cast.world, "Paul Roux"))
    await paul.writes("vous louez des skis ?")
    await cast.settle()
    await cast.sofia.types("/kb", chooses=None)


@scenario
async def an_article_is_put_into_a_reply(cast: Cast) -> None:
    await cast.waits()
    await cast.lea.types("/claim")
    await cast.settle()
    await inserts(cast.lea, ASKED, "réponse bdf :")


@scenario
async def a_change_is_undone(cast: Cast) -> None:
    await presses_of(cast.sofia, "/kb", ASKED, "kb_off")
    await cast.settle()
    await cast.sofia.presses_what_was_offered(2)
    await cast.settle()
    marie = await cast.marie()
    await marie.writes(ASKED)
