"""The words: what stands at a platform is what was decided, what was decided is what is kept, and customers
read nothing that is ours alone.

Words are compared as words: each place has its own signs around them.
"""

import json
import re
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from core.domain.effects import DECIDED
from sandbox.slack import Message as Post
from sandbox.twilio import MessageRecord
from tests.sim.people import Customer, Member
from tests.sim.world import CHANNEL, World

SHOWN_WHOLE, SHOWN_MESSAGES = 2_000, 15
"""Characters and messages of a line, or of a transcript, that one post surely shows."""
_ITEM = re.compile(r"^\d+\. ", re.MULTILINE)
_OURS = re.compile(r"\{\w*\}|<[@#!]|https?://\S+\||ticket|n°|#\s?\d|\b[CG]0[A-Z]{2,}\b", re.IGNORECASE)
_LONG_NUMBER = re.compile(r"\d{6,}|\b[0-9A-HJKMNP-TV-Z]{26}\b")
"""No hour, no date and no delay has so many figures; ids and the numbers of threads do."""
_PICTURE = re.compile("[\U0001f000-\U0001faff\u2600-\u27bf\u2b00-\u2bff\ufe0f\u203c\u2049]")


def twilio_says_what_was_decided(world: World) -> Iterator[str]:
    """The text, to the letter; or the menu, with each of its choices."""
    for message in world.twilio.messages.values():
        found = re.search(r"[?&]oid=([^&#]+)", message.status_callback or "")
        if message.direction == "inbound" or found is None:
            continue
        for row in world.rows("SELECT payload FROM outbox WHERE id = ?", found[1]):
            if not _is_said(message, json.loads(row["payload"])):
                yield f"twilio: {found[1]} says {message.body!r}, which was not decided"


def _is_said(message: MessageRecord, payload: Mapping[str, Any]) -> bool:
    menu = payload.get("menu")
    if not message.buttons or menu is None:
        return message.body == payload["text"] and not message.buttons
    titles = [button["title"] for button in message.buttons]
    return message.body == menu["body"] and titles == [choice["label"] for choice in menu["choices"]]


def telegram_says_what_was_decided(world: World) -> Iterator[str]:
    """What a row knows its message by says what the row says, with its buttons, in the chat it is for."""
    for row in world.rows(
        "SELECT id, payload, reference FROM outbox WHERE destination = 'telegram' AND reference <> ''"
    ):
        payload = json.loads(row["payload"])
        there = world.telegram.chats.values()
        chat = next((chat for chat in there if str(chat.id) == payload["to"]), None)
        sent = chat.messages if chat else []
        message = next((one for one in sent if str(one.message_id) == row["reference"]), None)
        offered = [choice["label"] for choice in payload.get("choices", ())]
        if message is None or message.text != payload["text"]:
            yield f"telegram: {row['id']} does not say {payload['text']!r}"
        elif message.ever_offered and {str(one["text"]) for one in message.ever_offered} != set(offered):
            yield f"telegram: {row['id']} does not offer {offered}"


def slack_says_what_was_decided(world: World) -> Iterator[str]:
    """Whatever a line, a call or a transcript holds can be read in its post."""
    posts = {post.ts: post for post in world.slack.channels[CHANNEL].messages if not post.deleted}
    for row in world.rows(
        "SELECT id, kind, payload, reference FROM outbox WHERE destination = 'team' AND state = 'sent'"
        " AND kind IN ('line', 'call', 'transcript')"
    ):
        post, payload = posts.get(row["reference"]), json.loads(row["payload"])
        texts = _team_texts(payload)
        said = "\n".join(texts)
        if post is None or payload.get("flood") or len(said) > SHOWN_WHOLE or len(texts) > SHOWN_MESSAGES:
            continue
        if missing := _bare(said) - _bare(_shown(post)):
            yield f"slack: {row['kind']} {row['id']} does not say {sorted(missing)}"


def _team_texts(payload: Mapping[str, Any]) -> list[str]:
    parts = [payload, *payload.get("more", ()), *payload.get("lines", ())]
    return [text for part in parts for text in (str(part.get("text", "")), *part.get("remarks", ()))]


