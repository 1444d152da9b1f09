"""Slack's Web API: one way to call it, and what each ending means for whoever called.

Nothing is tried twice here: a second `chat.postMessage` after a dropped connection is a second message.
"""

import ipaddress
import ssl
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Final
from urllib.parse import urlsplit

import httpx
import structlog

from core.calls import Client
from core.clock import Clock
from core.jobs import CallEnding, Refused, Retry, Unknown

log = structlog.get_logger("slack")

API_URL: Final = "https://slack.com/api/"
HOOKS_HOST: Final = "hooks.slack.com"
TIMEOUT: Final = httpx.Timeout(10.0, connect=3.0, pool=3.0)
RESPOND_TIMEOUT: Final = httpx.Timeout(5.0, connect=3.0)
OPERATOR_PAUSE: Final = 60.0
TROUBLE_LASTS: Final = timedelta(minutes=5)
"""A trouble nobody met again for this long is over: a channel that was asked about once, say."""
DEFAULT_PAUSE: Final = 30.0
LONGEST_PAUSE: Final = 3600.0

# These read no JSON body at all: their arguments travel in the query.
_QUERY: Final = ("conversations.", "users.", "usergroups.", "chat.getPermalink", "files.info")
_JSON: Final = ("chat.", "views.", "reactions.")
_JSON_TYPE: Final = {"Content-Type": "application/json; charset=utf-8"}

_TOO_FAST: Final = frozenset({"ratelimited", "rate_limited"})
_MAYBE_DONE: Final = frozenset({"internal_error", "fatal_error", "service_unavailable", "request_timeout"})
# What the whole token meets, wherever it is used; any success of the token ends it.
_TOKEN_TROUBLES: Final = frozenset(
    {
        *("invalid_auth", "not_authed", "token_revoked", "token_expired", "account_inactive"),
        *("team_access_not_granted", "ekm_access_denied", "accesslimited", "org_login_required"),
        *("access_denied", "not_allowed_token_type", "two_factor_setup_required", "team_added_to_org"),
    }
)
_TROUBLES: Final = _TOKEN_TROUBLES | {
    *("missing_scope", "no_permission", "not_in_channel", "channel_not_found", "is_archived"),
    *("restricted_action", "restricted_action_read_only_channel", "restricted_action_thread_only_channel"),
    *("restricted_action_non_threadable_channel", "is_inactive", "message_limit_exceeded"),
}
# The request surely never reached Slack.
_NOT_SENT: Final = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)


class RateLimited(Retry):
    """Slack closed a rate; whoever knows the budget that stands for it passes its name on."""


class SlackSaysNo(Refused):
    """`ok: false` for a reason that will be the same next time. `error` is Slack's own word."""

    def __init__(self, error: str) -> None:
        super().__init__("refused.other", error)
        self.error = error


