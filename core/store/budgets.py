"""How often each platform may be called: rows, so that a restart forgets nothing (decision 0006)."""

from collections.abc import Sequence

from core.jobs import Budget
from core.store.db import Db

_SPEND = """
INSERT INTO budgets (name, next_at, blocked_until) VALUES ($1, $2, 0)
ON CONFLICT (name) DO UPDATE SET next_at = excluded.next_at
"""
_BLOCK = """
INSERT INTO budgets (name, next_at, blocked_until) VALUES ($1, 0, $2)
ON CONFLICT (name) DO UPDATE SET blocked_until = max(blocked_until, excluded.blocked_until)
"""


async def permitted_at(db: Db, budget: Budget) -> int:
    """When the budget has a permit, milliseconds; a past date: now."""
    row = await db.one("SELECT * FROM budgets WHERE name = $1", budget.name)
    if row is None:
        return 0
    rested: int = row["next_at"] - (budget.burst - 1) * budget.every_ms
    blocked: int = row["blocked_until"]
    return max(rested, blocked)


async def spend(db: Db, budgets: Sequence[Budget], now_ms: int) -> None:
    """Take one permit of each."""
    for budget in budgets:
        sql = "SELECT next_at FROM budgets WHERE name = $1"
        before = await db.value(sql, budget.name) or 0
        await db.run(_SPEND, budget.name, max(before, now_ms) + budget.every_ms)


async def block(db: Db, name: str, until_ms: int) -> None:
    """The platform asked everybody to wait."""
    await db.run(_BLOCK, name, until_ms)
