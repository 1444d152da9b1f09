"""One WhatsApp customer from the first question to the conversation after the closing."""

from datetime import timedelta

import pytest

from sandbox.slack import Message as Post
from tests.stories.people import OnWhatsApp, labels, on_whatsapp, press, sentence, thread, words
from tests.stories.town import CHANNEL, LEA, Town

PROMISE = "C’est noté, Marie. Un conseiller vous répond au plus tard aujourd’hui, 15 h 15."


@pytest.fixture
def from_nothing() -> bool:
    """The whole journey: from the first start on, as the product makes it."""
    return True


async def test_a_question_the_knowledge_base_answers_is_closed_by_yes(place: Town) -> None:
    marie = await on_whatsapp(place)
    await marie.writes("Où est mon colis ?")
    answer, asked = marie.reads
    assert answer.startswith(sentence("greeting.first", name="Marie", service="Relais"))
    assert "Votre commande se suit à tout moment dans votre espace client" in answer
    assert asked == f"{sentence('faq.helped')}\n\nÉcrivez « conseiller » pour parler à quelqu’un."
    assert marie.offered == ["Oui", "Non"]

    await marie.writes("oui")
    assert marie.reads[2:] == [sentence("faq.glad")]
    (talk,) = await place.rows("SELECT status, ending FROM conversations")
    assert (talk["status"], talk["ending"]) == ("closed", "answered")
    assert place.posts == []

    await marie.writes("merci")
    assert marie.reads[3:] == [sentence("pleasantry.farewell")]
    await marie.writes("merci beaucoup")
    assert len(marie.reads) == 4
    assert len(await place.rows("SELECT id FROM conversations")) == 1


async def test_the_whole_journey_from_an_unanswered_question_to_the_next_conversation(place: Town) -> None:
    marie = await on_whatsapp(place, "Marie Dupont", "+33612345678")
    await _the_bot_hands_over(marie)
    (card,) = place.cards
    _the_card_tells_it_all(place, card)
    await _an_agent_answers(place, marie, card)
    await _it_is_resolved(place, marie, card)
    await _it_opens_again(place, marie, card)
    await _it_closes(place, marie, card)
    await _the_next_one_leads_back(place, marie, card)


async def _the_bot_hands_over(marie: OnWhatsApp) -> None:
    await marie.writes("Où est mon colis ?")
    await marie.writes("non")
    assert sentence("motive.guess", motive="Livraison, suivi") in marie.reads[-1]
    await marie.writes("oui")
    assert sentence("blocking.ask") in marie.reads[-1]
    await marie.writes("non")
    assert marie.reads[-1] == PROMISE


def _the_card_tells_it_all(place: Town, card: Post) -> None:
    shown = words(card)
    assert shown.startswith("*Marie Dupont* · +33 6 •• •• •• 78 · WhatsApp\nPriorité normale · à traiter")
    assert "612345678" not in f"{card.text}{card.blocks}"
    assert "> Où est mon colis ?" in shown
    assert "*Attend notre réponse*\n<!date^" in shown
    assert "^{ago}|lundi 23 novembre, 10 h 07>" in shown
    assert "^{date_short_pretty} {time}|lundi 23 novembre, 15 h 15>" in shown
    assert "*Motif*\nLivraison, suivi" in shown
    assert "*Commande*\n`/claim marie`" in shown
    assert "• « Où est ma commande ? » : n’a pas aidé" in shown
    assert labels(card) == ["Prendre", "Répondre", "Noter", "Changer le motif"]
    (transcript,) = thread(place, card)
    assert transcript.startswith("*Déjà dit avec Marie Dupont*\n*Marie Dupont* · ")
    said = ["> Où est mon colis ?", "> non", sentence("blocking.ask"), PROMISE]
    assert [line for line in said if line in transcript] == said


async def _an_agent_answers(place: Town, marie: OnWhatsApp, card: Post) -> None:
    claimed = await place.command(LEA, "/claim", "marie")
    assert words(claimed) == sentence("answer.claimed", customer="Marie Dupont", channel="WhatsApp")
    assert marie.reads[-1] == "Léa prend votre demande en charge."
    assert "*Responsable*\n<@U0LEA>" in words(card)
    await place.command(LEA, "/reply", "Bonjour Marie, votre colis repart demain.")
    assert marie.reads[-1] == "Bonjour Marie, votre colis repart demain."
    assert "*Au client de répondre*" in words(card)

    await marie.writes("D’accord, à quelle heure ?")
    assert thread(place, card)[-1] == "*Marie Dupont* · WhatsApp · <@U0LEA>\n> D’accord, à quelle heure ?"
    assert marie.reads[-1] == "Bonjour Marie, votre colis repart demain."


async def _it_is_resolved(place: Town, marie: OnWhatsApp, card: Post) -> None:
    await place.command(LEA, "/resolve", "Votre colis repart demain à 9 h.")
    assert marie.reads[-1].split("\n\n") == [
        sentence("resolved.intro"),
        "Votre colis repart demain à 9 h.",
        sentence("resolved.next_step"),
        sentence("resolved.reopen", delay="72 heures"),
    ]
    assert "Priorité normale · résolue" in words(card)
    assert "*Récapitulatif*\n> Votre colis repart demain à 9 h." in words(card)

    await marie.writes("merci")
    assert marie.reads[-1] == sentence("pleasantry.answer")
    assert "Priorité normale · résolue" in words(card)


async def _it_opens_again(place: Town, marie: OnWhatsApp, card: Post) -> None:
    await marie.writes("En fait non, je n’ai toujours rien reçu")
    assert (
        marie.reads[-1]
        == "Nous reprenons votre demande. Un conseiller vous répond au plus tard aujourd’hui, 15 h 15."
    )
    assert "Priorité normale · en cours" in words(card)
    assert "*Responsable*\n<@U0LEA>" in words(card)
    assert "rouverte 1 fois" in words(card)
    reopened = sentence("thread.reopened", when="au plus tard aujourd’hui, 15 h 15")
    assert thread(place, card)[-1] == f"{reopened} <@U0LEA>"


async def _it_closes(place: Town, marie: OnWhatsApp, card: Post) -> None:
    await place.command(LEA, "/resolve", "Le transporteur a livré.")
    before = list(marie.reads)
    await place.pass_time(timedelta(hours=73))
    assert marie.reads == before
    assert "Priorité normale · close" in words(card)
    (closed,) = await place.rows("SELECT status, ending FROM conversations")
    assert (closed["status"], closed["ending"]) == ("closed", "resolved")


async def _the_next_one_leads_back(place: Town, marie: OnWhatsApp, card: Post) -> None:
    await marie.writes("conseiller")
    _, latest = place.cards
    link = f"https://slack.com/archives/{CHANNEL}/p{card.ts.replace('.', '')}"
    assert f"<{link}|conversation précédente>" in words(latest)
    assert "C’est noté, Marie. Un conseiller vous répond" in marie.reads[-1]
    assert words(latest).startswith("*Marie Dupont*")


async def test_a_late_claim_by_the_button_of_the_card_tells_the_customer_once(place: Town) -> None:
    marie = await on_whatsapp(place)
    await marie.writes("conseiller")
    (card,) = place.cards
    shown = await press(place, LEA, card, "Prendre")
    assert words(shown) == sentence("answer.claimed", customer="Marie Dupont", channel="WhatsApp")
    assert marie.reads.count("Léa prend votre demande en charge.") == 1
    assert labels(card) == ["Répondre", "Résoudre", "Noter", "Choisir le motif", "Rendre"]
