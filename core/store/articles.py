"""The articles of the knowledge base: the truth is here, files only bring them in."""

from collections.abc import Iterable
from datetime import datetime

from pydantic import TypeAdapter

from core.domain.knowledge import Article
from core.store.db import Db
from core.store.rows import to_ms

ARTICLE = TypeAdapter(Article)

_PUT = """
INSERT INTO articles (id, language, active, body, updated_at) VALUES ($1, $2, 1, $3, $4)
ON CONFLICT (id) DO UPDATE SET language = excluded.language, body = excluded.body,
    updated_at = excluded.updated_at
"""


async def put(db: Db, articles: Iterable[Article], now: datetime) -> None:
    """Add articles, or replace those of the same id."""
    for article in articles:
        body = ARTICLE.dump_json(article).decode()
        await db.run(_PUT, article.id, article.language, body, to_ms(now))


async def active(db: Db) -> list[Article]:
    """Every article in force, by id."""
    rows = await db.all("SELECT body FROM articles WHERE active = 1 ORDER BY id")
    return [ARTICLE.validate_json(row["body"]) for row in rows]


async def is_empty(db: Db) -> bool:
    """Whether no article was ever loaded."""
    return await db.value("SELECT 1 FROM articles LIMIT 1") is None
