"""Webhooks as Twilio sends them: signed, with the retries that the URL's fragment asks for (T18, T24)."""

import asyncio
from collections.abc import Callable, Sequence
from itertools import count
from urllib.parse import parse_qs, urlencode

import httpx

from sandbox.twilio_signature import sign
from sandbox.wire import Attempt, Delivery

TOTAL_LIMIT = 15.0
MOST_RETRIES = 5
FORM = "application/x-www-form-urlencoded"

Fields = Sequence[tuple[str, str]]


def retry_rules(url: str) -> tuple[int, set[str]]:
    """How often, and after what, a request to `url` is repeated: `#rc=3&rp=ct,5xx`; once, after `ct`."""
    overrides = parse_qs(url.partition("#")[2])
    times = min(int(overrides.get("rc", ["1"])[0]), MOST_RETRIES)
    after = set(overrides.get("rp", ["ct"])[0].split(","))
    return times, {"ct", "rt", "4xx", "5xx"} if "all" in after else after


def failure(status: int | None, error: httpx.TransportError | None) -> str | None:
    """The name the retry policy gives to an outcome; None when the webhook was taken."""
    if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout):
        return "ct"
    if error is not None or status is None:
        return "rt"
    # A redirection would lose the form (T27): nothing asks for it to be repeated.
    return f"{status // 100}xx" if status >= 300 else None


class Webhooks:
    """Sends forms to the service and records every request."""

    def __init__(
        self,
        *,
        auth_token: str,
        clock: Callable[[], float],
        http: httpx.AsyncClient,
        resolve: Callable[[str], str],
        retry_delay: float,
        changed: Callable[[], None],
    ) -> None:
        self.deliveries: list[Attempt] = []
        self._auth_token = auth_token
        self._clock = clock
        self._http = http
        self._resolve = resolve
        self._retry_delay = retry_delay
        self._changed = changed
        self._tokens = count(1)

    async def post(self, url: str, fields: Fields, content_type: str = FORM) -> Delivery:
        """Send a form to the public `url`, again as often as the URL's fragment allows."""
        retries, after = retry_rules(url)
        target = url.partition("#")[0]
        headers = {
            "User-Agent": "TwilioProxy/1.1",
            "Content-Type": content_type,
            "X-Twilio-Signature": sign(self._auth_token, target, fields),
            "I-Twilio-Idempotency-Token": f"00000000-0000-4000-8000-{next(self._tokens):012x}",
        }
        attempts = 0
        while True:
            attempts += 1
            attempt, failed = await self._attempt(target, fields, headers)
            if failed not in after or attempts > retries:
                return Delivery(attempt.status, attempts, attempt.body)
            await asyncio.sleep(self._retry_delay)

    async def _attempt(self, url: str, fields: Fields, headers: dict[str, str]) -> tuple[Attempt, str | None]:
        status, body, error = None, b"", None
        try:
            answer = await self._http.post(
                self._resolve(url),
                content=urlencode(fields),
                headers=headers,
                timeout=TOTAL_LIMIT,
                follow_redirects=False,
            )
            status, body = answer.status_code, answer.content
        except httpx.TransportError as caught:
            error = caught
        attempt = Attempt(url, list(fields), headers, self._clock(), status, body)
        self.deliveries.append(attempt)
        self._changed()
        return attempt, failure(status, error)
