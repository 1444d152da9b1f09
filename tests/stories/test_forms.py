"""Forms: opened from the card, from a message of the thread, or by a command without words; heard once."""

import asyncio
import json
from datetime import timedelta

import pytest

from core.store.errors import StoreError
from sandbox.slack import buttons, refusal
from sandbox.slack_memory import View
from sandbox.wire import Fault
from tests.stories.forged import slack
from tests.stories.people import labels, press, sentence, thread, told, waiting, words
from tests.stories.town import CHANNEL, HUGO, LEA, SOFIA, Town

TEXT = "Bonjour Marie,\nvoici la facture & l’étiquette <retour> 🚚"
MORE = "Le remboursement suit sous 3 jours."


def form(place: Town, user: str = LEA.id) -> View:
    """The form that stands before somebody."""
    shown = place.slack.hands.modal(user)
    assert shown is not None
    return shown


async def send(place: Town, user: str = LEA.id, **values: str) -> View:
    """Fill in the form and send it; the form afterwards."""
    sent = await place.slack.hands.submit(user, values)
    await place.settle()
    return sent


async def presses(place: Town, label: str, user: str = LEA.id) -> View:
    """Press a button of the card that opens a form."""
    (card,) = place.cards
    offered = next(button for button in buttons(card) if button.label == label)
    await place.slack.press(
        user, channel_id=CHANNEL, message_ts=card.ts, action_id=offered.action_id, value=offered.value
    )
    return form(place, user)


def shown_in(view: View) -> str:
    """What a form says above its fields."""
    blocks = [block for block in view.content["blocks"] if block["type"] == "section"]
    return "\n".join(str(block["text"]["text"]) for block in blocks).replace("\u00a0", " ")


def fields(view: View) -> list[str]:
    """Its fields, in order."""
    return [block["block_id"] for block in view.content["blocks"] if block["type"] == "input"]


def title(view: View) -> tuple[str, str]:
    """Its title and what sends it."""
    return view.content["title"]["text"], view.content["submit"]["text"]


async def test_the_card_opens_a_reply_and_the_customer_reads_it_to_the_letter(place: Town) -> None:
    marie = await waiting(place)
    shown = await presses(place, "Répondre")
    assert title(shown) == ("Répondre au client", "Envoyer")
    assert shown_in(shown).startswith("*Marie Dupont · WhatsApp*\n> conseiller")
    assert fields(shown) == ["text"]
    sent = await send(place, text=TEXT)
    assert (sent.is_open, sent.errors) == (False, {})
    assert marie.received[-1] == TEXT
    assert "*Responsable*\n<@U0LEA>" in words(place.cards[0])
    assert thread(place, place.cards[0])[-1].startswith("➡️ *Léa* → client · WhatsApp\n")
    confirmed = await told(place, LEA.id)
    assert words(confirmed).startswith("En route vers Marie Dupont (")
    assert (confirmed.channel, confirmed.thread_ts) == (CHANNEL, None)


async def test_the_card_opens_a_note_that_never_leaves(place: Town) -> None:
    marie = await waiting(place)
    read = list(marie.reads)
    shown = await presses(place, "Noter")
    assert title(shown) == ("Note interne", "Ajouter")
    await send(place, text="Client fidèle, <!here> geste possible")
    assert marie.reads == read
    note = thread(place, place.cards[0])[-1]
    assert note.startswith("*Note interne* · Léa\n")
    assert "<!here>" not in note


async def test_the_card_resolves_with_a_recap_the_next_step_and_a_motive(place: Town) -> None:
    marie = await waiting(place)
    await place.command(LEA, "/claim", "marie")
    shown = await presses(place, "Résoudre")
    assert fields(shown) == ["text", "next_step", "motive"]
    sent = await send(place, text="Colis renvoyé ce matin.")
    assert sent.errors == {"motive": TEXTS_MOTIVE}
    sent = await send(place, next_step=MORE, motive="delivery")
    assert not sent.is_open
    assert "Colis renvoyé ce matin." in marie.reads[-1]
    assert MORE in marie.reads[-1]
    assert "*Motif*\nLivraison, suivi" in words(place.cards[0])


TEXTS_MOTIVE = sentence("refuse.motive", customer="Marie Dupont").replace(" :", "\u00a0:")


