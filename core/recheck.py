"""Once more before a message leaves: much may have happened while it waited (ARCHITECTURE §6)."""

from collections.abc import Mapping
from datetime import timedelta

from core.domain.channel import Address, Capabilities
from core.domain.conversation import Status
from core.domain.effects import Absence, Condition
from core.jobs import Job
from core.store import people
from core.store.db import Db

WITH_TEAM = {Status.OPEN, Status.IN_PROGRESS, Status.RESOLVED}
HANDED_OVER = "the team has the conversation"
REASONS = {
    Absence.STOPPED: "refused.opted_out",
    Absence.BLOCKED: "refused.blocked",
    Absence.UNREACHABLE: "refused.out_of_reach",
}
WINDOW = "refused.window"


async def why_held_back(db: Db, job: Job, channels: Mapping[str, Capabilities], now_ms: int) -> str:
    """Why a message may not leave any more; empty: it may. At most one read, by the address itself."""
    if not job.is_for_customer or job.condition == Condition.ALWAYS:
        return ""
    if job.condition == Condition.WITH_BOT and job.talk_status in WITH_TEAM:
        return HANDED_OVER
    reached = await people.reached_at(db, Address(job.destination, str(job.payload.get("to", ""))))
    if reached is None:
        return ""
    absence, last_inbound_ms = reached
    if absence:
        return REASONS[Absence(absence)]
    channel = channels.get(job.destination)
    window = channel.reply_window if channel else None
    return WINDOW if window and now_ms - last_inbound_ms >= window / timedelta(milliseconds=1) else ""


def is_told(job: Job, why: str) -> bool:
    """Whether the team must know: of what an agent typed always, of our own words when they were awaited."""
    return bool(job.agent) or why == WINDOW
