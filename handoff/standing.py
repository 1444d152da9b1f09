"""Whether a post stands in Slack: its id is in its metadata, or in a block where Slack refused that."""

from collections.abc import Mapping
from typing import Any, Final

from core.jobs import CallEnding, Look
from handoff.api import SlackApi, SlackSaysNo

NOT_THERE: Final = "thread_not_found"
"""Slack's word of a thread whose root is gone, and that holds nothing else."""
CLOCKS_DIFFER_MS: Final = 60_000
PAGE: Final = 200
PAGES: Final = 20


async def find(
    api: SlackApi,
    method: str,
    where: Mapping[str, Any],
    outbox_id: str,
    since_ms: int,
    *,
    was_left: bool = False,
) -> str | Look:
    """The `ts` of the post, looked for from a moment on; else what Slack can tell.

    `was_left`: the thread is old, so that not to be there means to be gone.
    """
    since = since_ms - CLOCKS_DIFFER_MS
    asked = {**where, "oldest": f"{since / 1000:.6f}", "include_all_metadata": True, "limit": PAGE}
    cursor = ""
    for _ in range(PAGES):
        try:
            answer = await api.call(method, asked | ({"cursor": cursor} if cursor else {}))
        except CallEnding as ending:
            is_nowhere = isinstance(ending, SlackSaysNo) and ending.error == NOT_THERE and was_left
            return Look.ABSENT if is_nowhere else Look.CANNOT_TELL
        if found := _posted(answer, outbox_id):
            return found
        cursor = str((answer.get("response_metadata") or {}).get("next_cursor") or "")
        if not cursor:
            return Look.ABSENT
    return Look.CANNOT_TELL


def _posted(answer: Mapping[str, Any], outbox_id: str) -> str:
    """The `ts` of the message that carries the outbox id, of those on the page."""
    for message in answer.get("messages", ()):
        payload = (message.get("metadata") or {}).get("event_payload") or {}
        blocks = message.get("blocks") or [{}]
        if outbox_id in {payload.get("outbox_id"), blocks[0].get("block_id")}:
            return str(message["ts"])
    return ""
