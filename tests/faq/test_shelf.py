"""The knowledge base follows the database: changes at once, validity when the team’s day begins."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from composition.articles import Shelf, acts_on
from core.domain.knowledge import Article
from core.store import articles
from core.store.engine import Store
from faq.files import SHIPPED, read_articles
from faq.match import KnowledgeBase

PARIS = ZoneInfo("Europe/Paris")
EVENING = datetime(2026, 3, 2, 21, 59, tzinfo=UTC)
"""22:59 of the same day in Paris."""
SALES = Article(
    id="soldes",
    language="fr",
    question="Quand ont lieu les soldes\u00a0?",
    phrasings=("dates des soldes", "les soldes commencent quand"),
    answer="Les soldes durent toute la semaine.",
    valid_from=date(2026, 3, 3),
    valid_until=date(2026, 3, 9),
)
ALWAYS = replace(SALES, id="parking", question="Où se garer\u00a0?", phrasings=(), valid_from=None)


class Hands:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.at = EVENING

    def now(self) -> datetime:
        return self.at


class Desk:
    """A shelf on a database of its own."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.clock = Hands()
        self.knowledge = KnowledgeBase()
        self.shelf = Shelf(store, self.knowledge, self.clock, PARIS)

    def answers(self) -> bool:
        return self.knowledge.find("dates des soldes", "fr").answer is not None


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    store = await Store.open(tmp_path / "relais.db", now_ms=lambda: 1)
    yield Desk(store)
    await store.close()


async def test_the_shipped_articles_come_in_at_the_very_first_start_alone(desk: Desk) -> None:
    await desk.shelf.open()
    assert list(desk.knowledge.read_ahead()) == []  # for the shelf has done it
    assert len(desk.knowledge) == len(read_articles(SHIPPED))
    changed = partial(articles.switch, article_id="parking", active=False, now=EVENING)
    await desk.shelf.put([ALWAYS])
    await desk.store.write(changed)
    await desk.shelf.open()
    assert len(desk.knowledge) == len(read_articles(SHIPPED))


async def test_an_article_answers_from_its_first_day_to_its_last_where_the_team_is(desk: Desk) -> None:
    await desk.shelf.put([SALES])
    assert not desk.answers()
    for at, is_valid in [
        (datetime(2026, 3, 2, 22, 59, tzinfo=UTC), False),
        (datetime(2026, 3, 2, 23, 0, tzinfo=UTC), True),
        (datetime(2026, 3, 9, 22, 59, tzinfo=UTC), True),
        (datetime(2026, 3, 9, 23, 0, tzinfo=UTC), False),
    ]:
        desk.clock.at = at
        await desk.shelf.turn_day()
        assert desk.answers() is is_valid


async def test_a_day_whose_articles_could_not_be_read_is_read_again(desk: Desk) -> None:
    spoilt = "UPDATE articles SET body = '{' WHERE id = 'parking'"
    mended = (
        "UPDATE articles SET body = (SELECT body FROM article_changes WHERE article = 'parking')"
        " WHERE id = 'parking'"
    )
    await desk.shelf.put([SALES, ALWAYS])
    await desk.shelf.reload()
    desk.clock.at += timedelta(hours=2)
    await desk.store.write(lambda db: db.run(spoilt))
    await desk.shelf.turn_day()
    assert not desk.answers()
    await desk.store.write(lambda db: db.run(mended))
    await desk.shelf.turn_day()
    assert desk.answers()


async def test_the_watch_reads_the_base_when_the_day_has_begun(desk: Desk) -> None:
    await desk.shelf.put([SALES])
    await desk.shelf.reload()
    desk.shelf.start()
    desk.clock.at = EVENING + timedelta(hours=2) - timedelta(milliseconds=30)
    await desk.shelf.put([ALWAYS])  # a change wakes the watch, which looks at the clock anew
    desk.clock.at += timedelta(seconds=1)
    async with asyncio.timeout(10):
        while not desk.answers():
            await asyncio.sleep(0.005)
    await desk.shelf.stop()


async def test_a_change_is_in_the_base_when_it_returns(desk: Desk) -> None:
    await desk.shelf.put([replace(SALES, valid_from=None)])
    assert desk.answers()
    assert await desk.shelf.switch("soldes", active=False)
    assert not desk.answers()
    assert await desk.shelf.undo("soldes")
    assert desk.answers()
    await desk.shelf.put([SALES])
    assert not desk.answers()


async def test_what_somebody_else_changed_in_the_database_is_read_anew(desk: Desk) -> None:
    await desk.shelf.put([replace(SALES, valid_from=None), ALWAYS])
    await desk.store.write(partial(articles.switch, article_id="soldes", active=False, now=EVENING))
    assert await desk.shelf.reload() == 1
    assert [article.id for article in desk.knowledge.articles] == ["parking"]


async def test_the_operator_s_door_adds_switches_and_undoes(desk: Desk) -> None:
    acts = acts_on(desk.shelf)
    told = articles.ARTICLE.dump_python(replace(SALES, valid_from=None), mode="json")
    assert await acts["put_articles"]({"articles": [told], "kind": "imported", "off": []}) == 1
    assert desk.answers()
    assert await acts["switch_article"]({"id": "soldes", "active": False}) is True
    assert await acts["switch_article"]({"id": "soldes", "active": False}) is False
    assert not desk.answers()
    assert await acts["undo_article"]({"id": "soldes"}) is True
    assert desk.answers()
    assert await acts["put_articles"]({"articles": [], "kind": "imported", "off": ["soldes"]}) == 0
    assert not desk.answers()


async def test_a_change_that_fails_changes_neither_database_nor_base(desk: Desk) -> None:
    await desk.shelf.put([ALWAYS])
    with pytest.raises(ValueError, match="validation error"):
        await acts_on(desk.shelf)["put_articles"]({"articles": [{"id": "x"}], "kind": "", "off": ["parking"]})
    assert [article.id for article in desk.knowledge.articles] == ["parking"]
