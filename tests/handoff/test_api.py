"""Slack's Web API over real HTTP: how arguments travel, and what each ending of a call means."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from structlog.testing import capture_logs

from core.clock import HandClock
from core.jobs import Refused, Retry, Unknown
from handoff.api import RateLimited, SlackApi, SlackSaysNo
from sandbox.slack import rate_limited, refusal
from sandbox.wire import Fault

if TYPE_CHECKING:
    from tests.handoff.slack_room import Room
    from tests.serving import Serve

pytest_plugins = ("tests.handoff.slack_room",)

INBOX = "C0SAVINBOX"
LEA = "U0AGENTLEA"
TOKEN = "xoxb-1"
POST = {"channel": INBOX, "text": "Bonjour"}


class Recorder:
    """A server that keeps each request as it came, and answers what it was told to."""

    def __init__(self) -> None:
        self.got: list[tuple[str, str, dict[str, str], bytes]] = []
        self.answer: Response = JSONResponse({"ok": True})
        self.app = Starlette(routes=[Route("/{path:path}", self.take, methods=["GET", "POST"])])

    async def take(self, request: Request) -> Response:
        """Keep the request."""
        path = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        self.got.append((request.method, path, dict(request.headers), await request.body()))
        return self.answer


class Broken(httpx.AsyncBaseTransport):
    """A network that fails in one given way."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Fail."""
        raise self.error


def client(
    url: str, *, transport: httpx.AsyncBaseTransport | None = None, clock: HandClock | None = None
) -> SlackApi:
    clock = clock or HandClock(datetime(2026, 9, 21, tzinfo=UTC))
    return SlackApi(token=TOKEN, api_url=url, transport=transport, clock=clock)


@pytest.fixture
async def recorder(serve: Serve) -> AsyncIterator[tuple[Recorder, SlackApi]]:
    """A recording server and a client of it."""
    recorder = Recorder()
    # Without a slash at the end: operators forget it.
    api = client(f"{await serve(recorder.app)}/api")
    yield recorder, api
    await api.close()


async def test_messages_travel_as_json_and_questions_in_the_query(
    recorder: tuple[Recorder, SlackApi],
) -> None:
    server, api = recorder
    await api.call("chat.postMessage", {"channel": INBOX, "text": "été", "unfurl_links": False})
    await api.call("conversations.replies", {"channel": INBOX, "limit": 5, "include_all_metadata": True})
    await api.call("auth.test", {})
    posted, asked, tested = server.got
    assert posted[:2] == ("POST", "/api/chat.postMessage")
    assert posted[2]["content-type"] == "application/json; charset=utf-8"
    assert posted[3].decode() == '{"channel":"C0SAVINBOX","text":"été","unfurl_links":false}'
    query = "channel=C0SAVINBOX&limit=5&include_all_metadata=true"
    assert asked[:2] == ("GET", f"/api/conversations.replies?{query}")
    assert tested[:2] == ("POST", "/api/auth.test")


async def test_the_token_is_in_the_header_and_nowhere_else(recorder: tuple[Recorder, SlackApi]) -> None:
    server, api = recorder
    await api.call("chat.postMessage", POST)
    await api.call("users.info", {"user": LEA})
    for _, path, headers, body in server.got:
        assert headers["authorization"] == f"Bearer {TOKEN}"
        assert TOKEN not in path + body.decode()
    assert TOKEN not in repr(api) + repr(vars(api)["_http"])


async def test_a_post_to_a_response_url_never_carries_the_token(recorder: tuple[Recorder, SlackApi]) -> None:
    server, api = recorder
    url = vars(api)["_api_url"].replace("/api/", "/response/abc")
    assert await api.respond(url, {"text": "Fait."})
    (method, path, headers, body) = server.got[0]
    assert (method, path, body) == ("POST", "/response/abc", b'{"text":"Fait."}')
    assert "authorization" not in headers


