"""How articles came to be what they are, and what became of questions: each gesture changed what it says."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from tests.sim.history import changes
from tests.sim.world import World

Version = tuple[dict[str, Any], int]
"""The words of an article, and whether it answers."""
OPEN = frozenset({"not_helped", "person"})
"""What a customer said of an answer that settled nothing."""


def articles_become_what_was_done(world: World) -> Iterator[str]:
    """Each change is what its gesture says, of the article as it was just before; the last one is kept."""
    done = {change.told[0]: change.event["what"] for change in changes(world, "article")}
    became: dict[str, list[Version]] = {}
    for row in world.rows("SELECT number, article, body, active FROM article_changes ORDER BY number"):
        if row["number"] not in done:  # before anybody came
            continue
        versions = became.setdefault(row["article"], _first(world, row["article"], min(done)))
        now = json.loads(row["body"]), row["active"]
        if not _follows(done[row["number"]], versions, now):
            yield f"base: {row['article']} is {done[row['number']]}, and that is not what changed"
        versions.append(now)
    for article, versions in became.items():
        for row in world.rows("SELECT body, active FROM articles WHERE id = ?", article):
            if versions[-1] != (json.loads(row["body"]), row["active"]):
                yield f"base: {article} is not what it was last changed to"


def _first(world: World, article: str, since: int) -> list[Version]:
    """What an article was before anybody came."""
    rows = world.rows(
        "SELECT body, active FROM article_changes WHERE article = ? AND number < ? ORDER BY number",
        article,
        since,
    )
    return [(json.loads(row["body"]), row["active"]) for row in rows]


def _follows(what: str, versions: Sequence[Version], now: Version) -> bool:
    """Whether a gesture makes an article this, of what it was."""
    if what == "added" or not versions:
        return what == "added" and not versions and now[1] == 1
    (words, active), undone = versions[-1], versions[-2:-1]
    match what:
        case "on" | "off":
            return now == (words, what == "on") and active != now[1]
        case "undone":
            return [now] == undone
        case "learnt":
            (*known, new) = now[0]["learnt"] or [""]
            return now == (words | {"learnt": [*words["learnt"], new]}, active) and new not in known
    return now[1] == active and now[0] != words


def nobodys_change_is_written_over(world: World) -> Iterator[str]:
    """A form that is taken changes what its sender looked at, and nothing that others changed since."""
    made = {change.heard: change for change in changes(world, "article")}
    for view in world.slack.memory.views.values():
        change = made.get(f"slack:{world.slack.memory.team_id}:view:{view.id}")
        if change is None or change.event["what"] != "edited":
            continue
        seen = json.loads(view.content["private_metadata"])["n"]
        for row in world.rows(
            "SELECT max(number) n FROM article_changes WHERE article = ? AND number < ?",
            change.id,
            change.told[0],
        ):
            if row["n"] != seen:
                yield f"base: {change.id} was looked at after change {seen}, and change {row['n']} is lost"


def what_a_customer_said_stays(world: World) -> Iterator[str]:
    """A verdict is given once, of one question; what an agent answered with stands where none settled it."""
    for row in world.rows("SELECT id, told FROM history WHERE what = 'judged' ORDER BY n"):
        before, now = json.loads(row["told"])
        if before and not (before in OPEN and now in OPEN):
            yield f"questions: {row['id']} was {before}, and became {now}"
    for row in world.rows("SELECT * FROM questions WHERE used <> '' AND article <> ''"):
        if row["verdict"] not in OPEN:
            where = f"{row['conversation_id']}:{row['number']}"
            yield f"questions: {where} was settled, and is said to be answered with {row['used']}"


def cards_offer_what_was_not_seen(world: World) -> Iterator[str]:
    """No card offers agents an article that stood before the customer when the card was made."""
    for row in world.rows(
        "SELECT o.id, o.conversation_id, o.payload, h.n FROM outbox o"
        " JOIN history h ON h.what = 'decided' AND h.id = o.id WHERE o.kind IN ('open_thread', 'update_card')"
    ):
        near = {article for article, *_ in json.loads(row["payload"])["near"]}
        for shown in world.rows(
            "SELECT DISTINCT json_extract(o.payload, '$.article') article FROM outbox o"
            " JOIN history h ON h.what = 'decided' AND h.id = o.id AND h.n < ?"
            " WHERE o.conversation_id = ? AND o.is_for_customer = 1 AND o.state = 'sent'"
            " AND o.report <> 'failed'",
            row["n"],
            row["conversation_id"],
        ):
            if shown["article"] in near:
                yield f"card: {row['id']} offers {shown['article']}, which the customer has seen"
