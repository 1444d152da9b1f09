"""Messages whose webhook was lost: found in Twilio's list, heard once, in order, and marked as found."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from starlette.responses import JSONResponse

from bots.twilio_found import MOST_PAGES
from core.domain.channel import Media
from core.domain.events import CustomerWrote
from sandbox.twilio import Person, refusal
from sandbox.wire import Fault
from tests.bots.conftest import ACCOUNT

if TYPE_CHECKING:
    from tests.bots.conftest import CheckedTransport, WhatsAppScene

TO = "+33612345678"
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
NEWEST = {"sid": "SM1", "date_created": "Thu, 01 Jan 2099 00:00:00 +0000"}
"""Whatever follows it may be new as well."""


@pytest.fixture
async def marie(whatsapp: WhatsAppScene) -> Person:
    """What she writes does not reach us: only Twilio's list has it. The service has run for a day."""
    await whatsapp.door.stop_listening()  # the test itself says when
    whatsapp.twilio.message_url = None
    await whatsapp.door.sweeps.run()
    for _ in range(24):
        whatsapp.clock.move(HOUR)
        await whatsapp.door.sweeps.run()
    return await whatsapp.twilio.person(TO)


def heard(scene: WhatsAppScene) -> list[CustomerWrote]:
    return [event for event in scene.desk.events if isinstance(event, CustomerWrote)]


async def sweep(scene: WhatsAppScene, after: timedelta = 10 * MINUTE) -> list[str]:
    """Time passes; what has been heard by then."""
    scene.clock.move(after)
    await scene.door.sweeps.run()
    return [event.text for event in heard(scene)]


async def test_a_lost_message_is_heard_under_the_key_its_webhook_would_have_used(
    whatsapp: WhatsAppScene, marie: Person
) -> None:
    await whatsapp.twilio.write(marie, "Où est mon colis ?")
    written = whatsapp.clock.now().replace(microsecond=0)
    (sid,) = whatsapp.twilio.messages
    assert await sweep(whatsapp) == ["Où est mon colis ?"]
    [(event, key, source)] = whatsapp.desk.heard
    assert key == f"twilio:{ACCOUNT}:whatsapp:{TO}:{sid}"
    assert isinstance(event, CustomerWrote)
    assert (event.late, event.reference, event.phone, event.media) == (written, sid, TO, ())
    whatsapp.desk.heard.clear()
    await whatsapp.door.replay(source.body or b"")
    assert whatsapp.desk.events == [event]


async def test_what_the_webhook_brings_before_or_after_is_the_same_message(
    whatsapp: WhatsAppScene, marie: Person
) -> None:
    await whatsapp.twilio.write(marie, "perdu")
    (lost,) = whatsapp.twilio.messages.values()
    await sweep(whatsapp)
    whatsapp.twilio.message_url = "https://relais.test/twilio/message"
    assert (await whatsapp.twilio.deliver(lost.form)).status == 200
    await whatsapp.twilio.write(marie, "arrivé")
    assert await sweep(whatsapp) == ["perdu", "arrivé"]
    assert [event.late is None for event in heard(whatsapp)] == [False, True]


async def test_nothing_is_concluded_of_a_message_that_is_less_than_a_minute_old(
    whatsapp: WhatsAppScene, marie: Person
) -> None:
    whatsapp.clock.move(10 * MINUTE)
    await whatsapp.twilio.write(marie, "à l’instant")
    assert await sweep(whatsapp, timedelta(seconds=59)) == []
    assert await sweep(whatsapp, 6 * MINUTE) == ["à l’instant"]


async def test_the_list_is_looked_through_every_five_minutes_and_no_oftener(
    whatsapp: WhatsAppScene, marie: Person
) -> None:
    before = whatsapp.twilio.wire.count("messages.list")
    for _ in range(11):
        await sweep(whatsapp, MINUTE)
    assert whatsapp.twilio.wire.count("messages.list") - before == 2


