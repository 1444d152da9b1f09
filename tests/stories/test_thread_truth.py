"""What the thread shows of the world: how far a reply got, a flood in few lines, a deleted card."""

import asyncio
from datetime import timedelta

import pytest

from sandbox.slack import Message as Post
from sandbox.slack import refusal
from sandbox.wire import Fault
from tests.kill.judge import in_order
from tests.stories.people import (
    OnWhatsApp,
    labels,
    on_telegram,
    on_whatsapp,
    press,
    sentence,
    thread,
    waiting,
    words,
)
from tests.stories.town import CHANNEL, LEA, Town

TEXT = "Votre colis repart demain."


async def _followed(place: Town) -> OnWhatsApp:
    """Marie, whom Léa follows."""
    marie = await waiting(place)
    await place.command(LEA, "/claim", "marie")
    return marie


def _last_mark(place: Town, card: Post) -> str:
    """What stands under the latest reply."""
    replies = [line for line in thread(place, card) if line.startswith("➡️")]
    return replies[-1].rpartition("\n")[2]


async def test_a_reply_is_marked_sent_then_delivered_then_read_and_never_goes_back(place: Town) -> None:
    place.twilio.auto_report = False
    await _followed(place)
    await place.command(LEA, "/reply", TEXT)
    (card,) = place.cards
    assert _last_mark(place, card) == sentence("line.mark_sent")
    (sid,) = [sid for sid, record in place.twilio.messages.items() if record.body == TEXT]
    for status, shown in [("read", "read"), ("delivered", "read"), ("sent", "read")]:
        await place.twilio.report(sid, status)
        await place.settle()
        assert _last_mark(place, card) == sentence(f"line.mark_{shown}")
    assert place.slack.wire.count("chat.update") >= 2
    updated = [call.arguments for call in place.slack.wire.calls if call.method == "chat.update"]
    assert all(arguments["text"] and arguments["blocks"] for arguments in updated)


async def test_a_reply_that_whatsapp_refuses_later_is_marked_with_what_to_do(place: Town) -> None:
    place.twilio.auto_report = False
    await _followed(place)
    await place.command(LEA, "/reply", TEXT)
    (card,) = place.cards
    (sid,) = [sid for sid, record in place.twilio.messages.items() if record.body == TEXT]
    await place.twilio.report(sid, "failed", 63016)
    await place.settle()
    assert _last_mark(place, card) == sentence("line.mark_failed", why=sentence("refused.window"))
    assert TEXT in thread(place, card)[-1]
    assert "*Attend notre réponse*" in words(card)


async def test_on_telegram_a_reply_is_sent_and_no_more_is_claimed(place: Town) -> None:
    karim = await on_telegram(place)
    await karim.writes("conseiller")
    await place.command(LEA, "/claim", "karim")
    await place.command(LEA, "/reply", TEXT)
    (card,) = place.cards
    assert _last_mark(place, card) == sentence("line.mark_sent")


async def test_a_burst_of_one_customer_is_few_posts_that_hold_every_word_in_order(place: Town) -> None:
    marie = await _followed(place)
    (card,) = place.cards
    before = len(thread(place, card))
    place.slack.wire.plan("chat.postMessage", Fault(delay=1.0))
    said = [f"message {number}" for number in range(25)]
    for text in said:
        await place.twilio.write(marie.person, text)
    await place.settle()
    posted = thread(place, card)[before:]
    assert len(posted) <= 4
    assert in_order(said, "\n".join(posted) + "\n") == []


def _link(card: Post) -> str:
    return f"<https://slack.com/archives/{CHANNEL}/p{card.ts.replace('.', '')}|ancien fil>"


async def test_a_card_that_somebody_deleted_stands_again_with_all_that_was_said(place: Town) -> None:
    marie = await waiting(place)
    (lost,) = place.cards
    lost.deleted = True
    await place.command(LEA, "/claim", "marie")
    await marie.writes("Toujours rien reçu")
    await place.command(LEA, "/reply", TEXT)
    _, card = place.cards
    assert "en cours" in words(card)
    assert "*Au client de répondre*" in words(card)
    shown = "\n".join(thread(place, card)) + "\n"
    assert in_order(["conseiller", "Toujours rien reçu"], shown) == []
    assert f"{sentence('thread.card_anew')} {_link(lost)}" in shown
    assert TEXT in shown
    assert marie.reads[-1] == TEXT
    await press(place, LEA, card, "Rendre")
    assert labels(card)[0] == "Prendre"
    assert len(place.cards) == 2