async def test_a_motive_already_chosen_stands_in_the_form(place: Town) -> None:
    await waiting(place)
    await place.command(LEA, "/claim", "marie")
    await press(place, LEA, await press(place, LEA, place.cards[0], "Choisir le motif"), "Retour, échange")
    shown = await presses(place, "Résoudre")
    chosen = shown.content["blocks"][-1]["element"]["initial_option"]
    assert chosen["text"]["text"] == "Retour, échange"


@pytest.mark.parametrize(
    ("shortcut", "heading"), [("sc_reply", "Répondre au client"), ("sc_note", "Note interne")]
)
async def test_a_shortcut_on_any_message_of_the_thread_opens_its_form(
    place: Town, shortcut: str, heading: str
) -> None:
    marie = await waiting(place)
    (card,) = place.cards
    for message in place.slack.thread(CHANNEL, card.ts):
        answered = await place.slack.hands.shortcut(LEA.id, shortcut, CHANNEL, message.ts)
        assert (answered.status, title(form(place))[0]) == (200, heading)
        place.slack.hands.close(LEA.id)
    await place.slack.hands.shortcut(LEA.id, "sc_reply", CHANNEL, card.ts)
    await send(place, text=TEXT)
    assert marie.received[-1] == TEXT
    assert (await told(place, LEA.id)).thread_ts == card.ts


async def test_a_shortcut_outside_a_customers_thread_says_so(place: Town) -> None:
    await waiting(place)
    line = await place.slack.say(LEA.id, CHANNEL, "Qui prend Marie ?")
    await place.slack.hands.shortcut(LEA.id, "sc_reply", CHANNEL, line.ts)
    await place.settle()
    assert place.slack.hands.modal(LEA.id) is None
    assert words(await told(place, LEA.id)) == sentence("answers.no_conversation_here")


async def test_a_command_without_words_opens_the_form_of_the_one_it_would_mean(place: Town) -> None:
    marie = await waiting(place)
    await place.command(LEA, "/claim", "marie")
    for command in ("/reply", "/repondre", "/sav"):
        answer = await place.command(LEA, command, "repondre" if command == "/sav" else "")
        assert (answer.status, answer.document) == (200, None)
        assert shown_in(form(place)).startswith("*Marie Dupont · WhatsApp*")
        place.slack.hands.close(LEA.id)
    await place.command(LEA, "/reply")
    await send(place, text=TEXT)
    assert marie.received[-1] == TEXT


async def test_with_several_the_form_holds_a_choice_who_needs_someone_most_first(place: Town) -> None:
    marie, paul = await waiting(place, "Marie Dupont"), await waiting(place, "Paul Roux")
    for handle in ("marie", "paul"):
        await place.command(LEA, "/claim", handle)
    await place.command(LEA, "/reply", "")
    shown = form(place)
    menu = shown.content["blocks"][0]["element"]
    offered = {option["text"]["text"]: option["value"] for option in menu["options"]}
    assert list(offered) == ["Marie Dupont · WhatsApp", "Paul Roux · WhatsApp"]
    assert "initial_option" not in menu, "nobody is chosen beforehand"
    with pytest.raises(ValueError, match="the client itself"):
        await place.slack.hands.submit(LEA.id, {"text": TEXT})
    await send(place, conversation=offered["Paul Roux · WhatsApp"], text=TEXT)
    assert paul.received[-1] == TEXT
    assert TEXT not in marie.received


async def test_with_none_the_form_offers_who_waits_and_with_nobody_it_stays_away(place: Town) -> None:
    assert words(await place.command(LEA, "/reply")) == sentence("answers.none_claimed")
    assert words(await place.command(LEA, "/resolve")) == sentence("answers.none_yours")
    marie = await waiting(place)
    await place.command(LEA, "/reply")
    (option,) = form(place).content["blocks"][0]["element"]["options"]
    await send(place, conversation=option["value"], text=TEXT)
    assert marie.received[-1] == TEXT


async def test_another_agents_conversation_asks_before_it_is_taken_over(place: Town) -> None:
    marie = await waiting(place)
    await presses(place, "Répondre")
    await place.command(HUGO, "/claim", "marie")
    asked = await send(place, text=TEXT)
    assert title(asked)[1] == "Prendre et envoyer"
    assert sentence("refuse.owned", customer="Marie Dupont", owner="Hugo") in shown_in(asked)
    assert asked.is_open
    assert TEXT not in marie.received
    assert not (await send(place)).is_open
    assert marie.received[-1] == TEXT
    assert "*Responsable*\n<@U0LEA>" in words(place.cards[0])


