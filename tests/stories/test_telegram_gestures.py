"""What a Telegram customer does beside writing, and what the team reads of it; pushed and fetched alike."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from sandbox.telegram import refusal
from sandbox.wire import Fault
from tests.stories.people import OnTelegram, on_telegram, seen, sentence, thread, words
from tests.stories.town import LEA, Town, shipped_rules, town

BOTH = pytest.mark.parametrize("place", ["pushed", "fetched"], indirect=True)
REPLY = "Bonjour Karim, votre colis part demain."


@pytest.fixture
async def patient(tmp_path: Path) -> AsyncIterator[Town]:
    """A town whose bot awaits the end of a burst for a minute, so that a story may act before it."""
    rules = shipped_rules()
    timers = replace(rules.timers, burst=timedelta(minutes=1), burst_limit=timedelta(minutes=1))
    async with town(tmp_path, replace(rules, timers=timers), fetches=True) as built:
        yield built


async def _claimed(place: Town) -> OnTelegram:
    """Karim's request, qualified, claimed by Léa and answered once."""
    karim = await on_telegram(place)
    await karim.writes("Où est mon colis ?")
    for label in ("Non", "Oui", "Non"):
        await karim.presses(label)
    await karim.writes("passer")
    await place.command(LEA, "/claim", "karim")
    await place.command(LEA, "/reply", REPLY)
    return karim


async def _close(place: Town) -> None:
    await place.command(LEA, "/resolve", "Votre colis est parti.")
    await place.pass_time(timedelta(hours=73))
    assert [row["status"] for row in await place.rows("SELECT status FROM conversations")] == ["closed"]


async def test_what_is_edited_before_the_bot_reads_is_read_as_it_stands(patient: Town) -> None:
    karim = await on_telegram(patient)
    await karim.writes("Où est mon vélo ?")
    await karim.edits("Où est mon vélo", "Où est mon colis ?")
    assert karim.reads == []
    await patient.pass_time(timedelta(minutes=2))
    assert len(karim.reads) == 1
    assert "Touchez « Suivre mon colis »" in karim.reads[0]
    await patient.until(lambda: karim.chat.actions[:1] == ["typing"])


async def test_ten_pictures_sent_together_have_one_answer(patient: Town) -> None:
    karim = await on_telegram(patient)
    for number in range(10):
        caption = "Où est mon colis ?" if number == 0 else None
        sent = await patient.telegram.send_media(karim.chat.id, "photo", caption, album="77")
        await patient.taken(sent)
    await patient.pass_time(timedelta(minutes=2))
    assert len(karim.reads) == 1
    assert karim.reads[0].endswith(sentence("faq.helped"))


@BOTH
async def test_an_edit_stands_in_the_thread_beside_what_it_replaces(place: Town) -> None:
    karim = await _claimed(place)
    await karim.writes("Le colis 12")
    await karim.edits("Le colis 12", "Le colis 13, c’est urgent")
    (card,) = place.cards
    edit, raised = thread(place, card)[-2:]
    assert edit.endswith("a modifié « Le colis 12 » · <@U0LEA>\n> Le colis 13, c’est urgent")
    assert "Devenu urgent" in raised
    await _close(place)
    told = list(karim.reads)
    await karim.edits("Le colis 13", "Le colis 14")
    assert thread(place, card)[-1].endswith("a modifié « Le colis 13, c’est urgent »\n> Le colis 14")
    assert (karim.reads, len(place.cards)) == (told, 1)
    stored = await place.rows("SELECT text FROM versions ORDER BY version")
    assert [row["text"] for row in stored] == ["Le colis 13, c’est urgent", "Le colis 14"]
    first = await place.rows("SELECT text FROM messages WHERE text LIKE 'Le colis%'")
    assert [row["text"] for row in first] == ["Le colis 12"]


@BOTH
async def test_a_sign_is_told_with_the_words_it_stands_under_and_opens_nothing(place: Town) -> None:
    karim = await _claimed(place)
    await karim.reacts("Bonjour Karim", "👍")
    (card,) = place.cards
    assert thread(place, card)[-1] == f"Karim Benali a réagi : 👍 à « {REPLY} »"
    await _close(place)
    told = list(karim.reads)
    before = len(place.posts)
    await karim.reacts("Votre demande est résolue", "❤")
    assert (karim.reads, len(place.posts)) == (told, before)


