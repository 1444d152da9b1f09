"""The articles of the knowledge base and all that they were: the truth is here, files only bring them in.

Every function runs in the transaction of its caller, so that a change and its row are written together.
"""

import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from pydantic import TypeAdapter

from core.domain.knowledge import Article
from core.store.db import Db
from core.store.rows import moment, to_ms

ARTICLE = TypeAdapter(Article)

_PUT = """
INSERT INTO articles (id, language, active, body, updated_at) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (id) DO UPDATE SET language = excluded.language, active = excluded.active,
    body = excluded.body, updated_at = excluded.updated_at
"""
_RECORD = """
INSERT INTO article_changes (article, at, by_whom, kind, body, active) VALUES ($1, $2, $3, $4, $5, $6)
"""
CHANGES_KEPT = 50
"""So many of an article are always kept, the latest..."""
CHANGES_KEPT_FOR = timedelta(days=365)
"""...and all of so much time."""
SWEPT_AT_ONCE = 500
_OLD_CHANGES = """
SELECT c.number FROM (
    SELECT article, (
        SELECT number FROM article_changes WHERE article = a.article ORDER BY number DESC LIMIT 1 OFFSET $2
    ) AS latest_old FROM (SELECT DISTINCT article FROM article_changes) a) old
JOIN article_changes c ON c.article = old.article AND c.number <= old.latest_old
WHERE c.at < $1 LIMIT $3
"""
_DROP_CHANGES = "DELETE FROM article_changes WHERE number IN (SELECT value FROM json_each($1))"
_CHANGES = "SELECT * FROM article_changes WHERE article = $1 ORDER BY number DESC LIMIT $2"


@dataclass(frozen=True)
class Kept:
    """An article as it stands; one that is not active answers nobody."""

    article: Article
    active: bool
    updated_at: datetime


@dataclass(frozen=True)
class Change:
    """What an article became. `kind`: "first", "added", "edited", "imported", "on", "off", "undone"."""

    number: int
    at: datetime
    by: str
    kind: str
    article: Article
    active: bool


async def put(db: Db, articles: Iterable[Article], now: datetime, by: str = "", kind: str = "edited") -> None:
    """Add articles, or replace those of the same id; what is the same already is left alone.

    One that was switched off stays so.
    """
    for article in articles:
        kept = await find(db, article.id)
        if kept is None or kept.article != article:
            await _become(db, Kept(article, kept is None or kept.active, now), by, kind)


async def switch(db: Db, article_id: str, active: bool, now: datetime, by: str = "") -> bool:
    """Let an article answer, or no more; False when there is none of that id, or it is so already."""
    kept = await find(db, article_id)
    if kept is None or kept.active is active:
        return False
    await _become(db, Kept(kept.article, active, now), by, "on" if active else "off")
    return True


async def undo(db: Db, article_id: str, now: datetime, by: str) -> bool:
    """Make an article what it was before its last change; False when nothing was before it.

    An undoing is a change as others are: undone itself, it brings back what it took away.
    """
    latest = await changes(db, article_id, limit=2)
    if len(latest) < 2:
        return False
    before = latest[1]
    await _become(db, Kept(before.article, before.active, now), by, "undone")
    return True


async def active(db: Db) -> list[Article]:
    """Every article that is switched on, by id, whatever days it is valid on."""
    rows = await db.all("SELECT body FROM articles WHERE active = 1 ORDER BY id")
    return [ARTICLE.validate_json(row["body"]) for row in rows]


async def find(db: Db, article_id: str) -> Kept | None:
    """The article of that id, switched on or off."""
    row = await db.one("SELECT * FROM articles WHERE id = $1", article_id)
    return _kept(row) if row else None


async def everything(db: Db) -> list[Kept]:
    """Every article, switched on or off, by id."""
    return [_kept(row) for row in await db.all("SELECT * FROM articles ORDER BY id")]


async def changes(db: Db, article_id: str, limit: int = 20) -> list[Change]:
    """What became of an article, the newest first."""
    return [_change(row) for row in await db.all(_CHANGES, article_id, limit)]


async def old_changes(db: Db, before: datetime) -> list[int]:
    """The numbers of changes that are older and not among the latest of their article, so many at once."""
    rows = await db.all(_OLD_CHANGES, to_ms(before), CHANGES_KEPT, SWEPT_AT_ONCE)
    return [row["number"] for row in rows]


async def drop_changes(db: Db, numbers: Sequence[int]) -> None:
    """Keep these changes no longer."""
    await db.run(_DROP_CHANGES, json.dumps(numbers))


async def is_empty(db: Db) -> bool:
    """Whether no article was ever loaded."""
    return await db.value("SELECT 1 FROM articles LIMIT 1") is None


async def _become(db: Db, kept: Kept, by: str, kind: str) -> None:
    article, at = kept.article, to_ms(kept.updated_at)
    body = ARTICLE.dump_json(article).decode()
    await db.run(_PUT, article.id, article.language, int(kept.active), body, at)
    await db.run(_RECORD, article.id, at, by, kind, body, int(kept.active))


def _kept(row: sqlite3.Row) -> Kept:
    return Kept(ARTICLE.validate_json(row["body"]), bool(row["active"]), moment(row["updated_at"]))


def _change(row: sqlite3.Row) -> Change:
    return Change(
        number=row["number"],
        at=moment(row["at"]),
        by=row["by_whom"],
        kind=row["kind"],
        article=ARTICLE.validate_json(row["body"]),
        active=bool(row["active"]),
    )
