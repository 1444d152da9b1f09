"""The disk is full, or the file cannot be written: nobody is told that something was kept when it was not."""

import asyncio
import sqlite3
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sandbox.slack import Answer, Ephemeral, buttons
from tests.stories.people import on_telegram, on_whatsapp, press, sentence, told, waiting, words
from tests.stories.town import CHANNEL, HUGO, LEA, Town

LONG = "Voici ma très longue histoire, ligne après ligne. " * 900
"""More than the free room in the database's last pages."""


async def _on_writer(place: Town, pragma: str) -> int:
    """Set a pragma on the one connection that writes."""

    def run(connection: sqlite3.Connection) -> int:
        return int((connection.execute(f"PRAGMA {pragma}").fetchone() or [0])[0])

    return await place.service.store._writer.run(run)


@asynccontextmanager
async def full_disk(place: Town) -> AsyncIterator[None]:
    """Not one page more, until the block ends."""
    await _on_writer(place, f"max_page_count = {await _on_writer(place, 'page_count')}")
    try:
        yield
    finally:
        await _on_writer(place, "max_page_count = 1073741823")


@asynccontextmanager
async def read_only(place: Town) -> AsyncIterator[None]:
    """No write at all, until the block ends."""
    await _on_writer(place, "query_only = 1")
    try:
        yield
    finally:
        await _on_writer(place, "query_only = 0")


async def test_a_full_disk_answers_503_to_customers_and_goes_on_by_itself(place: Town) -> None:
    marie, karim = await on_whatsapp(place), await on_telegram(place)
    await marie.writes("conseiller")
    place.slack.retry_delays = (0.05, 0.05, 0.05)
    (card,) = place.cards
    async with full_disk(place):
        refused = await place.twilio.write(marie.person, LONG[:16_000])
        assert (refused.status, refused.attempts) == (503, 4), "asked for by rc=3 in the address"
        insisting = asyncio.create_task(place.telegram.write(karim.chat.id, f"conseiller {LONG[:4000]}"))
        await place.until(lambda: [one.status for one in place.telegram.deliveries if one.status == 503])
        noting = await _noted(place, card.ts)
        assert set(noting) == {503}
    delivery = await insisting
    assert delivery.status == 200
    await marie.writes("Je recommence")
    await place.settle()
    assert len(karim.reads) == 1
    said = await place.rows("SELECT text FROM messages WHERE author IN ('customer', 'note')")
    assert [row["text"][:20] for row in said if row["text"].startswith("Voici")] == []
    assert {"Je recommence", "conseiller"} <= {row["text"] for row in said}


async def test_a_full_disk_under_load_keeps_all_that_it_took_and_takes_nothing_else(place: Town) -> None:
    crowd = [(await on_whatsapp(place, f"Client {number}")).person for number in range(16)]
    kept, refused = set[str](), set[str]()

    async def write(number: int, what: str) -> None:
        text = f"{what}, {number} : {LONG[:1400]}"
        status = (await place.twilio.write(crowd[number], text)).status
        assert status in {200, 503}
        (kept if status == 200 else refused).add(text)

    async def all_write(what: str) -> None:
        await asyncio.gather(*(write(number, what) for number in range(len(crowd))))

    await all_write("avant")
    assert not refused
    async with full_disk(place):
        for turn in range(3):
            await all_write(f"pendant {turn}")
    assert len(refused) > len(crowd)
    await all_write("après")
    assert not {text for text in refused if text.startswith("après")}, "without a restart"
    await place.settle()
    stored = await place.rows("SELECT text FROM messages WHERE author = 'customer'")
    assert Counter(row["text"] for row in stored) == dict.fromkeys(kept, 1)
    assert await place.rows("PRAGMA integrity_check") == [{"integrity_check": "ok"}]


async def _noted(place: Town, thread: str) -> list[int | None]:
    """What Slack is answered to a long line in a thread, each time it tries."""
    await place.slack.say(LEA.id, CHANNEL, LONG[:12_000], thread)
    return [attempt.status for attempt in place.slack.deliveries[-1].attempts]


