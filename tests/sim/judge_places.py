"""Where things stand: with the conversation's own customer, in its own thread; and a file that is whole."""

import json
from collections.abc import Iterator

from tests.sim.judge_platforms import posted
from tests.sim.world import CHANNEL, World


def words_go_to_their_own_customer(world: World) -> Iterator[str]:
    """What is for a customer is addressed to an address of theirs, on its channel."""
    for row in world.rows(
        "SELECT o.id, o.destination FROM outbox o JOIN conversations c ON c.id = o.conversation_id"
        " WHERE o.is_for_customer = 1 AND NOT EXISTS (SELECT 1 FROM addresses a WHERE"
        " a.customer_id = c.customer_id AND a.channel = o.destination"
        " AND a.external_id = json_extract(o.payload, '$.to'))"
    ):
        yield f"places: {row['id']} goes to somebody else on {row['destination']}"


def posts_stand_in_their_own_thread(world: World) -> Iterator[str]:
    """Under the conversation's card, or one that it had; a card stands by itself."""
    threads = {
        row["reference"]: row["id"]
        for row in world.rows(
            "SELECT conversation_id id, reference FROM former_threads UNION ALL"
            " SELECT id, thread_reference FROM conversations WHERE thread_reference <> ''"
        )
    }
    rows = {row["id"]: row for row in world.rows("SELECT * FROM outbox WHERE destination = 'team'")}
    for post in world.slack.channels[CHANNEL].messages:
        row = rows.get(posted(post))
        if row is None:
            continue
        is_root = post.thread_ts in (None, post.ts)
        if is_root != (row["kind"] == "open_thread"):
            yield f"places: {row['kind']} {row['id']} stands {'by itself' if is_root else 'in a thread'}"
        elif not is_root and threads.get(str(post.thread_ts)) != row["conversation_id"]:
            yield f"places: {row['kind']} {row['id']} stands in another conversation's thread"


def failures_are_told(world: World) -> Iterator[str]:
    """Words that did not arrive: an alarm in the thread holds them, or they are a dead letter.

    Before the hand-off there is no thread; whoever shut the door themselves is not to be told of.
    """
    for row in world.rows(
        "SELECT o.*, (SELECT d.n FROM history d WHERE d.what = 'decided' AND d.id = o.id)"
        " > (SELECT min(h.n) FROM history h WHERE h.what = 'handed' AND h.id = o.conversation_id)"
        " AS with_team"
        " FROM outbox o WHERE o.is_for_customer = 1 AND o.about <> ''"
        " AND (o.report = 'failed' OR o.state = 'failed')"
    ):
        is_known = row["is_dead"] != 0 or row["error"].split(" ")[0] in THEIRS
        if not row["with_team"] and is_known:
            continue
        text = json.loads(row["payload"])["text"]
        told = world.rows(
            "SELECT 1 FROM outbox WHERE conversation_id = ? AND kind = 'line'"
            " AND json_extract(payload, '$.mark') = 'alarm'"
            " AND instr(json_extract(payload, '$.text'), ?) > 0",
            row["conversation_id"],
            text,
        )
        if not told:
            yield f"failures: {row['id']} did not arrive ({row['error']}), and nobody is told"
        otherwise = world.rows(
            "SELECT 1 FROM outbox WHERE conversation_id = ? AND kind = 'line'"
            " AND json_extract(payload, '$.mark') = 'fact'"
            " AND instr(json_extract(payload, '$.text'), ?) > 0",
            row["conversation_id"],
            text,
        )
        if otherwise and row["report"] == "failed":
            yield f"failures: {row['id']} did not arrive ({row['error']}), and is said to have"


def nobody_who_left_is_written_to(world: World) -> Iterator[str]:
    """After a STOP, or a door that was shut, nothing is attempted but what confirms it, however it ended."""
    absent: dict[str, str] = {}
    for row in world.rows(
        "SELECT h.what, h.id, h.told, o.destination || ':' || json_extract(o.payload, '$.to') \"to\""
        " FROM history h LEFT JOIN outbox o ON h.what = 'left' AND o.id = h.id AND o.is_for_customer = 1"
        " AND o.condition <> 'always' WHERE h.what IN ('absent', 'left') ORDER BY h.n"
    ):
        if row["what"] == "absent":
            absent[row["id"]] = json.loads(row["told"])
        elif row["to"] and absent.get(row["to"]):
            yield f"places: {row['id']} left for somebody who is {absent[row['to']]}"


THEIRS = {
    "refused.blocked",
    "refused.opted_out",
    "refused.no_account",
    "refused.chat_gone",
    "refused.window",
    "refused.not_joined",
}


def the_file_is_whole(world: World) -> Iterator[str]:
    """Every row has what it belongs to, and SQLite finds no fault."""
    for row in world.rows("PRAGMA foreign_key_check"):
        yield f"file: a row of {row[0]} belongs to nothing"
    for row in world.rows("PRAGMA quick_check"):
        if row[0] != "ok":
            yield f"file: {row[0]}"
