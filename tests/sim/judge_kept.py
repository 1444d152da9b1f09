"""What is kept beside conversations: permits, typed words, marks, menus, and phrasings that were dismissed.

At any moment, for each is written in one transaction. Rates are those of the product's pages, written here
anew.
"""

import json
import re
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sandbox.slack import Ephemeral, buttons
from tests.sim.judge_timers import there
from tests.sim.people import Customer, Member, OnWhatsApp
from tests.sim.world import CHANNEL, World

RATES = {
    "whatsapp:sender": (13, 20),
    "telegram:all": (40, 5),
    "telegram:chat": (1050, 1),
    "slack:post": (1000, 3),
    "slack:update": (1700, 5),
}
"""Milliseconds between two permits, and how many at once after rest."""
SPENDS = {"whatsapp": 1, "telegram": 2, "team": 1}
"""Permits of each attempt: Telegram counts the chat, and all chats together."""
DRAFTS_KEPT_MS = 7 * 24 * 3_600_000
READ_BEFORE_MS = 60_000
"""A page so young may have been read before, and shown after."""
ASKED = re.compile(r"!(aide|help|attente|backlog|dead|echecs|faq|kb|macro)\b")
"""Lines that only want to be shown something: nothing is kept of them."""
LATE_EFFECT = 60.0
"""Seconds: what a menu is asked for may take effect so long after nobody waits for it."""
OLDEST = 23 * 3600.0
"""Seconds: farther back nothing is looked for on a channel."""


def permits_are_spent(world: World) -> Iterator[str]:
    """Every attempt takes its permits, of which there is one by then, whatever was started anew meanwhile."""
    attempts: list[Attempt] = []
    left: dict[str, int] = {}
    for row in world.rows(
        "SELECT h.what, h.id, h.told, o.destination FROM history h LEFT JOIN outbox o ON o.id = h.id"
        " WHERE h.what IN ('left', 'permit') ORDER BY h.n"
    ):
        if row["what"] == "left":
            attempts.append(Attempt(row["id"], row["destination"], int(row["told"])))
        elif attempts:
            attempts[-1].permits += 1
            before, left[row["id"]], blocked = json.loads(row["told"])
            yield from _overspent(attempts[-1], row["id"], before, left[row["id"]], blocked)
    for one in attempts:
        if one.permits != SPENDS[one.destination]:
            yield f"budgets: {one.id} left by {one.permits} permits of {one.destination}"
    for row in world.rows("SELECT name, next_at FROM budgets WHERE next_at > 0"):
        if row["next_at"] != left.get(row["name"]):
            yield f"budgets: {row['name']} is not what its last permit made of it"


@dataclass
class Attempt:
    """One call, and how many permits were taken for it."""

    id: str
    destination: str
    at: int
    permits: int = 0


def _overspent(attempt: Attempt, name: str, before: int, after: int, blocked: int) -> Iterator[str]:
    every, burst = RATES[":".join(name.split(":")[:2])]
    if max(before - (burst - 1) * every, blocked) > attempt.at:
        yield f"budgets: {attempt.id} left when {name} had no permit"
    if (took := after - max(before, attempt.at)) != every:
        yield f"budgets: {attempt.id} took {took} ms of {name}, which are {every}"


def customers_are_who_they_are(
    world: World, customers: Sequence[Customer], _members: Sequence[Member]
) -> Iterator[str]:
    """Whoever wrote is known by their own name, in a language that is spoken, with no phone but theirs."""
    theirs = {one.to: one for one in customers}
    for row in world.rows(
        "SELECT a.external_id, k.name, k.language, k.phone, (SELECT max(m.is_late) FROM messages m"
        " JOIN conversations c ON c.id = m.conversation_id WHERE c.customer_id = k.id) AS was_found"
        " FROM customers k JOIN addresses a ON a.customer_id = k.id"
    ):
        one = theirs.get(row["external_id"])
        is_told = row["name"] or not row["was_found"]  # Twilio's list has no names
        if one is not None and is_told and row["name"] != one.name:
            yield f"customers: {one.name} is known as {row['name']!r}"
        if row["language"] not in {"fr", "en"}:
            yield f"customers: {row['name']} speaks {row['language']!r}"
        if one is not None and row["phone"] not in {"", one.phone}:
            yield f"customers: {one.name} has the phone {row['phone']}"


def typed_words_stay(world: World) -> Iterator[str]:
    """What somebody typed, and is asked about, is kept, theirs, and acted on as it was typed."""
    kept = {row["id"]: row for row in world.rows("SELECT * FROM drafts")}
    yield from _asked_about(world, kept)
    for row in world.rows("SELECT key, event FROM journal WHERE key LIKE 'draft:%'"):
        draft, event = kept.get(row["key"].removeprefix("draft:")), json.loads(row["event"])
        said = event.get("text", event.get("recap", "")), event["agent"]["id"]
        if draft is not None and said != (draft["text"], draft["agent"]):
            yield f"drafts: {draft['text']!r} of {draft['agent']} became {said}"
    newest = max((draft["at"] for draft in kept.values()), default=0)
    for draft in kept.values():
        if draft["at"] < newest - DRAFTS_KEPT_MS:
            yield f"drafts: what {draft['agent']} typed is kept for ever"


