"""How far messages got, as far as their platforms told; and which of them must be asked about."""

from dataclasses import dataclass
from datetime import datetime

from core.domain.situation import SentEffect
from core.store.db import Db
from core.store.jobs import effect_from
from core.store.rows import moment, to_ms

_REPORT = """
UPDATE outbox SET report = $2, error = $3, report_due_at = CASE $2 WHEN 'sent' THEN report_due_at END
WHERE id = $1
"""

_DUE = """
SELECT id, reference, report, settled_at, report_looks FROM outbox
WHERE destination = $1 AND report_due_at <= $2 ORDER BY report_due_at LIMIT $3
"""
_ASKED = """
UPDATE outbox SET report_looks = report_looks + 1, report_due_at = $2
WHERE id = $1 AND report_due_at IS NOT NULL AND report_looks = $3
"""


@dataclass(frozen=True)
class Unreported:
    """A message that left and has no final report. `looks`: how often the platform was asked already."""

    id: str
    reference: str
    report: str
    sent_at: datetime
    looks: int


async def report(db: Db, job_id: str, status: str, error: str = "") -> None:
    """The furthest delivery report so far; of a failure, why."""
    await db.run(_REPORT, job_id, status, error)


async def parts_of(db: Db, about: str) -> list[SentEffect]:
    """The messages to a customer that are one reply together."""
    sql = "SELECT * FROM outbox WHERE about = $1 AND about <> '' AND is_for_customer = 1 ORDER BY seq"
    return [effect_from(row) for row in await db.all(sql, about)]


async def unreported(db: Db, channel: str, now: datetime, limit: int) -> list[Unreported]:
    """Messages whose platform should be asked now how far they got, the longest due first."""
    rows = await db.all(_DUE, channel, to_ms(now), limit)
    return [
        Unreported(r["id"], r["reference"], r["report"], moment(r["settled_at"]), r["report_looks"])
        for r in rows
    ]


async def asked(db: Db, message: Unreported, again: datetime | None) -> bool:
    """The platform was asked; ask again then, or never. False: the answer was final, or came by itself."""
    return await db.run(_ASKED, message.id, to_ms(again), message.looks) == 1
