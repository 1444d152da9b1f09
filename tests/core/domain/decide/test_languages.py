"""One message, one language: which one a customer is answered in, word by word and article by article."""

import re

import pytest

from core.domain.customer import Customer
from core.domain.effects import ToCustomer
from core.domain.lines import Line
from core.texts import Texts
from tests.core.domain.decide.scene import KNOWN, MONDAY, TELEGRAM, Scene, shipped

FRENCH = re.compile(r"\b(?:vous|vos|votre|nous|pour|conseiller|cela|est-ce|bonjour)\b", re.IGNORECASE)
ENGLISH = re.compile(r"\b(?:you|your|we|this|hello|advisor|the)\b", re.IGNORECASE)


def read(scene: Scene) -> str:
    """All that the latest act told, in the words the customer reads."""
    texts = Texts(shipped().hours.zone)
    parts = [
        each
        for effect in scene.of(ToCustomer)
        for each in (*effect.words, *(choice.label for choice in effect.choices), Line("way_out.button"))
    ]
    return "\n".join(texts.write((part,), scene.customer.language, scene.now) for part in parts)


def assert_all_in(scene: Scene, language: str) -> None:
    ours, other = (FRENCH, ENGLISH) if language == "fr" else (ENGLISH, FRENCH)
    told = read(scene)
    assert ours.search(told)
    assert not other.search(told), told
    assert scene.customer.language == language


@pytest.mark.parametrize("text", ["Hello", "Hi", "hey", "Hello!", "hi there", "Good morning"])
def test_an_english_greeting_alone_is_answered_in_english_the_privacy_line_too(text: str) -> None:
    scene = Scene()
    assert scene.says(text) == ["greeting.first", "greeting.privacy", "greeting.invite"]
    assert_all_in(scene, "en")


@pytest.mark.parametrize(
    ("known", "hint", "text", "language"),
    [
        ("fr", "", "Hello", "fr"),
        ("", "fr", "hello", "fr"),
        ("", "en", "hello", "en"),
        ("", "de", "Hi", "en"),
        ("en", "", "Bonjour", "fr"),
        ("", "", "hello, où est mon colis ?", "fr"),
        ("", "", "ok", "fr"),
    ],
)
def test_a_greeting_the_french_borrow_decides_only_where_nothing_else_does(
    known: str, hint: str, text: str, language: str
) -> None:
    scene = Scene(customer=Customer("m1", "Marie", language=known, greeted_at=MONDAY))
    scene.writes(text, language_hint=hint)
    assert scene.customer.language == language


@pytest.mark.parametrize("known", ["", "en"])
@pytest.mark.parametrize("text", ["Facture", "Colis", "conseiller", "humain", "Remboursement"])
def test_a_word_that_is_only_french_is_answered_in_french_on_an_english_telephone(
    known: str, text: str
) -> None:
    scene = Scene(channel=TELEGRAM, customer=Customer("m1", "Marie Dupont", language=known))
    scene.says(text, language_hint="en")
    assert_all_in(scene, "fr")


@pytest.mark.parametrize("known", ["", "fr"])
@pytest.mark.parametrize("text", ["Invoice", "parcel", "human", "refund"])
def test_a_word_that_is_only_english_is_answered_in_english_on_a_french_telephone(
    known: str, text: str
) -> None:
    scene = Scene(channel=TELEGRAM, customer=Customer("m1", "Marie Dupont", language=known))
    scene.says(text, language_hint="fr")
    assert_all_in(scene, "en")


@pytest.mark.parametrize(
    ("known", "text"), [("en", "merci"), ("en", "non"), ("fr", "thanks"), ("fr", "yes"), ("fr", "help")]
)
def test_a_courtesy_or_an_answer_of_one_word_changes_no_language(known: str, text: str) -> None:
    scene = Scene(customer=Customer("m1", "Marie", language=known, greeted_at=MONDAY))
    scene.writes(text)
    assert scene.customer.language == known


@pytest.mark.parametrize(
    ("text", "language"), [(KNOWN, "en"), ("Where is my parcel?", "fr"), ("Problème de livraison", "en")]
)
def test_a_question_and_another_language_chosen_within_one_burst_are_not_mixed(
    text: str, language: str
) -> None:
    scene = Scene()
    scene.writes(text)
    scene.says(f"/langue {language}")
    assert scene.told[-1] in {"faq.helped", "faq.did_you_mean"}
    assert_all_in(scene, language)


def test_an_article_that_exists_in_one_language_only_is_framed_in_it() -> None:
    scene = Scene()
    scene.writes("Comment utiliser mes points de fidélité ?")
    scene.says("/langue en")
    answer = scene.of(ToCustomer)[-1]
    scene.effects = [answer]
    assert scene.told[-1] == "faq.helped"
    assert_all_in(scene, "fr")
