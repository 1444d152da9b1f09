"""The hand-made messages are many, of every kind, and speak of articles that exist in words of their own."""

from collections import Counter

from faq.match import KnowledgeBase
from tests.faq.handmade import handmade

KINDS = {"clean", "typo", "sms", "story", "negation", "two", "talk", "outside"}
LEAST_OF_A_KIND = 25


def test_there_are_many_of_every_kind() -> None:
    kinds = Counter(one.kind for one in handmade())
    assert set(kinds) == KINDS
    assert min(kinds.values()) >= LEAST_OF_A_KIND
    assert kinds.total() >= 400
    assert len({one.text for one in handmade()}) == kinds.total()


def test_they_speak_of_every_french_article_and_of_no_other(shipped: KnowledgeBase) -> None:
    french = {article.id for article in shipped.articles if article.language == "fr"}
    assert {article for one in handmade() for article in one.articles} == french
    assert {one.never for one in handmade() if one.never} <= french


def test_none_is_a_phrasing_of_its_article(shipped: KnowledgeBase) -> None:
    written = {
        words.casefold().rstrip(" ?.!")
        for article in shipped.articles
        for words in (article.question, *article.phrasings, *article.keywords)
    }
    assert not [one.text for one in handmade() if one.text.casefold().rstrip(" ?.!") in written]


def test_two_questions_name_two_articles_and_the_others_one() -> None:
    wanted = {"two": 2, "negation": 0, "talk": 0, "outside": 0}
    assert not [one.text for one in handmade() if len(one.articles) != wanted.get(one.kind, 1)]
