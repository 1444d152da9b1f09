"""Menus that a messaging account keeps under ids of its own: each made once for an account and a language."""

from datetime import datetime

from core.store.db import Db
from core.store.rows import to_ms

_FIND = "SELECT reference FROM contents WHERE account = $1 AND language = $2 AND key = $3"
_REMEMBER = """
INSERT INTO contents (account, language, key, reference, made_at) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (account, language, key) DO UPDATE SET reference = excluded.reference, made_at = excluded.made_at
"""
_FORGET = "DELETE FROM contents WHERE account = $1 AND reference = $2"


async def find(db: Db, account: str, language: str, key: str) -> str:
    """The account's id of a menu; empty when it has none yet. `key`: a digest of everything it shows."""
    return await db.value(_FIND, account, language, key) or ""


async def remember(db: Db, account: str, language: str, key: str, reference: str, now: datetime) -> None:
    """The account has this menu under this id from now on."""
    await db.run(_REMEMBER, account, language, key, reference, to_ms(now))


async def forget(db: Db, account: str, reference: str) -> None:
    """The account has it no more."""
    await db.run(_FORGET, account, reference)
