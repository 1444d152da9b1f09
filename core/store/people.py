"""Customers and their addresses."""

from dataclasses import dataclass
from datetime import datetime

from core.domain.channel import Address
from core.domain.conversation import Conversation
from core.domain.customer import Customer
from core.store.db import Db
from core.store.rows import conversation_from, customer_from, mapped, to_ms

NOTED_FOR_MS = 60_000
"""How long the last message from an address is not noted anew."""
_AT = """
SELECT c.*, a.absence FROM addresses a JOIN customers c ON c.id = a.customer_id
WHERE a.channel = $1 AND a.external_id = $2
"""
_ACTIVE_AT = """
SELECT v.*, a.absence, a.last_inbound_at, c.id AS who_id, c.name AS who_name, c.language AS who_language,
    c.phone AS who_phone, c.company AS who_company, c.vip AS who_vip, c.greeted_at AS who_greeted_at,
    c.asked_phone_at AS who_asked_phone_at
FROM addresses a JOIN customers c ON c.id = a.customer_id
LEFT JOIN conversations v ON v.customer_id = c.id AND v.status <> 'closed'
WHERE a.channel = $1 AND a.external_id = $2
"""
_ADD = """
INSERT INTO customers (id, name, language, phone, company, vip, greeted_at, asked_phone_at, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
"""
_SAVE = """
UPDATE customers SET name = $2, language = $3, phone = $4, company = $5, vip = $6, greeted_at = $7,
    asked_phone_at = $8
WHERE id = $1
"""
_ADD_ADDRESS = """
INSERT INTO addresses (channel, external_id, customer_id, last_inbound_at) VALUES ($1, $2, $3, $4)
"""
_TOUCH = """
UPDATE addresses SET last_inbound_at = max(last_inbound_at, $3), absence = ''
WHERE channel = $1 AND external_id = $2 AND (absence <> '' OR last_inbound_at <= $3 - $4)
"""
_SET_ABSENCE = "UPDATE addresses SET absence = $3 WHERE channel = $1 AND external_id = $2"
_ABSENCE = "SELECT absence FROM addresses WHERE channel = $1 AND external_id = $2"
_REACHED = "SELECT absence, last_inbound_at FROM addresses WHERE channel = $1 AND external_id = $2"
_OWNER_OF = "SELECT customer_id FROM addresses WHERE channel = $1 AND external_id = $2"
_GIVE_ADDRESSES = "UPDATE addresses SET customer_id = $2 WHERE customer_id = $1"
_GIVE_CONVERSATIONS = "UPDATE conversations SET customer_id = $2 WHERE customer_id = $1"
_IS_BUSY = "SELECT 1 FROM conversations WHERE customer_id = $1 AND status <> 'closed'"
_SAME_PHONE = """
SELECT c.name, v.handle FROM customers c
JOIN conversations v ON v.customer_id = c.id AND v.status <> 'closed'
WHERE c.phone = $1 AND c.phone <> '' AND c.id <> $2 ORDER BY v.opened_at DESC LIMIT 1
"""


@dataclass(frozen=True, slots=True)
class Known:
    """Who is reached at an address, and their active conversation."""

    address: Address
    customer: Customer
    absence: str
    """Why nothing may be sent there; empty when it may."""
    noted_ms: int
    """When something last came in from there, to the minute."""
    talk: Conversation | None

    def is_noted(self, now: datetime) -> bool:
        """Whether a message of now leaves nothing to note of the address; most do."""
        return not self.absence and self.noted_ms > int(now.timestamp() * 1000) - NOTED_FOR_MS


async def known_at(db: Db, address: Address) -> tuple[Customer, str] | None:
    """Who is reached at an address, and why nothing may be sent there; empty when it may."""
    row = await db.one(_AT, address.channel, address.external_id)
    return (customer_from(mapped(row)), row["absence"]) if row else None


async def active_at(db: Db, address: Address) -> Known | None:
    """The same, and their active conversation, in one question: it is asked for every message."""
    row = await db.one(_ACTIVE_AT, address.channel, address.external_id)
    if row is None:
        return None
    held = mapped(row)
    talk = conversation_from(held) if held["id"] else None
    return Known(address, customer_from(held, "who_"), held["absence"], held["last_inbound_at"], talk)


async def customer(db: Db, customer_id: str) -> Customer:
    """The customer of that id, who must exist."""
    row = await db.one("SELECT * FROM customers WHERE id = $1", customer_id)
    if row is None:
        raise LookupError(f"no customer {customer_id}")
    return customer_from(mapped(row))


def _columns(person: Customer) -> tuple[object, ...]:
    return (
        person.id,
        person.name,
        person.language,
        person.phone,
        person.company,
        int(person.vip),
        to_ms(person.greeted_at),
        to_ms(person.asked_phone_at),
    )


async def add_customer(db: Db, person: Customer, address: Address, now: datetime) -> None:
    """A first message: the person and the address they wrote from."""
    await db.run(_ADD, *_columns(person), to_ms(now))
    await db.run(_ADD_ADDRESS, address.channel, address.external_id, person.id, to_ms(now))


async def save_customer(db: Db, person: Customer) -> None:
    """What we know of the person now."""
    await db.run(_SAVE, *_columns(person))


async def touch_address(db: Db, address: Address, now: datetime) -> None:
    """Something came in from there, noted to the minute: whoever writes may be answered."""
    await db.run(_TOUCH, address.channel, address.external_id, to_ms(now), NOTED_FOR_MS)


async def set_absence(db: Db, address: Address, absence: str) -> None:
    """Why nothing may be sent there; empty: it may."""
    await db.run(_SET_ABSENCE, address.channel, address.external_id, absence)


async def absence_at(db: Db, address: Address) -> str:
    """Why nothing may be sent there; empty: it may."""
    return await db.value(_ABSENCE, address.channel, address.external_id) or ""


async def owner_of(db: Db, address: Address) -> str:
    """The id of the customer who is reached there; empty when nobody is."""
    return await db.value(_OWNER_OF, address.channel, address.external_id) or ""


async def reached_at(db: Db, address: Address) -> tuple[str, int] | None:
    """Why nothing may be sent there, and when something last came from there, ms; None: not known."""
    row = await db.one(_REACHED, address.channel, address.external_id)
    return (row["absence"], row["last_inbound_at"]) if row else None


async def vouch(db: Db, known: Address, also: Address, now: datetime) -> None:
    """The platform says that both addresses are one person's (T13): the second leads to the first's customer.

    Another customer found there brings their addresses and past conversations along. While both have a
    conversation under way they stay apart: which of the two would be given up is no question for a machine.
    """
    keeper, other = await owner_of(db, known), await owner_of(db, also)
    if not other:
        await db.run(_ADD_ADDRESS, also.channel, also.external_id, keeper, to_ms(now))
    elif other != keeper and await db.value(_IS_BUSY, other) is None:
        await db.run(_GIVE_CONVERSATIONS, other, keeper)
        await db.run(_GIVE_ADDRESSES, other, keeper)


async def same_phone(db: Db, person: Customer) -> str:
    """The name of another customer with the same proven phone and an open talk; empty when none (P13)."""
    row = await db.one(_SAME_PHONE, person.phone, person.id)
    return (row["name"] or row["handle"]) if row else ""
