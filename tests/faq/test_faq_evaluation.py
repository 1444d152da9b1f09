"""What a base comes to with messages whose answers are known, against a count by hand and one by asking."""

from collections.abc import Sequence
from math import ceil

import pytest

from core.domain.knowledge import Article, Finding
from faq.advice import CHOICES, ENOUGH, advise, least_sure
from faq.asked import Asked
from faq.evaluation import LEAST_SURE, Confusion, Step, Tally, Verdict, confusions, judge, lacking, tally
from faq.intervals import ONE_SIDED_80, interval, lower_bound
from faq.match import KnowledgeBase
from rulebook import tables
from tests.faq.small_base import ARTICLES, MESSAGES

SHIPPED = 0.7218


@pytest.fixture(scope="module")
def verdicts() -> list[Verdict]:
    base = KnowledgeBase(ARTICLES, answer_from=SHIPPED)
    return [judge(base, asked) for asked in MESSAGES]


def test_the_small_base_is_counted_as_by_hand(verdicts: list[Verdict]) -> None:
    told = [verdict for verdict in verdicts if verdict.asked.expected]
    assert [sum(verdict.is_among(first) for verdict in told) for first in (1, 3)] == [9, 10]
    found = tally(verdicts, SHIPPED)
    assert found == Tally(answerable=10, answered=8, right=6)
    assert (found.coverage, found.precision) == (0.6, 0.75)


def test_what_was_taken_for_another_is_told_with_an_example(verdicts: list[Verdict]) -> None:
    assert confusions(verdicts, SHIPPED) == [
        Confusion((), "parking", 1, "il y a des places ?"),
        Confusion(("menu",), "parking", 1, "carte de stationnement"),
        Confusion(("piscine",), "parking", 1, MESSAGES[9].text),
    ]
    twice = confusions([*verdicts, verdicts[7]], SHIPPED)
    assert twice[0] == Confusion(("menu",), "parking", 2, "carte de stationnement")


def test_words_that_the_base_lacks_are_of_messages_it_should_have_answered(verdicts: list[Verdict]) -> None:
    assert lacking(verdicts, SHIPPED) == [("midi", 1), ("quoi", 1)]


@pytest.mark.parametrize("answer_from", [0.5, 0.516, 0.65, 0.66, 0.7218, 0.8, 0.88, 0.9, 0.98, 0.99, 1.0])
def test_what_is_answered_at_a_confidence_is_what_a_base_of_that_confidence_answers(
    verdicts: list[Verdict], answer_from: float
) -> None:
    base = KnowledgeBase(ARTICLES, answer_from=answer_from)
    for verdict in verdicts:
        finding = base.find(verdict.asked.text, verdict.asked.language)
        found = tuple(match.article.id for match in (finding.answer, finding.also) if match)
        assert verdict.answers(answer_from) == found, verdict.asked.text


def test_two_questions_become_one_where_the_lesser_answer_is_not_sure_enough(shipped: KnowledgeBase) -> None:
    """Whatever the shipped base answers at any confidence, a base of that confidence answers."""
    texts = [f"{one.phrasings[0]} et {two.phrasings[0]}" for one, two in zip(*_pairs(shipped), strict=True)]
    found = [judge(shipped, Asked(text, ())) for text in texts]
    assert any(len(step.ids) == 2 for verdict in found for step in verdict.steps)
    assert any(len(verdict.steps) == 2 for verdict in found)
    for answer_from in (0.55, 0.7, 0.85, 0.95):
        base = KnowledgeBase(shipped.articles, answer_from=answer_from)
        for verdict in found:
            finding = base.find(verdict.asked.text, "fr")
            ids = tuple(match.article.id for match in (finding.answer, finding.also) if match)
            assert verdict.answers(answer_from) == ids, (verdict.asked.text, answer_from)


def _pairs(base: KnowledgeBase) -> tuple[Sequence[Article], Sequence[Article]]:
    french = [article for article in base.articles if article.language == "fr"]
    return french, [*french[7:], *french[:7]]


