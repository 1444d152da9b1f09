"""How far an agent's reply got, shown on its line in the thread."""

from collections.abc import Sequence

from core.domain.effects import Delivery, MarkLine
from core.domain.events import ReportStatus
from core.domain.lines import Line, line
from core.domain.situation import SentEffect

_SLOWEST_FIRST = (Delivery.UNKNOWN, Delivery.SENT, Delivery.DELIVERED, Delivery.READ)


def mark_of(parts: Sequence[SentEffect]) -> MarkLine | None:
    """The mark of a reply that left in several messages: that of the slowest, a failure before all else.

    None while one of them has not left yet: nothing is known of the whole.
    """
    failed = next((part for part in parts if _delivery(part) is Delivery.FAILED), None)
    if failed is not None:
        return MarkLine(failed.about, Delivery.FAILED, _why(failed.error))
    reached = [delivery for delivery in map(_delivery, parts) if delivery is not None]
    if not parts or len(reached) < len(parts):
        return None
    return MarkLine(parts[0].about, min(reached, key=_SLOWEST_FIRST.index))


def _why(error: str) -> Line:
    reason, _, code = error.partition(" ")
    return line(reason, code=code) if reason.startswith("refused.") else line("refused.other", code=error)


def _delivery(part: SentEffect) -> Delivery | None:
    """How far one message got; None while it waits. What an agent left alone stays in doubt."""
    match part.state:
        case "failed":
            return Delivery.FAILED
        case "cancelled":
            return Delivery.FAILED if part.error.startswith("refused.") else Delivery.UNKNOWN
        case "unknown":
            return Delivery.UNKNOWN
        case "sent":
            is_lost = part.reported == ReportStatus.FAILED
            return Delivery.FAILED if is_lost else Delivery(part.reported or ReportStatus.SENT)
        case _:
            return None