class SlackApi:
    """The one HTTP client towards Slack. The token travels in the header, on calls of the API only.

    `transport` is for whoever composes (tests, simulations); it is closed with the client.
    """

    def __init__(
        self,
        *,
        token: str,
        clock: Clock,
        api_url: str = API_URL,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._api_url = api_url.rstrip("/") + "/"
        self._authorization = {"Authorization": f"Bearer {token}"}
        self._clock = clock
        # A proxy of the machine has no way to a stand-in on this very machine.
        trust = not self.is_local
        self._http = Client(transport=transport, timeout=TIMEOUT, trust_env=trust, verify=_authorities(trust))
        self._troubles: dict[str, tuple[str, datetime]] = {}
        self.last_contact: datetime | None = None
        """When Slack last answered anything that made sense."""

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    @property
    def is_local(self) -> bool:
        """Whether what answers is a stand-in on this very machine."""
        return _is_loopback(self._api_url)

    @property
    def trouble(self) -> str:
        """What an operator must mend now, in Slack's words; empty when nothing is known."""
        since = self._clock.now() - TROUBLE_LASTS
        lasting = [f"{code} {where}".strip() for where, (code, at) in self._troubles.items() if at > since]
        return ", ".join(sorted(lasting))

    async def call(self, method: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """Call once; the whole answer of a call that Slack says went well.

        Raises:
            Retry: it surely did not take effect (no connection, a closed rate, something an operator mends).
            SlackSaysNo: Slack refuses, and will again.
            Unknown: it may have happened.
        """
        response = await self._sent(method, arguments)
        if response.status_code == httpx.codes.TOO_MANY_REQUESTS:
            self.last_contact = self._clock.now()
            raise _rate_limited(method, response)
        answer = _read(method, response)
        self.last_contact = self._clock.now()
        where = f"{method} {arguments.get('channel', '')}".strip()
        if answer["ok"] is True:
            self._mended(where)
            return answer
        raise self._ending(method, where, str(answer.get("error", "")), response)

    def needs_operator(self, error: str, method: str, place: str) -> None:
        """A refusal that nobody foresaw, and that whoever called could not get round."""
        self._met(error, f"{method} {place}".strip())

    async def respond(self, response_url: str, document: Mapping[str, Any]) -> bool:
        """Post to a response_url, a courtesy: False when it did not arrive, for whatever reason.

        The address came with a verified request; it is still held to Slack's host or to the API's own.
        """
        if not self._is_ours(response_url):
            log.warning("slack_respond_refused")
            return False
        try:
            response = await self._http.post(response_url, json=dict(document), timeout=RESPOND_TIMEOUT)
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
            log.warning("slack_respond_failed", error=type(error).__name__)
            return False
        if not response.is_success:
            log.warning("slack_respond_failed", status=response.status_code)
        return response.is_success

    async def _sent(self, method: str, arguments: Mapping[str, Any]) -> httpx.Response:
        url, headers, given = self._api_url + method, self._authorization, dict(arguments)
        try:
            if method.startswith(_QUERY):
                return await self._http.get(url, params=given, headers=headers)
            if method.startswith(_JSON):
                return await self._http.post(url, json=given, headers=headers | _JSON_TYPE)
            return await self._http.post(url, data=given, headers=headers)
        except _NOT_SENT as error:
            raise Retry(f"{method}: {type(error).__name__}") from error
        except httpx.HTTPError as error:
            raise Unknown(f"{method}: {type(error).__name__}") from error

    def _ending(self, method: str, where: str, error: str, response: httpx.Response) -> CallEnding:
        if error in _TOO_FAST:
            return _rate_limited(method, response)
        if error in _MAYBE_DONE:
            return Unknown(f"{method}: {error}")
        if error in _TROUBLES:
            self._met(error, "" if error in _TOKEN_TROUBLES else where)
            return Retry(f"{method}: {error}", after=OPERATOR_PAUSE)
        return SlackSaysNo(error)

    def _met(self, error: str, where: str) -> None:
        now = self._clock.now()
        code, at = self._troubles.get(where, ("", now))
        if code != error or now - at > TROUBLE_LASTS:
            log.error("slack_needs_operator", error=error, where=where)
        self._troubles[where] = (error, now)

    def _mended(self, where: str) -> None:
        for mended in ("", where):
            if self._troubles.pop(mended, None):
                log.info("slack_mended", where=mended)

    def _is_ours(self, url: str) -> bool:
        try:
            asked = urlsplit(url)
        except ValueError:
            return False
        api = urlsplit(self._api_url)
        return (asked.scheme, asked.netloc) in {("https", HOOKS_HOST), (api.scheme, api.netloc)}


def _read(method: str, response: httpx.Response) -> dict[str, Any]:
    """The answer as a document; whatever is none may stand for a call that went through."""
    if response.is_server_error:
        raise Unknown(f"{method}: status {response.status_code}")
    try:
        answer = response.json()
    except ValueError:
        answer = None
    if not isinstance(answer, dict) or not isinstance(answer.get("ok"), bool):
        raise Unknown(f"{method}: unreadable answer, status {response.status_code}")
    return answer


def _rate_limited(method: str, response: httpx.Response) -> RateLimited:
    said = response.headers.get("Retry-After", "")
    wait = float(said) if said.isascii() and said.isdigit() else DEFAULT_PAUSE
    return RateLimited(f"{method}: rate limited", after=min(max(wait, 1.0), LONGEST_PAUSE))


@cache
def _authorities(trust_env: bool) -> ssl.SSLContext:
    """Whom we believe; read once a process, for each reading costs tens of milliseconds."""
    return httpx.create_ssl_context(trust_env=trust_env)


def _is_loopback(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