async def test_after_the_clock_was_set_back_the_list_is_looked_through_as_soon_as_ever(
    whatsapp: WhatsAppScene, marie: Person
) -> None:
    whatsapp.clock.move(3 * HOUR)
    await sweep(whatsapp)
    whatsapp.clock.move(-2 * HOUR)
    await whatsapp.twilio.write(marie, "perdu")
    assert await sweep(whatsapp, 2 * MINUTE) == ["perdu"]


async def test_a_clock_set_back_to_before_the_first_start_hides_no_message(
    whatsapp: WhatsAppScene, marie: Person
) -> None:
    whatsapp.clock.move(-26 * HOUR)
    await whatsapp.twilio.write(marie, "perdu")
    assert await sweep(whatsapp, 2 * MINUTE) == ["perdu"]
    whatsapp.clock.move(2 * HOUR - 5 * MINUTE)  # nothing was looked for before the first start came again
    await whatsapp.twilio.write(marie, "encore")
    assert await sweep(whatsapp) == ["perdu", "encore"]


async def test_a_stop_after_the_clock_was_set_back_is_as_long_as_it_was(
    whatsapp: WhatsAppScene, marie: Person
) -> None:
    whatsapp.clock.move(-12 * HOUR)
    await sweep(whatsapp)
    await whatsapp.twilio.write(marie, "pendant l’arrêt")
    assert await sweep(whatsapp, 5 * HOUR) == ["pendant l’arrêt"]


async def test_every_page_is_followed_and_the_oldest_is_heard_first(
    whatsapp: WhatsAppScene, marie: Person
) -> None:
    for number in range(410):
        await whatsapp.twilio.write(marie, f"{number}")
    assert await sweep(whatsapp) == [f"{number}" for number in range(410)]
    pages = [call.arguments for call in whatsapp.twilio.wire.calls if call.method == "messages.list"][-3:]
    assert ["PageToken" in page for page in pages] == [False, True, True]


async def test_past_a_page_of_old_messages_nothing_is_asked_for(
    whatsapp: WhatsAppScene, marie: Person
) -> None:
    for number in range(650):
        await whatsapp.twilio.write(marie, f"{number}")
    await sweep(whatsapp)
    await sweep(whatsapp, 2 * HOUR)
    before = whatsapp.twilio.wire.count("messages.list")
    await sweep(whatsapp)
    assert whatsapp.twilio.wire.count("messages.list") - before == 1


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/2010-04-01/Messages.json?Page=1",
        "@evil.example/Messages.json?Page=1",
        "/2010-04-01/Accounts/AC9/Messages.json?Page=1",
        7,
    ],
)
async def test_the_credentials_follow_no_page_that_leads_elsewhere(
    whatsapp: WhatsAppScene, marie: Person, transport: CheckedTransport, elsewhere: object
) -> None:
    before = transport.checked
    page = JSONResponse({"messages": [NEWEST], "next_page_uri": elsewhere})
    whatsapp.twilio.wire.plan("messages.list", Fault(answer=page))
    await sweep(whatsapp)
    assert transport.checked - before == 1


async def test_a_list_without_end_ends(whatsapp: WhatsAppScene, marie: Person) -> None:
    again = f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json?To=x"

    page = JSONResponse({"messages": [NEWEST], "next_page_uri": again})
    whatsapp.twilio.wire.plan("messages.list", *[Fault(answer=page)] * (MOST_PAGES + 5))
    before = whatsapp.twilio.wire.count("messages.list")
    await sweep(whatsapp)
    assert whatsapp.twilio.wire.count("messages.list") - before == MOST_PAGES


@pytest.mark.parametrize(
    "answer",
    [
        refusal(503, 20500, "down"),
        refusal(429, 20429, "slow down"),
        JSONResponse({"message": "hello"}),
        JSONResponse(["hello"]),
        JSONResponse({"messages": "none"}),
    ],
)
async def test_what_was_written_while_twilio_did_not_tell_is_found_later_however_long_it_took(
    whatsapp: WhatsAppScene, marie: Person, answer: JSONResponse
) -> None:
    await whatsapp.twilio.write(marie, "perdu")
    whatsapp.twilio.wire.plan("messages.list", *[Fault(answer=answer)] * 3)
    for _ in range(3):
        assert await sweep(whatsapp, HOUR) == []
    assert await sweep(whatsapp, MINUTE) == ["perdu"]


