"""Which conversation a reply means (P4): never guessed, never parsed from the words, never sent at once."""

import asyncio
from datetime import timedelta

from sandbox.slack import buttons
from tests.stories.people import labels, press, sentence, thread, waiting, words
from tests.stories.town import CHANNEL, HUGO, LEA, Town

TEXT = "Bonjour, c’est arrangé."


async def test_with_none_claimed_a_chooser_shows_who_waits_and_gives_the_text_back(place: Town) -> None:
    marie = await waiting(place, "Marie Dupont")
    paul = await waiting(place, "Paul Roux")
    before = [*marie.reads, *paul.reads]
    chooser = await place.command(LEA, "/reply", TEXT)
    assert words(chooser).startswith(sentence("answers.unclaimed_reply"))
    assert words(chooser).endswith(f"> {TEXT}")
    assert labels(chooser) == ["Marie Dupont · WhatsApp", "Paul Roux · WhatsApp", "Annuler"]
    assert [*marie.reads, *paul.reads] == before

    sent = await press(place, LEA, chooser, "Paul Roux · WhatsApp")
    assert words(sent).startswith("En route vers Paul Roux (")
    assert paul.reads[-1] == TEXT
    assert "*Responsable*\n<@U0LEA>" in words(place.cards[1]), "a reply claims"
    assert TEXT not in marie.reads


async def test_choosing_twice_sends_once(place: Town) -> None:
    marie = await waiting(place)
    await waiting(place, "Paul Roux")
    chooser = await place.command(LEA, "/reply", TEXT)
    first = buttons(chooser)[0]
    presses = (
        place.slack.press(
            LEA.id,
            channel_id=CHANNEL,
            action_id=first.action_id,
            value=first.value,
            ephemeral_answer=chooser,
        )
        for _ in range(2)
    )
    await asyncio.gather(*presses)
    await place.settle()
    assert marie.reads.count(TEXT) == 1
    assert len([line for line in thread(place, place.cards[0]) if TEXT in line]) == 1


async def test_a_chooser_that_is_cancelled_sends_nothing(place: Town) -> None:
    marie = await waiting(place)
    chooser = await place.command(LEA, "/reply", TEXT)
    told = await press(place, LEA, chooser, "Annuler")
    assert words(told).startswith(sentence("answers.cancelled"))
    assert words(told).endswith(f"> {TEXT}")
    assert TEXT not in marie.reads


async def test_with_one_claimed_the_reply_goes_there(place: Town) -> None:
    marie = await waiting(place)
    await waiting(place, "Paul Roux")
    await place.command(LEA, "/claim", "marie")
    answer = await place.command(LEA, "/reply", TEXT)
    assert words(answer).startswith("En route vers Marie Dupont (")
    assert words(answer).endswith(f"\n> {TEXT}")
    assert marie.reads[-1] == TEXT


async def test_with_two_claimed_a_chooser_names_both_and_sends_to_the_chosen_one(place: Town) -> None:
    marie, paul = await waiting(place, "Marie Dupont"), await waiting(place, "Paul Roux")
    await waiting(place, "Zoé Blanc")
    for handle in ("marie", "paul"):
        await place.command(LEA, "/claim", handle)
    chooser = await place.command(LEA, "/reply", TEXT)
    assert words(chooser).startswith(sentence("answers.choose_reply"))
    assert sorted(labels(chooser)) == ["Annuler", "Marie Dupont · WhatsApp", "Paul Roux · WhatsApp"]
    await press(place, LEA, chooser, "Marie Dupont · WhatsApp")
    assert marie.reads[-1] == TEXT
    assert TEXT not in paul.reads


async def test_the_name_in_the_words_never_chooses(place: Town) -> None:
    marie, paul = await waiting(place, "Marie Dupont"), await waiting(place, "Paul Roux")
    await place.command(LEA, "/claim", "paul")
    await place.command(LEA, "/reply", "marie vous transmet ses amitiés")
    assert paul.reads[-1] == "marie vous transmet ses amitiés"
    assert "marie vous transmet ses amitiés" not in marie.reads


async def test_somebody_elses_conversation_is_refused_with_the_owner_and_can_be_taken_over(
    place: Town,
) -> None:
    marie = await waiting(place)
    chooser = await place.command(HUGO, "/reply", TEXT)
    await place.command(LEA, "/claim", "marie")
    refused = await press(place, HUGO, chooser, "Marie Dupont · WhatsApp")
    owned = sentence("refuse.owned", customer="Marie Dupont", owner="Léa")
    assert words(refused).startswith(owned)
    assert words(refused).endswith(f"> {TEXT}")
    assert labels(refused) == [sentence("button.take_over_reply"), "Annuler"]
    assert TEXT not in marie.reads

    await press(place, HUGO, refused, sentence("button.take_over_reply"))
    assert marie.reads[-1] == TEXT
    (card,) = place.cards
    assert "*Responsable*\n<@U0HUGO>" in words(card)
    taken = [line for line in thread(place, card) if line.startswith("Hugo")]
    assert taken
    assert "<@U0LEA>" in taken[0]


async def test_a_claim_of_somebody_elses_can_be_taken_over_too(place: Town) -> None:
    await waiting(place)
    await place.command(LEA, "/claim", "marie")
    refused = await place.command(HUGO, "/claim", "marie")
    assert labels(refused) == [sentence("button.take_over"), "Annuler"]
    await press(place, HUGO, refused, sentence("button.take_over"))
    (row,) = await place.rows("SELECT owner FROM conversations")
    assert row["owner"] == HUGO.id


async def test_the_same_words_within_a_minute_are_asked_about_first(place: Town) -> None:
    marie = await waiting(place)
    await place.command(LEA, "/claim", "marie")
    await place.command(LEA, "/reply", TEXT)
    again = await place.command(LEA, "/reply", TEXT)
    assert words(again).startswith(sentence("refuse.again", customer="Marie Dupont"))
    assert words(again).endswith(f"> {TEXT}")
    assert marie.reads.count(TEXT) == 1
    await press(place, LEA, again, sentence("button.send_again"))
    assert marie.reads.count(TEXT) == 2

    await place.pass_time(timedelta(seconds=61))
    await place.command(LEA, "/reply", TEXT)
    assert marie.reads.count(TEXT) == 3


async def test_a_draft_is_of_use_to_its_author_alone(place: Town) -> None:
    marie = await waiting(place)
    chooser = await place.command(LEA, "/reply", TEXT)
    first = buttons(chooser)[0]
    assert chooser.shown is not None
    chooser.shown.user = HUGO.id
    await place.slack.press(
        HUGO.id,
        channel_id=CHANNEL,
        action_id=first.action_id,
        value=first.value,
        ephemeral_answer=chooser,
    )
    await place.settle()
    assert words(chooser) == sentence("answers.not_yours_draft")
    assert TEXT not in marie.reads


async def test_nobody_waits_and_none_is_claimed_gives_the_words_back(place: Town) -> None:
    answer = await place.command(LEA, "/reply", TEXT)
    assert words(answer).startswith(sentence("answers.none_claimed"))
    assert words(answer).endswith(f"> {TEXT}")
