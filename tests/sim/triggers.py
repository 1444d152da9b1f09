"""What makes the database write down, in itself, what happens to its rows: nothing of the product sees it."""

import sqlite3
from pathlib import Path
from typing import Final

from tests.sim.never import AT_EACH_STATEMENT, COLUMNS

_HISTORY: Final = """
CREATE TABLE IF NOT EXISTS history (n INTEGER PRIMARY KEY, what TEXT, id TEXT, told TEXT) STRICT;
CREATE TRIGGER IF NOT EXISTS it_heard AFTER INSERT ON journal BEGIN
    INSERT INTO history (what, id) VALUES ('heard', new.key);
END;
CREATE TRIGGER IF NOT EXISTS it_decided AFTER INSERT ON outbox BEGIN
    INSERT INTO history (what, id) VALUES ('decided', new.id);
END;
CREATE TRIGGER IF NOT EXISTS it_left AFTER UPDATE OF attempts ON outbox WHEN new.attempts > old.attempts BEGIN
    INSERT INTO history (what, id, told) VALUES ('left', new.id, new.attempted_at);
END;
CREATE TRIGGER IF NOT EXISTS it_was_permitted AFTER UPDATE OF next_at ON budgets BEGIN
    INSERT INTO history (what, id, told)
    VALUES ('permit', new.name, json_array(old.next_at, new.next_at, old.blocked_until));
END;
CREATE TRIGGER IF NOT EXISTS it_was_permitted_first AFTER INSERT ON budgets WHEN new.next_at > 0 BEGIN
    INSERT INTO history (what, id, told) VALUES ('permit', new.name, json_array(0, new.next_at, 0));
END;
CREATE TRIGGER IF NOT EXISTS it_had_a_menu AFTER INSERT ON contents BEGIN
    INSERT INTO history (what, id) VALUES ('menu', new.reference);
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
    VALUES ('absent', new.channel || ':' || new.external_id, json_quote(new.absence));
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
_MOVES: Final = """
CREATE TABLE IF NOT EXISTS moved (n INTEGER PRIMARY KEY, what TEXT, old TEXT, new TEXT) STRICT;
CREATE TABLE IF NOT EXISTS gone (n INTEGER PRIMARY KEY, what TEXT, row TEXT, at INTEGER) STRICT;
"""
_MOVED: Final = """
CREATE TRIGGER IF NOT EXISTS moved_{table} AFTER UPDATE ON {table} BEGIN
    INSERT INTO moved (what, old, new) VALUES ('{table}', json_array({old}), json_array({new}));
END;
"""
_GONE: Final = """
CREATE TRIGGER IF NOT EXISTS gone_{table} AFTER DELETE ON {table} BEGIN
    INSERT INTO gone (what, row, at) VALUES ('{table}', old.{row}, old.{at});
END;
"""
GONE: Final = {
    "drafts": ("id", "at"),
    "questions": ("conversation_id", "at"),
    "contents": ("reference", "made_at"),
}
"""Of these it is asked after the commit whether they may go: the hour says so, or Twilio."""


def keep_history(database: Path) -> None:
    """From now on."""
    connection = sqlite3.connect(database)
    connection.executescript(_HISTORY + _moves())
    connection.close()


def _moves() -> str:
    made = [_MOVES]
    for table in AT_EACH_STATEMENT:
        columns = COLUMNS[table].split()
        old, new = (", ".join(f"{side}.{each}" for each in columns) for side in ("old", "new"))
        made.append(_MOVED.format(table=table, old=old, new=new))
    made += [_GONE.format(table=table, row=row, at=at) for table, (row, at) in GONE.items()]
    return "".join(made)
