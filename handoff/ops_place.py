"""The channel where operators read: one line a post, found again by its metadata."""

from core.jobs import Look
from handoff.api import SlackApi
from handoff.carry import EVENT_TYPE
from handoff.sharing import Sharing
from handoff.standing import find


class OpsChannel:
    """Posts there, unless people of another company read it."""

    def __init__(self, *, api: SlackApi, sharing: Sharing, channel: str) -> None:
        self._api = api
        self._sharing = sharing
        self._channel = channel

    async def post(self, alert_id: str, text: str) -> str:
        """Post once and return the message's `ts`. The words are our own: Slack's marks in them are meant.

        Raises:
            CallEnding: any other ending.
        """
        await self._sharing.pass_through(self._channel)
        metadata = {"event_type": EVENT_TYPE, "event_payload": {"outbox_id": alert_id}}
        quiet = {"unfurl_links": False, "unfurl_media": False, "metadata": metadata}
        said = {"channel": self._channel, "text": text} | quiet
        return str((await self._api.call("chat.postMessage", said))["ts"])

    async def find(self, alert_id: str, since_ms: int) -> str | Look:
        """The `ts` of the post, if it stands in the channel."""
        where = {"channel": self._channel}
        return await find(self._api, "conversations.history", where, alert_id, since_ms)