async def test_the_same_words_again_ask_before_they_leave(place: Town) -> None:
    marie = await waiting(place)
    await place.command(LEA, "/claim", "marie")
    await place.command(LEA, "/reply", TEXT)
    await place.command(LEA, "/reply")
    asked = await send(place, text=TEXT)
    assert title(asked)[1] == "Envoyer quand même"
    assert marie.received.count(TEXT) == 1
    assert not (await send(place)).is_open
    assert marie.received.count(TEXT) == 2


async def test_what_is_refused_stands_under_its_field_with_the_text_in_it(place: Town) -> None:
    marie = await waiting(place)
    await presses(place, "Répondre")
    read = list(marie.reads)
    refused = await send(place, text="Voyez avec <!here>")
    assert refused.errors["text"].startswith("Rien n’est parti")
    refused = await send(place, text="/reply bonjour")
    assert refused.errors == {"text": sentence("answers.command_inside").replace(" :", "\u00a0:")}
    await place.pass_time(timedelta(hours=24, minutes=1))
    refused = await send(place, text=TEXT)
    assert refused.errors["text"].replace("\u00a0", " ") == sentence("refuse.window", customer="Marie Dupont")
    assert refused.typed["text"] == TEXT
    assert marie.reads[: len(read)] == read
    assert TEXT not in marie.received


async def test_a_resolution_of_anothers_is_refused_and_a_managers_is_not(place: Town) -> None:
    marie = await waiting(place)
    await place.command(LEA, "/claim", "marie")
    await presses(place, "Résoudre", HUGO.id)
    refused = await send(place, HUGO.id, text="Fait.", motive="other")
    owned = sentence("refuse.owned", customer="Marie Dupont", owner="Léa")
    assert refused.errors["text"].replace("\u00a0", " ") == owned
    await presses(place, "Résoudre", SOFIA.id)
    assert not (await send(place, SOFIA.id, text="Fait.", motive="other")).is_open
    assert "Fait." in marie.reads[-1]


async def test_sending_twice_at_once_sends_once(place: Town) -> None:
    marie = await waiting(place)
    shown = await presses(place, "Répondre")
    hands = place.slack.hands
    await asyncio.gather(*(hands.submit(LEA.id, {"text": TEXT}, view=shown) for _ in range(3)))
    await place.settle()
    assert marie.received.count(TEXT) == 1
    assert not shown.is_open
    confirmed = [one for one in place.slack.ephemerals if words(one).startswith("En route")]
    assert len(confirmed) == 1


async def test_words_changed_after_slacks_trouble_are_not_taken_for_those_that_left(place: Town) -> None:
    marie = await waiting(place)
    shown = await presses(place, "Répondre")
    place.slack.time_limit = 0.001
    await place.slack.hands.submit(LEA.id, {"text": "Votre colis part mardi"}, view=shown)
    place.slack.time_limit = 30
    await place.settle()
    assert shown.is_open, "the client believes that nothing was heard"
    changed = await place.slack.hands.submit(LEA.id, {"text": "Votre colis part jeudi"}, view=shown)
    await place.settle()
    assert changed.errors["text"].replace("\u00a0", " ") == sentence("modal.used")
    assert changed.is_open
    assert marie.reads[-1] == "Votre colis part mardi"
    same = await place.slack.hands.submit(LEA.id, {"text": "Votre colis part mardi"}, view=shown)
    await place.settle()
    assert not same.is_open
    assert marie.reads.count("Votre colis part mardi") == 1


