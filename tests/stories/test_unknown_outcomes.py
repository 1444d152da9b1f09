"""A call whose end nobody saw: asked about, or decided by a person; never blindly repeated."""

import asyncio
from datetime import timedelta

import pytest

from sandbox.slack import Message as Post
from sandbox.slack import buttons
from sandbox.twilio import refusal
from sandbox.wire import Fault
from tests.stories.people import OnTelegram, on_telegram, press, sentence, thread, waiting, words
from tests.stories.town import CHANNEL, LEA, Town

TEXT = "Votre colis repart demain."
CUT = {"before it took effect": "before", "after it took effect": "after"}


def _alarm(place: Town) -> Post:
    """The latest line of the thread that asks somebody to decide."""
    (card,) = place.cards
    asking = [
        post for post in place.slack.thread(CHANNEL, card.ts) if len(buttons(post)) == 2 and post.is_reply
    ]
    return asking[-1]


@pytest.mark.parametrize("cut", CUT.values(), ids=CUT.keys())
async def test_a_post_to_slack_that_was_cut_stands_there_once(place: Town, cut: str) -> None:
    marie = await waiting(place)
    (card,) = place.cards
    place.slack.wire.plan("chat.postMessage", Fault(cut=cut))
    await marie.writes("Toujours rien reçu")
    await place.until(lambda: len(thread(place, card)) == 2)
    await place.settle()
    lines = [line for line in thread(place, card) if "> Toujours rien reçu" in line]
    assert len(lines) == 1
    await marie.writes("Et maintenant ?")
    assert "> Et maintenant ?" in thread(place, card)[-1]


@pytest.mark.parametrize("cut", CUT.values(), ids=CUT.keys())
async def test_a_card_that_was_cut_opens_once(place: Town, cut: str) -> None:
    place.slack.wire.plan("chat.postMessage", Fault(cut=cut))
    await waiting(place)
    await place.until(lambda: bool(place.cards and thread(place, place.cards[0])))
    assert len(place.cards) == 1


async def test_a_whatsapp_message_that_was_sent_all_the_same_is_found_and_not_sent_again(place: Town) -> None:
    marie = await waiting(place)
    await place.command(LEA, "/claim", "marie")
    place.twilio.auto_report = False
    place.twilio.wire.plan("messages.create", Fault(cut="after"))
    await place.command(LEA, "/reply", TEXT)
    async with asyncio.timeout(10):
        while not await place.rows("SELECT 1 FROM outbox WHERE agent <> '' AND state = 'sent'"):
            await asyncio.sleep(0.005)
    assert place.twilio.wire.count("messages.list") > 0
    assert marie.reads.count(TEXT) == 1


async def test_a_delivery_report_settles_what_was_unknown(place: Town) -> None:
    marie = await waiting(place)
    await place.command(LEA, "/claim", "marie")
    place.twilio.wire.plan("messages.create", Fault(cut="after"))
    await place.command(LEA, "/reply", TEXT)
    assert marie.reads.count(TEXT) == 1
    (row,) = await place.rows("SELECT state, report FROM outbox WHERE agent <> ''")
    assert (row["state"], row["report"]) == ("sent", "delivered")


async def test_an_agents_words_that_twilio_never_had_leave_once_more_by_themselves(place: Town) -> None:
    """A minute later the list proves that nothing left (T54): nobody has to be asked."""
    marie = await waiting(place)
    await place.command(LEA, "/claim", "marie")
    place.twilio.wire.plan("messages.create", Fault(cut="before"))
    await place.command(LEA, "/reply", TEXT)
    assert TEXT not in marie.reads
    await place.pass_time(timedelta(seconds=61))
    await place.until(lambda: TEXT in marie.reads)
    assert marie.reads.count(TEXT) == 1
    assert not any("À vérifier" in said for said in thread(place, place.cards[0]))


