"""One Telegram customer: buttons are pressed, the phone is shared or not; else it is the same journey."""

from datetime import timedelta

import pytest

from tests.stories.people import OnTelegram, on_telegram, sentence, thread, words
from tests.stories.town import CHANNEL, LEA, Town

PROMISE = "C’est noté, Karim. Un conseiller vous répond au plus tard aujourd’hui, 15 h 15."
ASKS_PHONE = sentence("identity.phone")


pytestmark = pytest.mark.parametrize("place", ["pushed", "fetched"], indirect=True)
"""Each story twice: Telegram pushes updates to us, or we fetch them; customers read the same words."""


@pytest.fixture
def from_nothing() -> bool:
    """The whole journey: from the first start on, as the product makes it."""
    return True


async def _asked_for_phone(place: Town) -> OnTelegram:
    karim = await on_telegram(place)
    await karim.writes("Où est mon colis ?")
    assert karim.offered == ["Oui", "Non", "Un conseiller"]
    await karim.presses("Non")
    assert karim.reads[-1] == sentence("motive.guess", motive="Livraison, suivi")
    assert karim.offered == ["Oui", "Un autre sujet", "Un conseiller"]
    await karim.presses("Oui")
    assert karim.reads[-1] == sentence("blocking.ask")
    assert karim.offered == ["Oui, c’est bloquant", "Non", "Un conseiller"]
    await karim.presses("Non")
    assert karim.reads[-1] == ASKS_PHONE
    assert karim.chat.keyboard is not None
    return karim


async def test_yes_by_a_button_closes_the_talk_as_answered(place: Town) -> None:
    karim = await on_telegram(place)
    await karim.writes("Où est mon colis ?")
    await karim.presses("Oui")
    assert karim.reads[-1] == sentence("faq.glad")
    (talk,) = await place.rows("SELECT ending FROM conversations")
    assert talk["ending"] == "answered"
    assert all(press.answers for press in karim.chat.presses)


async def test_the_whole_journey_with_buttons_and_a_shared_phone(place: Town) -> None:
    karim = await _asked_for_phone(place)
    await karim.shares_phone()
    assert karim.reads[-1] == PROMISE
    assert karim.chat.keyboard is None

    (card,) = place.cards
    assert words(card).startswith("*Karim Benali* · +33 6 •• •• •• 32 · Telegram\nPriorité normale")
    assert "698765432" not in f"{card.text}{card.blocks}"
    assert "*Commande*\n`/claim karim`" in words(card)
    transcript = thread(place, card)[0]
    assert [said for said in ("> Non", "> Oui", "> Où est mon colis ?") if said in transcript] == [
        "> Non",
        "> Oui",
        "> Où est mon colis ?",
    ]

    await place.command(LEA, "/claim", "karim")
    assert karim.reads[-1] == "Léa prend votre demande en charge."
    await place.command(LEA, "/reply", "Bonjour Karim, votre colis repart demain.")
    assert karim.reads[-1] == "Bonjour Karim, votre colis repart demain."
    await karim.writes("Parfait, vers quelle heure ?")
    assert thread(place, card)[-1] == "*Karim Benali* · Telegram · <@U0LEA>\n> Parfait, vers quelle heure ?"

    await place.command(LEA, "/resolve", "Votre colis repart demain à 9 h.")
    assert karim.reads[-1].startswith(f"{sentence('resolved.intro')}\n\nVotre colis repart demain à 9 h.")
    await karim.writes("merci")
    assert karim.reads[-1] == sentence("pleasantry.answer")
    assert "résolue" in words(card)
    await karim.writes("Je n’ai toujours rien reçu")
    assert karim.reads[-1].startswith("Nous reprenons")
    assert "*Responsable*\n<@U0LEA>" in words(card)

    await place.command(LEA, "/resolve", "Livré ce matin.")
    before = list(karim.reads)
    await place.pass_time(timedelta(hours=73))
    assert karim.reads == before
    assert "close" in words(card)
    await karim.writes("conseiller")
    _, latest = place.cards
    link = f"https://slack.com/archives/{CHANNEL}/p{card.ts.replace('.', '')}"
    assert f"<{link}|conversation précédente>" in words(latest)
    assert words(latest).startswith("*Karim Benali* · +33 6 •• •• •• 32 · Telegram")


async def test_the_phone_is_skipped_by_a_word_and_never_asked_again(place: Town) -> None:
    karim = await _asked_for_phone(place)
    await karim.writes("passer")
    assert karim.reads[-1] == PROMISE
    assert karim.chat.keyboard is None
    assert words(place.cards[0]).startswith("*Karim Benali* · Telegram\n")
    await place.command(LEA, "/claim", "karim")
    await place.command(LEA, "/resolve", "Réglé.")
    await place.pass_time(timedelta(hours=73))

    await karim.writes("Où est mon colis ?")
    for label in ("Non", "Oui", "Non"):
        await karim.presses(label)
    assert karim.reads[-1].startswith("C’est noté, Karim.")
    assert karim.reads.count(ASKS_PHONE) == 1


async def test_an_advisor_is_one_button_away_at_any_moment(place: Town) -> None:
    karim = await on_telegram(place)
    await karim.writes("Où est mon colis ?")
    await karim.presses("Un conseiller")
    assert karim.reads[-1] == PROMISE
    assert len(place.cards) == 1


async def test_a_button_of_an_older_menu_is_told_to_be_out_of_date(place: Town) -> None:
    karim = await on_telegram(place)
    await karim.writes("Où est mon colis ?")
    await karim.presses("Non")
    await karim.presses("Oui")
    before = list(karim.reads)
    await karim.presses("Un autre sujet")
    assert karim.reads == before, "a finger that pressed twice is answered by nothing"
    await place.pass_time(timedelta(minutes=2))
    await karim.presses("Un autre sujet")
    assert len(karim.reads) == len(before) + 1
    assert karim.reads[-1].startswith(sentence("menu.outdated").partition(".")[0])
