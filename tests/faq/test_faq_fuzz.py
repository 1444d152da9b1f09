"""A short campaign of strange messages (`make fuzz-faq` plays a long one), and what the long ones found."""

import pytest

from faq.match import KnowledgeBase
from tests.faq.fuzz import play
from tests.faq.strange import MAKERS, strange


def test_nothing_fails_on_five_hundred_strange_messages() -> None:
    campaign = play(seed=1, numbers=range(500))
    assert campaign.broken == []
    assert campaign.played == 500


def test_a_message_can_be_had_again_by_its_number() -> None:
    kinds = {strange(number, 5)[1] for number in range(len(MAKERS))}
    assert len(kinds) == len(MAKERS)
    assert strange(9, 5) == strange(9, 5) != strange(9, 6)


@pytest.mark.parametrize("kind", ["anything", "surrogates", "numbers", "signs", "emoji", "empty"])
def test_noise_is_answered_by_nothing_however_long(kind: str, shipped: KnowledgeBase) -> None:
    at = next(number for number, maker in enumerate(MAKERS) if maker.__name__ == kind)
    noise = [strange(number, 7)[0] for number in range(at, 40 * len(MAKERS), len(MAKERS))]
    assert [text for text in noise if shipped.find(text, "en").answer] == []


def test_of_two_questions_the_surer_article_is_told_first(shipped: KnowledgeBase) -> None:
    finding = shipped.find("e code de réduction n'est pas accepté et acceptez-vous les viremeents", "fr")
    assert finding.answer is not None
    assert finding.also is not None
    values = [score for _, score in finding.scores]
    assert values == sorted(values, reverse=True)
    assert {finding.answer.article.id, finding.also.article.id} <= {one for one, _ in finding.scores}


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_half_that_is_hardly_a_question_stands_before_what_is_less_likely(
    language: str, shipped: KnowledgeBase
) -> None:
    for text in (
        "why was myc ard rejected, et aussi comment çaa s'installe",
        "colis ? autre question : couleur",
    ):
        values = [score for _, score in shipped.find(text, language).scores]
        assert values == sorted(values, reverse=True)