async def test_an_agents_words_that_may_be_lost_are_asked_about_and_sent_again_by_a_tap(place: Town) -> None:
    marie = await waiting(place)
    await place.command(LEA, "/claim", "marie")
    place.twilio.wire.plan("messages.create", Fault(cut="before"))
    place.twilio.wire.plan("messages.list", *[Fault(answer=refusal(503, 20503, "down"))] * 500)
    await place.command(LEA, "/reply", TEXT)
    assert TEXT not in marie.reads
    await place.pass_time(timedelta(seconds=91))
    await place.until(lambda: "À vérifier" in thread(place, place.cards[0])[-1])
    alarm = _alarm(place)
    assert sentence("thread.unknown", customer="Marie Dupont") in words(alarm)
    assert TEXT in words(alarm)
    assert f"<@{LEA.id}>" in words(alarm)
    told = await press(place, LEA, alarm, sentence("button.resend"))
    assert words(told).startswith(sentence("answer.resent", customer="Marie Dupont"))
    assert marie.reads.count(TEXT) == 1
    again = await press(place, LEA, alarm, sentence("button.resend"))
    assert words(again) == sentence("refuse.settled")
    assert marie.reads.count(TEXT) == 1


async def test_an_agents_words_on_telegram_wait_for_the_agent_and_may_be_left(place: Town) -> None:
    karim = await on_telegram(place)
    await karim.writes("conseiller")
    await place.command(LEA, "/claim", "karim")
    place.telegram.wire.plan("sendMessage", Fault(cut="after"))
    await place.command(LEA, "/reply", TEXT)
    await place.until(lambda: "À vérifier" in thread(place, place.cards[0])[-1])
    assert karim.reads.count(TEXT) == 1
    told = await press(place, LEA, _alarm(place), sentence("button.abandon"))
    assert words(told).startswith(sentence("answer.abandoned", customer="Karim Benali"))
    assert karim.reads.count(TEXT) == 1


async def test_our_own_words_on_telegram_go_out_once_more(place: Town) -> None:
    karim = await on_telegram(place)
    place.telegram.wire.plan("sendMessage", Fault(cut="after"))
    await karim.writes("conseiller")
    await place.pass_time(timedelta(seconds=5))
    await place.until(lambda: len(karim.reads) == 2)
    assert karim.reads[0] == karim.reads[1]


async def _says(place: Town, karim: OnTelegram, text: str) -> None:
    await karim.writes(text)
    await place.pass_time(timedelta(seconds=5))


async def test_what_the_bot_said_to_who_shut_the_door_meanwhile_concerns_nobody(place: Town) -> None:
    """Neither operators nor the team are asked about it; whoever comes back is answered anew."""
    karim = await on_telegram(place)
    cuts = Fault(cut="after"), Fault(cut="after", delay=0.3)
    place.telegram.wire.plan("sendMessage", *cuts)
    talking = asyncio.create_task(_says(place, karim, "bidule"))
    await place.until(lambda: place.telegram.wire.count("sendMessage") == 2)
    await place.telegram.block(karim.chat.id)
    await talking
    async with asyncio.timeout(10):
        while not (rows := await place.rows("SELECT error FROM outbox WHERE state = 'cancelled'")):
            await asyncio.sleep(0.005)
    assert rows == [{"error": "nobody waits for it any more"}]
    await place.service.alerts.look()
    assert await place.rows("SELECT 1 FROM alerts") == []
    await karim.unblocks()
    await karim.writes("conseiller")
    assert [bool(line) for line in thread(place, place.cards[0])] == [True]
    assert "remise incertaine" in thread(place, place.cards[0])[0]


async def test_what_a_platform_refuses_for_good_is_told_in_the_thread_with_what_to_do(place: Town) -> None:
    karim = await on_telegram(place)
    await karim.writes("conseiller")
    await place.command(LEA, "/claim", "karim")
    karim.chat.blocked = True  # and nobody told us
    await place.command(LEA, "/reply", TEXT)
    line = thread(place, place.cards[0])[-1]
    why = sentence("refused.blocked")
    assert sentence("thread.failed", customer="Karim Benali", why=why) in line
    assert f"> {TEXT}" in line
    assert f"<@{LEA.id}>" in line


async def test_a_failure_reported_later_is_told_in_the_thread_too(place: Town) -> None:
    marie = await waiting(place)
    await place.command(LEA, "/claim", "marie")
    marie.person.blocked = True
    await place.command(LEA, "/reply", TEXT)
    await place.until(lambda: "À vérifier" in thread(place, place.cards[0])[-1])
    assert f"> {TEXT}" in thread(place, place.cards[0])[-1]
