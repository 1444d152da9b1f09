"""A stand-in for Twilio's Messages and Content API on WhatsApp: strict, over real HTTP, and the judge.

Its calls are recorded in `wire` as "messages.create", "messages.list", "messages.fetch", "media.list",
"media.fetch", "content.create", "content.list", "content.fetch", "senders.list", "senders.fetch",
"services.list", "services.senders" and "typing".
"""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence

import httpx

from sandbox.twilio_api import TwilioApi, refusal
from sandbox.twilio_console import Console
from sandbox.twilio_content import Contents
from sandbox.twilio_forms import KINDS, inbound, pressed, remember, status_report
from sandbox.twilio_memory import (
    API_VERSION,
    Content,
    Media,
    Memory,
    MessageRecord,
    Person,
)
from sandbox.twilio_messages import Messages
from sandbox.twilio_webhooks import FORM, Webhooks
from sandbox.wire import Attempt, Delivery, Errands, Wire

__all__ = ["Content", "Delivery", "MessageRecord", "Person", "TwilioStandIn", "refusal"]


def _unchanged(url: str) -> str:
    return url


class TwilioStandIn:
    """One account with one WhatsApp sender, and the persons who write to it.

    `resolve` maps a public address (without fragment) to where the service listens. A webhook is sent again
    only as its URL's fragment asks, `retry_delay` seconds later. `media_base` is the address written into
    media links; set it to where `app` is served if the service must fetch them.
    """

    def __init__(
        self,
        *,
        account_sid: str,
        auth_token: str,
        api_key_sid: str | None = None,
        api_key_secret: str | None = None,
        sender: str,
        clock: Callable[[], float] = time.time,
        http: httpx.AsyncClient,
        resolve: Callable[[str], str] = _unchanged,
        retry_delay: float = 0.02,
    ) -> None:
        self.wire = Wire(clock=clock, platform="twilio")
        self.memory = Memory(account_sid, sender, clock)
        self.message_url: str | None = None
        self.auto_report = True
        self.report_delay = 0.02
        self.media_base = "https://api.twilio.com"
        self._webhooks = Webhooks(
            auth_token=auth_token,
            clock=clock,
            http=http,
            resolve=resolve,
            retry_delay=retry_delay,
            changed=self.wire.changed,
        )
        self._errands = Errands()
        self._messages = Messages(self.memory)
        self.console = Console(self.memory, lambda: self.message_url)
        credentials = {account_sid: auth_token}
        if api_key_sid and api_key_secret:
            credentials[api_key_sid] = api_key_secret
        self.app = TwilioApi(
            wire=self.wire,
            memory=self.memory,
            messages=self._messages,
            contents=Contents(self.memory),
            console=self.console,
            credentials=credentials,
            created=self._created,
        ).app

    @property
    def messages(self) -> dict[str, MessageRecord]:
        """All messages by SID, oldest first."""
        return self.memory.messages

    @property
    def contents(self) -> dict[str, Content]:
        return self.memory.contents

    @property
    def persons(self) -> list[Person]:
        return self.memory.persons

    @property
    def deliveries(self) -> list[Attempt]:
        """Every request sent to a webhook, in order."""
        return self._webhooks.deliveries

    def conversation(self, person: Person) -> list[MessageRecord]:
        """The messages from and to one person, oldest first."""
        theirs = {person.address, person.external_id}
        return [one for one in self.messages.values() if one.from_ in theirs or one.to in theirs]

    async def person(
        self, phone: str | None = "", profile_name: str = "Marie Dupont", user_id: str | None = None
    ) -> Person:
        """A WhatsApp user: with a made-up phone by default, with none (only an opaque id) when it is None."""
        if phone == "":
            phone = f"+336{len(self.persons) + 12_345_678:08d}"
        person = Person(user_id or self.memory.opaque_id(), profile_name, phone)
        self.persons.append(person)
        self.wire.changed()
        return person

    async def write(self, person: Person, text: str, **extra_form: str) -> Delivery:
        """The person types a message; `extra_form` adds to the form or replaces parts of it."""
        form = inbound(self.memory, person, self.memory.sid("SM"), text, "text")
        return await self.deliver(form | extra_form)

    async def press(self, person: Person, message_sid: str, button_id: str) -> Delivery:
        """The person presses a button, or a row of a list, of a message they got."""
        form = inbound(self.memory, person, self.memory.sid("SM"), "", "interactive")
        return await self.deliver(form | pressed(self.memory, self.messages[message_sid], button_id))

    async def send_media(
        self,
        person: Person,
        kind: str,
        caption: str = "",
        content_type: str | None = None,
        *,
        content: bytes = b"content of a file",
        file_name: str = "document.pdf",
    ) -> Delivery:
        """Send an image, audio, video, document, sticker, contacts (a vCard) or location.

        A document without caption carries its file name as text (T7).
        """
        if kind == "location":
            form = inbound(self.memory, person, self.memory.sid("SM"), "", kind)
            return await self.deliver(form | {"Latitude": "48.8566", "Longitude": "2.3522"})
        sid, media_sid = self.memory.sid("MM"), self.memory.sid("ME")
        media_type = content_type or KINDS[kind]
        self.memory.media[media_sid] = Media(media_sid, sid, media_type, content)
        words = caption or (file_name if kind == "document" else "")
        path = f"/{API_VERSION}/Accounts/{self.memory.account_sid}/Messages/{sid}/Media/{media_sid}"
        form = inbound(self.memory, person, sid, words, kind)
        media = {"NumMedia": "1", "MediaContentType0": media_type, "MediaUrl0": self.media_base + path}
        return await self.deliver(form | media)

    async def deliver(
        self, form: Mapping[str, str] | Sequence[tuple[str, str]], url: str | None = None
    ) -> Delivery:
        """Post any form, signed, to `url` (default: where messages go). An inbound message is remembered."""
        fields = list(form.items()) if isinstance(form, Mapping) else list(form)
        remember(self.memory, dict(fields))
        self.wire.changed()
        target = url or self.message_url
        return await self._webhooks.post(target, fields) if target else Delivery(None, 0)

    async def report(self, sid: str, status: str, error_code: int | None = None) -> Delivery:
        """Give a message a status, and tell its StatusCallback if it has one."""
        record = self.messages[sid]
        record.step(status, error_code, self.memory.clock())
        self.wire.changed()
        if record.status_callback is None:
            return Delivery(None, 0)
        person = self.memory.find_person(record.to)
        form = status_report(self.memory, record, status, error_code, person)
        return await self._webhooks.post(record.status_callback, list(form.items()), f"{FORM}; charset=utf-8")

    def _created(self, record: MessageRecord) -> None:
        if self.auto_report:
            self._errands.start(self._report_all(record))

    async def _report_all(self, record: MessageRecord) -> None:
        error_code = self._messages.verdict(record)
        await asyncio.sleep(self.report_delay)
        if error_code is not None:
            await self.report(record.sid, "failed", error_code)
            return
        person = self.memory.find_person(record.to)
        for status in ("sent", "delivered", *(["read"] if person and person.reads else [])):
            await self.report(record.sid, status)

    async def settle(self) -> None:
        """Wait until every status has been reported."""
        await self._errands.settle()

    async def close(self) -> None:
        """Stop what still waits to be reported."""
        await self._errands.close()
