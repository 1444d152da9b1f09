"""What must hold after a loss: the service that came back, against what the platforms saw and still hold.

Two lives decided: the lost one, whose database is kept aside, and the one that began again from the copy.
What reached people is judged against both.
"""

import asyncio
import json
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from tests.sim.cast import Cast
from tests.sim.judge import of_conversations, of_the_outbox, of_timers
from tests.sim.judge_platforms import _oid, posted
from tests.sim.people import Customer, OnTelegram, OnWhatsApp, Said
from tests.sim.world import CHANNEL, MONDAY, World

STILL_ON_ITS_WAY = 5.0
"""Seconds in which a call that was out at the loss may yet take effect."""


@dataclass
class Loss:
    """When what happened, in the world's own seconds; `database`: the one that was lost."""

    copied_at: float = 0.0
    lost_at: float = 0.0
    restored_at: float = 0.0
    started_at: float = 0.0
    database: Path = Path()
    under_way: list[asyncio.Task[None]] = field(default_factory=list)


@dataclass
class Verdict:
    """`wrong`: empty when everything held. `figures`: what was counted, and of it what cannot be got back."""

    wrong: list[str]
    figures: Counter[str]


def compared(world: World, cast: Cast, loss: Loss, copy: Path) -> Verdict:
    """The verdict on a world that has settled after the loss."""
    figures: Counter[str] = Counter()
    lives = Lives(world, _rows(loss.database), _rows(copy))
    wrong = [
        *of_the_outbox(world),
        *of_conversations(world),
        *of_timers(world),
        *_whatsapp_kept(world, figures),
        *_in_order(world, cast, loss),
        *_telegram_kept(world, cast, loss, figures),
        *_notes_kept(world, cast, figures),
        *_typed_once(cast),
        *posted_once(world, lives),
        *_told_once(world, cast, lives, loss, figures),
    ]
    figures["seconds between copy and loss"] += round(loss.lost_at - loss.copied_at)
    figures["effects not left in the copy"] += sum(
        row["state"] in ("ready", "sending", "unknown") for row in lives.copied.values()
    )
    return Verdict(wrong, figures)


@dataclass
class Lives:
    """The outboxes of the lost life, of the copy, and of the life that goes on; by id."""

    world: World
    lost: dict[str, sqlite3.Row]
    copied: dict[str, sqlite3.Row]

    @property
    def now(self) -> dict[str, sqlite3.Row]:
        """As it is."""
        return {row["id"]: row for row in self.world.rows("SELECT * FROM outbox")}


def _rows(path: Path) -> dict[str, sqlite3.Row]:
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        connection.row_factory = sqlite3.Row
        return {row["id"]: row for row in connection.execute("SELECT * FROM outbox")}


def _whatsapp_kept(world: World, figures: Counter[str]) -> Iterator[str]:
    """Twilio's list holds everything that was written: all of it is kept, once."""
    for one in world.twilio.messages.values():
        if one.direction != "inbound":
            continue
        heard = world.rows("SELECT key FROM journal WHERE key LIKE '%' || ?", one.sid)
        figures["WhatsApp messages held by Twilio"] += 1
        if len(heard) != 1:
            yield f"whatsapp: {one.body!r} was heard {len(heard)} times"
        kept = world.rows("SELECT is_late FROM messages WHERE reference = ? AND author = 'customer'", one.sid)
        if one.body.startswith("bidule") and len(kept) != 1:
            yield f"whatsapp: {one.body!r} is kept {len(kept)} times"
        figures["WhatsApp messages fetched back"] += any(row["is_late"] for row in kept)


def _texts(world: World, customer: Customer) -> list[str]:
    channel = "whatsapp" if isinstance(customer, OnWhatsApp) else "telegram"
    rows = world.rows(
        "SELECT m.text FROM messages m JOIN conversations c ON c.id = m.conversation_id"
        " JOIN addresses a ON a.customer_id = c.customer_id"
        " WHERE a.channel = ? AND a.external_id = ? AND m.author = 'customer'"
        " ORDER BY c.opened_at, c.id, m.seq",
        channel,
        customer.to,
    )
    return [row["text"] for row in rows]


def _marked(customer: Customer) -> list[Said]:
    return [said for said in customer.said if said.marked.startswith("bidule")]


def _in_order(world: World, cast: Cast, loss: Loss) -> Iterator[str]:
    """What one customer wrote before the loss is kept in the order in which it was written."""
    for customer in cast.customers:
        texts = _texts(world, customer)
        said = [
            one
            for one in _marked(customer)
            if texts.count(one.marked) == 1 and 0 < one.ended < loss.lost_at  # 0: under way at the loss
        ]
        for first in said:
            for then in said:
                if first.ended < then.began and texts.index(first.marked) > texts.index(then.marked):
                    yield f"{customer.name}: {then.marked!r} is kept before {first.marked!r}"


