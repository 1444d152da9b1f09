"""`!verb` in a conversation's thread: the thread is the target; nothing else typed there leaves Slack."""

from pathlib import Path

import pytest

from sandbox.slack import Ephemeral
from sandbox.slack import Message as Post
from tests.stories.people import on_telegram, press, sentence, thread, told, waiting, words
from tests.stories.town import CHANNEL, HUGO, LEA, SOFIA, Town, shipped_rules, town

VERBS = "!prendre, !repondre, !resoudre, !noter, !rendre, !backlog, !faq, !macro, !aide"
NOTES = "SELECT text, reference FROM messages WHERE author = 'note' ORDER BY seq"


async def types(place: Town, text: str | None, user: str = LEA.id, **fields: object) -> Post:
    """Somebody types a line in the first conversation's thread."""
    line = await place.slack.say(user, CHANNEL, text, place.cards[0].ts, **fields)
    await place.settle()
    return line


def whispers(place: Town, user: str = LEA.id) -> list[Ephemeral]:
    """What one person was told alone, in the thread."""
    return [one for one in place.slack.ephemerals if one.user == user and one.thread_ts == place.cards[0].ts]


@pytest.mark.parametrize("verb", ["!r", "!reply", "!repondre", "!Répondre", "!R"])
async def test_a_reply_typed_in_the_thread_reaches_the_customer_as_it_was_meant(
    place: Town, verb: str
) -> None:
    marie = await waiting(place)
    await types(place, f"{verb} Bonjour Marie,\nvotre colis part demain 🚚 & merci <3")
    assert marie.received[-1] == "Bonjour Marie,\nvotre colis part demain 🚚 & merci <3"
    assert "*Responsable*\n<@U0LEA>" in words(place.cards[0]), "a reply claims"
    assert thread(place, place.cards[0])[-1].startswith("➡️ *Léa* → client · WhatsApp\n")
    assert words(whispers(place)[-1]).startswith("En route vers Marie Dupont (")
    assert await place.rows(NOTES) == []


async def test_slacks_own_encoding_never_reaches_a_customer(place: Town) -> None:
    karim = await on_telegram(place)
    await karim.writes("conseiller")
    said = "Bonjour :wave: voir <https://exemple.fr/suivi?a=1&amp;b=2|le suivi> &amp; merci &lt;3 <@U0HUGO>"
    await types(place, "je regarde")
    spoken = place.slack.deliveries[-1].event
    as_typed = {"text": f"!r {said}", "client_msg_id": "7d0c", "ts": f"{place.clock.seconds():.6f}"}
    await place.slack.push_event(spoken | as_typed)
    await place.settle()
    read = "Bonjour 👋 voir le suivi (https://exemple.fr/suivi?a=1&b=2) & merci <3 @Hugo"
    assert karim.received[-1] == read


async def test_every_verb_acts_on_the_threads_own_conversation(place: Town) -> None:
    marie = await waiting(place, "Marie Dupont")
    await waiting(place, "Paul Roux")
    await types(place, "!prendre")
    assert marie.reads[-1] == "Léa prend votre demande en charge."
    line = await types(place, "!note Client fidèle, *geste* possible")
    assert await place.rows(NOTES) == [{"text": "Client fidèle, *geste* possible", "reference": line.ts}]
    assert not [said for said in thread(place, place.cards[0]) if said.startswith("*Note interne*")]
    await types(place, "!rendre")
    assert words(whispers(place)[-1]) == sentence("answer.released", customer="Marie Dupont")
    await types(place, "!resoudre Colis renvoyé ce matin.", SOFIA.id)
    asked = whispers(place, SOFIA.id)[-1]
    assert words(asked).endswith("> Colis renvoyé ce matin.")
    await press(place, SOFIA, asked, "Livraison, suivi")
    assert "Colis renvoyé ce matin." in marie.reads[-1]


async def test_help_and_backlog_are_read_in_the_thread_alone(place: Town) -> None:
    await waiting(place)
    await types(place, "!aide")
    assert sentence("help.thread") in words(whispers(place)[-1])
    await types(place, "!backlog")
    assert "Marie Dupont" in words(whispers(place)[-1])
    assert len(thread(place, place.cards[0])) == 3, "the transcript and her own two lines"


