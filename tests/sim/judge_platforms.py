"""What the platforms hold, against what was decided: each effect once, in order, to whom it was meant."""

import json
import re
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from core.domain.effects import DECIDED, MOOT
from sandbox.slack import Message as Post
from sandbox.twilio_memory import MessageRecord
from tests.sim.world import CHANNEL, OPS, World

A_DAY = 23 * 3600.0
"""Seconds; Twilio's list is looked through for one hour more."""
IN_DOUBT = (DECIDED, MOOT)
"""Let go while nobody knew whether it had happened: it may stand there."""


@dataclass
class Held:
    """What a platform that can be asked holds, by outbox id."""

    ever: Counter[str] = field(default_factory=Counter)
    arrived: Counter[str] = field(default_factory=Counter)
    """Without what it then lost."""
    stands: Counter[str] = field(default_factory=Counter)
    """Without what people took away."""
    shown: Counter[str] = field(default_factory=Counter)
    """And without what stands where nobody looks any more."""

    def hears(self, outbox_id: str, *, arrived: bool = True, stands: bool = True, shown: bool = True) -> None:
        """One more."""
        self.ever[outbox_id] += 1
        self.arrived[outbox_id] += arrived
        self.stands[outbox_id] += stands
        self.shown[outbox_id] += stands and shown


def of_twilio(world: World) -> Iterator[str]:
    """What Twilio holds is what was decided: each message once, in order, to whom it was meant (W4, W6)."""
    held = Held()
    order: dict[str, list[str]] = {}
    for message in world.twilio.messages.values():
        if message.direction == "inbound" or message.body in world.of_others:
            continue
        outbox_id = _oid(message.status_callback or "")
        held.hears(outbox_id, arrived=message.status not in {"failed", "undelivered"})
        order.setdefault(message.to, []).append(outbox_id)
        decided = world.rows("SELECT payload FROM outbox WHERE id = ?", outbox_id)
        if not decided:
            yield f"twilio: holds {message.body!r}, which nobody decided"
        elif message.to.removeprefix("whatsapp:") != json.loads(decided[0]["payload"])["to"]:
            yield f"twilio: {outbox_id} went to somebody else"
    rows = world.rows("SELECT * FROM outbox WHERE destination = 'whatsapp'")
    yield from _compared("twilio", held, rows)
    yield from _in_order(world, "twilio", order)


def twilio_is_heard(world: World) -> Iterator[str]:
    """What Twilio's list holds was heard, once, whether its call arrived or not (W10)."""
    for message in unheard_of_twilio(world):
        yield f"twilio: {message.body!r} stands in its list and was never heard"
    for row in world.rows(
        "SELECT reference, count(*) n FROM messages WHERE channel = 'whatsapp' AND author = 'customer'"
        " AND reference <> '' GROUP BY 1 HAVING n > 1"
    ):
        yield f"twilio: {row['reference']} was heard {row['n']} times"


def unheard_of_twilio(world: World) -> list[MessageRecord]:
    """What customers wrote in the last day, as far back as is looked, and no journal knows.

    Where a clock was set, Twilio's dates are what Twilio's are never: nothing is asked.
    """
    since = world.clock.seconds() - A_DAY
    heard = {row["key"].rpartition(":")[2] for row in world.rows("SELECT key FROM journal")}
    written = [one for one in world.twilio.messages.values() if one.direction == "inbound"]
    missed = [one for one in written if one.date_created > since and one.sid not in heard]
    return [] if world.clock.was_set else missed


def _oid(address: str) -> str:
    found = re.search(r"[?&]oid=([^&#]+)", address)
    return found[1] if found else ""


def _compared(platform: str, held: Held, rows: Iterable[sqlite3.Row]) -> Iterator[str]:
    for row in rows:
        times, told = held.stands[row["id"]], f"{platform}: {row['kind']} {row['id']}"
        if times > 1:
            yield f"{told} stands there {times} times"
        if row["state"] == "sent" and not held.ever[row["id"]]:
            yield f"{told} counts as sent and is not there"
        if row["state"] == "cancelled" and held.shown[row["id"]] and row["error"] not in IN_DOUBT:
            yield f"{told} was cancelled and is there"
        if row["state"] == "failed" and held.arrived[row["id"]]:
            yield f"{told} counts as failed and is there"


def _in_order(world: World, platform: str, order: dict[str, list[str]]) -> Iterator[str]:
    lanes = {row["id"]: (row["lane"], row["seq"]) for row in world.rows("SELECT id, lane, seq FROM outbox")}
    for place, ids in order.items():
        last: dict[str, int] = {}
        for outbox_id in ids:
            lane, seq = lanes.get(outbox_id, ("", 0))
            if seq < last.get(lane, -1):
                yield f"{platform}: {outbox_id} stands in {place} after what was decided later"
            last[lane] = max(seq, last.get(lane, -1))


