"""What articles were is kept for a year, and the last fifty of each for good; undoing works all the same."""

from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path

from core.daily import EVERY
from core.domain.knowledge import Article
from core.old_changes import OldChanges
from core.store import articles
from tests.core.desk_house import Desks, a_desk
from tests.core.virtual import virtually

SKIS = Article("skis", "fr", "Louez-vous des skis ?", ("location de skis",), "Oui, à la journée.")
YEAR = articles.CHANGES_KEPT_FOR


async def changed(desks: Desks, article: Article, times: int) -> None:
    """Somebody writes another answer so often."""
    for number in range(times):
        put = partial(articles.put, articles=[replace(article, answer=f"Oui, {number} euros.")])
        await desks.store.write(partial(put, now=desks.clock.now(), by="U1"))


async def numbers(desks: Desks, article_id: str = "skis") -> list[int]:
    """The changes of an article that are kept."""
    rows = await desks.rows(
        "SELECT number FROM article_changes WHERE article = $1 ORDER BY number", article_id
    )
    return [row["number"] for row in rows]


def test_of_what_is_older_than_a_year_the_last_fifty_of_an_article_are_kept(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as desks:
            await changed(desks, SKIS, 53)
            await changed(desks, replace(SKIS, id="luge"), 3)
            before = await numbers(desks)
            sweep = OldChanges(desks.store, desks.clock)
            await sweep.sweep()
            assert await numbers(desks) == before
            desks.step(YEAR + timedelta(seconds=1))
            await changed(desks, SKIS, 2)
            await sweep.sweep()
            kept = await numbers(desks)
            assert kept[:48] == before[5:]
            assert len(kept) == articles.CHANGES_KEPT
            assert len(await numbers(desks, "luge")) == 3

            undo = partial(articles.undo, article_id="skis", now=desks.clock.now(), by="U1")
            assert await desks.store.write(undo)
            found = await desks.store.read(partial(articles.find, article_id="skis"))
            assert found is not None
            assert found.article.answer == "Oui, 0 euros."

    virtually(story())


def test_all_of_the_last_year_is_kept_however_much_it_is(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as desks:
            await changed(desks, SKIS, 70)
            desks.step(YEAR - timedelta(days=1))
            await OldChanges(desks.store, desks.clock).sweep()
            assert len(await numbers(desks)) == 70

    virtually(story())


def test_it_is_looked_once_a_day_unless_there_was_too_much_at_once(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as desks:
            await changed(desks, SKIS, articles.CHANGES_KEPT + articles.SWEPT_AT_ONCE + 1)
            desks.step(2 * YEAR)
            sweep = OldChanges(desks.store, desks.clock)
            await sweep.sweep()
            assert len(await numbers(desks)) == articles.CHANGES_KEPT + 1
            await sweep.sweep()
            assert len(await numbers(desks)) == articles.CHANGES_KEPT
            await changed(desks, SKIS, 1)
            await sweep.sweep()
            assert len(await numbers(desks)) == articles.CHANGES_KEPT + 1
            desks.step(EVERY)
            await sweep.sweep()
            assert len(await numbers(desks)) == articles.CHANGES_KEPT

    virtually(story())
