"""A base that changes: what is added or removed shows in the next search."""

from dataclasses import replace

from core.domain.knowledge import Article
from faq.match import KnowledgeBase


def _article(identity: str, question: str, *phrasings: str, language: str = "fr") -> Article:
    return Article(identity, language, question, phrasings, answer="Voici la réponse.")


SWIMMING = _article(
    "piscine", "La piscine est-elle chauffée ?", "température de la piscine", "eau du bassin froide"
)
PARKING = _article(
    "parking", "Où se garer ?", "place de parking", "stationnement gratuit", "garer ma voiture"
)
MENU = _article("menu", "Quel est le menu du restaurant ?", "carte du restaurant", "plat du jour")


def _found(base: KnowledgeBase, text: str, language: str = "fr") -> str | None:
    answer = base.find(text, language).answer
    return answer.article.id if answer else None


def test_an_empty_base_finds_nothing() -> None:
    finding = KnowledgeBase().find("où est la piscine", "fr")
    assert (finding.answer, finding.suggestions, finding.scores) == (None, (), ())


def test_an_added_article_is_found_at_once() -> None:
    base = KnowledgeBase([PARKING, MENU])
    assert _found(base, "température de la pissine") is None
    base.add(SWIMMING)
    assert _found(base, "température de la pissine") == "piscine"


def test_words_of_customers_are_worth_a_little_less_than_those_of_an_author() -> None:
    """Alike in all else, and whichever comes first by its id."""
    for learning, writing in (("a", "b"), ("b", "a")):
        written = _article(writing, "Le sauna", "louer une serviette")
        learnt = replace(_article(learning, "Le sauna"), learnt=("louer une serviette",))
        base = KnowledgeBase([PARKING, MENU, learnt, written])
        (first, sure), (second, less), *_ = base.find("on peut louer la serviette bleue", "fr").scores
        assert (first, second) == (writing, learning)
        assert sure > less


def test_a_removed_article_is_no_longer_found() -> None:
    base = KnowledgeBase([PARKING, MENU, SWIMMING])
    assert _found(base, "garer ma voiture") == "parking"
    base.remove("parking")
    finding = base.find("garer ma voiture", "fr")
    assert (finding.answer, finding.suggestions, len(base)) == (None, (), 2)
    assert base.article("parking") is None


def test_an_article_added_again_replaces_the_former_one() -> None:
    base = KnowledgeBase([PARKING, MENU, SWIMMING])
    base.add(_article("parking", "Où laisser mon vélo ?", "garage à vélos", "attacher ma bicyclette"))
    assert _found(base, "garage à vélo") == "parking"
    assert _found(base, "stationnement gratuit") is None
    assert len(base) == 3


def test_an_article_may_change_language() -> None:
    base = KnowledgeBase([MENU])
    base.add(_article("menu", "What is on the menu?", "dish of the day", language="en"))
    assert _found(base, "plat du jour") is None
    assert _found(base, "dish of the day", "en") == "menu"


def test_removing_what_is_not_there_changes_nothing() -> None:
    base = KnowledgeBase([PARKING])
    base.remove("ailleurs")
    assert base.articles == (PARKING,)


def test_after_many_changes_the_base_answers_as_if_built_afresh() -> None:
    base = KnowledgeBase([PARKING])
    for _ in range(5):
        base.add(SWIMMING)
        base.add(MENU)
        base.remove("piscine")
        base.remove("parking")
        base.add(PARKING)
    base.add(SWIMMING)
    fresh = KnowledgeBase([MENU, PARKING, SWIMMING])
    for text in ("garer ma voitur", "carte du restaurant", "eau froide", "le bassin"):
        assert base.find(text, "fr") == fresh.find(text, "fr")


def test_what_is_read_ahead_is_found_as_what_is_read_when_it_is_needed() -> None:
    asked = ("garer ma voitur", "carte du restaurant", "eau froide", "le bassin")
    many = [
        _article(f"salle-{n}", f"Où est la salle {name}", "le plan") for n, name in enumerate(_names(150))
    ]
    ahead, late = KnowledgeBase([*many, SWIMMING, PARKING, MENU]), KnowledgeBase()
    for article in (*many, SWIMMING, PARKING, MENU):
        late.add(article)
    assert [late.find(text, "fr") for text in asked] == [ahead.find(text, "fr") for text in asked]
    rest = list(late.read_ahead())
    assert (len(rest) > 1, list(late.read_ahead()), list(ahead.read_ahead())) == (True, [], [])
    assert [late.find(text, "fr") for text in asked] == [ahead.find(text, "fr") for text in asked]