def of_telegram(world: World) -> Iterator[str]:
    """Telegram cannot be asked: our own words at most once more, an agent's never; in order (W4, W6)."""
    rows = world.rows("SELECT * FROM outbox WHERE destination = 'telegram' ORDER BY seq")
    decided: Counter[tuple[str, str]] = Counter()
    typed: Counter[tuple[str, str]] = Counter()
    for row in rows:
        words, again = _words(row), min(row["resends"], 0 if row["agent"] else 1)
        decided[words] += 1 + again
        typed[words] += bool(row["agent"])
        if row["resends"] > again:
            yield f"telegram: {row['kind']} {row['id']} was sent again {row['resends']} times"
    got = Counter(
        (str(chat.id), one.text)
        for chat in world.telegram.chats.values()
        for one in chat.messages
        if one.outgoing
    )
    for row in rows:
        if row["state"] == "sent" and not got[_words(row)]:
            yield f"telegram: {row['kind']} {row['id']} counts as sent and is not there"
    for words, times in got.items():
        if times > decided[words]:
            yield f"telegram: {words[1]!r} was got {times} times, decided {decided[words]}"
        if typed[words] and times > typed[words]:
            yield f"telegram: an agent's {words[1]!r} was got {times} times"
    yield from _in_order(world, "telegram", _known(world, rows))


def _known(world: World, rows: Iterable[sqlite3.Row]) -> dict[str, list[str]]:
    """What stands in each chat, oldest first, as far as a receipt tells which row it is."""
    known = {(_words(row)[0], row["reference"]): row["id"] for row in rows if row["reference"]}
    return {
        str(chat.id): [
            known[str(chat.id), str(one.message_id)]
            for one in chat.messages
            if one.outgoing and (str(chat.id), str(one.message_id)) in known
        ]
        for chat in world.telegram.chats.values()
    }


def _words(row: sqlite3.Row) -> tuple[str, str]:
    payload = json.loads(row["payload"])
    return str(payload["to"]), str(payload.get("text", ""))


def of_slack(world: World) -> Iterator[str]:
    """Each post of ours once, in its lane's order.

    A card that somebody took away opens anew. What may stand under the one that was lost is told again under
    the new one, in other posts.
    """
    held = Held()
    order: dict[str, list[str]] = {}
    left = {row["reference"] for row in world.rows("SELECT reference FROM former_threads")}
    for post in world.slack.channels[CHANNEL].messages:
        if outbox_id := posted(post):
            held.hears(outbox_id, stands=not post.deleted, shown=post.thread_ts not in left)
            order.setdefault(str(post.thread_ts or CHANNEL), []).append(outbox_id)
    rows = world.rows("SELECT * FROM outbox WHERE destination = 'team'")
    kinds = [row for row in rows if row["kind"] not in ("update_card", "mark", "retell")]
    yield from _compared("slack", held, kinds)
    yield from _in_order(world, "slack", {place: ids for place, ids in order.items() if place != CHANNEL})


def of_operators(world: World) -> Iterator[str]:
    """Each line for operators once, and what counts as told stands there."""
    held = Counter(posted(post) for post in world.slack.channels[OPS].messages)
    for alert in world.rows("SELECT id, state, text FROM alerts"):
        if held[alert["id"]] > 1:
            yield f"operators: {alert['text']!r} stands {held[alert['id']]} times"
        if alert["state"] == "sent" and not held[alert["id"]]:
            yield f"operators: {alert['text']!r} counts as told and is not there"


def of_decisions(world: World) -> Iterator[str]:
    """A manager decides about one effect once, however often they press."""
    for row in world.rows(
        "SELECT json_extract(event, '$.outbox_id') AS id, count(*) n FROM journal"
        " WHERE kind = 'ManagerSettled' GROUP BY 1 HAVING n > 1"
    ):
        yield f"decisions: {row['id']} was decided {row['n']} times"


def posted(post: Post) -> str:
    """The outbox id that a post of ours carries; empty for any other."""
    return str(((post.metadata or {}).get("event_payload") or {}).get("outbox_id") or "")


def of_cards(world: World) -> Iterator[str]:
    """The card shows the state as it is."""
    channel = world.slack.channels[CHANNEL]
    for row in world.rows("SELECT * FROM conversations WHERE thread_reference <> ''"):
        card = channel.find(row["thread_reference"])
        if card is None:
            if row["status"] in ("open", "in_progress"):
                yield f"card: {row['handle']} waits, and has none"
            continue
        shown = json.dumps(card.blocks, ensure_ascii=False)
        if row["status"] == "in_progress" and f"<@{row['owner']}>" not in shown:
            yield f"card: {row['handle']} does not name its owner"
        if row["status"] == "open" and any(f"*Responsable*\\n<@{who}>" in shown for who in world.slack.users):
            yield f"card: {row['handle']} names an owner it has not"
