"""Fifty customers at once, each request delivered five times: nothing is answered or opened twice."""

import asyncio
import json
import sqlite3
import ssl
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import httpx

from sandbox import telegram_person
from sandbox.twilio_forms import inbound, remember
from tests.stories.forged import Forged, telegram, twilio
from tests.stories.people import OnTelegram, OnWhatsApp, on_telegram, on_whatsapp, sentence
from tests.stories.town import Town, shipped_rules, town

CROWD = 50
COPIES = 5
APART = 0.2
SAID = ("Bonjour", "Où est mon colis ?")
Statuses = list[int | None]
Writing = Callable[[str], Awaitable[Statuses]]


def _five_times(place: Town, hands: httpx.AsyncClient) -> Callable[[Forged], Awaitable[Statuses]]:
    """Deliver a request five times at once, past the stand-ins, which would do it in turn."""

    async def deliver(request: Forged) -> Statuses:
        copies = await asyncio.gather(*(request.post(place, hands) for _ in range(COPIES)))
        return [copy.status_code for copy in copies]

    return deliver


async def _whatsapp(place: Town, number: int, hands: httpx.AsyncClient) -> tuple[OnWhatsApp, Writing]:
    customer = await on_whatsapp(place, f"Client {number}")
    deliver = _five_times(place, hands)

    async def write(text: str) -> Statuses:
        form = inbound(place.twilio.memory, customer.person, place.twilio.memory.sid("SM"), text, "text")
        remember(place.twilio.memory, form)
        return await deliver(twilio(list(form.items())))

    return customer, write


async def _telegram(place: Town, number: int, hands: httpx.AsyncClient) -> tuple[OnTelegram, Writing]:
    customer = await on_telegram(place, f"Cliente {number}")
    deliver = _five_times(place, hands)

    async def write(text: str) -> Statuses:
        content = telegram_person.text(text)
        message = telegram_person.message(place.telegram.memory, customer.chat, content)
        update = {"update_id": 900_000 + 10 * number + SAID.index(text), "message": message}
        place.telegram.memory.remember(update)
        return await deliver(telegram(json.dumps(update).encode()))

    return customer, write


async def _writes_twice(write: Writing, begin: float) -> Statuses:
    """The second request leaves on time, whatever became of the first."""
    first = asyncio.create_task(_soon(write, begin, SAID[0]))
    second = asyncio.create_task(_soon(write, begin + APART, SAID[1]))
    return [*(await first), *(await second)]


async def _soon(write: Writing, after: float, text: str) -> Statuses:
    await asyncio.sleep(after)
    return await write(text)


async def _crowd_writes(place: Town, one_every: float) -> list[OnWhatsApp | OnTelegram]:
    """`one_every`: seconds between two customers, where their own 200 ms must not drown in the crowd."""
    trust = ssl.create_default_context()
    async with AsyncExitStack() as stack:
        hands = [
            await stack.enter_async_context(httpx.AsyncClient(verify=trust, trust_env=False))
            for _ in range(CROWD)
        ]
        arrived = [await (_whatsapp if n % 2 else _telegram)(place, n, hands[n]) for n in range(CROWD)]
        writing = (_writes_twice(write, one_every * n) for n, (_, write) in enumerate(arrived))
        statuses = await asyncio.gather(*writing)
    assert {status for each in statuses for status in each} == {200}
    assert all(len(each) == COPIES * len(SAID) for each in statuses)
    await place.until(lambda: all(customer.reads for customer, _ in arrived), within=30)
    await place.settle(30)
    return [customer for customer, _ in arrived]


async def _conversations(place: Town) -> list[tuple[str, int]]:
    """Of each conversation, its status and how many messages its customer wrote."""
    rows = await place.rows(
        "SELECT v.status, count(*) AS n FROM conversations v JOIN messages m ON m.conversation_id = v.id "
        "WHERE m.author = 'customer' GROUP BY v.id"
    )
    return [(row["status"], row["n"]) for row in rows]


def _answers(customer: OnWhatsApp | OnTelegram) -> list[str]:
    """What they were told, without the question that stands by itself under an answer on WhatsApp."""
    return [text for text in customer.reads if not text.startswith(sentence("faq.helped"))]


async def test_with_a_burst_of_three_seconds_fifty_customers_get_one_answer_to_both_messages(
    tmp_path: Path,
) -> None:
    rules = shipped_rules()
    timers = replace(rules.timers, burst=timedelta(seconds=3), burst_limit=timedelta(seconds=15))
    async with town(tmp_path, replace(rules, timers=timers)) as place:
        began = time.monotonic()
        customers = await _crowd_writes(place, one_every=0.08)
        assert time.monotonic() - began >= 3
        assert [len(_answers(customer)) for customer in customers] == [1] * CROWD
        assert all(len(customer.reads) <= 2 for customer in customers)
        assert await _conversations(place) == [("bot", 2)] * CROWD
        assert all("espace client" in customer.reads[0] for customer in customers)


async def test_without_a_burst_no_message_is_answered_twice(tmp_path: Path) -> None:
    rules = shipped_rules()
    timers = replace(rules.timers, burst=timedelta(0))
    async with town(tmp_path, replace(rules, timers=timers)) as place:
        customers = await _crowd_writes(place, one_every=0.02)
        assert all(1 <= len(_answers(customer)) <= len(SAID) for customer in customers)
        assert all(len(set(_answers(customer))) == len(_answers(customer)) for customer in customers)
        assert await _conversations(place) == [("bot", 2)] * CROWD
        (heard,) = await place.rows("SELECT count(*) AS n FROM journal WHERE kind = 'CustomerWrote'")
        assert heard["n"] == CROWD * len(SAID)


async def test_the_store_refuses_a_second_active_conversation_to_whoever_tries(place: Town) -> None:
    marie = await on_whatsapp(place)
    await marie.writes("Bonjour")
    refusals = await _attack(place.settings.database)
    assert refusals == ["UNIQUE constraint failed: conversations.customer_id"] * 8
    await marie.writes("/fin")
    refusals = await _attack(place.settings.database)
    assert sorted(refusals) == ["", *["UNIQUE constraint failed: conversations.customer_id"] * 7]


async def _attack(database: Path) -> list[str]:
    """Eight connections insert a copy of the latest conversation, active, at the same instant."""
    return await asyncio.gather(*(asyncio.to_thread(_insert, database, number) for number in range(8)))


def _insert(database: Path, number: int) -> str:
    with sqlite3.connect(database, timeout=10) as connection:
        names = [row[1] for row in connection.execute("PRAGMA table_info(conversations)")]
        changed = {"id": f"'attack-{number}'", "status": "'bot'", "closed_at": "NULL", "ending": "NULL"}
        values = ", ".join(changed.get(name, name) for name in names)
        latest = "(SELECT * FROM conversations ORDER BY opened_at DESC LIMIT 1)"
        try:
            connection.execute(f"INSERT INTO conversations SELECT {values} FROM {latest}")  # noqa: S608
        except sqlite3.IntegrityError as error:
            return str(error)
    return ""
