"""Articles in the database: what they are, what they were, and one step back."""

import shutil
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from core.domain.knowledge import Article
from core.store import articles
from core.store.articles import Change, Kept
from core.store.db import Db
from core.store.engine import Store
from core.store.migrate import PACKAGED

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
PARKING = Article(
    id="parking",
    language="fr",
    question="Où se garer\u00a0?",
    phrasings=("place de parking", "garer ma voiture"),
    answer="Le parking est derrière le bâtiment.",
    steps=("Suivez le panneau.",),
    follow_up="La barrière s’ouvre sous 1 minute.",
    keywords=("parking",),
    counter_examples=("ma voiture est rayée",),
    motive="other",
    translates=("car-park",),
    learnt=("jme gare ou",),
    valid_from=date(2026, 1, 1),
    valid_until=date(2026, 12, 31),
    author="Léa",
    validated_by="Nadia",
    validated_on=date(2026, 2, 1),
)
MOVED = replace(PARKING, answer="Le parking est devant le bâtiment.")


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    opened = await Store.open(tmp_path / "relais.db", now_ms=lambda: 1)
    yield opened
    await opened.close()


async def put(
    store: Store, article: Article, now: datetime = NOW, by: str = "", kind: str = "edited"
) -> None:
    await store.write(partial(articles.put, articles=[article], now=now, by=by, kind=kind))


async def switch(store: Store, active: bool) -> bool:
    return await store.write(
        partial(articles.switch, article_id="parking", active=active, now=LATER, by="U1")
    )


async def undo(store: Store, by: str = "U1") -> bool:
    return await store.write(partial(articles.undo, article_id="parking", now=LATER, by=by))


async def kept(store: Store) -> Kept | None:
    return await store.read(partial(articles.find, article_id="parking"))


async def history(store: Store) -> list[Change]:
    return await store.read(partial(articles.changes, article_id="parking"))


async def test_an_article_comes_back_with_every_field(store: Store) -> None:
    await put(store, PARKING)
    assert await kept(store) == Kept(PARKING, True, NOW)
    assert await store.read(articles.active) == [PARKING]


async def test_every_change_is_kept_the_newest_first(store: Store) -> None:
    await put(store, PARKING, kind="added")
    await put(store, MOVED, now=LATER, by="U1")
    newest, first = await history(store)
    assert (newest.by, newest.kind, newest.at, newest.article) == ("U1", "edited", LATER, MOVED)
    assert (first.by, first.kind, first.at, first.article) == ("", "added", NOW, PARKING)
    assert newest.number > first.number


async def test_the_same_article_again_changes_nothing(store: Store) -> None:
    await put(store, PARKING)
    await put(store, PARKING, now=LATER, by="U1")
    assert await kept(store) == Kept(PARKING, True, NOW)
    assert len(await history(store)) == 1


async def test_an_article_that_is_off_answers_nobody_until_it_is_on_again(store: Store) -> None:
    await put(store, PARKING)
    assert await switch(store, active=False)
    assert await store.read(articles.active) == []
    assert await store.read(articles.everything) == [Kept(PARKING, False, LATER)]
    assert await switch(store, active=True)
    assert await store.read(articles.active) == [PARKING]
    assert [change.kind for change in await history(store)] == ["on", "off", "edited"]


async def test_a_switch_that_changes_nothing_says_so(store: Store) -> None:
    assert not await switch(store, active=True)
    await put(store, PARKING)
    assert not await switch(store, active=True)
    assert len(await history(store)) == 1


async def test_an_edited_article_stays_off(store: Store) -> None:
    await put(store, PARKING)
    await switch(store, active=False)
    await put(store, MOVED)
    assert await kept(store) == Kept(MOVED, False, NOW)


async def test_the_last_change_is_undone_and_the_undoing_too(store: Store) -> None:
    await put(store, PARKING)
    await put(store, MOVED)
    assert await undo(store)
    assert await kept(store) == Kept(PARKING, True, LATER)
    assert await undo(store)
    assert await kept(store) == Kept(MOVED, True, LATER)


async def test_a_switch_is_undone_as_well(store: Store) -> None:
    await put(store, PARKING)
    await switch(store, active=False)
    assert await undo(store)
    assert await store.read(articles.active) == [PARKING]


async def test_nothing_is_undone_before_the_first_change(store: Store) -> None:
    assert not await undo(store)
    await put(store, PARKING)
    assert not await undo(store)
    assert await kept(store) == Kept(PARKING, True, NOW)


async def test_a_change_that_fails_leaves_neither_article_nor_row(store: Store) -> None:
    async def put_and_fail(db: Db) -> None:
        await articles.put(db, [PARKING], NOW)
        raise LookupError

    with pytest.raises(LookupError):
        await store.write(put_and_fail)
    assert await kept(store) is None
    assert await history(store) == []


async def test_articles_of_an_older_release_have_a_first_row(tmp_path: Path) -> None:
    """The migration writes what every article was when it came: the first edit can be undone."""
    older = tmp_path / "migrations"
    older.mkdir()
    for path in PACKAGED.glob("000*.sql"):
        shutil.copy(path, older)
    opened = await Store.open(tmp_path / "old.db", now_ms=lambda: 1, migrations=older)

    async def put_as_before(db: Db) -> None:
        body = articles.ARTICLE.dump_json(PARKING).decode()
        await db.run("INSERT INTO articles VALUES ('parking', 'fr', 1, $1, 1)", body)

    await opened.write(put_as_before)
    await opened.close()
    again = await Store.open(tmp_path / "old.db", now_ms=lambda: 1)
    await put(again, MOVED)
    assert [change.kind for change in await history(again)] == ["edited", "first"]
    assert await undo(again)
    assert await kept(again) == Kept(PARKING, True, LATER)
    await again.close()