@BOTH
async def test_an_answer_shows_the_words_it_answers(place: Town) -> None:
    karim = await _claimed(place)
    await karim.writes("Vers quelle heure ?", answering="Bonjour Karim", part="part demain")
    (card,) = place.cards
    said = "*Karim Benali* · Telegram · en réponse à « part demain » · <@U0LEA>\n> Vers quelle heure ?"
    assert thread(place, card)[-1] == said
    await karim.writes("Merci de me dire", answering="Bonjour Karim")
    assert f"en réponse à « {REPLY} »" in thread(place, card)[-1]


@BOTH
async def test_who_blocked_the_bot_gets_nothing_and_the_agent_gets_the_text_back(place: Town) -> None:
    karim = await _claimed(place)
    await karim.blocks()
    (card,) = place.cards
    assert sentence("thread.blocked", customer="Karim Benali") in thread(place, card)[-1]
    sent = place.telegram.wire.count("sendMessage")
    refused = words(await place.command(LEA, "/reply", "Vers 9 h."))
    assert refused.startswith(sentence("refuse.blocked", customer="Karim Benali"))
    assert "Vers 9 h." in refused
    assert place.telegram.wire.count("sendMessage") == sent
    await karim.unblocks()
    reachable = sentence("thread.reachable", customer="Karim Benali")
    assert thread(place, card)[-1] == f"{reachable} <@{LEA.id}>"
    await place.command(LEA, "/reply", "Vers 9 h.")
    assert karim.reads[-1] == "Vers 9 h."


@BOTH
async def test_the_link_a_customer_came_by_is_on_the_card_and_never_obeyed(place: Town) -> None:
    karim = await on_telegram(place)
    await karim.writes("/start fin_de-serie")
    assert karim.reads[-1].endswith(sentence("greeting.invite"))
    await karim.writes("conseiller")
    assert "venu par le lien « fin_de-serie »" in words(place.cards[0])


@BOTH
@pytest.mark.parametrize("typed", ["/humain", "/human", "/humain@relais_bot", "/humain mon colis est cassé"])
async def test_the_command_for_a_person_hands_over_at_once(place: Town, typed: str) -> None:
    karim = await on_telegram(place)
    await karim.writes(typed)
    assert len(place.cards) == 1
    assert "Un conseiller vous répond" in karim.reads[-1] or "An advisor" in karim.reads[-1]
    await karim.writes(typed)
    assert len(place.cards) == 1
    assert len(karim.reads) == 2, "asked again, it tells the promise"


@BOTH
async def test_the_command_for_a_person_takes_a_resolved_request_up_again(place: Town) -> None:
    karim = await _claimed(place)
    await place.command(LEA, "/resolve", "Votre colis est parti.")
    await karim.writes("/humain")
    assert karim.reads[-1].startswith("Nous reprenons votre demande.")


@BOTH
async def test_a_group_is_left_and_becomes_no_conversation(place: Town) -> None:
    karim = await on_telegram(place)
    before = await place.counts()
    group = await place.telegram.group("Famille", karim.chat)
    await place.until(lambda: group.left)
    await place.settle()
    assert [seen(one.text) for one in group.messages] == [sentence("group.private_only")]
    assert await place.counts() == before


async def test_a_chat_that_is_told_to_wait_holds_up_nobody_else(place: Town) -> None:
    karim, nadia = await on_telegram(place), await on_telegram(place, "Nadia Roche")
    wait = Fault(answer=refusal(429, "Too Many Requests: retry after 25", 25))
    place.telegram.wire.plan("sendMessage", wait)
    await karim.writes("conseiller")
    assert karim.reads == []
    await nadia.writes("conseiller")
    assert nadia.reads[-1].startswith("Bonjour Nadia")
    await karim.writes("C’est pour mon colis")
    assert karim.reads == []
    await place.pass_time(timedelta(seconds=27))
    assert karim.reads[0].startswith("Bonjour Karim")