async def test_what_slack_answers_is_given_back_and_counts_as_contact(room: Room) -> None:
    assert room.api.last_contact is None
    answer = await room.api.call("chat.postMessage", POST)
    assert answer["ts"] == room.slack.channels[INBOX].messages[0].ts
    assert room.api.last_contact == room.clock.now()


async def test_every_reading_method_is_understood_as_it_travels(room: Room) -> None:
    ts = (await room.api.call("chat.postMessage", POST))["ts"]
    questions: list[tuple[str, dict[str, object]]] = [
        ("auth.test", {}),
        ("users.info", {"user": LEA}),
        ("conversations.info", {"channel": INBOX}),
        ("conversations.members", {"channel": INBOX, "limit": 10}),
        ("conversations.history", {"channel": INBOX, "include_all_metadata": True}),
        ("conversations.replies", {"channel": INBOX, "ts": ts, "limit": 10}),
        ("chat.getPermalink", {"channel": INBOX, "message_ts": ts}),
    ]
    for method, arguments in questions:
        assert (await room.api.call(method, arguments))["ok"] is True


@pytest.mark.parametrize(
    ("answer", "after"),
    [
        (rate_limited(7), 7.0),
        (refusal("ratelimited"), 30.0),
        (refusal("rate_limited"), 30.0),
        (Response(status_code=429, headers={"Retry-After": "soon"}), 30.0),
        (Response(status_code=429, headers={"Retry-After": "0"}), 1.0),
        (Response(status_code=429, headers={"Retry-After": "9" * 400}), 3600.0),
    ],
)
async def test_a_closed_rate_is_retried_after_what_slack_says(
    room: Room, answer: Response, after: float
) -> None:
    room.slack.wire.plan("chat.postMessage", Fault(answer=answer))
    with pytest.raises(RateLimited) as ending:
        await room.api.call("chat.postMessage", POST)
    assert ending.value.after == after
    assert room.slack.wire.count("chat.postMessage") == 1


@pytest.mark.parametrize(
    "fault",
    [
        Fault(cut="before"),
        Fault(cut="after"),
        Fault(answer=Response(status_code=503)),
        Fault(answer=JSONResponse({"ok": True, "ts": "1.1"}, status_code=500)),
        Fault(answer=PlainTextResponse("<html>Sign in</html>")),
        Fault(answer=JSONResponse(["ok"])),
        Fault(answer=JSONResponse({"fine": True})),
        Fault(answer=refusal("internal_error")),
        Fault(answer=refusal("fatal_error")),
        Fault(answer=refusal("service_unavailable")),
        Fault(answer=refusal("request_timeout")),
    ],
    ids=lambda fault: str(fault.cut or fault.answer.body),
)
async def test_what_may_have_happened_is_unknown_and_never_sent_twice(room: Room, fault: Fault) -> None:
    room.slack.wire.plan("chat.postMessage", fault)
    with pytest.raises(Unknown):
        await room.api.call("chat.postMessage", POST)
    assert room.slack.wire.count("chat.postMessage") == 1


@pytest.mark.parametrize("error", [httpx.ReadTimeout, httpx.WriteTimeout, httpx.RemoteProtocolError])
async def test_a_connection_that_fails_after_sending_is_unknown(error: type[httpx.TransportError]) -> None:
    api = client("https://slack.com/api/", transport=Broken(error("")))
    with pytest.raises(Unknown, match=error.__name__):
        await api.call("chat.postMessage", POST)
    assert api.last_contact is None


@pytest.mark.parametrize("error", [httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout])
async def test_a_request_that_never_left_is_retried(error: type[httpx.TransportError]) -> None:
    api = client("https://slack.com/api/", transport=Broken(error("")))
    with pytest.raises(Retry) as ending:
        await api.call("chat.postMessage", POST)
    assert ending.value.after is None


