"""Nothing goes to the wrong person by a slip: the set of one's conversations changes while one types (P4)."""

import json
from datetime import timedelta

import pytest

from tests.stories.people import labels, on_telegram, on_whatsapp, press, seen, sentence, waiting, words
from tests.stories.town import CHANNEL, HUGO, LEA, SOFIA, Town

TEXT = "Marie, voici votre code d’accès."


async def _two_of_leas(place: Town) -> None:
    for name in ("marie", "karim"):
        await place.command(LEA, "/claim", name)


async def test_a_reply_typed_for_who_left_meanwhile_is_asked_about(place: Town) -> None:
    marie, karim = await waiting(place, "Marie Dupont"), await waiting(place, "Karim Benali")
    await _two_of_leas(place)
    await marie.writes("/fin")
    chooser = await place.command(LEA, "/reply", TEXT)
    assert words(chooser).startswith(sentence("answers.set_changed", lost="Marie Dupont"))
    assert words(chooser).endswith(f"> {TEXT}")
    assert labels(chooser) == ["Karim Benali · WhatsApp", "Annuler"]
    assert TEXT not in karim.reads
    await press(place, LEA, chooser, "Karim Benali · WhatsApp")
    assert karim.reads[-1] == TEXT
    await place.command(LEA, "/reply", "Et bonne journée, Karim.")
    assert karim.reads[-1] == "Et bonne journée, Karim.", "who has answered since knows whom they follow"


async def test_a_take_over_by_somebody_else_is_noticed_too(place: Town) -> None:
    await waiting(place, "Marie Dupont")
    karim = await waiting(place, "Karim Benali")
    await _two_of_leas(place)
    asked = await place.command(HUGO, "/claim", "marie")
    await press(place, HUGO, asked, "Prendre la main")
    chooser = await place.command(LEA, "/reply", TEXT)
    assert words(chooser).startswith(sentence("answers.set_changed", lost="Marie Dupont"))
    assert TEXT not in karim.reads
    await place.pass_time(timedelta(minutes=11))
    await place.command(LEA, "/reply", "Bonjour Karim.")
    assert karim.reads[-1] == "Bonjour Karim."


async def test_with_none_claimed_who_waits_comes_before_what_was_resolved(place: Town) -> None:
    await waiting(place, "Marie Dupont")
    await place.command(LEA, "/claim", "marie")
    asked = await place.command(LEA, "/resolve", "Colis renvoyé.")
    await press(place, LEA, asked, "Livraison, suivi")
    await waiting(place, "Karim Benali")
    for command in ("/reply", "/note"):
        chooser = await place.command(LEA, command, TEXT)
        assert labels(chooser) == [
            "Karim Benali · WhatsApp",
            "Marie Dupont · WhatsApp (résolue)",
            "Annuler",
        ]


async def test_a_motive_tapped_late_does_not_resolve_over_words_that_came_meanwhile(place: Town) -> None:
    marie = await waiting(place)
    await place.command(LEA, "/claim", "marie")
    asked = await place.command(LEA, "/resolve", "Colis renvoyé.")
    await marie.writes("Il manque la moitié, je suis bloquée")
    told = await press(place, LEA, asked, "Livraison, suivi")
    assert words(told).startswith(sentence("refuse.wrote_meanwhile", customer="Marie Dupont"))
    assert words(told).endswith("> Colis renvoyé.")
    assert sentence("resolved.intro") not in "\n".join(marie.reads)
    await press(place, LEA, told, "Résoudre quand même")
    assert "Colis renvoyé." in marie.reads[-1]


async def test_a_manager_resolves_and_releases_for_others_by_command(place: Town) -> None:
    marie = await waiting(place)
    await place.command(LEA, "/claim", "marie")
    agents = await place.command(HUGO, "/resolve", "Colis renvoyé.")
    assert words(agents).startswith(sentence("answers.none_yours"))
    chooser = await place.command(SOFIA, "/resolve", "Colis renvoyé.")
    motives = await press(place, SOFIA, chooser, "Marie Dupont · WhatsApp")
    await press(place, SOFIA, motives, "Livraison, suivi")
    assert "Colis renvoyé." in marie.reads[-1]


async def test_words_come_back_to_the_letter(place: Town) -> None:
    typed = "*Important* _merci_ `valider` ~non~ <rien> & co\n\n  deux   espaces"
    answer = await place.command(LEA, "/reply", typed)
    (block,) = [each for each in (answer.document or {})["blocks"] if each["type"] == "rich_text"]
    assert [part["elements"][0]["text"] for part in block["elements"]] == [typed]


