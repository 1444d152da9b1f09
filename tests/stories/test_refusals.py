"""Whatever is refused says why, changes nothing, and gives back what was typed: every verb, every reason."""

from datetime import timedelta

import pytest

from sandbox.slack import refusal
from sandbox.wire import Fault
from tests.stories.people import on_whatsapp, press, sentence, thread, waiting, words
from tests.stories.town import HUGO, LEA, Town

TEXT = "Une longue phrase qu’il ne faut pas retaper"
WITH_TEXT = ("/reply", "/repondre", "/resolve", "/resoudre", "/note", "/noter")


async def _mine(place: Town) -> None:
    """Léa follows Marie."""
    await waiting(place)
    await place.command(LEA, "/claim", "marie")


async def _resolved(place: Town) -> None:
    """Léa has resolved Marie's request."""
    await _mine(place)
    await press(place, LEA, await place.command(LEA, "/resolve", "Fait."), "Autre demande")


async def _nothing(place: Town) -> None:
    """Nobody has written."""


async def _others(place: Town) -> None:
    """Somebody else follows the only customer."""
    await waiting(place)
    await place.command(HUGO, "/claim", "marie")


async def _bot(place: Town) -> None:
    """The only customer still talks with the bot."""
    marie = await on_whatsapp(place)
    await marie.writes("Bonjour")


SCENES = {"nobody": _nothing, "another's": _others, "with the bot": _bot, "resolved": _resolved}


@pytest.mark.parametrize("scene", SCENES)
async def test_every_command_with_text_that_does_nothing_gives_the_text_back(place: Town, scene: str) -> None:
    await SCENES[scene](place)
    for command in WITH_TEXT:
        before = (await place.counts())["messages"]
        answer = await place.command(LEA, command, TEXT)
        done = (await place.counts())["messages"] != before
        assert answer.status == 200
        shown = words(answer)
        assert done or shown.endswith(f"> {TEXT}"), f"{command}: {shown}"
        assert shown.partition("\n")[0].strip(), command


async def test_a_verb_without_its_words_says_how_it_is_used_where_no_form_opens(place: Town) -> None:
    await _mine(place)
    before = await place.counts()
    for verb in ("reply", "note", "resolve"):
        for blank in ("", "   ", "\n"):
            place.slack.wire.plan("views.open", Fault(answer=refusal("expired_trigger_id")))
            shown = words(await place.command(LEA, f"/{verb}", blank))
            assert shown == sentence(f"usage.{verb}"), verb
    assert await place.counts() == before


async def test_an_unknown_command_gives_the_words_back(place: Town) -> None:
    answer = await place.command(LEA, "/inconnue", TEXT)
    assert words(answer).startswith(sentence("answers.unknown_command"))
    assert words(answer).endswith(f"> {TEXT}")


async def test_a_reply_after_the_window_of_whatsapp_is_refused_with_the_words(place: Town) -> None:
    await _mine(place)
    await place.pass_time(timedelta(hours=24, minutes=1))
    answer = await place.command(LEA, "/reply", TEXT)
    assert words(answer).startswith(sentence("refuse.window", customer="Marie Dupont"))
    assert words(answer).endswith(f"> {TEXT}")
    assert place.twilio.wire.calls[-1].arguments["Body"] != TEXT


@pytest.mark.parametrize("error", ["metadata_too_large", "external_channel_migrating", "a_new_word"])
async def test_no_word_of_slack_keeps_a_customers_line_from_the_team(place: Town, error: str) -> None:
    marie = await waiting(place)
    place.slack.wire.plan("chat.postMessage", Fault(answer=refusal(error)))
    await marie.writes(TEXT)
    if error == "external_channel_migrating":
        await place.pass_time(timedelta(seconds=2))
    assert any(TEXT in line for line in thread(place, place.cards[0]))
    assert not await place.rows("SELECT * FROM outbox WHERE state = 'failed'")
