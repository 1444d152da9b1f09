"""What people do in a thread beside `!verbs`: notes, their changes, deletions, and what is none of ours."""

import pytest

from sandbox.slack import Message as Post
from tests.stories.people import sentence, thread, waiting, words
from tests.stories.town import CHANNEL, LEA, Town

NOTES = "SELECT text, reference FROM messages WHERE author = 'note' ORDER BY seq"
VERSIONS = "SELECT reference, kind, text FROM versions ORDER BY version"


async def note(place: Town, text: str | None = "je demande au transporteur", **fields: object) -> Post:
    """Léa's line in the thread of the first card."""
    line = await place.slack.say(LEA.id, CHANNEL, text, place.cards[0].ts, **fields)
    await place.settle()
    return line


async def test_a_note_is_kept_as_colleagues_read_it(place: Town) -> None:
    await waiting(place)
    line = await note(place, "vu avec <@U0HUGO> & <!here> : 3 < 4, https://exemple.fr 🚚")
    assert await place.rows(NOTES) == [
        {"text": "vu avec @Hugo & @here : 3 < 4, https://exemple.fr 🚚", "reference": line.ts}
    ]


@pytest.mark.parametrize(
    ("fields", "kept"),
    [
        ({"subtype": "thread_broadcast"}, True),
        ({"subtype": "file_share", "files": []}, True),
        ({"subtype": "me_message"}, False),
        ({"subtype": "channel_join"}, False),
        ({"subtype": "bot_message", "bot_id": "B0AUTRE"}, False),
        ({"bot_id": "B0AUTRE", "app_id": "A0STAGING"}, False),
        ({"app_id": "A0STAGING"}, False),
        ({"user_team": "T0AUTRE", "source_team": "T0AUTRE"}, False),
    ],
    ids=str,
)
async def test_only_people_of_our_own_workspace_leave_notes(
    place: Town, fields: dict[str, object], kept: bool
) -> None:
    await waiting(place)
    await note(place, "je demande au transporteur", **fields)
    assert len(await place.rows(NOTES)) == kept


async def test_a_change_is_a_version_and_the_first_words_stay(place: Town) -> None:
    await waiting(place)
    line = await note(place)
    for text in ("je demande au transporteur (DHL)", "je demande à DHL"):
        await place.slack.hands.edit(LEA.id, CHANNEL, line.ts, text)
    await place.settle()
    assert [row["text"] for row in await place.rows(NOTES)] == ["je demande au transporteur"]
    assert await place.rows(VERSIONS) == [
        {"reference": line.ts, "kind": "edited", "text": "je demande au transporteur (DHL)"},
        {"reference": line.ts, "kind": "edited", "text": "je demande à DHL"},
    ]


async def test_a_change_heard_twice_is_one_version(place: Town) -> None:
    await waiting(place)
    line = await note(place)
    changed = await place.slack.hands.edit(LEA.id, CHANNEL, line.ts, "je demande à DHL")
    assert changed is not None
    await place.slack.push_event(changed.event, event_id=changed.event_id)
    assert len(await place.rows(VERSIONS)) == 1


async def test_the_note_of_a_verb_changes_like_any_other(place: Town) -> None:
    await waiting(place)
    line = await note(place, "!note Client fidèle")
    await place.slack.hands.edit(LEA.id, CHANNEL, line.ts, "!note Client très fidèle")
    await place.settle()
    assert [row["text"] for row in await place.rows(VERSIONS)] == ["Client très fidèle"]
    assert [one for one in place.slack.ephemerals if one.thread_ts and "Changer" in words(one)] == []


async def test_the_preview_of_a_link_is_no_change(place: Town) -> None:
    await waiting(place)
    line = await note(place, "voir https://exemple.fr")
    before = await place.counts()
    await place.slack.hands.unfurl(CHANNEL, line.ts)
    await place.settle()
    assert await place.counts() == before


async def test_a_note_taken_away_is_marked_and_kept(place: Town) -> None:
    await waiting(place)
    line = await note(place)
    await place.slack.hands.delete(CHANNEL, line.ts)
    await place.settle()
    assert len(await place.rows(NOTES)) == 1
    assert await place.rows(VERSIONS) == [{"reference": line.ts, "kind": "deleted", "text": ""}]


async def test_a_card_that_somebody_deletes_comes_back_with_all_that_was_said(place: Town) -> None:
    marie = await waiting(place)
    (card,) = place.cards
    await note(place)
    await place.slack.hands.delete(CHANNEL, card.ts)
    await place.settle()
    anew = place.cards[-1]
    assert anew.ts != card.ts
    assert words(anew).startswith("*Marie Dupont*")
    assert "je demande au transporteur" in "\n".join(thread(place, anew))
    await place.slack.say(LEA.id, CHANNEL, "!r C’est arrangé.", anew.ts)
    await place.settle()
    assert marie.reads[-1] == "C’est arrangé."


async def test_a_note_that_was_copied_to_the_new_thread_is_not_changed_in_the_old_one(place: Town) -> None:
    await waiting(place)
    (card,) = place.cards
    here = await note(place)
    await place.slack.hands.delete(CHANNEL, card.ts)
    await place.settle()
    copied = await place.slack.say(LEA.id, CHANNEL, "Client fidèle", card.ts)
    await place.settle()
    for line in (here, copied):
        await place.slack.hands.edit(LEA.id, CHANNEL, line.ts, "Client très fidèle")
        await place.settle()
    assert [row["reference"] for row in await place.rows(VERSIONS)] == [here.ts]
    shown = [(one.user, one.thread_ts, words(one)) for one in place.slack.ephemerals]
    assert shown == [(LEA.id, card.ts, sentence("bang.moved"))]


async def test_a_card_without_replies_that_is_deleted_comes_back_too(place: Town) -> None:
    await waiting(place)
    (card,) = place.cards
    for reply in place.slack.thread(CHANNEL, card.ts)[1:]:
        reply.deleted = True
    told = await place.slack.hands.delete(CHANNEL, card.ts)
    assert told is not None
    assert told.event["subtype"] == "message_deleted"
    await place.settle()
    assert place.cards[-1].ts != card.ts


async def test_a_line_elsewhere_that_changes_or_goes_is_nothing_to_us(place: Town) -> None:
    await waiting(place)
    mine = await place.slack.say(LEA.id, CHANNEL, "Qui prend Marie ?")
    answer = await place.slack.say(LEA.id, CHANNEL, "Moi.", mine.ts)
    before = await place.counts()
    await place.slack.hands.edit(LEA.id, CHANNEL, answer.ts, "Moi !")
    await place.slack.hands.delete(CHANNEL, answer.ts)
    await place.slack.hands.delete(CHANNEL, mine.ts)
    await place.settle()
    assert await place.counts() == before
