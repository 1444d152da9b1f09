"""The calls made to Twilio: messages, menus, the typing sign; and how each of them ends."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx
import structlog

from bots.authorities import authorities
from bots.twilio_codes import FLOODED, reason_for
from core.jobs import CallEnding, Refused, Retry, Unknown

log = structlog.get_logger("whatsapp")

TIMEOUT = httpx.Timeout(connect=3, read=10, write=10, pool=5)
IMPATIENT = httpx.Timeout(4)
"""For what a customer must not be kept waiting for: a menu can be said in words, a sign can be left out."""
NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)
"""The request never left: it surely did not take effect."""
LOCKED_OUT_PAUSE = 60.0
"""Seconds between two tries while the operator mends the credentials. Nothing is lost meanwhile."""
LONGEST_PAUSE = 3600.0
PAGE = "200"

Json = dict[str, Any]


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
        self._budget = budget
        self._is_lent = transport is not None
        self._messages = f"{hosts.api}/2010-04-01/Accounts/{account_sid}/Messages.json"
        self._contents = f"{hosts.content}/v1/Content"
        self._typing = f"{hosts.messaging}/v3/Indicators/Typing.json"
        self._http = httpx.AsyncClient(
            auth=credentials, timeout=TIMEOUT, transport=transport, verify=authorities()
        )

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

    async def listed(self, *, to: str, sender: str) -> list[Json]:
        """The latest messages between two addresses; empty when Twilio cannot be asked.

        Not filtered by date: a queued message has no `date_sent` and a date would hide it (T53).
        """
        query = {"To": to, "From": sender, "PageSize": PAGE}
        try:
            answer = await self._http.get(self._messages, params=query)
        except httpx.HTTPError as error:
            log.warning("look_up_failed", error=type(error).__name__)
            return []
        messages = _document(answer).get("messages") if answer.is_success else None
        return [one for one in messages if isinstance(one, dict)] if isinstance(messages, list) else []

    async def close(self) -> None:
        """Close the connections; a transport that was handed in is its owner's to close."""
        if not self._is_lent:
            await self._http.aclose()

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
            return sid
        raise self._ending(answer, document)

    def _ending(self, answer: httpx.Response, document: Json) -> CallEnding:
        status = answer.status_code
        code = str(document.get("code") or status)
        if status == 429 or code in FLOODED:
            return Retry("too many requests", after=_pause(answer), blocks=self._budget)
        if status in {401, 403}:
            log.error("credentials_refused", status=status, code=code)
            return Retry("credentials refused", after=LOCKED_OUT_PAUSE)
        if 400 <= status < 500:
            return Refused(reason_for(code), code)
        return Unknown(f"answered {status}")


def _document(answer: httpx.Response) -> Json:
    """The JSON object of an answer; empty when it holds none."""
    try:
        document = answer.json()
    except ValueError:
        return {}
    return document if isinstance(document, dict) else {}


def _pause(answer: httpx.Response) -> float:
    """Seconds that the answer asks us to wait; one when it does not say."""
    asked = answer.headers.get("Retry-After", "")
    return min(float(asked), LONGEST_PAUSE) if re.fullmatch(r"\d{1,9}", asked, re.ASCII) else 1.0
