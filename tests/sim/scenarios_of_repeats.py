"""Stories of what comes twice, or is meant for two, and must not be taken for one and the same."""

import asyncio
from datetime import timedelta

from sandbox.slack import refusal as denied_by_slack
from sandbox.wire import Fault as Wirefault
from tests.sim.cast import Cast, scenario
from tests.sim.people import telegram, whatsapp
from tests.sim.people_of_base import opens_a_change, sends
from tests.sim.scenarios_of_base import OFFERED


@scenario
async def a_form_of_an_article_is_sent_again(cast: Cast) -> None:
    """Slack's answer came too late: whoever presses again, and confirms what they are asked, adds nothing."""
    await cast.waits()
    hands = cast.world.slack.hands
    await cast.sofia.types("/article", "Louez-vous des luges ?", chooses=None)
    view = hands.modal(cast.sofia.agent.id)
    for _ in range(3 if view is not None else 0):
        values = {"answer": "Oui, à la journée.", "language": "fr"}
        await hands.submit(cast.sofia.agent.id, values, view=view)
        await asyncio.sleep(1.0)
    hands.close(cast.sofia.agent.id)
    await cast.settle()
    found = cast.world.rows("SELECT id FROM articles WHERE instr(body, 'des luges')")
    if len(found) > 1:
        raise AssertionError(f"one form made {[row['id'] for row in found]}")


@scenario
async def the_same_words_go_to_two(cast: Cast) -> None:
    """Within a minute: said to one customer, they are not said to the other."""
    await cast.waits()
    first = cast.card
    cast.customers.append(paul := await whatsapp(cast.world, "Paul Roux"))
    await paul.writes("conseiller")
    await cast.settle()
    for card in (first, cast.card):
        await cast.world.slack.say(cast.lea.agent.id, card.channel, "!r Nous regardons.", card.ts)
    await cast.settle()
    for customer in cast.customers:
        if customer.reads.count("Nous regardons.") != 1:
            raise AssertionError(f"{customer.name} reads {customer.reads}")


@scenario
async def a_failure_is_reported_twice(cast: Cast) -> None:
    """In two words that mean one thing."""
    marie, twilio = await cast.claimed(), cast.world.twilio
    twilio.auto_report = False
    await cast.lea.replies("réponse une à Marie")
    await cast.settle()
    lost = twilio.conversation(marie.person)[-1].sid
    for status in ("undelivered", "failed"):
        await twilio.report(lost, status, 63024)
        await cast.settle()


@scenario
async def two_promises_are_kept(cast: Cast) -> None:
    """What became of the first is not touched by the second."""
    marie = await cast.claimed()
    await cast.lea.replies("réponse une à Marie")
    await cast.settle()
    await cast.lea.types("/resolve", "Colis expédié.")
    await cast.settle()
    await marie.writes("bidule encore")
    await cast.settle()
    await cast.lea.replies("réponse deux à Marie")


@scenario
async def a_note_is_typed_amid_a_flood(cast: Cast) -> None:
    """What was written after it is counted below it."""
    marie = await cast.waits()
    said = [f"bidule {one}{other}" for one in "bcdfgh" for other in "jklmnpqrst"]
    await asyncio.gather(*(marie.writes(text) for text in said[:40]))
    await cast.settle()
    await cast.lea.notes(cast.card, "note de Léa")
    await cast.settle()
    await asyncio.gather(*(marie.writes(text) for text in said[40:]))


@scenario
async def two_replies_are_marked(cast: Cast) -> None:
    """Both are read at once: each line shows it."""
    marie, twilio = await cast.claimed(), cast.world.twilio
    twilio.auto_report = False
    for text in ("réponse une à Marie", "réponse deux à Marie"):
        await cast.lea.replies(text)
        await cast.settle()
    ours = [one.sid for one in twilio.conversation(marie.person) if one.body.startswith("réponse")]
    await asyncio.gather(*(twilio.report(sid, "read") for sid in ours))


@scenario
async def two_letters_that_nobody_saw(cast: Cast) -> None:
    """One soon after the other: the second has a line of its own, ten minutes after the first."""
    marie, twilio, slack = await cast.claimed(), cast.world.twilio, cast.world.slack
    twilio.auto_report = False
    for text in ("réponse une à Marie", "réponse deux à Marie"):
        await cast.lea.replies(text)
        await cast.settle()
    lost = [one.sid for one in twilio.conversation(marie.person) if one.body.startswith("réponse")]
    await cast.lea.types("/resolve", "Colis expédié.")
    await cast.settle()
    await cast.world.pass_time(timedelta(hours=73))
    for sid in lost:  # its thread takes no more, so that nobody reads there that they did not arrive
        locked = denied_by_slack("restricted_action_thread_locked")
        slack.wire.plan("chat.postMessage", Wirefault(answer=locked))
        await twilio.report(sid, "undelivered", 63024)
        await cast.settle()
        await asyncio.sleep(120.0)
    await asyncio.sleep(900.0)
    await cast.settle()


@scenario
async def replies_are_lost_in_another_order_than_they_were_written(cast: Cast) -> None:
    """The oldest that stands is the first, until none stands and the customer waits again."""
    marie, twilio = await cast.claimed(), cast.world.twilio
    twilio.auto_report = False
    for n in range(4):
        await cast.lea.replies(f"lettre {n} à Marie")
        await cast.settle()
        await asyncio.sleep(20.0)
    sent = [one.sid for one in twilio.conversation(marie.person) if one.body.startswith("lettre")]
    for n in (1, 0, 3, 2):
        for sid in sent[n : n + 1]:
            await twilio.report(sid, "undelivered", 63024)
        await cast.settle()
    for sid in sent[:1]:  # and one of them arrives after all
        await twilio.report(sid, "delivered")
    await cast.settle()


@scenario
async def a_reply_is_lost_after_its_author_let_go(cast: Cast) -> None:
    """Nobody has the conversation, and its customer has read nothing."""
    marie, twilio = await cast.claimed(), cast.world.twilio
    twilio.auto_report = False
    await cast.lea.replies("lettre à Marie")
    await cast.settle()
    await cast.lea.types("/release")
    await cast.settle()
    for sid in [one.sid for one in twilio.conversation(marie.person) if one.body.startswith("lettre")]:
        await twilio.report(sid, "undelivered", 63024)
    await cast.settle()


@scenario
async def an_article_is_changed_between_two_who_pick_it(cast: Cast) -> None:
    """The second reads what it says by then."""
    offered, at = next(iter(OFFERED.items()))
    for name in ("Karim Benali", "Anne Petit"):
        cast.customers.append(one := await telegram(cast.world, name))
        await one.writes(offered)
        await cast.settle()
        await one.presses(at)
        await cast.settle()
        picked = "SELECT article FROM questions WHERE picked = 1"
        for row in cast.world.rows(picked)[:1]:
            if await opens_a_change(cast.sofia, offered, row["article"]):
                await sends(cast.sofia, {"answer": f"Tout est dit à {name}."})
        await cast.settle()