def _shown(post: Post) -> str:
    return json.dumps(post.blocks, ensure_ascii=False).replace("\\n", "\n")


def _bare(text: str) -> set[str]:
    return set(re.findall(r"\w+", _ITEM.sub("", text)))


def what_is_kept_is_what_left(world: World) -> Iterator[str]:
    """The messages of one saying have all its words and no others: nothing is cut, nothing is added."""
    sayings: dict[str, list[sqlite3.Row]] = {}
    for row in world.rows(
        "SELECT about, payload, conversation_id FROM outbox WHERE is_for_customer = 1 AND about <> ''"
    ):
        sayings.setdefault(row["about"], []).append(row)
    for about, rows in sayings.items():
        conversation, _, number = about.rpartition(":")
        kept = world.rows(
            "SELECT text FROM messages WHERE conversation_id = ? AND seq = ?", conversation, int(number)
        )
        said = {word for row in rows for word in _bare(json.loads(row["payload"]).get("text", ""))}
        if said != _bare(kept[0]["text"] if kept else ""):
            yield f"words: {about} is kept with other words than it left with"


def agents_words_arrive(
    world: World, customers: Sequence[Customer], members: Sequence[Member]
) -> Iterator[str]:
    """An agent's words that count as sent stand with their customer, and no more often than that."""
    reads = {customer.to: customer.reads for customer in customers}
    for member in members:
        for said in member.said:
            rows = world.rows(
                "SELECT state, error, json_extract(payload, '$.to') \"to\" FROM outbox"
                " WHERE agent <> '' AND json_extract(payload, '$.text') = ?",
                said.marked,
            )
            for row in rows:
                times = reads.get(row["to"], []).count(said.marked)
                sent = sum(one["state"] == "sent" for one in rows)
                doubted = sum(one["error"] == DECIDED or one["state"] == "unknown" for one in rows)
                if not sent <= times <= sent + doubted:
                    yield f"replies: {said.marked!r} was sent {sent} times and stands there {times} times"


def the_team_reads_what_left_in_its_name(world: World) -> Iterator[str]:
    """Each reply has a line of its own for the thread; that it stands there is asked of every line."""
    for row in world.rows(
        "SELECT o.conversation_id, json_extract(o.payload, '$.text') said FROM outbox o"
        " WHERE o.agent <> '' AND NOT EXISTS (SELECT 1 FROM outbox l"
        " WHERE l.conversation_id = o.conversation_id AND l.kind = 'line'"
        " AND json_extract(l.payload, '$.mark') = 'agent'"
        " AND json_extract(l.payload, '$.text') = json_extract(o.payload, '$.text'))"
    ):
        yield f"team: the reply {row['said']!r} is not told in the thread of {row['conversation_id']}"


def replies_reach_whom_they_name(
    _world: World, customers: Sequence[Customer], _members: Sequence[Member]
) -> Iterator[str]:
    """Where a story says for whom its words are, they are read by nobody else."""
    for customer in customers:
        for text in customer.reads:
            named = re.fullmatch(r"réponse \w+ à (\w+)", text)
            if named and not customer.name.startswith(named[1]):
                yield f"replies: {text!r} is read by {customer.name}"


def customers_read_nothing_of_ours(
    world: World, customers: Sequence[Customer], members: Sequence[Member]
) -> Iterator[str]:
    """No number of a request, no id, no name of the team's own, no markup; pictures only from agents."""
    handles = {row["handle"] for row in world.rows("SELECT handle FROM conversations WHERE handle <> ''")}
    typed = [said.marked for member in members for said in member.said]
    for customer in customers:
        for text in customer.reads:
            if any(words in text for words in typed):
                continue
            if _OURS.search(text) or _LONG_NUMBER.search(text) or _PICTURE.search(text):
                yield f"customers: {customer.name} reads {text!r}"
            if any(re.search(rf"(?<!\w){re.escape(handle)}(?![\w-])", text) for handle in handles):
                yield f"customers: {customer.name} reads a name of the team's own: {text!r}"
