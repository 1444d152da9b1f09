"""The log of questions: what customers asked the knowledge base, and what came of each (B10)."""

import json
import sqlite3
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.domain.asked import Asked, Judged, Picked, QuestionEffect, Used, Verdict
from core.masks import mask_text
from core.store.db import Db
from core.store.rows import moment, to_ms

KEPT_FOR = timedelta(days=180)
RECORD_OF = timedelta(days=90)
"""How far back the record of an article looks."""
LONGEST = 500
"""Characters kept of a question: whoever wants the rest opens the conversation."""
SWEPT_AT_ONCE = 500
ANSWERS_LOOKED_FOR = 20
"""In so many conversations of a group."""

_ADD = """
INSERT INTO questions (conversation_id, number, at, text, language, outcome, article, confidence, scores)
SELECT $1, coalesce(max(number), 0) + 1, $2, $3, $4, $5, $6, $7, $8 FROM questions WHERE conversation_id = $1
"""
_LATEST = "SELECT max(number) FROM questions WHERE conversation_id = $1"
_PICK = f"""
UPDATE questions SET article = $2, picked = 1
WHERE conversation_id = $1 AND number = ({_LATEST} AND outcome = 'offered' AND article = '')
"""  # noqa: S608 - our own words
_JUDGE = f"""
UPDATE questions SET verdict = $3
WHERE conversation_id = $1 AND number = ({_LATEST} AND article = $2)
"""  # noqa: S608 - our own words
_LEAVE = f"""
UPDATE questions SET verdict = 'person' WHERE conversation_id = $1 AND number = ({_LATEST}) AND verdict = ''
"""  # noqa: S608 - our own words
_USE = f"""
UPDATE questions SET used = $2
WHERE conversation_id = $1
    AND number = ({_LATEST} AND (article = '' OR verdict IN ('not_helped', 'person')))
"""  # noqa: S608 - our own words
_RECORDS = """
SELECT article, count(*) AS shown, sum(verdict = 'helped') AS helped,
    sum(verdict = 'not_helped') AS not_helped, sum(picked) AS picked
FROM questions WHERE article IN (SELECT value FROM json_each($1)) AND article <> '' AND at >= $2
GROUP BY article
"""
_BUSIEST = """
SELECT article, count(*) AS shown, sum(verdict = 'helped') AS helped,
    sum(verdict = 'not_helped') AS not_helped, sum(picked) AS picked
FROM questions INDEXED BY questions_by_time WHERE article <> '' AND at >= $1
GROUP BY article ORDER BY count(*) DESC, article LIMIT $2
"""
_UNHELPFUL = """
SELECT article, count(*) AS shown, sum(verdict = 'helped') AS helped,
    sum(verdict = 'not_helped') AS not_helped, sum(picked) AS picked
FROM questions INDEXED BY questions_by_time WHERE article <> '' AND at >= $1
GROUP BY article HAVING sum(verdict = 'not_helped') > sum(verdict = 'helped')
ORDER BY sum(verdict = 'not_helped') DESC, article LIMIT $2
"""
_OPEN = """
SELECT q.*, c.customer_id, c.motive FROM questions q JOIN conversations c ON c.id = q.conversation_id
WHERE q.at >= $1 AND q.used = '' AND (q.article = '' OR q.verdict IN ('not_helped', 'person'))
ORDER BY q.at DESC, q.conversation_id, q.number DESC LIMIT $2
"""
_SETTLED = """
SELECT q.*, c.customer_id, c.motive FROM questions q JOIN conversations c ON c.id = q.conversation_id
WHERE q.at >= $1 AND (q.picked = 1 AND q.verdict = 'helped'
    OR q.used <> '' AND c.status IN ('resolved', 'closed'))
ORDER BY q.at DESC, q.conversation_id, q.number DESC LIMIT $2
"""
_REPLIED = """
SELECT text FROM (
    SELECT m.text, m.seq FROM messages m
    WHERE m.conversation_id = $1 AND m.author = 'agent' AND m.at >= (
        SELECT min(at) FROM questions WHERE conversation_id = $1)
    ORDER BY m.seq LIMIT 5)
ORDER BY length(text) DESC, seq LIMIT 1
"""
_FIRST = """
SELECT latest.text, latest.language, c.motive, c.customer_id FROM (
    SELECT conversation_id, number, at, text, language FROM questions WHERE at >= $1
    ORDER BY at DESC, conversation_id DESC, number DESC LIMIT $2) latest
JOIN conversations c ON c.id = latest.conversation_id
WHERE latest.number = 1 AND c.motive <> '' AND c.resolved_at IS NOT NULL AND c.owner <> ''
ORDER BY latest.at DESC, latest.conversation_id DESC
"""
_LAST = "SELECT text FROM questions WHERE conversation_id = $1 ORDER BY number DESC LIMIT 1"
_DISMISS = """
INSERT INTO dismissed_phrasings (article, phrasing, at, by_whom) VALUES ($1, $2, $3, $4)
ON CONFLICT DO NOTHING
"""
_DISMISSED = "SELECT article, phrasing FROM dismissed_phrasings"
_OLDEST = "SELECT 1 FROM questions WHERE at < $1 LIMIT 1"
_SWEEP = """
DELETE FROM questions WHERE (conversation_id, number) IN (
    SELECT conversation_id, number FROM questions WHERE at < $1 ORDER BY at LIMIT $2)
"""


