"""An explanation names words as people typed them, and what they were taken for as the article has it."""

import pytest

from composition.explained import found_in_own_words, told
from core.domain.knowledge import Article
from faq.languages import lexicon_of
from faq.match import KnowledgeBase
from faq.words import tokens_of, typed_as

PASSWORD = Article(
    id="mot-de-passe",
    language="fr",
    question="J’ai oublié mon mot de passe",
    phrasings=("Réinitialiser l’accès à mon Espace client",),
    answer="Cliquez sur «\u00a0Oublié\u00a0».",
)
BASE = KnowledgeBase([PASSWORD])


def words(text: str) -> list[tuple[str, str]]:
    return [(one.word, one.meant) for one in found_in_own_words(text, "fr", BASE).why.likenesses]


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("MDP, Oublié !", [("MDP", "mot de passe"), ("Oublié", "oublié")]),
        ("oublié mot de passe", [("oublié", "oublié"), ("mot de passe", "mot de passe")]),
        ("l'Accès d'un espaceclient", [("Accès", "accès")]),
        ("jé oublier", [("oublier", "oublié")]),
    ],
)
def test_words_are_named_as_they_were_typed_and_as_the_article_has_them(
    text: str, named: list[tuple[str, str]]
) -> None:
    assert set(named) <= set(words(text))


def test_what_the_base_does_not_know_is_named_as_it_was_typed() -> None:
    finding = found_in_own_words("Mdp oublié d’Hélicoptère", "fr", BASE)
    assert finding.why.unmatched == ("Hélicoptère",)
    assert told(finding, BASE)["unmatched"] == ["Hélicoptère"]


def test_nothing_but_the_words_differs_from_what_the_search_said() -> None:
    text = "Mdp oublié d’Hélicoptère"
    plain, own = BASE.find(text, "fr"), found_in_own_words(text, "fr", BASE)
    assert (plain.answer, plain.scores, plain.why.reason) == (own.answer, own.scores, own.why.reason)
    assert [one.how for one in plain.why.likenesses] == [one.how for one in own.why.likenesses]
    assert found_in_own_words("zyzzyva", "fr", BASE) == BASE.find("zyzzyva", "fr")


@pytest.mark.parametrize(
    "text",
    [
        "Mdp mdp oublié",
        "c'est où l'a.b",
        "jé pa ressu ma cmd n°12345",
        "“ça” y’est… ok",
        "",
        "! ?",
        "aujourd'hui",
    ],
)
def test_every_token_has_what_was_typed(text: str) -> None:
    assert set(typed_as(text, "fr")) == set(tokens_of(text, lexicon_of("fr")))
    assert all(
        typed and all(part in text for part in typed.split()) for typed in typed_as(text, "fr").values()
    )
