"""Sending through Twilio's stand-in over real HTTP, and every way a call can end."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from starlette.responses import JSONResponse, PlainTextResponse, Response

from bots.twilio_api import PAGE, Hosts
from bots.whatsapp import CAPABILITIES, WhatsApp
from core.domain.events import DeliveryReported, ReportStatus
from core.jobs import Budget, Job, Look, Refused, Retry, Unknown
from core.texts import catalogue
from sandbox.twilio import MessageRecord, Person, refusal
from sandbox.wire import Fault

if TYPE_CHECKING:
    from tests.bots.conftest import WhatsAppScene

NewJob = Callable[..., Job]
TO = "+33612345678"
TEXT = "Bonjour, c’est noté."
PAYLOAD = {"to": TO, "text": TEXT}


@pytest.fixture
async def marie(whatsapp: WhatsAppScene) -> Person:
    """Wrote a moment ago, so that the window is open."""
    person = await whatsapp.twilio.person(TO)
    await whatsapp.twilio.write(person, "bonjour")
    whatsapp.desk.heard.clear()
    return person


def sent(scene: WhatsAppScene) -> list[MessageRecord]:
    return [one for one in scene.twilio.messages.values() if one.direction == "outbound-api"]


async def test_a_text_is_sent_and_its_reports_come_back_to_its_row(
    whatsapp: WhatsAppScene, marie: Person, job: NewJob
) -> None:
    marie.reads = True
    reference = await whatsapp.door.carry(job(PAYLOAD))
    await whatsapp.twilio.settle()
    [message] = sent(whatsapp)
    assert (message.sid, message.to, message.body) == (reference, f"whatsapp:{TO}", PAYLOAD["text"])
    assert message.status_callback == "https://relais.test/twilio/status?oid=01JOB#rc=3&rp=ct,rt,5xx"
    told = (ReportStatus.SENT, ReportStatus.DELIVERED, ReportStatus.READ)
    assert whatsapp.desk.events == [DeliveryReported(status, "01JOB", reference) for status in told]
    assert whatsapp.door.last_contact == whatsapp.clock.now()


async def test_a_person_without_a_phone_is_reached_by_the_opaque_id(
    whatsapp: WhatsAppScene, job: NewJob
) -> None:
    await whatsapp.twilio.person(None, user_id="FR.77")
    await whatsapp.door.carry(job({"to": "FR.77", "text": "oui"}))
    assert [one.to for one in sent(whatsapp)] == ["whatsapp:FR.77"]


async def test_a_closed_window_is_reported_in_the_words_of_the_catalogue(
    whatsapp: WhatsAppScene, marie: Person, job: NewJob
) -> None:
    whatsapp.clock.move(timedelta(hours=25))
    reference = await whatsapp.door.carry(job(PAYLOAD))
    await whatsapp.twilio.settle()
    failed = DeliveryReported(ReportStatus.FAILED, "01JOB", reference, "refused.window", "63016")
    assert whatsapp.desk.events == [failed]


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        (19023, "refused.form"),
        (21211, "refused.no_account"),
        (21609, "refused.settings"),
        (21610, "refused.opted_out"),
        (21617, "refused.too_long"),
        (21655, "refused.content"),
        (21656, "refused.content"),
        (21658, "refused.too_long"),
        (63003, "refused.no_account"),
        (63005, "refused.content"),
        (63007, "refused.settings"),
        (63013, "refused.content"),
        (63014, "refused.blocked"),
        (63015, "refused.not_joined"),
        (63016, "refused.window"),
        (63019, "refused.content"),
        (63021, "refused.content"),
        (63024, "refused.no_account"),
        (63032, "refused.other"),
        (63033, "refused.other"),
        (63049, "refused.declined"),
        (99999, "refused.other"),
    ],
)
async def test_a_refusal_says_in_the_catalogues_words_what_the_team_can_do(
    whatsapp: WhatsAppScene, job: NewJob, code: int, reason: str
) -> None:
    whatsapp.twilio.wire.plan("messages.create", Fault(answer=refusal(400, code, "no")))
    with pytest.raises(Refused) as caught:
        await whatsapp.door.carry(job(PAYLOAD))
    assert (caught.value.reason, caught.value.code) == (reason, str(code))
    assert whatsapp.door.last_contact is None


@pytest.mark.parametrize("code", [20429, 63017, 63018])
async def test_a_flood_that_is_reported_later_is_told_to_the_team(whatsapp: WhatsAppScene, code: int) -> None:
    person = await whatsapp.twilio.person(TO)
    await whatsapp.twilio.write(person, "bonjour")
    await whatsapp.door.carry(Job("01JOB", "01C", "whatsapp", "message", "", PAYLOAD, is_for_customer=True))
    [message] = sent(whatsapp)
    await whatsapp.twilio.report(message.sid, "failed", code)
    expected = DeliveryReported(ReportStatus.FAILED, "01JOB", message.sid, "refused.flooded", str(code))
    assert expected in whatsapp.desk.events


async def test_a_refusal_without_a_document_carries_its_status(whatsapp: WhatsAppScene, job: NewJob) -> None:
    whatsapp.twilio.wire.plan("messages.create", Fault(answer=PlainTextResponse("gone", 410)))
    with pytest.raises(Refused) as caught:
        await whatsapp.door.carry(job(PAYLOAD))
    assert (caught.value.reason, caught.value.code) == ("refused.other", "410")


@pytest.mark.parametrize(
    ("answer", "after"),
    [
        (refusal(429, 20429, "Too Many Requests"), None),
        (Response(status_code=429, headers={"Retry-After": "7"}), 7.0),
        (Response(status_code=429, headers={"Retry-After": "soon"}), None),
        (refusal(400, 63017, "Rate limit exceeded"), None),
    ],
)
async def test_too_many_requests_are_sent_later_and_close_the_senders_budget(
    whatsapp: WhatsAppScene, job: NewJob, answer: Response, after: float | None
) -> None:
    whatsapp.twilio.wire.plan("messages.create", Fault(answer=answer))
    with pytest.raises(Retry) as caught:
        await whatsapp.door.carry(job(PAYLOAD))
    assert (caught.value.after, caught.value.blocks) == (after, "whatsapp:sender")
    assert whatsapp.door.budgets(job(PAYLOAD)) == (Budget("whatsapp:sender", 13, 20),)


@pytest.mark.parametrize("status", [400, 429])
async def test_too_many_to_one_person_hold_up_that_person_alone(
    whatsapp: WhatsAppScene, job: NewJob, status: int
) -> None:
    answer = refusal(status, 63018, "Rate limit exceeded")
    whatsapp.twilio.wire.plan("messages.create", Fault(answer=answer))
    with pytest.raises(Retry) as caught:
        await whatsapp.door.carry(job(PAYLOAD))
    assert (caught.value.after, caught.value.blocks) == (None, "")


@pytest.mark.parametrize("status", [401, 403])
async def test_refused_credentials_lose_nothing_while_the_operator_mends_them(
    whatsapp: WhatsAppScene, marie: Person, job: NewJob, status: int
) -> None:
    wire = whatsapp.twilio.wire
    for cured in (None, refusal(400, 21610, "Opted out")):
        wire.plan("messages.create", Fault(answer=refusal(status, 20003, "Authenticate")))
        with pytest.raises(Retry) as caught:
            await whatsapp.door.carry(job(PAYLOAD))
        assert (caught.value.after, caught.value.blocks) == (60.0, "")
        assert catalogue("fr")[caught.value.reason]
        assert whatsapp.door.trouble.startswith("Twilio refuses the credentials")
        if cured:
            wire.plan("messages.create", Fault(answer=cured))
        with contextlib.suppress(Refused):
            await whatsapp.door.carry(job(PAYLOAD))
        assert not whatsapp.door.trouble


@pytest.mark.parametrize(
    "fault",
    [
        Fault(answer=PlainTextResponse("<html>Service Unavailable</html>", 503)),
        Fault(answer=refusal(500, 20500, "Internal Server Error")),
        Fault(answer=PlainTextResponse("fine")),
        Fault(answer=JSONResponse(["sid"], 201)),
        Fault(answer=JSONResponse({"status": "queued"}, 201)),
        Fault(answer=Response(status_code=302, headers={"Location": "/elsewhere"})),
        Fault(cut="before"),
        Fault(cut="after"),
    ],
)
async def test_what_may_have_been_sent_is_unknown_and_not_tried_again(
    whatsapp: WhatsAppScene, marie: Person, job: NewJob, fault: Fault
) -> None:
    whatsapp.twilio.wire.plan("messages.create", fault)
    with pytest.raises(Unknown):
        await whatsapp.door.carry(job(PAYLOAD))
    assert whatsapp.twilio.wire.count("messages.create") == 1


class Failing(httpx.AsyncBaseTransport):
    """A network that fails in one way."""

    def __init__(self, error: type[httpx.TransportError]) -> None:
        self._error = error

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        raise self._error("the network failed", request=request)


def door_on(scene: WhatsAppScene, **more: Any) -> WhatsApp:  # noqa: ANN401 - any setting of the door
    account: dict[str, Any] = {
        "account_sid": "AC00000000000000000000000000000001",
        "auth_token": "test_auth_token_0123456789abcdef",
        "api_key_sid": None,
        "api_key_secret": None,
        "sender": "whatsapp:+14155238886",
        "hosts": Hosts(scene.api_url, scene.api_url, scene.api_url),
        "store": scene.store,
        "public_url": "https://relais.test/",
        "desk": scene.desk.as_desk,
        "clock": scene.clock,
    }
    return WhatsApp(**account | more)


@pytest.mark.parametrize(
    ("error", "ending"),
    [
        (httpx.ConnectError, Retry),
        (httpx.ConnectTimeout, Retry),
        (httpx.PoolTimeout, Retry),
        (httpx.ProxyError, Retry),
        (httpx.ReadTimeout, Unknown),
        (httpx.WriteTimeout, Unknown),
        (httpx.ReadError, Unknown),
        (httpx.WriteError, Unknown),
        (httpx.RemoteProtocolError, Unknown),
    ],
)
async def test_only_what_surely_never_left_is_tried_again(
    whatsapp: WhatsAppScene, job: NewJob, error: type[httpx.TransportError], ending: type[Exception]
) -> None:
    door = door_on(whatsapp, transport=Failing(error))
    with pytest.raises(ending) as caught:
        await door.carry(job(PAYLOAD))
    assert str(caught.value) == error.__name__
    assert await door.look_up(job(PAYLOAD, attempted_at=0)) is Look.CANNOT_TELL


async def test_nobody_listening_is_a_call_that_never_left(whatsapp: WhatsAppScene, job: NewJob) -> None:
    transport = httpx.AsyncHTTPTransport()
    door = door_on(whatsapp, transport=transport, hosts=Hosts(*["http://127.0.0.1:1"] * 3))
    with pytest.raises(Retry):
        await door.carry(job(PAYLOAD))
    await transport.aclose()


async def test_without_an_api_key_the_account_itself_signs_in(
    whatsapp: WhatsAppScene, marie: Person, job: NewJob
) -> None:
    transport = httpx.AsyncHTTPTransport()
    door = door_on(whatsapp, transport=transport)
    await door.carry(job(PAYLOAD))
    await door.close()
    await transport.aclose()
    [message] = sent(whatsapp)
    assert message.status_callback == "https://relais.test/twilio/status?oid=01JOB#rc=3&rp=ct,rt,5xx"


async def test_a_message_of_unknown_outcome_is_found_by_its_words_and_its_time(
    whatsapp: WhatsAppScene, marie: Person, job: NewJob
) -> None:
    at = int(whatsapp.clock.now().timestamp() * 1000) + 700
    whatsapp.twilio.wire.plan("messages.create", Fault(cut="after"))
    with pytest.raises(Unknown):
        await whatsapp.door.carry(job(PAYLOAD))
    [message] = sent(whatsapp)
    asked = job(PAYLOAD, attempted_at=at)
    assert await whatsapp.door.look_up(asked) == message.sid
    other_words = job(PAYLOAD | {"text": "autre"}, attempted_at=at)
    assert await whatsapp.door.look_up(other_words) is Look.CANNOT_TELL


async def test_the_list_is_asked_for_by_both_addresses_and_a_size_and_by_no_date(
    whatsapp: WhatsAppScene, marie: Person, job: NewJob
) -> None:
    """T52: fifty unless asked otherwise, a thousand at most; T53: a date would hide what is queued."""
    await whatsapp.door.carry(job(PAYLOAD))
    at = int(whatsapp.clock.now().timestamp() * 1000)
    assert await whatsapp.door.look_up(job(PAYLOAD, attempted_at=at)) == sent(whatsapp)[0].sid
    [listed] = [call for call in whatsapp.twilio.wire.calls if call.method == "messages.list"]
    assert listed.arguments == {
        "To": f"whatsapp:{TO}",
        "From": whatsapp.twilio.memory.sender,
        "PageSize": "200",
    }


@pytest.mark.parametrize(("seconds", "is_found"), [(-119, True), (4, True), (-125, False), (10, False)])
async def test_only_a_message_created_around_the_attempt_can_be_the_one(
    whatsapp: WhatsAppScene, marie: Person, job: NewJob, seconds: int, is_found: bool
) -> None:
    await whatsapp.door.carry(job(PAYLOAD))
    at = int(whatsapp.clock.now().timestamp() * 1000) + seconds * 1000
    found = await whatsapp.door.look_up(job(PAYLOAD, attempted_at=at))
    assert (found == sent(whatsapp)[0].sid) is is_found


async def test_two_equal_messages_and_what_the_customer_wrote_prove_nothing(
    whatsapp: WhatsAppScene, marie: Person, job: NewJob
) -> None:
    at = int(whatsapp.clock.now().timestamp() * 1000)
    theirs = {"to": TO, "text": "bonjour"}
    assert await whatsapp.door.look_up(job(theirs, attempted_at=at)) is Look.CANNOT_TELL
    for _ in range(2):
        await whatsapp.door.carry(job(PAYLOAD))
    assert await whatsapp.door.look_up(job(PAYLOAD, attempted_at=at)) is Look.CANNOT_TELL
    assert await whatsapp.door.look_up(job(PAYLOAD)) is Look.CANNOT_TELL


async def test_a_minute_after_the_attempt_a_list_without_the_words_proves_that_nothing_left(
    whatsapp: WhatsAppScene, marie: Person, job: NewJob
) -> None:
    """T54: until then a created message may not show in the list."""
    now = int(whatsapp.clock.now().timestamp() * 1000)
    lately, before = job(PAYLOAD, attempted_at=now - 59_000), job(PAYLOAD, attempted_at=now - 61_000)
    assert await whatsapp.door.look_up(lately) is Look.CANNOT_TELL
    assert await whatsapp.door.look_up(before) is Look.ABSENT
    await whatsapp.door.carry(job(PAYLOAD))
    await whatsapp.door.carry(job(PAYLOAD))
    assert await whatsapp.door.look_up(before) is Look.CANNOT_TELL, "either may be the one"
    later = job(PAYLOAD, attempted_at=now - 200_000)
    assert await whatsapp.door.look_up(later) is Look.CANNOT_TELL, "the same words, later than ours may be"


async def test_a_page_that_does_not_reach_back_to_the_attempt_proves_nothing(
    whatsapp: WhatsAppScene, marie: Person, job: NewJob
) -> None:
    for number in range(PAGE):
        await whatsapp.door.carry(job({"to": TO, "text": f"message {number}"}))
    now = int(whatsapp.clock.now().timestamp() * 1000)
    assert await whatsapp.door.look_up(job(PAYLOAD, attempted_at=now - 61_000)) is Look.CANNOT_TELL


@pytest.mark.parametrize(
    "answer",
    [
        refusal(500, 20500, "no"),
        PlainTextResponse("x"),
        JSONResponse({"messages": None}),
        JSONResponse({"messages": ["x", {"direction": "outbound-api", "body": TEXT, "sid": "SM1"}]}),
    ],
)  # fmt: skip
async def test_an_answer_without_messages_tells_nothing(
    whatsapp: WhatsAppScene, job: NewJob, answer: Response
) -> None:
    whatsapp.twilio.wire.plan("messages.list", Fault(answer=answer))
    assert await whatsapp.door.look_up(job(PAYLOAD, attempted_at=0)) is Look.CANNOT_TELL


def test_the_card_of_the_channel() -> None:
    assert (CAPABILITIES.suffix, CAPABILITIES.text_limit, CAPABILITIES.reply_window) == (
        "wa",
        1500,
        timedelta(hours=24),
    )
    assert WhatsApp.has_look_up is CAPABILITIES.has_look_up is True