async def test_a_store_that_is_down_leaves_the_text_in_the_form(
    place: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    marie = await waiting(place)
    await presses(place, "Répondre")

    async def down(*_: object) -> None:
        raise StoreError("down")

    with monkeypatch.context() as patched:
        patched.setattr(place.service.store, "write", down)
        failed = await place.slack.hands.submit(LEA.id, {"text": TEXT})
        assert failed.errors["text"].replace("\u00a0", " ") == sentence("modal.failed")
    assert not (await send(place)).is_open
    assert marie.received.count(TEXT) == 1


@pytest.mark.parametrize("carried", ["", "{", "[]", '{"v":2,"c":"x"}', '{"v":1}', '{"v":1,"c":"01FOREIGN"}'])
async def test_what_a_form_carries_is_looked_at_anew(place: Town, carried: str) -> None:
    marie = await waiting(place)
    shown = await presses(place, "Répondre")
    read, before = list(marie.reads), await place.counts()
    shown.content["private_metadata"] = carried
    refused = await send(place, text=TEXT)
    assert list(refused.errors) == ["text"]
    assert (marie.reads, await place.counts()) == (read, before)


async def test_a_stranger_cannot_send_a_form(place: Town) -> None:
    marie = await waiting(place)
    shown = await presses(place, "Répondre")
    read = list(marie.reads)
    place.slack.add_user("U0NINA", "nina", "Nina Roux")
    shown.user = "U0NINA"
    refused = await send(place, "U0NINA", text=TEXT)
    assert refused.errors["text"].replace("\u00a0", " ") == sentence("roster.unknown")
    assert marie.reads == read


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("facture & étiquette <retour>", "facture & étiquette <retour>"),
        ("3 &lt; 4 &amp; merci", "3 < 4 & merci"),
        ("a & b &lt;c", "a & b &lt;c"),
        ("bravo :tada: à 10:30:45", "bravo 🎉 à 10:30:45"),
        ("vu avec <@U0HUGO>", "vu avec @Hugo"),
        ("voir <https://exemple.fr|ici>", "voir ici (https://exemple.fr)"),
    ],
)
async def test_a_form_hands_words_over_as_a_command_does(place: Town, typed: str, read: str) -> None:
    marie = await waiting(place)
    await presses(place, "Répondre")
    await send(place, text=typed)
    assert marie.received[-1] == read


REFUSALS = [
    *("expired_trigger_id", "exchanged_trigger_id", "invalid_trigger_id", "view_too_large"),
    *("duplicate_external_id", "hash_conflict", "invalid_arguments", "internal_error", "ratelimited"),
    *("missing_scope", "token_revoked", "fatal_error"),
]


@pytest.mark.parametrize("code", REFUSALS)
async def test_a_form_that_slack_does_not_open_is_told_with_what_to_type(place: Town, code: str) -> None:
    await waiting(place)
    (card,) = place.cards
    place.slack.wire.plan("views.open", *(Fault(answer=refusal(code)) for _ in range(3)))
    by_button = await press(place, LEA, card, "Répondre")
    assert words(by_button) == sentence("usage.reply")
    await place.slack.hands.shortcut(LEA.id, "sc_note", CHANNEL, card.ts)
    await place.settle()
    assert words(await told(place, LEA.id)) == sentence("usage.note")
    assert words(await place.command(LEA, "/reply")) == sentence("usage.reply")
    assert labels(card) == ["Prendre", "Répondre", "Noter", "Choisir le motif"], "the card stays as it is"


async def test_a_form_opened_where_the_app_is_no_member_confirms_in_the_persons_own_messages(
    place: Town,
) -> None:
    marie = await waiting(place)
    place.slack.add_channel("C0GENERAL", "general", private=False, members=[LEA.id])
    await place.slack.command(LEA.id, "/reply", "", "C0GENERAL")
    (option,) = form(place).content["blocks"][0]["element"]["options"]
    await send(place, conversation=option["value"], text=TEXT)
    assert marie.received[-1] == TEXT
    (note,) = place.slack.memory.direct_channel(LEA.id).messages
    assert words(note).startswith("En route vers Marie Dupont (")
    assert place.slack.channels["C0GENERAL"].messages == []
    assert place.service.slack.trouble == ""


async def test_a_form_of_another_kind_is_answered_under_its_first_field(place: Town) -> None:
    await waiting(place)
    view = {
        "id": "V1",
        "type": "modal",
        "callback_id": "reply_modal",
        "blocks": [{"type": "input", "block_id": "conv", "element": {}, "label": {}}],
    }
    payload = {"type": "view_submission", "user": {"id": LEA.id, "team_id": "T0RELAIS01"}, "view": view}
    answer = await slack(place, json.dumps(payload).encode(), kind="application/json").post(place)
    assert answer.json()["response_action"] == "errors"
    assert list(answer.json()["errors"]) == ["conv"]
