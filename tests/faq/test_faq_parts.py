"""Where a message may hold two questions, and whether its own words say so."""

import pytest

from faq.languages import FRENCH
from faq.match import KnowledgeBase
from faq.parts import halves


@pytest.mark.parametrize(
    ("text", "second"),
    [
        ("le colis est perdu. Autre question : vos horaires d'ouverture", "vos horaires d'ouverture"),
        ("le colis est perdu et sinon vos horaires d'ouverture", "vos horaires d'ouverture"),
        ("le colis est perdu et puis vos horaires d'ouverture", "vos horaires d'ouverture"),
        ("le colis est perdu + vos horaires d'ouverture", "vos horaires d'ouverture"),
        ("le colis est perdu ? Sinon, vos horaires d'ouverture", "vos horaires d'ouverture"),
    ],
)
def test_a_customer_says_that_another_question_begins(text: str, second: str) -> None:
    (cut,) = halves(text, FRENCH)
    assert (cut.first.rstrip(" ."), cut.second, cut.is_told) == ("le colis est perdu", second, True)


@pytest.mark.parametrize(
    "text",
    [
        "le colis est perdu et vos horaires d'ouverture",
        "le colis est perdu. Vos horaires d'ouverture",
        "je voudrais retourner ce colis aussi savoir le délai",
        "rappelez ma femme au +33 6 12 34 56 78 pour le colis",
    ],
)
def test_what_stands_within_one_question_tells_no_other(text: str) -> None:
    assert [cut for cut in halves(text, FRENCH) if cut.is_told] == []


def test_what_a_told_half_finds_stands_second_however_unsure(shipped: KnowledgeBase) -> None:
    text = "où est mon colis ? autre question : vous parlez d'un geste"
    told = shipped.find(text, "fr").scores
    assert told[0][0] == "suivi-commande"
    half = shipped.find("vous parlez d'un geste", "fr").scores
    assert told[1][0] == half[0][0]
    assert told[1][1] <= told[0][1]
