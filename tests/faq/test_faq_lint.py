"""The lint finds what must not be sent, and the shipped base gives it nothing to say."""

from dataclasses import replace

import pytest

from core.domain.knowledge import Article
from faq.files import SHIPPED, read_articles
from faq.lint import lint

GOOD = Article(
    id="parking",
    language="fr",
    question="Où se garer\u00a0?",
    phrasings=("place de parking", "garer ma voiture"),
    answer="Le parking est derrière le bâtiment.",
    steps=("Suivez le panneau «\u00a0Clients\u00a0».",),
    follow_up="La barrière s’ouvre sous 1 minute.",
    counter_examples=("ma voiture a été rayée sur le parking",),
)


def test_the_shipped_base_has_no_complaint() -> None:
    assert lint(read_articles(SHIPPED)) == []


def test_a_good_article_has_no_complaint() -> None:
    assert lint([GOOD]) == []


@pytest.mark.parametrize(
    ("article", "complaint"),
    [
        (replace(GOOD, answer="Derrière. À gauche."), "not one sentence"),
        (replace(GOOD, steps=("Un.",) * 4), "more than 3 steps"),
        (replace(GOOD, follow_up="Nous revenons vers vous."), "names no delay"),
        (replace(GOOD, question="Où se garer " + "x" * 70), "longer than 72"),
        (replace(GOOD, answer="Le parking est derrière 🚗."), "emoji"),
        (replace(GOOD, answer="Slt, le parking est derrière."), "abbreviation Slt"),
        (replace(GOOD, answer=" ".join(["mot"] * 40) + "."), "more than 28 words"),
        (replace(GOOD, answer="C'est derrière."), "straight apostrophe"),
        (replace(GOOD, answer="C’est  derrière."), "space too many"),
        (replace(GOOD, question="Où se garer ?"), "no no-break space before"),
        (replace(GOOD, steps=("Suivez «Clients\u00a0».",)), "no no-break space after «"),
        (replace(GOOD, steps=("Gare ta voiture.",)), "says tu"),
    ],
)
def test_each_rule_is_told(article: Article, complaint: str) -> None:
    assert [told for told in lint([article]) if complaint in told]
    assert all(told.startswith("parking: ") for told in lint([article]))


def test_english_texts_are_free_of_french_spaces() -> None:
    english = replace(GOOD, language="en", question="Where do I park?", answer="Park behind: it is free.")
    assert [told for told in lint([english]) if "no-break" in told] == []


def test_a_phrasing_that_finds_another_article_first_is_told() -> None:
    twin = replace(
        GOOD, id="garage", question="Le garage\u00a0?", phrasings=("place de parking", "box fermé")
    )
    assert [told for told in lint([GOOD, twin]) if "place de parking" in told and "first" in told]


def test_a_phrasing_without_any_word_is_told() -> None:
    silent = replace(GOOD, phrasings=("bonjour", "place de parking"))
    assert lint([silent]) == ["parking: « bonjour » finds nothing first, not parking (B11)"]


def test_a_counter_example_that_is_not_one_for_the_matcher_cannot_be_answered() -> None:
    same = replace(GOOD, counter_examples=("place de parking",))
    assert [told for told in lint([same]) if "counter-example" in told] == []