@pytest.mark.parametrize(("right", "total"), [(0, 1), (1, 1), (6, 8), (97, 100), (194, 200), (823, 841)])
def test_a_bound_is_where_the_count_lies_so_many_deviations_away(right: int, total: int) -> None:
    """Wilson's bounds, found by halving instead of by his formula."""
    low, high = interval(right, total)
    assert low == pytest.approx(_bound(right, total, 1.96, 0.0), abs=1e-6)
    assert high == pytest.approx(_bound(right, total, 1.96, 1.0), abs=1e-6)
    assert lower_bound(right, total) == pytest.approx(_bound(right, total, ONE_SIDED_80, 0.0), abs=1e-6)


def _bound(right: int, total: int, deviations: float, towards: float) -> float:
    share = right / total
    far, near = towards, share
    for _ in range(60):
        middle = (far + near) / 2
        is_beyond = total * (share - middle) ** 2 > deviations**2 * middle * (1 - middle)
        far, near = (middle, near) if is_beyond else (far, middle)
    return near


def _made(*groups: tuple[int, float, bool]) -> list[Verdict]:
    """So many messages, each answered up to a confidence, rightly or not; 0: never answered."""
    made = []
    for place, (count, until, is_right) in enumerate(groups):
        steps = (Step(until, ("a",)),) if until else ()
        expected = ("a",) if is_right else ("b",)
        made += [Verdict(Asked(f"{place} {n}", expected), Finding(), steps) for n in range(count)]
    return made


def test_the_least_confidence_is_the_first_that_keeps_the_wrong_ones_out() -> None:
    # 100 of 105 are surely no 97 %; without the five, all are right.
    assert least_sure(_made((100, 0.9, True), (5, 0.6, False)), 0.97) == 0.61
    assert least_sure(_made((100, 0.9, True)), 0.97) == LEAST_SURE
    assert least_sure(_made((30, 0.9, False), (100, 0.8, True)), 0.97) is None


def test_so_few_right_answers_promise_nothing() -> None:
    # Of n right answers the bound is n / (n + z²): 0.97 from 23 on.
    assert least_sure(_made((22, 0.9, True)), 0.97) is None
    assert least_sure(_made((23, 0.9, True)), 0.97) == LEAST_SURE
    advice = advise(_made((22, 0.9, True)), SHIPPED)
    assert (advice.own, advice.answer_from) == (None, None)


def test_few_messages_count_for_their_share_of_two_hundred() -> None:
    some = _made((100, 0.9, True), (5, 0.6, False))
    advice = advise(some, 0.8)
    assert (advice.own, advice.share) == (0.61, 105 / ENOUGH)
    assert advice.answer_from == ceil((0.8 - 105 / 200 * (0.8 - 0.61)) * 100) / 100 == 0.71
    enough = advise([*some, *_made((95, 0.0, True))], 0.8)
    assert (enough.own, enough.share, enough.answer_from) == (0.61, 1.0, 0.61)


def test_halves_are_answered_from_what_the_other_half_says() -> None:
    """Every half of these says 0.61, so that no wrong answer is given in either."""
    advice = advise(_made((200, 0.9, True), (60, 0.6, False)), 0.8)
    assert (advice.answer_from, advice.halves) == (0.61, Tally(260, 200, 200))


def test_a_half_that_says_nothing_leaves_the_shipped_confidence() -> None:
    advice = advise(_made((40, 0.75, True)), 0.8)
    assert advice.own == LEAST_SURE
    assert advice.halves == Tally(40, 0, 0), "twenty are too few, and 0.75 is not 0.8"
    assert advice.halves.precision == 1.0


def test_the_order_of_the_messages_makes_no_difference(verdicts: list[Verdict]) -> None:
    some = [*verdicts, *_made((100, 0.9, True), (9, 0.6, False), (50, 0.55, True))]
    assert advise(some, SHIPPED) == advise(some[::-1], SHIPPED)


def test_every_confidence_that_is_advised_may_be_written() -> None:
    assert (CHOICES[0], CHOICES[-1]) == (tables.LEAST_SURE, 1.0)
    assert all(round(choice, 2) == choice for choice in CHOICES)
