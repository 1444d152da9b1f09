"""What the team told a customer, and what had been promised: asked when news of one of its replies comes."""

from core.domain.situation import Promise, Reply
from core.store.db import Db
from core.store.rows import moment

# All messages of one reply together: one that is lost loses it. What waits to leave, what nobody can tell of
# and what an agent left alone may arrive, or may have: it stands. A message that was said again counts apart.
_REPLIES = """
SELECT min(created_at) AS written, max(id = $2) AS is_own,
    max(state = 'failed' OR report = 'failed' OR (state = 'cancelled' AND error LIKE 'refused.%')) AS is_lost
FROM outbox
WHERE lane = $1 || ':customer' AND (agent <> '' OR json_extract(payload, '$.recap'))
GROUP BY CASE about WHEN '' THEN id ELSE about END
ORDER BY min(seq)
"""
_PROMISE = """
SELECT told_at, due_at, outcome IN ('kept', 'late') AS is_settled FROM promises
WHERE conversation_id = $1 ORDER BY seq DESC LIMIT 1
"""


async def told_with(db: Db, conversation_id: str, outbox_id: str) -> tuple[tuple[Reply, ...], Promise | None]:
    """All replies of the conversation as they are now, in the order in which they were said, and the latest
    promise; nothing when that effect is no part of a reply."""
    rows = await db.all(_REPLIES, conversation_id, outbox_id)
    if not any(row["is_own"] for row in rows):
        return (), None
    said = tuple(Reply(moment(row["written"]), bool(row["is_lost"])) for row in rows)
    told = await db.one(_PROMISE, conversation_id)
    if told is None:
        return said, None
    return said, Promise(moment(told["told_at"]), moment(told["due_at"]), bool(told["is_settled"]))
