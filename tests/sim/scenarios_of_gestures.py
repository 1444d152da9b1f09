"""Stories of every gesture that no other story has: shortcuts, buttons, and what customers order."""

import asyncio
from datetime import timedelta

from tests.sim.cast import Cast, scenario
from tests.sim.people import telegram
from tests.sim.people_of_base import of_verb, presses_of, sends
from tests.sim.scenarios import a_letter_that_nobody_saw, a_question_about_lost_words
from tests.sim.scenarios_of_base import ASKED
from tests.sim.world import CHANNEL

GAP = (
    "gravure sur gourde possible ?",
    "graver une gourde, possible ?",
    "vous faites la gravure de gourdes ?",
)


@scenario
async def a_customer_orders(cast: Cast) -> None:
    """What the bot does at a word; and what it does not know."""
    karim = await cast.karim()
    for order in ("/start", "/aide", "/langue en", "/langue fr", "/bidule", "/humain"):
        await karim.writes(order)
        await cast.settle()
    await karim.writes("/fin")


@scenario
async def a_customer_ends_it_in_a_word(cast: Cast) -> None:
    marie = await cast.marie()
    await marie.writes(ASKED)
    await cast.settle()
    await marie.writes("fin")


@scenario
async def shortcuts_open_forms(cast: Cast) -> None:
    await cast.waits()
    await cast.lea.types("/claim")
    await cast.settle()
    for shortcut, text in (("sc_note", "note de Léa"), ("sc_reply", "réponse une à Marie")):
        await cast.lea.fills_in_by_shortcut(shortcut, cast.card, text)
        await cast.settle()
    await cast.lea.fills_in_by_shortcut("sc_resolve", cast.card, "Colis retrouvé.")


@scenario
async def a_card_is_pressed_for_everything(cast: Cast) -> None:
    await cast.waits()
    for verb in ("claim", "release", "claim"):
        await cast.lea.presses_on(cast.card, verb)
        await cast.settle()
    if await cast.lea.presses_on(cast.card, "open_resolve"):
        await cast.lea.sends_reply("Colis retrouvé.")


@scenario
async def a_note_is_for_whom_is_chosen(cast: Cast) -> None:
    await cast.waits()
    await cast.waits_on_telegram()
    await cast.lea.types("/note", "mémo de Léa", chooses=0)


@scenario
async def typed_words_wait_for_a_choice(cast: Cast) -> None:
    """While a colleague types, too; a week later they are let go, and whoever presses then is told so."""
    await cast.waits()
    await cast.waits_on_telegram()
    await cast.hugo.types("/note", "mémo de Hugo", chooses=None)
    await asyncio.sleep(600.0)
    await cast.lea.types("/note", "mémo de Léa", chooses=0)
    await cast.settle()
    await cast.hugo.presses_what_was_offered()
    await cast.lea.types("/note", "mémo de la semaine", chooses=None)
    await cast.settle()
    await cast.world.pass_time(timedelta(days=8))
    await cast.sofia.types("/note", "mémo de Sofia", chooses=0)
    await cast.settle()
    await cast.lea.presses_what_was_offered()


@scenario
async def an_agent_sends_again_what_may_be_lost(cast: Cast) -> None:
    await cast.lea.presses_on(await a_question_about_lost_words(cast), "resend")


@scenario
async def a_manager_lets_a_letter_rest(cast: Cast) -> None:
    for answer in await a_letter_that_nobody_saw(cast):
        for button in of_verb(answer, "dead_drop")[:1]:
            await cast.sofia.presses(answer, button)
            await cast.settle()


@scenario
async def what_nobody_knows_becomes_an_article(cast: Cast) -> None:
    """Three ask for it: the gap's own button opens its form; whoever asks next is answered."""
    for text in GAP:
        cast.customers.append(one := await telegram(cast.world))
        await one.writes(text)
        await cast.settle()
    await presses_of(cast.sofia, "/kb", "", "kb_gap")
    await sends(cast.sofia, {"answer": "Oui, en magasin.", "language": "fr"})
    await cast.settle()
    await presses_of(cast.lea, "/faq", "graver gourde", "faq_view")


@scenario
async def an_article_is_written_from_what_was_looked_for(cast: Cast) -> None:
    await presses_of(cast.sofia, "/kb", "louez-vous des xylophones ?", "kb_new")
    await sends(cast.sofia, {"answer": "Oui, à la journée.", "language": "fr"})
    await cast.settle()
    marie = await cast.marie()
    await marie.writes("vous louez des xylophones ?")


@scenario
async def a_thread_becomes_an_article(cast: Cast) -> None:
    """`!article` shows the button, for a line opens no form."""
    await cast.waits()
    await cast.lea.notes(cast.card, "!r Nous louons des skis.")
    await cast.settle()
    await cast.world.slack.say(cast.sofia.agent.id, CHANNEL, "!article", cast.card.ts)
    await cast.settle()
    if await cast.sofia.presses_what_was_offered():
        await sends(cast.sofia, {"question": "Louez-vous des skis ?", "language": "fr"})