async def test_after_a_stop_the_list_is_looked_through_since_then_but_for_a_day_at_most(
    whatsapp: WhatsAppScene, marie: Person
) -> None:
    await whatsapp.twilio.write(marie, "hier")
    whatsapp.clock.move(23 * HOUR)
    await whatsapp.twilio.write(marie, "ce matin")
    assert await sweep(whatsapp, 2 * HOUR) == ["ce matin"]


async def test_what_is_written_after_the_very_first_start_is_found_however_late_the_first_look(
    whatsapp: WhatsAppScene,
) -> None:
    await whatsapp.door.stop_listening()
    whatsapp.twilio.message_url = None
    whatsapp.clock.move(MINUTE)
    await whatsapp.twilio.write(await whatsapp.twilio.person(TO), "perdu")
    assert await sweep(whatsapp) == ["perdu"]


async def test_what_was_written_before_the_very_first_start_was_never_ours(whatsapp: WhatsAppScene) -> None:
    await whatsapp.door.stop_listening()
    whatsapp.twilio.message_url = None
    marie = await whatsapp.twilio.person(TO)
    whatsapp.clock.move(-HOUR / 2)
    await whatsapp.twilio.write(marie, "à l’ancien service")
    whatsapp.clock.move(HOUR / 2)
    await whatsapp.door.sweeps.run()
    whatsapp.clock.move(MINUTE)
    await whatsapp.twilio.write(marie, "au nouveau")
    assert await sweep(whatsapp) == ["au nouveau"]


@pytest.mark.parametrize(
    ("form", "text", "media"),
    [
        ({"Body": "regardez", "MediaUrl0": "u", "MediaUrl1": "v"}, "regardez", (Media("other"),) * 2),
        ({"Body": "facture mars.pdf", "MediaUrl0": "u"}, "", (Media("document", "facture mars.pdf"),)),
        ({"Body": "", "MediaUrl0": "u"}, "", (Media("other"),)),
        ({"Body": "", "Latitude": "48.8", "Longitude": "2.3"}, "", (Media("other"),)),
        ({"Body": "Suivre mon colis", "ButtonPayload": "p:1"}, "Suivre mon colis", ()),
    ],
)
async def test_what_the_list_does_not_say_is_announced_all_the_same(
    whatsapp: WhatsAppScene, marie: Person, form: dict[str, str], text: str, media: tuple[Media, ...]
) -> None:
    await whatsapp.twilio.write(marie, form["Body"], **{k: v for k, v in form.items() if k != "Body"})
    await sweep(whatsapp)
    [event] = heard(whatsapp)
    assert (event.text, event.media, event.tap) == (text, media, None)
    assert event.late is not None


async def test_what_we_sent_and_what_says_nothing_of_itself_is_passed_over(
    whatsapp: WhatsAppScene, marie: Person
) -> None:
    await whatsapp.twilio.write(marie, "perdu")
    (good,) = (one.document(ACCOUNT) for one in whatsapp.twilio.messages.values())
    odd = [
        good | {"sid": "SM2", "direction": "outbound-api"},
        good | {"sid": "SM3", "date_created": None},
        good | {"sid": None},
        good | {"sid": "SM4", "from": ""},
        "text",
    ]
    page = JSONResponse({"messages": [*odd, good], "next_page_uri": None})
    whatsapp.twilio.wire.plan("messages.list", Fault(answer=page))
    assert await sweep(whatsapp) == ["perdu"]
    assert whatsapp.desk.kept == []


async def test_while_the_store_is_down_nothing_counts_as_known(
    whatsapp: WhatsAppScene, marie: Person
) -> None:
    await whatsapp.twilio.write(marie, "perdu")
    whatsapp.desk.is_down = True
    assert await sweep(whatsapp) == []
    whatsapp.desk.is_down = False
    assert await sweep(whatsapp, 3 * HOUR) == ["perdu"]
