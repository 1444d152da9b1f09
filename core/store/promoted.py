"""What an article may be made of: an agent's reply in a conversation, and what its customer had asked."""

import sqlite3
from dataclasses import dataclass

from core.masks import mask_text
from core.store.db import Db

_LINE = """
SELECT cast(substr(about, length($1) + 2) AS INTEGER) FROM outbox
WHERE reference = $2 AND reference <> '' AND conversation_id = $1 AND is_for_customer = 0
    AND substr(about, 1, length($1) + 1) = $1 || ':'
"""
_REPLY = "SELECT seq, at, text FROM messages WHERE conversation_id = $1 AND author = 'agent' AND seq = $2"
_LATEST_REPLY = """
SELECT seq, at, text FROM messages WHERE conversation_id = $1 AND author = 'agent'
ORDER BY seq DESC LIMIT 1
"""
_ASKED = """
SELECT text FROM questions
WHERE conversation_id = $1 AND at <= $2 AND verdict <> 'helped' ORDER BY number DESC LIMIT 1
"""
_WROTE = """
SELECT text FROM messages WHERE conversation_id = $1 AND author = 'customer' AND text <> '' AND seq < $2
ORDER BY seq DESC LIMIT 1
"""
_TALK = """
SELECT k.language, c.motive FROM conversations c JOIN customers k ON k.id = c.customer_id WHERE c.id = $1
"""


@dataclass(frozen=True)
class Promoted:
    """A question and its answer, masked as the team sees them; either may be empty."""

    question: str
    reply: str
    language: str
    """Of the customer; empty where none is known."""
    motive: str


async def promoted(db: Db, conversation_id: str, reference: str) -> Promoted | None:
    """Made of the reply that the line there tells; of the latest where it tells none. None without such a
    conversation."""
    talk = await db.one(_TALK, conversation_id)
    if talk is None:
        return None
    reply = await _reply(db, conversation_id, reference)
    texts = mask_text(await _question(db, conversation_id, reply)), mask_text(reply["text"]) if reply else ""
    return Promoted(*texts, talk["language"], talk["motive"])


async def _reply(db: Db, conversation_id: str, reference: str) -> sqlite3.Row | None:
    seq = await db.value(_LINE, conversation_id, reference)
    told = await db.one(_REPLY, conversation_id, seq) if seq else None
    return told or await db.one(_LATEST_REPLY, conversation_id)


async def _question(db: Db, conversation_id: str, reply: sqlite3.Row | None) -> str:
    """What the base was asked and did not settle; else what the customer wrote last before the reply."""
    if reply is None:
        return str(await db.value(_WROTE, conversation_id, 1 << 62) or "")
    asked = await db.value(_ASKED, conversation_id, reply["at"])
    return str(asked or await db.value(_WROTE, conversation_id, reply["seq"]) or "")