@pytest.mark.parametrize("error", ["thread_not_found", "cannot_reply_to_message"])
async def test_what_waited_for_a_thread_that_is_gone_is_told_once_in_the_new_one(
    place: Town, error: str
) -> None:
    marie = await _followed(place)
    place.slack.wire.plan("chat.postMessage", Fault(answer=refusal(error)))
    for text in ("un", "deux"):
        await place.twilio.write(marie.person, text)
    await place.settle()
    lost, card = place.cards
    shown = thread(place, card)
    said = "\n".join(shown) + "\n"
    assert in_order(["un", "deux"], said) == []
    assert [said.count(f"> {text}\n") for text in ("un", "deux")] == [1, 1]
    assert _link(lost) in shown[1]
    await marie.writes("trois")
    assert thread(place, card)[-1].endswith("> trois")


async def test_a_channel_in_trouble_opens_nothing_anew_and_loses_nothing(place: Town) -> None:
    marie = await _followed(place)
    channel = place.slack.channels[CHANNEL]
    channel.archived = True
    for text in ("un", "deux"):
        await place.twilio.write(marie.person, text)
    while not await place.rows("SELECT id FROM outbox WHERE error <> '' AND state = 'ready'"):
        await asyncio.sleep(0.01)
    assert "is_archived" in place.service.slack.trouble
    channel.archived = False
    await place.pass_time(timedelta(seconds=61))
    (card,) = place.cards
    assert in_order(["un", "deux"], "\n".join(thread(place, card)) + "\n") == []


async def test_whoever_comes_back_to_nobody_is_seen_in_the_channel(place: Town) -> None:
    marie = await waiting(place)
    await marie.writes("/fin")
    await marie.writes("En fait non, toujours rien")
    (card,) = place.cards
    seen = [post for post in place.slack.thread(CHANNEL, card.ts) if post.reply_broadcast]
    assert [words(post).partition(",")[0] for post in seen] == [
        "Le client a écrit : la conversation est rouverte"
    ]


async def test_the_team_reads_what_the_customer_was_told_before_anybody_took_over(place: Town) -> None:
    marie = await waiting(place)
    await marie.writes("où en est ma demande ?")
    (card,) = place.cards
    assert "l’heure promise a été rappelée" in thread(place, card)[-1]
    assert marie.reads[-1].rpartition(" répond ")[2].rstrip(".") in thread(place, card)[-1]


async def test_what_is_typed_where_a_card_stood_before_still_counts(place: Town) -> None:
    marie = await waiting(place)
    (lost,) = place.cards
    lost.deleted = True
    await place.command(LEA, "/claim", "marie")
    _, card = place.cards
    await place.slack.say(LEA.id, CHANNEL, f"!r {TEXT}", lost.ts)
    await place.settle()
    assert marie.reads[-1] == TEXT
    assert thread(place, card)[-1].startswith("➡️ *Léa* → client · WhatsApp\n")
    await place.slack.say(LEA.id, CHANNEL, "Le transporteur a perdu la trace.", lost.ts)
    await place.settle()
    assert "Le transporteur a perdu la trace." in thread(place, card)[-1]
    assert marie.reads[-1] == TEXT
    assert len(place.cards) == 2


async def test_a_menu_that_whatsapp_does_not_show_is_said_again_in_words(place: Town) -> None:
    place.twilio.auto_report = False
    marie = await on_whatsapp(place)
    await marie.writes("Où est mon colis ?")
    menu = marie.messages[-1]
    assert marie.offered
    shown = len(marie.messages)
    for _ in range(2):
        await place.twilio.report(menu.sid, "failed", 63013)
        await place.settle()
    (again,) = marie.messages[shown:]
    assert not again.content_sid
    assert "1. " in again.body
    assert place.cards == []
