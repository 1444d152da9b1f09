"""Words arrive as they were meant: to the customer to the letter, to the team without doing anything."""

import pytest

from tests.stories.people import on_telegram, on_whatsapp, sentence, thread, waiting, words
from tests.stories.town import CHANNEL, LEA, Town

EXACT = {
    "typographic quotes": "« Bonjour », l’“essai” d‘hier… n’est pas ‹perdu›",
    "newlines": "Bonjour Marie,\n\nvotre colis part demain.\nÀ bientôt,\nLéa",
    "emoji": "C’est parti 🚚 👩🏽‍🔧 🇫🇷 ✔️",
    "the word payload": 'payload={"a":1}&payload=2; le payload est complet',
    "a form's own signs": "50 % + 50 % = 100 %, oui ? a&b=c #1",
    "braces": "Code {marie} et {0} et %s",
    "marks": "*gras* _italique_ ~barré~ `code` > cité",
    "a command": "tapez /fin ou /langue en",
}


async def test_the_customer_reads_exactly_what_the_agent_typed_on_whatsapp(place: Town) -> None:
    marie = await waiting(place)
    await place.command(LEA, "/claim", "marie")
    for kind, text in EXACT.items():
        await place.command(LEA, "/reply", text)
        assert marie.received[-1] == text, kind


async def test_the_customer_reads_exactly_what_the_agent_typed_on_telegram(place: Town) -> None:
    karim = await on_telegram(place)
    await karim.writes("conseiller")
    await place.command(LEA, "/claim", "karim")
    for kind, text in EXACT.items():
        await place.command(LEA, "/reply", text)
        assert karim.received[-1] == text, kind


async def test_shortcodes_and_names_of_colleagues_reach_the_customer_as_characters(place: Town) -> None:
    marie = await waiting(place)
    await place.command(LEA, "/claim", "marie")
    await place.command(LEA, "/reply", "<@U0HUGO|hugo> et moi : en route :truck: &lt;3 &amp; plus")
    assert marie.received[-1] == "@Hugo et moi : en route 🚚 <3 & plus"


@pytest.mark.parametrize(
    "text", ["Voyez avec <!here> svp", "<!channel> merci", "avec <!subteam^S0SUPPORT|@support> demain"]
)
async def test_an_internal_mention_in_a_reply_is_refused_and_the_words_come_back(
    place: Town, text: str
) -> None:
    marie = await waiting(place)
    await place.command(LEA, "/claim", "marie")
    before, read = await place.counts(), list(marie.reads)
    for command in ("/reply", "/resolve"):
        answer = await place.command(LEA, command, text)
        assert words(answer).startswith("Rien n’est parti : le texte contient une mention interne (")
        assert answer.shown is not None
        (given_back,) = [b for b in (answer.document or {})["blocks"] if b["type"] == "rich_text"]
        assert [part["elements"] for part in given_back["elements"]] == [[{"type": "text", "text": text}]]
    assert (await place.counts(), marie.reads) == (before, read)


async def test_plain_words_in_a_thread_are_a_note_and_nothing_leaves(place: Town) -> None:
    marie = await waiting(place)
    (card,) = place.cards
    await place.command(LEA, "/claim", "marie")
    read, posts = list(marie.reads), len(place.posts)
    await place.slack.say(LEA.id, CHANNEL, "Le transporteur a perdu la trace, je relance.", card.ts)
    await place.settle()
    assert marie.reads == read
    assert len(place.posts) == posts + 1, "her own line and nothing of ours"
    (note,) = await place.rows("SELECT author, who, text FROM messages WHERE author = 'note'")
    assert note == {
        "author": "note",
        "who": LEA.id,
        "text": "Le transporteur a perdu la trace, je relance.",
    }


async def test_plain_words_in_the_channel_or_in_another_thread_are_nothing_to_us(place: Town) -> None:
    await waiting(place)
    before = await place.counts()
    mine = await place.slack.say(LEA.id, CHANNEL, "Qui prend Marie ?")
    await place.slack.say(LEA.id, CHANNEL, "Moi.", mine.ts)
    await place.settle()
    assert await place.counts() == before


async def test_a_customer_named_like_a_shout_calls_nobody(place: Town) -> None:
    shouting = await on_whatsapp(place, "<!channel> @here <@U0LEA>")
    await shouting.writes("<!here> @channel *colis* <https://mechant.example|cliquez> ```")
    await shouting.writes("conseiller")
    await place.command(LEA, "/backlog")
    await place.command(LEA, "/claim")
    (card,) = place.cards
    shown = [f"{post.text}{post.blocks}" for post in place.slack.thread(CHANNEL, card.ts)]
    shown += [f"{answer.text}{answer.blocks}" for answer in place.slack.ephemerals]
    for everything in shown:
        for form in ("<!channel", "<!here", "<@U0LEA", "<https://mechant", "@channel", "@here"):
            assert form not in everything, form
    assert "&lt;!channel&gt; @" in words(card)


async def test_the_words_of_a_customer_are_masked_for_the_team_and_kept_whole_in_the_store(
    place: Town,
) -> None:
    marie = await on_whatsapp(place)
    await marie.writes("conseiller")
    said = "Ma carte 4970 1000 0000 0055, tél 06 12 34 56 78, marie@exemple.fr, mot de passe : Tulipe1"
    await marie.writes(said)
    (card,) = place.cards
    line = thread(place, card)[-1]
    for secret in ("4970 1000 0000 0055", "12 34 56 78", "marie@", "Tulipe1"):
        assert secret not in line, secret
    assert "•• •• •• 0055" in line
    (kept,) = await place.rows("SELECT text FROM messages WHERE text LIKE '%carte%'")
    assert kept["text"] == said


async def test_a_note_by_command_stands_in_the_thread_and_never_leaves(place: Town) -> None:
    marie = await waiting(place)
    await place.command(LEA, "/claim", "marie")
    read = list(marie.reads)
    answer = await place.command(LEA, "/note", "Client fidèle, <!here> geste possible.")
    assert words(answer) == sentence("answer.noted", customer="Marie Dupont")
    assert marie.reads == read
    note = thread(place, place.cards[0])[-1]
    assert note.startswith("*Note interne* · Léa\n")
    assert "<!here>" not in note
