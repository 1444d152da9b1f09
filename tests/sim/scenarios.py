"""Short stories, each with a few events: every point of them is a death of its own."""

import asyncio
from datetime import timedelta

from starlette.responses import Response

from sandbox.slack import Answer, buttons
from sandbox.slack import Message as Post
from sandbox.slack import refusal as denied_by_slack
from sandbox.telegram import refusal
from sandbox.twilio import refusal as denied
from sandbox.wire import Fault as Wirefault
from tests.sim.cast import Cast, scenario
from tests.sim.people import whatsapp
from tests.sim.world import CHANNEL


@scenario
async def asks_for_a_person(cast: Cast) -> None:
    await cast.waits()


@scenario
async def asks_on_telegram(cast: Cast) -> None:
    await cast.waits_on_telegram()


@scenario
async def question_is_answered(cast: Cast) -> None:
    marie = await cast.marie()
    await marie.writes("où est mon colis ?")
    await cast.settle()
    await marie.presses(0)


@scenario
async def question_is_not_answered(cast: Cast) -> None:
    karim = await cast.karim()
    await karim.writes("où est mon colis ?")
    await cast.settle()
    await karim.presses(1)


@scenario
async def nothing_is_understood(cast: Cast) -> None:
    karim = await cast.karim()
    await karim.writes("bidule truc machin")
    await cast.settle()
    await karim.writes("bidule encore")
    await cast.settle()
    await karim.writes("conseiller")


@scenario
async def a_burst_is_one_question(cast: Cast) -> None:
    marie = await cast.marie()
    await marie.writes("bidule un")
    await marie.writes("bidule deux")
    await asyncio.sleep(1.0)
    await marie.writes("bidule trois")


@scenario
async def it_is_urgent(cast: Cast) -> None:
    marie = await cast.marie()
    await marie.writes("urgent fuite de gaz, conseiller")
    await cast.settle()
    await cast.world.pass_time(timedelta(minutes=31))


@scenario
async def a_reply_reaches_whatsapp(cast: Cast) -> None:
    await cast.waits()
    await cast.lea.replies("réponse une à Marie")


@scenario
async def a_reply_in_the_thread_reaches_telegram(cast: Cast) -> None:
    await cast.waits_on_telegram()
    await cast.lea.notes(cast.card, "!r réponse une à Karim")


@scenario
async def a_note_stays(cast: Cast) -> None:
    await cast.waits()
    await cast.lea.notes(cast.card, "note de Léa")


@scenario
async def a_note_is_changed_and_taken_out(cast: Cast) -> None:
    await cast.waits_on_telegram()
    line = await cast.lea.notes(cast.card, "note de Léa")
    await cast.settle()
    cast.lea.noted.clear()
    await cast.lea.changes(line, "note changée")
    await cast.settle()
    await cast.lea.deletes(line)


@scenario
async def two_claim_at_once(cast: Cast) -> None:
    await cast.waits()
    card = cast.card
    await asyncio.gather(cast.lea.presses_on(card, "claim"), cast.hugo.presses_on(card, "claim"))


@scenario
async def claimed_and_given_back(cast: Cast) -> None:
    await cast.waits()
    await cast.lea.types("/claim")
    await cast.settle()
    await cast.lea.types("/release")


@scenario
async def an_urgent_one_is_given_back(cast: Cast) -> None:
    karim = await cast.karim()
    await karim.writes("urgent, parler à quelqu'un")
    await cast.settle()
    await cast.lea.types("/claim")
    await cast.settle()
    await cast.lea.types("/release")


@scenario
async def resolved_then_closed(cast: Cast) -> None:
    await cast.waits()
    await cast.lea.types("/claim")
    await cast.settle()
    await cast.lea.types("/resolve", "Colis retrouvé, livré demain.")
    await cast.settle()
    await cast.world.pass_time(timedelta(hours=73))


@scenario
async def resolved_then_opened_again(cast: Cast) -> None:
    karim = await cast.waits_on_telegram()
    await cast.lea.types("/claim")
    await cast.settle()
    await cast.lea.types("/resolve", "Colis retrouvé, livré demain.")
    await cast.settle()
    await karim.writes("bidule toujours rien reçu")