@pytest.mark.parametrize("verb", ["!r", "!note", "!resoudre"])
async def test_a_verb_without_words_says_how_it_is_used(place: Town, verb: str) -> None:
    marie = await waiting(place)
    read = list(marie.reads)
    await types(place, f"{verb}  ")
    key = {"!r": "reply", "!note": "note", "!resoudre": "resolve"}[verb]
    assert words(whispers(place)[-1]) == sentence(f"bang.empty_{key}")
    assert (marie.reads, await place.rows(NOTES)) == (read, [])


async def test_an_unknown_verb_stays_a_note_and_its_author_is_told_what_exists(place: Town) -> None:
    marie = await waiting(place)
    read = list(marie.reads)
    await types(place, "!répnodre Bonjour Marie")
    assert words(whispers(place)[-1]) == sentence("bang.unknown", verbs=VERBS)
    assert [row["text"] for row in await place.rows(NOTES)] == ["!répnodre Bonjour Marie"]
    assert marie.reads == read


@pytest.mark.parametrize(
    "text",
    [
        *(" !r Bonjour", "\u00a0!r Bonjour", "\u200b!r Bonjour", "\u2003\ufeff!reply Bonjour"),
        *("*!r Bonjour*", "_!r Bonjour_", "`!r Bonjour`", "> !r Bonjour", "> *!Répondre* Bonjour"),
        *(
            "@Hugo ok\n!r Bonjour",
            "\uff01r Bonjour",
            "\n!R\tBonjour",
            "! r Bonjour",
            " !re\u0301pondre, Bonjour",
        ),
    ],
)
async def test_a_verb_that_only_looks_first_is_a_note_and_its_author_is_told(place: Town, text: str) -> None:
    marie = await waiting(place)
    read = list(marie.reads)
    await types(place, text)
    assert [words(one) for one in whispers(place)] == [sentence("bang.unknown", verbs=VERBS)]
    assert marie.reads == read
    assert len(await place.rows(NOTES)) == 1


@pytest.mark.parametrize("text", ["wow !reply is nice", "voir !r", " !attention", "> !!! r", "je tape ! r"])
async def test_a_verb_amid_words_is_nothing_to_tell(place: Town, text: str) -> None:
    await waiting(place)
    await types(place, text)
    assert whispers(place) == []
    assert len(await place.rows(NOTES)) == 1


async def test_punctuation_is_a_note_like_any_other(place: Town) -> None:
    await waiting(place)
    for text in ("!!! urgent", "! attention", "!"):
        await types(place, text)
    assert [row["text"] for row in await place.rows(NOTES)] == ["!!! urgent", "! attention", "!"]
    assert whispers(place) == []


async def test_where_the_rules_switch_it_off_everything_is_a_note_and_that_is_said(tmp_path: Path) -> None:
    async with town(tmp_path, shipped_rules(bang=False)) as place:
        marie = await waiting(place)
        read = list(marie.reads)
        await types(place, "!r Bonjour Marie")
        assert words(whispers(place)[-1]) == sentence("bang.off", verbs=VERBS)
        assert [row["text"] for row in await place.rows(NOTES)] == ["!r Bonjour Marie"]
        assert marie.reads == read
        assert sentence("help.thread_only") in words(await place.command(LEA, "/aide"))


@pytest.mark.parametrize(
    ("text", "told_of"),
    [
        ("!r voir avec <!here>", "answers.internal_mention"),
        ("!r voir avec <@U0INCONNU>", "answers.internal_mention"),
        ("!resoudre vu <!subteam^S1|@support>", "answers.internal_mention"),
        ("!r /reply bonjour", "answers.command_inside"),
        ("!r !r bonjour", "answers.command_inside"),
        ("!r bonjour\n!note client pénible", "answers.command_inside"),
        ("!resoudre fait\n/note client pénible", "answers.command_inside"),
    ],
)
async def test_what_must_not_leave_is_refused_with_the_words(place: Town, text: str, told_of: str) -> None:
    marie = await waiting(place)
    read = list(marie.reads)
    await types(place, text)
    shown = words(whispers(place)[-1])
    assert shown.startswith(sentence(told_of, found="…").partition("(")[0].strip())
    assert "\n> " in shown
    assert "<!" not in shown
    assert (marie.reads, await place.rows(NOTES)) == (read, [])


