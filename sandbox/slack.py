"""The stand-in for Slack: its Web API over HTTP, what it pushes, and the acts of the people in it.

Strict where Slack is: unknown arguments, limits of blocks, membership, triggers and response addresses
are refused with Slack's own words. People can only press what they are shown.
"""

import time
from collections.abc import Callable, Iterable

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox import slack_acts as acts
from sandbox import slack_answers as answers
from sandbox import slack_files as files
from sandbox.slack_acts import buttons
from sandbox.slack_answers import Answer
from sandbox.slack_blocks import Button
from sandbox.slack_documents import file as file_document
from sandbox.slack_hands import Hands
from sandbox.slack_limits import RateLimits
from sandbox.slack_memory import Channel, Document, Ephemeral, Memory, Message, User
from sandbox.slack_push import Delivery, Pusher
from sandbox.slack_socket import SocketServer
from sandbox.slack_web import WebApi, is_authorised, rate_limited, refusal, refuses
from sandbox.wire import Wire

__all__ = [
    "Answer",
    "Button",
    "Channel",
    "Delivery",
    "Ephemeral",
    "Message",
    "SlackStandIn",
    "User",
    "buttons",
    "rate_limited",
    "refusal",
]


def as_given(url: str) -> str:
    """The address itself: no public name to map."""
    return url


