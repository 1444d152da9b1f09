"""What an addition or an edit would break is told before it is made, and nothing that was broken already."""

from dataclasses import replace

from core.domain.knowledge import Article
from faq.files import SHIPPED, read_articles
from faq.match import KnowledgeBase
from faq.trial import Collision, collisions, misfits

SHIPPED_ARTICLES = tuple(read_articles(SHIPPED))
PARKING = Article(
    id="parking",
    language="fr",
    question="Où garer mon vélo\u00a0?",
    phrasings=("place pour mon vélo", "ranger mon vélo", "abri à vélos"),
    answer="Un abri à vélos est derrière le bâtiment.",
    follow_up="La barrière s’ouvre sous 1 minute.",
    counter_examples=("acheter un vélo électrique",),
)


def known(article_id: str) -> Article:
    return next(article for article in SHIPPED_ARTICLES if article.id == article_id)


def test_an_article_about_something_else_breaks_nothing() -> None:
    assert collisions(SHIPPED_ARTICLES, PARKING) == ()


def test_a_phrasing_that_another_article_has_is_told() -> None:
    stolen = known("suivi-commande").phrasings[0]
    found = collisions(SHIPPED_ARTICLES, replace(PARKING, phrasings=(*PARKING.phrasings, stolen)))
    assert {each.text for each in found} == {stolen}
    assert {(each.finds, each.wanted) for each in found} <= {
        ("suivi-commande", "parking"),
        ("parking", "suivi-commande"),
    }


def test_an_article_that_takes_the_questions_of_another_one_is_told() -> None:
    other = known("annuler-commande")
    twin = replace(other, id="abandonner-commande", counter_examples=())
    found = collisions(SHIPPED_ARTICLES, twin)
    assert {each.text for each in found} >= {other.question, *other.phrasings}


def test_a_counter_example_that_is_answered_all_the_same_is_told() -> None:
    """Its words are those of an English article, which is then told in French: by this very article."""
    english = Article("bikes", "en", "Where do I lock the scooters?", ("lock the scooters",), "Behind.")
    countered = replace(PARKING, counter_examples=("lock the scooters",), translates=("bikes",))
    assert collisions([english], countered) == (Collision("lock the scooters", "parking", ""),)


def test_what_was_broken_before_is_not_told_again() -> None:
    twin = replace(PARKING, id="abri", question="Un abri\u00a0?", phrasings=("place pour mon vélo",))
    base = (PARKING, twin)
    broken = [each for article in base for each in misfits(KnowledgeBase(base), article)]
    assert broken
    assert collisions(base, replace(twin, answer="Un abri est devant le bâtiment.")) == ()


def test_an_edit_is_held_to_the_words_it_has_now() -> None:
    shorter = replace(PARKING, phrasings=PARKING.phrasings[:2])
    assert collisions((*SHIPPED_ARTICLES, PARKING), shorter) == ()
    emptied = replace(PARKING, phrasings=("où est ma commande",))
    (told,) = collisions((*SHIPPED_ARTICLES, PARKING), emptied)
    assert told.text.casefold().startswith("où est ma commande")
    assert {told.wanted, told.finds} == {"parking", "suivi-commande"}


def test_learnt_phrasings_are_tried_as_well() -> None:
    taught = replace(PARKING, learnt=("bonjour",))
    assert collisions(SHIPPED_ARTICLES, taught) == (Collision("bonjour", "", "parking"),)


def test_a_text_touches_a_base_just_when_something_in_it_is_scored() -> None:
    alone = KnowledgeBase([PARKING, known("track-order")])
    said = [article.question for article in SHIPPED_ARTICLES] + [
        "",
        "xylophone",
        "acheter un vélo électrique",
    ]
    touched = {text for text in said if alone.touches(text)}
    found = {text for text in said for code in ("fr", "en") if alone.find(text, code).scores}
    assert touched == found
    assert 9 < len(touched) < len(said) - 9


def test_the_order_is_the_same_each_time() -> None:
    twin = replace(known("annuler-commande"), id="abandonner-commande")
    assert collisions(SHIPPED_ARTICLES, twin) == collisions(SHIPPED_ARTICLES, twin)


def test_a_collision_reads_as_a_sentence() -> None:
    assert Collision("abri", "parking", "").sentence.startswith("« abri » is a counter-example of parking")
    assert Collision("abri", "", "parking").sentence == "« abri » finds nothing first, not parking"
