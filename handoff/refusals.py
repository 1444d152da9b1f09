"""What Slack's refusals of a post or an update mean, and whose matter each is (facts §6.13).

Rates, tokens, scopes and channels are the same for every method: `handoff.api` knows them, and they are tried
again. What is left says no: the card is gone; the layout, the length or the metadata is wrong; or a word that
nobody foresaw. No word of Slack's makes us give up what a customer said: it waits, and an operator is told.
"""

from typing import Final

from core.jobs import CallEnding, Job, Retry, ThreadGone
from handoff.api import OPERATOR_PAUSE, SlackSaysNo

LAYOUT: Final = frozenset(
    {"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "block_mismatch"}
)
"""The blocks alone are refused: the words can go without them."""
LENGTH: Final = frozenset({"msg_too_long", "no_text"})
"""The words themselves are refused."""
PASSES: Final = frozenset({"external_channel_migrating"})
"""Over in a while, by itself."""
LINES: Final = frozenset({"mark", "retell"})
"""Changes of lines: what becomes of one is no reason for a new card."""
CHANGES: Final = frozenset({"update_card", *LINES})
_METADATA: Final = ("metadata_", "invalid_metadata")
_CARD_GONE: Final = frozenset({"message_not_found", "cant_update_message", "edit_window_closed"})
_THREAD_GONE: Final = frozenset(
    {
        *("thread_not_found", "message_not_found", "cannot_reply_to_message"),
        "restricted_action_thread_locked",
    }
)
EDITABLE_MS: Final = 10 * 60_000
"""Where edits are closed sooner than this, a new card each time would be a flood: the card stays as it is."""


def is_about_metadata(error: str) -> bool:
    """Whether the message may go without what it carries for us alone."""
    return error.startswith(_METADATA)


def is_over(job: Job, error: str) -> bool:
    """Whether its card or its thread takes no more."""
    return error in (_CARD_GONE if job.kind in CHANGES else _THREAD_GONE) and job.kind != "open_thread"


def ending_of(job: Job, refusal: SlackSaysNo) -> CallEnding:
    """How a call ended that Slack refused, by what it was for. A line is never worth a new card."""
    if refusal.error in PASSES:
        return Retry(refusal.error)
    if is_over(job, refusal.error):
        stays = refusal.error == "edit_window_closed" and _age_ms(job) < EDITABLE_MS
        return refusal if stays or job.kind in LINES else ThreadGone(refusal.error)
    # A card that cannot be shown anew must not hold back the lines behind it; a line is never given up (S27).
    return refusal if job.kind in CHANGES else Retry(refusal.error, after=OPERATOR_PAUSE)


def _age_ms(job: Job) -> float:
    """How long the card has stood: its reference begins with the second in which it was posted."""
    seconds = job.thread_reference.partition(".")[0]
    return (job.attempted_at or job.created_at) - 1000 * float(seconds if seconds.isdigit() else 0)
