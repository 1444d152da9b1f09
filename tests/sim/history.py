"""What the database itself writes down as it changes: in the true order, whatever clocks people set.

Rows tell how things ended, and the product may forget a column of them; its triggers tell what came after
what. One transaction writes what it decided before what it heard, so that the next `heard` is the cause.
"""

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tests.sim.world import World

_KEEP = """
CREATE TABLE IF NOT EXISTS history (n INTEGER PRIMARY KEY, what TEXT, id TEXT, told TEXT) STRICT;
CREATE TRIGGER IF NOT EXISTS it_heard AFTER INSERT ON journal BEGIN
    INSERT INTO history (what, id) VALUES ('heard', new.key);
END;
CREATE TRIGGER IF NOT EXISTS it_decided AFTER INSERT ON outbox BEGIN
    INSERT INTO history (what, id) VALUES ('decided', new.id);
END;
CREATE TRIGGER IF NOT EXISTS it_left AFTER UPDATE OF attempts ON outbox WHEN new.attempts > old.attempts BEGIN
    INSERT INTO history (what, id) VALUES ('left', new.id);
END;
CREATE TRIGGER IF NOT EXISTS it_was_handed AFTER UPDATE OF handed_off_at ON conversations
WHEN old.handed_off_at IS NULL AND new.handed_off_at IS NOT NULL BEGIN
    INSERT INTO history (what, id) VALUES ('handed', new.id);
END;
CREATE TRIGGER IF NOT EXISTS it_began_handed AFTER INSERT ON conversations
WHEN new.handed_off_at IS NOT NULL BEGIN
    INSERT INTO history (what, id) VALUES ('handed', new.id);
END;
CREATE TRIGGER IF NOT EXISTS it_was_owned AFTER UPDATE OF owner ON conversations
WHEN new.owner <> old.owner BEGIN
    INSERT INTO history (what, id, told) VALUES ('owned', new.id, json_array(old.owner, new.owner));
END;
CREATE TRIGGER IF NOT EXISTS it_was_absent AFTER UPDATE OF absence ON addresses
WHEN new.absence <> old.absence BEGIN
    INSERT INTO history (what, id, told)
    VALUES ('absent', new.channel || ':' || new.external_id, new.absence);
END;
CREATE TRIGGER IF NOT EXISTS it_awaited AFTER INSERT ON timers BEGIN
    INSERT INTO history (what, id, told)
    VALUES ('awaited', new.conversation_id, json_array(new.kind, new.generation, new.due_at));
END;
CREATE TRIGGER IF NOT EXISTS it_awaited_anew AFTER UPDATE ON timers BEGIN
    INSERT INTO history (what, id, told)
    VALUES ('awaited', new.conversation_id, json_array(new.kind, new.generation, new.due_at));
END;
CREATE TRIGGER IF NOT EXISTS it_was_switched AFTER INSERT ON article_changes BEGIN
    INSERT INTO history (what, id, told) VALUES ('article', new.article, json_array(new.number, new.active));
END;
CREATE TRIGGER IF NOT EXISTS it_was_judged AFTER UPDATE OF verdict ON questions
WHEN new.verdict <> old.verdict BEGIN
    INSERT INTO history (what, id, told)
    VALUES ('judged', new.conversation_id || ':' || new.number, json_array(old.verdict, new.verdict));
END;
"""


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


def keep_history(world: World) -> None:
    """From now on. Nothing of the product sees it."""
    database = sqlite3.connect(world.settings.database)
    database.executescript(_KEEP)
    database.close()


def changes(world: World, what: str) -> Iterator[Change]:
    """All of a kind in their order, each with the event that was heard in the same transaction."""
    for row in world.rows(
        "SELECT h.*, j.key, j.at, j.kind, j.event FROM history h JOIN journal j ON j.key ="
        " (SELECT n.id FROM history n WHERE n.what = 'heard' AND n.n >= h.n ORDER BY n.n LIMIT 1)"
        " WHERE h.what = ? ORDER BY h.n",
        what,
    ):
        told = json.loads(row["told"]) if row["told"] else None
        event = json.loads(row["event"])
        yield Change(row["n"], what, row["id"], told, row["at"], row["key"], row["kind"], event)
