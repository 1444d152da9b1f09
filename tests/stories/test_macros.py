"""Ready texts: found as they are typed, put into a reply, changed, and sent to whom they are for (R129)."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from core.domain.rules import Macro
from handoff.macro_page import LISTED, PREVIEW
from tests.stories.people import labels, press, sentence, told, waiting, words
from tests.stories.test_authority import OURS, by_button
from tests.stories.test_forms import fields, send
from tests.stories.test_knowledge_grows import held, opens
from tests.stories.town import CHANNEL, HUGO, LEA, SOFIA, Town, shipped_rules, town

INSERT = "Insérer"
MISSING = "il nous manque quelques précisions pour vous répondre"
DELAY = "sous 4 heures ouvrées."


@pytest.fixture
def macros() -> tuple[Macro, ...]:
    """Those of the town that `many` is."""
    long = Macro("long", "Très " * 90 + "long.")
    return (*(Macro(f"texte_{number}", f"Voici {number}.") for number in range(LISTED)), long)


@pytest.fixture
async def many(tmp_path: Path, macros: tuple[Macro, ...]) -> AsyncIterator[Town]:
    """A town with other macros than the shipped ones."""
    async with town(tmp_path, shipped_rules(macros=macros)) as place:
        yield place


async def test_one_is_found_with_slips_changed_and_sent_once_to_the_customer_of_the_thread(
    place: Town,
) -> None:
    marie, luc = await waiting(place), await waiting(place, "Luc Martin")
    await place.command(LEA, "/claim", "marie")
    await place.command(LEA, "/claim", "luc")
    card = next(card for card in place.cards if "Luc Martin" in words(card))
    await place.slack.say(LEA.id, CHANNEL, "!macro adrese livraisson", thread_ts=card.ts)
    await place.settle()
    found = await told(place, LEA.id)
    said = words(found)
    assert said.startswith(sentence("macro.found", count=1, words="adrese livraisson"))
    assert sentence("macro.for_customer", customer="Luc Martin") in said
    assert f"> Bonjour Luc, {MISSING} :" in said
    assert "*infos* · confiance" in said
    assert labels(found) == [INSERT]
    draft = await opens(place, LEA.id, found, INSERT)
    text = held(draft)["text"]
    assert text.startswith("Bonjour Luc,")
    before = list(marie.received)
    changed = text.replace("une photo, si", "deux photos, si")
    assert not (await send(place, text=changed)).is_open
    assert luc.received[-1] == changed
    assert sum(MISSING in each for each in luc.reads) == 1
    assert marie.received == before
    (row,) = await place.rows("SELECT count(*) AS n FROM questions WHERE used <> ''")
    assert row["n"] == 0


async def test_a_key_comes_first_and_is_written_for_the_one_customer_at_hand(place: Town) -> None:
    marie = await waiting(place)
    await place.command(LEA, "/claim", "marie")
    for typed in ("merci", "MERÇI", "mercy"):
        found = await place.command(LEA, "/macro", typed)
        assert "*merci*\n> Merci Marie, nous vérifions ces précisions." in words(found), typed
    await opens(place, LEA.id, found, INSERT)
    assert not (await send(place)).is_open
    assert (
        marie.reads[-1]
        == f"Merci Marie, nous vérifions ces précisions.\n\nVous recevez notre réponse {DELAY}"
    )
    by_key = words(await place.command(LEA, "/macro", "pris en charge"))
    first = next(line for line in by_key.split("\n") if line.startswith("*"))
    assert first.startswith("*pris-en-charge*")


async def test_with_two_customers_the_form_asks_whom_and_nobody_is_named_before(place: Town) -> None:
    marie, luc = await waiting(place), await waiting(place, "Luc Martin")
    await place.command(LEA, "/claim", "marie")
    await place.command(LEA, "/claim", "luc")
    found = await place.command(LEA, "/macro", "infos")
    assert f"> Bonjour, {MISSING}" in words(found)
    draft = await opens(place, LEA.id, found, INSERT)
    assert fields(draft) == ["conversation", "text"]
    read = list(marie.reads)
    (row,) = await place.rows("SELECT id FROM conversations WHERE handle LIKE 'luc%'")
    assert not (await send(place, conversation=row["id"])).is_open
    assert luc.reads[-1].startswith(f"Bonjour, {MISSING}")
    assert marie.reads == read


async def test_alone_it_lists_every_one_in_the_order_of_the_file(place: Town) -> None:
    found = await place.command(LEA, "/macro")
    assert words(found).startswith(sentence("macro.every", count=4))
    keys = [line.strip("*") for line in words(found).split("\n") if line.startswith("*")]
    assert keys == ["infos", "pris-en-charge", "attente", "merci"]
    assert labels(found) == [INSERT] * 4
    assert not {"{", "}"} & set(words(found))


async def test_a_long_list_says_how_many_more_there_are_and_a_search_shows_a_long_text_whole(
    many: Town, macros: tuple[Macro, ...]
) -> None:
    found = await many.command(LEA, "/macro")
    assert words(found).startswith(sentence("macro.every", count=LISTED + 1))
    assert sentence("macro.more", count=1) in words(found)
    assert labels(found) == [INSERT] * LISTED
    assert "*long*" not in words(found)
    assert macros[-1].text in words(await many.command(LEA, "/macro", "long"))


@pytest.mark.parametrize("macros", [(Macro("long", "Très " * 90 + "long."),)], ids=["one"])
async def test_a_list_shows_the_beginning_of_a_long_text(many: Town, macros: tuple[Macro, ...]) -> None:
    shown = words(await many.command(LEA, "/macro")).split("\n> ")[1]
    assert shown == f"{macros[0].text[:PREVIEW]}…"


@pytest.mark.parametrize("macros", [()], ids=["none"])
async def test_where_none_is_written_it_says_so_and_how_to_write_one(many: Town) -> None:
    for typed in ("", "infos"):
        shown = words(await many.command(LEA, "/macro", typed))
        assert shown.startswith(sentence("macro.none"))
        assert "[[macro]]\nkey = " in shown
        assert "{prénom}" in shown
        assert shown.endswith("> infos") == bool(typed)


async def test_where_nothing_fits_the_words_come_back_with_the_next_step(place: Town) -> None:
    nothing = await place.command(LEA, "/macro", "xylophone bleu")
    assert words(nothing).startswith(sentence("macro.nothing", words="xylophone bleu"))
    assert words(nothing).endswith(f"{sentence('answers.given_back')}*\n> xylophone bleu")
    assert "/macro." in words(nothing)
    assert "/faq xylophone bleu" in words(nothing)
    assert labels(nothing) == []


async def test_who_is_not_of_the_team_sees_none_and_inserts_none(place: Town) -> None:
    marie = await waiting(place)
    place.slack.add_user("U0NINA", "nina", "Nina Roux")
    place.slack.channels[CHANNEL].members.add("U0NINA")
    before, read = await place.counts(), list(marie.reads)
    shown = words(await place.command("U0NINA", "/macro", "infos"))
    assert shown.startswith(sentence("roster.unknown"))
    assert MISSING not in shown
    (row,) = await place.rows("SELECT id FROM conversations")
    forged = {"talk": row["id"], "value": {"m": "infos"}}
    for user, team in (("U0NINA", OURS), (LEA.id, "T0OTHER001")):
        assert (await by_button(place, user, team, "macro_insert", forged)).status_code == 200
    await place.settle()
    assert place.slack.hands.modal("U0NINA") is place.slack.hands.modal(LEA.id) is None
    assert (await place.counts(), marie.reads) == (before, read)


async def test_a_colleagues_customer_is_not_answered_without_being_asked(place: Town) -> None:
    marie = await waiting(place)
    await place.command(LEA, "/claim", "marie")
    (card,) = place.cards
    await place.slack.say(HUGO.id, CHANNEL, "!macro infos", thread_ts=card.ts)
    await place.settle()
    await opens(place, HUGO.id, await told(place, HUGO.id), INSERT)
    read = list(marie.reads)
    asked = await send(place, HUGO.id)
    assert asked.is_open
    assert marie.reads == read
    assert MISSING in held(asked)["text"]
    assert not (await send(place, HUGO.id)).is_open
    assert MISSING in marie.reads[-1]


async def test_after_the_window_nothing_leaves_and_the_words_stay_in_the_form(place: Town) -> None:
    marie = await waiting(place)
    await place.command(LEA, "/claim", "marie")
    await opens(place, LEA.id, await place.command(LEA, "/macro", "attente"), INSERT)
    read = list(marie.reads)
    await place.pass_time(timedelta(hours=24, minutes=1))
    refused = await send(place)
    assert refused.errors["text"].replace("\u00a0", " ") == sentence("refuse.window", customer="Marie Dupont")
    assert marie.reads == read


async def test_one_that_the_rules_hold_no_more_is_told_and_opens_nothing(place: Town) -> None:
    await waiting(place)
    await place.command(LEA, "/claim", "marie")
    found = await place.command(LEA, "/macro", "infos")
    rules = replace(place.settings.rules, macros=(Macro("autre", "Autre chose."),))
    await place.close_service()
    place.settings = replace(place.settings, rules=rules)
    await place.open_service()
    await press(place, LEA, found, INSERT)
    gone = sentence("refuse.macro_gone")
    await place.until(lambda: any(words(one) == gone for one in place.slack.ephemerals))
    assert place.slack.hands.modal(LEA.id) is None


async def test_where_the_form_does_not_open_the_words_are_given(place: Town) -> None:
    await waiting(place)
    found = await place.command(SOFIA, "/macro", "infos")
    place.slack.memory.trigger_seconds = 0.0
    shown = words(await press(place, SOFIA, found, INSERT))
    assert shown.startswith(sentence("usage.reply"))
    assert MISSING in shown


async def test_the_help_and_the_umbrella_know_it(place: Town) -> None:
    assert sentence("help.macro") in words(await place.command(LEA, "/aide"))
    assert f"> Bonjour, {MISSING}" in words(await place.command(LEA, "/sav", "macro infos"))


async def test_a_text_that_slack_would_write_at_five_times_its_length_is_shown_as_far_as_it_fits(
    place: Town,
) -> None:
    rules = replace(place.settings.rules, macros=(Macro("signes", "&" * 1_500),))
    await place.close_service()
    place.settings = replace(place.settings, rules=rules)
    await place.open_service()
    shown = words(await place.command(LEA, "/macro", "signes"))
    assert shown.endswith("…")
    assert "&amp;&amp;" in shown
