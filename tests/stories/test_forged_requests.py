"""What is not proven to come from its platform is refused, unread: no row of any table changes."""

import json

from bots.web import LARGEST_FORM
from tests.stories.forged import Forged, slack, telegram, twilio, without
from tests.stories.people import waiting
from tests.stories.town import CHANNEL, LEA, PUBLIC, Town

MESSAGE = [
    ("MessageSid", "SM" + "9" * 32),
    ("AccountSid", "AC" + "1" * 32),
    ("From", "whatsapp:+33612345678"),
    ("To", "whatsapp:+33700000001"),
    ("Body", "Bonjour"),
    ("NumMedia", "0"),
]
COMMAND = f"command=%2Fbacklog&text=&user_id={LEA.id}&team_id=T0RELAIS01&trigger_id=1.2.3".encode()
UPDATE = json.dumps(
    {
        "update_id": 1,
        "message": {
            "message_id": 1,
            "date": 1,
            "chat": {"id": 5, "type": "private", "first_name": "Eve"},
            "from": {"id": 5, "is_bot": False, "first_name": "Eve"},
            "text": "Bonjour",
        },
    }
).encode()
TOO_LONG = 1 << 20


def _wrong_for_slack(place: Town) -> dict[str, Forged]:
    true = slack(place, COMMAND)
    stamp, signature = "X-Slack-Request-Timestamp", "X-Slack-Signature"
    garbage = b"\xff\xfe not a form"
    return {
        "unsigned": without(true, signature),
        "signed with another secret": slack(place, COMMAND, secret="x" * 32),
        "signed for another body": Forged("/slack", COMMAND + b"&text=x", true.headers),
        "stale": slack(place, COMMAND, age=301),
        "from the future": slack(place, COMMAND, age=-301),
        "a timestamp that is no number": slack(place, COMMAND, stamp="yesterday"),
        "a timestamp without end": slack(place, COMMAND, stamp="9" * 400),
        "an empty timestamp": slack(place, COMMAND, stamp=""),
        "no timestamp": without(true, stamp),
        "no header at all": Forged("/slack", COMMAND),
        "another version of the signature": without(true, X_Slack_Signature="v1=" + "0" * 64),
        "a signature beyond ASCII": without(true, X_Slack_Signature="v0=é"),
        "garbage, unsigned": Forged("/slack", garbage, {"Content-Type": "application/json"}),
    }


def _wrong_for_twilio() -> dict[str, Forged]:
    true = twilio(MESSAGE)
    signature = "X-Twilio-Signature"
    return {
        "unsigned": without(true, signature),
        "an empty signature": without(true, X_Twilio_Signature=""),
        "signed with another token": twilio(MESSAGE, token="b" * 32),
        "signed for another address": twilio(MESSAGE, signed_url=f"{PUBLIC}/twilio/status"),
        "signed for another form": Forged("/twilio/message", true.body + b"&Body=x", true.headers),
        "no header at all": Forged("/twilio/message", true.body),
        "a JSON body": without(true, "Content-Type", Content_Type="application/json"),
        "garbage, unsigned": Forged("/twilio/message", b"\xff\xfe"),
        "a status, unsigned": without(twilio(MESSAGE, path="/twilio/status"), signature),
    }


def _wrong_for_telegram() -> dict[str, Forged]:
    true = telegram(UPDATE)
    return {
        "no secret": without(true, "X-Telegram-Bot-Api-Secret-Token"),
        "an empty secret": telegram(UPDATE, secret=""),
        "another secret": telegram(UPDATE, secret="x" * 32),
        "the beginning of the secret": telegram(UPDATE, secret="w" * 31),
        "garbage without secret": Forged("/telegram", b"{"),
    }


async def _refused(place: Town, requests: dict[str, Forged], status: int) -> None:
    before = await place.counts()
    answers = {name: await request.post(place) for name, request in requests.items()}
    assert {name: answer.status_code for name, answer in answers.items()} == dict.fromkeys(requests, status)
    assert [name for name, answer in answers.items() if answer.content] == []
    assert await place.counts() == before


async def test_slack_requests_that_are_not_slacks_are_answered_401_and_leave_nothing(place: Town) -> None:
    await waiting(place)
    await _refused(place, _wrong_for_slack(place), 401)
    assert (await slack(place, COMMAND).post(place)).status_code == 200


async def test_twilio_requests_that_are_not_twilios_are_answered_403_and_leave_nothing(place: Town) -> None:
    await waiting(place)
    await _refused(place, _wrong_for_twilio(), 403)
    assert (await twilio(MESSAGE).post(place)).status_code == 200


async def test_telegram_requests_without_the_secret_are_answered_403_and_leave_nothing(place: Town) -> None:
    await waiting(place)
    await _refused(place, _wrong_for_telegram(), 403)
    assert (await telegram(UPDATE).post(place)).status_code == 200


async def test_what_is_longer_than_a_platform_writes_is_answered_413_and_leaves_nothing(place: Town) -> None:
    long = [*MESSAGE, ("Filler", "x" * LARGEST_FORM)]
    filler = b"x" * (TOO_LONG + 1)
    requests = {
        "slack": slack(place, filler),
        "slack, signed with another secret": slack(place, filler, secret="x" * 32),
        "twilio message": twilio(long),
        "twilio message, signed with another token": twilio(long, token="b" * 32),
        "twilio status": twilio(long, path="/twilio/status"),
        "telegram": telegram(filler),
    }
    await _refused(place, requests, 413)


async def test_what_shows_at_once_that_it_is_nobodys_is_refused_however_long(place: Town) -> None:
    filler = b"x" * (TOO_LONG + 1)
    unsigned = {"slack": Forged("/slack", filler), "stale": slack(place, filler, age=301)}
    await _refused(place, unsigned, 401)
    await _refused(place, {path: Forged(path, filler) for path in ("/telegram", "/twilio/message")}, 403)


async def test_an_address_nobody_serves_is_404_and_a_get_is_405(place: Town) -> None:
    assert (await place.http.get(f"{place.url}/nothing")).status_code == 404
    for path in ("/slack", "/telegram", "/twilio/message", "/twilio/status"):
        assert (await place.http.get(place.url + path)).status_code == 405


async def test_slacks_own_check_of_the_address_is_answered_with_its_challenge(place: Town) -> None:
    before = await place.counts()
    body = json.dumps({"type": "url_verification", "challenge": "abc123"}).encode()
    answer = await slack(place, body, kind="application/json").post(place)
    assert answer.json() == {"challenge": "abc123"}
    assert await place.counts() == before
    assert CHANNEL in place.slack.channels
