"""What Slack's refusals of a post or an update mean, and whose matter each is (facts §6.13).

Rates, tokens, scopes and channels are the same for every method: `handoff.api` knows them, and they are tried
again. What is left says no, and will again: the card is gone; the layout or the length is wrong; or the
message is simply refused.
"""

from typing import Final

from core.jobs import CallEnding, Job, Refused, ThreadGone
from handoff.api import SlackSaysNo

LAYOUT: Final = frozenset(
    {"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "block_mismatch"}
)
"""The blocks alone are refused: the words can go without them."""
LENGTH: Final = frozenset({"msg_too_long", "no_text"})
"""The words themselves are refused."""
_CARD_GONE: Final = frozenset({"message_not_found", "cant_update_message", "edit_window_closed"})
_THREAD_GONE: Final = frozenset(
    {
        *("thread_not_found", "message_not_found", "cannot_reply_to_message"),
        "restricted_action_thread_locked",
    }
)
EDITABLE_MS: Final = 10 * 60_000
"""Where edits are closed sooner than this, a new card each time would be a flood: the card stays as it is."""


def ending_of(job: Job, refusal: SlackSaysNo) -> CallEnding:
    """How a call ended that Slack refused, by what it was for. A mark is never worth a new card."""
    gone = _CARD_GONE if job.kind == "update_card" else _THREAD_GONE
    if job.kind in {"open_thread", "mark"} or refusal.error not in gone:
        return refusal
    if refusal.error == "edit_window_closed" and _age_ms(job) < EDITABLE_MS:
        return Refused("refused.other", refusal.error)
    return ThreadGone(refusal.error)


def _age_ms(job: Job) -> float:
    """How long the card has stood: its reference begins with the second in which it was posted."""
    seconds = job.thread_reference.partition(".")[0]
    return (job.attempted_at or job.created_at) - 1000 * float(seconds if seconds.isdigit() else 0)