async def test_a_file_beside_a_reply_is_refused_whole_and_beside_a_note_named(place: Town) -> None:
    marie = await waiting(place)
    read = list(marie.reads)
    file = place.slack.add_file(LEA.id, "étiquette.png", b"png")
    await types(place, "!r voici l’étiquette", subtype="file_share", files=[file])
    assert words(whispers(place)[-1]).startswith(sentence("bang.files"))
    assert marie.reads == read
    await types(place, None, subtype="file_share", files=[file])
    await types(place, "reçu hier", subtype="file_share", files=[file])
    notes = [row["text"] for row in await place.rows(NOTES)]
    assert [note.replace("\u00a0", " ") for note in notes] == [
        "Joint : étiquette.png",
        "reçu hier\nJoint : étiquette.png",
    ]


async def test_another_agents_conversation_is_refused_with_a_way_to_take_over(place: Town) -> None:
    marie = await waiting(place)
    await place.command(HUGO, "/claim", "marie")
    await types(place, "!r C’est arrangé.")
    refused = whispers(place)[-1]
    assert words(refused).startswith(sentence("refuse.owned", customer="Marie Dupont", owner="Hugo"))
    assert "C’est arrangé." not in marie.reads
    await press(place, LEA, refused, sentence("button.take_over_reply"))
    assert marie.reads[-1] == "C’est arrangé."


async def test_slack_delivering_twice_sends_once(place: Town) -> None:
    marie = await waiting(place)
    line = await types(place, "!r C’est arrangé.")
    event = place.slack.deliveries[-1].event
    spoken = next(one.event for one in place.slack.deliveries if one.event.get("ts") == line.ts)
    assert event["type"] == "message"
    await place.slack.push_event(spoken)
    await place.slack.push_event(spoken | {"ts": f"{float(line.ts) + 1:.6f}"})
    await place.settle()
    assert marie.reads.count("C’est arrangé.") == 1
    assert len([one for one in whispers(place) if words(one).startswith("En route")]) == 1


async def test_what_was_refused_is_not_sent_when_slack_repeats_it_later(place: Town) -> None:
    marie = await waiting(place)
    await place.command(HUGO, "/claim", "marie")
    line = await types(place, "!r C’est arrangé.")
    spoken = next(one.event for one in place.slack.deliveries if one.event.get("ts") == line.ts)
    await place.command(HUGO, "/release")
    await place.slack.push_event(spoken)
    await place.settle()
    assert "C’est arrangé." not in marie.reads


async def test_changing_a_line_never_sends_again_and_its_author_is_told(place: Town) -> None:
    marie = await waiting(place)
    line = await types(place, "!r C’est arrangé.")
    note = await types(place, "je regarde")
    for ts, text in ((line.ts, "!r C’est presque arrangé."), (note.ts, "!r Je regarde")):
        await place.slack.hands.edit(LEA.id, CHANNEL, ts, text)
        await place.settle()
        assert words(whispers(place)[-1]) == sentence("bang.edited")
    assert marie.reads[-1] == "C’est arrangé."


async def test_a_stranger_in_the_thread_sends_nothing(place: Town) -> None:
    marie = await waiting(place)
    read = list(marie.reads)
    place.slack.add_user("U0NINA", "nina", "Nina Roux")
    place.slack.channels[CHANNEL].members.add("U0NINA")
    await types(place, "!r Bonjour", "U0NINA")
    shown = words(await told(place, "U0NINA"))
    assert shown == sentence("answers.outsider_thread", why=sentence("roster.unknown"))
    assert (marie.reads, await place.rows(NOTES)) == (read, [])
