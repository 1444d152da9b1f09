"""What the database itself writes down as it changes: in the true order, whatever clocks people set.

Rows tell how things ended, and the product may forget a column of them; its triggers (`triggers.py`) tell
what came after what. One transaction writes what it decided before what it heard, so that the next `heard` is
the cause.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tests.sim.world import World


@dataclass(frozen=True)
class Change:
    """One change, and the event that caused it."""

    number: int
    what: str
    id: str
    told: Any
    at: int
    heard: str
    """The key of that event."""
    kind: str
    event: dict[str, Any]


def changes(world: World, what: str) -> list[Change]:
    """All of a kind in their order, each with the event that was heard in the same transaction.

    What was read is remembered: it happened, and happens no other way.
    """
    known: list[Change] = world.happened.setdefault(what, [])
    known += _since(world, what, known[-1].number if known else 0)
    return known


def _since(world: World, what: str, number: int) -> Iterator[Change]:
    for row in world.rows(
        "SELECT h.*, j.key, j.at, j.kind, j.event FROM history h JOIN journal j ON j.key ="
        " (SELECT n.id FROM history n WHERE n.what = 'heard' AND n.n >= h.n ORDER BY n.n LIMIT 1)"
        " WHERE h.what = ? AND h.n > ? ORDER BY h.n",
        what,
        number,
    ):
        told = json.loads(row["told"]) if row["told"] else None
        event = json.loads(row["event"])
        yield Change(row["n"], what, row["id"], told, row["at"], row["key"], row["kind"], event)