async def test_a_closed_port_is_a_request_that_never_left(room: Room) -> None:
    api = client("http://127.0.0.1:9/api/")
    with pytest.raises(Retry):
        await api.call("chat.postMessage", POST)
    assert await api.respond("http://127.0.0.1:9/response/1", {"text": "Fait."}) is False
    await api.close()


@pytest.mark.parametrize("error", ["msg_too_long", "thread_not_found", "invalid_blocks", ""])
async def test_any_other_refusal_is_for_good_and_keeps_slacks_word(room: Room, error: str) -> None:
    room.slack.wire.plan("chat.postMessage", Fault(answer=refusal(error)))
    with pytest.raises(SlackSaysNo) as ending:
        await room.api.call("chat.postMessage", POST)
    assert isinstance(ending.value, Refused)
    assert (ending.value.reason, ending.value.code, ending.value.error) == ("refused.other", error, error)
    assert room.api.trouble == ""


@pytest.mark.parametrize(
    "error",
    [
        *("invalid_auth", "not_authed", "token_revoked", "token_expired", "account_inactive"),
        *("missing_scope", "not_in_channel", "channel_not_found", "is_archived", "restricted_action"),
        *("team_access_not_granted", "no_permission", "ekm_access_denied"),
    ],
)
async def test_what_an_operator_mends_is_retried_and_told_once(room: Room, error: str) -> None:
    room.slack.wire.plan("chat.postMessage", *[Fault(answer=refusal(error))] * 2)
    with capture_logs() as logs:
        for _ in range(2):
            with pytest.raises(Retry) as ending:
                await room.api.call("chat.postMessage", POST)
            assert ending.value.after == 60
            assert error in room.api.trouble
        assert [(each["event"], each["error"]) for each in logs] == [("slack_needs_operator", error)]
        await room.api.call("chat.postMessage", POST)
    assert room.api.trouble == ""


async def test_a_trouble_of_one_channel_outlives_the_success_of_another(room: Room) -> None:
    room.slack.add_channel("C0AUTRE", "autre", private=False)
    with pytest.raises(Retry):
        await room.api.call("chat.postMessage", {"channel": "C0AUTRE", "text": "Bonjour"})
    await room.api.call("chat.postMessage", POST)
    assert room.api.trouble == "not_in_channel chat.postMessage C0AUTRE"
    room.clock.move(timedelta(minutes=6))
    assert room.api.trouble == ""


@pytest.mark.parametrize(
    "url",
    [
        "http://hooks.slack.com/commands/1",
        "https://hooks.slack.com.exemple.fr/commands/1",
        "https://hooks.slack.com@exemple.fr/1",
        "https://hooks.slack.com\\@exemple.fr/1",
        "https://hooks.slack.com:8443/1",
        "https://exemple.fr/?https://hooks.slack.com/",
        "//hooks.slack.com/1",
        "https://[::1",
        "file:///etc/hostname",
        "",
    ],
)
async def test_a_response_url_of_anybody_else_is_not_posted_to(url: str) -> None:
    api = client("https://slack.com/api/", transport=Broken(AssertionError("posted")))
    assert await api.respond(url, {"text": "Fait."}) is False


async def test_slacks_own_response_url_is_posted_to() -> None:
    class Answering(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            return httpx.Response(200, text=str(request.url))

    api = client("https://slack.com/api/", transport=Answering())
    assert await api.respond("https://hooks.slack.com/commands/T1/2/3", {"text": "Fait."}) is True


async def test_a_spent_response_url_is_told_and_not_raised(room: Room) -> None:
    hook = room.slack.memory.new_hook(LEA, INBOX)
    url = room.slack.memory.hook_url(hook)
    document = {"text": "Fait.", "response_type": "ephemeral"}
    assert [await room.api.respond(url, document) for _ in range(6)] == [*[True] * 5, False]
    assert len(room.slack.ephemerals) == 5
    # Nothing that could be encoded at all: still no exception.
    assert await room.api.respond(url, {"text": "\ud800"}) is False
