"""The lint finds what must not be sent, and the shipped base gives it nothing to say."""

from dataclasses import replace
from datetime import date

import pytest

from core.domain.knowledge import Article
from faq.files import SHIPPED, read_articles
from faq.lint import lint

GOOD = Article(
    id="parking",
    language="fr",
    question="Où se garer\u00a0?",
    phrasings=("place de parking", "garer ma voiture", "stationnement", "où est le parking"),
    answer="Le parking est derrière le bâtiment.",
    steps=("Suivez le panneau «\u00a0Clients\u00a0».",),
    follow_up="La barrière s’ouvre sous 1 minute.",
    counter_examples=("ma voiture a été rayée sur le parking", "louer une voiture"),
    keywords=("parking",),
)


def test_the_shipped_base_has_no_complaint() -> None:
    assert lint(read_articles(SHIPPED)) == []


def test_a_good_article_has_no_complaint() -> None:
    assert lint([GOOD]) == []


@pytest.mark.parametrize(
    ("article", "complaint"),
    [
        (replace(GOOD, answer="Derrière. À gauche."), "not one sentence"),
        (replace(GOOD, steps=("Un.",) * 4), "4 steps; keep 3 at most"),
        (replace(GOOD, follow_up=""), "no follow_up (R124); write what comes next"),
        (replace(GOOD, phrasings=GOOD.phrasings[1:]), "3 phrasings; write 4 or more"),
        (replace(GOOD, counter_examples=()), "0 counter_examples; write 2 or more"),
        (replace(GOOD, keywords=()), "0 keywords; write 1 or more"),
        (replace(GOOD, answer="Bonjour, c’est derrière."), "the answer greets (R125)"),
        (
            replace(GOOD, answer="N’hésitez pas à vous garer derrière."),
            "stock phrase « N'hésitez pas » (R129)",
        ),
        (
            replace(GOOD, follow_up="Nous ouvrons rapidement, sous 1 jour."),
            "say by when, with a day or an hour",
        ),
        (replace(GOOD, steps=("Lisez ceci. " * 20,) * 3), "lines on a phone; shorten it to 18"),
        (replace(GOOD, answer="Bonjour {nom}."), "unknown variable {nom}"),
        (replace(GOOD, answer="Ouvert {horaires du jour}."), "{horaires du jour|fermé}"),
        (replace(GOOD, phrasings=(*GOOD.phrasings, "Place de parking !")), "is said 2 times; keep it once"),
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


def test_addresses_are_no_french() -> None:
    linked = replace(GOOD, steps=("Ouvrez https://exemple.fr/suivi?colis=1;tri=2 et www.exemple.fr?a=b.",))
    assert lint([linked]) == lint([GOOD])


def test_a_phrasing_of_two_articles_is_told_in_both() -> None:
    twin = replace(GOOD, id="garage", question="Le garage ?", phrasings=("Où est le parking", "box fermé"))
    told = [complaint for complaint in lint([GOOD, twin]) if "too; keep it in one of them" in complaint]
    assert told == [
        "parking: « où est le parking » is said in garage too; keep it in one of them",
        "garage: « Où est le parking » is said in parking too; keep it in one of them",
    ]


def test_the_same_words_in_two_languages_are_no_trouble() -> None:
    english = replace(
        GOOD, id="car-park", language="en", question="Parking?", phrasings=("place de parking",)
    )
    assert not [told for told in lint([GOOD, english]) if "keep it" in told]


def test_what_is_old_is_told_when_the_day_is_known() -> None:
    today = date(2026, 3, 2)
    old = replace(GOOD, validated_on=date(2025, 3, 1), valid_until=date(2026, 3, 1))
    assert lint([old]) == []
    assert lint([replace(old, validated_on=date(2025, 3, 2), valid_until=today)], today) == []
    over, stale = lint([old], today)
    assert over.startswith("parking: valid until 2026-03-01 only; switch it off")
    assert stale.endswith("read it again, write validated_on = 2026-03-02")


def test_a_translation_of_nothing_is_told() -> None:
    (told,) = lint([replace(GOOD, translates=("garage",))])
    assert told == "parking: translates garage, which is not there; leave it out, or add it"


def test_a_delay_may_be_a_variable() -> None:
    assert lint([replace(GOOD, follow_up="Un conseiller vous répond sous {délai}.")]) == []


def test_the_one_who_waits_is_told_of_each_article() -> None:
    seen: list[str] = []
    lint([GOOD], seen=lambda article: seen.append(article.id))
    assert seen == ["parking"]


def test_a_phrasing_that_finds_another_article_first_is_told() -> None:
    twin = replace(
        GOOD, id="garage", question="Le garage\u00a0?", phrasings=("place de parking", "box fermé")
    )
    assert [told for told in lint([GOOD, twin]) if "place de parking" in told and "first" in told]


def test_a_phrasing_without_any_word_is_told() -> None:
    silent = replace(GOOD, phrasings=("bonjour", *GOOD.phrasings))
    (told,) = lint([silent])
    assert told.startswith("parking: « bonjour » finds nothing first, not parking (B11)")


def test_a_counter_example_that_is_not_one_for_the_matcher_cannot_be_answered() -> None:
    same = replace(GOOD, counter_examples=("place de parking",))
    assert [told for told in lint([same]) if "counter-example" in told] == []
