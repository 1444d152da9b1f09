"""What Twilio fails to bring: a customer is heard within minutes and once, a reply gets its mark."""

from datetime import timedelta
from typing import Any

from sandbox.twilio import MessageRecord
from sandbox.twilio_forms import inbound
from tests.stories.people import OnWhatsApp, on_whatsapp, sentence, thread, waiting, words
from tests.stories.town import LEA, PUBLIC, Town

MINUTES = timedelta(minutes=1)
TEXT = "Votre colis repart demain."
FOUND = "retrouvé après coup"


async def loses(place: Town, marie: OnWhatsApp, text: str, **form: str) -> MessageRecord:
    """The customer writes, and Twilio's call never reaches us."""
    known, place.twilio.message_url = place.twilio.message_url, None
    await place.twilio.write(marie.person, text, **form)
    place.twilio.message_url = known
    return list(place.twilio.messages.values())[-1]


async def after(place: Town, minutes: float) -> None:
    """Minutes pass, and Twilio is asked for what is due."""
    await place.pass_time(minutes * MINUTES)
    await place.sweep()


async def test_a_customer_whose_webhook_was_lost_is_answered_within_minutes_and_once(place: Town) -> None:
    await place.sweep()
    marie = await on_whatsapp(place)
    lost = await loses(place, marie, "Où est mon colis ?")
    await after(place, 5)
    await place.pass_time(timedelta(seconds=5))
    answered = list(marie.reads)
    assert answered[0].startswith("Bonjour")
    assert any("colis" in text for text in answered)
    for _ in range(3):
        await after(place, 6)
    assert (await place.twilio.deliver(lost.form)).status == 200
    await place.settle()
    assert marie.reads == answered
    said = await place.rows("SELECT text, is_late FROM messages WHERE author = 'customer'")
    assert said == [{"text": "Où est mon colis ?", "is_late": 1}]


async def test_what_came_by_its_webhook_is_not_found_again(place: Town) -> None:
    await place.sweep()
    marie = await waiting(place)
    before, read = await place.counts(), list(marie.reads)
    for _ in range(4):
        await after(place, 6)
    assert await place.counts() == before
    assert marie.reads == read
    heard = (await place.http.get(f"{place.url}/metrics")).text
    assert 'kind="CustomerWrote",outcome="done"' in heard
    assert 'kind="CustomerWrote",outcome="duplicate"' not in heard


async def test_the_team_sees_what_was_found_in_the_thread_and_that_it_was(place: Town) -> None:
    await place.sweep()
    marie = await waiting(place)
    await place.command(LEA, "/claim", "marie")
    await loses(place, marie, "Il me faut une facture")
    await loses(place, marie, "facture.pdf", MediaUrl0=f"{PUBLIC}/u", MediaContentType0="application/pdf")
    await after(place, 6)
    (card,) = place.cards
    first, second = thread(place, card)[-1].split("facture.pdf")
    for told in (first, second):
        assert FOUND in told
        assert "10 h 07" in told
    assert first.index("Il me faut une facture") < first.index(FOUND)
    assert "*Attend notre réponse*" in words(card)


async def test_the_transcript_marks_what_was_found_before_the_hand_off(place: Town) -> None:
    await place.sweep()
    marie = await on_whatsapp(place)
    await loses(place, marie, "Le vélo grince un peu")
    await after(place, 6)
    await marie.writes("conseiller")
    (card,) = place.cards
    (transcript,) = [line for line in thread(place, card) if "Le vélo grince un peu" in line]
    assert transcript.count(FOUND) == 1


async def test_what_was_written_while_the_service_was_down_is_heard_at_the_start(place: Town) -> None:
    await place.sweep()
    marie = await waiting(place)
    await place.close_service()
    place.clock.shift += 3 * 60 * MINUTES
    await loses(place, marie, "Toujours personne ?")
    place.clock.shift += 2 * 60 * MINUTES
    await place.open_service()
    (card,) = place.cards
    await place.until(lambda: any("Toujours personne ?" in line for line in thread(place, card)))
    await place.settle()
    assert sum("Toujours personne ?" in line for line in thread(place, card)) == 1


async def test_the_window_of_a_message_that_was_found_runs_from_its_writing(place: Town) -> None:
    await place.sweep()
    marie = await waiting(place)
    await place.command(LEA, "/claim", "marie")
    await place.close_service()
    place.clock.shift += 60 * MINUTES
    await loses(place, marie, "Alors ?")
    place.clock.shift += 23 * 60 * MINUTES
    await place.open_service()
    (card,) = place.cards
    await place.until(lambda: any("Alors ?" in line for line in thread(place, card)))
    await place.pass_time(30 * MINUTES)
    await place.command(LEA, "/reply", TEXT)
    assert marie.reads[-1] == TEXT
    await place.pass_time(31 * MINUTES)
    refused = await place.command(LEA, "/reply", "Il est parti.")
    assert words(refused).startswith(sentence("refuse.window", customer="Marie Dupont"))


