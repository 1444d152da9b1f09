"""The knowledge base, which the team changes while customers write: it knows and shows what is kept."""

import json
from collections.abc import Iterator

from core.store.articles import ARTICLE
from tests.sim.world import World


def the_base_knows_what_is_kept(world: World) -> Iterator[str]:
    """What answers customers is what is kept and switched on, word for word."""
    if world.service is None:
        return
    rows = world.rows("SELECT body FROM articles WHERE active = 1")
    kept = {article.id: article for article in (ARTICLE.validate_json(row["body"]) for row in rows)}
    known = {article.id: article for article in world.service.knowledge.articles}
    for each in sorted(kept.keys() | known.keys()):
        if kept.get(each) != known.get(each):
            where = "not known" if each not in known else "not kept" if each not in kept else "kept otherwise"
            yield f"base: {each} is {where}"


def what_was_shown_was_in_force(world: World) -> Iterator[str]:
    """No customer is shown an article that was switched off by then, or was never there."""
    switched: dict[str, list[tuple[int, int]]] = {}
    for row in world.rows("SELECT n, id, told FROM history WHERE what = 'article' ORDER BY n"):
        switched.setdefault(row["id"], []).append((row["n"], json.loads(row["told"])[1]))
    for row in world.rows(
        "SELECT h.n, json_extract(o.payload, '$.article') article FROM history h"
        " JOIN outbox o ON o.id = h.id AND h.what = 'decided' WHERE article IS NOT NULL"
    ):
        before = [active for n, active in switched.get(row["article"], []) if n < row["n"]]
        if before and not before[-1]:
            yield f"base: {row['article']} was shown, and was switched off"


def every_change_says_who(world: World) -> Iterator[str]:
    """What people change has a row of the journal that names them, and one of the article's own."""
    rows = world.rows("SELECT event FROM journal WHERE kind = 'ArticleChanged'")
    told = [json.loads(row["event"]) for row in rows]
    changed = world.rows("SELECT article, by_whom FROM article_changes WHERE by_whom <> ''")
    for row in changed:
        if not any(each["agent"] == row["by_whom"] and each["article"] == row["article"] for each in told):
            yield f"base: {row['article']} was changed by {row['by_whom']}, and the journal does not say so"
    for each in told:
        if each["what"] in {"added", "on", "off", "undone"} and not any(
            row["article"] == each["article"] for row in changed
        ):
            yield f"base: {each['article']} is said to be {each['what']}, and was never changed"
