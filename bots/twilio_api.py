"""The calls made to Twilio: messages, menus, the typing sign; and how each of them ends."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import httpx
import structlog

from bots.authorities import authorities
from bots.twilio_codes import FLOODED, FLOODED_RECIPIENT, reason_for
from core.calls import Client
from core.jobs import CallEnding, Refused, Retry, Unknown

log = structlog.get_logger("whatsapp")

TIMEOUT = httpx.Timeout(connect=3, read=10, write=10, pool=5)
IMPATIENT = httpx.Timeout(4)
"""For what a customer must not be kept waiting for: a menu can be said in words, a sign can be left out."""
NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)
"""The request never left: it surely did not take effect."""
LOCKED_OUT_PAUSE = 60.0
"""Seconds between two tries while the operator mends the credentials. Nothing is lost meanwhile."""
CREDENTIALS_REFUSED = "Twilio refuses the credentials: what must leave waits for the right ones"
LONGEST_PAUSE = 3600.0
PAGE = 200

Json = dict[str, Any]


class NotRead(Exception):
    """Twilio was asked and did not tell. `status`: what it answered; 0 when there was no answer."""

    def __init__(self, why: str, status: int = 0) -> None:
        super().__init__(why)
        self.status = status

    @property
    def is_for_good(self) -> bool:
        """Asking again would be answered the same: not there, not for us to see, of another shape."""
        return 0 < self.status < 500 and self.status != 429


@dataclass(frozen=True)
class Hosts:
    """What precedes the paths of Twilio's resources: messages, Content, the typing sign."""

    api: str
    content: str
    messaging: str


