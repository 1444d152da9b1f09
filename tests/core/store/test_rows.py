"""What is read from the database is whole, and what did not change is not written."""

from dataclasses import fields
from datetime import UTC, datetime

from core.domain.channel import Address
from core.domain.conversation import Conversation
from core.domain.customer import Customer
from core.store.rows import conversation_columns, conversation_from, customer_from

AT = Address("askable", "marie")
NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
TALK = Conversation("c1", "p1", AT, AT, NOW, version=3)
KEPT = {**conversation_columns(TALK), "version": 3}
PERSON = {"name": "Marie", "language": "fr", "phone": "", "company": "", "vip": 0, "greeted_at": None}


def test_every_field_of_a_conversation_is_read() -> None:
    assert vars(conversation_from(KEPT)).keys() == {each.name for each in fields(Conversation)}
    assert conversation_from(KEPT) == TALK


def test_every_field_of_a_customer_is_read() -> None:
    customer = customer_from({**PERSON, "id": "p1", "asked_phone_at": None})
    assert vars(customer).keys() == {each.name for each in fields(Customer)}
    assert customer == Customer("p1", "Marie", "fr")


def test_only_what_differs_is_written() -> None:
    changed = TALK.but(handle="marie", last_customer_at=NOW)
    assert conversation_columns(changed, TALK) == {"handle": "marie", "last_customer_at": 1772443800000}