@dataclass(frozen=True)
class Tally:
    """What became of an article: how often customers saw it, and what they said."""

    article: str
    shown: int = 0
    helped: int = 0
    not_helped: int = 0
    picked: int = 0
    """How often it was chosen under « vous vouliez dire »; counted among the shown."""


@dataclass(frozen=True)
class Question:
    """One question as it was kept."""

    conversation: str
    number: int
    at: datetime
    text: str
    language: str
    customer: str
    motive: str
    """Of the conversation; empty where none is known."""
    article: str
    verdict: str
    used: str


async def write(db: Db, conversation_id: str, effect: QuestionEffect, now: datetime) -> None:
    """Write down what a decision says of a question."""
    match effect:
        case Asked():
            await _add(db, conversation_id, effect, now)
        case Picked(article):
            await db.run(_PICK, conversation_id, article)
        case Judged(Verdict.PERSON):
            await db.run(_LEAVE, conversation_id)
        case Judged(verdict, article):
            await db.run(_JUDGE, conversation_id, article, verdict)
        case Used(article):
            await db.run(_USE, conversation_id, article)


async def _add(db: Db, conversation_id: str, asked: Asked, now: datetime) -> None:
    text = mask_text(asked.text)[:LONGEST]
    found = asked.outcome, asked.article, asked.confidence, json.dumps(asked.scores[:3])
    await db.run(_ADD, conversation_id, to_ms(now), text, asked.language, *found)


async def records(db: Db, ids: Collection[str], now: datetime) -> dict[str, Tally]:
    """The records of some articles over the last 90 days; none was shown where one is missing."""
    rows = await db.all(_RECORDS, json.dumps(sorted(ids)), to_ms(now - RECORD_OF))
    return {row["article"]: _tally(row) for row in rows}


async def busiest(db: Db, now: datetime, limit: int) -> list[Tally]:
    """The articles that customers saw most over the last 90 days, most first (R123)."""
    return [_tally(row) for row in await db.all(_BUSIEST, to_ms(now - RECORD_OF), limit)]


async def unhelpful(db: Db, now: datetime, limit: int) -> list[Tally]:
    """The articles that did not help more often than they did, over the last 90 days."""
    return [_tally(row) for row in await db.all(_UNHELPFUL, to_ms(now - RECORD_OF), limit)]


async def unsettled(db: Db, since: datetime, limit: int) -> list[Question]:
    """The latest questions that no article settled, newest first."""
    return [_question(row) for row in await db.all(_OPEN, to_ms(since), limit)]


async def settled(db: Db, since: datetime, limit: int) -> list[Question]:
    """The latest that an article settled after all, newest first: it was picked and helped, or an agent
    answered with it and the conversation is over."""
    return [_question(row) for row in await db.all(_SETTLED, to_ms(since), limit)]


async def first_words(db: Db, now: datetime, limit: int) -> list[tuple[str, str, str]]:
    """Motive, language and first question of the conversations that the team resolved, newest first: of the
    latest questions that are kept, so many. Whoever had them in hand saw the motive, and no customer counts
    twice for one: nobody teaches a motive alone."""
    latest: dict[tuple[str, str], tuple[str, str, str]] = {}
    for row in await db.all(_FIRST, to_ms(now - KEPT_FOR), limit):
        said = (row["motive"], row["language"], row["text"])
        latest.setdefault((row["customer_id"], row["motive"]), said)
    return list(latest.values())


async def last_of(db: Db, conversation_id: str) -> str:
    """The words of a conversation that the base was last searched for; empty when it was not."""
    return str(await db.value(_LAST, conversation_id) or "")


async def replied(db: Db, conversation_ids: Sequence[str]) -> str:
    """What an agent answered in the first of these where one did; the longest of the first few replies, for
    the shortest say that somebody looks into it. Empty when nobody answered."""
    for conversation_id in conversation_ids[:ANSWERS_LOOKED_FOR]:
        reply = await db.value(_REPLIED, conversation_id)
        if reply:
            return str(reply)
    return ""


async def dismiss(db: Db, article_id: str, phrasing: str, by: str, now: datetime) -> bool:
    """Remember that somebody said no to a phrasing; False when it is known."""
    return await db.run(_DISMISS, article_id, phrasing, to_ms(now), by) == 1


async def dismissed(db: Db) -> frozenset[tuple[str, str]]:
    """The articles and phrasings that somebody said no to."""
    return frozenset((row["article"], row["phrasing"]) for row in await db.all(_DISMISSED))


async def sweep(db: Db, before: datetime) -> int:
    """Drop what is older, so much at once; how many were dropped."""
    return await db.run(_SWEEP, to_ms(before), SWEPT_AT_ONCE)


async def holds_older(db: Db, before: datetime) -> bool:
    """Whether something is older."""
    return await db.value(_OLDEST, to_ms(before)) is not None


def _tally(row: sqlite3.Row) -> Tally:
    return Tally(row["article"], row["shown"], row["helped"], row["not_helped"], row["picked"])


def _question(row: sqlite3.Row) -> Question:
    return Question(
        conversation=row["conversation_id"],
        number=row["number"],
        at=moment(row["at"]),
        text=row["text"],
        language=row["language"],
        customer=row["customer_id"],
        motive=row["motive"],
        article=row["article"],
        verdict=row["verdict"],
        used=row["used"],
    )
