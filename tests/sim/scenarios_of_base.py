"""Stories of the knowledge base: it is changed while customers write, and grows from what was answered."""

import asyncio

from tests.sim.cast import Cast, scenario
from tests.sim.people import telegram, whatsapp
from tests.sim.people_of_base import (
    inserts,
    of_verb,
    opens_a_change,
    presses_of,
    promotes,
    sends,
    writes_an_article,
)
from tests.sim.world import CHANNEL

ASKED = "j'ai oublié mon mot de passe"
ARTICLE = "mot-de-passe"
"""What an article of the simulation answers, and which."""
OFFERED = {"ma commande": 1, "modifier ou annuler": 0, "retour colis": 1}
"""For what several are offered, and at which place each time the same one."""
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
    marie = await cast.marie()
    for text in ("où est mon colis ?", "conseiller"):
        await marie.writes(text)
        await cast.settle()
    await cast.lea.types("/claim")
    await cast.settle()
    await inserts(cast.lea, ASKED, "réponse bdf :")


@scenario
async def a_macro_is_put_into_a_reply(cast: Cast) -> None:
    """And nobody reads what stands in braces (I13), whoever dies."""
    await cast.waits()
    await cast.lea.types("/claim")
    await cast.settle()
    if await inserts(cast.lea, "adrese de livraison", "réponse bdf :", "/macro"):
        await cast.settle()
        read = [text for customer in cast.customers for text in customer.reads]
        if not any("réponse bdf : Bonjour" in text for text in read) or any("{" in text for text in read):
            raise AssertionError("a macro was sent, and is not read as it was shown")


@scenario
async def a_change_is_undone(cast: Cast) -> None:
    await presses_of(cast.sofia, "/kb", ASKED, "kb_off")
    await cast.settle()
    await cast.sofia.presses_what_was_offered(2)
    await cast.settle()
    marie = await cast.marie()
    await marie.writes(ASKED)


@scenario
async def an_article_is_changed_by_two_at_once(cast: Cast) -> None:
    """Whoever looked at it before the other changed it saves nothing; and what is off stays off."""
    if not await opens_a_change(cast.sofia, ASKED, ARTICLE):
        return  # the process died while the form opened
    await presses_of(cast.sofia, "/kb", ASKED, "kb_off", ARTICLE)
    await sends(cast.sofia, {"answer": "Ce que Sofia voulait d'abord."})
    await cast.settle()
    if await opens_a_change(cast.sofia, ASKED, ARTICLE):
        await sends(cast.sofia, {"answer": "Ce que Sofia veut."})
    await cast.settle()
    marie = await cast.marie()
    await marie.writes(ASKED)


@scenario
async def an_undo_meets_another(cast: Cast) -> None:
    """Two at once: what one takes back the other brings back. A form meanwhile is of one of the states."""
    await presses_of(cast.sofia, "/kb", ASKED, "kb_off", ARTICLE)
    pages = [await cast.sofia.types("/kb", ASKED, chooses=None) for _ in range(2)]
    undos = [(page, button) for page in pages for button in of_verb(page, "kb_undo", ARTICLE)]
    await opens_a_change(cast.sofia, ASKED, ARTICLE)
    await asyncio.gather(
        *(cast.sofia.presses(page, button) for page, button in undos),
        sends(cast.sofia, {"answer": "Ce que Sofia veut."}),
    )


@scenario
async def a_question_is_answered_twice_over(cast: Cast) -> None:
    """An article that is off keeps its name: the next one with its question has another."""
    for answer in ("Oui, à la journée.", "Oui, à la semaine."):
        await writes_an_article(cast.sofia, SKIS, answer)
        await presses_of(cast.sofia, "/kb", "louez skis", "kb_off")
    await cast.settle()


@scenario
async def phrasings_are_learnt(cast: Cast) -> None:
    """Two of one article at once; then each of them again, from a page that is old by then."""
    for offered, at in OFFERED.items():
        cast.customers.append(one := await telegram(cast.world))
        await one.writes(offered)
        await cast.settle()
        await one.presses(at)
        await cast.settle()
        await one.presses(0)
        await cast.settle()
    pages = [await cast.sofia.types("/kb", chooses=None) for _ in range(4)]
    learns = [of_verb(page, "kb_learn") for page in pages]
    pressed = [(page, at, of_page) for page, at, of_page in zip(pages, (0, 1, 0, 1), learns, strict=True)]
    presses = [cast.sofia.presses(page, offered[at]) for page, at, offered in pressed if offered[at:]]
    await asyncio.gather(*presses[:2])
    for again in presses[2:]:
        await again
    await presses_of(cast.sofia, "/kb", "", "kb_dismiss")
    await asyncio.sleep(90.0)
    await cast.sofia.types("/kb", chooses=None)


@scenario
async def a_customer_says_what_helped(cast: Cast) -> None:
    """No to one answer, yes to the next; and a danger after the third, which an agent answers."""
    marie = await cast.marie()
    await marie.writes(ASKED)
    await cast.settle()
    await marie.writes("non, comment choisir ma taille ?")
    await cast.settle()
    await marie.presses(0)
    await cast.settle()
    await marie.writes("annuler ma commande")
    await cast.settle()
    await marie.writes("il y a une fuite de gaz")
    await cast.settle()
    await cast.lea.types("/claim")
    await inserts(cast.lea, ASKED, "réponse bdf :")


@scenario
async def a_card_offers_what_is_near(cast: Cast) -> None:
    """What the customer has seen is not offered to whoever takes over."""
    karim = await cast.karim()
    await karim.writes("modifier ou annuler")
    await cast.settle()
    await karim.presses(0)
    await cast.settle()
    await karim.writes("conseiller")


@scenario
async def an_article_cannot_be_switched_off(cast: Cast) -> None:
    """While the disk is full nothing of it changes: it answers as before."""
    page = await cast.sofia.types("/kb", ASKED, chooses=None)
    cast.world.fate.full_at = "INSERT INTO article_changes"
    for button in of_verb(page, "kb_off", ARTICLE):
        await cast.sofia.presses(page, button)
    cast.world.fate.full_at = ""
    await cast.settle()
    marie = await cast.marie()
    await marie.writes(ASKED)