@scenario
async def the_bot_is_left_alone(cast: Cast) -> None:
    marie = await cast.marie()
    await marie.writes("où est mon colis ?")
    await cast.settle()
    await cast.world.pass_time(timedelta(hours=25))


@scenario
async def a_customer_edits(cast: Cast) -> None:
    karim = await cast.waits_on_telegram()
    await karim.writes("bidule avant")
    await cast.settle()
    karim.said.pop()
    await karim.edits("bidule après")


@scenario
async def a_customer_reacts(cast: Cast) -> None:
    karim = await cast.waits_on_telegram()
    await karim.reacts()


@scenario
async def a_customer_leaves_and_comes_back(cast: Cast) -> None:
    karim = await cast.waits_on_telegram()
    await cast.lea.types("/claim")
    await cast.settle()
    await karim.blocks()
    await cast.settle()
    await cast.lea.replies("réponse perdue à Karim")
    await cast.settle()
    await karim.unblocks()


@scenario
async def a_phone_is_shared(cast: Cast) -> None:
    karim = await cast.waits_on_telegram()
    await karim.shares_phone()


@scenario
async def stop_and_start(cast: Cast) -> None:
    marie = await cast.waits()
    await marie.writes("STOP")
    await cast.settle()
    await marie.writes("START")


@scenario
async def a_customer_floods(cast: Cast) -> None:
    """One line counts what nobody could read as it came; everything is read from it."""
    marie = await cast.waits()
    said = [f"bidule {one}{other}" for one in "bcdfgh" for other in "jklmnpqrst"]
    await asyncio.gather(*(marie.writes(text) for text in said[:40]))
    await cast.settle()
    for text in said[40:]:
        await marie.writes(text)
    await cast.settle()
    counting = [
        post
        for post in cast.world.slack.channels[CHANNEL].replies(cast.card.ts)
        if any(button.action_id == "read_all" for button in buttons(post))
    ]
    pages = "\n".join(await cast.lea.reads_everything(counting[0]))
    posted = [str(post.blocks) for post in cast.world.slack.channels[CHANNEL].replies(cast.card.ts)]
    for one in marie.said:
        times = pages.count(one.marked)
        stands = any(one.marked in post for post in posted if "read_all" not in post)
        if times > 1 or (one.acknowledged and not (times or stands)):
            raise AssertionError(f"{one.marked!r} is read {times} times")


@scenario
async def pictures_come(cast: Cast) -> None:
    marie = await cast.waits()
    await marie.sends("image")
    await marie.sends("audio")


@scenario
async def one_person_on_two_channels(cast: Cast) -> None:
    await cast.waits()
    await cast.waits_on_telegram()


@scenario
async def words_come_while_others_leave(cast: Cast) -> None:
    marie = await cast.waits()
    await cast.lea.types("/claim")
    await cast.settle()
    await asyncio.gather(
        cast.lea.replies("réponse une à Marie"),
        marie.writes("bidule un"),
        cast.hugo.notes(cast.card, "note de Hugo"),
    )


@scenario
async def the_card_is_deleted(cast: Cast) -> None:
    await cast.waits()
    await cast.lea.deletes(cast.card)


@scenario
async def the_motive_is_chosen(cast: Cast) -> None:
    await cast.waits()
    await cast.lea.presses_on(cast.card, "motive")
    await asyncio.sleep(1.0)
    await cast.lea.presses_what_was_offered()


@scenario
async def a_manager_looks(cast: Cast) -> None:
    await cast.waits()
    await cast.sofia.types("/backlog", chooses=None)
    await cast.sofia.types("/aide", chooses=None)
    await cast.sofia.types("/sav", "backlog", chooses=None)


@scenario
async def a_form_is_sent(cast: Cast) -> None:
    await cast.waits()
    await cast.lea.types("/claim")
    await cast.settle()
    await cast.lea.fills_in("/reply", "réponse par formulaire")


@scenario
async def a_form_resolves(cast: Cast) -> None:
    await cast.waits()
    await cast.lea.types("/claim")
    await cast.settle()
    await cast.lea.fills_in("/resolve", "Colis retrouvé.")


