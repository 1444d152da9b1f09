"""Which share of what customers ask an article answers (R126)."""

from dataclasses import dataclass
from datetime import datetime

from core.store.db import Db
from core.store.rows import to_ms

# Only the bot's own answers leave a conversation without a motive: it is then the article's.
_COVERAGE = """
WITH asked AS (
    SELECT q.conversation_id AS id, max(q.used <> ''
            OR q.article <> '' AND q.verdict NOT IN ('not_helped', 'person')) AS answered,
        max(q.article) AS article
    FROM questions q WHERE q.at >= $1 GROUP BY q.conversation_id)
SELECT coalesce(nullif(c.motive, ''), json_extract(a.body, '$.motive'), '') AS motive,
    count(*) AS requests, sum(asked.answered) AS answered
FROM asked JOIN conversations c ON c.id = asked.id LEFT JOIN articles a ON a.id = asked.article
GROUP BY 1 ORDER BY count(*) DESC, 1
"""


@dataclass(frozen=True)
class Coverage:
    """The requests of one motive in which something was asked, and how many of them an article answered."""

    motive: str
    """Empty where none is known."""
    requests: int
    answered: int


async def coverage(db: Db, since: datetime) -> list[Coverage]:
    """By motive, the most requests first. An article answered where the customer did not say no to it, or an
    agent used it."""
    rows = await db.all(_COVERAGE, to_ms(since))
    return [Coverage(row["motive"], row["requests"], row["answered"]) for row in rows]