async def test_an_unwritable_file_answers_503_and_what_the_platforms_bring_again_is_heard_once(
    place: Town,
) -> None:
    marie, karim = await waiting(place), await on_telegram(place)
    await place.command(LEA, "/claim", "marie")
    place.slack.retry_delays = (0.05, 0.5, 1.5)
    (card,) = place.cards
    async with read_only(place):
        assert (await place.http.get(f"{place.url}/ready")).status_code == 503
        assert (await place.twilio.write(marie.person, "Vous êtes là ?")).status == 503
        insisting = asyncio.create_task(place.telegram.write(karim.chat.id, "conseiller"))
        noting = asyncio.create_task(place.slack.say(LEA.id, CHANNEL, "Je cherche.", card.ts))
        await place.until(lambda: 503 in {one.status for one in place.telegram.deliveries})
        await place.until(lambda: 503 in {a.status for one in place.slack.deliveries for a in one.attempts})
    await asyncio.gather(insisting, noting)
    await place.settle()
    assert (await place.http.get(f"{place.url}/ready")).status_code == 200
    notes = await place.rows("SELECT text FROM messages WHERE author = 'note'")
    assert [row["text"] for row in notes] == ["Je cherche."]
    assert len(karim.reads) == 1


async def test_commands_are_answered_200_with_a_sentence_and_the_words_given_back(place: Town) -> None:
    marie = await waiting(place)
    await place.command(LEA, "/claim", "marie")
    read = list(marie.reads)
    async with read_only(place):
        answers = {
            verb: await place.slack.command(LEA.id, verb, "Un texte à ne pas perdre", CHANNEL)
            for verb in ("/reply", "/note", "/resolve")
        }
        released = await place.slack.command(LEA.id, "/release", "", CHANNEL)
        chosen = await place.slack.command(HUGO.id, "/reply", "Un texte à choisir", CHANNEL)
    for verb, answer in answers.items():
        assert answer.status == 200
        assert words(answer).startswith(sentence("answers.failed")), verb
        assert words(answer).endswith("> Un texte à ne pas perdre"), verb
    assert words(released) == sentence("answers.failed")
    assert chosen.status == 200
    await place.settle()
    assert marie.reads == read
    await place.command(LEA, "/reply", "Un texte à ne pas perdre")
    assert marie.reads == [*read, "Un texte à ne pas perdre"]


async def test_buttons_are_answered_200_with_a_sentence_and_the_draft_given_back(place: Town) -> None:
    await waiting(place, "Marie Dupont")
    await waiting(place, "Paul Roux")
    (card, _) = place.cards
    chooser = await place.command(LEA, "/reply", "Un brouillon gardé")
    async with read_only(place):
        claimed = await _press(place, card.ts)
        assert (claimed.status, words(await told(place, LEA.id))) == (200, sentence("answers.failed"))
        shown = await _choose(place, chooser)
        assert shown.startswith(sentence("answers.failed"))
        assert shown.endswith("> Un brouillon gardé")
    assert (await place.rows("SELECT count(*) AS n FROM conversations WHERE owner <> ''"))[0]["n"] == 0
    assert words(await press(place, LEA, card, "Prendre")).startswith("Marie Dupont (WhatsApp) : ")


async def _press(place: Town, ts: str) -> Answer:
    """Press the first button of a card, without waiting for a store that is down."""
    card = place.slack.channels[CHANNEL].find(ts)
    assert card is not None
    first, before = buttons(card)[0], len(place.slack.ephemerals)
    answer = await place.slack.press(
        LEA.id, channel_id=CHANNEL, message_ts=ts, action_id=first.action_id, value=first.value
    )
    await place.until(lambda: len(place.slack.ephemerals) > before)
    return answer


async def _choose(place: Town, chooser: Answer) -> str:
    first = buttons(chooser)[0]
    await place.slack.press(
        LEA.id,
        channel_id=CHANNEL,
        action_id=first.action_id,
        value=first.value,
        ephemeral_answer=chooser,
    )
    failed = sentence("answers.failed")
    await place.until(
        lambda: any(words(one).startswith(failed) and "> " in words(one) for one in _seen(place))
    )
    assert words(chooser).endswith("> Un brouillon gardé")  # it stays: the next press may go well
    return words(_seen(place)[-1])


def _seen(place: Town) -> list[Ephemeral]:
    return [one for one in place.slack.ephemerals if one.user == LEA.id]


async def test_what_was_decided_before_the_failure_still_leaves_after_it(place: Town) -> None:
    """An effect on disk waits for the store: it is sent once, whenever that is."""
    marie = await waiting(place)
    await place.command(LEA, "/claim", "marie")
    place.twilio.wire.delay = 0.2
    await place.slack.command(LEA.id, "/reply", "Parti pendant la panne", CHANNEL)
    await place.until(lambda: place.twilio.wire.in_flight > 0)
    async with read_only(place):
        await place.until(lambda: marie.reads[-1] == "Parti pendant la panne")
    place.twilio.wire.delay = 0.0
    await place.settle()
    assert marie.reads.count("Parti pendant la panne") == 1
    rows = await place.rows("SELECT state FROM outbox WHERE agent <> ''")
    assert [row["state"] for row in rows] == ["sent"]
