"""What `relais faq why` says of an outcome, word by word."""

from dataclasses import replace

from composition.faq_told import REASONS, why
from core.domain.knowledge import Article, Explanation, Finding, Likeness, Match

PARCEL = Article("suivi", "fr", "Où est ma commande\u00a0?", (), "En route.")
LOST = Article("perdu", "fr", "Mon colis est perdu", (), "Écrivez-nous.")
QUESTIONS = {"suivi": PARCEL.question, "perdu": LOST.question}
WHY = Explanation(
    reason="sure",
    language="fr",
    likenesses=(
        Likeness("ressu", "reçu", "sound", 0.8),
        Likeness("cmd", "commande", "synonym", 1.0),
    ),
    unmatched=("jé",),
    answer_from=0.75,
    suggest_from=0.35,
)
BECAUSE = (
    "  because it is sure enough of the first, and far enough from the second;"
    " an answer needs 0.75, a choice 0.35"
)


def told(finding: Finding) -> list[str]:
    return list(why("jé pa ressu ma cmd", finding, QUESTIONS))


def test_an_answer_is_told_with_everything_that_decided_it() -> None:
    scores = (("suivi", 0.934), ("perdu", 0.2), ("ailleurs", 0.1))
    assert told(Finding(answer=Match(PARCEL, 0.934), scores=scores, why=WHY)) == [
        "« jé pa ressu ma cmd »: answers with suivi",
        BECAUSE,
        "  0.93  suivi  Où est ma commande\u00a0?",
        "  0.20  perdu  Mon colis est perdu",
        "  0.10  ailleurs",
        "  « ressu » taken for « reçu »: sound, 0.80",
        "  « cmd » taken for « commande »: synonym, 1.00",
        "  the base does not know: « jé »",
    ]


def test_a_word_that_the_article_has_as_it_was_typed_is_told_once() -> None:
    same = replace(WHY, likenesses=(Likeness("Colis", "colis", "exact", 1.0),), unmatched=())
    assert told(Finding(answer=Match(PARCEL, 0.9), why=same))[-1] == "  « Colis »: exact, 1.00"


def test_a_second_question_a_choice_and_nothing_are_told_as_such() -> None:
    both = Finding(answer=Match(PARCEL, 0.9), also=Match(LOST, 0.8), why=WHY)
    assert told(both)[0].endswith("answers with suivi, and perdu to a second question")
    choice = Finding(suggestions=(Match(PARCEL, 0.5), Match(LOST, 0.4)), why=WHY)
    assert told(choice)[0].endswith("asks which is meant: suivi, perdu")
    assert told(Finding())[0].endswith("the bot asks for the motive, then hands over")


def test_every_reason_of_an_explanation_has_words() -> None:
    assert Explanation.__doc__
    assert all(f'"{reason}"' in Explanation.__doc__ for reason in REASONS)
    assert Explanation.__doc__.count('"') == 2 * len(REASONS)
