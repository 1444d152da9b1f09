"""One customer floods: the thread shows one line that counts, and everything can be read from it in Slack."""

import re

from sandbox.slack import Ephemeral
from sandbox.slack import Message as Post
from tests.stories.people import OnWhatsApp, labels, press, sentence, thread, waiting, words
from tests.stories.town import HUGO, LEA, Town

SAID = [f"message {number}" for number in range(260)]
ON, BACK = sentence("reading.next"), sentence("reading.before")


async def _flooded(place: Town) -> tuple[OnWhatsApp, Post]:
    """Marie, who waits, floods; the line that tells of it."""
    marie = await waiting(place)
    for text in SAID:
        await place.twilio.write(marie.person, text)
    await place.settle()
    (card,) = place.cards
    (line,) = [
        post
        for post in place.slack.thread(card.channel, card.ts)
        if sentence("line.read_all") in labels(post)
    ]
    return marie, line


def _messages(page: Ephemeral) -> list[str]:
    return re.findall(r"message \d+", words(page))


async def _read_on(place: Town, page: Ephemeral, label: str) -> list[list[str]]:
    """What stands on this page and on all that follow it."""
    pages = [_messages(page)]
    while label in labels(page):
        page = await press(place, LEA, page, label)
        pages.append(_messages(page))
    return pages


async def test_a_flood_is_one_line_that_counts_and_everything_is_read_from_it(place: Town) -> None:
    _, line = await _flooded(place)
    (card,) = place.cards
    posts = [text for text in thread(place, card) if "message " in text]
    assert len(posts) <= 31, "those posted before anybody could know that it is a flood, and the line"
    told = re.search(r"(\d+) messages de", words(line))
    assert told is not None
    before = [text for post in posts[:-1] for text in re.findall(r"message \d+", post)]
    assert len(before) + int(told[1]) == len(SAID)
    assert "message 259\n" in f"{words(line)}\n"
    page = await press(place, LEA, line, sentence("line.read_all"))
    assert page.user == LEA.id
    pages = await _read_on(place, page, ON)
    first = int(pages[0][0].split()[1])
    assert [text for page in pages for text in page] == SAID[first:]


async def test_pages_lead_to_the_beginning_to_the_end_and_back(place: Town) -> None:
    _, line = await _flooded(place)
    page = await press(place, HUGO, line, sentence("line.read_all"))
    page = await press(place, LEA, line, sentence("line.read_all"))
    page = await press(place, LEA, page, sentence("reading.last"))
    assert _messages(page)[-1] == SAID[-1]
    assert ON not in labels(page)
    backwards = await _read_on(place, page, BACK)
    assert [text for page in backwards[::-1] for text in page] == SAID
    page = await press(place, LEA, line, sentence("line.read_all"))
    page = await press(place, LEA, page, sentence("reading.first"))
    assert _messages(page)[0] == SAID[0]
    assert BACK not in labels(page)


async def test_a_transcript_that_leaves_something_out_leads_to_it(place: Town) -> None:
    _, _ = await _flooded(place)
    (lost,) = place.cards
    await place.slack.hands.delete(lost.channel, lost.ts)
    await place.settle()
    card = place.cards[-1]
    transcript = place.slack.thread(card.channel, card.ts)[1]
    assert re.search(r"2\d\d messages plus anciens", words(transcript))
    page = await press(place, LEA, transcript, sentence("line.read_all"))
    assert [text for page in await _read_on(place, page, ON) for text in page] == SAID


async def test_who_is_not_of_the_team_reads_nothing(place: Town) -> None:
    _, line = await _flooded(place)
    place.slack.add_user("U0AUTRE", "Autre")
    place.slack.channels[line.channel].members.add("U0AUTRE")
    page = await press(place, "U0AUTRE", line, sentence("line.read_all"))
    assert _messages(page) == []
    assert sentence("roster.unknown") in words(page)