async def test_an_older_word_that_is_found_does_not_open_the_door_that_stop_has_shut(place: Town) -> None:
    await place.sweep()
    marie = await waiting(place)
    await place.command(LEA, "/claim", "marie")
    await loses(place, marie, "Alors ?")
    await place.pass_time(2 * MINUTES)
    await marie.writes("STOP")
    await after(place, 6)
    (card,) = place.cards
    assert any("Alors ?" in line for line in thread(place, card))
    read = list(marie.reads)
    refused = await place.command(LEA, "/reply", TEXT)
    assert words(refused).startswith(sentence("refuse.stopped", customer="Marie Dupont"))
    assert marie.reads == read


async def test_a_stop_that_is_found_counts_unless_the_customer_has_written_since(place: Town) -> None:
    await place.sweep()
    marie = await waiting(place)
    await place.command(LEA, "/claim", "marie")
    await loses(place, marie, "STOP")
    await place.pass_time(2 * MINUTES)
    await marie.writes("Finalement, où est mon colis ?")
    await after(place, 6)
    assert sentence("stop.confirmed") not in marie.reads
    await place.command(LEA, "/reply", TEXT)
    assert marie.reads[-1] == TEXT
    await loses(place, marie, "STOP")
    await after(place, 6)
    assert marie.reads[-1] == sentence("stop.confirmed")


async def test_whoever_is_listed_under_another_address_than_the_webhooks_is_heard_once(place: Town) -> None:
    await place.sweep()
    marie = await waiting(place)
    memory, person = place.twilio.memory, marie.person
    form = inbound(memory, person, memory.sid("SM"), "Une seule fois", "text")
    await place.twilio.deliver(form | {"From": person.external_id})
    place.twilio.messages[form["MessageSid"]].from_ = person.address
    await after(place, 6)
    (card,) = place.cards
    assert sum("> Une seule fois" in line for line in thread(place, card)) == 1


async def _replied(place: Town) -> MessageRecord:
    """Léa's reply is at Twilio, whose reports never come."""
    await place.sweep()
    marie = await waiting(place)
    await place.command(LEA, "/claim", "marie")
    place.twilio.auto_report = False
    await place.command(LEA, "/reply", TEXT)
    return marie.messages[-1]


async def _row(place: Town) -> dict[str, Any]:
    (row,) = await place.rows("SELECT report, report_due_at FROM outbox WHERE agent <> ''")
    return row


async def test_a_reply_whose_reports_were_lost_gets_its_mark(place: Town) -> None:
    message = await _replied(place)
    message.step("delivered", None, place.clock.seconds())
    (card,) = place.cards
    await after(place, 14)
    assert sentence("line.mark_delivered") not in "\n".join(thread(place, card))
    await after(place, 1)
    await place.pass_time(timedelta(seconds=5))
    assert sentence("line.mark_delivered") in "\n".join(thread(place, card))
    assert await _row(place) == {"report": "delivered", "report_due_at": None}
    before = await place.counts()
    await place.twilio.report(message.sid, "delivered")
    await place.settle()
    assert await place.counts() == before


async def test_a_failure_whose_report_was_lost_is_told_in_the_thread_once(place: Town) -> None:
    message = await _replied(place)
    message.step("undelivered", 63024, place.clock.seconds())
    await after(place, 15)
    await place.twilio.report(message.sid, "undelivered", 63024)
    await after(place, 60)
    (card,) = place.cards
    told = [line for line in thread(place, card) if sentence("refused.no_account") in line]
    assert len([line for line in told if line.startswith(sentence("line.alarm"))]) == 1


async def test_what_has_its_final_report_or_will_never_have_one_is_not_asked_about(place: Town) -> None:
    await place.sweep()
    marie = await waiting(place)
    await place.command(LEA, "/claim", "marie")
    await place.command(LEA, "/reply", TEXT)
    place.twilio.auto_report = False
    await place.command(LEA, "/reply", "Il partira du dépôt de Lyon.")
    off = marie.messages[-1]
    await place.twilio.report(off.sid, "sent")
    for _ in range(4):
        await after(place, 7 * 60)
    asked = [call.arguments["sid"] for call in place.twilio.wire.calls if call.method == "messages.fetch"]
    assert asked == [off.sid] * 3
    assert await place.rows("SELECT 1 FROM outbox WHERE report_due_at IS NOT NULL") == []


async def _told(place: Town) -> str:
    answer = await place.http.get(f"{place.url}/ready")
    assert answer.status_code == 200
    return str(answer.json()["platforms"]["whatsapp"].get("trouble", ""))


async def test_an_address_at_twilio_that_is_not_ours_is_told_at_the_start_until_it_is_mended(
    place: Town,
) -> None:
    await place.sweep()
    assert await _told(place) == ""
    await place.close_service()
    place.twilio.console.webhook = {"callback_url": "https://old.example/wa"}
    await place.open_service()
    await place.sweep()
    told = await _told(place)
    assert "old.example" in told
    assert f"set it to {PUBLIC}/twilio/message" in told
    marie = await waiting(place)
    assert marie.reads
    place.twilio.console.webhook = {}
    await after(place, 5)
    assert await _told(place) == ""