class TwilioApi:
    """One account's calls. `credentials` are an API key and its secret, or the account and its token.

    `budget` is the name of the budget that Twilio closes when it asks us to wait.
    """

    def __init__(
        self,
        *,
        account_sid: str,
        credentials: tuple[str, str],
        hosts: Hosts,
        budget: str,
        transport: httpx.AsyncBaseTransport | None,
    ) -> None:
        self.trouble = ""
        """What an operator must mend; empty when Twilio last took our credentials."""
        self._budget = budget
        self._is_lent = transport is not None
        self._host = hosts.api
        self._account = f"/2010-04-01/Accounts/{account_sid}"
        self._messages = f"{hosts.api}{self._account}/Messages.json"
        self._messaging = hosts.messaging
        self._contents = f"{hosts.content}/v1/Content"
        self._typing = f"{hosts.messaging}/v3/Indicators/Typing.json"
        self._http = Client(auth=credentials, timeout=TIMEOUT, transport=transport, verify=authorities())

    async def create(self, form: Mapping[str, str]) -> str:
        """Send a message once and return its SID.

        Raises:
            CallEnding: any other ending.
        """
        return await self._made(self._messages, data=form)

    async def make_content(self, document: Json) -> str:
        """Make a menu and return its SID. Sent as JSON: a form would lose its types (T46).

        Raises:
            CallEnding: any other ending.
        """
        return await self._made(self._contents, json=document, timeout=IMPATIENT)

    async def show_typing(self, message_sid: str) -> int:
        """Show the typing sign under a customer's message; returns the status (T42).

        Raises:
            httpx.HTTPError: there was no answer.
        """
        asked = {"channel": "WHATSAPP", "messageId": message_sid}
        answer = await self._http.post(self._typing, json=asked, timeout=IMPATIENT)
        return answer.status_code

    async def listed(self, *, to: str, sender: str) -> list[Json] | None:
        """The latest messages between two addresses, `PAGE` at most; None when Twilio cannot be asked.

        Not filtered by date: a queued message has no `date_sent` and a date would hide it (T53).
        """
        query = {"To": to, "From": sender, "PageSize": str(PAGE)}
        try:
            answer = await self._http.get(self._messages, params=query)
        except httpx.HTTPError as error:
            log.warning("look_up_failed", error=type(error).__name__)
            return None
        messages = _document(answer).get("messages") if answer.is_success else None
        return [one for one in messages if isinstance(one, dict)] if isinstance(messages, list) else None

    async def message(self, sid: str) -> Json:
        """One message, as it stands now (T33e).

        Raises:
            NotRead: Twilio did not tell.
        """
        return await self._read(f"{self._host}{self._account}/Messages/{quote(sid, safe='')}.json")

    async def received(self, to: str, page: str = "") -> tuple[list[Json], str]:
        """One page of what was sent to an address, and where the next one is; empty: there is none (T55).

        Raises:
            NotRead: Twilio did not tell.
        """
        asked = f"{self._host}{page}" if page else self._messages
        answer = await self._read(asked, None if page else {"To": to, "PageSize": str(PAGE)})
        following = answer.get("next_page_uri")
        # The credentials go wherever this leads: nowhere but to more of the same.
        leads_on = isinstance(following, str) and following.startswith(f"{self._account}/Messages.json?")
        return objects(answer, "messages"), str(following) if leads_on else ""

    async def settings(self, path: str, **query: str) -> Json:
        """What is set in the console, under a path of Twilio's messaging (T10).

        Raises:
            NotRead: Twilio did not tell.
        """
        return await self._read(f"{self._messaging}{path}", query or None)

    async def close(self) -> None:
        """Close the connections; a transport that was handed in is its owner's to close."""
        if not self._is_lent:
            await self._http.aclose()

    async def _read(self, url: str, query: Mapping[str, str] | None = None) -> Json:
        try:
            answer = await self._http.get(url, params=query)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise NotRead(type(error).__name__) from error
        if not answer.is_success:
            raise NotRead(f"answered {answer.status_code}", answer.status_code)
        if not (document := _document(answer)):
            raise NotRead("answered with nothing that can be read", answer.status_code)
        return document

    async def _made(self, url: str, **how: Any) -> str:  # noqa: ANN401 - as httpx takes it
        """Make one resource, and return its SID."""
        try:
            answer = await self._http.post(url, **how)
        except NOT_SENT as error:
            raise Retry(type(error).__name__) from error
        except httpx.HTTPError as error:
            raise Unknown(type(error).__name__) from error
        document = _document(answer)
        sid = document.get("sid")
        if answer.is_success and isinstance(sid, str) and sid:
            self.trouble = ""
            return sid
        raise self._ending(answer, document)

    def _ending(self, answer: httpx.Response, document: Json) -> CallEnding:
        status = answer.status_code
        code = str(document.get("code") or status)
        if code == FLOODED_RECIPIENT:
            return Retry("too many messages to one person", after=_pause(answer))
        if status == 429 or code in FLOODED:
            return Retry("too many requests", after=_pause(answer), blocks=self._budget)
        if status in {401, 403}:
            log.error("credentials_refused", status=status, code=code)
            self.trouble = CREDENTIALS_REFUSED
            return Retry("credentials refused", after=LOCKED_OUT_PAUSE, reason="refused.credentials")
        if 400 <= status < 500:
            self.trouble = ""
            return Refused(reason_for(code), code)
        return Unknown(f"answered {status}")


def _document(answer: httpx.Response) -> Json:
    """The JSON object of an answer; empty when it holds none."""
    try:
        document = answer.json()
    except ValueError:
        return {}
    return document if isinstance(document, dict) else {}


def objects(document: Json, name: str) -> list[Json]:
    """A list of objects in a document.

    Raises:
        NotRead: there is none of that name.
    """
    found = document.get(name)
    if not isinstance(found, list):
        raise NotRead(f"answered without {name}", 200)
    return [one for one in found if isinstance(one, dict)]


def _pause(answer: httpx.Response) -> float | None:
    """Seconds that the answer asks us to wait; None when it does not say, and pauses grow."""
    asked = answer.headers.get("Retry-After", "")
    return min(float(asked), LONGEST_PAUSE) if re.fullmatch(r"\d{1,9}", asked, re.ASCII) else None
