"""What an agent typed and has not sent yet: kept here while they choose for whom it is."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from core.store.db import Db
from core.store.rows import moment, to_ms

_ADD = "INSERT INTO drafts (id, agent, verb, text, at) VALUES ($1, $2, $3, $4, $5)"
_KEPT_FOR = timedelta(days=7)


@dataclass(frozen=True)
class Draft:
    """Typed words waiting for a choice."""

    id: str
    agent: str
    verb: str
    text: str
    at: datetime


async def add(db: Db, draft_id: str, agent: str, verb: str, text: str, now: datetime) -> None:
    """Keep typed words; those of last week are dropped by the way."""
    await db.run("DELETE FROM drafts WHERE at < $1", to_ms(now - _KEPT_FOR))
    await db.run(_ADD, draft_id, agent, verb, text, to_ms(now))


async def find(db: Db, draft_id: str) -> Draft | None:
    """The draft of that id."""
    row = await db.one("SELECT * FROM drafts WHERE id = $1", draft_id)
    if row is None:
        return None
    return Draft(row["id"], row["agent"], row["verb"], row["text"], moment(row["at"]))
