"""`/sav verb …`: every command behind one name; and commands typed anywhere, answered to one person alone."""

import pytest

from sandbox.slack import Ephemeral
from tests.stories.people import labels, sentence, waiting, words
from tests.stories.town import CHANNEL, LEA, SOFIA, Town

TEXT = "Bonjour Marie,\nvotre colis part demain & merci <3"


@pytest.mark.parametrize("verb", ["repondre", "reply", "r", "Répondre", "REPLY"])
async def test_every_spelling_of_a_verb_does_the_same(place: Town, verb: str) -> None:
    marie = await waiting(place)
    await place.command(LEA, "/claim", "marie")
    answer = await place.command(LEA, "/sav", f"{verb} {TEXT}")
    assert words(answer).startswith("En route vers Marie Dupont (")
    assert marie.received[-1] == TEXT


async def test_a_verb_keeps_its_own_rules_behind_the_umbrella(place: Town) -> None:
    await waiting(place)
    asked = await place.command(LEA, "/sav", "prendre")
    assert words(asked) == sentence("answers.confirm_claim", customer="Marie Dupont", channel="WhatsApp")
    assert labels(asked)[-1] == "Annuler"
    refused = await place.command(LEA, "/sav", "reply /reply bonjour")
    assert words(refused).startswith(sentence("answers.command_inside"))
    place.slack.add_user("U0NINA", "nina", "Nina Roux")
    place.slack.channels[CHANNEL].members.add("U0NINA")
    stranger = await place.command("U0NINA", "/sav", "backlog")
    assert words(stranger).startswith(sentence("roster.unknown"))


@pytest.mark.parametrize("typed", ["", "aide", "help", "  "])
async def test_without_a_verb_it_helps(place: Town, typed: str) -> None:
    shown = words(await place.command(LEA, "/sav", typed))
    assert sentence("help.title") in shown
    assert sentence("help.sav") in shown
    assert sentence("answers.unknown_verb") not in shown


async def test_an_unknown_verb_gives_the_words_back_with_the_help(place: Town) -> None:
    marie = await waiting(place)
    await place.command(LEA, "/claim", "marie")
    read, before = list(marie.reads), await place.counts()
    shown = words(await place.command(LEA, "/sav", "répnodre Bonjour Marie"))
    assert shown.startswith(sentence("answers.unknown_verb"))
    assert sentence("help.title") in shown
    assert shown.endswith("> répnodre Bonjour Marie")
    assert (marie.reads, await place.counts()) == (read, before)


@pytest.mark.parametrize("channel", ["D0LEA", "C0GENERAL"])
async def test_commands_work_from_ones_own_messages_and_from_other_channels(
    place: Town, channel: str
) -> None:
    marie = await waiting(place)
    place.slack.add_channel("C0GENERAL", "general", private=False, members=[LEA.id, SOFIA.id])
    for command, text in (("/claim", "marie"), ("/reply", TEXT), ("/backlog", ""), ("/sav", "aide")):
        answer = await place.slack.command(LEA.id, command, text, channel)
        await place.settle()
        assert answer.status == 200
        assert isinstance(answer.shown, Ephemeral), "never for everybody"
        assert (answer.shown.user, answer.shown.channel) == (LEA.id, channel)
    assert marie.received[-1] == TEXT
    assert place.slack.channels["C0GENERAL"].messages == []