@scenario
async def an_agents_words_may_be_lost_on_telegram(cast: Cast) -> None:
    await cast.lea.presses_on(await a_question_about_lost_words(cast), "abandon")


async def a_question_about_lost_words(cast: Cast) -> Post:
    """Telegram's answer to an agent's words was lost: whoever has the conversation is asked what to do."""
    await cast.waits_on_telegram()
    await cast.lea.types("/claim")
    await cast.settle()
    cast.world.telegram.wire.plan("sendMessage", Wirefault(cut="after"))
    await cast.lea.replies("réponse une à Karim")
    await cast.settle()
    return cast.world.slack.channels[CHANNEL].replies(cast.card.ts)[-1]


@scenario
async def twilio_refuses(cast: Cast) -> None:
    marie = await cast.waits()
    await cast.lea.types("/claim")
    await cast.settle()
    marie.person.blocked = True
    await cast.lea.replies("réponse refusée")


@scenario
async def an_answer_of_twilio_is_lost(cast: Cast) -> None:
    await cast.waits()
    await cast.lea.types("/claim")
    await cast.settle()
    cast.world.twilio.wire.plan("messages.create", Wirefault(cut="after"))
    await cast.lea.replies("réponse une à Marie")


@scenario
async def answers_of_twilio_are_lost_and_its_reports_are_late(cast: Cast) -> None:
    """Nothing but Twilio's own list tells that it has the messages."""
    await cast.waits()
    await cast.lea.types("/claim")
    await cast.settle()
    cast.world.twilio.report_delay = 40.0
    gateway = Response("<html>Bad Gateway</html>", 502)
    cast.world.twilio.wire.plan(
        "messages.create", Wirefault(cut="after"), Wirefault(cut="after", answer=gateway)
    )
    await cast.lea.replies("réponse une à Marie")
    await cast.lea.replies("réponse deux à Marie")


@scenario
async def an_answer_of_slack_is_lost(cast: Cast) -> None:
    marie = await cast.waits()
    cast.world.slack.wire.plan("chat.postMessage", Wirefault(cut="after"))
    await marie.writes("bidule un")


@scenario
async def calls_are_cut_before_they_arrive(cast: Cast) -> None:
    marie = await cast.waits()
    cast.world.slack.wire.plan("chat.postMessage", Wirefault(cut="before"))
    await marie.writes("bidule un")
    await cast.settle()
    cast.world.twilio.wire.plan("messages.create", Wirefault(cut="before"))
    await cast.lea.replies("réponse une à Marie")


@scenario
async def telegram_refuses(cast: Cast) -> None:
    await cast.waits_on_telegram()
    await cast.lea.types("/claim")
    await cast.settle()
    gone = refusal(403, "Forbidden: user is deactivated")
    cast.world.telegram.wire.plan("sendMessage", *[Wirefault(answer=gone)] * 4000)
    await cast.lea.replies("réponse refusée")


@scenario
async def the_credentials_are_refused_for_a_while(cast: Cast) -> None:
    await cast.waits()
    await cast.lea.types("/claim")
    await cast.settle()
    refused = [Wirefault(answer=denied(401, 20003, "Authenticate"))] * 5
    cast.world.twilio.wire.plan("messages.create", *refused)
    await cast.lea.replies("réponse retardée")


async def _while_full(cast: Cast, statement: str) -> None:
    """Nothing is taken, nothing is lost; when there is room again everything goes on."""
    marie = await cast.waits()
    cast.world.fate.full_at = statement
    writing = asyncio.create_task(marie.writes("bidule un"))
    await asyncio.sleep(2.0)
    cast.world.fate.full_at = ""
    await writing


@scenario
async def the_disk_is_full(cast: Cast) -> None:
    await _while_full(cast, "BEGIN IMMEDIATE")


@scenario
async def the_disk_is_full_at_the_commit(cast: Cast) -> None:
    await _while_full(cast, "COMMIT")


@scenario
async def a_note_by_command(cast: Cast) -> None:
    await cast.waits_on_telegram()
    await cast.lea.types("/claim")
    await cast.settle()
    await cast.lea.types("/note", "mémo de Léa")


