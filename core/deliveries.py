"""What the ending of a delivery does to its outbox row. A late ending of a settled row changes nothing."""

from collections.abc import Mapping
from datetime import datetime

from core import flooding
from core.domain.channel import Capabilities
from core.domain.events import (
    Delivered,
    DeliveryEvent,
    DeliveryReported,
    DeliveryUnknown,
    DeliveryWaits,
    NotDelivered,
    ReportStatus,
)
from core.domain.situation import SentEffect
from core.house import TEAM, House
from core.jobs import JobState
from core.store import floods, jobs, reports
from core.store.db import Db
from core.store.rows import to_ms

REPORT_RANK = {"": 0, "sent": 1, "failed": 2, "delivered": 3, "read": 4}
"""What arrived did not fail, in whichever order the two are told (T33b)."""


async def effect_of(db: Db, event: DeliveryEvent) -> SentEffect | None:
    """The row an ending is about."""
    reference = event.reference if isinstance(event, DeliveryReported) else ""
    return await jobs.find_effect(db, event.outbox_id, reference)


def is_in_doubt(event: DeliveryEvent) -> bool:
    """Whether it did not arrive, or nobody can tell."""
    if isinstance(event, DeliveryReported):
        return event.status is ReportStatus.FAILED
    return isinstance(event, NotDelivered | DeliveryUnknown)


async def settle(db: Db, event: DeliveryEvent, effect: SentEffect, now: datetime, house: House) -> bool:
    """Write how the row ended. False: it is no news, and nothing follows from it."""
    at, channels = to_ms(now) or 0, house.channels
    match event:
        case Delivered():
            ask = _ask_ms(effect, now, channels)
            sent = await jobs.settle(db, effect.id, JobState.SENT, at, reference=event.reference, ask_ms=ask)
            if sent and effect.kind == "line":
                await floods.stands(db, effect.id, at + int(flooding.GROWS_EVERY_MS * house.pace))
            return sent
        case NotDelivered() if effect.kind == floods.RETELL:
            await floods.tell_anew(db, effect.id, f"{effect.conversation_id}:{TEAM}", at)
            return False
        case NotDelivered():
            error = f"{event.reason} {event.code}".strip()
            state = JobState.CANCELLED if event.held_back else JobState.FAILED
            return await jobs.settle(db, effect.id, state, at, error=error)
        case DeliveryReported():
            return await _report(db, event, effect, at, _ask_ms(effect, now, channels))
        case DeliveryWaits():
            return effect.state in {JobState.READY, JobState.SENDING}
        case _:
            # From here on it waits for a human, who is told in this very transaction: once.
            return await jobs.ask_at(db, effect.id, jobs.NEVER)


def _ask_ms(effect: SentEffect, now: datetime, channels: Mapping[str, Capabilities]) -> int | None:
    """When a message's platform is asked how far it got (T33e); None where it never tells."""
    channel = channels.get(effect.destination) if effect.is_for_customer else None
    return to_ms(now + channel.report_within) if channel and channel.report_within else None


async def _report(db: Db, event: DeliveryReported, effect: SentEffect, at: int, ask_ms: int | None) -> bool:
    """Keep the furthest report (T33b). A report also proves that the platform has the message."""
    reference = event.reference or effect.reference
    await jobs.settle(db, effect.id, JobState.SENT, at, reference=reference, ask_ms=ask_ms)
    if REPORT_RANK[event.status] <= REPORT_RANK[effect.reported]:
        return False
    await reports.report(db, effect.id, event.status, f"{event.reason} {event.code}".strip())
    return True
