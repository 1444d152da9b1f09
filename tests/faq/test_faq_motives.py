"""The motive a message is most probably about, or none when unsure."""

import pytest

from core.domain.rules import Motive
from faq.motives import MotiveGuesser, guess_motive

MOTIVES = (
    Motive("delivery", "Livraison, suivi", "Livraison", "support", "Delivery, tracking",
           examples=("mon colis est en retard", "changer l’adresse de livraison", "où est mon colis"),
           examples_en=("my parcel is late", "where is my parcel")),
    Motive("return", "Retour, échange", "Retour", "support", "Return, exchange",
           examples=("renvoyer un article", "la taille ne va pas", "bordereau de retour"),
           examples_en=("send an item back", "wrong size")),
    Motive("billing", "Facture, paiement", "Facture", "finance", "Invoice, payment",
           examples=("je veux ma facture", "remboursement pas reçu", "paiement refusé"),
           examples_en=("i need my invoice", "refund not received")),
    Motive("account", "Accès, compte", "Compte", "support",
           examples=("mot de passe oublié", "je n’arrive pas à me connecter")),
    Motive("incident", "Incident critique", "Incident", "tech", examples=("service bloqué", "panne")),
    Motive("sales", "Commercial, devis", "Devis", "sales", examples=("je voudrais un devis",)),
    Motive("appointment", "Rendez-vous", "Rendez-vous", "support", "Appointment",
           examples=("prendre rendez-vous", "déplacer mon rendez-vous"),
           examples_en=("book an appointment",)),
    Motive("legal", "Juridique, données", "Juridique", "managers", examples=("mise en demeure",)),
    Motive("other", "Autre demande", "Autre", "support", examples=("autre chose", "une question")),
)  # fmt: skip

GUESSER = MotiveGuesser(MOTIVES)


@pytest.mark.parametrize(
    ("language", "text", "key"),
    [
        ("fr", "ou é mon coli", "delivery"),
        ("fr", "colis toujours pas livré", "delivery"),
        ("fr", "je veux échanger mes chaussures", "return"),
        ("fr", "vous m'avez facturé deux fois", "billing"),
        ("fr", "remboursez moi", "billing"),
        ("fr", "mdp oublié", "account"),
        ("fr", "tout est en panne chez vous", "incident"),
        ("fr", "jveux un devis pour ma cuisine", "sales"),
        ("fr", "decaler mon rdv", "appointment"),
        ("en", "where's my parcel", "delivery"),
        ("en", "refund please", "billing"),
        ("de", "mot de passe oublié", "account"),
    ],
)
def test_a_clear_message_pre_selects_its_motive(language: str, text: str, key: str) -> None:
    assert GUESSER.guess(text, language) == key


@pytest.mark.parametrize(
    "text", ["bonjour", "", "j'ai un problème", "quel temps fait il", "autre chose", "livraison et facture"]
)
def test_an_unclear_message_pre_selects_nothing(text: str) -> None:
    assert GUESSER.guess(text, "fr") is None


COMPLAINT = Motive("complaint", "Réclamation", "Réclamation", "support", "Complaint",
                   examples=("Votre conseiller a été désagréable",),
                   examples_en=("Your agent was rude",))  # fmt: skip
COMPLAINING = MotiveGuesser(
    (*MOTIVES, COMPLAINT), {("return", "fr"): ("un conseiller svp ma tondeuse fume",)}
)


@pytest.mark.parametrize(
    "text",
    [
        "un conseiller svp je veux louer des skis",
        "conseillère svp",
        "pouvez-vous me conseiller des bottes",
        "un conseiller peut me rappeler ?",
    ],
)
def test_who_is_asked_for_and_advice_tell_no_motive(text: str) -> None:
    assert COMPLAINING.guess(text, "fr") is None
    assert COMPLAINING.guess("i want an agent please", "en") is None


@pytest.mark.parametrize(
    "text",
    [
        "votre conseiller ne répond pas",
        "un conseiller m'a raccroché au nez",
        "le conseiller est absent",
        "un conseiller devait me rappeler",
        "j'attends un conseiller",
        "j'attends l'appel d'un conseiller",
        "un conseiller ne me répond pas",
    ],
)
def test_who_is_spoken_of_does(text: str) -> None:
    assert COMPLAINING.guess(text, "fr") == "complaint"


def test_the_rest_of_a_message_that_asks_for_a_person_tells_its_motive() -> None:
    assert COMPLAINING.guess("un conseiller svp, mot de passe oublié", "fr") == "account"
    assert COMPLAINING.guess("la tondeuse fume", "fr") == "return"  # as somebody wrote before


PAST = {
    ("delivery", "fr"): (
        "la sonnette est restée muette hier",
        "je voudrais un devis svp",
        "j'ai un problème",
    ),
    ("return", "fr"): ("ma fille flotte dedans",),
    ("other", "fr"): ("la vitrine de noël est belle",),
    ("return", "en"): ("my daughter swims in them",),
    ("account", "en"): ("the page stays white when i sign in",),
}
LIVED = MotiveGuesser(MOTIVES, PAST)


@pytest.mark.parametrize(
    ("language", "text", "key"),
    [
        ("fr", "ma sonnette est restée muette", "delivery"),
        ("fr", "sa fille flotte là dedans", "return"),
        ("en", "our daughter swims in them", "return"),
        ("en", "the page is white when i sign in", "account"),
    ],
)
def test_what_customers_wrote_before_decides_where_the_examples_do_not(
    language: str, text: str, key: str
) -> None:
    assert GUESSER.guess(text, language) is None
    assert LIVED.guess(text, language) == key


@pytest.mark.parametrize(
    "text", ["je voudrais un devis svp", "ou é mon coli", "mdp oublié", "decaler mon rdv"]
)
def test_what_the_examples_decide_stays_so_whatever_was_written_before(text: str) -> None:
    assert LIVED.guess(text, "fr") == GUESSER.guess(text, "fr") is not None


@pytest.mark.parametrize("text", ["j'ai un problème", "la vitrine de noël est belle", "bonjour", ""])
def test_words_that_tell_nothing_and_the_motive_of_the_rest_are_not_learned(text: str) -> None:
    assert LIVED.guess(text, "fr") is None


def test_one_guess_needs_no_guesser() -> None:
    assert guess_motive("ma facture svp", "fr", MOTIVES) == "billing"


def test_no_motives_no_guess() -> None:
    assert guess_motive("ma facture", "fr", ()) is None
