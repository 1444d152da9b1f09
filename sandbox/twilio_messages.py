"""The Message resource: creating with all the refusals that come at once, listing, fetching."""

import ipaddress
import json
import re
from datetime import UTC, datetime
from urllib.parse import urlencode, urlsplit

from sandbox.twilio_content import render, shown_kind
from sandbox.twilio_memory import (
    API_VERSION,
    Json,
    Memory,
    MessageRecord,
    RefusedError,
    is_address,
    not_found,
    strict,
)

LONGEST_BODY = LONGEST_VARIABLE = 1600
LONGEST_URL = 4000
CREATE_FIELDS = {
    "To",
    "From",
    "MessagingServiceSid",
    "Body",
    "MediaUrl",
    "ContentSid",
    "ContentVariables",
    "StatusCallback",
    "ValidityPeriod",
    "PersistentAction",
    "ProvideFeedback",
    "Attempt",
    "SmartEncoded",
    "ShortenUrls",
    "RiskCheck",
    "MessageIntent",
}
LIST_FIELDS = {"To", "From", "DateSent", "DateSent<", "DateSent>", "PageSize", "Page", "PageToken"}
_SINGLE_LABEL = re.compile(r"[a-z0-9-]+", re.IGNORECASE)


def is_public_https(url: str) -> bool:
    """An address the platform could call back: https, a public host name without underscore (T27)."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    if parts.scheme != "https" or len(url) > LONGEST_URL or "_" in host or host.endswith(".local"):
        return False
    try:
        return ipaddress.ip_address(host).is_global
    except ValueError:
        return not _SINGLE_LABEL.fullmatch(host) and host != ""


class Messages:
    """Create, list and fetch the messages of one account."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory

    def create(self, fields: list[tuple[str, str]]) -> MessageRecord:
        """Check a creation and keep the message; what WhatsApp itself refuses comes later (`verdict`)."""
        form = _single(fields)
        self._check_addresses(form)
        body, buttons, variables = self._content(form)
        _check_callback(form.get("StatusCallback"))
        _check_validity(form.get("ValidityPeriod"))
        media = [form["MediaUrl"]] if form.get("MediaUrl") else []
        if media and not is_public_https(media[0]):
            raise RefusedError(400, 21620, "Invalid media URL(s)")
        service = form.get("MessagingServiceSid")
        record = MessageRecord(
            sid=self._memory.sid("MM" if media or "ContentSid" in form else "SM"),
            direction="outbound-api",
            from_=form.get("From") or self._memory.sender,
            to=form["To"],
            body=body,
            date_created=self._memory.clock(),
            status="accepted" if service else "queued",
            status_callback=form.get("StatusCallback"),
            messaging_service_sid=service,
            media_urls=media,
            content_sid=form.get("ContentSid"),
            content_variables=variables,
            buttons=buttons,
            form=dict(form),
        )
        record.step(record.status, None, record.date_created)
        self._memory.messages[record.sid] = record
        return record

    def verdict(self, record: MessageRecord) -> int | None:
        """The error with which WhatsApp refuses a message after its creation; None when it delivers."""
        person = self._memory.find_person(record.to)
        if person is not None and person.blocked:
            return 63014
        if person is not None and record.buttons and not person.shows_menus:
            return 63013
        content = self._memory.contents.get(record.content_sid or "")
        approved = content is not None and content.approved and shown_kind(content) != "twilio/list-picker"
        if not approved and not self._memory.window_open(record.to):
            return 63016
        # More than three buttons need an approval (T31); which code tells so is not documented.
        too_many = sum(button["kind"] == "button" for button in record.buttons) > 3
        return 63013 if too_many and not approved else None

    def fetch(self, sid: str) -> MessageRecord:
        record = self._memory.messages.get(sid)
        if record is None:
            raise not_found(f"/{API_VERSION}/Accounts/{self._memory.account_sid}/Messages/{sid}.json")
        return record

    def listing(self, query: list[tuple[str, str]]) -> Json:
        """One page, newest first; `next_page_uri` leads on and is not moved by later messages."""
        asked = _single(query, LIST_FIELDS)
        size = page_size(asked.get("PageSize", "50"))
        found = [one for one in reversed(self._memory.messages.values()) if _matches(one, asked)]
        after = asked.get("PageToken", "").removeprefix("PA")
        if after:
            start = next((i + 1 for i, one in enumerate(found) if one.sid == after), None)
            if start is None:
                raise RefusedError(400, 20006, "Page token is invalid")
            found = found[start:]
        page = int(asked.get("Page", "0"))
        shown = found[:size]
        return self._page(asked, page, size, shown, more=len(found) > size)

    def _page(
        self, asked: dict[str, str], page: int, size: int, shown: list[MessageRecord], *, more: bool
    ) -> Json:
        path = f"/{API_VERSION}/Accounts/{self._memory.account_sid}/Messages.json"
        filters = {k: v for k, v in asked.items() if k not in {"Page", "PageToken", "PageSize"}}
        first = filters | {"PageSize": str(size), "Page": "0"}
        following = first | {"Page": str(page + 1), "PageToken": f"PA{shown[-1].sid}"} if more else {}
        return {
            "messages": [one.document(self._memory.account_sid) for one in shown],
            "page": page,
            "page_size": size,
            "start": page * size,
            "end": page * size + max(len(shown) - 1, 0),
            "uri": f"{path}?{urlencode(asked)}",
            "first_page_uri": f"{path}?{urlencode(first)}",
            "next_page_uri": f"{path}?{urlencode(following)}" if following else None,
            "previous_page_uri": None,
        }

    def _check_addresses(self, form: dict[str, str]) -> None:
        if not form.get("To"):
            raise RefusedError(400, 21604, "A 'To' phone number is required.")
        service = form.get("MessagingServiceSid", "")
        if service and not re.fullmatch(r"MG[0-9a-f]{32}", service):
            raise RefusedError(400, 21701, f"The Messaging Service {service} does not exist.")
        if not form.get("From") and not service:
            raise RefusedError(400, 21603, "A 'From' phone number is required.")
        if not is_address(form["To"]):
            raise RefusedError(400, 21211, f"Invalid 'To' Phone Number: {form['To']}")
        if form.get("From", self._memory.sender) != self._memory.sender:
            raise RefusedError(400, 63007, "Twilio could not find a Channel with the specified From address")

    def _content(self, form: dict[str, str]) -> tuple[str, list[Json], dict[str, str]]:
        if "ContentSid" in form:
            return self._rendered(form)
        if "ContentVariables" in form:
            raise strict("ContentVariables without ContentSid")
        body = form.get("Body", "")
        if not body.strip() and not form.get("MediaUrl"):
            raise RefusedError(400, 21619, "A text message body or media urls must be specified.")
        if len(body) > LONGEST_BODY:
            raise RefusedError(400, 21617, "The concatenated message body exceeds the 1600 character limit")
        return body, [], {}

    def _rendered(self, form: dict[str, str]) -> tuple[str, list[Json], dict[str, str]]:
        if "Body" in form or "MediaUrl" in form:
            raise strict("ContentSid excludes Body and MediaUrl")
        content = self._memory.contents.get(form["ContentSid"])
        if content is None:
            raise RefusedError(400, 21655, "The ContentSid is Invalid")
        variables = _read_variables(form.get("ContentVariables", "{}"))
        body, buttons = render(content, variables)
        return body, buttons, variables


