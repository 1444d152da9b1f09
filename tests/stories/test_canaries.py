"""What customers and agents say, phones and secrets show in no log, whatever goes wrong on their way."""

import json
import logging
from pathlib import Path

import pytest
import structlog
from starlette.responses import PlainTextResponse

from core.store.errors import StoreDown
from sandbox.slack import refusal as slack_refusal
from sandbox.telegram import refusal as telegram_refusal
from sandbox.twilio import refusal as twilio_refusal
from sandbox.wire import Fault
from tests.stories.canaries import hits_in
from tests.stories.forged import slack, telegram, twilio
from tests.stories.people import OnTelegram, on_telegram, on_whatsapp, press
from tests.stories.town import CHANNEL, LEA, Town, town

SAID = "Mon canari jaune s'est envolé avec le colis 4711"
ANSWER = "Le canari bleu répond à la place de Léa"
PHONE = "+33612004711"
NAME = "Canaria Serinette"


async def talks(place: Town) -> OnTelegram:
    """A talk on both channels, through every hand."""
    marie, karim = await on_whatsapp(place, NAME, PHONE), await on_telegram(place, "Serin Canarien")
    for customer in (marie, karim):
        await customer.writes(SAID)
        await customer.writes("conseiller")
    await place.command(LEA, "/claim", "canaria")
    await place.command(LEA, "/reply", ANSWER)
    await place.command(LEA, "/note", f"Note : {SAID}")
    await place.command(LEA, "/relpy", ANSWER)
    await place.slack.say(LEA.id, CHANNEL, f"!r {ANSWER}", place.cards[0].ts)
    await place.settle()
    return karim


async def test_nothing_of_a_talk_shows_when_every_platform_repeats_it_in_its_refusals(place: Town) -> None:
    karim = await talks(place)
    echo = f"{SAID} {ANSWER} {PHONE} {NAME}"
    for answer in (twilio_refusal(400, 21211, echo), PlainTextResponse(echo, 500), PlainTextResponse(echo)):
        place.twilio.wire.plan("messages.create", Fault(answer=answer))
        await place.command(LEA, "/reply", f"{ANSWER} {answer.status_code}")
    place.twilio.wire.plan("messages.create", Fault(cut="after"))
    await place.command(LEA, "/reply", f"{ANSWER} encore")
    for refused in (telegram_refusal(400, echo), telegram_refusal(403, echo), telegram_refusal(500, echo)):
        place.telegram.wire.plan("sendMessage", Fault(answer=refused))
        place.telegram.wire.plan("sendChatAction", Fault(answer=refused))
        await karim.writes(f"{SAID} {refused.status_code}")
    place.slack.wire.plan("chat.postMessage", Fault(answer=slack_refusal("invalid_blocks", [echo])))
    place.slack.wire.plan("views.open", Fault(answer=slack_refusal("invalid_arguments", [echo])))
    await karim.writes(f"{SAID} pour Slack")
    await place.command(LEA, "/reply", "")


async def test_nothing_shows_of_what_cannot_be_read_decided_or_kept(place: Town) -> None:
    await talks(place)
    body = json.dumps({"update_id": SAID, "message": {"text": SAID, "from": PHONE}}).encode()
    event = json.dumps({"type": "event_callback", "event": {"type": "message", "text": [SAID]}}).encode()
    form = [("MessageSid", SAID), ("AccountSid", "AC" + "1" * 32), ("From", PHONE), ("Body", SAID)]
    for request in (telegram(body), telegram(SAID.encode()), slack(place, event, kind="application/json")):
        assert (await request.post(place)).status_code == 200
    assert (await twilio(form).post(place)).status_code == 200
    for forged in (
        telegram(body, secret=SAID[:20]),
        twilio(form, token=SAID),
        slack(place, event, secret=SAID),
    ):
        assert (await forged.post(place)).status_code in {401, 403}
    failing = pytest.MonkeyPatch()
    for error in (ValueError(SAID), KeyError(PHONE), StoreDown(f"{SAID} {PHONE}")):

        def fails(*_args: object, error: Exception = error, **_named: object) -> None:
            raise error

        failing.setattr("core.desk.decide", fails)
        await twilio([*form[:2], ("From", f"whatsapp:{PHONE}"), ("Body", SAID)]).post(place)
        await telegram(_update(place)).post(place)
        await place.slack.command(LEA.id, "/reply", ANSWER, CHANNEL)
        failing.undo()
    await place.settle()


def _update(place: Town) -> bytes:
    chat = {"id": 5, "type": "private", "first_name": "Serin", "last_name": "Canarien"}
    sender = {"id": 5, "is_bot": False, "first_name": "Serin", "last_name": "Canarien"}
    number = len(place.telegram.deliveries) + 900_000
    message = {"message_id": number, "date": 1, "chat": chat, "from": sender, "text": SAID}
    return json.dumps({"update_id": number, "message": message}).encode()


async def test_buttons_and_forms_show_nothing_either(place: Town) -> None:
    await talks(place)
    card = place.cards[0]
    await press(place, LEA, card, "Rendre")
    await place.slack.hands.shortcut(LEA.id, "sc_reply", CHANNEL, card.ts)
    await place.slack.hands.submit(LEA.id, {"text": f"{ANSWER} par formulaire"})
    await place.settle()


async def shown(folder: Path, how: str) -> None:
    """A town in which something is told to operators that is none of their business."""
    async with town(folder) as place:
        await (await on_whatsapp(place, NAME, PHONE)).writes(SAID)
        match how:
            case "our log":
                structlog.get_logger("anything").debug("oops", text=SAID)
            case "a library's log":
                logging.getLogger("any.library").warning("failed: %s", SAID)
            case "an error's name":
                put_aside = place.service.desk.quarantine_malformed
                await put_aside(source="twilio/message", key="k", body=b"", error=SAID)
            case _:
                token = place.settings.slack.bot_token.reveal()
                structlog.get_logger("anything").info("oops", a=token, b=PHONE, c=NAME)


@pytest.mark.parametrize("how", ["our log", "a library's log", "an error's name"])
async def test_a_sentence_that_is_shown_anywhere_fails_the_story(tmp_path: Path, how: str) -> None:
    with pytest.raises(AssertionError, match="canari jaune"):
        await shown(tmp_path, how)


async def test_secrets_phones_and_names_are_canaries_too(tmp_path: Path) -> None:
    with pytest.raises(AssertionError) as caught:
        await shown(tmp_path, "all three")
    told = str(caught.value)
    assert [each for each in ("xoxb-town", "33612004711", NAME) if each not in told] == []


@pytest.mark.parametrize(
    "leak",
    [
        f'{{"text": "{SAID}"}}',
        SAID[7:24],
        json.dumps({"text": f'Elle a dit "{SAID}" \u00e0 No\u00ebl'}),
        f"...{SAID[-13:]}",
        "Canaria Serinet",
    ],
)
def test_a_part_of_a_sentence_is_found_cut_or_escaped(leak: str) -> None:
    said = f'Elle a dit "{SAID}" \u00e0 No\u00ebl'
    assert hits_in(f"before {leak} after", {said, NAME}, "the log") != []
    assert hits_in("before {'error': 'ValueError'} after", {said, NAME}, "the log") == []
    assert (
        hits_in(
            json.dumps("il \u00e9tait \u00e0 No\u00ebl, d\u00e9j\u00e0"), {"\u00e9tait \u00e0 No\u00ebl"}, "x"
        )
        != []
    )
