"""Whatever is typed, the search ends with an outcome of the right form."""

from hypothesis import given, settings
from hypothesis import strategies as st

from core.domain.rules import Motive
from faq.files import SHIPPED, read_articles
from faq.match import KnowledgeBase
from faq.motives import MotiveGuesser
from faq.words import detect_language

BASE = KnowledgeBase(read_articles(SHIPPED))
GUESSER = MotiveGuesser(
    [
        Motive("delivery", "Livraison", "Livraison", "support", examples=("où est mon colis",)),
        Motive("other", "Autre demande", "Autre", "support"),
    ]
)

FRAGMENTS = st.sampled_from(
    "mon ma pas ne n' l' c' colis commande annuler rembourser payé 2 fois rdv svp ' ’ « » 👍 \u0301 ſ ﬁ İ "
    "aaaa 12345 @ a@b.c http://x qu'qu' d'd'd' est-ce que n'arrive pas".split(" ")
)
TEXTS = st.one_of(
    st.text(max_size=300),
    st.text(st.characters(codec=None), max_size=60),
    st.lists(FRAGMENTS, max_size=60).map(" ".join),
    st.lists(FRAGMENTS, max_size=60).map("".join),
)


@settings(deadline=None)
@given(TEXTS, st.sampled_from(["fr", "en", "de", ""]))
def test_any_text_has_an_outcome_of_the_right_form(text: str, language: str) -> None:
    finding = BASE.find(text, language)
    assert finding.answer is None or finding.suggestions == ()
    assert len(finding.suggestions) <= 3
    assert len(finding.scores) <= 3
    values = [score for _, score in finding.scores]
    assert values == sorted(values, reverse=True)
    assert all(0.0 <= value <= 1.0 for value in values)


@settings(deadline=None)
@given(TEXTS, st.sampled_from(["fr", "en", "de"]))
def test_any_text_has_a_motive_of_the_list_or_none_and_a_language_or_none(text: str, language: str) -> None:
    assert GUESSER.guess(text, language) in {"delivery", None}
    assert detect_language(text) in {"fr", "en", None}


def test_texts_made_to_be_slow_are_cut() -> None:
    for text in (
        "st" * 10_000 + "a",
        "a@" * 10_000,
        "'" * 20_000,
        "l'" * 10_000,
        "colis " * 40_000,
        "\u0301" * 50_000,
    ):
        finding = BASE.find(text, "fr")
        assert finding.answer is None or finding.answer.article.language == "fr"