async def a_letter_that_nobody_saw(cast: Cast) -> list[Answer]:
    """A closed conversation's thread takes no more, so that nobody reads that a reply did not arrive: `/dead`
    lists it, twice over."""
    marie = await cast.waits()
    await cast.lea.types("/claim")
    await cast.settle()
    cast.world.twilio.auto_report = False
    await cast.lea.replies("réponse une")
    await cast.settle()
    lost = cast.world.twilio.conversation(marie.person)[-1].sid
    await cast.lea.types("/resolve", "Colis expédié.")
    await cast.settle()
    await cast.world.pass_time(timedelta(hours=73))
    await cast.settle()
    locked = denied_by_slack("restricted_action_thread_locked")
    cast.world.slack.wire.plan("chat.postMessage", Wirefault(answer=locked), Wirefault(cut="after"))
    await cast.world.twilio.report(lost, "undelivered", 63024)
    await cast.settle()
    await asyncio.sleep(120.0)  # the line for operators was cut, and is asked about
    return [await cast.sofia.types("/dead", chooses=None) for _ in range(2)]


@scenario
async def a_manager_tries_again_what_nobody_saw(cast: Cast) -> None:
    for answer in await a_letter_that_nobody_saw(cast):
        if answer.shown is not None and (offered := buttons(answer.shown)):
            await cast.sofia.presses(answer, offered[0])
            await cast.settle()


@scenario
async def slack_does_not_say_who_typed(cast: Cast) -> None:
    """Nobody is refused for that: the line comes again."""
    await cast.waits()
    cast.world.slack.wire.plan("users.info", *[Wirefault(answer=denied_by_slack("internal_error"))] * 3)
    await cast.world.restart()
    await cast.lea.notes(cast.card, "note de Léa")


@scenario
async def a_customer_leaves_while_the_bots_words_are_in_doubt(cast: Cast) -> None:
    """Once more is as much as they are sent blindly; then nobody need be asked about them."""
    karim, wire = await cast.karim(), cast.world.telegram.wire
    wire.plan("sendMessage", Wirefault(cut="after"), Wirefault(cut="after", delay=2.0))
    await karim.writes("bidule un")
    while wire.count("sendMessage") < 2:
        await asyncio.sleep(0.05)
    await karim.blocks()
    await asyncio.sleep(5.0)
    await karim.unblocks()
    await karim.writes("bidule encore")


@scenario
async def two_customers_are_answered(cast: Cast) -> None:
    """Each reads their own answer, and each thread is about its own customer."""
    await cast.waits()
    first = cast.card
    cast.customers.append(paul := await whatsapp(cast.world, "Paul Roux"))
    await paul.writes("conseiller")
    await cast.settle()
    await cast.lea.notes(first, "!r réponse une à Marie")
    await cast.lea.notes(cast.card, "!r réponse une à Paul")


@scenario
async def a_colleague_replies_to_what_is_somebodys(cast: Cast) -> None:
    """Refused, until they say that they mean to take it over."""
    await cast.waits()
    await cast.lea.types("/claim")
    await cast.settle()
    await cast.hugo.notes(cast.card, "!r réponse de Hugo")
    await cast.settle()
    await cast.hugo.presses_what_was_offered()


@scenario
async def a_person_is_asked_for_while_the_bots_words_wait(cast: Cast) -> None:
    """What the bot had to say is not said any more."""
    marie, wire = await cast.marie(), cast.world.twilio.wire
    wire.plan("messages.create", *[Wirefault(answer=denied(401, 20003, "Authenticate"))] * 2)
    await marie.writes("où est mon colis ?")
    await asyncio.sleep(10.0)
    await marie.writes("conseiller")


@scenario
async def the_same_words_are_typed_twice(cast: Cast) -> None:
    """At once: they leave once; whoever means them twice says so."""
    await cast.waits()
    await cast.lea.types("/claim")
    await cast.settle()
    await cast.lea.replies("réponse une à Marie")
    await asyncio.sleep(2.0)  # within the minute in which it may be a slip
    await cast.lea.replies("réponse une à Marie")