def test_articles_may_change_while_they_are_read_ahead() -> None:
    wordless = _article("rien", "...")
    base = KnowledgeBase()
    for number, name in enumerate(_names(150)):
        base.add(_article(f"salle-{number}", f"Où est la salle {name}"))
    reading = base.read_ahead()
    next(reading)
    base.remove("salle-149")
    for article in (
        wordless,
        PARKING,
        replace(PARKING, id="contre", counter_examples=("le parking complet",)),
    ):
        base.add(article)
    assert sum(reading) > 0
    assert list(base.read_ahead()) == []
    assert base.find("garer ma voiture", "fr").scores[0][0] in {"parking", "contre"}


def _names(count: int) -> list[str]:
    return [f"{chr(97 + n % 26)}{chr(97 + n // 26)}rouge" for n in range(count)]


def test_a_translation_is_given_to_whoever_speaks_its_language() -> None:
    asked = "stationnement gratuit"
    english = _article("car-park", "Where can I park?", "parking place", language="en")
    assert _found(KnowledgeBase([PARKING, english]), asked, "en") == "parking"
    linked = replace(english, translates=("parking",))
    assert _found(KnowledgeBase([PARKING, linked]), asked, "en") == "car-park"
    assert _found(KnowledgeBase([PARKING, linked]), asked, "fr") == "parking"
    assert _found(KnowledgeBase([PARKING, linked]), "parking place", "fr") == "parking"


def test_what_is_offered_is_translated_wholly_or_not_at_all() -> None:
    twin = _article("parking-visiteurs", "Parking des visiteurs ?", "place de parking")
    english = _article("car-park", "Where do visitors leave their cars?", "leave my car", language="en")
    english = replace(english, translates=("parking",))
    half = KnowledgeBase([PARKING, twin, english, MENU])
    assert {match.article.language for match in half.find("place de parking", "en").suggestions} == {"fr"}
    both = KnowledgeBase([PARKING, twin, replace(english, translates=("parking", twin.id)), MENU])
    assert [match.article.id for match in both.find("place de parking", "en").suggestions] == ["car-park"]


def test_a_counter_example_is_never_answered() -> None:
    refusing = Article(
        id="parking",
        language="fr",
        question="Où se garer ?",
        phrasings=("place de parking", "garer ma voiture"),
        answer="Derrière le bâtiment.",
        counter_examples=("ma voiture a été rayée sur le parking",),
    )
    text = "ma voiture a été rayée sur le parking"
    assert _found(KnowledgeBase([refusing, MENU]), text) is None
    assert _found(KnowledgeBase([refusing, MENU]), "garer ma voiture") == "parking"


def test_two_articles_asked_alike_are_offered_not_answered() -> None:
    twin = _article("parking-visiteurs", "Parking des visiteurs ?", "place de parking")
    finding = KnowledgeBase([PARKING, twin, MENU]).find("place de parking", "fr")
    assert finding.answer is None
    assert {match.article.id for match in finding.suggestions} == {"parking", "parking-visiteurs"}


def test_an_article_of_empty_words_alone_is_searched_beside_others() -> None:
    base = KnowledgeBase([_article("pour-nous", "Est-ce que vous, pour nous ?"), SWIMMING])
    assert {one for one, _ in base.find("pour nous la piscine", "fr").scores} == {"pour-nous", "piscine"}


def test_an_article_of_counter_examples_and_greetings_alone_answers_nobody() -> None:
    base = KnowledgeBase(
        [replace(_article("bonjour", "Bonjour"), counter_examples=("la piscine",)), SWIMMING]
    )
    assert [one for one, _ in base.find("température de la piscine", "fr").scores] == ["piscine"]
    base.remove("bonjour")
    assert _found(base, "température de la piscine") == "piscine"


def test_rows_that_go_leave_no_trace_in_those_that_stay_however_many() -> None:
    many = [_article(f"a{n}", f"Le casier numéro {n} de la piscine", f"clé du casier {n}") for n in range(60)]
    base = KnowledgeBase([*many, SWIMMING, MENU])
    for one in many:
        base.remove(one.id)
    for text in ("eau de la piscine", "la clé du casier", "menu de la piscine"):
        assert base.find(text, "fr") == KnowledgeBase([MENU, SWIMMING]).find(text, "fr")
