"""What the stand-ins remember once everything has settled, held against what the service acknowledged."""

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sandbox.slack import Message as Post
from tests.kill.load import ANSWER, LATER, REPLY, Writer
from tests.stories.child import ChildTown
from tests.stories.people import seen, words
from tests.stories.town import CHANNEL

PLATFORM = {"team": "slack", "whatsapp": "twilio", "telegram": "telegram"}
POSTED = ("open_thread", "transcript", "line", "call")


@dataclass(frozen=True)
class Row:
    """A row of the outbox."""

    id: str
    destination: str
    kind: str
    state: str
    to: str
    text: str
    agent: str
    menu: str = ""
    """The words above what can be pressed, where it may be shown as a menu."""
    prompt: str = ""


async def outbox(town: ChildTown) -> list[Row]:
    """All of it."""
    rows = await town.rows(
        "SELECT id, destination, kind, state, payload, agent FROM outbox ORDER BY lane, seq"
    )
    return [_row(row) for row in rows]


def _row(row: dict[str, Any]) -> Row:
    payload = json.loads(row["payload"])
    to, text = str(payload.get("to", "")), str(payload.get("text", ""))
    menu = payload.get("menu", {})
    shown = (to, text, row["agent"], menu.get("body", ""), menu.get("prompt", ""))
    return Row(row["id"], row["destination"], row["kind"], row["state"], *shown)


def in_order(wanted: Iterable[str], shown: str) -> list[str]:
    """Those of the texts that are missing, or stand before one that was said earlier.

    A post may hold several messages of a customer: each of them is a quote of its own, to its last letter.
    """
    missing, start = [], 0
    for text in wanted:
        found = shown.find(f"> {text}\n", start)
        if found < 0:
            missing.append(text)
        else:
            start = found + len(text)
    return missing


async def judge(town: ChildTown, writers: list[Writer], cut: Counter[str]) -> list[str]:
    """Everything that is wrong; `cut`: how many calls of each platform a kill may have torn."""
    rows = await outbox(town)
    wrong = [f"{writer.name}: {fault}" for writer in writers for fault in _of_customer(town, writer, rows)]
    wrong += _doubled_in_slack(town, rows)
    wrong += _too_many_copies(writers, rows, cut["telegram"])
    left = Counter(row.destination for row in rows if row.state == "unknown")
    for destination, count in left.items():
        if count > cut[PLATFORM[destination]]:
            wrong.append(f"{count} rows unknown at {destination}, {cut[PLATFORM[destination]]} calls cut")
    return wrong


def calls_for(town: ChildTown, row: Row) -> int:
    """How many calls for a row its platform saw. None: the process died before the request arrived."""
    match row.destination:
        case "whatsapp":
            if row.prompt:
                return _calls_for_menu(town, row)
            wanted = {"To": f"whatsapp:{row.to}", "Body": row.text}
            calls = town.twilio.wire.calls
        case "telegram":
            wanted = {"chat_id": row.to, "text": row.text}
            calls = town.telegram.wire.calls
        case _:
            return sum(row.id in str(call.arguments) for call in town.slack.wire.calls)
    return sum(all(str(call.arguments.get(key)) == value for key, value in wanted.items()) for call in calls)


def _calls_for_menu(town: ChildTown, row: Row) -> int:
    """As a menu it is known by its prompt; in numbered words, by these."""
    sent = [call.arguments for call in town.twilio.wire.calls if call.method == "messages.create"]
    return sum(
        row.prompt in str(each.get("ContentVariables")) or each.get("Body") == row.text for each in sent
    )