class SlackStandIn:
    """One workspace with our app installed. Serve `app`, then set `base_url` and `request_url`.

    `resolve` maps the public address of the app to the one to knock at.
    """

    def __init__(
        self,
        *,
        bot_token: str,
        signing_secret: str,
        clock: Callable[[], float] = time.time,
        http: httpx.AsyncClient,
        team_id: str = "T0RELAIS01",
        resolve: Callable[[str], str] = as_given,
    ) -> None:
        self.bot_token = bot_token
        self.app_token = ""
        self.echo_events = True
        self.memory = Memory(clock=clock, team_id=team_id)
        self.wire = Wire(clock=clock, refused=refuses, platform="slack")
        self.limits = RateLimits(clock)
        self.push = Pusher(self.memory, http, signing_secret, resolve, self.wire.changed)
        self.app = Starlette(routes=self._routes())
        self.hands = Hands(self.memory, self.push, self.wire.changed)
        self.channels = self.memory.channels
        self.users = self.memory.users
        self.ephemerals = self.memory.ephemerals
        self.deliveries = self.push.deliveries
        self.bot_user_id = self.memory.bot_user_id
        self.bot_id = self.memory.bot_id
        self.app_id = self.memory.app_id

    def _routes(self) -> list[Route]:
        api = WebApi(self.memory, self.wire, self.bot_token, self.limits, self._echo, self._new_link)
        return [
            Route("/api/{method}", api, methods=["GET", "POST"]),
            Route("/response/{token}", self._respond, methods=["POST"]),
            Route("/upload/{file_id}", self._upload, methods=["POST"]),
            Route("/files/{file_id}/{name}", self._download, methods=["GET"]),
        ]

    @property
    def base_url(self) -> str:
        """Where this stand-in is served, without a slash at the end."""
        return self.memory.base_url

    @base_url.setter
    def base_url(self, url: str) -> None:
        self.memory.base_url = url.rstrip("/")

    @property
    def request_url(self) -> str | None:
        """The public address of the app; None pushes nothing."""
        return self.push.request_url

    @request_url.setter
    def request_url(self, url: str | None) -> None:
        self.push.request_url = url

    @property
    def retry_delays(self) -> tuple[float, ...]:
        """Seconds before each retry of an event."""
        return self.push.retry_delays

    @retry_delays.setter
    def retry_delays(self, seconds: tuple[float, ...]) -> None:
        self.push.retry_delays = seconds

    @property
    def time_limit(self) -> float:
        """Seconds an app has to answer: 3."""
        return self.push.time_limit

    @time_limit.setter
    def time_limit(self, seconds: float) -> None:
        self.push.time_limit = seconds

    @property
    def rate_limits(self) -> bool:
        """Whether Slack's rates of posting and updating are enforced."""
        return self.limits.on

    @rate_limits.setter
    def rate_limits(self, on: bool) -> None:
        self.limits.on = on

    def add_channel(
        self,
        id: str,  # noqa: A002 - Slack's own word
        name: str,
        private: bool = True,
        members: Iterable[str] = (),
    ) -> Channel:
        """A new channel; the bot is a member when it is listed."""
        self.channels[id] = Channel(id, name, private, set(members))
        return self.channels[id]

    def add_user(
        self,
        id: str,  # noqa: A002 - Slack's own word
        name: str,
        real_name: str | None = None,
        *,
        guest: bool = False,
        ultra: bool = False,
        bot: bool = False,
        deleted: bool = False,
        team_id: str | None = None,
        locale: str = "fr-FR",
    ) -> User:
        """A new person; one of another workspace when `team_id` says so."""
        team = team_id or self.memory.team_id
        self.users[id] = User(id, name, real_name or name, team, guest, ultra, bot, deleted, locale)
        return self.users[id]

    def add_file(self, user_id: str, name: str, content: bytes) -> Document:
        """A file of a person's, as it stands in `files` of what they `say`; its address gives the bytes."""
        stored = files.new_file(self.memory, user_id, name, len(content))
        stored.content, stored.completed = content, True
        return file_document(self.memory, stored)

    async def command(
        self,
        user_id: str,
        command: str,
        text: str = "",
        channel_id: str | None = None,
        *,
        thread_ts: str | None = None,
    ) -> Answer:
        """Type a slash command; the client itself refuses it in a thread (ValueError)."""
        if thread_ts is not None:
            raise ValueError(f"{command} is not supported in threads. Sorry!")
        line = f"{command} {text}" if text else command
        answer = await acts.type_command(self.memory, self.push, user_id, line, channel_id)
        self.wire.changed()
        return answer

    async def press(
        self,
        user_id: str,
        *,
        channel_id: str,
        message_ts: str | None = None,
        action_id: str,
        value: str | None,
        ephemeral_answer: Ephemeral | Answer | None = None,
    ) -> Answer:
        """Press a button that is shown: on the message, else on the ephemeral given or last shown."""
        if message_ts is not None:
            shown: Message | Ephemeral = acts.message_at(self.memory, channel_id, message_ts)
        else:
            wanted = (action_id, value)
            shown = acts.ephemeral_for(self.memory, user_id, channel_id, ephemeral_answer, wanted)
        answer = await acts.press(
            self.memory, self.push, user=user_id, shown=shown, action_id=action_id, value=value
        )
        self.wire.changed()
        return answer

    async def say(
        self,
        user_id: str,
        channel_id: str,
        text: str | None,
        thread_ts: str | None = None,
        **event_fields: object,
    ) -> Message:
        """Write a line as a person; returns when its event was delivered or given up."""
        message, event = acts.write(
            self.memory,
            user=user_id,
            channel=channel_id,
            text=text,
            thread_ts=thread_ts,
            fields=event_fields,
        )
        self.wire.changed()
        if event is not None and self.push.has_app:
            await self.push.deliver(event)
        return message

    async def push_event(self, event: Document, *, event_id: str | None = None) -> Delivery:
        """Push any event; the same `event_id` again is Slack delivering twice."""
        return await self.push.deliver(event, event_id)

    def thread(self, channel_id: str, root_ts: str) -> list[Message]:
        """The root and its replies as a person reads them, without what was deleted."""
        channel = self.channels[channel_id]
        root = channel.find(root_ts)
        return ([] if root is None else [root]) + channel.replies(root_ts)

    def _echo(self, event: Document) -> None:
        if self.echo_events and self.push.has_app:
            _ = self.push.tasks.start(self.push.deliver(event))

    async def _respond(self, request: Request) -> Response:
        body = await request.body()

        async def act() -> Response:
            return answers.post(self.memory, request, body)

        arguments = answers.read_document(body) or {}
        return await self.wire.answer(request, "response_url", arguments, act)

    async def _upload(self, request: Request) -> Response:
        async def act() -> Response:
            return await files.receive(self.memory, request)

        arguments = {"file_id": request.path_params["file_id"]}
        await request.body()
        return await self.wire.answer(request, "upload", arguments, act)

    async def _download(self, request: Request) -> Response:
        async def act() -> Response:
            authorised = is_authorised(request, self.bot_token)
            return files.download(self.memory, request, authorised=authorised)

        return await self.wire.answer(request, "download", dict(request.path_params), act)

    async def open_socket(self, app_token: str) -> SocketServer:
        """From now on the app is reached by sockets, which it opens with this token."""
        self.push.socket = SocketServer(self.app_id, on_change=self.wire.changed)
        await self.push.socket.start()
        self.app_token = app_token
        return self.push.socket

    def _new_link(self, authorization: str) -> str | None:
        """Where the app may open a socket; None for whoever may not."""
        allowed = self.push.socket is not None and authorization == f"Bearer {self.app_token}"
        return self.push.socket.new_link() if allowed and self.push.socket is not None else None

    async def settle(self) -> None:
        """Wait until every push has ended."""
        await self.push.tasks.settle()

    async def close(self) -> None:
        """Stop every push under way."""
        await self.push.tasks.close()
        if self.push.socket is not None:
            await self.push.socket.close()