def _single(fields: list[tuple[str, str]], known: set[str] | None = None) -> dict[str, str]:
    allowed = CREATE_FIELDS if known is None else known
    form: dict[str, str] = {}
    for name, value in fields:
        if name not in allowed:
            raise strict(f"unknown field {name}")
        if name in form:
            raise strict(f"{name} is given twice; WhatsApp carries one media")
        form[name] = value
    return form


def _check_callback(url: str | None) -> None:
    if url is not None and not is_public_https(url):
        raise RefusedError(400, 21609, f"The 'StatusCallback' URL {url} is not a valid URL.")


def _check_validity(seconds: str | None) -> None:
    if seconds is not None and not (seconds.isdigit() and 1 <= int(seconds) <= 36_000):
        raise strict("ValidityPeriod is 1 to 36000 seconds")


def _read_variables(text: str) -> dict[str, str]:
    invalid = RefusedError(400, 21656, "The Content Variables parameter is invalid.")
    try:
        variables = json.loads(text)
    except ValueError:
        raise invalid from None
    if not isinstance(variables, dict):
        raise invalid
    for value in variables.values():
        if not isinstance(value, str) or not value or re.search(r"[\n\r\t]| {5}", value):
            raise invalid
        if len(value) > LONGEST_VARIABLE:
            raise RefusedError(400, 21658, "A content variable exceeds the maximum length")
    return variables


def page_size(text: str) -> int:
    """The size of a page, 1 to 1000."""
    if not text.isdigit() or not 1 <= int(text) <= 1000:
        raise strict("PageSize is 1 to 1000")
    return int(text)


def _matches(record: MessageRecord, asked: dict[str, str]) -> bool:
    if asked.get("To", record.to) != record.to or asked.get("From", record.from_) != record.from_:
        return False
    # A message that has not left has no such date and no filter finds it (T53).
    return all(
        record.date_sent is not None and within(record.date_sent, name, asked[name])
        for name in ("DateSent", "DateSent<", "DateSent>")
        if name in asked
    )


def within(at: float, name: str, day: str) -> bool:
    """Whether a moment lies on (`DateSent`), until (`<`) or from (`>`) a day or a moment in UTC."""
    limit = _moment(day)
    if name.endswith("<"):
        return at <= limit + (86_399 if len(day) == 10 else 0)
    return at >= limit and (name.endswith(">") or at < limit + 86_400)


def _moment(text: str) -> float:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise strict(f"{text} is not a date") from None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
