"""The Web API over HTTP: who calls, which method, with which arguments, and Slack's way of refusing."""

import json
from collections.abc import Callable
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send

from sandbox import slack_chat, slack_files, slack_reading, slack_views
from sandbox.slack_arguments import SIGNATURES, read_arguments
from sandbox.slack_limits import RateLimits
from sandbox.slack_memory import Document, Memory
from sandbox.slack_turn import SlackError, Turn
from sandbox.wire import Wire

METHODS: dict[str, Callable[[Turn], Document]] = {
    "auth.test": slack_reading.auth_test,
    "chat.postMessage": slack_chat.post_message,
    "chat.postEphemeral": slack_chat.post_ephemeral,
    "chat.update": slack_chat.update,
    "chat.delete": slack_chat.delete,
    "chat.getPermalink": slack_chat.get_permalink,
    "conversations.info": slack_reading.channel_info,
    "conversations.members": slack_reading.members,
    "conversations.history": slack_reading.history,
    "conversations.replies": slack_reading.replies,
    "users.info": slack_reading.user_info,
    "users.list": slack_reading.user_list,
    "usergroups.users.list": slack_reading.usergroup_users,
    "views.open": slack_views.open_view,
    "views.push": slack_views.push_view,
    "views.update": slack_views.update_view,
    "views.publish": slack_views.publish_view,
    "reactions.add": slack_chat.add_reaction,
    "reactions.remove": slack_chat.remove_reaction,
    "files.getUploadURLExternal": slack_files.upload_url,
    "files.completeUploadExternal": slack_files.complete,
    "files.info": slack_files.file_info,
}
SCOPES = (
    "commands,chat:write,chat:write.customize,groups:history,groups:read,channels:history,channels:read,"
    "users:read,files:read,files:write,usergroups:read,reactions:write"
)


def refusal(code: str, complaints: list[str] | None = None) -> JSONResponse:
    """The answer of a refused call: status 200 and `ok: false`. Tests plan it as a fault."""
    more = {"response_metadata": {"messages": complaints}} if complaints else {}
    return JSONResponse({"ok": False, "error": code, **more})


def rate_limited(seconds: int) -> JSONResponse:
    """The answer to a call that came too early."""
    document = {"ok": False, "error": "ratelimited"}
    return JSONResponse(document, status_code=429, headers={"Retry-After": str(seconds)})


def refuses(response: Response) -> bool:
    """Whether an answer of Slack's refuses the call: by its status or by `ok: false`."""
    if response.status_code >= 400:
        return True
    if not isinstance(response, JSONResponse):
        return False
    document = json.loads(bytes(response.body))
    return isinstance(document, dict) and document.get("ok") is False


def is_authorised(request: Request, bot_token: str) -> bool:
    """Whether a request carries the bot's token, in the header: the only place we accept."""
    return request.headers.get("authorization") == f"Bearer {bot_token}"


@dataclass
class WebApi:
    """The ASGI application behind /api/<method>. `echo` pushes the event a call left behind."""

    memory: Memory
    wire: Wire
    bot_token: str
    limits: RateLimits
    echo: Callable[[Document], None]
    new_link: Callable[[str], str | None] = lambda _: None
    """Where an app with that authorization may open a socket."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one call; what it left behind is pushed when the answer has left, cut short or not."""
        request = Request(scope, receive)
        method = request.path_params["method"]
        turn = Turn(self.memory, await read_arguments(request, method))
        try:

            async def act() -> Response:
                return self._answer(request, method, turn)

            response = await self.wire.answer(request, method, turn.arguments, act)
            await response(scope, receive, send)
        finally:
            self._leave_behind(turn)

    def _answer(self, request: Request, method: str, turn: Turn) -> Response:
        if "authorization" not in request.headers:
            return refusal("not_authed")
        if method == "apps.connections.open":
            return self._link(request)
        if not is_authorised(request, self.bot_token):
            return refusal("invalid_auth")
        if method not in METHODS:
            return refusal("unknown_method")
        if complaints := SIGNATURES[method].complaints(turn.arguments):
            return refusal("invalid_arguments", complaints)
        if seconds := self.limits.wait(method, turn.text("channel")):
            return rate_limited(seconds)
        try:
            document = METHODS[method](turn)
        except SlackError as error:
            return refusal(error.code, error.complaints)
        return JSONResponse({"ok": True, **document}, headers={"x-oauth-scopes": SCOPES})

    def _link(self, request: Request) -> Response:
        """The one method of the app's own token; the bot's is of the wrong kind."""
        if is_authorised(request, self.bot_token):
            return refusal("not_allowed_token_type")
        link = self.new_link(request.headers["authorization"])
        return refusal("invalid_auth") if link is None else JSONResponse({"ok": True, "url": link})

    def _leave_behind(self, turn: Turn) -> None:
        for act in turn.afterwards:
            event = act()
            if event is not None:
                self.echo(event)
        if turn.afterwards:
            self.wire.changed()
