"""A reply becomes the draft of an article: courtesies fall away, nothing else is lost, R124's shape holds."""

import pytest

from core.domain.knowledge import LONGEST_QUESTION
from core.promotion import draft

REFUND = """Bonjour, oui c’est possible ! Imprimez le bon. Déposez le colis en point relais.
Le remboursement arrive sous 5 jours. Bonne journée !"""


@pytest.mark.parametrize(
    ("reply", "answer", "steps", "follow_up"),
    [
        ("Bonjour Marie, nous livrons aussi le samedi.", "Nous livrons aussi le samedi.", (), ""),
        ("Oui.", "Oui.", (), ""),
        ("", "", (), ""),
        (
            REFUND,
            "Oui c’est possible !",
            ("Imprimez le bon.", "Déposez le colis en point relais."),
            "Le remboursement arrive sous 5 jours.",
        ),
        (
            "Voici comment faire :\n- ouvrez votre compte\n- choisissez Factures\nCordialement,\nLéa",
            "Voici comment faire :",
            ("Ouvrez votre compte", "Choisissez Factures"),
            "",
        ),
        ("Un. Deux. Trois. Quatre. Cinq.", "Un.", ("Deux.", "Trois.", "Quatre."), "Cinq."),
    ],
)
def test_a_reply_is_cut_into_answer_steps_and_what_comes_next(
    reply: str, answer: str, steps: tuple[str, ...], follow_up: str
) -> None:
    made = draft("Livrez-vous le samedi ?", reply, language="fr")
    assert (made.answer, made.steps, made.follow_up) == (answer, steps, follow_up)


def test_a_question_that_no_list_can_show_is_cut_and_kept_whole_among_the_phrasings() -> None:
    long = "bonjour je voulais savoir si par hasard vous livrez aussi le samedi matin dans le Cantal merci"
    made = draft(long, "Oui.", language="fr", phrasings=("livraison samedi", long))
    assert len(made.question) <= LONGEST_QUESTION
    assert long.startswith(made.question)
    assert made.phrasings == (long, "livraison samedi")


def test_a_short_question_is_no_phrasing_of_itself() -> None:
    assert draft(" Livrez-vous ? ", "Oui.", language="en", motive="delivery").phrasings == ()