async def test_a_name_that_is_a_phone_or_markup_is_shown_nowhere(place: Town) -> None:
    marie = await on_whatsapp(place, "*06 12 34 56 78* `x` jean@exemple.fr")
    await marie.writes("conseiller, c'est urgent")
    read, pressed = "\n".join(words(post) for post in place.posts), ""
    for command in ("/claim", "/backlog", "/reply"):
        answer = await place.command(LEA, command, "bonjour" if command == "/reply" else "")
        read += words(answer)
        pressed += "\n".join(labels(answer))
    assert [secret for secret in ("12 34 56", "jean@") if secret in read + pressed] == []
    assert [mark for mark in ("*+33", "*06", "`x`") if mark in read] == [], "a name formats nothing"


async def test_what_our_people_type_hides_cards_and_shows_the_phone_they_give(place: Town) -> None:
    marie = await waiting(place)
    await place.command(LEA, "/claim", "marie")
    typed = "Remboursé sur 4970 1012 3456 7893, appelez le 01 44 55 66 77."
    await place.command(LEA, "/reply", typed)
    assert marie.reads[-1] == typed
    seen = "\n".join(words(post) for post in place.posts)
    assert "4970" not in seen
    assert "01 44 55 66 77" in seen


async def test_a_person_is_one_tap_away_under_every_message_of_the_bot(place: Town) -> None:
    karim = await on_telegram(place)
    await karim.writes("Bonjour")
    await karim.presses("Un conseiller")
    assert len(place.cards) == 1


async def test_a_form_opened_before_the_customer_wrote_does_not_resolve_over_it(place: Town) -> None:
    marie = await waiting(place)
    await place.command(LEA, "/claim", "marie")
    await place.slack.command(LEA.id, "/resolve", "", CHANNEL)
    await marie.writes("Il manque la moitié")
    asked = await place.slack.hands.submit(LEA.id, {"text": "Colis renvoyé.", "motive": "delivery"})
    assert asked.is_open
    assert sentence("refuse.wrote_meanwhile", customer="Marie Dupont") in seen(
        json.dumps(asked.content["blocks"], ensure_ascii=False)
    )
    assert asked.content["submit"]["text"] == "Résoudre quand même"
    await place.slack.hands.submit(LEA.id, {})
    await place.settle()
    assert "Colis renvoyé." in marie.reads[-1]


async def test_a_form_says_whom_one_follows_no_more_and_sends_nothing_unchosen(place: Town) -> None:
    marie, karim = await waiting(place, "Marie Dupont"), await waiting(place, "Karim Benali")
    await _two_of_leas(place)
    await marie.writes("/fin")
    await place.slack.command(LEA.id, "/reply", "", CHANNEL)
    shown = place.slack.hands.modal(LEA.id)
    assert shown is not None
    assert sentence("answers.set_changed", lost="Marie Dupont") in seen(
        json.dumps(shown.content["blocks"], ensure_ascii=False)
    )
    with pytest.raises(ValueError, match="does not send conversation"):
        await place.slack.hands.submit(LEA.id, {"text": TEXT})
    assert TEXT not in karim.reads


async def test_whose_only_customer_was_taken_is_told_and_may_take_them_back(place: Town) -> None:
    marie, karim = await waiting(place, "Marie Dupont"), await waiting(place, "Karim Benali")
    await place.command(LEA, "/claim", "marie")
    taken = await place.command(HUGO, "/claim", "marie")
    await press(place, HUGO, taken, sentence("button.take_over"))
    chooser = await place.command(LEA, "/reply", TEXT)
    assert words(chooser).startswith(sentence("answers.set_left", lost="Marie Dupont"))
    assert labels(chooser) == ["Marie Dupont · WhatsApp", "Karim Benali · WhatsApp", "Annuler"]
    asked = await press(place, LEA, chooser, "Marie Dupont · WhatsApp")
    assert words(asked).startswith(sentence("refuse.owned", customer="Marie Dupont", owner="Hugo"))
    assert TEXT not in [*marie.reads, *karim.reads]
    await press(place, LEA, asked, sentence("button.take_over_reply"))
    assert (marie.reads[-1], TEXT in karim.reads) == (TEXT, False)
