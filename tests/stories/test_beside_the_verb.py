"""Verbs where they are not obeyed: whoever types one there is told that nothing left."""

import pytest

from tests.stories.people import seen, sentence, waiting, words
from tests.stories.test_bang import NOTES, types, whispers
from tests.stories.test_forms import presses, send
from tests.stories.town import CHANNEL, LEA, Town

INSIDE = "vu\n!r Bonjour Marie"


async def test_a_note_that_holds_a_reply_tells_that_nothing_left(place: Town) -> None:
    marie = await waiting(place)
    read = list(marie.reads)
    await types(place, f"!note {INSIDE}")
    noted = sentence("answer.noted", customer="Marie Dupont")
    assert words(whispers(place)[-1]).split("\n") == [noted, sentence("bang.inside")]
    await place.command(LEA, "/claim", "marie")
    answer = await place.command(LEA, "/note", INSIDE)
    assert words(answer).endswith(sentence("bang.inside"))
    await types(place, "!note vu avec le transporteur")
    assert words(whispers(place)[-1]) == noted
    assert [row["text"] for row in await place.rows(NOTES)][:2] == [INSIDE, INSIDE]
    assert marie.reads == [*read, "Léa prend votre demande en charge."]


async def test_a_note_changed_into_a_hidden_verb_tells_that_nothing_left(place: Town) -> None:
    marie = await waiting(place)
    read = list(marie.reads)
    note = await types(place, "je regarde")
    for text in (" !r Bonjour", "je regarde\n! r Bonjour", "!note je regarde\n!r Bonjour"):
        told = len(whispers(place))
        await place.slack.hands.edit(LEA.id, CHANNEL, note.ts, "je regarde encore")
        await place.settle()
        assert len(whispers(place)) == told
        await place.slack.hands.edit(LEA.id, CHANNEL, note.ts, text)
        await place.settle()
        assert words(whispers(place)[-1]) == sentence("bang.edited")
    assert marie.reads == read


async def test_a_verb_behind_a_space_does_nothing(place: Town) -> None:
    await waiting(place)
    await place.command(LEA, "/claim", "marie")
    await types(place, "! rendre l’argent au client")
    assert words(whispers(place)[-1]).startswith(sentence("bang.unknown", verbs="").split("Les")[0])
    assert [row["text"] for row in await place.rows(NOTES)] == ["! rendre l’argent au client"]
    assert await place.rows("SELECT owner FROM conversations") == [{"owner": LEA.id}]


@pytest.mark.parametrize("text", ["!r Bonjour Marie", "! r Bonjour Marie"])
async def test_a_verb_typed_in_the_channel_itself_tells_that_nothing_left(place: Town, text: str) -> None:
    marie = await waiting(place)
    read = list(marie.reads)
    root = await place.slack.say(LEA.id, CHANNEL, text)
    await place.settle()
    shown = [one for one in place.slack.ephemerals if one.user == LEA.id]
    assert [words(one).split("\n")[0] for one in shown] == [sentence("bang.stray")]
    assert words(shown[0]).endswith(f"> {text}")
    assert shown[0].thread_ts is None
    await place.slack.say(LEA.id, CHANNEL, "!r Et ici", root.ts)
    await place.slack.say(LEA.id, CHANNEL, "bonjour à tous !")
    await place.settle()
    shown = [one for one in place.slack.ephemerals if one.user == LEA.id]
    assert [one.thread_ts for one in shown] == [None, root.ts]
    assert (marie.reads, await place.rows(NOTES)) == (read, [])


@pytest.mark.parametrize("field", ["text", "next_step"])
async def test_no_field_that_a_customer_reads_holds_a_command(place: Town, field: str) -> None:
    marie = await waiting(place)
    await place.command(LEA, "/claim", "marie")
    read = list(marie.reads)
    await presses(place, "Résoudre")
    typed = {"text": "Colis renvoyé.", "motive": "other"} | {field: "Fait.\n!note client pénible"}
    refused = await send(place, **typed)
    assert {name: seen(told) for name, told in refused.errors.items()} == {
        field: sentence("answers.command_inside")
    }
    assert marie.reads == read
