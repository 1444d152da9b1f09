"""Whatever a genuine sender sends is answered 200, soon: it is heard, passed or put aside."""

import json
from typing import Any
from urllib.parse import parse_qsl, urlencode

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from sandbox.twilio_signature import sign
from tests.fuzz.house import EXAMPLES, Fuzzed
from tests.fuzz.shapes import DEEP, JSON, as_form, forms, from_slack, mutation_of, updates
from tests.stories.forged import FORM, Forged, slack_at, telegram
from tests.stories.forged import JSON as JSON_TYPE
from tests.stories.town import PUBLIC

OF_SLACK = from_slack()
played = settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
BYTES = st.binary(max_size=300)
TEXTS = st.text(max_size=200).map(str.encode)
"""Slack's own check of its signature takes no other bytes for Slack's."""
NUMBERED = "1" * 5000


def as_json(document: Any) -> bytes:  # noqa: ANN401 - JSON
    return json.dumps(document).encode()


def stands(house: Fuzzed, request: Forged) -> None:
    """Answered 200; what is kept of it is at most one event and one thing put aside."""
    before = house.counts()
    assert house.post(request).status_code == 200
    after = house.counts()
    assert after["journal"] - before["journal"] <= 1
    assert after["quarantine"] - before["quarantine"] <= 1


def by_twilio(body: bytes, path: str) -> Forged:
    """A body signed over the fields that it is read to have."""
    fields = parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True)
    signature = sign("a" * 32, PUBLIC + path, fields)
    return Forged(path, body, {"Content-Type": FORM, "X-Twilio-Signature": signature})


@pytest.mark.parametrize("path", ["/twilio/message", "/twilio/status"])
@played
@given(document=mutation_of(forms()))
def test_any_form_of_twilios_is_answered(house: Fuzzed, path: str, document: Any) -> None:  # noqa: ANN401
    stands(house, by_twilio(as_form(document), path))


@played
@given(pairs=st.lists(st.tuples(st.text(max_size=20), st.text(max_size=60)), max_size=20))
@example(pairs=[("a", "b")] * 499)
def test_any_pairs_that_twilio_signs_are_answered(house: Fuzzed, pairs: list[tuple[str, str]]) -> None:
    stands(house, by_twilio(urlencode(pairs, errors="surrogatepass").encode(), "/twilio/message"))


ANA = {"id": 7, "is_bot": False, "first_name": "Ana"}
CHAT = {"id": 7, "type": "private", "first_name": "Ana"}
SAID: dict[str, Any] = {"message_id": 1, "from": ANA, "chat": CHAT, "date": 1_795_312_854, "text": "isso"}
NOWHERE = {"update_id": 1, "message": {**SAID, "chat": {**CHAT, "id": "&lt;"}}}
PRESSED = {"id": "1", "from": ANA, "chat_instance": "1", "data": "v1:p1:yes"}
UNDER_NOTHING = {"update_id": 2, "callback_query": {**PRESSED, "message": {**SAID, "message_id": "x"}}}


@played
@given(document=mutation_of(updates()) | JSON)
@example(document={"update_id": int(NUMBERED[:4000])})
@example(document=NOWHERE)
@example(document=UNDER_NOTHING)
def test_any_update_with_the_secret_is_answered(house: Fuzzed, document: Any) -> None:  # noqa: ANN401 - JSON
    stands(house, telegram(as_json(document)))


@played
@given(body=BYTES)
@example(body=DEEP.encode())
@example(body=b'{"update_id": ' + NUMBERED.encode() + b"}")
@example(body=b'{"update_id": 1, "message": ' + b'{"a":' * 3000 + b"1" + b"}" * 3001)
def test_any_bytes_with_the_secret_are_answered(house: Fuzzed, body: bytes) -> None:
    stands(house, telegram(body))


EVENT: dict[str, Any] = next(each for kind, each in OF_SLACK if kind == "json" and "event" in each)
SURROGATE = {**EVENT, "event": {**EVENT["event"], "ts": "1.000001", "text": "\ud800"}}
PRESS: dict[str, Any] = next(each for _, each in OF_SLACK if each.get("type") == "block_actions")


def by_slack(house: Fuzzed, body: bytes, kind: str) -> Forged:
    return slack_at(str(int(house.seconds())), body, kind)


@played
@given(document=mutation_of([each for kind, each in OF_SLACK if kind == "json"]) | JSON)
@example(document=SURROGATE)
@example(document={**EVENT, "event": {**EVENT["event"], "type": ["x"]}})
@example(document={**EVENT, "type": ["x"]})
@example(document={"type": "url_verification", "challenge": "\ud800"})
def test_any_event_that_slack_signs_is_answered(house: Fuzzed, document: Any) -> None:  # noqa: ANN401 - JSON
    stands(house, by_slack(house, as_json(document), JSON_TYPE))


@played
@given(document=mutation_of([each for kind, each in OF_SLACK if kind == "payload"]) | JSON)
@example(document={**PRESS, "channel": ["x"]})
@example(document={**PRESS, "message": "x"})
@example(document={**PRESS, "team": ["x"]})
@example(document={**PRESS, "actions": [{"action_id": "claim", "value": "\ud800"}]})
def test_any_gesture_that_slack_signs_is_answered(house: Fuzzed, document: Any) -> None:  # noqa: ANN401
    stands(house, by_slack(house, urlencode({"payload": json.dumps(document)}).encode(), FORM))


@played
@given(document=mutation_of([each for kind, each in OF_SLACK if kind == "form"]))
def test_any_command_that_slack_signs_is_answered(house: Fuzzed, document: Any) -> None:  # noqa: ANN401
    stands(house, by_slack(house, as_form(document), FORM))


@played
@given(body=TEXTS, kind=st.sampled_from([FORM, JSON_TYPE, "", "text/plain", "application/json; charset=x"]))
@example(body=DEEP.encode(), kind=JSON_TYPE)
@example(body=b"payload=" + DEEP.encode(), kind=FORM)
@example(body=b"payload=1&payload={}", kind=FORM)
@example(body=b'{"type": ' + NUMBERED.encode() + b"}", kind=JSON_TYPE)
def test_any_text_that_slack_signs_is_answered(house: Fuzzed, body: bytes, kind: str) -> None:
    stands(house, by_slack(house, body, kind))