def _of_customer(town: ChildTown, writer: Writer, rows: list[Row]) -> list[str]:
    """Their words are in their thread, in order; they were answered; nothing reached them twice."""
    threads = _threads(town, writer)
    thread = _shown(post for posts in threads for post in posts)
    missing = in_order(writer.acknowledged, thread)
    wrong = [
        f"acknowledged, not in order and {thread.count(f'> {t}')} times in the thread: {t}" for t in missing
    ]
    # What was said before the hand-off stands in the transcript; each later message stands in one line alone.
    # Only the transcript of a card that was opened anew says all of it once more.
    transcripts = {row.id for row in rows if row.kind == "transcript"}
    lines = [_shown(post for post in posts if _outbox_id(post) not in transcripts) for posts in threads]
    later = [text for text in writer.acknowledged if text.startswith(LATER)]
    wrong += [
        f"doubled in Slack, in a thread: {t}"
        for t in later
        if any(one.count(f"> {t}\n") > 1 for one in lines)
    ]
    mine = [row for row in rows if row.to == writer.external_id]
    menus = {row.menu: row.text for row in mine if row.menu}
    planned = Counter(row.text for row in mine)
    received = Counter(menus.get(text, text) for text in writer.received)
    answered = sum(count for text, count in received.items() if ANSWER in text)
    unsure = {row.text for row in mine if row.state == "unknown"}
    if answered == 0 and not any(ANSWER in text for text in unsure):
        wrong.append("never told that the request is noted")
    if sum(count for text, count in planned.items() if ANSWER in text) > 1:
        wrong.append("decided to tell twice that the request is noted")
    wrong += [f"invented: {text!r}" for text in received if text not in planned]
    wrong += [
        f"an accepted reply never left: {t}" for t in writer.accepted if not received[t] and t not in unsure
    ]
    if mine and mine[0].destination == "whatsapp":
        wrong += [f"doubled at Twilio: {text!r}" for text in received if received[text] > planned[text]]
        wrong += [f"doubled at Twilio: {text!r}" for text in _replies(received) if received[text] > 1]
    else:
        wrong += [f"doubled at Telegram: {text!r}" for text in _replies(received) if received[text] > 1]
    return wrong


def _replies(received: Counter[str]) -> list[str]:
    """No two of an agent's replies have the same words, so that each may stand on the phone once."""
    return [text for text in received if text.startswith(REPLY)]


def _threads(town: ChildTown, writer: Writer) -> list[list[Post]]:
    """The replies under each of the customer's cards, one that was deleted included; none before a card."""
    channel = town.slack.channels[CHANNEL]
    roots = [m for m in channel.messages if not m.is_reply and words(m).startswith(f"*{writer.name}*")]
    return [channel.replies(root.ts) for root in roots]


def _shown(posts: Iterable[Post]) -> str:
    return "\n".join(words(post) for post in posts) + "\n"


def _outbox_id(post: Post) -> str:
    return str((post.metadata or {}).get("event_payload", {}).get("outbox_id", ""))


def _doubled_in_slack(town: ChildTown, rows: list[Row]) -> list[str]:
    """What perhaps stands under a card that was deleted, that card too, is rightly said under the new one."""
    channel = town.slack.channels[CHANNEL]
    posts = [post for post in channel.messages if _outbox_id(post)]
    stand = [p for p in posts if not p.deleted and (not p.is_reply or channel.find(p.thread_ts or ""))]
    held = Counter(_outbox_id(post) for post in stand)
    wrong = [f"doubled in Slack: {number}" for number, count in held.items() if count > 1]
    ever = {_outbox_id(post) for post in posts}
    sent = [row for row in rows if row.kind in POSTED and row.state == "sent"]
    return wrong + [
        f"told as posted and not there: {row.kind} {row.id}" for row in sent if row.id not in ever
    ]


def _too_many_copies(writers: list[Writer], rows: list[Row], cut: int) -> list[str]:
    """Telegram cannot be asked what it has: a prompt of ours goes out once more for each cut call."""
    planned = Counter((row.to, row.text) for row in rows if row.destination == "telegram")
    held = Counter((w.external_id, text) for w in writers for text in w.received if not w.number % 2)
    extra = sum((held - planned).values())
    return [f"{extra} extra copies at Telegram for {cut} cut calls"] if extra > cut else []


async def told(town: ChildTown, writers: list[Writer]) -> list[str]:
    """Each row that is still unknown, with what the stand-in holds of it."""
    by_address = {writer.external_id: writer for writer in writers}
    lines = []
    for row in await outbox(town):
        if row.state == "unknown":
            held = by_address[row.to].received.count(row.text) if row.to in by_address else 0
            lines.append(
                f"unknown: {row.destination} {row.kind} {row.id}, {calls_for(town, row)} calls seen, "
                f"{held} held: {seen(row.text)[:50]!r}"
            )
    return lines