def _asked_about(world: World, kept: Mapping[str, sqlite3.Row]) -> Iterator[str]:
    """Whoever is asked for whom their words are: theirs are kept."""
    oldest = world.clock.seconds() - DRAFTS_KEPT_MS / 1000
    for shown in world.slack.ephemerals:
        offered = () if shown.deleted else buttons(shown)
        for draft_id in {_value(one.value).get("d", "") for one in offered} - {""}:
            draft = kept.get(draft_id)
            if draft is None and shown.at > oldest and not world.clock.was_set:
                yield f"drafts: what {shown.user} typed is gone, and they are asked about it"
            if draft is not None and draft["agent"] != shown.user:
                yield f"drafts: {shown.user} is asked about words of {draft['agent']}"


def _value(value: str | None) -> dict[str, str]:
    read = json.loads(value) if value and value.startswith("{") else {}
    return read if isinstance(read, dict) else {}


def marks_pass_nothing_unheard(world: World) -> Iterator[str]:
    """Up to its mark all that people wrote in a place is known, or put aside; no mark is of tomorrow.

    Where a clock was set nothing is asked: the platforms' dates are then what they never are.
    """
    if world.clock.was_set:
        return
    heard = {row["key"] for row in world.rows("SELECT key FROM journal UNION ALL SELECT key FROM quarantine")}
    now = world.clock.seconds()
    for row in world.rows(
        "SELECT channel, begun_at / 1000.0 AS begun, known_until / 1000.0 AS until FROM sweeps"
    ):
        if row["until"] > now:
            yield f"sweeps: {row['channel']} is known up to {row['until'] - now:.0f} s ahead"
        missed = _in_twilio if row["channel"] == "whatsapp" else _in_threads
        for what in missed(world, heard, row["begun"], row["until"]):
            yield f"sweeps: {what!r} was never heard, and {row['channel']} counts as known"


def _in_twilio(world: World, heard: set[str], begun: float, until: float) -> Iterator[str]:
    sids = {key.rpartition(":")[2] for key in heard}
    since = max(begun, world.clock.seconds() - OLDEST)
    for one in world.twilio.messages.values():
        if one.direction == "inbound" and since < one.date_created < until and one.sid not in sids:
            yield one.body


def _in_threads(world: World, heard: set[str], begun: float, until: float) -> Iterator[str]:
    """Of threads of conversations that go on: what stands there and a person typed."""
    live = {
        row["ts"]
        for row in world.rows("SELECT thread_reference AS ts FROM conversations WHERE status <> 'closed'")
    }
    gestures = {key.rpartition(":")[2] for key in heard}
    for post in world.slack.channels[CHANNEL].messages:
        if post.bot_id or post.deleted or post.thread_ts not in live or post.ts == post.thread_ts:
            continue
        is_due = begun < float(post.ts) < until and not ASKED.match(post.text)
        if is_due and not {post.ts, str(post.extra.get("client_msg_id"))} & gestures:
            yield post.text


def menus_are_made_once(
    world: World, customers: Sequence[Customer], _members: Sequence[Member]
) -> Iterator[str]:
    """Each is made no second time while it is known, and is remembered once it was shown."""
    there = world.twilio.memory.contents
    known = {row["reference"]: row for row in world.rows("SELECT * FROM contents")}
    for reference, row in known.items():
        first = there.get(reference)
        again = [
            one.sid
            for one in there.values()
            if first is not None
            and one.friendly_name == first.friendly_name
            and one.date_created > first.date_created + LATE_EFFECT
        ]
        if again and not world.clock.was_set:
            yield f"menus: {row['key'][:16]} is known as {reference}, and was made again {len(again)} times"
    ever = {row["id"] for row in world.rows("SELECT id FROM history WHERE what = 'menu'")}
    is_full = any(fault.startswith("store") for fault in world.fate.met)
    shown = {
        one.content_sid
        for each in customers
        if isinstance(each, OnWhatsApp)
        for one in world.twilio.conversation(each.person)
        if one.content_sid
    }
    for reference in () if is_full else sorted(shown - ever):
        yield f"menus: {reference} was shown, and is not remembered"


def what_was_dismissed_is_not_proposed(world: World) -> Iterator[str]:
    """Who said no to a phrasing is not asked again, and each no is somebody's."""
    rows = world.rows("SELECT article, phrasing, at, by_whom FROM dismissed_phrasings")
    told = {
        (event["article"], event["agent"])
        for row in world.rows("SELECT event FROM journal WHERE kind = 'ArticleChanged'")
        if (event := json.loads(row["event"]))["what"] == "dismissed"
    }
    refused = {(row["article"], row["phrasing"]): row["at"] for row in rows}
    for row in rows:
        if (row["article"], row["by_whom"]) not in told:
            yield f"base: {row['phrasing']!r} is dismissed, and the journal names no {row['by_whom']}"
    if len(told) > len(rows):
        yield f"base: {len(told)} say no to phrasings, and {len(rows)} are kept"
    for shown in world.slack.ephemerals:
        for button in () if shown.deleted or not refused or world.clock.was_set else buttons(shown):
            value = _value(button.value)
            at = refused.get((value.get("a", ""), value.get("w", "")))
            is_asked = at is not None and button.action_id.startswith("kb_learn")
            if is_asked and there(world, at or 0, round(_revised(shown) * 1000)) > READ_BEFORE_MS:
                yield f"base: {value['w']!r} was dismissed, and is proposed again"


def _revised(shown: Ephemeral) -> float:
    """When it was last written."""
    return float(shown.history[-1].until if shown.history else shown.at)
