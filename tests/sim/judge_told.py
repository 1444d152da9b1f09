"""What people are told, once and of the right thing: letters, marks, hours, forms; and who is there again."""

import re
from collections import Counter
from collections.abc import Iterator

from tests.sim.history import changes
from tests.sim.world import CHANNEL, World

SECOND = 1_000
_FORM = re.compile(r":view:([^:]+)")


def letters_are_told_by_a_line(world: World) -> Iterator[str]:
    """What counts as told to operators has a line of that very moment."""
    for row in world.rows(
        "SELECT id, told_at FROM outbox WHERE told_at IS NOT NULL"
        " UNION ALL SELECT id, told_at FROM quarantine WHERE told_at IS NOT NULL"
    ):
        if not world.rows("SELECT 1 FROM alerts WHERE subject = 'dead' AND at = ?", row["told_at"]):
            yield f"letters: {row['id']} counts as told, and no line tells it"


def changes_of_a_line_wait_alone(world: World) -> Iterator[str]:
    """Where the latest wins, all are of one line: none is given up for what another says."""
    for row in world.rows(
        "SELECT lane, count(DISTINCT json_extract(payload, '$.text')) n FROM outbox WHERE kind = 'mark'"
        " GROUP BY lane HAVING n > 1"
    ):
        yield f"lanes: {row['n']} lines are marked in {row['lane']}"


def what_came_late_has_its_hour(world: World) -> Iterator[str]:
    """It stands at the hour at which it was written or typed, as its platform says it."""
    written = {one.sid: one.date_created for one in world.twilio.messages.values()}
    for row in world.rows("SELECT reference, at, author FROM messages WHERE is_late = 1 AND reference <> ''"):
        post = world.slack.channels[CHANNEL].find(row["reference"]) if row["author"] == "note" else None
        at = float(post.ts) if post is not None else written.get(row["reference"])
        if at is not None and abs(row["at"] - at * SECOND) > SECOND:
            yield f"late: {row['reference']} stands {row['at'] / SECOND - at:.0f} s after it was written"


def who_writes_is_there(world: World) -> Iterator[str]:
    """Whoever was away, and writes, may be written to; but for what was written before and found late."""
    away: dict[str, str] = {}
    for change in sorted([*changes(world, "absent"), *changes(world, "heard")], key=lambda one: one.number):
        if change.what == "absent":
            away[change.id] = change.heard if change.told else ""
        elif change.kind == "CustomerWrote" and not change.event.get("late"):
            address = change.event["address"]
            since = away.get(f"{address['channel']}:{address['external_id']}")
            if since and since != change.id:
                yield f"absence: {address['external_id']} wrote, and counts as away"


def a_form_is_taken_once(world: World) -> Iterator[str]:
    """However often Slack brings it, or somebody presses."""
    keys = (row["key"] for row in world.rows("SELECT key FROM journal WHERE key LIKE '%:view:%'"))
    for form, times in Counter(found[1] for key in keys if (found := _FORM.search(key))).items():
        if times > 1:
            yield f"forms: {form} was taken {times} times"


def articles_are_shown_as_they_are(world: World) -> Iterator[str]:
    """An answer is that of the article as it was when it was decided, not of before it was changed."""
    versions: dict[str, list[tuple[int, str]]] = {}
    since = {change.told[0]: change.number for change in changes(world, "article")}
    for article in {change.id for change in changes(world, "article")}:
        for row in world.rows(
            "SELECT number, json_extract(body, '$.answer') said FROM article_changes WHERE article = ?"
            " ORDER BY number",
            article,
        ):
            versions.setdefault(article, []).append((since.get(row["number"], 0), row["said"]))
    for row in world.rows(
        "SELECT h.n, o.id, json_extract(o.payload, '$.article') article,"
        " json_extract(o.payload, '$.text') said FROM history h"
        " JOIN outbox o ON o.id = h.id AND h.what = 'decided' WHERE article IS NOT NULL"
    ):
        before = [said for n, said in versions.get(row["article"], []) if n < row["n"]]
        of_old = [said for said in before[:-1] if said != before[-1] and said in row["said"]]
        if of_old and before[-1] not in row["said"]:
            yield f"base: {row['id']} says {row['article']} as it was before"
