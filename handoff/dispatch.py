"""What Slack sends, however it came: checked for its shape, heard once, answered after it is on disk.

Webhooks and sockets bring the same documents here. Bolt receives a dictionary, in the mode it has for
sockets, and finds the listener; it answers after the listener has ended (`../docs/decisions/0004`).
"""

import logging
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any

import structlog
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.async_app import AsyncAck
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from core.clock import Clock
from core.desk import Desk
from core.domain.events import Delivered
from core.logs import quiet_libraries
from core.store.errors import StoreError
from handoff import shapes
from handoff.notices import KINDS, Notices
from handoff.roster import Roster
from handoff.team_door import TeamDoor
from handoff.thread import NotYet
from handoff.typed import is_removal

log = structlog.get_logger("handoff")

_ANYTHING = re.compile(".*")
_REPEATED = "x-slack-retry-num"
_ODD = (KeyError, TypeError, AttributeError, ValueError, RecursionError)
"""What a shape that nobody foresaw comes to."""
_UNREADABLE = 422
"""The answer of a listener that could not read it; Slack never sees it."""
_MEMBERS = {"member_joined_channel", "member_left_channel", "user_change"}


class Dispatch:
    """Brings each document to its handler."""

    def __init__(
        self,
        *,
        bot_token: str,
        desk: Desk,
        door: TeamDoor,
        roster: Roster,
        notices: Notices,
        clock: Clock,
    ) -> None:
        self._desk = desk
        self._door = door
        self._roster = roster
        self._notices = notices
        self._bot_token = bot_token
        self._clock = clock
        self.last_event: datetime | None = None
        """When Slack last told of something that happened: a command is no event, and may come without."""
        self._app = self._bolt()

    @property
    def trouble(self) -> str:
        """What Slack says an operator must mend."""
        return self._notices.trouble

    def _bolt(self) -> AsyncApp:
        async def authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:  # noqa: ARG001
            return self._authorized()  # Bolt reads the names of the parameters: they must be its own

        quiet_libraries()
        app = AsyncApp(
            # Its own would take the root's level, and warn of what it leaves alone with what was typed in it.
            logger=logging.getLogger("slack_bolt"),
            name="relais",  # else it reads the whole call stack to find one
            authorize=authorize,
            process_before_response=True,
            request_verification_enabled=False,
            ssl_check_enabled=False,
            url_verification_enabled=False,
            # Bolt would drop the deletion of our own card, too; what is ours is known by `_is_own_post`.
            ignoring_self_events_enabled=False,
            raise_error_for_unhandled_request=False,
        )
        app.command(_ANYTHING)(self._command)
        app.block_action(_ANYTHING)(self._action)
        app.message_shortcut(_ANYTHING)(self._shortcut)
        app.view_submission(_ANYTHING)(self._sent)
        app.event("message")(self._message)
        app.event(_ANYTHING)(self._other_event)
        app.error(self._failed)
        return app

    async def _failed(self, error: Exception) -> BoltResponse:
        """An event was not handled: Slack comes again, or it is put aside where that would change nothing.

        Bolt's own handler would log what the error says.
        """
        if isinstance(error, _ODD):
            return BoltResponse(status=_UNREADABLE, body=type(error).__name__)
        log.error("slack_event_failed", error=type(error).__name__)
        return BoltResponse(status=503 if isinstance(error, StoreError | NotYet) else 500)

    def _authorized(self) -> AuthorizeResult:
        """A constant: no call to Slack ever stands between a gesture and its answer."""
        known = self._roster.identity
        return AuthorizeResult(
            enterprise_id=None,
            team_id=known.team_id if known else None,
            bot_token=self._bot_token,
            bot_id=known.bot_id if known else None,
            bot_user_id=known.bot_user_id if known else None,
        )

    async def heard(
        self, body: Mapping[str, Any], raw: bytes, headers: Mapping[str, str | Sequence[str]]
    ) -> BoltResponse:
        """The answer to one document. Anything but 200 means: not kept, come again."""
        try:
            shapes.check(body)
        except (ValueError, RecursionError) as error:
            return await self.malformed(raw, type(error).__name__)
        kind = body.get("type")
        if body.get("ssl_check"):
            return BoltResponse(status=200)
        if kind == "app_rate_limited":
            self._notices.heard(body)
            return BoltResponse(status=200)
        if kind == "event_callback":
            self.last_event = self._clock.now()
        try:
            if kind == "event_callback" and await self._is_own_post(body):
                return BoltResponse(status=200)
            answered = await self._with_bolt(dict(body), headers)
        except StoreError:
            log.error("slack_store_down", kind=str(kind))
            return BoltResponse(status=503, headers={"Retry-After": "1"})
        except _ODD as error:  # this is Bolt itself: a listener's faults end in `_failed`
            return await self.malformed(raw, type(error).__name__)
        return await self.malformed(raw, answered.body) if answered.status == _UNREADABLE else answered

    async def malformed(self, raw: bytes, kind: str) -> BoltResponse:
        """Keep what a verified sender sent and nobody can read. `kind`: the error's name."""
        try:
            key = f"slack:{sha256(raw).hexdigest()}"
            await self._desk.quarantine_malformed(source="slack", key=key, body=raw, error=kind)
        except StoreError:
            return BoltResponse(status=503, headers={"Retry-After": "1"})
        return BoltResponse(status=200)

    async def _is_own_post(self, body: Mapping[str, Any]) -> bool:
        """Our own post comes back with our outbox id: it proves that the post exists (ARCHITECTURE §6).

        So does what is told of its end, where that still names it: it stood there, whoever took it away.
        """
        event, known = body.get("event") or {}, self._roster.identity
        if event.get("type") != "message" or known is None:
            return False
        is_end = is_removal(event)
        post = event.get("previous_message") or {} if is_end else event
        if post.get("bot_id") != known.bot_id:
            return False
        payload = (post.get("metadata") or {}).get("event_payload") or {}
        outbox_id, posted = str(payload.get("outbox_id", "")), str(post.get("ts", ""))
        if outbox_id and posted and not post.get("subtype"):
            key = f"slack:own:{outbox_id}"
            await self._desk.handle(Delivered(outbox_id, posted), key=key)
        return not is_end

    async def _with_bolt(
        self, body: dict[str, Any], headers: Mapping[str, str | Sequence[str]]
    ) -> BoltResponse:
        bolt_request = AsyncBoltRequest(body=body, mode="socket_mode", headers=dict(headers))
        answered = await self._app.async_dispatch(bolt_request)
        if answered.status == 404:  # nobody here wants it; Slack must not take that for a failure
            return BoltResponse(status=200)
        return answered

    async def _command(self, body: dict[str, Any], ack: AsyncAck) -> None:
        answer = await self._door.command(body)
        if answer is None:
            await ack()
        else:
            await ack(text=answer["text"], blocks=answer["blocks"], response_type="ephemeral")

    async def _action(self, body: dict[str, Any], ack: AsyncAck) -> None:
        await self._door.buttons.pressed(body)
        await ack()

    async def _shortcut(self, body: dict[str, Any], ack: AsyncAck) -> None:
        await self._door.shortcut(body)
        await ack()

    async def _sent(self, body: dict[str, Any], ack: AsyncAck) -> None:
        await ack(**(await self._door.sent(body) or {}))

    async def _message(
        self, body: dict[str, Any], event: dict[str, Any], request: AsyncBoltRequest, ack: AsyncAck
    ) -> None:
        again = _REPEATED in request.headers
        await self._door.thread.heard(event, str(body.get("team_id", "")), again=again)
        await ack()

    async def _other_event(self, event: dict[str, Any], ack: AsyncAck) -> None:
        if event.get("type") in _MEMBERS:
            self._roster.member_changed()
        if event.get("type") in KINDS:
            self._notices.heard(event)
        await ack()