def _telegram_kept(world: World, cast: Cast, loss: Loss, figures: Counter[str]) -> Iterator[str]:
    """What Telegram brought between copy and loss is gone; all else is kept, once.

    Of what was under way at the loss nobody was told that it is kept.
    """
    for customer in cast.customers:
        if not isinstance(customer, OnTelegram):
            continue
        texts = _texts(world, customer)
        for said in _marked(customer):
            times = texts.count(said.marked)
            figures["Telegram messages"] += 1
            was_taken = said.began <= loss.lost_at and said.ended >= loss.copied_at
            if times == 0 and was_taken and said.acknowledged:
                figures["Telegram messages gone: taken after the copy"] += 1
            elif times == 0 and not said.ended:
                figures["Telegram messages under way at the loss, not acknowledged"] += 1
            elif times != 1:
                yield f"telegram: {said.marked!r} is kept {times} times"


def _notes_kept(world: World, cast: Cast, figures: Counter[str]) -> Iterator[str]:
    """A line typed in a thread is kept once where the conversation is known; it never reaches a customer."""
    got = "\n".join(text for customer in cast.customers for text in customer.reads)
    known = {row[0] for row in world.rows("SELECT thread_reference FROM conversations")}
    known |= {row[0] for row in world.rows("SELECT reference FROM former_threads")}
    for post in world.slack.channels[CHANNEL].messages:
        if post.bot_id or post.deleted or not post.text.startswith("note "):
            continue
        kept = len(world.rows("SELECT 1 FROM messages WHERE author = 'note' AND text = ?", post.text))
        figures["notes"] += 1
        if post.thread_ts not in known and not kept:
            figures["notes gone: in threads that opened after the copy"] += 1
        elif kept != 1:
            yield f"notes: {post.text!r} is kept {kept} times"
        if post.text in got:
            yield f"notes: {post.text!r} reached a customer"


def _typed_once(cast: Cast) -> Iterator[str]:
    """An agent's words reach a customer once, on either channel."""
    got = Counter(text for customer in cast.customers for text in customer.reads)
    for member in cast.members:
        for said in member.said:
            if got[said.marked] > 1:
                yield f"replies: {said.marked!r} was got {got[said.marked]} times"


def posted_once(world: World, lives: Lives) -> Iterator[str]:
    """Each effect stands once at Twilio and at Slack; what stood under a deleted card may follow it.

    Of two effects with the same words either may count as the message that left in the lost life.
    """
    held: Counter[tuple[str, str]] = Counter()
    counted = {row["reference"]: outbox_id for outbox_id, row in lives.now.items() if row["reference"]}
    for message in world.twilio.messages.values():
        if message.direction != "inbound":
            held[counted.get(message.sid) or _oid(message.status_callback or ""), ""] += 1
    for channel in world.slack.channels.values():
        for post in (one for one in channel.messages if not one.deleted):
            held[(posted(post), str(post.thread_ts))] += 1
    for (outbox_id, _), times in held.items():
        if outbox_id and times > 1:
            yield f"posts: {outbox_id} stands there {times} times"
    for outbox_id, row in lives.now.items():
        is_sent = row["state"] == "sent" and row["destination"] == "whatsapp"
        if is_sent and row["reference"] not in world.twilio.messages:
            yield f"twilio: {outbox_id} counts as sent and is not there"


def _words(row: sqlite3.Row) -> tuple[str, set[str]]:
    """To whom, and how it may read there: a menu shows its own words, or the numbered ones."""
    payload = json.loads(row["payload"])
    return str(payload["to"]), {payload.get("text", ""), payload.get("menu", {}).get("body", "")}


def _told_once(world: World, cast: Cast, lives: Lives, loss: Loss, figures: Counter[str]) -> Iterator[str]:
    """No words reach a customer more often than one of the two lives meant them to.

    Whoever wrote last when the machine was lost is to be answered, with the same words if need be.
    """
    for customer in cast.customers:
        channel = "whatsapp" if isinstance(customer, OnWhatsApp) else "telegram"
        meant = [_meant(life, channel, customer.to) for life in (lives.lost, lives.now)]
        may = sum if _is_unanswered(customer, loss) else max
        for text, times in Counter(customer.reads).items():
            more = times - may(each[text] for each in meant)
            figures[f"messages to customers, {channel}"] += times
            if more > 0 and channel == "whatsapp":
                yield f"whatsapp: {customer.name} got {text!r} {more} times too often"
            elif more > 0:
                figures["Telegram: words of the bot said once more"] += more
    found = [row for row in lives.now.values() if row["state"] == "sent" and row["doubt"]]
    figures["effects proven to have left in the lost life"] += len(found)


def _is_unanswered(customer: Customer, loss: Loss) -> bool:
    """Whether they wrote after the last that reached them before the loss."""
    if not isinstance(customer, OnWhatsApp):
        return False
    lost = MONDAY.timestamp() + loss.lost_at + STILL_ON_ITS_WAY
    there = customer.world.twilio.conversation(customer.person)
    wrote = max((one.date_created for one in there if one.direction == "inbound"), default=0.0)
    told = [one.date_created for one in there if one.direction != "inbound" and one.date_created <= lost]
    return wrote > max(told, default=0.0)


def _meant(life: dict[str, sqlite3.Row], channel: str, to: str) -> Counter[str]:
    rows = [row for row in life.values() if row["destination"] == channel and row["is_for_customer"]]
    return Counter(text for at, texts in map(_words, rows) if at == to for text in texts)


def _got(world: World, customer: Customer) -> Counter[str]:
    return Counter(customer.reads)
