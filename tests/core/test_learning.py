"""What customers wrote and an article settled after all is proposed: by how many, tried, and never twice."""

from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path

from core.domain.knowledge import Article, Finding
from core.learning import LEARNT_FROM, MOST_LEARNT, Learning
from core.store import questions
from core.wishes import Clash, Matcher, Trial
from tests.core.desk_house import Desks, a_desk, no_answer
from tests.core.virtual import virtually

SKIS = Article("skis", "fr", "Louez-vous des skis ?", ("location de skis",), "Oui.")
CLASHING = "des skis de fond"


async def tried(candidate: Article) -> Trial:
    """One phrasing would be a neighbour's."""
    return Trial((Clash(CLASHING, "skis", "fond"),) if CLASHING in candidate.learnt else ())


async def nothing(_article_id: str) -> None:
    """Nobody changes anything here."""


async def nowhere() -> str:
    """No file is faulty."""
    return ""


def learning_of(desks: Desks, article: Article = SKIS) -> Learning:
    """Over one article."""
    matcher = Matcher(
        find=lambda _text, _language: Finding(),
        article={article.id: article}.get,
        tried=tried,
        faults=lambda _article: (),
        hidden=lambda _article_id: None,
        brought=nothing,
        unread=nowhere,
    )
    return Learning(store=desks.store, clock=desks.clock, matcher=matcher)


async def picked(desks: Desks, *texts: str, verdict: str = "helped") -> None:
    """A customer each: the article was offered for these words, picked, and judged."""
    for text in texts:
        desks.counter += 1
        await desks.wrote(text, who=f"client{desks.counter}")
    await desks.run(
        "UPDATE questions SET outcome = 'offered', article = 'skis', picked = 1, verdict = $1"
        " WHERE verdict = ''",
        verdict,
    )


async def phrasings(learning: Learning, limit: int = 9) -> list[tuple[str, int]]:
    """What is proposed, and how many customers said it."""
    return [(each.phrasing, each.customers) for each in await learning.proposed(limit)]


def test_what_most_customers_wrote_comes_first_and_the_same_words_are_one(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path, find_answer=no_answer) as desks:
            await picked(desks, "des skis à louer", "Des skis à louer !", "skis pour deux jours")
            await picked(desks, "skis pour toujours", verdict="not_helped")
            learning = learning_of(desks)
            assert await phrasings(learning) == [("Des skis à louer !", 2), ("skis pour deux jours", 1)]
            assert await phrasings(learning, limit=1) == [("Des skis à louer !", 2)]
            dismiss = partial(
                questions.dismiss, article_id="skis", phrasing="Skis, pour deux jours !", by="U1"
            )
            await desks.store.write(partial(dismiss, now=desks.clock.now()))
            assert len(await phrasings(learning)) == 1
            desks.step(LEARNT_FROM + timedelta(seconds=1))
            assert await phrasings(learning) == []

    virtually(story())


def test_nothing_that_clashes_is_known_personal_or_one_too_many_is_proposed(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path, find_answer=no_answer) as desks:
            told = "skis pour moi, appelez le 06 12 34 56 78"
            await picked(desks, CLASHING, "Location de skis ?", told, "skis", "des skis " + "très " * 50)
            assert await phrasings(learning_of(desks)) == []
            await picked(desks, "skis pour enfants")
            assert await phrasings(learning_of(desks)) == [("skis pour enfants", 1)]
            full = replace(SKIS, learnt=tuple(f"skis {number}" for number in range(MOST_LEARNT)))
            assert await phrasings(learning_of(desks, full)) == []
            assert await phrasings(learning_of(desks, replace(SKIS, id="other"))) == []

    virtually(story())
