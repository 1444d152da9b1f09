"""What Twilio's forms say beside words: who else the sender is, what was pressed, what is answered to."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import pytest

from bots.twilio_forms import read_message
from bots.whatsapp import CAPABILITIES
from core.domain.channel import Address
from core.domain.events import CustomerWrote, Quoted, Tap

ACCOUNT = "AC00000000000000000000000000000001"
PHONE, OPAQUE = "whatsapp:+33612345678", "whatsapp:FR.1000000000000001"
FORM = {
    "MessageSid": "SM1",
    "AccountSid": ACCOUNT,
    "From": PHONE,
    "Body": "Oui",
    "MessageType": "interactive",
}


def read(**fields: str) -> CustomerWrote:
    _, event = read_message(urlencode(FORM | fields).encode(), ACCOUNT)
    return event


def pressed(**fields: str) -> Any:  # noqa: ANN401 - a tap, or the words
    event = read(**fields)
    return event.tap or event.text


@pytest.mark.parametrize(
    ("fields", "becomes"),
    [
        ({"ButtonPayload": "7K2M9X.1a.0:yes", "ButtonText": "Oui"}, Tap("7K2M9X.1a.0", "yes")),
        ({"ListId": "7K2M9X.1a.0:m:delivery", "ListTitle": "x"}, Tap("7K2M9X.1a.0", "m:delivery")),
        ({"ButtonPayload": "7K2M9X.1a.0:a:suivi", "ButtonText": "x"}, Tap("7K2M9X.1a.0", "a:suivi")),
        ({"ButtonPayload": "v1:cnf:0f3a", "ButtonText": "Confirmer"}, "Confirmer"),
        ({"ListId": "motive:billing", "ListTitle": "Finances", "Body": "Finances"}, "Finances"),
        ({"ListId": "motive:billing", "Body": "Finances"}, "Finances"),
        ({"ButtonPayload": "{{1}}:yes", "ButtonText": "Oui"}, "Oui"),
        ({"ButtonPayload": "menu:yes", "ButtonText": "Oui"}, "Oui"),
        ({"ButtonPayload": "7K2M9X.1a.0:", "ButtonText": "Oui"}, "Oui"),
        ({"ButtonText": "Oui", "Body": "autre"}, "Oui"),
        ({"Body": "7K2M9X.1a.0:yes"}, "7K2M9X.1a.0:yes"),
    ],
)
def test_an_id_in_our_form_is_a_choice_and_any_other_speaks_by_its_words(
    fields: dict[str, str], becomes: object
) -> None:
    assert pressed(**fields) == becomes


@pytest.mark.parametrize(
    "fields",
    [
        {"ButtonPayload": "7K2M9X.1a.0:yes", "ButtonText": "Oui"},
        {"ButtonPayload": "v1", "ButtonText": "Oui"},
        {"ListId": "7K2M9X.1a.0:yes", "ListTitle": "Oui"},
        {"ListTitle": "Oui"},
    ],
)
def test_only_what_is_typed_or_sent_answers_to_an_earlier_message(fields: dict[str, str]) -> None:
    quoting = {"OriginalRepliedMessageSid": "SM9", "OriginalRepliedMessageSender": "whatsapp:+33700000001"}
    assert read(**fields, **quoting).quoted is None
    assert read(**quoting).quoted == Quoted("SM9")
    photo = {"MessageType": "image", "MediaUrl0": "u", "MediaContentType0": "image/png"}
    assert read(**photo, **quoting).quoted == Quoted("SM9")
    assert read().quoted is None


@pytest.mark.parametrize(
    ("fields", "also", "phone"),
    [
        ({}, None, "+33612345678"),
        ({"ExternalUserId": OPAQUE}, "FR.1000000000000001", "+33612345678"),
        ({"ExternalUserIdentifier": OPAQUE}, "FR.1000000000000001", "+33612345678"),
        ({"ExternalUserId": PHONE}, None, "+33612345678"),
        ({"ExternalUserId": PHONE, "ExternalUserIdentifier": OPAQUE}, "FR.1000000000000001", "+33612345678"),
        ({"From": OPAQUE, "ExternalUserId": OPAQUE}, None, ""),
        ({"From": OPAQUE, "ExternalUserId": PHONE}, "+33612345678", "+33612345678"),
        ({"From": OPAQUE, "ExternalUserId": OPAQUE, "WaId": "33612345678"}, None, ""),
        ({"ExternalUserId": "FR.1"}, None, "+33612345678"),
        ({"ExternalUserId": "whatsapp:FR. 1"}, None, "+33612345678"),
        ({"ExternalUserId": "whatsapp:" + "x" * 161}, None, "+33612345678"),
    ],
)
def test_both_addresses_are_one_person_when_twilio_says_so(
    fields: dict[str, str], also: str | None, phone: str
) -> None:
    event = read(**fields)
    assert event.also == (Address("whatsapp", also) if also else None)
    assert event.phone == phone


def test_a_text_of_sixteen_hundred_characters_may_have_been_cut() -> None:
    assert CAPABILITIES.inbound_limit == len(read(Body="x" * 1600).text)
    assert CAPABILITIES.honours_stop
